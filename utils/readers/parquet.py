"""Parquet: a table in columns, read in parts."""

import io

from utils.columns import read_rows
from utils.files import SetAside

KIND, MANY = "Parquet", True


def recognises(file):
    """By the mark at both ends."""
    return 3 * (file.data.startswith(b"PAR1") and file.data.endswith(b"PAR1"))


def records(file):
    """A record for each row; `line` is its number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(io.BytesIO(file.data))
    rows, size = table.metadata.num_rows, sum(table.metadata.row_group(group).total_byte_size for group in range(table.metadata.num_row_groups))
    if max(size, rows * (100 + 10 * table.metadata.num_columns)) > file.room:  # equal rows take no room at all, but time
        raise SetAside("too large", f"{rows:,} rows and {size:,} bytes when unpacked")
    header = [field.name for field in table.schema_arrow if not pa.types.is_nested(field.type)]  # one row of lists may hold more than memory
    if len(header) > len(set(header)):
        raise SetAside("unreadable", "two of its columns have one name")
    return read_rows(KIND, header, enumerate(_rows(table, header, file.room), 1), file)


def _rows(table, header, room):
    for batch in table.iter_batches(batch_size=10, columns=header):
        if (room := room - batch.nbytes) < 0:
            raise SetAside("too large", "a few values, said again and again, are more than can be held")
        yield from zip(*(column.to_pylist() for column in batch.columns))
