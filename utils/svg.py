"""a chart -> inline SVG in the page's colours, small enough to stand twice in a page: once wide, once for a phone."""

import hashlib
import html
import io
import re
import warnings
from collections import Counter

import numpy as np

from utils.style import COLORS, INK, MUTED, PAPER, RULE, STYLE, shorten
from utils.words import visible

STYLED = re.compile(r' style="([^"]*)"')
NARROW = 3.9  # inches: the figure once more, for a phone
# Each colour of a chart becomes the page's own, JupyterLab's, or itself: --ink, then --jp-…, then #1b1c1e.
PAINT = {INK: ("--i", "--ink", "--jp-content-font-color1"), MUTED: ("--m", "--muted", "--jp-content-font-color2"), RULE: ("--r", "--rule", "--jp-border-color2"), PAPER: ("--p", "--paper", "--jp-layout-color0")}
PAINT |= {color: (f"--k{n}", f"--c{n}", f"--jp-dateline-c{n}") for n, color in enumerate(COLORS, 1)}


def draw_svg(drawing, width, alt):
    """The figure as inline SVG of a width in inches, in the page's colours."""
    import matplotlib

    drawing.set_figwidth(width)
    if width == NARROW:
        _fit_phone(drawing)
    file = io.StringIO()
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": f"{alt}{width}"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # text stays text: the reader's own fonts draw it
        warnings.filterwarnings("ignore", "constrained_layout not applied|AutoDateLocator was unable")  # it draws what it can
        part_labels(drawing)
        drawing.savefig(file, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
    markup = file.getvalue()
    markup = markup[markup.index("<svg") :]
    markup = _slim(markup)
    paint = f"max-width: {width:.1f}in; stroke-linejoin: round"
    for color, (short, page, jupyter) in PAINT.items():
        if f"var({short})" in markup:
            paint += f"; {short}: var({page}, var({jupyter}, {color}))"
    return markup.replace("<svg ", f'<svg role="img" aria-label="{html.escape(visible(alt))}" style="{paint}" ', 1)


def part_labels(drawing):
    """Of words that would lie on each other or on a dot, or reach out of the chart, the first stay."""
    labels = [text for ax in drawing.axes for text in ax.texts if text.get_gid() == "word_0"]
    if not labels:
        return
    drawing.draw_without_rendering()
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
