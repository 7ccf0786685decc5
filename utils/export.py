"""Tables, charts and articles -> files for other programs: a spreadsheet, a slide, R, Voyant, AntConc.

What goes out is what stood there, and nothing in it runs. Articles come back the same through `load_articles`.
"""

import itertools
import re
import textwrap
import unicodedata
from pathlib import Path

import pandas as pd

from utils.columns import FIELDS
from utils.prose import count
from utils.readers import dated_text
from utils.style import MUTED, PAPER, styled
from utils.svg import part_labels
from utils.words import no_formula, visible

WIDEST = 50  # characters, of a column of a sheet
LONGEST_CELL = 32_767  # characters; Excel holds no more, and openpyxl cuts the rest without a word


def save_table(table, file):
    """A table as `.csv` or `.xlsx` that a spreadsheet opens well, days as days, lists as words, no text as a formula; returns the path.

    In CSV a text that begins as a formula does gets a ' in front; in Excel it stays as it is and is marked as text. An index
    that has a name becomes a column. Raises ValueError at another ending, and where a text is too long for Excel.

    >>> from tempfile import mkdtemp
    >>> save_table(pd.DataFrame({"token": ["=1+1"], "n": [3]}), Path(mkdtemp(), "counts.csv")).read_text(encoding="utf-8-sig")
    "token,n\\n'=1+1,3\\n"
    """
    file, cells = Path(file), table.reset_index(drop=table.index.names == [None])
    for place, kind in enumerate(cells.dtypes):
        if kind.kind not in "biufcM":
            cells.isetitem(place, cells.iloc[:, place].astype(object).map(_words))
    if file.suffix == ".csv":  # without its mark Excel reads no UTF-8
        cells.map(no_formula).rename(columns=no_formula).to_csv(file, index=False, encoding="utf-8-sig", lineterminator="\n")
        return file
    if file.suffix != ".xlsx":
        raise ValueError(f"a table is saved as .csv or .xlsx, not as '{file.name}'")
    if (longest := cells.map(lambda value: isinstance(value, str) and len(value)).to_numpy().max(initial=0)) > LONGEST_CELL:
        raise ValueError(f"a text has {longest:,} characters, a cell of Excel holds {LONGEST_CELL:,}: save the table as .csv")
    with pd.ExcelWriter(file, engine="openpyxl") as book:
        cells.to_excel(book, index=False, freeze_panes=(1, 0))
        sheet = book.sheets["Sheet1"]
        for head, (name, column) in zip(sheet[1], cells.items()):  # as wide as what stands in it: a day in a narrower one is shown as ####
            longest = column.astype("str").str.len().max()
            sheet.column_dimensions[head.column_letter].width = min(max(len(str(name)), 0 if pd.isna(longest) else longest) + 2, WIDEST)
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            cell.data_type = "s" if cell.data_type in "fe" else cell.data_type  # "=1+1" and "#N/A" are what an article says
            cell.number_format = "yyyy-mm-dd" if cell.is_date else cell.number_format
    return file


def _words(value):
    value = ", ".join(map(str, value)) if isinstance(value, (list, tuple, set, frozenset)) else value
    return visible(value) if isinstance(value, str) else value


@styled
def save_figure(ax, file, *, title, caption="", articles=None):
    """A chart as `.png`, `.svg` or `.pdf` that reads alone, as on a slide: `title` above, `caption` and source below; returns the path.

    The source is how many `articles` (a table) it was drawn from, and from when to when. Fonts are embedded, links left out.
    `ax` is an Axes or an array of them and stays as it is, so that `show.figure` can show it after.

    >>> from tempfile import mkdtemp
    >>> from utils.charts import bars
    >>> save_figure(bars(pd.DataFrame({"token": ["moon"], "n": [3]})), Path(mkdtemp(), "moon.svg"), title="Terms").name
    'moon.svg'
    """
    import matplotlib

    file, drawing = Path(file), ax.flat[0].figure if hasattr(ax, "flat") else ax.figure
    width = drawing.get_figwidth()
    foot = "\n".join(textwrap.fill(visible(line), int(16 * width)) for line in (caption, _source(articles)) if line)
    head = drawing.suptitle(textwrap.fill(visible(title), int(9 * width)), x=0.01, ha="left", size=13, weight="bold")
    about = [head, drawing.supxlabel(foot, x=0.01, ha="left", size=8.5, color=MUTED)]
    try:
        for text in about:
            text.set_in_layout(True)
        drawing.draw_without_rendering()
        part_labels(drawing)
        with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": title, "pdf.fonttype": 42}):
            undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(file.suffix)  # the same chart is the same file
            drawing.savefig(file, dpi=200, facecolor=PAPER, bbox_inches="tight", pad_inches=0.15, metadata=undated)
    finally:
        for text in about:
            text.set(text="", in_layout=False)
    if file.suffix == ".svg":  # links to sentences, which stay behind
        file.write_text(re.sub(r"</?a\b[^>]*>", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    return file


def _source(articles):
    if articles is None:
        return "Dateline"
    dates = articles["date"].dropna() if "date" in articles else ()
    ends = dict.fromkeys(f"{end:%b %Y}" for end in (dates.min(), dates.max())) if len(dates) else ()
    return ", ".join([count(len(articles), "article"), " to ".join(ends)][: 1 + len(ends)]) + " · Dateline"


def save_readtext(articles, file):
    """A CSV of articles as R's readtext and quanteda read it: `doc_id`, `text`, all other columns as docvars; returns the path.

    In R: `corpus(readtext("moon.csv", docid_field = "doc_id", text_field = "text"))`. Texts stay as they are, so that one may
    look like a formula: for a spreadsheet take `save_table`. Days are written 2017-11-18, of what is known to the month 2022-01.

    >>> from tempfile import mkdtemp
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": ["The moon."]})
    >>> save_readtext(frame, Path(mkdtemp(), "moon.csv")).read_text()
    'doc_id,text,date\\na,The moon.,2017-11-18\\n'
    """
    _documents(articles).to_csv(file, index=False, lineterminator="\n")
    return Path(file)


def save_texts(articles, folder):
    """A folder with a `.txt` for each article, its text alone, and `metadata.csv`, which tells the rest of each `file`; returns the folder.

    So Voyant, AntConc, Wordless and others take a corpus. A file is called by its number and as much of the article's id as
    every system allows. Raises FileExistsError where something stands in the folder.

    >>> from tempfile import mkdtemp
    >>> frame = pd.DataFrame({"article_id": ["post/a", "Post:A"], "text": ["The moon.", "A rover."]})
    >>> sorted(file.name for file in save_texts(frame, mkdtemp()).iterdir())
    ['1-post_a.txt', '2-Post_A.txt', 'metadata.csv']
    """
    (folder := Path(folder)).mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"The folder '{folder}' is not empty; its files would be mixed with these. Name a new one.")
    documents, digits = _documents(articles), len(str(len(articles)))
    stems = (re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", name))[:50].strip("._") for name in documents["doc_id"])
    documents.insert(0, "file", [f"{n:0{digits}}-{stem}.txt" for n, stem in enumerate(stems, 1)])
    for name, text in zip(documents["file"], documents["text"]):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    rest = documents.drop(columns=FIELDS["text"].split(), errors="ignore")  # with a `summary` it would be read as a table of articles
    rest.to_csv(folder / "metadata.csv", index=False, lineterminator="\n")
    return folder


def _documents(articles):
    """Articles as others call them: `doc_id text` and the rest, dates as precise as they are known."""
    articles = articles.reset_index(drop=True)
    rest = articles.drop(columns=["article_id", "text", "doc_id"], errors="ignore")
    if "date" in rest:
        months = rest.get("date_precision", pd.Series("day", rest.index)).eq("month")
        rest["date"] = rest["date"].dt.strftime("%Y-%m-%d").mask(months, rest["date"].dt.strftime("%Y-%m")).astype("str")
    dates = rest.get("date", pd.Series("", rest.index)).fillna("")
    own = ("date" in text[:400] and dated_text.read(text)["date_given"] for text in articles["text"])  # or its first line would be read as its date line
    texts = [f" date {date or '0000-00-00'}\n\n{text}" if looks_so else text for text, date, looks_so in zip(articles["text"], dates, own)]
    return pd.DataFrame({"doc_id": articles["article_id"].astype("str"), "text": texts}).join(rest)
