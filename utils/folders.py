"""a folder -> its files: which there are, their bytes, what tells that one has changed, and whose turn it is. Nothing here asks what they mean."""

import errno
import hashlib
import os
import re
import stat
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from utils.files import LARGEST_OF_MANY, SetAside
from utils.words import DATA

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = DATA.parent
SYSTEM_FILE = re.compile(r"(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini|~\$[^/]*)(/|$)", re.IGNORECASE)
NO_LOCKS = (errno.EBADF, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)  # what disks over a network may answer: then all work at once
STAMP = ["name", "size", "modified", "changed", "inode"]  # a file whose stamp stays is the same; not even `cp -p` sets back when it changed


def find_folder(path):
    """Where `path` is: from the working folder or else from the project's; as it stands, else without the quotation marks and blanks
    of a path that was pasted, and with ~ as the home. Raises FileNotFoundError, which says what is there instead."""
    written = str(path).strip().strip("\"'")
    plain = Path(os.path.expanduser(written))
    for place in (Path(str(path)), ROOT / str(path), plain, ROOT / plain) if written else ():
        if place.exists():
            return place.resolve()
    known = ((parent, place) for parent in plain.parents for place in (parent, ROOT / parent) if parent.name and place.is_dir() and os.access(place, os.R_OK | os.X_OK))
    near, place = next(known, (None, None))
    there = sorted(folder.name for folder in place.iterdir() if folder.is_dir() and not SYSTEM_FILE.search(folder.name)) if near else []
    holds = f"'{near.as_posix()}' holds {', '.join(there[:8])}{' and others' * (len(there) > 8)}. " if there else ""
    raise FileNotFoundError(f"There is no folder '{path}'. {holds}Give the path of a folder of articles, for example 'data/articles'.")


def find_files(root):
    """All files below `root`, sorted: pairs of the path from `root`, with slashes, and the path."""
    root = os.fspath(root)
    if not os.path.isdir(root):
        return [(os.path.basename(root), root)]
    found, folders, start = [], [root], len(os.path.join(root, ""))
    while folders:  # os.walk calls itself for each folder in a folder, up to Python's limit
        try:
            with os.scandir(folder := folders.pop()) as entries:
                for entry in entries:
                    (folders if entry.is_dir(follow_symlinks=False) else found).append(entry.path)
        except OSError:
            found.append(folder)
    return sorted((os.fsencode(file[start:].replace(os.sep, "/")).decode("utf-8", "replace"), file) for file in found)


def stamps(root):
    """One row a file below `root`, sorted: `name path`, and what changes with it: `size modified changed inode` (bytes, nanoseconds)."""
    rows = []
    for name, path in find_files(root):
        try:
            told = os.stat(path)
            rows.append((name, path, told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino % 2**63))
        except OSError:
            rows.append((name, path, -1, -1, -1, -1))
    return pd.DataFrame(rows, columns=["name", "path", *STAMP[1:]], dtype=object).astype({"name": "str", "path": object, **dict.fromkeys(STAMP[1:], "int64")})


def hash_file(path):
    """The SHA-256 of what stands in a file, and nothing where it cannot be read."""
    if os.path.isfile(path) and os.access(path, os.R_OK):
        with open(path, "rb", buffering=0) as stream:  # which may be larger than memory
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""


def check_name(name):
    """Raises SetAside where a file is the system's, or has a name that cannot be told."""
    if SYSTEM_FILE.search(name):
        raise SetAside("system file", "made by the system, not by a writer")
    if "\ufffd" in name:
        raise SetAside("file name", "its name is not UTF-8")


def read_bytes(name, path):
    """What stands in a file; raises SetAside where that cannot be told, or not in the memory there is."""
    check_name(name)
    try:
        before = os.lstat(path)
        if stat.S_ISLNK(before.st_mode):
            if not os.path.isfile(path):
                raise SetAside("link", "a link to a folder or to nothing; links to folders are not followed")
            before = os.stat(path)
        if stat.S_ISDIR(before.st_mode):
            raise SetAside("unreadable", "the folder may not be opened")
        if not stat.S_ISREG(before.st_mode):
            raise SetAside("not a file", "a pipe, socket or device")
        if before.st_size > LARGEST_OF_MANY:
            raise SetAside("too large", f"{before.st_size:,} bytes; the limit is {LARGEST_OF_MANY:,}")
        with open(path, "rb", buffering=0) as stream:
            data, after = stream.readall(), os.fstat(stream.fileno())
    except OSError as error:
        raise SetAside("unreadable", error.strerror or type(error).__name__) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != before.st_size:
        raise SetAside("changed", "it changed while it was read; read the folder again")
    return data


@contextmanager
def alone(place, *, wait=False):
    """Hold a folder, or a file which is made for it, for one process at a time; it is let go when the process ends, however it does.

    Raises ValueError where another holds the folder, or with `wait` waits until it does not.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(place, os.O_RDONLY | (0 if os.path.isdir(place) else os.O_CREAT))
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise ValueError(f"another report is being written to '{place.name}'; wait for it, or choose another OUT") from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        yield
    finally:
        os.close(handle)
