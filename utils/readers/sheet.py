"""Excel (.xlsx, .xlsm): each sheet is a table of its own."""

import io
import warnings
import zipfile

from utils.columns import read_rows
from utils.files import LARGEST_OF_MANY, SetAside

KIND, MANY = "Excel", True


def recognises(file):
    """By what stands in the zip file that it is."""
    return 3 * ("xl/workbook.xml" in file.members)


def records(file):
    """A record for each row below the first; `line` is the row. Formulas are never computed: their last value counts."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        if (size := sum(part.file_size for part in archive.infolist())) > LARGEST_OF_MANY:
            raise SetAside("too large", f"{size:,} bytes when unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no text
        book = load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        yield from _sheet(sheet, file)


def _sheet(sheet, file):
    sheet.reset_dimensions()  # those that the file states need not be true
    rows = ((line, row) for line, row in enumerate(sheet.iter_rows(values_only=True), 1) if any(cell is not None for cell in row))
    _, header = next(rows, (0, ()))
    width = max((place for place, name in enumerate(header, 1) if name is not None), default=0)
    try:
        yield from read_rows(KIND, header[:width], rows, file) if width else ()
    except SetAside as problem:
        reason, detail, line = problem.args
        yield SetAside(reason, f"sheet '{sheet.title}': {detail}", line).row()
