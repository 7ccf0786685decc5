"""The dated text: `[title] date YYYY-MM-DD text on the same line`, then paragraphs parted by blank lines.

The words of the `date` line belong to the file, not to the article; what stands behind the date does belong to it, and is
often a standfirst, written twice or once more in the body. `read` gives every sentence of the article once.
"""

import re

# " date 2017-11-18 The efforts …", "Moon talks date 2017-11 The …", " date 2017-13-40". Behind a title, a lower-case word
# after the date makes it prose: "The launch date 2018-03-01 was missed."
DATE_LINE = re.compile(
    r"^(?:(?P<title>.{1,300}?)\s)?date[ \t]+(?P<date>\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?)(?![\w/-])(?P<rest>.*)$", re.DOTALL
)
# Where a sentence ends. In doubt, as after a short word with a capital (Nov. 17, U.S., Lt. Gen.), it goes on, so that no half
# sentence is ever dropped.
END = re.compile(
    r"""[.!?…。！？।॥](?<!\b[A-Z]\.)(?<!\b[A-Z]\w\.)(?<!\b[A-Z]\w\w\.)(?<!\b[A-Z]\w{3}\.)(?<!\b[A-Z]\w{4}\.)(?<!\b\w\.)(?<!\bno\.)(?<!\bvs\.)
    [.!?…]*["”’»)\]」』]*(?:\s+|$|(?<=[。！？।॥」』]))""",
    re.VERBOSE,
)
REPEATED = 30  # characters; a shorter sentence may well be said twice


def read(text):
    """One article: a dict of `title date_given standfirst text flags line`; `flags` is a list of words.

    >>> record = read(" date 2017-11-18 Talks began. Talks began.\\n\\nThe two heads met.\\n")
    >>> record["date_given"], record["standfirst"], record["text"]
    ('2017-11-18', 'Talks began.', 'Talks began.\\n\\nThe two heads met.')
    """
    lines = text.split("\n")
    at = next((i for i, line in enumerate(lines) if line.strip()), 0)
    match = DATE_LINE.match(lines[at].strip())
    if match and match["title"] and match["rest"].lstrip()[:1].islower():
        match = None
    title = _squeeze(match["title"] or "") if match else ""
    lead = re.sub(r"^[-–—]+(?=\s|$)", "", _squeeze(match["rest"])).strip() if match else ""
    standfirst, lead, body = _part(lead, _paragraphs(lines[at + bool(match) :]))
    body, repeats = _once([lead] * bool(lead) + body, title)
    return {
        "title": title or None,
        "date_given": match["date"] if match else None,
        "standfirst": standfirst,
        "text": "\n\n".join(body),
        "flags": ["repeats"] if repeats else [],
        "line": at + 1,
    }


def _squeeze(text):
    return " ".join(text.split())


def _paragraphs(lines):
    """Paragraphs are parted by blank lines, or by line ends where each line is a paragraph; wrapped lines are joined."""
    blocks, block = [], []
    for line in [*map(str.strip, lines), ""]:
        if line:
            block.append(line)
        elif block:
            blocks += [" ".join(block)] if _wrapped(block) else block
            block = []
    return [_squeeze(paragraph) for paragraph in blocks]


def _wrapped(lines):
    """Lines of like length that mostly stop in mid-sentence were broken by a program, not by a writer."""
    stops = sum(line[-1] in ".!?…。！？।:;\"”’»」』" for line in lines[:-1])
    return len(lines) > 1 and max(map(len, lines[:-1])) <= 100 and stops <= (len(lines) - 1) / 2


def _sentences(text):
    cuts = [0, *(m.end() for m in END.finditer(text)), len(text)]
    return [text[a:b].strip() for a, b in zip(cuts, cuts[1:]) if a < b]


def _part(lead, body):
    """What on the date line is a standfirst (it stands there twice, or once more in the body), and what is the body's."""
    head, rest = _double(lead)
    whole = "\n".join(body)
    again = {s: s in body or len(s) >= REPEATED and s in whole for s in _sentences(f"{head} {rest}".strip())}
    kept = " ".join(s for s in again if not again[s])
    return head or " ".join(s for s in again if again[s]) or None, kept, body


def _double(lead):
    """Part "A. A. B." into what stands twice and what follows: ("A.", "B."); ("", lead) where nothing does."""
    for end in [*(m.end() for m in END.finditer(lead[:5000])), len(lead) // 2]:
        head, rest = lead[:end].strip(), lead[end:].strip()
        if head and rest.startswith(head) and (len(rest) == len(head) or rest[len(head)].isspace()):
            return head, rest[len(head) :].strip()
    return "", lead


def _once(paragraphs, title):
    """Drop what has been said before, word for word: paragraphs, and sentences of some length; and the title."""
    seen, kept, repeats = {title}, [], 0
    for paragraph in paragraphs:
        sentences = _sentences(paragraph)
        new = [s for s in sentences if s not in seen]
        if paragraph in seen or not new:
            repeats += 1
            continue
        repeats += len(new) < len(sentences)
        seen.update(s for s in new if len(s) >= REPEATED)
        seen.add(paragraph)
        kept.append(paragraph if len(new) == len(sentences) else " ".join(new))
    return kept, repeats
