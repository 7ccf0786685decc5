"""Parquet: a table in columns, read in parts."""

import io

from utils.columns import read_rows
from utils.files import LARGEST_OF_MANY, SetAside

KIND, MANY = "Parquet", True
ROWS = 5_000_000


def recognises(file):
    """By the mark at both ends."""
    return 3 * (file.data.startswith(b"PAR1") and file.data.endswith(b"PAR1"))


def records(file):
    """A record for each row; `line` is its number."""
    import pyarrow.parquet as pq

    table = pq.ParquetFile(io.BytesIO(file.data))
    size = sum(table.metadata.row_group(group).total_byte_size for group in range(table.metadata.num_row_groups))
    if size > LARGEST_OF_MANY or table.metadata.num_rows > ROWS:
        raise SetAside("too large", f"{table.metadata.num_rows:,} rows and {size:,} bytes when unpacked")
    header = table.schema_arrow.names
    if len(header) > len(set(header)):
        raise SetAside("unreadable", "two of its columns have one name")
    return read_rows(KIND, header, enumerate(_rows(table), 1), file)


def _rows(table):
    for batch in table.iter_batches(batch_size=1000):
        yield from zip(*(column.to_pylist() for column in batch.columns))
