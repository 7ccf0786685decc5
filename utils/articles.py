"""files -> articles, set_aside. The front door: every file that is found is an article or a row that says why not."""

import datetime
import hashlib
import os
import re
import stat
from collections import Counter
from pathlib import Path, PurePosixPath

import pandas as pd

from utils.clean import clean
from utils.readers import dated_text
from utils.words import DATA, guess_language

ROOT = DATA.parent
COLUMNS = {
    "article_id": "str", "date": "datetime64[s]", "date_precision": "str", "date_from": "str", "date_given": "str",
    "title": "str", "standfirst": "str", "text": "str", "source": "str", "url": "str", "language": "str",
    "encoding": "str", "flags": "str", "path": "str", "line": "int64", "dateline": "str", "agency": "str", "left_out": "str",
}  # fmt: skip
SET_ASIDE = {"path": "str", "line": "int64", "reason": "str", "detail": "str"}
ENDINGS = {".txt", ".text", ""}
LARGEST = 50_000_000  # bytes; a longer file is no article
SYSTEM_FILE = re.compile(r"(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini|~\$[^/]*)(/|$)", re.IGNORECASE)
TRAITS = {  # what is told of an article, the harmless first: of which articles, and, where it is odd, in a word or two
    "articles taken": (lambda articles: articles["text"].notna(), None),
    "dates read from the date line": (lambda articles: articles["date_from"].eq("line"), None),
    "dated to the day": (lambda articles: articles["date_precision"].eq("day"), None),
    "with a standfirst that stood more than once": (lambda articles: articles["standfirst"].notna(), None),
    "with other sentences that stood more than once": (lambda articles: articles["flags"].str.contains("repeats"), "repeats"),
    "with a dateline": (lambda articles: articles["dateline"].notna(), None),
    "dated to the month": (lambda articles: articles["date_precision"].eq("month"), "month only"),
    "with an end that is cut": (lambda articles: articles["flags"].str.contains("cut"), "cut"),
    "with sentences that no space parts": (lambda articles: articles["flags"].str.contains("glued"), "glued"),
    "with words joined that line ends had broken": (lambda articles: articles["flags"].str.contains("hyphens"), "hyphens"),
    "with lines left out that belong to the page": (lambda articles: articles["left_out"].notna(), "boilerplate"),
    "with nothing but lines of the page": (lambda articles: articles["flags"].str.contains("only_boilerplate"), "only boilerplate"),
    "with mojibake that was mended": (lambda articles: articles["flags"].str.contains("mojibake"), "mojibake"),
    "with control characters": (lambda articles: articles["flags"].str.contains("controls"), "controls"),
    "without a date": (lambda articles: articles["date_given"].isna(), "no date"),
    "with an impossible date": (lambda articles: articles["flags"].str.contains("impossible_date"), "impossible date"),
    "with a date in the future": (lambda articles: articles["flags"].str.contains("future_date"), "future date"),
}
CONTROLS = {n: " " for n in [*range(9), 11, *range(14, 32), 127]}


class SetAside(Exception):
    """A file that is no article: `SetAside(reason, detail)`."""


def load_articles(path, *, today=None):
    """Read a folder (or one file) of articles: `(articles, set_aside)`.

    One row of `articles` is one article: `article_id` (its path, without the ending), `date` (a day, or NaT), its
    `date_precision` (day, month), `date_from` (line), `date_given` (as written), `title`, `standfirst`, `text` (every
    sentence once), `source` (the first sub-folder), `language` (a guess, ISO 639-1), `encoding`, `flags` (of repeats,
    controls, impossible_date, future_date, and of those of `clean`; parted by spaces), `path` and `line` (where the raw text
    stands), `dateline`, `agency` and `left_out` (what belongs to the page and not to the story; see `clean`).
    One row of `set_aside` is a file that was not taken: `path line reason detail`. Together they are all that was found.

    A relative path starts at the working folder or, where nothing is there, at the project's. `today` (a date) is only
    used to flag dates that lie ahead of it. Raises FileNotFoundError where there is no such folder or file.

    >>> articles, set_aside = load_articles("data/articles")
    >>> bool(articles.article_id.is_unique), bool(articles.text.str.len().min() > 0)
    (True, True)
    """
    root = find_folder(path)
    today = today or datetime.date.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or datetime.datetime.now().timestamp()))
    taken, aside = [], []
    for name, file in find_files(root):
        try:
            taken.append(_read(name, file, today))
        except SetAside as problem:
            aside.append({"path": name, "line": 0, "reason": problem.args[0], "detail": problem.args[1]})
    for record, article_id in zip(taken, _ids([record["path"] for record in taken])):
        record["article_id"] = article_id
    return clean(_frame(taken, COLUMNS)), _frame(aside, SET_ASIDE)


def find_folder(path):
    """Where `path` is: from the working folder or else from the project's. Raises FileNotFoundError."""
    for place in (Path(path), ROOT / path) if str(path).strip() else ():
        if place.exists():
            return place.resolve()
    raise FileNotFoundError(f"There is no folder '{path}'. Give the path of a folder of articles, for example 'data/articles'.")


def find_files(root):
    """All files below `root`, sorted: pairs of the path from `root`, with slashes, and the file."""
    if not root.is_dir():
        return [(root.name, root)]
    found = []
    for folder, folders, names in os.walk(root, onerror=lambda e: found.append(Path(e.filename))):
        found += [Path(folder, name) for name in names]
        found += [Path(folder, name) for name in folders if Path(folder, name).is_symlink()]
    return sorted((os.fsencode(file.relative_to(root).as_posix()).decode("utf-8", "replace"), file) for file in found)


def fingerprint(path):
    """`(number of files, hash)` of a folder: the hash changes when a file's name or a byte in it does.

    >>> fingerprint("data/articles") == fingerprint("data/articles")
    True
    """
    files, digest = find_files(find_folder(path)), hashlib.sha256()
    for name, file in files:
        digest.update(os.fsencode(name) + b"\0")
        if file.is_file() and os.access(file, os.R_OK):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return len(files), digest.hexdigest()[:16]


def traits(articles):
    """One row an article and what there is to tell of it: `article_id what`, in the order of `TRAITS`.

    >>> traits(load_articles("data/articles")[0]).what.unique()[:3].tolist()
    ['articles taken', 'dates read from the date line', 'dated to the day']
    """
    rows = [articles.loc[has(articles), ["article_id"]].assign(what=what) for what, (has, _) in TRAITS.items()]
    return pd.concat(rows, ignore_index=True).astype({"what": "str"})


def audit(articles, set_aside):
    """What was read, as a table: `what n`, from files found to ends that are cut. One row is one thing counted.

    >>> table = audit(*load_articles("data/articles")).set_index("what").n
    >>> bool(table["files found"] == table["articles taken"] + table["files set aside"])
    True
    """
    no_text = (set_aside["reason"] == "no text").sum()
    taken, *others = traits(articles)["what"].value_counts().reindex(list(TRAITS), fill_value=0).items()
    rows = [("files found", len(articles) + len(set_aside)), taken, ("files set aside", len(set_aside)), ("of these without any text", no_text), *others]
    return pd.DataFrame(rows, columns=["what", "n"]).astype({"what": "str", "n": "int64"})


def flagged(articles):
    """The articles that something is odd about, the gravest first: `date label what path` and, to find it, `mark`, its id.

    >>> flagged(load_articles("data/articles")[0]).columns.tolist()
    ['date', 'label', 'what', 'path', 'mark']
    """
    odd = {what: (grave, name) for grave, (what, (_, name)) in enumerate(TRAITS.items()) if name}
    told = traits(articles).query("what in @odd").assign(grave=lambda rows: rows["what"].map(lambda what: odd[what][0]), what=lambda rows: rows["what"].map(lambda what: odd[what][1]))
    told = told.sort_values("grave", ascending=False, kind="stable").groupby("article_id", sort=False).agg(what=("what", ", ".join), grave=("grave", "max"))
    rows = articles.assign(label=labels(articles)).merge(told, left_on="article_id", right_index=True)
    return rows.sort_values(["grave", "path"], ascending=[False, True], ignore_index=True).rename(columns={"article_id": "mark"})[["date", "label", "what", "path", "mark"]]


def sources(articles):
    """One row a source and language: `source language articles undated first last` and, to find it, `mark`; the largest first."""
    known = articles.assign(undated=articles["date"].isna())
    groups = known.groupby(["source", "language"], dropna=False)
    table = groups.agg(articles=("article_id", "size"), undated=("undated", "sum"), first=("date", "min"), last=("date", "max"))
    table = table.sort_values("articles", ascending=False, kind="stable").reset_index()
    return table.assign(mark=table["source"].fillna("–") + ", " + table["language"].fillna("–"))


def labels(articles, *, length=60):
    """A short name for each article: its title, else its first words; a Series with the index of `articles`.

    >>> labels(pd.DataFrame({"title": [None], "text": ["The two heads met in Bengaluru on Friday."]}), length=20).item()
    'The two heads met in…'
    """
    titles = articles["title"] if "title" in articles else pd.Series(None, index=articles.index, dtype="str")
    names = titles.fillna(articles["text"]).str.slice(0, 8 * length + 80).str.replace(r"\s+", " ", regex=True).str.strip()
    short = names.str.slice(0, length + 1).str.replace(r"\W*\s?\S*$", "", regex=True)
    short = short.where(short != "", names.str.slice(0, length))
    return names.where(names.str.len() <= length, short + "…")


def _read(name, file, today):
    data = _bytes(name, file)
    controls = len(data) - len(data.translate(None, bytes(CONTROLS)))
    if controls > len(data) / 20:
        raise SetAside("binary", f"{controls:,} of {len(data):,} bytes are control characters")
    text, encoding = _decode(data)
    record = dated_text.read("\n".join((text.translate(CONTROLS) if controls else text).splitlines()))
    if not re.search(r"[^\W_]", record["text"]):
        why = "the file is empty" if not text.strip() else "a date line with no word behind it" if record["date_given"] else "it holds no word"
        raise SetAside("no text", why)
    date, precision, problem = _date(record["date_given"], today)
    flags = record["flags"] + problem + ["controls"] * bool(controls)
    folder = PurePosixPath(name).parts[:-1]
    return {
        **record, "date": date, "date_precision": precision, "date_from": "line" if date else None,
        "source": folder[0] if folder else None, "url": None, "language": guess_language(record["text"]),
        "encoding": encoding, "flags": " ".join(flags), "path": name,
    }  # fmt: skip


def _bytes(name, file):
    """What stands in the file; raises SetAside."""
    if SYSTEM_FILE.search(name):
        raise SetAside("system file", "made by the system, not by a writer")
    if "\ufffd" in name:
        raise SetAside("file name", "its name is not UTF-8")
    try:
        if file.is_symlink() and not file.is_file():
            raise SetAside("link", "a link to a folder or to nothing; links to folders are not followed")
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SetAside("unreadable", "the folder may not be opened")
        if not stat.S_ISREG(status.st_mode):
            raise SetAside("not a file", "a pipe, socket or device")
        if file.suffix.lower() not in ENDINGS:
            raise SetAside("format", f"Dateline reads text files (.txt) so far, not {file.suffix}")
        if status.st_size > LARGEST:
            raise SetAside("too large", f"{status.st_size:,} bytes; the limit is {LARGEST:,}")
        return file.read_bytes()
    except OSError as error:
        raise SetAside("unreadable", error.strerror or type(error).__name__) from None


def _decode(data):
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError as error:
        raise SetAside("not UTF-8", f"byte {error.start + 1:,} of {len(data):,} cannot be decoded") from None


def _date(given, today):
    """A date as written -> (date or None, precision or None, flags).

    >>> _date("2022-01", datetime.date(2025, 1, 1)), _date("2022-02-30", datetime.date(2025, 1, 1))
    ((datetime.date(2022, 1, 1), 'month', []), (None, None, ['impossible_date']))
    """
    if given is None:
        return None, None, []
    numbers = [int(n) for n in re.findall(r"\d+", given)]
    try:
        date = datetime.date(*numbers, *[1] * (3 - len(numbers)))
    except ValueError:
        return None, None, ["impossible_date"]
    return date, "day" if len(numbers) == 3 else "month", ["future_date"] * (date > today)


def _ids(paths):
    """Paths without their endings, but where two would be one they keep them."""
    short = [str(PurePosixPath(path).with_suffix("")) for path in paths]
    times = Counter(short) + Counter(paths)  # a file "a" beside "a.txt" clashes too
    return [s if times[s] == 1 else p for s, p in zip(short, paths)]


def _frame(records, columns):
    return pd.DataFrame({name: pd.Series([r.get(name) for r in records], dtype=dtype) for name, dtype in columns.items()})
