"""OpenDocument texts (.odt), as LibreOffice writes them: the paragraphs. Its own dates are when it was made, not published."""

import io

KIND = "OpenDocument"
T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SIGNS = {f"{T}s": " ", f"{T}tab": " ", f"{T}line-break": "\n"}
NO_TEXT = (f"{T}note", f"{T}tracked-changes", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation")


def recognises(file):
    """By the kind that its zip file opens with."""
    return 3 * ("content.xml" in file.members and b"opendocument.text" in file.data[:200])


def records(file):
    """The text, which may be an article or an export of many."""
    paragraphs = list(_paragraphs(file.member("content.xml")))
    title = next((text for text, style in paragraphs[:1] if style == "Title"), None)
    yield file.part("\n\n".join(text for text, _ in paragraphs[bool(title) :]), title=title, kind=KIND)


def _paragraphs(data):
    """Pairs of a paragraph's text and style. A paragraph may stand within another (in a box): it comes first."""
    from defusedxml.ElementTree import iterparse

    hidden = 0
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        hidden += (1 if event == "start" else -1) * (element.tag in NO_TEXT)
        if event == "start":
            continue
        if element.tag in SIGNS:
            element.text = SIGNS[element.tag]
        elif element.tag in NO_TEXT:
            element[:], element.text = [], None  # what stands behind it stays
        elif element.tag in (f"{T}p", f"{T}h") and not hidden:
            text, style = "".join(element.itertext()).strip(), element.get(f"{T}style-name")
            element.clear()
            if text:
                yield text, style
