"""One file a format. A reader is a module of this folder, found by being there, with three names:

`KIND`, what people call the format; `recognises(file)`, how sure it is that a file is its own (0 not at all, 1 a guess,
2 its marks stand in it, 3 nothing else looks so); and `records(file)`, which yields a dict for each article (`text`, and of
`title dates source url language id line flags` what it knows; `dates` is a list of pairs: where a date stands, and the date
as written), a dict with `reason` and `detail` for each that it had to leave (or, with `lines`, for many in a row), or other files (`file.part`) that it holds,
which go the same way. One that reads many articles from a file says so: `MANY = True`. It may raise `SetAside`, and so may any library: the file is then a row of `set_aside`.
"""

import importlib
import pkgutil
import re
from functools import cache

from utils.files import DEEPEST, LARGEST, LARGEST_OF_MANY, SetAside
from utils.words import read_lines

TEXTS = {".txt", ".text", ".csv", ".tsv", ".json", ".jsonl"}


@cache
def readers():
    """The modules of this folder, by name."""
    return [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]


def read(file):
    """All that stands in a file, one dict a thing: an article's with `text`, one that is set aside's with `reason`; and its
    `path`."""
    found = False
    try:
        for found in _records(file):
            yield found
        if not found:
            raise SetAside("no text", "it holds no article")
    except SetAside as problem:
        yield {"path": file.path, **problem.row()}
    except ModuleNotFoundError as error:
        yield {"path": file.path, "line": 0, "reason": "library", "detail": f"{error.name} is needed: python -m pip install -r requirements.txt"}
    except Exception as error:  # libraries raise anything on a broken file; none may stop the rest
        said = re.sub(r"(?:[A-Za-z]:)?[/\\][\w.~/\\-]+|0x[0-9a-f]+|\d{12,}", "…", " ".join(str(error).split()))[:200]  # paths, places in memory
        yield {"path": file.path, **SetAside("unreadable", f"{type(error).__name__}{': ' * bool(said)}{said}").row()}


def _records(file):
    if file.depth > DEEPEST:
        raise SetAside("too deep", f"an archive in an archive; Dateline opens {DEEPEST - 1}")
    reader = choose(file)
    many = getattr(reader, "MANY", False)
    if len(file.data) > (limit := LARGEST_OF_MANY if many else getattr(reader, "LARGEST", LARGEST)):
        raise SetAside("too large", f"{len(file.data):,} bytes; the limit for a file such as this is {limit:,}")
    _, encoding, flags = file.decoded if file.peek else ("", None, [])
    kind = " in ".join(dict.fromkeys([reader.KIND] * (reader.KIND != "text" or not file.given) + file.within))
    n = 0
    for found in reader.records(file):
        part = hasattr(found, "depth")
        rows = 1 if part else len(found.get("lines", [0]))
        said = () if part else [*found.values(), *(given for _, given in found.get("dates", ()))]
        file.spend(len(found.data) if part else 100 * rows + sum(len(words) for words in said if isinstance(words, str)))  # a row costs too
        n += rows
        if part:
            yield from read(found)
        else:
            known = {"path": file.path, "n": n if many else 0, "line": 0, "read_as": kind, "encoding": encoding, **file.known}
            yield {**known, **found, "flags": [*flags, *found.get("flags", [])]}


def choose(file):
    """The reader that is surest of a file; raises SetAside where none knows it."""
    sure, reader = max(((reader.recognises(file), reader) for reader in readers()), key=lambda pair: pair[0])
    advice = next((way for way, endings in (line.split(": ") for line in read_lines("formats/advice")) if file.ending in endings.split()), None)
    if sure and not (advice and sure < 2 and not file.given):  # many a format is a zip file
        return reader
    if file.problem and (not file.ending or file.ending in TEXTS):
        raise file.problem
    raise SetAside("format", f"Dateline cannot read this {file.ending or 'file'}" + (f"; export it {advice}" if advice else ""))
