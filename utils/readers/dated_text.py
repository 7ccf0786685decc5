"""The dated text: `[title] date YYYY-MM-DD text on the same line`, then paragraphs parted by blank lines.

The words of the `date` line belong to the file, not to the article; what stands behind the date does belong to it, and is
often a standfirst, written twice or once more in the body. `read` gives every sentence of the article once.
"""

import re
from itertools import pairwise

from utils.words import abbreviations

# " date 2017-11-18 The efforts …", "Moon talks date 2017-11 The …", " date 2017-13-40", "date 2020-01-01T10:00:00Z …".
DATE_LINE = re.compile(
    r"^(?:(?P<title>.{1,300}?)\s)??date\s+(?P<date>\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?)(?:T\d[\d:.,+Z-]*)?(?![\d/-])(?P<rest>.*)$", re.DOTALL
)
# Where a sentence may end. In doubt it goes on, so that no half sentence is ever dropped: before a small letter, after a
# Japanese quotation that と takes up, after an abbreviation.
END = re.compile(
    r"""(?<![.!?…])(?:[.!?…]+["”’»)\]]*(?:\s+(?![a-zß-ÿ])|$)) | [。！？।॥]+[」』”]*(?![とっ」』”])\s*""",
    re.VERBOSE,
)
KIND = "text"
ENDINGS = {".txt", ".text", ""}
MAY_END = re.compile(r"[.!?…。！？।॥][\"”’»)\]」』\s]*")
BROKEN = re.compile(r"(?<=[^\W\d_])-\n(?=\w)")  # a hyphen at a line end; a soft one marks the place for `clean`, which knows the folder
REPEATED = 30  # characters; a shorter sentence may well be said twice
LONGEST_LEAD = 5000  # characters; what stands on a longer date line is no standfirst


def recognises(file):
    """Any text, where nothing surer is known of it."""
    return 1 * bool(file.given or file.ending in ENDINGS and (file.peek or not file.data))


def records(file):
    """One article, as it stands there."""
    yield {"text": file.text}


def read(text, *, title=None):
    """One article: a dict of `title date_given standfirst text flags line`; `flags` is a list of words. A `title` that is
    known from elsewhere is not counted as text either.

    >>> record = read(" date 2017-11-18 Talks began. Talks began.\\n\\nThe two heads met.\\n")
    >>> record["date_given"], record["standfirst"], record["text"]
    ('2017-11-18', 'Talks began.', 'Talks began.\\n\\nThe two heads met.')
    """
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.strip()), 0)
    match = _date_line(lines[at].strip())
    title, lead, rest = title or "", "", at
    if match:
        title, lead, rest = _squeeze(match["title"] or title), _squeeze(match["rest"]), at + 1
        lead = re.sub(r"^[-–—]+(?=\s|$)", "", lead).strip()
        while lead and lead[-1] not in STOPS and rest < len(lines) and lines[rest].strip():  # a program broke the line
            lead, rest = f"{lead} {lines[rest].strip()}", rest + 1
    standfirst, lead, body = _part(lead, _paragraphs(lines[rest:]))
    kept, repeats = _once([lead] * bool(lead) + body, title)
    return {
        "title": title or None,
        "date_given": match["date"] if match else None,
        "standfirst": standfirst,
        "text": "\n\n".join(kept or [lead] * bool(lead)),
        "flags": ["repeats"] if repeats else [],
        "line": at + 1,
    }


def _date_line(line):
    """The date line, or None: behind a title, small letters or signs after the date make it prose ("The launch date
    2018-03-01 was missed")."""
    match = DATE_LINE.match(line)
    if match and match["title"] and (rest := match["rest"]):
        first = rest.split(None, 1)[:1] or [""]
        if not rest[0].isspace() or first[0].islower():
            return None
    return match


STOPS = ".!?…。！？।:;\"”’»」』"


def _squeeze(text):
    return " ".join(text.split())


def _paragraphs(lines):
    """Paragraphs are parted by blank lines, or by line ends where each line is a paragraph; wrapped lines are joined."""
    blocks, block = [], []
    for line in [*map(str.strip, lines), ""]:
        if line:
            block.append(line)
        elif block:
            blocks += [BROKEN.sub("-\u00ad", "\n".join(block))] if _wrapped(block) else block
            block = []
    return [_squeeze(paragraph) for paragraph in blocks]


def _wrapped(lines):
    """Lines that mostly stop in mid-sentence, and where the next word found no room, were broken by a program, not by a writer."""
    stops, width = sum(line[-1] in STOPS for line in lines[:-1]), max(map(len, lines))
    full = sum(len(line) + len(after.split(None, 1)[0]) >= width for line, after in pairwise(lines))
    return len(lines) > 1 and 30 <= width <= 100 and stops <= (len(lines) - 1) / 2 and full >= (len(lines) - 1) * 2 / 3


def _sentences(text):
    cuts = [0, *(m.end() for m in END.finditer(text) if m[0][0] != "." or not _abbreviated(text, m.start())), len(text)]
    return [text[a:b].strip() for a, b in zip(cuts, cuts[1:]) if a < b]


def _abbreviated(text, stop):
    """Does the full stop at `stop` stand after an abbreviation or an initial?"""
    word = (text[max(stop - 12, 0) : stop].split() or [""])[-1].lstrip("(\"“‘[").lower()
    return len(word) <= 1 or "." in word or word in abbreviations()


def _part(lead, body):
    """What on the date line is a standfirst (it stands there twice, or once more in the body), and what is the body's."""
    if not lead or len(lead) > LONGEST_LEAD:
        return None, lead, body
    head, rest = _double(lead)
    whole = "\n".join(body)
    sentences = _sentences(f"{head} {rest}".strip())
    again = {s for s in sentences if s in body or len(s) >= REPEATED and _holds(whole, s)}
    standfirst = head or " ".join(dict.fromkeys(s for s in sentences if s in again))
    return standfirst or None, " ".join(s for s in sentences if s not in again), body


def _holds(whole, sentence):
    """Does a text hold a sentence, and not just as the first letters of a longer word?"""
    after = whole.find(sentence) + len(sentence)
    return after >= len(sentence) and not (sentence[-1].isalnum() and whole[after : after + 1].isalnum())


def _double(lead):
    """Part "A. A. B." into what stands twice and what follows: ("A.", "B."); ("", lead) where nothing does.

    One word may well be said twice ("Why? Why? Because.").
    """
    for end in [*(m.end() for m in END.finditer(lead)), len(lead) // 2]:
        head, rest = lead[:end].strip(), lead[end:].strip()
        if " " in head and rest.startswith(head) and (len(rest) == len(head) or rest[len(head)].isspace()):
            return head, rest[len(head) :].strip()
    return "", lead


def _once(paragraphs, title):
    """Drop what has been said before, word for word: paragraphs, and sentences of some length; and the title."""
    parts = [part for paragraph in paragraphs for part in MAY_END.split(paragraph.lstrip("\"”’»)]」』")) if part]
    if len(parts) == len(set(parts)) and title not in paragraphs:  # quick to see, and most often so: nothing stands twice
        return paragraphs, 0
    whole, seen, kept, repeats = {title}, set(), [], 0
    for paragraph in paragraphs:
        if paragraph in whole:
            repeats += 1
            continue
        new, sentences = [], _sentences(paragraph)
        for sentence in sentences:
            if sentence not in seen:
                new.append(sentence)
            if len(sentence) >= REPEATED:
                seen.add(sentence)
        repeats += len(new) < len(sentences)
        whole.add(paragraph)
        if new:
            kept.append(paragraph if len(new) == len(sentences) else " ".join(new))
    return kept, repeats
