"""Nexis Uni and LexisNexis exports (their text, whether it came as Word, RTF, HTML or TXT): many articles in a file.

The newer form, after a list of what was searched: title, source, date (`November 18, 2017 Saturday`), labels (`Length: 300 words`),
a line `Body`, the text, a line `Classification`, `Load-Date:`, a line `End of Document`. The older one: `1 of 200 DOCUMENTS`,
source, date, title, labels in capitals up to `LENGTH:`, the text, `LOAD-DATE:`. Described by the users of LexisNexisTools
(https://github.com/JBGruber/LexisNexisTools) and of https://github.com/koheiw/newspapers.
"""

import re

from utils.dating import read_date

KIND, MANY = "Nexis", True
_BEGIN = re.compile(r"^[ \t]{0,80}(\d{1,5}) (?:of|von|de) (\d{1,5}) DO[CK]UMENT\w{0,3}[ \t]{0,9}$", re.MULTILINE)
_END = re.compile(r"^[ \t]{0,80}End of Document[ \t]{0,9}$", re.MULTILINE)
_LABEL = re.compile(r"(Byline|Section|Length|Dateline|Highlight|Headline|Load-Date|Language|Graphic|Publication-Type|Body|Classification|Subject|Correction-Date)\s{0,3}(?::|$)", re.IGNORECASE)
_AFTER = re.compile(r"(?:Classification|Graphic|Load-Date:.*|Publication-Type:.*|Language:.*|Subject:.*|Correction-Date:.*|Notes)\s*$", re.IGNORECASE)
_PAGE = re.compile(r"Page \d{1,4} of \d{1,4}$")


def recognises(file):
    """By the lines that part its articles."""
    text = file.peek
    return 2 * bool("End of Document" in text and _END.search(text) or "DO" in text and " DO" in text and _BEGIN.search(text))


def records(file):
    """An article for each `End of Document`, or for each `1 of 200 DOCUMENTS`."""
    text = "\n".join(file.text.splitlines())
    marks = [(mark.start(), mark.end()) for mark in _END.finditer(text)]
    parts = [(0, 0), *marks] if marks else [(mark.start(), mark.end()) for mark in _BEGIN.finditer(text)]
    line, last = 1, 0
    for (_, start), (end, _) in zip(parts, [*parts[1:], (len(text), 0)]):
        line, last = line + text.count("\n", last, start), start
        if re.search(r"\w", text[start:end]):
            yield _article(text[start:end], line)


def _article(text, line):
    lines = [words for words in map(str.strip, text.split("\n")) if not _PAGE.match(words)]
    body = next((n for n, words in enumerate(lines) if words == "Body"), None)
    if body is None:
        body = next((n for n, words in enumerate(lines) if words.lower().startswith("length:")), len(lines))
    last = next((n for n in range(body + 1, len(lines)) if _AFTER.match(lines[n])), len(lines))
    head = [words for words in lines[:body] if words]
    labels = {match[1].lower(): words[match.end() :].strip() for words in lines if (match := _LABEL.match(words))}
    first = next((n for n, words in enumerate(head) if _LABEL.match(words)), len(head))
    dated = next((n for n in range(first - 1, -1, -1) if re.match(r"\w{3,}\.? \d|\d", head[n]) and len(head[n]) < 60 and not read_date(head[n])[2]), None)
    title, source = labels.get("headline"), None
    if dated is not None:
        source = head[dated - 1] if dated else None
        later = [words for words in head[dated + 1 : first] if not re.match(r"copyright|\(c\)|©|.{0,30}edition\b", words, re.IGNORECASE)]
        title = title or (head[dated - 2] if dated > 1 else later[-1] if later else None)
    given = head[dated] if dated is not None else labels.get("load-date")
    return {"text": "\n".join(lines[body + 1 : last]), "title": title, "source": source, "dates": [("metadata", given)] * bool(given), "line": line}
