"""What was read of a folder and worked out of it, kept on disk: it is read once, and worked out once.

A store is a folder with one for each corpus in it: Parquet tables of its files, what was read of each, and its articles; Arrow
files of the answers of functions that are `kept`. Each file is renamed into place whole and names what it was made from (the
bytes of the articles, the code, the word lists), so that one that no longer fits is made anew. All of it can be thrown away.
"""

import ctypes
import hashlib
import json
import os
import platform
import sys
import time
import warnings
from functools import cache, wraps
from itertools import pairwise
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from utils.chunks import changes
from utils.folders import ROOT, STAMP, alone, hash_file, stamps

KEY = b"made from"
PART = 1000  # articles that one core works on at a time
MANY = 50_000  # articles above which memory counts for more than the seconds in which processes start


def digest(*parts):
    """A hash of words or bytes, 32 letters of it."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode("utf-8", "replace")).digest())
    return whole.hexdigest()[:32]


@cache
def code():
    """A hash of all that an answer depends on besides the articles: the rooms, the word lists, the versions."""
    files = sorted(file for file in [*ROOT.glob("utils/**/*.py"), *ROOT.glob("data/*/??*.txt"), ROOT / "requirements.txt"] if file.is_file() and "articles" not in file.parts)
    return digest(platform.python_version(), *(part for file in files for part in (file.relative_to(ROOT).as_posix(), file.read_bytes())))


def hash_table(frame):
    """A hash of the columns of a table that hold no Python objects; two tables with one hash hold the same."""
    whole = hashlib.sha256()
    for name in frame.columns[frame.dtypes != "object"]:
        column = pa.array(frame[name])
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        while column is not None:
            whole.update(repr((name, str(column.type), column.offset, len(column))).encode())
            for buffer in column.buffers():
                whole.update(buffer or b"")
            column = column.dictionary if isinstance(column, pa.DictionaryArray) else None
    return whole.hexdigest()[:32]


def place_of(store, root):
    """The folder of a corpus in a store, which is made where there is none."""
    place = Path(store) / f"{root.name}-{digest(os.fsencode(root))[:8]}"
    place.mkdir(parents=True, exist_ok=True)
    for draft in place.glob(".*.tmp"):
        if draft.stat().st_mtime < time.time() - 3600:  # of a run that was killed
            draft.unlink(missing_ok=True)
    return place


def read_table(file, key):
    """The table in a file of the store; None where there is none, or where it was made from something else."""
    try:
        table = (pa.parquet if file.suffix == ".parquet" else pa.feather).read_table(file, memory_map=True)
    except (OSError, pa.ArrowInvalid):  # not there, or not whole
        return None
    return table.to_pandas(split_blocks=True, self_destruct=True) if table.schema.metadata.get(KEY) == key.encode() else None  # never twice in memory


def write_table(frame, file, key):
    """Put a table in its place whole: a reader, or one who kills this, finds the old one or the new one."""
    table, draft = pa.Table.from_pandas(frame), file.with_name(f".{file.name}-{os.getpid()}.tmp")
    table = table.replace_schema_metadata({**table.schema.metadata, KEY: key.encode()})
    try:
        if file.suffix == ".parquet":
            pa.parquet.write_table(table, draft, compression="lz4", use_dictionary=False)
        else:  # in one piece, which is read in half the time, and need not be put together in memory
            pa.feather.write_feather(table.combine_chunks(), draft, chunksize=max(len(table), 1))
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def hashed(root, place=None):
    """`stamps` with `sha256`, what stands in each file; with a `place` in a store only of those whose stamp has changed."""
    files, known = stamps(root), read_table(place / "files.parquet", "") if place else None
    files["sha256"] = None if known is None else files.merge(known, "left", STAMP)["sha256"].to_numpy()
    new = files["sha256"].isna() | (files["sha256"] == "")
    paths = files.loc[new, "path"].tolist()
    starts = range(0, len(paths), PART)
    hashes = in_parts(_hash_all, ((paths[at : at + PART],) for at in starts), len(starts), "look at files")
    files.loc[new, "sha256"] = [one for part in hashes for one in part]
    files = files.astype({"sha256": "str"})
    if place and new.any() or known is not None and len(known) != len(files):
        write_table(files[[*STAMP, "sha256"]], place / "files.parquet", "")
    return files


def _hash_all(paths):
    return [hash_file(path) for path in paths]


def kept(function=None, *, apart=False):
    """For a function of articles: its answer is kept in their store, where they have one (see `load_articles`).

    `apart` says that the answer for one article does not depend on the others: then parts are worked out on all cores.
    """
    if function is None:
        return lambda function: kept(function, apart=apart)

    @wraps(function)
    def answer(articles, **options):
        place, key, columns, size = getattr(articles, "attrs", {}).get("store", ("", "", [], 0))
        work = _apart if apart and len(articles) > PART and articles["article_id"].is_unique else _whole
        if not place or len(articles) != size or hash_table(articles.reindex(columns=columns)) != key:  # a table of one's own, or some of the articles
            return give_back(work(answer, function, articles, options), len(articles))
        told = {name: hash_table(value) if isinstance(value, pd.DataFrame) else repr(value) for name, value in ((function.__kwdefaults__ or {}) | options).items()}
        other = "".join(f"-{name}-{value}" for name, value in sorted(options.items()) if isinstance(value, (bool, int)) and value != function.__kwdefaults__[name])
        file, key = Path(place, f"{function.__name__}{other}.arrow"), digest(code(), key, json.dumps(told, sort_keys=True))
        with alone(file.with_suffix(".lock"), wait=True):  # another kernel of the report may be at it
            if (found := read_table(file, key)) is None:
                write_table(work(answer, function, articles, options), file, key)
                found = read_table(file, key)  # as the next one has it: tables may be equal and lie otherwise in memory, which hashes tell
        return give_back(work(answer, function, articles, options) if found is None else found, len(articles))

    return answer


def give_back(found, size=PART + 1):
    """What was found, once the system has got back what finding it in many articles took: C's allocator would keep half of it."""
    if size > PART:
        pa.default_memory_pool().release_unused()
        libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        if hasattr(libc, "malloc_trim"):
            libc.malloc_trim(0)
    if size > MANY:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown()  # its processes wait for more work, and keep what they have taken
    return found


def _whole(_, function, articles, options):
    return function(articles, **options)


def _apart(answer, _, articles, options):
    """The answer for parts of the articles, put together; a table among the options is cut as they are."""
    ids, articles = pd.Index(articles["article_id"]), articles.reset_index(drop=True)
    articles.attrs = {}
    starts = range(0, len(articles), PART)
    tables = {name: _cut(table, ids, starts) for name, table in options.items() if isinstance(table, pd.DataFrame)}
    parts = ((articles.iloc[at : at + PART], options | {name: table[n] for name, table in tables.items()}) for n, at in enumerate(starts))
    return pd.concat(in_parts(_whole, ((answer, answer, *part) for part in parts), len(starts), answer.__name__.replace("_", " ")), ignore_index=True)


def _cut(table, ids, starts):
    """The rows of a table for each part of the articles, whose ids these are. Of a run of rows of one article the first is looked up."""
    article = table["article_id"].array
    opens = np.flatnonzero(changes(article))
    place = np.repeat(ids.get_indexer(article[opens]), np.diff(np.append(opens, len(article))))
    if (place[1:] < place[:-1]).any():
        order = np.argsort(place, kind="stable")
        table, place = table.iloc[order], place[order]
    return [table.iloc[a:b] for a, b in pairwise(np.searchsorted(place, [*starts, starts.stop]))]


def in_parts(function, parts, total, what):
    """`function(*part)` of each of `total` parts, in their order: on all cores where there are several, with a bar where it takes long."""
    from joblib import Parallel, delayed

    if total < 2 or parent_process() is not None:  # the latter: a part of something that runs on all cores already
        found = (function(*part) for part in parts)
    else:
        workers = Parallel(n_jobs=-1, return_as="generator", max_nbytes=None, initializer=_end_with, initargs=(os.getpid(),))
        found = workers(delayed(function)(*part) for part in parts)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "A worker stopped while some jobs")  # it had grown large, and another takes its place
        return list(progress(found, total, what))


def _end_with(leader):
    """This process, one of joblib's, ends when the one that leads it does; by itself it would stay when that is killed."""

    def watch():
        while os.getppid() == leader:
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def progress(items, total, what):
    """The items, with a bar behind their first two seconds, in a terminal or JupyterLab; none in a report, whose pages it would stand in."""
    if total < 2 or "DATELINE_REPORT" in os.environ or not ("ipykernel" in sys.modules or sys.stderr.isatty()):
        return items
    from tqdm.auto import tqdm

    return tqdm(items, total=total, desc=what, delay=2, leave=False)
