"""text -> the stretches in quotation marks: “curly”, "straight", ‘single’, ``doubled'', «angled», 「cornered」."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice, pairwise

LONGEST = 4000  # characters of a quotation in one paragraph; where the next mark is farther, the closing one is lost
REACH = 1500  # characters in which the end of a ‘single’ quotation, or of a sentence, is looked for
_SINGLE = "(?<!`)(?<![\\w'’.].)(?!(?i:\\d0s|\\d\\ds|(?:em|til|tis|twas|cause|bout|n|round|cuz|ere)\\b))(?=[\\w“\"$£€…(\\[])"
_MARK = re.compile(f"[\"“”„‟＂«»「」『』`'‘‚](?:(?<![`'‘‚])|(?<=`)`|(?<=')'|{_SINGLE})")  # one class of characters first: to it a search leaps
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
        at, resume = sign.span() if sign else (len(text), len(text))
        family = sign and _FAMILY.get(sign[0], "double")
        same = sign and opened and family == _FAMILY.get(opened[0], "double")
        role = sign and _role(text, sign, opened)
        paragraph = breaks[bisect_left(breaks, opened.end() if opened else at)]
        anew = same and role == "open" and (text[at - 1] == "\n" or text[at - 1].isspace() and text[at - 2] in ".!?")
        if opened and (not sign or at > min(opened.end() + LONGEST, paragraph) or anew or depth > 2):
            marks.append(_left_open(text, opened, paragraph, at))
            resume, opened, depth = marks[-1].end, None, 0
        elif same:
            depth += {"open": 1, "close": -1, "none": 0}[role]
            if depth < 0:
                marks.append(Mark(opened.start(), opened.end(), at, resume))
                opened, depth = None, 0
        elif family == "single" and not opened:
            if end := _single_end(text, max(at + 1, blind), min(at + REACH, paragraph)):
                marks.append(Mark(at, at + 1, end, end + 1))
                resume = end + 1
            else:
                blind = min(at + REACH, paragraph)  # what was searched once holds no end for later marks either
        elif role == "open" and not opened:
            opened = sign
        sign = _MARK.search(text, resume)
    marks = [mark for mark in marks if re.search(r"\w", text[mark.start : mark.end])]
    for before, mark in pairwise(marks):
        mark.joins = before.end == before.right and not before.flag and not text[before.right : mark.left].strip()
    return marks


def _role(text, sign, opened):
    """Does this mark open or close? By its shape, and where that does not tell by its neighbours."""
    before, after, shape = text[max(sign.start() - 1, 0) : sign.start()], text[sign.end() : sign.end() + 1], sign[0]
    left = not before or before.isspace() or before in "([{—–-/'‘“"
    right = not after or after.isspace() or after in ",.;:?!)]}—–-/'’”"
    if shape in _OPENS and not (shape in "“«" and right and not left and (opened or shape == "«")):  # German closes „so“
        return "open"
    if shape in _CLOSES:
        return "open" if left and not right and not opened else "close"
    if before.isdigit() and not opened:  # inches
        return "none"
    return "open" if left and not right else "close" if opened or right and not left else "open"


def _single_end(text, start, stop):
    """Where a quotation in ‘single’ marks ends, if it does: not at the apostrophe of the boys’ toys, if there is another."""
    ends = [end.start() for end in islice(_SINGLE_END.finditer(text, start, stop), 2)]
    return next((end for end in ends if text[end - 1] not in "sS" or not _LOWER_NEXT.match(text, end + 1)), ends[0] if ends else None)


def _left_open(text, opened, paragraph, at):
    """The stretch of a mark that nothing closes: to the end of its paragraph if `at` reopens it, else of its sentence."""
    start, stop = opened.end(), min(at, paragraph)
    if at < len(text) and not text[stop:at].strip() and "\n" in text[stop - 1 : at] and stop - start < LONGEST:
        end, flag = stop, ""
    else:
        sentence = _SENTENCE_END.search(text, start, min(stop, start + REACH))
        speaker = sentence and _SPEAKER.search(text, start, sentence.end())
        end, flag = (speaker or sentence).end() if sentence else min(stop, start + REACH), "open"
    end = start + len(text[start:end].rstrip())
    return Mark(opened.start(), start, end, end, flag)
