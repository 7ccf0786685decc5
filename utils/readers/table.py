"""CSV and TSV: tables as text, with any sign between the cells and any names of columns."""

import csv
import io
import itertools

from utils.columns import ABOVE, FIELDS, LONG, read_rows
from utils.dating import read_date
from utils.files import LARGEST, SetAside

KIND, MANY = "table", True
SIGNS = ",;\t|"
NAMES = frozenset(name for names in FIELDS.values() for name in names.split())


def recognises(file):
    """A table by its ending, or by a first line of names of columns."""
    if file.ending in (".csv", ".tsv", ".tab"):
        return 2 * bool(file.peek)
    first = file.head[:1000].split("\n", 1)[0]
    names = {name.strip(" '\"\r").replace("_", "") for name in first.split(max(SIGNS, key=first.count))}
    return 2 * (len(names & NAMES) > 1 and not names.isdisjoint(FIELDS["text"].split()))


def records(file):
    """A record for each row; a row that cannot be read is set aside with its line."""
    csv.field_size_limit(LARGEST)  # Python's own limit, 131,072 characters, is shorter than some articles
    rows = _rows(file.text)
    first = next(rows, None)
    if first is None or isinstance(first, SetAside):
        raise first or SetAside("no text", "it has no row")
    header = first[1]
    if any(len(cell) > LONG or len(cell) > 5 and not read_date(cell)[2] for cell in header):  # an article, not names of columns
        header, rows = [f"column {place}" for place in range(1, len(header) + 1)], itertools.chain([first], rows)
    return read_rows(KIND, header, rows, file)


def _rows(text):
    """Pairs of the line where a row begins and its cells, or SetAside where it is broken."""
    lines = text[:100_000].strip().splitlines()[:ABOVE]
    opening = [line for line in lines if any(sign in line for sign in SIGNS) or line.strip(' "').lower() in NAMES][:1]  # what is neither is a title
    sign = max(SIGNS, key=lambda sign: len(next(csv.reader(opening, delimiter=sign), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    while True:
        begin = reader.line_num + 1
        try:
            if any(map(str.strip, cells := next(reader))):
                yield begin, cells
        except StopIteration:
            return
        except csv.Error as error:  # the next row may be whole again
            said = "a quotation mark that opens a cell and closes none" if "unexpected end" in str(error) else str(error)
            yield SetAside("broken row", said + (f" (lines {begin} to {reader.line_num})" if reader.line_num > begin else ""), begin)
