"""Axes or table -> a captioned, accessible output, the same in JupyterLab and in a report.

Whatever comes from articles is escaped here. Beside the HTML an output carries a few facts for the report's front page,
under a MIME type of our own that JupyterLab passes over.
"""

import base64
import html
import io
import re
import warnings

import pandas as pd

from utils.articles import labels
from utils.charts import COLORS, INK, MUTED, PAPER, RULE, STYLE, shorten
from utils.words import visible

FACTS = "application/vnd.dateline+json"
NARROW = 3.9  # inches: the figure once more, for a phone
DOWNLOAD = 50_000  # bytes of CSV that stand in the page
EMPTY = "There is nothing to show here."
# Each colour of a chart becomes the page's own, JupyterLab's, or itself: --ink, then --jp-…, then #1b1c1e.
PAINT = {INK: ("--i", "--ink", "--jp-content-font-color1"), MUTED: ("--m", "--muted", "--jp-content-font-color2"), RULE: ("--r", "--rule", "--jp-border-color2"), PAPER: ("--p", "--paper", "--jp-layout-color0")}
PAINT |= {color: (f"--k{n}", f"--c{n}", f"--jp-dateline-c{n}") for n, color in enumerate(COLORS, 1)}


class Output:
    """What a cell shows: HTML, the same in plain words, and facts for the front page."""

    def __init__(self, markup, text, facts=None):
        self.markup, self.text, self.facts = markup, text, facts

    def _repr_mimebundle_(self, **kwargs):
        bundle = {"text/html": self.markup, "text/plain": self.text}
        return bundle | ({FACTS: self.facts} if self.facts is not None else {})

    def __repr__(self):
        return self.text


def escape(value):
    """Text for HTML, with nothing left that could be markup or hide or turn what follows.

    >>> escape("<b>Moon</b> & \\u202eback")
    '&lt;b&gt;Moon&lt;/b&gt; &amp; back'
    """
    return html.escape(visible(str(value)), quote=True)


def answer(text, **facts):
    """The answer to the notebook's question, in a sentence or two; `facts` go to the front page. **words** stand out.

    >>> answer("**2** articles", articles=2)
    2 articles
    """
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
    facts = {"answer": text.replace("**", ""), "facts": {k.replace("_", " "): str(v) for k, v in facts.items()}}
    return Output(f'<p class="answer">{marked}</p>', text.replace("**", ""), facts)


def note(text):
    """A remark in the page's margin voice: what is missing, and why."""
    return Output(f'<p class="note">{escape(text)}</p>', text)


def figure(ax, *, title, caption, alt, data, empty=EMPTY):
    """A chart with its title, caption, text alternative and the table behind it; the figure is closed.

    `ax` is an Axes or an array of them, `data` the table that was drawn. With no row in it the sentence `empty` stands
    instead.
    """
    import matplotlib.pyplot as plt

    drawing = ax.flat[0].figure if hasattr(ax, "flat") else ax.figure
    if data.empty:
        plt.close(drawing)
        return note(empty)
    wide, narrow = _svg(drawing, drawing.get_figwidth(), alt), _svg(drawing, NARROW, alt)
    plt.close(drawing)
    markup = (
        f'<figure class="chart">{_title(title)}'
        f'<div class="wide">{wide}</div><div class="narrow" hidden>{narrow}</div>'
        f'{_caption(caption)}{_download(data, title)}</figure>'
    )
    return Output(markup, f"{title}. {alt} {caption}")


def table(frame, *, title, caption="", names=None, limit=25, empty=EMPTY):
    """A table of the first `limit` rows, the count said; `names` renames columns (those not in it stay as they are).

    Numbers get separators and stand right; dates are written as days. Of an empty table the sentence `empty` is left.
    """
    if frame.empty:
        return note(empty)
    shown = frame.head(limit)
    head = "".join(f'<th scope="col"{_number_class(shown[c])}>{escape((names or {}).get(c, c))}</th>' for c in shown)
    rows = "".join("<tr>" + "".join(f"<td{_number_class(shown[c])}>{_cell(v)}</td>" for c, v in zip(shown, row)) + "</tr>" for row in shown.itertuples(index=False))
    told = f"{len(shown):,} of {len(frame):,} rows shown." if len(shown) < len(frame) else ""
    markup = (
        f'<figure class="table">{_title(title)}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'{_caption(caption, told)}{_download(frame, title)}</figure>'
    )
    return Output(markup, f"{title}\n{shown.to_string(index=False)}\n{told}")


def passages(contexts, articles, *, title, caption="", limit=20, empty=EMPTY):
    """Sentences with the hits marked, each with its date, source, label and place: rows of `find_in_context`.

    A sentence with several hits stands once. Where there are more than `limit` sentences they are taken evenly from the
    first to the last, and the count is said.
    """
    if contexts.empty:
        return note(empty)
    known = articles.assign(label=labels(articles)).set_index("article_id")
    groups = contexts.groupby(["article_id", "sentence"], sort=False).agg(list).reset_index()
    dates = known["date"].reindex(groups["article_id"]).to_numpy()
    groups = groups.assign(date=dates).sort_values(["date", "article_id", "sentence"])
    step = max(len(groups) / limit, 1)
    shown = groups.iloc[[int(k * step) for k in range(min(limit, len(groups)))]]
    items = "".join(_passage(row, known.loc[row.article_id]) for row in shown.itertuples())
    told = f"{len(shown):,} of {count(len(groups), 'sentence')} shown"
    told += ", evenly from first to last." if len(shown) < len(groups) else "."
    plain = "\n".join(f"{_cell(r.date)}: {r.before[0]}[{r.match[0]}]{r.after[0]}" for r in shown.itertuples())
    return Output(f'<figure class="passages">{_title(title)}<ol>{items}</ol>{_caption(caption, told)}</figure>', f"{title}\n{plain}\n{told}")


def _passage(hits, article):
    about = [day(article["date"], article.get("date_precision")), article.get("source"), article["label"]]
    about = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in about if pd.notna(part))
    path = article["path"] if "path" in article else hits.article_id
    return f'<li><p class="sentence"><bdi>{_marked(hits)}</bdi></p><p class="where">{about} · <bdi class="path">{escape(path)}</bdi></p></li>'


def _marked(hits):
    """A sentence as HTML with every hit in it marked."""
    sentence = hits.before[0] + hits.match[0] + hits.after[0]
    base, done, markup = hits.start[0] - len(hits.before[0]), 0, ""
    for start, match in sorted(zip(hits.start, hits.match)):
        if match and start - base >= done:
            markup += f"{escape(sentence[done : start - base])}<mark>{escape(match)}</mark>"
            done = start - base + len(match)
    return markup + escape(sentence[done:])


def count(n, noun, plural=None):
    """A number with its noun: `count(1, "article")` is "1 article".

    >>> count(1, "article"), count(1200, "article"), count(0, "story", "stories")
    ('1 article', '1,200 articles', '0 stories')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listing(words, *, none="none"):
    """Words as one reads them out: "a, b and c"."""
    words = [str(word) for word in words]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) if words else none


def day(date, precision="day"):
    """A date in words, as precise as it is known: "18 November 2017", "January 2022", "no date".

    >>> day(pd.Timestamp("2017-11-18")), day(pd.Timestamp("2022-01-01"), "month"), day(pd.NaT)
    ('18 November 2017', 'January 2022', 'no date')
    """
    if pd.isna(date):
        return "no date"
    return f"{date:%B %Y}" if precision == "month" else f"{date.day} {date:%B %Y}"


def span(dates):
    """From the first date to the last, in words.

    >>> span(pd.to_datetime(pd.Series(["2018-01-02", None, "2017-11-18"])))
    '18 November 2017 to 2 January 2018'
    """
    first, last = pd.Series(dates).min(), pd.Series(dates).max()
    return day(first) if pd.isna(first) or first == last else f"{day(first)} to {day(last)}"


def period(start, freq):
    """The name of a period that starts on a day, with its preposition: in 2019, in the third quarter of 2019, on 1 July 2019.

    >>> [period(pd.Timestamp("2019-07-01"), freq) for freq in ("year", "quarter", "month", "week", "day")]
    ['in 2019', 'in the third quarter of 2019', 'in July 2019', 'in the week from 1 July 2019', 'on 1 July 2019']
    """
    if freq == "quarter":
        return f"in the {('first', 'second', 'third', 'fourth')[start.quarter - 1]} quarter of {start.year}"
    return {"year": f"in {start.year}", "month": f"in {start:%B %Y}", "week": f"in the week from {day(start)}"}.get(freq, f"on {day(start)}")


def _title(title):
    """A title in which no line breaks at the hyphen of Chandrayaan-2."""
    words = re.sub(r"[^\s&;]+-\d[^\s&;]*", r'<span class="whole">\g<0></span>', escape(title))
    return f'<figcaption class="title"><strong>{words}</strong></figcaption>'


def _caption(*parts):
    text = " ".join(filter(None, parts))
    return f'<p class="caption">{escape(text)}</p>' if text else ""


def _number_class(column):
    return ' class="number"' if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column) else ""


def _cell(value):
    if not isinstance(value, (list, dict)) and pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool) or not hasattr(value, "__round__"):
        return f"<bdi>{escape(value)}</bdi>"
    return f"{value:,.0f}" if float(value).is_integer() and not isinstance(value, float) else f"{value:,.{3 if abs(value) < 1 else 1}f}"


def _svg(drawing, width, alt):
    """The figure as inline SVG of a width in inches, in the page's colours."""
    import matplotlib

    drawing.set_figwidth(width)
    if width == NARROW:
        _shorten_labels(drawing)
    file = io.StringIO()
    with matplotlib.rc_context(STYLE | {"svg.hashsalt": f"{alt}{width}"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # text stays text: the reader's own fonts draw it
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        drawing.savefig(file, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
    markup = file.getvalue()
    markup = markup[markup.index("<svg") :]
    markup = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", markup, flags=re.DOTALL)
    markup = re.sub(r' (width|height)="[\d.]+pt"', "", markup, count=2)
    markup = re.sub(r' id="[a-zA-Z]+[\w.]*_\d+"', "", markup)  # names that matplotlib gives, the same in every figure
    markup = re.sub(r"\n\s*", "\n", re.sub(r" font-family: [^;\"]*;|transform=\"rotate\(-0 [^)]*\)\" ", "", markup))
    paint = f"max-width: {width:.1f}in"
    for color, (short, page, jupyter) in PAINT.items():
        if color in markup:
            markup = markup.replace(color, f"var({short})")
            paint += f"; {short}: var({page}, var({jupyter}, {color}))"
    return markup.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" style="{paint}" ', 1)


def _shorten_labels(drawing):
    """On a phone a long name may take half of the width, no more."""
    from matplotlib.ticker import FixedFormatter

    for ax in drawing.axes:
        if isinstance(ax.yaxis.get_major_formatter(), FixedFormatter):
            ax.set_yticks(ax.get_yticks(), [shorten(label.get_text(), 22) for label in ax.get_yticklabels()])


def _download(frame, title):
    """A link that holds the table as CSV; of a long table its head, and the page says so."""
    safe = frame.copy()
    for name in safe.select_dtypes(["object", "str", "category"]):  # a spreadsheet would run =, +, - and @ as formulas
        safe[name] = safe[name].astype("object").where(safe[name].isna(), safe[name].astype(str).str.replace(r"^([=+\-@\t\r])", r"'\1", regex=True))
    data = safe.to_csv(index=False).encode("utf-8", "replace")
    rows, told = len(safe), f"all {count(len(safe), 'row')}"
    while len(data) > DOWNLOAD:
        rows = int(rows * DOWNLOAD / len(data) * 0.9)
        data = safe.head(rows).to_csv(index=False).encode("utf-8", "replace")
        told = f"the first {rows:,} of {len(safe):,} rows"
    name = re.sub(r"[^\w]+", "-", title.lower()).strip("-")[:40] or "data"
    link = f"data:text/csv;charset=utf-8;base64,{base64.b64encode(data).decode()}"
    return f'<p class="data"><a download="{escape(name)}.csv" href="{link}">Data as CSV</a> ({told})</p>'
