"""JSON and JSON Lines: a list of articles, one wherever it stands in the file, one article, or one a line."""

import json
import re

from utils.columns import find_columns, flatten, read_records
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
    return read_records(KIND, found, file)


def _objects(text):
    """Pairs of a line and an object as one level of names, or SetAside."""
    try:
        whole = json.loads(text)
    except ValueError:
        yield from _at_once(text) or (_object(line, words) for line, words in enumerate(text.split("\n"), 1) if words.strip())
        return
    for n, found in enumerate(_articles(whole), 1):
        yield (n, flatten(found)) if isinstance(found, dict) else SetAside("broken row", f"object {n} is no object but a {type(found).__name__}", n)


def _at_once(text):
    """Objects one behind the other, whether each has a line or several; nothing where anything else stands there."""
    found, at, line, last, read, space = [], 0, 1, 0, json.JSONDecoder().scan_once, re.compile(r"\s*").match
    try:
        while (start := space(text, at).end()) < len(text):
            line, last = line + text.count("\n", last, start), start
            whole, at = read(text, start)
            found.append((line, flatten(whole)))
    except (ValueError, StopIteration, AttributeError, RecursionError):  # broken, no object, too deep
        return []
    return found


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
    if not isinstance(whole, dict):
        return [whole]
    if rows := _in_columns(whole) or _by_name(whole):
        return rows
    if "text" in find_columns(list(flat := flatten(whole)), [list(flat.values())], {}):
        return [whole]
    lists = [value for value in _values(whole, 3) if isinstance(value, list) and any(isinstance(v, dict) for v in value)]
    return max(lists, key=len, default=[whole])


def _in_columns(whole):
    """`{"title": ["a", "b"], "text": ["c", "d"]}`, or with `{"0": "a", "1": "b"}` for a column, as rows."""
    columns = [list(column.values()) if isinstance(column, dict) else column for column in whole.values()]
    known = find_columns(list(whole), [], {})
    if "text" not in known or not {"title", "date"} & known.keys() or {*map(type, whole.values())} not in ({list}, {dict}) or len({*map(len, columns)}) > 1:
        return []
    return [dict(zip(whole, cells)) for cells in zip(*columns)]


def _by_name(whole):
    """`{"first": {"text": …}, "second": {"text": …}}` as a list of what has the names."""
    each = list(whole.values())
    if len(each) < 2 or find_columns(list(whole), [], {}) or not all(isinstance(one, dict) and "text" in find_columns(list(one), [], {}) for one in each[:200]):
        return []
    return each


def _values(tree, depth):
    for value in tree.values():
        yield value
        if isinstance(value, dict) and depth:
            yield from _values(value, depth - 1)
