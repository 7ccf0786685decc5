"""a chart -> inline SVG in the page's colours, small enough to stand twice in a page: once wide, once for a phone."""

import hashlib
import html
import io
import re
import warnings
from collections import Counter

import numpy as np

from utils.style import COLORS, INK, MUTED, PAPER, RULE, STYLE, WIDTH, date_axis, round_ticks, shorten, styled
from utils.words import visible

STYLED = re.compile(r' style="([^"]*)"')
LEFT, RIGHT, TALL = 62, 512, 226  # points, in a sketch: from where to where it is drawn, and how high a term is
NARROW = 3.9  # inches: the figure once more, for a phone
# Each colour of a chart becomes the page's own, JupyterLab's, or itself: --ink, then --jp-…, then #1b1c1e.
PAINT = {INK: ("--i", "--ink", "--jp-content-font-color1"), MUTED: ("--m", "--muted", "--jp-content-font-color2"), RULE: ("--r", "--rule", "--jp-border-color2"), PAPER: ("--p", "--paper", "--jp-layout-color0")}
PAINT |= {color: (f"--k{n}", f"--c{n}", f"--jp-dateline-c{n}") for n, color in enumerate(COLORS, 1)}


def draw_svg(drawing, width, alt):
    """The figure as inline SVG of a width in inches, in the page's colours."""
    import matplotlib.style
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    drawing.set_figwidth(width)
    if width == NARROW:
        _fit_phone(drawing)
    file = io.StringIO()
    with matplotlib.style.context([STYLE, {"svg.hashsalt": f"{alt}{width}"}]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # text stays text: the reader's own fonts draw it
        warnings.filterwarnings("ignore", "constrained_layout not applied|AutoDateLocator was unable")  # it draws what it can
        canvas, layout = FigureCanvasSVG(drawing), drawing.get_layout_engine()
        if layout:
            layout.execute(drawing)  # `savefig` would draw all of it once more for this
        part_labels(drawing)
        drawing.set(layout_engine="none", facecolor="none")
        canvas.print_svg(file, metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
        drawing.set_layout_engine(layout or "none")
    markup = file.getvalue()
    return _painted(_slim(markup[markup.index("<svg") :]), width, alt)


def _painted(markup, width, alt):
    """An SVG with its colours, and what it tells those who do not see it."""
    paint = f"max-width: {width:.1f}in; stroke-linejoin: round"
    for color, (short, page, jupyter) in PAINT.items():
        if f"var({short})" in markup:
            paint += f"; {short}: var({page}, var({jupyter}, {color}))"
    return markup.replace("<svg ", f'<svg role="img" aria-label="{html.escape(visible(alt))}" style="{paint}" ', 1)


@styled
def calendar(periods):
    """The foot of a chart, as `date_axis` draws it: (first and last day, [(day, label)], the year or month that the labels belong to)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 1))
    date_axis(ax := figure.subplots(), periods)
    figure.draw_without_rendering()
    low, high = ax.get_xlim()
    days = [(at, label.get_text()) for at, label in zip(ax.get_xticks(), ax.get_xticklabels()) if low <= at <= high]
    return (low, high), days, ax.xaxis.get_offset_text().get_text()


def sketch(trends, hits, days, foot, alt):
    """What `charts.trends_and_places` draws, written straight, in a twentieth of the time: for what is drawn at each word that is typed.

    Each of `trends` is of one term (see `term_trend`), each of `hits` is where it stands: (days, places) of dots, or a grid of counts from the
    first to the last of `days`, those of all articles. `foot` is of `calendar`.
    """
    from matplotlib.dates import date2num

    (low, high), ticks, offset = foot
    days = date2num(days)
    x = lambda day: LEFT + (np.asarray(day, float) - low) / (high - low) * (RIGHT - LEFT)
    top = max(np.nan_to_num(trend["per_10k"].max()) for trend in trends)
    most = 1.05 * min(1.6 * top, max(np.nan_to_num(trend["high"].max(), posinf=0) for trend in trends)) if top > 0 else 1
    lines = [tick for tick in round_ticks(3).tick_values(0, most) if 0 <= tick <= most]
    parts, foot = [], len(trends) * TALL
    for head, trend, places, color in zip(range(0, foot, TALL), trends, hits, COLORS * len(trends)):
        y = lambda rate, head=head: head + 98 - 76 * (np.clip(np.asarray(rate, float), 0, most) + 0.06 * top) / (most + 0.06 * top)
        parts += [_stroke(f"M{LEFT} {y(tick):.1f}H{RIGHT}", RULE, 0.7) + _words(LEFT - 6, y(tick) + 3.5, f"{tick:,.10g}", INK, "end") for tick in lines]
        parts.append(_words(LEFT, head + 15, shorten(trend["token"].iloc[0].strip('"')), color, "start", "; font-weight: bold"))
        parts += _rates(trend, x, y, color)
        parts += [_words(LEFT - 6, head + 112 + at, word, INK, "end") for at, word in ((0, "start"), (48, "middle"), (95, "end"), (106, "articles"))]
        parts += _places(places, x, days, head + 109, color)
    parts += [_words(x(day), foot + 18, label, MUTED) for day, label in ticks] + [_words(RIGHT, foot + 31, offset, MUTED, "end")]
    parts.append(f'<g transform="translate(10 {60 + len(trends) // 2 * TALL}) rotate(-90)">{_words(0, 0, "per 10,000 words", MUTED)}</g>')
    return _painted(f'<svg viewBox="0 0 {RIGHT + 6} {foot + 36}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>', WIDTH, alt)


def _rates(trend, x, y, color):
    """A line of rates with its band and dots, hollow ones at zero, and a grey ground where there are no articles."""
    from matplotlib.dates import date2num

    begin, end = (date2num(trend[side]) for side in ("period", "period_end"))
    rate, low, high = (trend[name].to_numpy(float) for name in ("per_10k", "low", "high"))
    across, known, none = x((begin + end) / 2), np.isfinite(rate), trend["articles_in_period"].to_numpy(float) == 0
    runs = [run[known[run]] for run in np.split(np.arange(len(rate)), np.flatnonzero(np.diff(known)) + 1)]
    grounds = "".join(f"M{a:.1f} {y(np.inf):.1f}V{y(0) + 4:.1f}H{b:.1f}V{y(np.inf):.1f}z" for a, b in zip(x(begin[none]), x(end[none])))
    band = "".join(f"{_line([*across[run], *across[run][::-1]], [*y(low[run]), *y(high[run])[::-1]])}z" for run in runs if len(run))
    zero = known & (trend["n"].to_numpy(float) == 0)
    dots = [_stroke(_dots(across[which], y(rate[which])), paint, size) for which, paint, size in ((known, color, 4.5), (zero, PAPER, 2.2))]
    return [_fill(grounds, RULE, 0.45), _fill(band, color, 0.12), _stroke("".join(_line(across[run], y(rate[run])) for run in runs if len(run)), color, 1.8), *dots]


def _places(places, x, days, head, color):
    """A dot a hit by its day and its place in the article, or a grid of shades; at the foot a tick a day with articles."""
    ticks = np.unique(x(days).round())
    below = _stroke("".join(f"M{at:.1f} {head + 102}v4" for at in ticks), MUTED, 0.8, "; opacity: 0.7") + _stroke(f"M{LEFT} {head + 110}H{RIGHT}", RULE, 0.8)
    if isinstance(places, tuple):
        return [_stroke(_dots(x(places[0]), head + 96 * places[1]), color, 4.5, "; opacity: 0.6"), below]
    wide, high = (x(days[-1] + 1) - x(days[0])) / len(places), 96 / places.shape[1]
    level = np.ceil(10 * (places / max(places.max(), 1)) ** 0.7).astype(int)
    cell = lambda n, k: f"M{x(days[0]) + n * wide:.1f} {head + k * high:.1f}h{wide:.1f}v{high:.1f}h-{wide:.1f}z"
    return [_fill("".join(cell(n, k) for n, k in np.argwhere(level == step)), color, step / 10) for step in range(1, 11)] + [below]


def _line(x, y):
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y))


def _dots(x, y):
    return "".join(f"M{a} {b}h0" for a, b in np.unique(np.column_stack([x, y]).round(1), axis=0))


def _stroke(path, color, width, more=""):
    return f'<path d="{path}" style="fill: none; stroke: var({PAINT[color][0]}); stroke-width: {width}; stroke-linecap: round{more}"/>'


def _fill(path, color, opacity):
    return f'<path d="{path}" style="fill: var({PAINT[color][0]}); opacity: {opacity}"/>'


def _words(x, y, words, color, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" style="font-size: 10px; text-anchor: {anchor}; fill: var({PAINT[color][0]}){more}">{html.escape(words)}</text>'


def part_labels(drawing):
    """Of words that would lie on each other or on a dot, or reach out of a chart that is laid out, the first stay."""
    labels = [text for ax in drawing.axes for text in ax.texts if text.get_gid() == "word_0"]
    if not labels:
        return
    dots = drawing.findobj(lambda artist: artist.get_gid() == "dots_0")
    taken, points = [], np.concatenate([dot.get_transform().transform(dot.get_path().vertices) for dot in dots])
    for label in labels:
        box, frame = label.get_window_extent(), label.axes.bbox
        on_dot = ((points > box.min) & (points < box.max)).all(axis=1).any()
        label.set_visible(not on_dot and box.x0 >= frame.x0 and box.x1 <= frame.x1 and not any(box.overlaps(other) for other in taken))
        taken += [box] if label.get_visible() else []


def _slim(svg):
    """matplotlib's SVG at a third of its size: without what says nothing, and with coordinates to a tenth of a point."""
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>|<defs>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r"<(?!a\b)[^>]*>", lambda tag: _slim_tag(tag[0]), svg)  # what is between tags, and in links, is the articles' own
    parts, kept = [], []
    for part in re.split(r"(<g\s*/>|</?g\b[^>]*>)", svg):  # groups without a word of their own
        opens = re.match(r"<g(?!\s*/>)", part)
        if opens:
            kept.append(part != "<g>")
        if not re.match(r"</?g\b", part) or (opens and kept[-1]) or (part == "</g>" and kept.pop()):
            parts.append(part)
    return re.sub(r"\s*\n\s*", "\n", "".join(parts))


def _slim_tag(tag):
    tag = re.sub(r' id="[a-zA-Z]+[\w.]*_\d+"', "", tag)  # names that matplotlib gives, the same in every figure
    tag = re.sub(r" font-family: [^;\"]*;| transform=\"rotate\(-0 [^\"]*\"", "", tag)
    tag = re.sub(r"(\d\.\d)\d+", r"\1", tag)
    tag = re.sub(r'(?<= d=")[^"]*', lambda path: re.sub(r"\s*([A-Za-z])\s*", r"\1", path[0]).strip(), tag)
    tag = re.sub(r' clip-path="(url\([^"]*\))" style="', r' style="clip-path: \1; ', tag)  # to stand in a class with the rest
    tag = re.sub(r"M([\d.]+ [\d.]+)L\1(?=[M\"])", r"M\1h0", tag)
    for color, (short, *_) in PAINT.items():
        tag = tag.replace(color, f"var({short})")
    return tag.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")


def with_classes(svg):
    """Styles that come often stand once, as classes; these are named after what they say, so that two charts never clash."""
    tags = re.compile(r"<(?!a\b)[^>]*>")
    times = Counter(style for tag in tags.findall(svg) for style in STYLED.findall(tag))
    names = {style: "d" + hashlib.sha256(style.encode()).hexdigest()[:6] for style, n in times.items() if n > 2}
    svg = tags.sub(lambda tag: STYLED.sub(lambda style: f' class="{names[style[1]]}"' if style[1] in names else style[0], tag[0]), svg)
    sheet = "".join(f".{name}{{{style}}}" for style, name in names.items())
    return svg.replace(">", f"><style>svg a{{pointer-events:all}}{sheet}</style>", 1)  # what is not painted is to be clicked, too


def _fit_phone(drawing):
    """On a phone a long name may take half of the width, no more; a date with words keeps the date and the words that fit."""
    from matplotlib.ticker import FixedLocator

    for ax in drawing.axes:
        dates, named = ax.xaxis.get_major_locator(), isinstance(ax.yaxis.get_major_locator(), FixedLocator)
        if hasattr(dates, "maxticks"):
            dates.maxticks = dict.fromkeys(dates.maxticks, 4 if named else 6)  # names leave little room beside them
        if named:
            names = [label.get_text() for label in ax.get_yticklabels()]
            names = [name if len(name) <= 26 else re.match(".{,26}(?=,)|[^·]*", name)[0].strip() if " · " in name else shorten(name, 22) for name in names]
            ax.set_yticks(ax.get_yticks(), names)
