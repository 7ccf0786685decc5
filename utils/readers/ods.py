"""OpenDocument spreadsheets (.ods), as LibreOffice and Google write them: each sheet is a table of its own."""

import io

from utils.columns import WIDEST, read_sheets
from utils.readers.odt import OFFICE, TEXT, mimetype, words

KIND, MANY = "OpenDocument table", True
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def recognises(file):
    """By what the zip file that it is says of itself."""
    return 3 * (mimetype(file).startswith(b"application/vnd.oasis.opendocument.spreadsheet"))


def records(file):
    """A record for each row below the names of the columns; `line` is the row."""
    yield from read_sheets(KIND, _sheets(file.member("content.xml")), file)


def _sheets(data):
    """Pairs of a sheet's name and its rows; a row that is said to stand there many times does, up to what a sheet can hold."""
    from defusedxml.ElementTree import iterparse

    rows = []
    for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
        if element.tag == f"{TABLE}table-row":
            rows.append((_cells(element), int(element.get(f"{TABLE}number-rows-repeated", 1))))
            element.clear()
        elif element.tag == f"{TABLE}table":
            yield element.get(f"{TABLE}name"), (cells for cells, times in rows for _ in range(times if cells else min(times, WIDEST)))
            rows = []


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
