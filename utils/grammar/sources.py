"""Whose words a quotation holds: the cue beside or before it and the source that the cue has, else the speech that goes on."""

import re

from utils.grammar.phrases import (
    BE,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    REACH,
    SKIPPED,
    back,
    can_speak,
    first_subject,
    group,
    is_noun,
    nouns,
    phrase_from,
    phrases,
    subject,
    takes,
)


def _controlled(a, c, lo):
    """The subject of a verb that has none of its own (…, calling it; and said; declined to say)."""
    for before in reversed(a.cues_in(max(lo, c - REACH), c)):
        found = subject(a, before, lo) if before in a.verb else None
        if found and can_speak(a, found):
            return found
    return first_subject(a, lo, c)


def source(a, c):
    """Whose words the cue at word c announces: (noun phrase, cue's last word), else None."""
    lo, word = a.opening(c), a.words[c]
    if tuple(a.words[c : c + 2]) in phrases() and word in ("according", "per"):
        skip = c + (2 if word == "according" else 1)
        found = phrase_from(a, skip) if skip < a.closing(c) else None
        return found and (found, c + 1 if word == "according" else c)
    if word in nouns("speech") and a.words[c - 2 : c] == ["in", "the"] and a.words[c + 1 : c + 2] == ["of"] and c + 2 < a.closing(c):
        found = phrase_from(a, c + 2)  # in the words of Rao
        return found and (found, c)
    if word in nouns("speech") and (found := _possessor(a, c, lo)):
        return found, c
    if c not in a.verb:
        return None
    kind, tense = a.verb[c]
    j, passive = back(a, c - 1, lo)
    if passive and tense == "finite":
        return (found, c + 1) if a.words[c + 1 : c + 2] == ["by"] and c + 2 < a.closing(c) and (found := phrase_from(a, c + 2)) else None
    if a.words[c - 2 : c] == ["quoted", "as"] and c - 2 >= lo:
        found = subject(a, c - 2, lo)
    elif (
        tense == "finite"
        or tense == "base"
        and j >= lo
        and (j < c - 1 or a.words[j] in PRONOUNS or a.words[j].endswith("s") or "," in a.gap(j))
        or a.words[c - 1] in BE
    ):
        found = subject(a, c, lo)
    else:
        found = None
    if tense == "ing" and (own := subject(a, c, lo)) and own[0] > lo and can_speak(a, own):  # with Rao, her aide, saying; shows aides fretting
        if a.words[own[0] - 1] == "with" or a.near(c - 1) and a.words[own[0] - 1] not in PREPOSITIONS:
            return (own, c)
    if tense == "finite" and c > lo and a.words[c - 1] in PREPOSITIONS:  # to chants of
        return None
    if found and kind == "think" and not can_speak(a, found):
        return None
    if found or tense == "base" and a.words[c - 1] not in ("to", "and", "or") and j == c - 1:
        return found and (found, c)
    determined = word in nouns("speech") or c > lo and (a.words[c - 1] in DETERMINERS or a.possessive(c - 1))
    return None if determined else ((found, c) if (found := _controlled(a, c, lo)) else None)


def _possessor(a, c, lo):
    """Who made the statement that the noun at word c names: Rao's claim, her claim, a claim by Rao."""
    k = c - 1
    while k >= max(lo, c - 3) and a.near(k) and not a.lowly(k) and not a.possessive(k):
        k -= 1
    if k >= lo and a.near(k) and a.words[k] in ("his", "her", "their", "my"):
        return (k, k, k, k)
    if k >= lo and a.near(k) and a.possessive(k) and (first := group(a, k, lo)) is not None:
        return (first, k, first, k)
    return phrase_from(a, c + 2) if c + 2 < a.closing(c) and a.words[c + 1] in ("by", "from") and a.near(c) else None


def _from_left(a, lo, hi):
    """The cue before a quotation and its source: the nearest one that stands at it or takes speech, else the nearest."""
    other = None
    for c in reversed(a.cues_in(max(lo, hi - REACH), hi)[-6:]):
        found = source(a, c)
        if found and (takes(a, c) == "say" or a.words[c] == "according" or hi - found[1] <= 4 and takes(a, c) == "call"):
            return (found[0], c, found[1])
        other = other or found and (found[0], c, found[1])
    return other


def _from_right(a, n, r):
    """The attribution that follows a quotation at word r: said X; X, a doctor, said; according to X."""
    if r >= len(a.words) or a.quote[r] >= 0:
        return None
    mark, following = a.marks[n], a.marks[n + 1].left if n + 1 < len(a.marks) and a.sentence[a.first[n + 1]] == a.sentence[r] else 0
    if a.sentence[r] != a.sentence[a.last[n]] and a.text[max(following - 3, 0) : following].rstrip().endswith((":", ",")):
        return None  # “Sad!” The senator replied: “…”
    between, ended = a.text[mark.right : a.start[r]], a.text[mark.end - 1] if not a.text[a.start[r]].islower() else ","
    if "\n\n" in between or ended in ".;" and not between.lstrip().startswith((",", "—", "–", "-")) or re.search("[.:;]", between):
        return None
    for c in a.cues_in(r, min(r + 30, a.closing(r)))[:3]:
        word = a.words[c]
        if (word in ("according", "per") and c - r < 2 or word in nouns("speech") and a.words[r] == "in" and c - r < 4) and (found := source(a, c)):
            return (found[0], c, found[1])
        if a.verb.get(c, ("", ""))[1] == "finite":
            skip = c + 1 if c == r or c == r + 1 and a.words[r] in SKIPPED | {"so"} else 0
            after = phrase_from(a, skip) if skip and skip < a.closing(c) and a.near(c) and takes(a, c) == "say" and word not in ("told", "tells") else None
            before = None if skip else subject(a, c, r)
            if after or before and (before[0] == r or before[0] == r + 1 and a.words[r] == "as" or group(a, before[0] - 1, r) == r):
                return (after or before, c, c)
    signed = re.fullmatch(r"\s*[—–-]+\s*", between) and (a.capital(r) or is_noun(a, r)) and phrase_from(a, r)
    if signed and (signed[1] + 1 == a.closing(r) or not a.near(signed[1])):  # “…” — Rao
        return (signed, None, None)
    if a.words[r] == "by" and r + 1 < a.closing(r) and (found := phrase_from(a, r + 1)):
        return (found, r, r)
    return None


def attribute(a, n):
    """The source of quotation n by a cue in its sentence: (noun phrase, first, last word of the cue, how near), else None."""
    mark, first, after = a.marks[n], a.first[n], a.last[n] + 1
    lead = a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:]
    lo = a.opening(first)
    if lo == first and lead in (":", ",") and first:
        lo = a.opening(first - 1)
    left, right = _from_left(a, lo, first), _from_right(a, n, after)
    if left and (lead == ":" or first - left[2] <= (6 if lead == "," else 1 if takes(a, left[1]) == "say" else 3)):
        return (*left, "left")
    if right and not (right[1] == after and a.words[after] == "by" and left):
        return (*right, "right")
    if left:
        return (*left, "left")
    if lead == ":" and (found := first_subject(a, lo, first)):
        return (found, None, None, "lead")
    for c in a.cues_in(after + 1, min(a.closing(first), after + REACH))[:6]:
        if (
            takes(a, c) == "say"
            and a.words[c] not in ("told", "tells")
            and "," in a.gap(c - 1)
            and c + 1 < a.closing(c)
            and a.near(c)
            and (found := phrase_from(a, c + 1))
        ):
            return (found, c, c, "later")
        found = source(a, c)
        if found and (found[0][0] > after and not a.near(found[0][0] - 1) or a.words[c] == "according"):
            return (*found[:1], c, found[1], "later")
    if lo + 1 < first and a.words[lo] == "for" and a.capital(lo + 1) and (found := phrase_from(a, lo + 1)):  # For Rao, it was “…”
        return (found, None, None, "lead")
    return None


def carry_on(a, found):
    """Give quotations without a cue of their own the speaker that the text goes on with: in the sentence, before it, in the speech."""
    of_sentence = {}
    for n, known in enumerate(found):
        first, s = a.first[n], a.sentence[a.first[n]]
        if n and known and _coordinated(a, n):
            found[n] = known = found[n - 1] and (*found[n - 1][:3], known[3])
        if n and not known and a.marks[n].joins:
            found[n] = known = found[n - 1] and (*found[n - 1][:3], "joins")
        if not known:
            known_subject = first_subject(a, a.opening(first), first)
            found[n] = known = (known_subject, None, None, "subject") if known_subject else _from_before(a, s, of_sentence, found)
        of_sentence[s] = n
    for n in reversed(range(len(found) - 1)):  # a speech over paragraphs may name its speaker only in a later one
        if a.marks[n + 1].joins and (not found[n] or found[n][3] in ("before", "subject", "goes on")) and found[n + 1]:
            found[n] = found[n + 1]
    return found


def _coordinated(a, n):
    """Does a quotation stand beside the one before, as in “this” and the “that”?"""
    between = range(a.last[n - 1] + 1, a.first[n])
    same = a.sentence[a.first[n - 1]] == a.sentence[a.first[n]] and any(a.words[k] in ("and", "or") for k in between)
    return (
        same
        and all(a.words[k] in ("and", "or", "the", "a", "an", "as", "not") for k in between)
        and not re.search("[.:;]", a.text[a.marks[n - 1].right : a.marks[n].left])
    )


def _from_before(a, s, of_sentence, found):
    """The speaker of the sentences before sentence s: who is quoted there, or says something, or is spoken of."""
    for before in range(s - 1, max(s - 4, -1), -1):
        if before in of_sentence:
            known = found[of_sentence[before]]
            return known and (*known[:3], "goes on" if before == s - 1 else "before")
        lo, hi = a.opens[before], a.opens[before + 1]
        left = _from_left(a, lo, hi)
        spoken_of = left[0] if left else first_subject(a, lo, hi)
        if spoken_of:
            return (spoken_of, None, None, "before")
    return None
