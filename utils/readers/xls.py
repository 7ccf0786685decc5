"""Excel as it was until 2007 (.xls); and what Excel or Word has locked with a password, which is wrapped in the same way."""

import io

from utils.columns import read_sheets
from utils.files import SetAside

KIND, MANY = "Excel 97", True
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # many a format of Microsoft's begins so; names of what is in it are UTF-16
LOCKED, BOOKS, OTHER = "EncryptedPackage".encode("utf-16-le"), ["Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le")], "WordDocument".encode("utf-16-le")


def recognises(file):
    """By its first bytes, and by what is in it."""
    return 3 * (file.data.startswith(OLE) and OTHER not in file.data and any(name in file.data for name in (LOCKED, *BOOKS)))


def records(file):
    """A record for each row below the names of the columns; `line` is the row. Formulas are never computed: their last value counts."""
    import xlrd

    if LOCKED in file.data:
        raise SetAside("locked", "a password is needed; save it without one")
    book = xlrd.open_workbook(file_contents=file.data, logfile=io.StringIO(), ragged_rows=True, on_demand=True)
    yield from read_sheets(KIND, ((name, _rows(book.sheet_by_name(name), book.datemode)) for name in book.sheet_names()), file)


def _rows(sheet, datemode):
    from xlrd import XL_CELL_DATE, XL_CELL_ERROR
    from xlrd.xldate import xldate_as_datetime

    for place in range(sheet.nrows):
        cells = sheet.row(place)
        yield tuple(xldate_as_datetime(cell.value, datemode) if cell.ctype == XL_CELL_DATE else None if cell.ctype == XL_CELL_ERROR else _plain(cell.value) for cell in cells)


def _plain(value):
    """All numbers are kept with a fraction: an id is not 7.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value if value != "" else None
