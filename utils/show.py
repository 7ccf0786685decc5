"""Axes or table -> a captioned, accessible output, the same in JupyterLab and in a report.

Whatever comes from articles is escaped here. Beside the HTML an output carries a few facts for the report's front page,
under a MIME type of our own that JupyterLab passes over.
"""

import html
import os
import re
from urllib.parse import quote

import numpy as np
import pandas as pd

from utils.articles import labels
from utils.prose import count, day
from utils.store import digest
from utils.svg import NARROW, draw_svg, with_classes
from utils.words import no_formula, visible

FACTS = "application/vnd.dateline+json"
DOWNLOAD = 50_000  # bytes of CSV that stand in the page
EMPTY = "There is nothing to show here."
UNSAFE = re.compile(r"[\x00-\x1f%#\"<>&`?\ufeff]")  # in a data: address within an attribute


class Output:
    """What a cell shows: HTML, the same in plain words, and facts for the front page."""

    def __init__(self, markup, text, facts=None):  # facts: for the report
        self.markup, self.text, self.facts = markup, text, facts

    def _repr_mimebundle_(self, **kwargs):
        return {"text/html": self.markup, "text/plain": self.text} | ({FACTS: self.facts} if self.facts is not None else {})

    def __repr__(self):
        return self.text


def escape(value):
    """Text for HTML, with nothing left that could be markup or hide or turn what follows.

    >>> escape("<b>Moon</b> & \\u202eback")
    '&lt;b&gt;Moon&lt;/b&gt; &amp; back'
    """
    return html.escape(visible(str(value)), quote=True)


def answer(text, *, small=None, **facts):
    """The answer to the notebook's question, in a sentence or two; **words** stand out.

    `facts` go to the report's front page, and so does `small`, a figure of a thumb's size: a label and the values that are its bars.

    >>> answer("**2** articles", articles=2)
    2 articles
    """
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
    plain = text.replace("**", "")
    given = {"answer": plain, "facts": {name.replace("_", " "): str(value) for name, value in facts.items()}}
    return Output(f'<p class="answer">{marked}</p>', plain, given | ({"small": _small(*small)} if small else {}))


def _small(label, values):
    """A row of bars as SVG, without axes."""
    heights = np.nan_to_num(np.asarray(values, float))
    if not len(heights) or heights.max() <= 0:
        return ""
    wide = 160 / len(heights)
    bars = "".join(f'<rect x="{n * wide:.1f}" y="{36 - 36 * h:.1f}" width="{wide * 0.8:.1f}" height="{36 * h:.1f}"/>' for n, h in enumerate(heights / heights.max()))
    return f'<svg class="small" role="img" aria-label="{escape(label)}" viewBox="0 0 160 36">{bars}</svg><p class="small">{escape(label)}</p>'


def note(text):
    """A remark: what is missing, and why.

    >>> note("No article has a date.")
    No article has a date.
    """
    return Output(f'<p class="note">{escape(text)}</p>', text)


def figure(ax, *, title, caption, alt, data, evidence=None, articles=None, empty=EMPTY):
    """A chart with its title, caption, text alternative and the table behind it; the figure is closed.

    `ax` is an Axes or an array of them, `data` the table that was drawn; with no row in it the sentence `empty` stands
    instead. With `evidence` (see `context.evidence`) and its `articles`, each mark of the chart leads to its sentences.

    >>> from utils.charts import bars
    >>> counts = pd.DataFrame({"token": ["moon"], "n": [3]})
    >>> figure(bars(counts), title="Terms", caption="Of 9 words.", alt="One bar: moon, 3.", data=counts)
    Terms. One bar: moon, 3. Of 9 words.
    """
    import matplotlib.pyplot as plt

    drawing = ax.flat[0].figure if hasattr(ax, "flat") else ax.figure
    if data.empty:
        plt.close(drawing)
        return note(empty)
    behind = _Behind(evidence, articles, title)
    wide, narrow = (with_classes(behind.link(draw_svg(drawing, width, alt))) for width in (drawing.get_figwidth(), NARROW))
    plt.close(drawing)
    markup = (
        f'<figure class="chart" id="{behind.figure}">{_title(title)}<div class="wide">{wide}</div><div class="narrow" hidden>{narrow}</div>'
        f"{_caption(caption)}{behind.markup()}{_download(data, title, whole := _csv(data))}</figure>"
    )
    return Output(markup, f"{title}. {alt} {caption}", _beside(whole, title))


def table(frame, *, title, caption="", names=None, limit=25, evidence=None, articles=None, empty=EMPTY):
    """A table of the first `limit` rows, the count said; `names` renames columns (those not in it stay as they are).

    Numbers get separators and stand right. Of an empty table the sentence `empty` is left.
    With `evidence` and its `articles`, the first cell of a row leads to the sentences behind it; where the frame has a column `mark`,
    that says which they are, and it is not shown. A row whose `holds` is False is set in grey; that column is not shown either.

    >>> table(pd.DataFrame({"token": ["moon"], "n": [3]}), title="Terms").text.splitlines()
    ['Terms', 'token  n', ' moon  3']
    """
    if frame.empty:
        return note(empty)
    behind = _Behind(evidence, articles, title)
    marks = frame["mark" if "mark" in frame else frame.columns[0]].head(limit).astype(str)
    frame = frame.drop(columns="mark", errors="ignore")
    shown = frame.drop(columns="holds", errors="ignore").head(limit)
    classes = [_number_class(column) for _, column in shown.items()]
    head = "".join(f'<th scope="col"{kind}>{escape((names or {}).get(name, name))}</th>' for name, kind in zip(shown, classes))
    rows, doubtful = "", frame["holds"].head(limit).eq(False).fillna(False) if "holds" in frame else [False] * len(marks)
    for mark, doubt, row in zip(marks, doubtful, shown.itertuples(index=False)):
        cells = [_cell(value) for value in row]
        first = next((n for n, value in enumerate(row) if not pd.isna(value)), 0)  # a dash is no name for a link
        cells[first] = behind.anchor(mark, cells[first])
        rows += ('<tr class="doubt">' if doubt else "<tr>") + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(classes, cells)) + "</tr>"
    told = f"{len(shown):,} of {len(frame):,} rows shown." if len(shown) < len(frame) else ""
    markup = (
        f'<figure class="table" id="{behind.figure}">{_title(title)}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"{_caption(caption, told)}{behind.markup()}{_download(frame, title, whole := _csv(frame))}</figure>"
    )
    return Output(markup, f"{title}\n{shown.to_string(index=False)}\n{told}", _beside(whole, title))


class _Behind:
    """The sentences behind a figure, and the links to them. The same evidence has the same ids wherever it stands."""

    def __init__(self, evidence, articles, title):
        self.figure = f"figure-{digest(title)[:8]}"
        self.known = evidence is not None and len(evidence) > 0
        self.groups, self.ids = {}, {}
        if self.known:
            for row in evidence.itertuples():
                self.groups.setdefault(row.mark, []).append(row)
            self.block = f"behind-{digest(repr(evidence.to_dict('list')))[:8]}"
            self.ids = {mark: f"{self.block}-{n}" for n, mark in enumerate(self.groups)}
            self.articles = _labelled(articles, evidence)

    def anchor(self, mark, markup):
        return f'<a href="#{self.ids[mark]}">{markup}</a>' if mark in self.ids else markup

    def link(self, svg):
        """Point the chart's marks at their sentences; a mark without any is no link."""

        def pointed(match):
            mark = html.unescape(match[1])
            if mark not in self.ids:
                return "" if 'style="fill: none"' in match[2] else match[2]
            name = f"{self.groups[mark][0].name}: {_total(self.groups[mark])}"
            return f'<a xlink:href="#{self.ids[mark]}" aria-label="{escape(name)}">{match[2]}</a>'  # at an href JupyterLab fails

        svg = re.sub(r'<a xlink:href="#([^"]*)"[^>]*>(.*?)</a>', pointed, svg, flags=re.DOTALL)
        return svg.replace('role="img"', 'role="group"', 1) if "<a " in svg else svg  # within an img nothing can be reached

    def markup(self):
        if not self.known:
            return ""
        items = "".join(self._group(mark, rows) for mark, rows in self.groups.items())
        return f'<details class="evidence" id="{self.block}"><summary>The sentences behind it</summary>{items}</details><!--/evidence-->'

    def _group(self, mark, rows):
        told = f"{len(rows):,} of {_total(rows)} shown" if len(rows) < rows[0].total else _total(rows)
        items = "".join(_passage(hits, self.articles[hits[0].article_id]) for hits in _by_sentence(rows).values())
        back = f'<p class="where"><a class="back" href="#{self.figure}">back to the figure</a></p>'
        return f'<div class="behind" id="{self.ids[mark]}" tabindex="-1"><h3><bdi>{escape(rows[0].name)}</bdi> <small>{told}</small></h3><ol>{items}</ol>{back}</div>'


def _total(rows):
    """How much stands behind a mark: hits, or articles where no word is marked."""
    return count(rows[0].total, "hit" if rows[0].match else "article")


def _by_sentence(rows):
    """The hits of each sentence, together, in the order of the sentences' first hits: {(article, sentence): rows}."""
    sentences = {}
    for row in rows:
        sentences.setdefault((row.article_id, row.sentence), []).append(row)
    return sentences


def passages(contexts, articles, *, title, caption="", limit=20, total=None, empty=EMPTY):
    """Sentences with the hits marked, each with its date, source, label and place: rows of `find_in_context`.

    A sentence with several hits stands once. Where there are more than `limit` sentences they are taken evenly from the
    first to the last, and the count is said; `total` says of how many, where the contexts are no more than a choice.

    >>> from utils.context import find_in_context
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.NaT, "text": ["A moon."]})
    >>> passages(find_in_context(frame, "moon"), frame, title="Moon").text.splitlines()
    ['Moon', 'A [moon].', '1 of 1 sentence shown.']
    """
    if contexts.empty:
        return note(empty)
    sentences = contexts[["article_id", "sentence"]].drop_duplicates()
    days = articles["date"].to_numpy()[pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])]
    order, step, total = np.argsort(days, kind="stable"), max(len(days) / max(limit, 1), 1), total or len(days)  # those without a day last
    chosen = sentences.iloc[[order[int(k * step)] for k in range(min(limit, len(days)))]]
    found = _by_sentence(contexts[contexts["article_id"].isin(chosen["article_id"])].itertuples())
    shown = [found[place] for place in zip(chosen["article_id"], chosen["sentence"])]
    known = _labelled(articles, chosen)
    items = "".join(_passage(hits, known[hits[0].article_id]) for hits in shown)
    told = f"{len(shown):,} of {count(total, 'sentence')} shown{', evenly from first to last' if len(shown) < total else ''}."
    plain = "\n".join(f"{hits[0].before}[{hits[0].match}]{hits[0].after}" for hits in shown)
    return Output(f'<figure class="passages">{_title(title)}<ol>{items}</ol>{_caption(caption, told)}</figure>', f"{title}\n{plain}\n{told}")


def side_by_side(changes, names, *, title, caption="", empty=EMPTY):
    """Two texts beside each other, what was taken out and put in marked: rows of `stories.changes`, and what to call each text.

    A row ends where both texts have a paragraph's end; of a long paragraph that stands in both the middle is left out, and that is said.

    >>> side_by_side(pd.DataFrame({"kind": ["changed"], "old": ["a moon"], "new": ["moons"]}), ["old", "new"], title="Two").text.splitlines()
    ['Two', 'changed: a moon | moons']
    """
    if changes is None or changes.empty:
        return note(empty)
    rows = [[]]
    for kind, *texts in changes.itertuples(index=False):
        parts = [re.split(r"\n\s*\n", text) for text in texts]
        whole = kind != "same" or len(parts[0]) != len(parts[1])
        for n, pair in enumerate([texts] if whole else zip(*parts)):
            rows += [[]] if n else []
            rows[-1].append((kind, *pair))
    body = "".join(_side_row(row) for row in rows if any(old.strip() or new.strip() for _, old, new in row))
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    plain = "\n".join(f"{kind}: {before.strip()} | {after.strip()}" for kind, before, after in changes.itertuples(index=False) if kind != "same")
    markup = f'<figure class="sides">{_title(title)}<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{_caption(caption)}</figure>'
    return Output(markup, f"{title}\n{plain}")


def _side_row(row):
    alike = [kind for kind, *_ in row] == ["same"]
    cells = ["", ""]
    for kind, *texts in row:
        for n, (tag, text) in enumerate(zip(("del", "ins"), texts)):
            word = escape(text.rstrip())
            cells[n] += escape(_middle_out(text) if alike else text) if kind == "same" else f"<{tag}>{word}</{tag}>{' ' * text[-1].isspace()}" if word else ""
    return ('<tr class="same">' if alike else "<tr>") + "".join(f"<td><bdi>{cell}</bdi></td>" for cell in cells) + "</tr>"


def _middle_out(text, keep=20):
    words = text.split()
    return text if len(words) <= 3 * keep else f"{' '.join(words[:keep])} … ({len(words) - 2 * keep:,} words) … {' '.join(words[-keep:])}"


def _labelled(articles, contexts):
    """What stands below a sentence, by article: dicts of `date label …` for the articles that the contexts name."""
    known = articles[articles["article_id"].isin(contexts["article_id"].unique())]
    return {row["article_id"]: row for row in known.assign(label=labels(known)).drop(columns="text").to_dict("records")}


def _passage(hits, article):
    told = (hits[0].before + hits[0].match + hits[0].after).startswith(article["label"].rstrip("…"))  # an opening is its own label
    about = [day(article["date"], article.get("date_precision")), article.get("source"), None if told else article["label"]]
    about = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in about if pd.notna(part))
    path = article.get("path", hits[0].article_id)
    return f'<li><p class="sentence"><bdi>{_marked(hits)}</bdi></p><p class="where">{about} · <bdi class="path">{escape(path)}</bdi></p></li>'


def _marked(hits):
    """A sentence as HTML with every hit in it marked."""
    first = hits[0]
    sentence = first.before + first.match + first.after
    base, done, markup = first.start - len(first.before), 0, ""
    for start, match in sorted((hit.start, hit.match) for hit in hits):
        if match and done <= start - base <= len(sentence):
            markup += f"{escape(sentence[done : start - base])}<mark>{escape(match)}</mark>"
            done = start - base + len(match)
    return markup + escape(sentence[done:])


def _title(title):
    """A title in which no line breaks at the hyphen of Chandrayaan-2."""
    words = re.sub(r"[^\s&;]+-\d[^\s&;]*", r'<span class="whole">\g<0></span>', escape(title))
    return f'<figcaption class="title"><strong>{words}</strong></figcaption>'


def _caption(*parts):
    text = " ".join(filter(None, parts))
    return f'<p class="caption">{escape(text)}</p>' if text else ""


def _number_class(column):
    if pd.api.types.is_datetime64_dtype(column):
        return ' class="whole"'
    return ' class="number"' if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column) else ""


def _cell(value):
    """A value as HTML: numbers with separators and two or three digits that count, dates as days, what is missing as a dash."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return f"{value:,}"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (float, np.floating)):
        return f"{value:,.1f}" if abs(value) >= 10 else "0" if value == 0 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"
    words = re.findall(r"\S{1,40}|\s+", str(value))  # in a longer word a line may break
    return f"<bdi>{''.join(escape(word) + '<wbr>' * (len(word) == 40) for word in words)}</bdi>"


def _csv(frame, rows=None):
    """A table as CSV, in which no text begins as a formula does for a spreadsheet; a \\r is not quoted, but would begin a row."""
    guard = lambda value: no_formula(value).replace("\r", "\n") if isinstance(value, str) else value
    safe = frame.head(rows).apply(lambda column: column if column.dtype.kind in "biufMm" else column.astype(object).map(guard))
    safe.columns = [guard(str(name)) for name in safe]
    return "\ufeff" + safe.to_csv(index=False, float_format="%.5g", lineterminator="\n")  # the mark by which Excel knows UTF-8


def _beside(data, title):
    """The whole table as CSV, for a report to write beside its page."""
    return {"name": _slug(title), "csv": data} if os.environ.get("DATELINE_REPORT") else None


def _slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "table"


def _download(frame, title, data):
    """A link that holds the table, which is `data` as CSV; of a long table its head, and it says so."""
    rows, told = len(frame), f"all {count(len(frame), 'row')}"
    while rows and len(data.encode("utf-8", "replace")) > DOWNLOAD:
        rows = int(rows * DOWNLOAD / len(data.encode("utf-8", "replace")) * 0.9)
        data, told = _csv(frame, rows), f"the first {rows:,} of {len(frame):,} rows<!--beside-->"
    if not rows:
        return '<p class="data">The table is too wide to stand in the page<!--beside--></p>'
    link = UNSAFE.sub(lambda match: quote(match[0]), data.encode("utf-8", "replace").decode())
    return f'<p class="data"><a download="{_slug(title)}.csv" href="data:text/csv;charset=utf-8,{link}">Data as CSV</a> ({told})</p>'
