"""OpenDocument texts (.odt), as LibreOffice and Google write them: paragraphs and headings, without comments and what was taken out."""

KIND = "OpenDocument"
OFFICE, TEXT = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
HIDDEN = {f"{OFFICE}annotation", f"{TEXT}tracked-changes"}
SIGNS = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}


def recognises(file):
    """By what the zip file that it is says of itself."""
    return 3 * (mimetype(file).startswith(b"application/vnd.oasis.opendocument.text"))


def records(file):
    """The text, which may be an article or an export of many."""
    yield file.part("\n\n".join(filter(None, _paragraphs(file.elements("content.xml")))), kind=KIND)


def mimetype(file):
    """What kind of OpenDocument a file is, as it says itself."""
    return file.member("mimetype") if {"mimetype", "content.xml"} <= file.members else b""


def _paragraphs(elements):
    hidden = 0
    for event, element in elements:
        hidden += (1 if event == "start" else -1) * (element.tag in HIDDEN)
        if event == "end" and not hidden and element.tag in (f"{TEXT}p", f"{TEXT}h"):
            yield "".join(words(element)).strip()
            element.clear()


def words(element):
    """The words of a paragraph, piece by piece."""
    yield element.text or ""
    for child in element:
        yield from () if child.tag in HIDDEN else [SIGNS[child.tag]] if child.tag in SIGNS else words(child)
        yield child.tail or ""
