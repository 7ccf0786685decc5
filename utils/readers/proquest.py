"""ProQuest exports as text: many articles in a file, parted by lines of `____`, with `Full text:` and, below it, labels such as
`Publication date:`."""

import re

from utils.words import read_lines

KIND, MANY = "ProQuest", True
RULE = re.compile(r"^_{20,}[ \t]*$", re.MULTILINE)
LABEL = re.compile(rf"^({'|'.join(map(re.escape, read_lines('formats/proquest')))}):[ \t]*", re.MULTILINE)


def recognises(file):
    """By the lines that part its articles, and its number of each."""
    return 2 * bool("ProQuest document ID:" in file.peek and "Full text:" in file.peek and RULE.search(file.peek))


def records(file):
    """An article for each part with a text or a number."""
    text = "\n".join(file.text.splitlines())
    line, start = 1, 0
    for rule in [*RULE.finditer(text), None]:
        part = text[start : rule.start() if rule else len(text)]
        told = _told(part)
        date = told.get("Publication date")
        if "ProQuest document ID" in told or "Full text" in told:
            yield {
                "text": told.get("Full text") or told.get("Abstract", ""), "title": told.get("Title"), "source": told.get("Publication title", "").split(";")[0], "url": told.get("Document URL"),
                "dates": [("metadata", date)] * bool(date), "id": told.get("ProQuest document ID"), "line": line,
            }  # fmt: skip
        line, start = line + part.count("\n"), rule.end() if rule else start


def _told(part):
    """What stands behind each label, up to the next; of two with one name the first."""
    told, marks = {}, [*LABEL.finditer(part)]
    for mark, after in zip(marks, [*marks[1:], None]):
        told.setdefault(mark[1], part[mark.end() : after.start() if after else len(part)].strip())
    return told
