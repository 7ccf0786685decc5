"""Factiva exports (their text, whether it came as RTF, HTML, Word or TXT): many articles in a file.

With indexing each part has a label of two or three letters: HD headline, PD date, SN source, LA language, LP first paragraph,
TD the rest, AN number. Without, the lines are headline, by whom, `355 words`, date, time, source, code, language, copyright,
then the text. Both end in `Document` and the number. The labels: Dow Jones' Factiva and the readers of
https://cran.r-project.org/package=tm.plugin.factiva.
"""

import re

from utils.dating import read_date

KIND, MANY = "Factiva", True
_END = re.compile(r"^[ \t]{0,20}(?:AN[ \t|]{0,9})?(?:Document|Dokument|Documento)[ \t](?=[A-Za-z]{0,20}\d)([A-Za-z0-9]{8,40})[ \t]{0,9}$", re.MULTILINE)
_LABEL = re.compile(r"(HD|CLM|SE|CR|BY|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CO|IN|NS|RE|IPC|IPD|PUB|AN|CT|RF|ART|DLN)(?:[ \t|]+|$)")
_COUNTED = re.compile(r"^(?:HD|WC|TD)\b|\d (?:words|Wörter|mots|palabras|parole|woorden)$", re.MULTILINE)
_WORDS = re.compile(r"[\d.,]{1,9} (?:words|Wörter|mots|palabras|parole|woorden)$")
_FURNITURE = re.compile(r"Page \d{1,4} of \d{1,4}|©.{0,40}Factiva, Inc")


def recognises(file):
    """By the lines that end its articles, and their counts of words."""
    text = file.peek
    return 2 * bool(("Document " in text or "Dokument " in text or "Documento " in text) and _END.search(text) and _COUNTED.search(text))


def records(file):
    """An article for each line `Document` with a number."""
    text = "\n".join(file.text.splitlines())
    start, line = 0, 1
    for mark in _END.finditer(text):
        yield {**_article(text[start : mark.start()]), "id": mark[1], "line": line}
        line += text.count("\n", start, mark.end())
        start = mark.end()
    rest = _article(text[start:])
    if rest["dates"]:  # an article whose end is missing, and not just the list of what was searched
        yield {**rest, "line": line}


def _article(text):
    lines = [words for words in map(str.strip, text.split("\n")) if not _FURNITURE.match(words)]
    labels = [n for n, words in enumerate(lines) if _LABEL.match(words)]
    return _labelled(lines, labels) if any(lines[n].startswith("HD") for n in labels) else _plain(lines)


def _labelled(lines, labels):
    parts = {}
    for n, end in zip(labels, [*labels[1:], len(lines)]):
        match = _LABEL.match(lines[n])
        parts.setdefault(match[1], [lines[n][match.end() :], *lines[n + 1 : end]])
    value = lambda label: " ".join(" ".join(parts.get(label, [])).split())
    text = "\n\n".join("\n".join(parts[label]).strip() for label in ("LP", "TD") if label in parts)
    return {"text": text, "title": value("HD"), "source": value("SN"), "dates": [("metadata", value("PD"))] * bool(value("PD"))}


def _plain(lines):
    places = [n for n, words in enumerate(lines) if words]
    solid = [lines[n] for n in places]
    counted = next((n for n, words in enumerate(solid) if _WORDS.match(words)), None)
    if counted is None:
        return {"text": "\n".join(lines), "dates": []}
    dated = next((n for n in range(counted + 1, min(counted + 3, len(solid))) if not read_date(solid[n])[2]), None)
    given = [] if dated is None else [("metadata", solid[dated])]
    at = dated if given else counted
    at += bool(re.fullmatch(r"\d{1,2}:\d\d.{0,10}", (solid[at + 1 :] or [""])[0]))
    ends = [n for n in range(at + 2, min(at + 8, len(solid))) if re.match(r"copyright|\(c\)|©", solid[n], re.IGNORECASE)]
    body = ends[-1] + 1 if ends else at + 4
    text = "\n".join(lines[places[body] :]) if body < len(places) else ""
    return {"text": text, "title": solid[0], "source": solid[at + 1] if at + 1 < len(solid) else None, "dates": given}
