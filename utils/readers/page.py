"""Saved web pages: what trafilatura takes for the article, and what the page states of itself. Nothing is fetched."""

import re

from utils.files import SetAside, as_text, parse_html

KIND = "web page"
LARGEST, TAGS = 20_000_000, 100_000  # bytes, most of which may be pictures; tags, of which a page of news has a few thousand
DATES = "article:published_time datepublished date.issued dc.date.issued dcterms.date dc.date og:published_time pubdate publishdate publish-date parsely-pub-date sailthru.date date".split()
EXPORT = re.compile(r"End of Document|\d of \d{1,5} DOCUMENTS|>\s*Do[ck]ument\w? \w{15,}\s*<|class=.article \w\wArticle")
_LINKED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{4,60})"')


def recognises(file):
    """By its first tags."""
    named = file.ending in (".html", ".htm", ".xhtml")
    tagged = re.search(r"<html\b" if file.head.startswith("<?xml") else r"<(?:!doctype html|html|head|body)\b", file.head)
    return 3 * bool(file.head.startswith("<") and file.ending != ".xls" and (named or tagged))


def records(file):
    """One article; or the text of an export, which holds many."""
    if (tags := file.text.count("<")) > TAGS and not EXPORT.search(file.text):
        raise SetAside("too large", f"{tags:,} tags; the limit for a page is {TAGS:,}")
    if EXPORT.search(file.text):
        yield file.part(as_text(file.text), encoding=file.decoded[1], kind=KIND)
        return
    from trafilatura import bare_extraction

    tree = parse_html(file.text)
    found = bare_extraction(file.text, include_comments=False, include_tables=False, with_metadata=True, date_extraction_params={"extensive_search": False, "original_date": True})
    found = found.as_dict() if found else {}
    if not found.get("text"):
        raise SetAside("no text", "no article was found in the page; where a program loads it later, print the page to a PDF")
    yield {
        "text": "\n\n".join(found["text"].splitlines()), "title": found.get("title"), "source": found.get("sitename"), "url": found.get("url"),
        "language": tree.get("lang"), "dates": [("metadata", given) for given in _dates(tree, file.text)[:1]],
    }  # fmt: skip


def _dates(tree, page):
    """What the page states as its date of publication, as written, the surest first."""
    stated = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        stated.setdefault(name, (tag.get("content") or "").strip())
    times = [tag.get("datetime") for tag in tree.iter("time") if tag.get("datetime") and (tag.get("pubdate") is not None or tag.get("itemprop") == "datePublished")]
    return [given for given in [*map(stated.get, DATES[:2]), *_LINKED.findall(page)[:1], *map(stated.get, DATES[2:]), *times] if given]
