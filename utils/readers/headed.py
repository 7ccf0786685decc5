"""Text with a head: lines such as `Title: …`, `Date: …`, `Source: …`, or the same between two lines `---`; and Markdown."""

import re

from utils.columns import find_columns

KIND = "text with a head"
LONGEST = 20_000  # characters of a head
FENCED = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
OPENING = re.compile(r"[\s\ufeff]{0,99}(?:---[ \t]*\n|[^\W\d][\w /-]{1,30}:)")
NAMED = re.compile(r"([^\W\d][\w /-]{1,30}):(?:[ \t]+(.*))?$")
MARKS = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,1000}\)|^[#>]{1,6}[ \t]+|[*_]{2,3}|(?<!\w)[*_](?=\w)|(?<=[\w.,])[*_](?!\w)", re.MULTILINE)


def recognises(file):
    """By two lines or more of its head that name what is known of an article."""
    markdown = file.ending in (".md", ".markdown")
    return 1.5 * bool(file.peek and (markdown or (file.given or file.ending in (".txt", ".text", "")) and OPENING.match(file.text) and _head(file.text)[0]))


def records(file):
    """One article, as it stands below the head."""
    known, text = _head(file.text)
    if file.ending in (".md", ".markdown"):
        heading = re.match(r"\s*# (.+)", text)
        known["title"] = known.get("title") or heading and MARKS.sub(r"\1", heading[1])
        text = MARKS.sub(r"\1", text)
    date = known.pop("date", None)
    yield {**known, "text": text, "dates": [("metadata", date)] * bool(date)}


def _head(text):
    """What the head tells, and the text below it; nothing where it tells less than two things."""
    fenced = FENCED.match(text := "\n".join(text.lstrip("\ufeff\n").splitlines()), 0, LONGEST)
    lines, found, end = (fenced[1] if fenced else text[:LONGEST]).split("\n"), {}, 0
    for n, line in enumerate(lines[:60], 1):
        named = NAMED.match(line)
        if named:
            found.setdefault(named[1].strip(), (named[2] or "").strip().strip("\"'"))
            end = n
        elif line.strip() and not fenced:
            break
    names, cells = list(found), list(found.values())
    known = {field: cells[place] for field, place in find_columns(names, [], {}).items() if cells[place] or field == "text"}
    if len(known) - ("text" in known) < 2:
        return {}, text
    rest = text[fenced.end() :] if fenced else "\n".join(text.split("\n")[end:])
    first = known.pop("text", "")
    return known, f"{first}\n\n{rest}" if not rest.strip() or names and find_columns(names[-1:], [], {}).get("text") == 0 else rest
