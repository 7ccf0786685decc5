"""text -> the stretches in quotation marks: “curly”, "straight", ‘single’, ``doubled'', «angled», 「cornered」."""

import re
from bisect import bisect_left
from dataclasses import dataclass

LONGEST = 4000  # characters of a quotation in one paragraph; where the next mark is farther, the closing one is lost
REACH = 1500  # characters in which the end of a ‘single’ quotation, or of a sentence, is looked for
_MARK = re.compile("[\"“”„‟＂«»「」『』]|``|''|(?<![\\w'’.])['‘‚](?!(?i:\\d0s|\\d\\ds|(?:em|til|tis|twas|cause|bout|n|round|cuz|ere)\\b))(?=[\\w“\"$£€…(\\[])")
_FAMILY = {**dict.fromkeys("«»", "angle"), **dict.fromkeys("「」『』", "corner"), **dict.fromkeys("'‘‚", "single")}
_OPENS, _CLOSES = {"“", "„", "‟", "``", "「", "『", "«"}, {"”", "」", "』", "»"}
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_SPEAKER = re.compile(r",(?=\s(?:(?:s?he|they|[A-Z][\w.’'-]+(?:\s[A-Z][\w.’'-]+){0,3})\s)?(?:said|says|asked|added|told)\b)")  # “We go, said Rao.
_SINGLE_END = re.compile(r"(?<=\S)['’](?!\w)")
_LOWER_NEXT = re.compile(r"\s[a-z]")


@dataclass
class Mark:
    """A stretch: `text[start:end]` stands inside the marks, `left` and `right` are their outer ends."""

    left: int
    start: int
    end: int
    right: int
    flag: str = ""  # "open": the closing mark is lost, and the end was set by rule
    joins: bool = False  # reopens the speech of the stretch before, a paragraph on


def find_marks(text):
    """The outermost stretches in quotation marks, in order; a quotation inside a quotation belongs to the outer one.

    A mark left open ends with its paragraph where the next one reopens it, as long speeches are printed, else with its
    sentence. Apostrophes, decades (’90s) and inches (6'2") are no marks.

    >>> text = "The ’90s were “fun, ‘real’ fun”, the boys’ coach said: 'Go.'"
    >>> [text[mark.start : mark.end] for mark in find_marks(text)]
    ['fun, ‘real’ fun', 'Go.']
    """
    breaks = [*(m.start() for m in _BLANK_LINE.finditer(text)), len(text)]
    marks, opened, depth, blind, sign = [], None, 0, 0, _MARK.search(text)
    while sign or opened:
        at, resume = (sign.start(), sign.end()) if sign else (len(text), len(text))
        role = _role(text, sign, opened) if sign else "none"
        anew = role == "open" and (text[at - 1 : at] == "\n" or text[at - 1 : at].isspace() and text[at - 2] in ".!?")
        if opened and (not sign or at > _reach(opened, breaks) or anew and _family(sign) == _family(opened) or depth > 2):
            marks.append(_left_open(text, opened, breaks, at))
            resume, opened, depth = marks[-1].end, None, 0
        elif opened and _family(sign) == _family(opened):
            depth += {"open": 1, "close": -1, "none": 0}[role]
            if depth < 0:
                marks.append(Mark(opened.start(), opened.end(), at, resume))
                opened, depth = None, 0
        elif not opened and sign and _family(sign) == "single":
            end = _single_end(text, at, max(at + 1, blind))
            blind = blind if end else at + REACH  # what was searched once holds no end for later marks either
            marks += [Mark(at, at + 1, end, end + 1)] if end else []
            resume = end + 1 if end else resume
        elif not opened and role == "open":
            opened = sign
        sign = _MARK.search(text, resume)
    return _joined(text, [mark for mark in marks if re.search(r"\w", text[mark.start : mark.end])])


def _family(sign):
    return _FAMILY.get(sign[0], "double")


def _reach(opened, breaks):
    """How far a quotation may go: to the end of its paragraph."""
    return min(opened.end() + LONGEST, breaks[bisect_left(breaks, opened.end())])


def _role(text, sign, opened):
    """Does this mark open or close? By its shape, and where that does not tell by its neighbours."""
    before, after, shape = text[max(sign.start() - 1, 0) : sign.start()], text[sign.end() : sign.end() + 1], sign[0]
    left = not before or before.isspace() or before in "([{—–-/'‘“"
    right = not after or after.isspace() or after in ",.;:?!)]}—–-/'’”"
    if shape == "“" and opened and (opened[0] == "„" or right and not left):
        return "close"
    if shape in _OPENS and not (shape == "«" and right and not left):
        return "open"
    if shape in _CLOSES:
        return "open" if left and not right and (not opened or shape == "»") else "close"
    if before.isdigit() and not opened:  # inches
        return "none"
    return "open" if left and not right else "close" if opened or right and not left else "open"


def _single_end(text, at, start):
    """Where a quotation in ‘single’ marks ends, if it does: not at the apostrophe of the boys’ toys, if there is another."""
    first = None
    for end in _SINGLE_END.finditer(text, start, at + REACH):
        if _BLANK_LINE.search(text, at, end.start()):
            break
        if text[end.start() - 1] not in "sS" or not _LOWER_NEXT.match(text, end.end()):
            return end.start()
        if first:
            break
        first = end.start()
    return first


def _left_open(text, opened, breaks, at):
    """The stretch of a mark that nothing closes: to the end of its paragraph if `at` reopens it, else of its sentence."""
    start, stop = opened.end(), min(at, breaks[bisect_left(breaks, opened.end())])
    reopened = at < len(text) and not text[stop:at].strip() and "\n" in text[stop - 1 : at] and stop - start < LONGEST
    sentence = None if reopened else _SENTENCE_END.search(text, start, min(stop, start + REACH))
    speaker = sentence and _SPEAKER.search(text, start, sentence.end())
    end = speaker.end() if speaker else sentence.end() if sentence else stop if reopened else min(stop, start + REACH)
    end = start + len(text[start:end].rstrip())
    return Mark(opened.start(), start, end, end, "" if reopened else "open")


def _joined(text, marks):
    for before, mark in zip(marks, marks[1:]):
        mark.joins = before.end == before.right and not before.flag and not text[before.right : mark.left].strip()
    return marks
