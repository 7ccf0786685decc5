"""Excel (.xlsx, .xlsm): each sheet is a table of its own."""

import io
import warnings
import zipfile

from utils.columns import read_rows
from utils.files import SetAside

KIND, MANY = "Excel", True
ROWS, CELLS = 1_048_576, 20_000_000  # of a sheet, as Excel has it; of a file


def recognises(file):
    """By what stands in the zip file that it is."""
    return 3 * ("xl/workbook.xml" in file.members)


def records(file):
    """A record for each row below the first; `line` is the row. Formulas are never computed: their last value counts."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        if (size := sum(part.file_size for part in archive.infolist())) > file.room:
            raise SetAside("too large", f"{size:,} bytes when unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no text
        book = load_workbook(io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False)
    seen = [0]
    for sheet in book.worksheets:
        yield from _sheet(sheet, file, seen)


def _sheet(sheet, file, seen):
    sheet.reset_dimensions()  # those that the file states need not be true
    rows = _rows(sheet.iter_rows(values_only=True, max_row=ROWS), seen)
    _, header = next(rows, (0, ()))
    width = max((place for place, name in enumerate(header, 1) if name is not None), default=0)
    try:
        yield from read_rows(KIND, header[:width], rows, file) if width else ()
    except SetAside as problem:
        reason, detail, line = problem.args
        yield SetAside(reason, f"sheet '{sheet.title}': {detail}", line).row()


def _rows(rows, seen):
    """Pairs of a line and its cells, of rows with any; a cell far to the right or below makes many that are empty."""
    for line, row in enumerate(rows, 1):
        seen[0] += len(row) + 1
        if seen[0] > CELLS:
            raise SetAside("too large", f"more than {CELLS:,} cells", line)
        if any(cell is not None for cell in row):
            yield line, row
