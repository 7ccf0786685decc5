"""JSON and JSON Lines: a list of articles, one wherever it stands in the file, one article, or one a line."""

import json

from utils.columns import find_columns, flatten, read_rows
from utils.files import SetAside

KIND, MANY = "JSON", True


def recognises(file):
    """A file that begins as an object or a list of objects does."""
    return 2 * file.head.startswith(("{", "[") if file.ending in (".json", ".jsonl", ".ndjson") else ('{"', "[{", "[\n", "{\n"))


def records(file):
    """A record for each object. In one JSON text `line` counts objects."""
    try:
        found = list(_objects(file.text))
    except RecursionError:
        raise SetAside("too deep", "lists in lists in lists") from None
    if not found:
        raise SetAside("no text", "it holds no article")
    header = list(dict.fromkeys(name for row in found if not isinstance(row, SetAside) for name in row[1]))
    if len(found) * len(header) > 100_000_000:  # seconds
        raise SetAside("too large", f"{len(found):,} objects with {len(header):,} names")
    return read_rows(KIND, header, ((row if isinstance(row, SetAside) else (row[0], [row[1].get(name) for name in header])) for row in found), file)


def _objects(text):
    """Pairs of a line and an object as one level of names, or SetAside."""
    try:
        whole = json.loads(text)
    except ValueError:
        lines = [(line, words) for line, words in enumerate(text.split("\n"), 1) if words.strip()]
        found = _at_once([words for _, words in lines])
        for at, (line, words) in enumerate(lines):
            yield (line, flatten(found[at])) if found else _object(line, words)
        return
    for n, found in enumerate(_articles(whole), 1):
        yield (n, flatten(found)) if isinstance(found, dict) else SetAside("broken row", f"object {n} is no object but a {type(found).__name__}", n)


def _at_once(lines):
    """The objects of lines that hold one each, read several times as fast as one by one; None where one does not."""
    try:
        found = json.loads("[" + ",\n".join(lines) + "]")
    except (ValueError, RecursionError):
        return None
    return found if len(found) == len(lines) and all(isinstance(each, dict) for each in found) else None


def _object(line, words):
    try:
        found = json.loads(words)
    except (ValueError, RecursionError) as error:
        return SetAside("broken row", str(error)[:100], line)
    return (line, flatten(found)) if isinstance(found, dict) else SetAside("broken row", f"no object but a {type(found).__name__}", line)


def _articles(whole):
    """The longest list of objects that is not part of an article: the whole, or within `{"response": {"docs": […]}}`."""
    if isinstance(whole, list):
        return whole
    if "text" in find_columns(list(flat := flatten(whole)), [list(flat.values())], {}) or not isinstance(whole, dict):
        return [whole]
    lists = [value for value in _values(whole, 3) if isinstance(value, list) and any(isinstance(v, dict) for v in value)]
    return max(lists, key=len, default=[whole])


def _values(tree, depth):
    for value in tree.values():
        yield value
        if isinstance(value, dict) and depth:
            yield from _values(value, depth - 1)
