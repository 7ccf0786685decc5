"""Whose words a quotation holds: the cue beside or before it and the source that the cue has, else the speech that goes on."""

import re

from utils.grammar.phrases import REACH, back, first_subject, group, pattern, phrase_from, span, subject


def source(a, c):
    """Whose words the cue at word c announces: (noun phrase, cue's last word), else None."""
    found = a.is_a(c, "speech") and a.ends("owner", c + 1) or pattern("cited").match(a.signs, 3 * c)
    if found:
        return span(found), found.end("cue") // 3
    if c not in a.verb or a.words[c] == "according":
        return None
    lo = a.opening(c)
    kind, tense = a.verb[c]
    j, passive = back(a, c - 1)
    plural = j < c - 1 or a.is_a(j, "pronoun") or a.words[j].endswith("s") or "," in a.gap(j) or a.words[c - 1] in ("and", "or")
    if tense == "finite" and (passive or c > lo and a.is_a(c - 1, "preposition")) or tense == "base" and not plural:
        return None  # was told; to chants of; to say; not the Post
    found = subject(a, c)
    if tense == "ing" and found and not a.is_a(c - 1, "be"):  # with Rao, her aide, saying; shows aides fretting
        before = found[0] - 1
        beside = before >= lo and a.speaks(found[3]) and (a.words[before] == "with" or a.near(c - 1) and not a.is_a(before, "preposition"))
        found = found if beside else None
    if not found and not a.is_a(c, "speech") and not (c > lo and a.is_a(c - 1, "determiner")):  # has none of its own: …, calling it; declined to say
        earlier = (subject(a, verb) for verb in reversed(a.cues_in(max(lo, c - REACH), c)) if verb in a.verb)
        found = next((span for span in earlier if span and a.speaks(span[3])), None) or first_subject(a, lo, c)
    elif found and kind == "think" and not a.speaks(found[3]):
        return None
    return found and (found, c)


def _from_left(a, lo, hi):
    """The cue before a quotation and its source: the nearest one that stands at it or takes speech, else the nearest."""
    other = None
    for c in reversed(a.cues_in(max(lo, hi - REACH), hi)[-6:]):
        if found := source(a, c):
            if a.takes(c) == "say" or hi - found[1] <= 4 and a.takes(c) == "call":
                return (found[0], c, found[1])
            other = other or (found[0], c, found[1])
    return other


def _from_right(a, n, r):
    """The attribution that follows a quotation at word r: said X; X, a doctor, said; according to X."""
    if r >= len(a.start) or a.quoted(r):
        return None
    mark, following = a.marks[n], a.marks[n + 1].left if n + 1 < len(a.marks) and a.sentence[a.first[n + 1]] == a.sentence[r] else 0
    if a.sentence[r] != a.sentence[a.last[n]] and a.text[max(following - 3, 0) : following].rstrip().endswith((":", ",")):
        return None  # “Sad!” The senator replied: “…”
    between, ended = a.text[mark.right : a.start[r]], a.text[mark.end - 1] if not a.text[a.start[r]].islower() else ","
    if "\n\n" in between or ended in ".;" and not between.lstrip().startswith((",", "—", "–", "-")) or re.search("[.:;]", between):
        return None
    for c in a.cues_in(r, min(r + 30, a.closing(r)))[:3]:
        if (a.words[c] in ("according", "per") and c - r < 2 or a.is_a(c, "speech") and a.words[r] == "in" and c - r < 4) and (found := source(a, c)):
            return (found[0], c, found[1])
        if a.verb.get(c, ("", ""))[1] == "finite":
            turned = c == r or c == r + 1 and (a.is_a(r, "passed-over") or a.words[r] == "so")  # said X; then said X
            found = _after(a, c) if turned else subject(a, c)
            if found and (turned or found[0] == r or found[0] == r + 1 and a.words[r] == "as" or group(a, found[0] - 1) == r):
                return (found, c, c)
    signed = phrase_from(a, r) if re.fullmatch(r"\s*[—–-]+\s*", between) else None
    return (signed, None, None) if signed and (signed[1] + 1 == a.closing(r) or not a.near(signed[1])) else None  # “…” — Rao


def _after(a, c):
    """The subject after a verb of speech: said X."""
    return phrase_from(a, c, 1) if a.takes(c) == "say" and a.words[c] not in ("told", "tells") and a.near(c) else None


def attribute(a, n):
    """The source of quotation n by a cue in its sentence: (noun phrase, first, last word of the cue, how near), else None."""
    first, after, lead = a.first[n], a.last[n] + 1, a.lead(n)
    lo = a.opening(first)
    left, right = _from_left(a, lo, first), _from_right(a, n, after)
    if left and (lead == ":" or first - left[2] <= (6 if lead == "," else 1 if a.takes(left[1]) == "say" else 3)):
        return (*left, "left")
    if right or left:
        return (*right, "right") if right else (*left, "left")
    if lead == ":" and (found := first_subject(a, lo, first)):
        return (found, None, None, "lead")
    for c in a.cues_in(after + 1, min(a.closing(first), after + REACH))[:6]:
        if "," in a.gap(c - 1) and (found := _after(a, c)):
            return (found, c, c, "later")
        found = source(a, c)
        if found and (found[0][0] > after and not a.near(found[0][0] - 1) or a.words[c] == "according"):
            return (found[0], c, found[1], "later")
    found = phrase_from(a, lo, 1) if a.words[lo] == "for" and a.speaks(lo + 1) else None  # For Rao, it was “…”
    return found and (found, None, None, "lead")


def carry_on(a, found):
    """Give quotations without a cue of their own the speaker that the text goes on with: in the sentence, before it, in the speech."""
    of_sentence = {}
    for n, known in enumerate(found):
        first, joins = a.first[n], a.marks[n].joins
        if n and found[n - 1] and (joins and not known or known and _coordinated(a, n)):
            known = (*found[n - 1][:3], known[3] if known else "joins")
        if not known:
            opener = first_subject(a, a.opening(first), first)
            known = (opener, None, None, "subject") if opener else _from_before(a, a.sentence[first], of_sentence)
        found[n] = of_sentence[a.sentence[first]] = known
    for n in reversed(range(len(found) - 1)):  # a speech over paragraphs may name its speaker only in a later one
        if a.marks[n + 1].joins and (not found[n] or found[n][3] in ("before", "subject", "goes on")) and found[n + 1]:
            found[n] = found[n + 1]
    return found


def _coordinated(a, n):
    """Does a quotation stand beside the one before, as in “this” and the “that”?"""
    between = a.words[a.last[n - 1] + 1 : a.first[n]]
    beside = {"and", "or", "the", "a", "an", "as", "not"}.issuperset(between) and ("and" in between or "or" in between)
    return beside and not re.search("[.:;]", a.text[a.marks[n - 1].right : a.marks[n].left])


def _from_before(a, s, of_sentence):
    """The speaker of the sentences before sentence s: who is quoted there, or says something, or is spoken of."""
    for before in range(s - 1, max(s - 4, -1), -1):
        if before in of_sentence:
            known = of_sentence[before]
            return known and (*known[:3], "goes on" if before == s - 1 else "before")
        left = _from_left(a, a.opens[before], a.opens[before + 1])
        if spoken_of := left[0] if left else first_subject(a, a.opens[before], a.opens[before + 1]):
            return (spoken_of, None, None, "before")
    return None
