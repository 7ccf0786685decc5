"""XML: feeds (RSS, Atom) that were saved, and other lists of articles, an element each with its title, date and text in it."""

import io
import re
from functools import lru_cache

from utils.columns import find_columns, read_records
from utils.files import SetAside

KIND, MANY = "XML", True
ROOT = re.compile(r"(?:<\?xml[^>]{0,200}\?>|<\?[^>]{0,300}\?>|<!--.{0,500}?-->|<!doctype[^>\[]{0,300}>|\s)*<(?:\w{1,20}:)?([\w.-]{1,40})", re.DOTALL)
FEEDS = ("rss", "feed", "rdf")
PAGES = ("html", "head", "body")
ITEMS = {"item", "entry", "article", "doc", "document", "record", "story", "row"}
ELEMENTS = 5_000_000


def recognises(file):
    """By its first tag: that of a feed, or, behind a line that says it is XML, any other that is not a page's."""
    root = ROOT.match(file.head)
    return 3 * bool(root and (root[1] in FEEDS or file.head.startswith("<?xml") and root[1] not in PAGES))


def records(file):
    """A record for each element that is called like an article and holds a title or a text; `line` counts them."""
    found = list(_items(io.BytesIO(file.text.encode("utf-8", "replace") if file.given else file.data)))
    if not found:
        raise SetAside("format", "XML without a list of articles that Dateline knows; export it as .html, .csv or .txt")
    yield from read_records(KIND, found, file)


def _items(stream):
    from defusedxml.ElementTree import iterparse

    within, source, n = 0, None, 0
    for count, (event, element) in enumerate(iterparse(stream, events=("start", "end"))):
        if count > 2 * ELEMENTS:
            raise SetAside("too large", f"more than {ELEMENTS:,} elements")
        name = _name(element)
        within += (name in ITEMS) * (1 if event == "start" else -1)
        if event == "end" and name == "title" and not within and source is None:  # of the feed
            source = " ".join("".join(element.itertext()).split())
        elif event == "end" and name in ITEMS and _is_article(tuple(dict.fromkeys(map(_name, element)))):
            yield (n := n + 1), {"source": source, **_known(element)}
            element.clear()


@lru_cache(1000)
def _is_article(names):
    return not {"text", "title"}.isdisjoint(find_columns(["description" if name == "encoded" else name for name in names], [], {}))


def _name(element):
    return element.tag.rpartition("}")[2].lower()


def _known(item):
    """What stands in an element, by the names of those in it; of two with one name the first."""
    known = {}
    for child in item:
        known.setdefault(_name(child), "\n\n".join(filter(None, map(str.strip, child.itertext()))) or child.get("href"))
    if "encoded" in known:  # of a feed: the whole text, where `description` is its beginning
        known["description"] = known.pop("encoded")
    return known
