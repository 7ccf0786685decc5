"""Tables with columns of any name -> records: which column is the text, which the date; told by the user or guessed."""

import itertools
import posixpath
import re

from utils.dating import read_date
from utils.files import CONTROL, SetAside, as_text
from utils.words import read_lines

FIELDS = dict(line.split(": ") for line in read_lines("formats/columns"))  # the names of columns, the surest first; doc_id is the whole id, see `export`
WIDEST = 2000  # columns; a table that has more holds no articles
ROWS, CELLS = 1_048_576, 20_000_000  # of a sheet, as Excel has it; of a file
ABOVE = 10  # rows that may stand above the names of the columns
LONG = 120  # characters; a column whose cells are as long as that on average is text
WRAPS = {"main", "rendered", "name", "value", "text", "#text", "content"}  # {"title": {"rendered": …}}, {"source": {"name": …}}
_MARKUP = re.compile(r"</(?:p|div|a|b|i|em|strong|span|h\d|li)>|<(?:br|p) ?/?>", re.IGNORECASE)


def flatten(record, *, depth=3):
    """A record of records with one name for each value: `{"a": {"b": 1}}` is `{"a.b": 1}`; lists of texts are paragraphs.

    >>> flatten({"title": {"rendered": "Moon"}, "text": ["One.", "Two."]})
    {'title.rendered': 'Moon', 'text': 'One.\\n\\nTwo.'}
    """
    flat = {}
    for name, value in record.items():
        if isinstance(value, dict) and depth:
            flat |= {f"{name}.{inner}": v for inner, v in flatten(value, depth=depth - 1).items()}
        elif isinstance(value, list):
            flat[name] = "\n\n".join(v for v in value if isinstance(v, str))
        else:
            flat[name] = value
    return flat


def cell(value):
    """What stands in a cell, as text: no value is none, a day at midnight only a day."""
    return "" if value is None or value != value else str(value).strip().removesuffix(" 00:00:00")


def find_columns(header, sample, told):
    """Which column holds what: `{field: place}`; as told, else by its name, else by what stands in the `sample` of rows.

    >>> find_columns(["ID", "Headline", "Body"], [], {}), find_columns(["A", "B"], [["x", "2017-11-18"]], {"text": "A"})
    ({'text': 2, 'title': 1, 'id': 0}, {'text': 0, 'date': 1})
    """
    plain = lambda name: re.sub(r"[\W_]", "", name.lower())
    names, within = {}, {}
    for place, name in enumerate(header):
        *parents, last = re.split(r"[./]", name)
        names.setdefault(plain(parents[-1] if parents and (last.lower() in WRAPS or name == "source.title") else name), place)
        within.setdefault(plain(last), place)  # {"fields": {"bodyText": …}}
    found = {field: header.index(told[field]) for field in FIELDS if told.get(field) in header}
    for field, known in FIELDS.items():
        places = names | ({} if field in ("id", "url", "source") else {name: place for name, place in within.items() if name not in names})
        place = next((places[name] for name in known.split() if name in places and places[name] not in found.values()), None)
        if field not in found and place is not None:
            found[field] = place
    cells = [[cell(row[place]) for row in sample if place < len(row)] for place in range(len(header))]
    length = lambda field: sum(map(len, cells[found[field]])) / (len(sample) or 1) if field in found else 0
    if not told and length("title") >= LONG > 3 * length("text") > 0:  # their names were exchanged
        found["text"], found["title"] = found["title"], found["text"]
    free = [place for place in range(len(header)) if place not in found.values()]
    if "text" not in found:
        length, place = max(((sum(map(len, cells[place])) / (len(cells[place]) or 1), -place) for place in free), default=(0, 0))
        found |= {"text": -place} if length >= LONG else {}
    if "date" not in found and (dated := [place for place in free if _all_dates(cells[place])]) and len(dated) == 1:  # of two, which?
        found["date"] = dated[0]
    return found


def _all_dates(cells):
    cells = [text for text in cells if text]
    return bool(cells) and all(len(text) < 40 and not text.isdigit() and read_date(text)[2] in ([], ["ambiguous_date"]) for text in cells)


def read_rows(kind, header, rows, file):
    """The records of a table: `rows` are pairs of a line and its cells, or SetAside where a row cannot be read."""
    header = [cell(name) for name in header]
    above, first = [], list(itertools.islice(rows, 200))
    for n, row in enumerate(first[:ABOVE] if not file.columns else []):  # a title, say, or names of groups of columns
        names = [] if isinstance(row, SetAside) else [cell(name) for name in row[1]]
        if "text" in (found := find_columns(names, [], {})) and len(found) > max(1, len(find_columns(header, [], {}))) and max(map(len, names)) < LONG:
            above, header, first = first[:n], names, first[n + 1 :]
            break
    yield from (row.row() if isinstance(row, SetAside) else SetAside("no text", "it stands above the names of the columns", row[0]).row() for row in above)
    if len(header) > WIDEST:
        raise SetAside("no text", f"it has {len(header):,} columns; a table of articles has a few")
    sample = [row[1] for row in first if not isinstance(row, SetAside)]
    if header and header[0].lower() in ("file", "filename") and "text" not in find_columns(header, [], file.columns) and all(row[0].endswith(".txt") for row in sample):
        yield _metadata(header, itertools.chain(first, rows), find_columns(header, [], file.columns), file)
        return
    found = find_columns(header, sample, file.columns)
    if "text" not in found:
        names = ", ".join(header[:20])[:200]
        raise SetAside("no text column", f"no column of {names or 'it'} looks like text; name it: load_articles(…, columns={{'text': …}})")
    read_as = f"{kind} ({', '.join(f'{field}: {header[place]}' for field, place in found.items())})"
    dated, bare = header[found["date"]] if "date" in found else "", []  # the lines of rows without text, which may be millions
    for row in itertools.chain(first, rows):
        line, cells = row if isinstance(row, tuple) else (0, ())
        if cells[len(header) :] and any(map(cell, cells[len(header) :])):
            row = SetAside("broken row", f"it has {len(cells)} cells, the first row {len(header)}", line)
        elif cells and not cell(cells[found["text"]] if found["text"] < len(cells) else None):
            bare.append(line)
            continue
        yield from _bare(bare)
        bare = []
        yield row.row() if isinstance(row, SetAside) else _record({field: cell(cells[place]) for field, place in found.items() if place < len(cells)}, line, read_as, dated)
    yield from _bare(bare)


def read_sheets(kind, sheets, file):
    """The records of several tables: `sheets` are pairs of a name and rows of cells, of which the first with any names the columns."""
    seen = [0]
    for name, rows in sheets:
        rows = _filled(rows, seen)
        _, header = next(rows, (0, ()))
        width = max((place for place, name in enumerate(header, 1) if name is not None), default=0)
        try:
            yield from read_rows(kind, header[:width], rows, file) if width else ()
        except SetAside as problem:
            reason, detail, line = problem.args
            yield SetAside(reason, f"sheet '{name}': {detail}", line).row()


def _filled(rows, seen):
    """Pairs of a line and its cells, of rows with any; a cell far to the right or below makes many that are empty."""
    for line, row in enumerate(itertools.islice(rows, ROWS), 1):
        seen[0] += len(row) + 1
        if seen[0] > CELLS:
            raise SetAside("too large", f"more than {CELLS:,} cells", line)
        if any(cell is not None for cell in row):
            yield line, row


def read_records(kind, found, file):
    """The records of objects: `found` is a list of pairs of a line and a dict of names and values, or SetAside."""
    header = list(dict.fromkeys(name for row in found if not isinstance(row, SetAside) for name in row[1]))
    if len(found) * len(header) > 100_000_000:  # seconds
        raise SetAside("too large", f"{len(found):,} objects with {len(header):,} names")
    return read_rows(kind, header, ((row if isinstance(row, SetAside) else (row[0], [row[1].get(name) for name in header])) for row in found), file)


def _bare(lines):
    """What tells of rows without text that follow each other: one record, with all their lines."""
    return [{"reason": "no text", "detail": "the record has no text", "lines": lines}] * bool(lines)


def _metadata(header, rows, found, file):
    """What a table tells of texts that stand beside it, by their paths: a row of `set_aside` with `tells` for `load_articles`.

    Where it has a column of dates, what that says is all that is known of a date.
    """
    tells = {}
    for _, cells in (row for row in rows if not isinstance(row, SetAside)):
        known = {field: " ".join(CONTROL.sub(" ", cell(cells[place])).split()) for field, place in found.items() if place < len(cells)}
        dates = {"dates": [(f"column {header[found['date']]}", date)] * bool(date)} if (date := known.pop("date", None)) is not None else {}
        tells[posixpath.join(posixpath.dirname(file.path), cell(cells[0]))] = {field: value for field, value in known.items() if value} | dates
    return {"reason": "metadata", "detail": f"what it tells of {len(tells):,} texts is told with them", "tells": tells}


def _record(values, line, read_as, dated):
    text, title = values.pop("text", ""), values.pop("title", "")
    if _MARKUP.search(text) and "doc_id" not in values:  # of a corpus the text is text
        text = as_text(text)
    date = values.pop("date", "")
    return {**values, "text": text, "title": title, "dates": [(f"column {dated}", date)] * bool(date), "line": line, "read_as": read_as}
