"""Word (.docx, .docm): the paragraphs of its text. What it knows of its own dates is when it was made, not published."""

KIND = "Word"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what its neighbour says
SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def recognises(file):
    """By what stands in the zip file that it is."""
    return 3 * ("word/document.xml" in file.members)


def records(file):
    """The text, which may be an article or an export of many."""
    paragraphs = list(_paragraphs(file.elements("word/document.xml")))
    title = next((text for text, style in paragraphs[:1] if style == "Title"), None)
    yield file.part("\n\n".join(text for text, _ in paragraphs[bool(title) :]), title=title, kind=KIND)


def _paragraphs(elements):
    """Pairs of a paragraph's text and style. A paragraph may stand within another (in a box): it comes first."""
    open_, hidden = [], 0
    for event, element in elements:
        starts = event == "start"
        hidden += (1 if starts else -1) * (element.tag == FALLBACK)
        if element.tag == f"{W}p" and starts:
            open_.append([[], None])
        elif element.tag == f"{W}p" and open_ and not starts:
            text, style = open_.pop()
            if text := "".join(text).strip():
                yield text, style
            element.clear()
        elif open_ and not hidden and not starts:
            open_[-1][0].append(element.text or "" if element.tag == f"{W}t" else SIGNS.get(element.tag, ""))
            if element.tag == f"{W}pStyle":
                open_[-1][1] = element.get(f"{W}val")
