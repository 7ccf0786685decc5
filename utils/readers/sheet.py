"""Excel (.xlsx, .xlsm): each sheet is a table of its own."""

import io
import warnings
import zipfile

from utils.columns import ROWS, read_sheets
from utils.files import SetAside

KIND, MANY = "Excel", True


def recognises(file):
    """By what stands in the zip file that it is."""
    return 3 * ("xl/workbook.xml" in file.members)


def records(file):
    """A record for each row below the names of the columns; `line` is the row. Formulas are never computed: their last value counts."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        if (size := sum(part.file_size for part in archive.infolist())) > file.room:
            raise SetAside("too large", f"{size:,} bytes when unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no text
        book = load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # those that the file states need not be true
    yield from read_sheets(KIND, ((sheet.title, sheet.iter_rows(values_only=True, max_row=ROWS)) for sheet in book.worksheets), file)
