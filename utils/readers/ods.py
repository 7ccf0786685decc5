"""OpenDocument spreadsheets (.ods), as LibreOffice and Google write them: each sheet is a table of its own."""

import itertools

from utils.columns import ROWS, WIDEST, read_sheets
from utils.readers.odt import OFFICE, TEXT, mimetype, words

KIND, MANY = "OpenDocument table", True
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def recognises(file):
    """By what the zip file that it is says of itself."""
    return 3 * (mimetype(file).startswith(b"application/vnd.oasis.opendocument.spreadsheet"))


def records(file):
    """A record for each row below the names of the columns; `line` is the row."""
    events = file.elements("content.xml")
    sheets = ((element.get(f"{TABLE}name"), _rows(events)) for event, element in events if event == "start" and element.tag == f"{TABLE}table")
    yield from read_sheets(KIND, sheets, file)


def _rows(events):
    """Up to the end of a table; a row that is said to stand there many times does, an empty one not as often as a sheet has rows."""
    for event, element in events:
        if event == "end" and element.tag == f"{TABLE}table":
            return
        if event == "end" and element.tag == f"{TABLE}table-row":
            cells, times = _cells(element), max(int(element.get(f"{TABLE}number-rows-repeated", 1)), 1)
            yield from itertools.repeat(cells, min(times, ROWS if cells else WIDEST))
            element.clear()


def _cells(row):
    cells, empty = [], 0
    for cell in row:
        times = min(int(cell.get(f"{TABLE}number-columns-repeated", 1)), WIDEST + 1)
        value = cell.get(f"{OFFICE}date-value") or "\n".join("".join(words(part)) for part in cell.iterfind(f"{TEXT}p"))
        if not value:
            empty += times  # they are cells only if one with a value follows
        elif len(cells) <= WIDEST:
            cells, empty = [*cells, *[None] * min(empty, WIDEST), *[value] * times], 0
    return tuple(cells)
