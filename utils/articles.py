"""files -> articles, set_aside. The front door: every file that is found is an article or a row that says why not."""

import argparse
import datetime
import json
import os
import re
import sys
from collections import Counter, defaultdict
from contextlib import nullcontext
from itertools import chain

import pandas as pd

from utils.clean import clean
from utils.dating import choose_date, date_of_text, dates_of_path, find_order
from utils.files import CONTROL, ENDING, LARGEST, PACKED, File, SetAside
from utils.folders import alone, check_name, find_files, find_folder, read_bytes
from utils.prose import listing, none_found
from utils.readers import dated_text, read
from utils.store import PART, code, digest, give_back, hash_table, hashed, in_parts, place_of, read_table, write_table
from utils.words import guess_language, read_lines, visible

COLUMNS = {
    "article_id": "str", "date": "datetime64[s]", "date_precision": "str", "date_from": "str", "date_given": "str",
    "title": "str", "standfirst": "str", "text": "str", "source": "str", "url": "str", "language": "str",
    "encoding": "str", "read_as": "str", "flags": "str", "path": "str", "line": "int64",
    "dateline": "str", "agency": "str", "left_out": "str",
}  # fmt: skip
SET_ASIDE = {"path": "str", "line": "int64", "reason": "str", "detail": "str"}
SAVED_WITH = re.compile(r"(?:_files|-Dateien|_fichiers)/")  # the folder that a browser saves beside a page


def load_articles(path, *, columns=None, today=None, files=None, cleaned=True, store=None):
    """Read a folder (or one file) of articles in any format that `utils/readers/` knows: `(articles, set_aside)`.

    One row of `articles` is one article: `article_id` (its path, without the ending; of a file of many with `#` and its id
    or number), `date` (a day, or NaT), its `date_precision` (day, month), `date_from` (line, metadata, column and its name,
    name, folder, text; the first that can be read), `date_given` (as written), `title`, `standfirst`, `text` (every sentence
    once), `source` (as stated, or the first sub-folder), `url`, `language` (a guess, ISO 639-1), `encoding`, `read_as` (the
    format, and of a table which column is what), `flags` (of repeats, controls, guessed_encoding, impossible_date,
    unread_date, ambiguous_date, day_first, month_first, contradicting_dates, future_date; parted by spaces), `path` and
    `line` (where the raw text stands: a line, of a table a row, of JSON an object), `dateline`, `agency` and `left_out`
    (what belongs to the page and not to the story; see `clean`, which adds flags of its own).
    One row of `set_aside` is a file or record that was not taken: `path line reason detail`. Together they are all that was
    found. A date is never today's, nor the file's own.

    A relative path starts at the working folder or, where nothing is there, at the project's. `columns` names columns of
    tables that would be guessed wrongly: `{"text": "Body", "date": "Printed"}`, of text, title, date, source, url, language
    and id. `today` (a date) is only used to flag dates that lie ahead of it. `store` is a folder in which what was read is
    kept (see `utils.store`), so that the next time only what changed is read again; what `find_dates`, `find_names` and
    others of the kind make of these articles is kept there too.
    `files` are the names, as `find_files` has them, of those to be read (see `parts`; they are not kept); without `cleaned` the
    text stays as it stands in the file. Raises FileNotFoundError where there is no such folder or file.

    >>> articles, set_aside = load_articles("data/articles")
    >>> bool(articles.article_id.is_unique), bool(articles.text.str.len().min() > 0)
    (True, True)
    """
    root = find_folder(path)
    today = today or datetime.date.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or datetime.datetime.now().timestamp()))
    store = (store or os.environ.get("DATELINE_STORE")) if files is None and cleaned else None
    place = place_of(store, root) if store else None
    with alone(place / "articles.lock", wait=True) if store else nullcontext():  # another kernel of the report may be reading them
        tables = _tables(root, place, files, columns, cleaned)
    articles, set_aside = tables[0].astype(COLUMNS), tables[1].astype(SET_ASIDE)
    future = articles["date"] > pd.Timestamp(today)
    articles.loc[future, "flags"] = (articles.loc[future, "flags"] + " future_date").str.strip()
    articles.attrs = {"store": [str(place), hash_table(articles), list(articles), len(articles)]} if store else {}
    return give_back((articles, set_aside), len(articles))


def _tables(root, place, files, columns, cleaned):
    """`(articles, set_aside)` as the store holds them, or as they are read now, and kept where there is a store."""
    pairs = [] if place else find_files(root) if files is None or root.is_file() else [(name, os.path.join(root, name)) for name in files]
    files = hashed(root, place) if place else pd.DataFrame(pairs, columns=["name", "path"], dtype=object).assign(sha256="")
    files.loc[_page_parts(files["name"]), ["path", "sha256"]] = None, "page part"
    key = digest(code(), json.dumps(columns), "\0".join(files["name"]), "\0".join(files["sha256"]))
    names = (place / "articles.parquet", place / "set_aside.parquet") if place else ()
    tables = [read_table(name, key) for name in names]
    if not place or any(table is None for table in tables):
        tables = _put_together(_read_changed(files, columns, place) if place else _read_files(files, columns), cleaned)
        for name, table in zip(names, tables):
            write_table(table, name, key)
    return tables


def _page_parts(names):
    """Which files were saved along with a web page, in a folder of their own beside it."""
    pages = {ENDING.sub("", name) for name in names if name.lower().endswith((".html", ".htm"))}
    return [bool(pages) and (part := SAVED_WITH.search(name)) is not None and name[: part.start()] in pages for name in names]


def _read_files(files, columns):
    """What stands in each file: records that are articles and rows of what is none, a list of them as JSON, which takes a third of the room."""
    pairs = list(zip(files["name"], files["path"]))
    starts = range(0, len(pairs), PART)
    return [found for part in in_parts(_read_all, ((pairs[at : at + PART], columns) for at in starts), len(starts), "read articles") for found in part]


def _read_all(files, columns):
    return [json.dumps(list(_read(name, path, columns))) for name, path in files]


def _read_changed(files, columns, place):
    """`_read_files`, of which those are read that the store does not hold; then it holds these and no others."""
    key, files = digest(code(), json.dumps(columns)), files.reset_index(drop=True)
    known = read_table(place / "records.parquet", key)
    held = {} if known is None else dict(zip(known["name"] + known["sha256"], known["records"]))
    records = (files["name"] + files["sha256"]).map(held).astype(object).where(files["sha256"] != "", None)
    new = records.isna()
    records[new] = _read_files(files[new], columns)
    if new.any() or len(held) != len(files):
        write_table(files[["name", "sha256"]].assign(records=records.astype("str")), place / "records.parquet", key)
    return records


def _put_together(found, cleaned):
    """`(articles, set_aside)` from what stands in all files: only now it shows how dates are written and which ids clash."""
    taken, aside = [], []
    for record in chain.from_iterable(map(json.loads, found)):
        (aside if "reason" in record else taken).append(record)
    tells = {path: known for record in aside for path, known in record.get("tells", {}).items()}  # of a table beside texts
    written = defaultdict(list)  # in each file, and in all names: what tells whether the day or the month stands first
    for record in taken:
        record |= tells.get(record["path"], {})
        for where, given in record["dates"]:
            written[_column(record, where)].append(given)
    orders = {column: find_order(given) for column, given in written.items()}
    for record, article_id in zip(taken, _ids(taken)):
        found = choose_date(record["dates"], {where: orders[_column(record, where)] for where, _ in record["dates"]})
        record |= {**found, "article_id": article_id, "flags": " ".join(dict.fromkeys(record["flags"] + found["flags"]))}
    articles = _frame(taken, COLUMNS)
    aside = _frame([{**record, "line": record.get("lines", record["line"])} for record in aside], SET_ASIDE | {"line": object})
    taken.clear()
    articles = give_back(articles, len(articles))  # the records took more than the tables do
    return clean(articles) if cleaned else articles, aside.explode("line", ignore_index=True).astype(SET_ASIDE)


def fingerprint(path, *, store=None):
    """`(number of files, hash)` of a folder: the hash changes when a file's name or a byte in it does.

    >>> fingerprint("data/articles") == fingerprint("data/articles")
    True
    """
    root = find_folder(path)
    files = hashed(root, place_of(store, root) if store else None)
    return len(files), digest("\0".join(files["name"]), "\0".join(files["sha256"]))[:16]


def _traits():
    """The lines of `data/traits/articles.txt`: (trait, column, pattern, word)."""
    return [[part.strip() for part in line.split(";")] for line in read_lines("traits/articles")]


def traits(articles):
    """One row an article and what there is to tell of it: `article_id what`, in the order of `data/traits/articles.txt`.

    >>> traits(load_articles("data/articles")[0]).what.unique()[:3].tolist()
    ['articles taken', 'dates read from the date line', 'dated to the day']
    """
    has = lambda column, pattern: articles[column].isna() if pattern == "-" else articles[column].str.contains(pattern, na=False)
    rows = [articles.loc[has(*known), ["article_id"]].assign(what=what) for what, *known, _ in _traits()]
    return pd.concat(rows, ignore_index=True).astype({"what": "str"})


def audit(articles, set_aside):
    """What was read, as a table: `what n`, from files found to ends that are cut. One row is one thing counted.

    Articles taken, files set aside and records set aside (of files that hold many) are together all that was found.

    >>> table = audit(*load_articles("data/articles")).set_index("what").n
    >>> bool(table["files and records found"] == table["articles taken"] + table["files set aside"] + table["records set aside"])
    True
    """
    no_text, records = (set_aside["reason"] == "no text").sum(), (set_aside["line"] > 0).sum()
    paths = pd.concat([articles["path"], set_aside["path"]]).nunique()
    taken, *others = traits(articles)["what"].value_counts().reindex([what for what, *_ in _traits()], fill_value=0).items()
    rows = [("files found", paths), ("files and records found", len(articles) + len(set_aside)), taken, ("files set aside", len(set_aside) - records)]
    rows += [("records set aside", records), ("of these without any text", no_text), *others]
    return pd.DataFrame(rows, columns=["what", "n"]).astype({"what": "str", "n": "int64"})


def flagged(articles):
    """The articles that something is odd about, the gravest first: `date label what path` and, to find it, `mark`, its id.

    >>> flagged(load_articles("data/articles")[0]).columns.tolist()
    ['date', 'label', 'what', 'path', 'mark']
    """
    odd = {what: (grave, name) for grave, (what, _, _, name) in enumerate(_traits()) if name}
    told = traits(articles).query("what in @odd").assign(grave=lambda rows: rows["what"].map(lambda what: odd[what][0]), what=lambda rows: rows["what"].map(lambda what: odd[what][1]))
    told = told.sort_values("grave", ascending=False, kind="stable").groupby("article_id", sort=False).agg(what=("what", ", ".join), grave=("grave", "max"))
    rows = articles.merge(told, left_on="article_id", right_index=True).sort_values(["grave", "path"], ascending=[False, True], ignore_index=True)
    return rows.assign(label=labels(rows)).rename(columns={"article_id": "mark"})[["date", "label", "what", "path", "mark"]]


def sources(articles):
    """One row a source and language: `source language articles undated first last` and, to find it, `mark`; the largest first.

    >>> sources(load_articles("data/articles")[0])[["source", "articles"]].values.tolist()[0]
    ['indian-press', 87]
    """
    groups = articles.assign(undated=articles["date"].isna()).groupby(["source", "language"], dropna=False)
    table = groups.agg(articles=("article_id", "size"), undated=("undated", "sum"), first=("date", "min"), last=("date", "max"))
    table = table.sort_values("articles", ascending=False, kind="stable").reset_index()
    return table.assign(mark=table["source"].fillna("–") + ", " + table["language"].fillna("–"))


def labels(articles, *, length=60):
    """A short name for each article: its title, else its first words; a Series with the index of `articles`.

    >>> labels(pd.DataFrame({"title": [None], "text": ["The two heads met in Bengaluru on Friday."]}), length=20).item()
    'The two heads met in…'
    """
    names = articles["title"].fillna(articles["text"]) if "title" in articles else articles["text"]
    return pd.Series([name if pd.isna(name) else _label(name, length) for name in names], articles.index, dtype="str")


def _label(name, length):
    name = " ".join(name[: 8 * length + 80].split())
    return name if len(name) <= length else (re.sub(r"\W*\s?\S*$", "", name[: length + 1]) or name[:length]) + "…"


def _read(name, file, columns):
    """What stands in a file: records that are articles, and rows of what is none."""
    if file is None:
        yield {"path": name, "line": 0, "reason": "page part", "detail": "it was saved along with a web page"}
        return
    try:
        data = read_bytes(name, file)
    except SetAside as problem:
        yield {"path": name, **problem.row()}
        return
    for record in read(File(name, data, columns=columns)):
        try:
            if record["path"] != name:
                check_name(record["path"])
            yield {**record, "detail": _line(record["detail"])} if "reason" in record else _record(record)
        except SetAside as problem:
            yield {"path": record["path"], **problem.row(), "line": record["line"]}


def _record(found):
    """What a reader found, as an article; raises SetAside where it has no text."""
    if not (written := found["text"]).strip():
        raise SetAside("no text", "the record has no text" if found["n"] else "the file is empty")
    if len(written) > LARGEST:
        raise SetAside("too large", f"{len(written):,} characters; the limit of an article is {LARGEST:,}")
    controls = CONTROL.search(written) is not None
    plain = "\n".join((CONTROL.sub(" ", written) if controls else written).splitlines())
    plainly = {name: _line(found.get(name)) for name in ("title", "source", "url", "id", "doc_id", "language", "encoding", "read_as")}
    record = dated_text.read(plain, title=plainly["title"])
    if plainly["title"] and not record["text"]:  # the title is all there is
        record = dated_text.read(plain)
    if not re.search(r"[^\W_]", text := record["text"]):
        why = "a date line with no word behind it" if record["date_given"] else "it holds no word"
        raise SetAside("no text", "the record has no text" if found["n"] else why)
    dates = [("line", record["date_given"])] * bool(record["date_given"]) + [(_line(where), _line(given)) for where, given in found.get("dates", []) if _line(given)]
    folders = [part for part in found["path"].split("/")[:-1] if not part.lower().endswith(PACKED) and re.search(r"[^\W\d]", part)]
    return {
        **record, **plainly, "n": found["n"], "path": found["path"], "line": found["line"] or record["line"],
        "title": plainly["title"] or record["title"], "source": plainly["source"] or (folders[0] if folders else None),
        "language": guess_language(text) or (plainly["language"] or "")[:2].lower() or None,
        "dates": dates + dates_of_path(found["path"]) * (not found["n"]) + [("text", given) for given in [date_of_text(text)] if given],
        "flags": found["flags"] + record["flags"] + ["controls"] * controls,
    }  # fmt: skip


def _line(words):
    """Something that is told of an article, on one line; None where it is nothing."""
    return " ".join(CONTROL.sub(" ", words).split())[:1000] or None if isinstance(words, str) else None


def _column(record, where):
    """Which dates are written in one way: those of a column, an export, or of all names and folders."""
    return where if where in ("name", "folder") else (record["path"], where)


def _ids(records):
    """A `doc_id`, else paths without their endings, of a file of many with the record's own id, else its number. Where two would be one
    they keep the ending; of two records with one id in one file each has its number too."""
    keys = [f"#{record['doc_id'] or record['id'] or record['n']}" if record["n"] else "" for record in records]
    short = [record["doc_id"] or short_name(record["path"]) + key for record, key in zip(records, keys)]
    full = [record["path"] + key for record, key in zip(records, keys)]
    times = Counter(short) + Counter(full)  # a file "a" beside "a.txt" clashes too
    ids = [s if times[s] == 1 else f for s, f in zip(short, full)]
    times, seen = Counter(ids), set()
    for place, record in enumerate(records):
        name = ids[place] + f"#{record['n']}" * (times[ids[place]] > 1)
        while name in seen:
            name += "+"
        seen.add(name)
        ids[place] = name
    return ids


def short_name(path):
    """A path without its ending, and without that of packing: `moon.csv.gz` is `moon`."""
    return ENDING.sub("", re.sub(r"(?i)\.gz$", "", path))


def main(arguments=None):
    """The doctor, which tells of a folder. 0 where nothing was set aside, 1 where something was or nothing was found, 2 where there is no folder."""
    parser = argparse.ArgumentParser(prog="python -m utils.articles", description="Tell what Dateline reads in a folder of articles.")
    parser.add_argument("folder", nargs="?", default="data/articles")
    folder = parser.parse_args(arguments).folder
    try:
        articles, set_aside = load_articles(folder)
    except FileNotFoundError as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 2
    print(visible("\n".join(tell(folder, articles, set_aside))))
    return 1 if len(set_aside) or not len(articles) else 0


def tell(folder, articles, set_aside):
    """The lines that the doctor says of a folder, from what `load_articles` gave."""
    if not len(articles):
        yield none_found(folder, set_aside)
    yield from (f"{n:>9,}  {what}" for what, n in audit(articles, set_aside).itertuples(index=False) if n)
    for title, rows in (("Read as:", articles.groupby("read_as")["path"]), ("Set aside:", set_aside.assign(why=set_aside["reason"] + ": " + set_aside["detail"]).groupby("why")["path"])):
        groups = sorted(rows, key=lambda group: (-len(group[1]), group[0]))
        yield from [f"\n{title}"] * bool(groups)
        yield from (f"{len(paths):>9,}  {why}  ({listing(dict.fromkeys(paths.iloc[:3]))}{', …' if len(paths) > 3 else ''})" for why, paths in groups[:20])
        yield from [f"           and {len(groups) - 20:,} kinds more"] * (len(groups) > 20)
    odd = flagged(articles).head(10)
    yield from ["\nThe oddest:"] * bool(len(odd))
    yield from (f"           {row.path}: {row.what}" for row in odd.itertuples())


def _frame(records, columns):
    return pd.DataFrame({name: pd.Series([r.get(name) for r in records], dtype=dtype) for name, dtype in columns.items()})


if __name__ == "__main__":
    sys.exit(main())
