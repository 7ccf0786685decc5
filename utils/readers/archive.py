"""zip, gzip and tar: the files in them, one by one and in memory; nothing is written."""

import gzip
import io
import re
import tarfile
import zipfile
from pathlib import PurePosixPath

from utils.files import SetAside

KIND, MANY = "archive", True
FILES = 200_000


def recognises(file):
    """By its first bytes; many a format is a zip file, and surer."""
    return 1 * (file.data.startswith((b"PK\3\4", b"PK\5\6", b"\x1f\x8b")) or file.data[257:262] == b"ustar")


def records(file):
    """The files in it."""
    if file.data.startswith(b"\x1f\x8b"):
        yield _gunzip(file)
    elif file.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            yield from _members(file, members, archive.open, lambda member: (member.filename, member.file_size, member.flag_bits & 1))
    else:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            members = [member for member in archive if member.isfile()]
            yield from _members(file, members, archive.extractfile, lambda member: (member.name, member.size, False))


def _gunzip(file):
    with gzip.GzipFile(fileobj=io.BytesIO(file.data)) as stream:
        data = stream.read(file.room + 1)
    if len(data) > file.room:
        raise SetAside("too large", f"more than {file.room:,} bytes when unpacked")
    return file.part(data=data)


def _members(file, members, opened, facts):
    """The files of an archive, as long as they are not too many and not too large altogether, and a row for each that is."""
    left = file.room
    if len(members) > FILES:
        raise SetAside("too large", f"{len(members):,} files; the limit is {FILES:,}")
    for member in sorted(members, key=lambda member: facts(member)[0]):
        name, size, locked = facts(member)
        name = re.sub("[\ud800-\udfff]", "\ufffd", name)  # what tarfile makes of a name that is not UTF-8
        path = "/".join([file.path, *(part for part in PurePosixPath(name.replace("\\", "/").encode("utf-8", "replace").decode()).parts if part not in ("/", "..", "."))])
        reason, detail, data = "unreadable", "it cannot be unpacked", b""
        if locked:
            reason, detail = "locked", "a password is needed; pack it without one"
        elif size > left:
            reason, detail = "too large", f"{size:,} bytes when unpacked; the archive may hold {file.room:,}"
        else:
            try:
                with opened(member) as stream:
                    data, detail = stream.read(left + 1)[: left + 1], ""
            except Exception as error:  # zlib, bz2 and lzma each raise their own
                detail = f"it cannot be unpacked: {type(error).__name__}"
        left -= len(data)
        if left < 0:
            reason, detail = "too large", "the archive says too little of its size"
        yield {"path": path, "line": 0, "reason": reason, "detail": detail} if detail else file.part(path=path, data=data)
        if left < 0:
            return
