"""articles + names -> who said what.

A quotation has its speaker by grammar: a reporting verb beside or before it and the subject of that verb, `according to`,
a possessor (Rao's claim that), a lead-in with a colon, or the speech that it goes on with. Names then say who that is.
"""

import re
from bisect import bisect_left
from functools import cache

import numpy as np
import pandas as pd

from utils.marks import find_marks
from utils.names import find_names
from utils.tokens import tokenize
from utils.words import read_words

_set = lambda words: frozenset(words.split())
PRONOUNS = _set("he she they we i it who you one some others many several both all everyone everybody someone nobody most few")
POSSESSIVES = _set("his her their my our its your")
DETERMINERS = POSSESSIVES | _set("a an the this that these those one two three four five six some many several most all few another any both no other each every")
PREPOSITIONS = _set("of for from at in with on by to after during before about against into over through under near outside inside since amid among without despite like")
PARTICLES = _set("of de del della der den di da dos du la le van von bin ibn al el")
MODIFIERS = _set("own other same such former then acting deputy senior vice late longtime veteran fellow top chief incoming outgoing ex assistant executive lead leading press general prime foreign")
CALENDAR = _set("monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december")
BE = _set("is are was were be been being gets got isn't wasn't")
LABELS = _set("image photo photograph picture credit video source sources categories related")
SKIPPED = BE | CALENDAR | _set(
    "has have had would could should will can may might must did does do didn't doesn't don't wouldn't won't also later then now never once often even just simply again further instead himself "
    "herself themselves itself both all not still already soon always today yesterday tonight recently first too long only much so ever to going wants wanted continued began refused went tried"
)
OPENERS = DETERMINERS | PREPOSITIONS | _set("who whose which where when along however meanwhile too also now then former though speaking himself herself as instead again")
SUBORDINATORS = PREPOSITIONS | _set("when while as although though because if once until where")
BODIES = _set("agency company organisation organization group firm party bank ministry department court commission committee university union institute campaign team council government association")
TOP = _set("chief head chairman chairwoman chairperson chair boss director president leader")
MALE = _set("mr mr. king prince father brother son husband uncle spokesman congressman businessman actor policeman sir lord grandfather")
FEMALE = _set("mrs mrs. ms ms. miss queen princess mother sister daughter wife aunt spokeswoman chairwoman congresswoman businesswoman actress policewoman lady dame grandmother")
REACH = 80  # words on each side in which a cue, a subject, an introduction is looked for
_HALF = re.compile("[\ud800-\udfff]")
_NEAR = re.compile(r"[\s.&’'-]*")
_EMPTY = {
    "article_id": "str", "quote_id": "int32", "start": "int32", "end": "int32", "quote": "str", "speaker": "str", "speaker_start": "Int32",
    "speaker_end": "Int32", "verb": "str", "kind": "str", "actor": "str", "flags": "str",
}  # fmt: skip


@cache
def _verbs():
    """The verbs in `data/quotes`: form -> (which of them it is in, tense)."""
    verbs = {}
    for name in ("think", "call", "say"):
        for line in read_words(f"quotes/en-{name}"):
            base, *forms = line.split()
            verbs[base] = (name, "base")
            verbs |= {form: (name, "ing" if form.endswith("ing") else "finite") for form in forms}
            if len(forms) == 2:  # read, reads, reading
                verbs[base] = (name, "finite")
    return verbs


@cache
def _phrases():
    return frozenset(tuple(line.split()) for line in read_words("quotes/en-phrase"))


@cache
def _nouns(name):
    nouns = read_words(f"quotes/en-{name}")
    return nouns | {n[:-1] + "ies" if re.search("[^aeou]y$", n) else n + "es" if re.search("(s|ch|x)$", n) else n + "s" for n in nouns}


class _Article:
    """A text as words: where each stands, in which quotation (-1: none), and in which sentence outside quotations."""

    def __init__(self, text, words, start, end, sentence, marks):
        self.text, self.words, self.start, self.end, self.marks = text, words, start.tolist(), end.tolist(), marks
        first = np.searchsorted(start, [mark.start for mark in marks])
        last = np.searchsorted(start, [mark.end for mark in marks]) - 1
        quote = np.full(len(words), -1)
        for n, (a, b) in enumerate(zip(first, last)):
            quote[a : b + 1] = n
        opens = np.append(True, (sentence[1:] != sentence[:-1]) & ((quote[1:] != quote[:-1]) | (quote[1:] < 0)))[: len(words)]
        numbers = np.cumsum(opens) - 1
        self.opens = [*np.flatnonzero(opens).tolist(), len(words)]
        self.first, self.last, self.quote, self.sentence = first.tolist(), last.tolist(), quote.tolist(), numbers.tolist()
        self.verb, self.cues = {}, []
        for k in [k for k, word in enumerate(words) if word in _cue_words() and quote[k] < 0]:
            verb = ("say", "ing" if words[k].endswith("ing") else "finite") if tuple(words[k : k + 2]) in _phrases() else _verbs().get(words[k])
            if verb or words[k] in _nouns("speech"):
                self.verb |= {k: verb} if verb else {}
                self.cues.append(k)

    def cues_in(self, lo, hi):
        """The cues among words lo to hi, of a stretch as long as sentences are."""
        return self.cues[bisect_left(self.cues, lo) : bisect_left(self.cues, hi)]

    def gap(self, k):
        return self.text[self.end[k] : self.start[k + 1]]

    def near(self, k):
        """Do words k and k+1 stand together, with nothing between but space, a stop of an abbreviation, &?"""
        return 0 <= k < len(self.words) - 1 and self.quote[k] == self.quote[k + 1] and bool(_NEAR.fullmatch(self.gap(k)))

    def capital(self, k):
        return self.text[self.start[k]].isupper() and self.words[k] not in CALENDAR

    def possessive(self, k):
        return self.text[self.end[k] - 2 : self.end[k]] in ("’s", "'s") or self.text[self.end[k] - 1 : self.end[k] + 1] in ("s’", "s'")

    def opening(self, k):
        """The first word of k's sentence."""
        return self.opens[self.sentence[k]]

    def closing(self, k):
        """The word after the last one of k's sentence."""
        return self.opens[self.sentence[k] + 1]

    def lowly(self, k):
        """Is this a word that no noun phrase goes through: a function word, a lower-case verb?"""
        word = self.words[k]
        shouted = self.capital(k) and (word in ("us", "it", "who") and self.text[self.start[k] : self.end[k]].isupper() or word == "a" and self.near(k) and self.capital(k + 1))
        return self.quote[k] >= 0 or word in read_words("stopwords/en") and word not in MODIFIERS and not shouted or word in _verbs() and not self.capital(k) and word not in _nouns("speaker")


@cache
def _cue_words():
    return frozenset(_verbs()) | _nouns("speech") | {phrase[0] for phrase in _phrases()}


def _takes(a, k):
    """What the verb at word k takes: "say" speech, "call" what somebody calls something, "think" a thought; "" for other words."""
    return a.verb.get(k, ("",))[0]


def _is_noun(a, k):
    return a.words[k] in _nouns("speaker")


def _group(a, j, lo):
    """The first word of the simple noun phrase that ends at word j (he; the JAXA director; Senator Ann Lee), else None."""
    if j < lo or a.quote[j] >= 0:
        return None
    if a.words[j] in PRONOUNS or a.words[j] in ("another", "each", "neither"):
        return j
    if a.words[j] in ("them", "us", "whom") and a.words[j - 1 : j] == ["of"] and j - 2 >= lo:
        return _group(a, j - 2, lo)
    if a.lowly(j) or a.words[j] in CALENDAR or a.words[j][0].isdigit():
        return None
    i = j
    while a.capital(j) and i > lo and a.near(i - 1) and not a.possessive(i - 1) and (
        a.capital(i - 1) and not a.lowly(i - 1) or a.words[i - 1] in PARTICLES and i - 2 >= lo and a.near(i - 2) and a.capital(i - 2) and not a.lowly(i - 2)
    ):  # fmt: skip
        i -= 1
    while i > lo and j - i < 10 and a.near(i - 1):
        word, bare = a.words[i - 1], a.capital(i)
        if word in DETERMINERS and (a.lowly(i - 1) or not a.capital(i - 1)):
            i -= 1
            break
        if a.lowly(i - 1) or word in CALENDAR or bare and not (a.capital(i - 1) or _is_noun(a, i - 1) or word in MODIFIERS or a.possessive(i - 1)):
            break
        i -= 1
    told = a.capital(j) or _is_noun(a, j) or a.words[i] in DETERMINERS or a.possessive(i)
    return i if told else None


def _phrase(a, j, lo):
    """The noun phrase that ends at word j, with what it governs (a spokesman for the firm): (first, last, head's first, head's last)."""
    first = _group(a, j, lo)
    if first is None:
        return None
    head = (first, j)
    for _ in range(4):
        k = first - 1
        if k <= lo or a.words[k] not in PREPOSITIONS or not (a.near(k) and a.near(k - 1)):
            break
        outer = _group(a, k - 1, lo)
        if outer is None or not (a.capital(k - 1) or _is_noun(a, k - 1) or a.words[k - 1] in PRONOUNS):
            break
        first, head = outer, (outer, k - 1)
    plain = head[1] < j and (a.capital(head[1]) and a.words[head[1] + 1] != "of" or a.words[head[1]] in PRONOUNS and not a.words[head[1]] in ("one", "some", "many", "most"))
    last = head[1] if plain else j  # she in a statement -> she
    if first - 2 >= lo and a.words[first - 1] == "and" and a.near(first - 2) and a.near(first - 1) and a.words[j] not in PRONOUNS:
        other = _phrase(a, first - 2, lo)
        if other and (other[0] == lo or not a.near(other[0] - 1) or a.words[other[0] - 1] == "that"):
            return (other[0], last, other[0], last)
    return (first, last, *head)


def _back(a, j, lo):
    """Over adverbs and auxiliaries to the left: the last word that is neither, and whether a form of be was among them."""
    passive = False
    while j >= lo and a.near(j) and (a.words[j] in SKIPPED or a.words[j].endswith("ly") and not a.capital(j) and not _is_noun(a, j)):
        passive |= a.words[j] in BE
        j -= 1
    return j, passive


def _subject(a, i, lo):
    """The subject that stands before the verb at word i, also with an apposition between: X, a doctor, said."""
    j, _ = _back(a, i - 1, lo)
    if j < lo or a.quote[j] >= 0:
        return None
    if not a.near(j):
        return _before_apposition(a, j, lo) if re.search(r"[,)—–]", a.gap(j)) and not re.search("[:;]", a.gap(j)) else None
    if a.words[j] in ("who", "which", "that"):
        return _phrase(a, j - 1, lo) if j > lo else None
    return _phrase(a, j, lo)


def _before_apposition(a, j, lo):
    for k in range(j - 1, max(lo - 1, j - 40), -1):
        if re.search(r"[,(—–]", a.gap(k)) and a.quote[k] < 0:
            opener = a.words[k + 1]
            opens = opener in OPENERS or opener[0].isdigit() or re.fullmatch(r"[rdi]-.*|\w+(ing|ed|ly)", opener) or _is_noun(a, k + 1) or a.possessive(k + 1) or a.capital(k + 1) and _is_noun(a, k)
            found = _phrase(a, k, lo) if opens or "(" in a.gap(k) else None
            if found:
                return found
            if k < j - 1 and a.capital(k + 1) and _group(a, j, k + 1) == k + 1:  # the minister in charge of it, Ann Rao, said
                return (k + 1, j, k + 1, j)
    return None


def _noun_from(a, k):
    """The noun phrase that starts at word k (said X; according to X), as `_phrase` has it."""
    first, hi = k, a.closing(k)
    if a.quote[k] >= 0:
        return None
    if a.words[k] in PRONOUNS and a.words[k] not in DETERMINERS:
        return (k, k, k, k)
    told = a.capital(k) or _is_noun(a, k) or a.words[k] in DETERMINERS
    while k + 1 < hi and a.words[k] in DETERMINERS and a.near(k):
        k += 1
    if not told or a.lowly(k) or a.words[k] in CALENDAR:
        return None
    named = a.capital(k)
    while k + 1 < hi and k - first < 9 and a.near(k):
        capital = a.capital(k + 1) and not a.lowly(k + 1)
        if not capital and (a.lowly(k + 1) or a.words[k + 1] in CALENDAR or named and not (a.possessive(k) or _is_noun(a, k + 1) and a.capital(first))):
            break
        named, k = named or capital, k + 1
    head = (first, k)
    if k + 2 < hi and a.near(k) and a.near(k + 1) and (a.words[k + 1] == "of" or _is_noun(a, k) and a.words[k + 1] in ("for", "from", "at", "with")):
        inner = _noun_from(a, k + 2)
        k = inner[1] if inner else k
    return (first, k, *head)


def _first_subject(a, lo, hi):
    """The subject that a sentence opens with, after its introduction (On Monday, …)."""
    if lo >= hi:
        return None
    if a.text[a.start[lo] : a.end[lo]].isupper() and len(a.words[lo]) > 1:  # TOKYO, Nov. 4 (Reuters) —
        lo = next((c + 1 for c in range(lo, min(lo + 10, hi - 1)) if re.search(r"\s[—–-]+\s|:", a.gap(c))), lo)
    k = lo + (a.words[lo] in ("but", "and", "so", "yet", "still", "then"))
    if k < hi and a.words[k] in SUBORDINATORS:
        k = next((c + 1 for c in range(k, min(hi - 1, k + REACH)) if "," in a.gap(c)), k + 1)
    for k in range(k, min(hi, k + REACH)):
        if a.quote[k] >= 0:
            continue
        if a.words[k] in ("he", "she", "they", "we", "i"):
            return (k, k, k, k)
        named = a.capital(k) and not a.lowly(k) and a.words[k] not in LABELS | MODIFIERS and not (k == lo and re.search("(ing|ed|ly)$", a.words[k]))
        found = _noun_from(a, k) if named or _is_noun(a, k) or a.words[k] in DETERMINERS else None
        if found and found[1] < hi and (a.capital(found[3]) or _is_noun(a, found[3])):
            return found
    return None


def _person(a, span):
    """Can the head of this phrase speak: a name, a pronoun, a noun of the list?"""
    return a.capital(span[3]) or _is_noun(a, span[3]) or a.words[span[3]] in PRONOUNS


def _controlled(a, c, lo):
    """The subject of a verb that has none of its own (…, calling it; and said; declined to say)."""
    for before in reversed(a.cues_in(max(lo, c - REACH), c)):
        found = _subject(a, before, lo) if before in a.verb else None
        if found and _person(a, found):
            return found
    return _first_subject(a, lo, c)


def _source(a, c):
    """Whose words the cue at word c announces: (noun phrase, cue's last word), else None."""
    lo, word = a.opening(c), a.words[c]
    if tuple(a.words[c : c + 2]) in _phrases() and word in ("according", "per"):
        skip = c + (2 if word == "according" else 1)
        found = _noun_from(a, skip) if skip < a.closing(c) else None
        return found and (found, c + 1 if word == "according" else c)
    if word in _nouns("speech") and a.words[c - 2 : c] == ["in", "the"] and a.words[c + 1 : c + 2] == ["of"] and c + 2 < a.closing(c):
        found = _noun_from(a, c + 2)  # in the words of Rao
        return found and (found, c)
    if word in _nouns("speech") and (found := _possessor(a, c, lo)):
        return found, c
    if c not in a.verb:
        return None
    takes, tense = a.verb[c]
    j, passive = _back(a, c - 1, lo)
    if passive and tense == "finite":
        return (found, c + 1) if a.words[c + 1 : c + 2] == ["by"] and c + 2 < a.closing(c) and (found := _noun_from(a, c + 2)) else None
    if a.words[c - 2 : c] == ["quoted", "as"] and c - 2 >= lo:
        found = _subject(a, c - 2, lo)
    elif tense == "finite" or tense == "base" and j >= lo and (j < c - 1 or a.words[j] in PRONOUNS or a.words[j].endswith("s") or "," in a.gap(j)) or a.words[c - 1] in BE:
        found = _subject(a, c, lo)
    else:
        found = None
    if tense == "ing" and (own := _subject(a, c, lo)) and own[0] > lo and _person(a, own):  # with Rao, her aide, saying; shows aides fretting
        if a.words[own[0] - 1] == "with" or a.near(c - 1) and a.words[own[0] - 1] not in PREPOSITIONS:
            return (own, c)
    if tense == "finite" and c > lo and a.words[c - 1] in PREPOSITIONS:  # to chants of
        return None
    if found and takes == "think" and not _person(a, found):
        return None
    if found or tense == "base" and a.words[c - 1] not in ("to", "and", "or") and j == c - 1:
        return found and (found, c)
    determined = word in _nouns("speech") or c > lo and (a.words[c - 1] in DETERMINERS or a.possessive(c - 1))
    return None if determined else ((found, c) if (found := _controlled(a, c, lo)) else None)


def _possessor(a, c, lo):
    """Who made the statement that the noun at word c names: Rao's claim, her claim, a claim by Rao."""
    k = c - 1
    while k >= max(lo, c - 3) and a.near(k) and not a.lowly(k) and not a.possessive(k):
        k -= 1
    if k >= lo and a.near(k) and a.words[k] in ("his", "her", "their", "my"):
        return (k, k, k, k)
    if k >= lo and a.near(k) and a.possessive(k) and (first := _group(a, k, lo)) is not None:
        return (first, k, first, k)
    return _noun_from(a, c + 2) if c + 2 < a.closing(c) and a.words[c + 1] in ("by", "from") and a.near(c) else None


def _from_left(a, lo, hi):
    """The cue before a quotation and its source: the nearest one that stands at it or takes speech, else the nearest."""
    other = None
    for c in reversed(a.cues_in(max(lo, hi - REACH), hi)[-6:]):
        found = _source(a, c)
        if found and (_takes(a, c) == "say" or a.words[c] == "according" or hi - found[1] <= 4 and _takes(a, c) == "call"):
            return (found[0], c, found[1])
        other = other or found and (found[0], c, found[1])
    return other


def _from_right(a, mark, r):
    """The attribution that follows a quotation at word r: said X; X, a doctor, said; according to X."""
    if r >= len(a.words) or a.quote[r] >= 0:
        return None
    between, ended = a.text[mark.right : a.start[r]], a.text[mark.end - 1] if not a.text[a.start[r]].islower() else ","
    if "\n\n" in between or ended in ".;" and not between.lstrip().startswith((",", "—", "–", "-")) or re.search("[.:;]", between):
        return None
    for c in a.cues_in(r, min(r + 30, a.closing(r)))[:3]:
        word = a.words[c]
        if (word in ("according", "per") and c - r < 2 or word in _nouns("speech") and a.words[r] == "in" and c - r < 4) and (found := _source(a, c)):
            return (found[0], c, found[1])
        if a.verb.get(c, ("", ""))[1] == "finite":
            skip = c + 1 if c == r or c == r + 1 and a.words[r] in SKIPPED | {"so"} else 0
            after = _noun_from(a, skip) if skip and skip < a.closing(c) and a.near(c) and _takes(a, c) == "say" and word not in ("told", "tells") else None
            before = None if skip else _subject(a, c, r)
            if after or before and (before[0] == r or before[0] == r + 1 and a.words[r] == "as" or _group(a, before[0] - 1, r) == r):
                return (after or before, c, c)
    if re.fullmatch(r"\s*[—–-]+\s*", between) and (a.capital(r) or _is_noun(a, r)) and (found := _noun_from(a, r)):
        if found[1] + 1 == a.closing(r) or not a.near(found[1]):  # “…” — Rao
            return (found, None, None)
    if a.words[r] == "by" and r + 1 < a.closing(r) and (found := _noun_from(a, r + 1)):
        return (found, r, r)
    return None


def _attribute(a, n):
    """The source of quotation n by a cue in its sentence: (noun phrase, first, last word of the cue, how near), else None."""
    mark, first, after = a.marks[n], a.first[n], a.last[n] + 1
    lead = a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:]
    lo = a.opening(first)
    if lo == first and lead in (":", ",") and first:
        lo = a.opening(first - 1)
    left, right = _from_left(a, lo, first), _from_right(a, mark, after)
    if left and (lead == ":" or first - left[2] <= (6 if lead == "," else 1 if _takes(a, left[1]) == "say" else 3)):
        return (*left, "left")
    if right and not (right[1] == after and a.words[after] == "by" and left):
        return (*right, "right")
    if left:
        return (*left, "left")
    if lead == ":" and (found := _first_subject(a, lo, first)):
        return (found, None, None, "lead")
    for c in a.cues_in(after + 1, min(a.closing(first), after + REACH))[:6]:
        if _takes(a, c) == "say" and a.words[c] not in ("told", "tells") and "," in a.gap(c - 1) and c + 1 < a.closing(c) and a.near(c) and (found := _noun_from(a, c + 1)):
            return (found, c, c, "later")
        found = _source(a, c)
        if found and (found[0][0] > after and not a.near(found[0][0] - 1) or a.words[c] == "according"):
            return (*found[:1], c, found[1], "later")
    if lo + 1 < first and a.words[lo] == "for" and a.capital(lo + 1) and (found := _noun_from(a, lo + 1)):  # For Rao, it was “…”
        return (found, None, None, "lead")
    return None


def _carry_on(a, found):
    """Give quotations without a cue of their own the speaker that the text goes on with: in the sentence, before it, in the speech."""
    of_sentence = {}
    for n, known in enumerate(found):
        first, s = a.first[n], a.sentence[a.first[n]]
        if n and known and _coordinated(a, n):
            found[n] = known = found[n - 1] and (*found[n - 1][:3], known[3])
        if n and not known and a.marks[n].joins:
            found[n] = known = found[n - 1] and (*found[n - 1][:3], "joins")
        if not known:
            subject = _first_subject(a, a.opening(first), first)
            found[n] = known = (subject, None, None, "subject") if subject else _from_before(a, s, of_sentence, found)
        of_sentence[s] = n
    for n in reversed(range(len(found) - 1)):  # a speech over paragraphs may name its speaker only in a later one
        if a.marks[n + 1].joins and (not found[n] or found[n][3] in ("before", "subject", "goes on")) and found[n + 1]:
            found[n] = found[n + 1]
    return found


def _coordinated(a, n):
    """Does a quotation stand beside the one before, as in “this” and the “that”?"""
    between = range(a.last[n - 1] + 1, a.first[n])
    same = a.sentence[a.first[n - 1]] == a.sentence[a.first[n]] and any(a.words[k] in ("and", "or") for k in between)
    return same and all(a.words[k] in ("and", "or", "the", "a", "an", "as", "not") for k in between) and not re.search("[.:;]", a.text[a.marks[n - 1].right : a.marks[n].left])


def _from_before(a, s, of_sentence, found):
    """The speaker of the sentences before sentence s: who is quoted there, or says something, or is spoken of."""
    for before in range(s - 1, max(s - 4, -1), -1):
        if before in of_sentence:
            known = found[of_sentence[before]]
            return known and (*known[:3], "goes on" if before == s - 1 else "before")
        lo, hi = a.opens[before], a.opens[before + 1]
        left = _from_left(a, lo, hi)
        subject = left[0] if left else _first_subject(a, lo, hi)
        if subject:
            return (subject, None, None, "before")
    return None


def _is_speech(a, n, known):
    """Is this more than a title, a nickname, a word that is spoken of, or a word in scare quotes?"""
    mark, first, last = a.marks[n], a.first[n], a.last[n]
    how, cue = (known[3], known[2]) if known else ("none", None)
    inside, count = range(first, last + 1), last - first + 1
    before = a.words[first - 1] if first and a.sentence[first - 1] == a.sentence[first] else ""
    lead = a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:]
    alone = not before and a.text[mark.end - 1] in ".?!…"
    capitals = [k for k in inside if a.text[a.start[k]].isupper()]
    titled = bool(capitals) and all(k in capitals or a.words[k] in read_words("stopwords/en") or a.words[k][0].isdigit() for k in inside)
    near = cue is not None and how == "left" and first - cue <= 3
    titled = titled and first in capitals and a.text[mark.end - 1] not in ".?!…" and not (lead == ":" or lead == "," and near)
    if titled and count <= 3 and before and a.capital(first - 1) and last + 1 < len(a.words) and a.capital(last + 1) and not a.text[mark.right : a.start[last + 1]].strip():
        return False
    if a.words[max(first - 2, 0) : first] == ["known", "as"] or before == "so-called" or before in ("called", "titled", "entitled", "dubbed") and first > 1 and a.words[first - 2] in _nouns("named"):
        return False
    if titled and before:
        return near and _takes(a, cue) in ("say", "call") and a.words[cue] not in ("told", "tells") and before not in PREPOSITIONS - {"as", "of"} and before not in _nouns("named") and not a.possessive(first - 1)
    if before in _nouns("named") and lead != ":" and how in ("subject", "before", "goes on", "none"):
        return False
    return alone or how in ("left", "right", "later", "lead", "joins") or count > 3


def _indirect(a):
    """Statements without marks that a reporting verb makes plain: (start, end, noun phrase, verb), at most one a sentence."""
    quoted = {a.sentence[k] for k in a.first}
    for s in sorted({a.sentence[k] for k in a.cues} - quoted):
        lo, hi = a.opens[s], a.opens[s + 1]
        for c in a.cues_in(lo, min(hi, lo + REACH)):
            found = _statement(a, c, lo, hi)
            if found:
                yield found
                break


def _statement(a, c, lo, hi):
    word, here = a.words[c], lambda k: a.words[k] if k < hi else ""
    if word == "according" and here(c + 1) == "to":
        found = _source(a, c)
        if not found:
            return None
        begin, end = (found[0][1] + 1, hi) if c == lo else (lo, c)
        return (a.start[begin], a.end[end - 1], found[0], "according to") if end - begin > 2 else None
    if a.verb.get(c) != ("say", "finite"):
        return None
    found = _subject(a, c, lo)
    that = next((k for k in range(c + 1, min(c + 6, hi)) if a.words[k] == "that" and all(a.near(i) for i in range(c, k))), None)
    plain = word in ("said", "says") and c + 1 < hi and a.near(c) and here(c + 1) not in PREPOSITIONS and here(c + 1) not in ("so", "no", "nothing", "yes")
    if found and (that or plain) and hi - (that or c) > 3:
        return (a.start[(that or c) + 1], a.end[hi - 1], found, word)
    comma = lambda k: k > lo and "," in a.gap(k - 1)
    if word in read_words("reporting-verbs/en") and found and comma(found[0]) and found[0] - lo > 2:
        return (a.start[lo], a.end[found[0] - 1], found, word)
    after = _noun_from(a, c + 1) if comma(c) and c + 1 < hi and a.near(c) and word in ("said", "says") and c - lo > 2 else None
    return (a.start[lo], a.end[c - 1], after, word) if after else None


def _rows(a):
    """The quotations of one article, in order."""
    found = _carry_on(a, [_attribute(a, n) for n in range(len(a.marks))])
    rows, previous = [], None
    for n, known in enumerate(found):
        mark = a.marks[n]
        if not _is_speech(a, n, known):
            continue
        span, cue, cue_end, how = known or (None, None, None, "none")
        same = previous is not None and (mark.joins or how == "goes on" or known and cue is not None and found[previous] and found[previous][1] == cue)
        opens = a.opening(a.first[n]) == a.first[n] or a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:] in (":", ",")
        kind = "continued" if mark.joins else "direct" if opens and a.text[mark.start].isupper() else "partial"
        verb = " ".join(a.words[cue : cue_end + 1]) if cue is not None else None
        rows.append((mark.start, mark.end, span, verb, kind, mark.flag, same))
        previous = n
    rows += [(start, end, span, verb, "indirect", "", False) for start, end, span, verb in _indirect(a)]
    return sorted(rows, key=lambda row: row[:2])


class _Cast:
    """Who is spoken of in one article: mentions of names (first word, last word, kind, canonical), and what each person is called."""

    def __init__(self, a, names):
        self.a, self.mentions, self.roles, self.gender, self.spoke, self.kind = a, [], {}, {}, [], {}
        for start, end, kind, canonical, role in sorted(names, key=lambda name: name[0]):
            first, last = np.searchsorted(a.start, start), np.searchsorted(a.start, end) - 1
            if first <= last:
                self.kind[canonical] = kind
                self.mentions.append((int(first), int(last), kind, canonical))
                if kind == "PER":
                    self.introduce(int(first), int(last), canonical, role)

    def introduce(self, first, last, person, role):
        """Keep the words of a role: ISRO chairman Kumar; Kumar, who is the chairman of ISRO; the chairman of ISRO, Kumar."""
        a, lo, hi = self.a, self.a.opening(first), self.a.closing(last)
        words = set() if not isinstance(role, str) or len(role.split()) > 6 else set(re.findall(r"[\w-]+", role.lower()))
        group = _group(a, last, lo)
        words |= set(a.words[group:first]) if group is not None else set()
        after = last + 1 + 2 * (a.words[last + 1 : last + 2] == ["who"])
        if after < hi and "," in a.gap(last) and (span := _noun_from(a, after)) and _is_noun(a, span[3]):
            words |= set(a.words[span[0] : span[1] + 1])
        if first > lo and "," in a.gap(first - 1) and (span := _phrase(a, first - 1, lo)) and _is_noun(a, span[3]) and a.words[span[0]] not in ("a", "an"):
            words |= set(a.words[span[0] : span[1] + 1])
        self.roles.setdefault(person, set()).update(words)
        sex = "m" if words & MALE or a.words[first - 1] in MALE and first else "f" if words & FEMALE or a.words[first - 1] in FEMALE and first else None
        self.gender[person] = self.gender.get(person) or sex

    def actor(self, span, said):
        """Who a speaker is: by name, else by pronoun, role or kind of body; None where nothing tells. `said`: the speakers so far."""
        first, last, head_first, head = span
        word, a = self.a.words[head], self.a
        named = [m for m in self.mentions if m[0] <= last and m[1] >= head_first]
        if "and" in a.words[head_first:head] and len(people := [m[3] for m in named if m[2] == "PER" and m[0] <= head]) > 1:
            return "; ".join(dict.fromkeys(people))
        if named and named[0][2] == "PER" and (a.words[named[0][1] + 1 : named[0][1] + 2] == ["of"] or word in _nouns("speech") and a.possessive(named[0][1])):
            return named[0][3]  # Ann Rao of JAXA; Rao’s statement
        if ends := [m[3] for m in named if m[0] <= head <= m[1]]:
            return ends[-1]
        if named and named[-1][2] == "PER" and named[-1][1] == last and a.words[first] not in DETERMINERS and word in read_words("quotes/en-speaker"):
            return named[-1][3]  # director of the museum Ann Rao
        if word in ("he", "she", "his", "her", "who"):
            return self.referent(first, {"h": "m", "s": "f", "w": None}[word[0]] if word != "her" else "f", said)
        if word in ("it", "its"):
            return next((who for who, kind in reversed(said) if kind == "ORG"), None)
        beside = next((m[3] for m in self.mentions if m[0] == last + 1 and m[2] == "PER" and a.gap(last).strip() == ","), None)
        if beside and _is_noun(a, head):  # its director, Ann Rao
            return beside
        if _is_noun(a, head) and (a.words[first] in ("the", "his", "her", "their", "its") or a.possessive(first) or first == head):
            return self.by_role(first, last, word)
        return None

    def referent(self, at, sex, said):
        """The person that he or she stands for: the first one of the sentence, or of one of those before, who fits."""
        a = self.a
        fits = lambda who: who and ";" not in who and self.kind.get(who) == "PER" and (sex is None or self.gender.get(who) in (None, sex))
        for sentence in range(a.sentence[at], max(a.sentence[at] - 4, -1), -1):
            lo, hi = a.opens[sentence], min(a.opens[sentence + 1], at)
            here = [(m[1], m[3]) for m in self.mentions if m[2] == "PER" and lo <= m[0] < hi and a.quote[m[0]] < 0 and fits(m[3])]
            here += [(word, who) for word, who in self.spoke if lo <= word < hi and fits(who)]
            if here:
                who = min((a.possessive(word), word, who) for word, who in here)[2]
                self.gender[who] = self.gender.get(who) or sex
                return who
        return None

    def by_role(self, first, last, head):
        """The one who was introduced as this before: every word of the role is among those said of the person."""
        a = self.a
        words = {w for w in a.words[first : last + 1] if w not in read_words("stopwords/en")}
        heads = TOP if head in TOP else {head}
        before = [m for m in self.mentions if m[0] < first]
        for exact in (True, False):
            for mention in reversed(before):
                role = self.roles.get(mention[3], set())
                if mention[2] == "PER" and (words <= role if exact else words - TOP <= role and role & heads and words != {head}):
                    return mention[3]
        bodies = [m[3] for m in before if m[2] == "ORG"] if head in BODIES and a.words[first] == "the" and last - first < 3 else []
        return next((who for who in reversed(bodies) if head in who.lower()), bodies[-1] if bodies and head in ("agency", "company", "organisation", "organization", "group", "firm") else None)


def find_quotes(articles, *, names=None):
    """One row a quotation: `article_id quote_id start end quote speaker speaker_start speaker_end verb kind actor flags`.

    `text[start:end]` is `quote`, the words inside the marks (characters, end exclusive); `quote_id` counts the speeches of an
    article from 0, so that the parts of one ("…," X said. "…") share it. `speaker` is the one who speaks as written there
    (`he`, `the JAXA director`), `actor` the name that stands for, `verb` the cue in lower case (`said`, `according to`); all
    are missing where nothing tells. `kind`: direct (whole sentences), partial (words in a sentence of the writer's),
    continued (the speech of the paragraph before goes on), indirect (no marks; a reporting verb makes it plain). `flags` is
    `open` where the closing mark is lost and the end was set by rule. Titles, nicknames, words that are spoken of and words
    in scare quotes are no rows. `names` is a table as of `find_names` (`article_id start end kind canonical`, and `role` if
    known); without one, `find_names` makes it.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["“We go,” Ann Rao, the minister, said. She called it “the last chance”."]})
    >>> find_quotes(frame)[["quote", "speaker", "verb", "kind"]].values.tolist()
    [['We go,', 'Ann Rao', 'said', 'direct'], ['the last chance', 'She', 'called', 'partial']]
    """
    names = find_names(articles) if names is None else names
    tokens = tokenize(articles, offsets=True)
    vocabulary = tokens["token"].cat.categories.tolist()
    codes, ids = tokens["token"].cat.codes.to_numpy(), tokens["article_id"].cat.codes.to_numpy()
    bounds = np.searchsorted(ids, np.arange(len(articles) + 1))
    start, end, sentence = (tokens[c].to_numpy() for c in ("start", "end", "sentence"))
    named = _names_by_article(names)
    table = []
    for i, (article_id, text) in enumerate(zip(articles["article_id"], articles["text"])):
        part = slice(bounds[i], bounds[i + 1])
        if part.start < part.stop:
            text = _HALF.sub("?", text)  # as the tokens have it: half a character cannot stand in a column of text
            marks = [m for m in find_marks(text) if np.searchsorted(start[part], m.start) < np.searchsorted(start[part], m.end)]
            a = _Article(text, [vocabulary[c] for c in codes[part]], start[part], end[part], sentence[part], marks)
            table += [(article_id, *row) for row in _told(a, _Cast(a, named.get(article_id, ())))]
    return pd.DataFrame(table, columns=list(_EMPTY)).astype({**_EMPTY, "article_id": articles["article_id"].dtype})


def _names_by_article(names):
    columns = [names[c] if c in names else [None] * len(names) for c in ("start", "end", "kind", "canonical", "role")] if names is not None else [()] * 5
    named = {}
    for article_id, *row in zip(names["article_id"] if names is not None else (), *columns):
        named.setdefault(article_id, []).append(row)
    return named


def _told(a, cast):
    """The rows of one article, from quote_id on."""
    quote_id, said = -1, []
    for start, end, span, verb, kind, flag, same in _rows(a):
        quote_id += not same
        if not span:
            yield quote_id, start, end, a.text[start:end], None, None, None, verb, kind, None, flag
            continue
        begin, close = a.start[span[0]], a.end[span[1]]
        close -= 2 if a.text[close - 2 : close] in ("’s", "'s") else 0
        actor = cast.actor(span, said)
        said.append((actor, cast.kind.get(actor)))
        cast.spoke.append((span[0], actor))
        yield quote_id, start, end, a.text[start:end], a.text[begin:close], begin, close, verb, kind, actor, flag


def mark_quoted(tokens, quotes):
    """The tokens with a boolean column `quoted`: does the word stand in a quotation in marks (of `find_quotes`)?

    Raises ValueError where the tokens have no offsets.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["“We go,” Rao said."]})
    >>> mark_quoted(tokenize(frame, offsets=True), find_quotes(frame))["quoted"].tolist()
    [True, True, False, False]
    """
    if missing := {"start", "end"} - set(tokens.columns):
        raise ValueError(f"tokens have no {' or '.join(sorted(missing, reverse=True))}; make them with tokenize(articles, offsets=True)")
    ids = tokens["article_id"].astype("category").cat
    marked = quotes[quotes["kind"].ne("indirect") & quotes["article_id"].isin(ids.categories)]
    place = pd.Index(ids.categories).get_indexer(marked["article_id"]).astype(np.int64) << 32  # article and character in one number
    opens, closes = place + marked["start"].to_numpy(), place + marked["end"].to_numpy()
    order = np.argsort(opens)
    word = (ids.codes.to_numpy().astype(np.int64) << 32) + tokens["start"].to_numpy()
    nearest = np.searchsorted(opens[order], word, side="right")
    return tokens.assign(quoted=word < np.append(-1, closes[order])[nearest])
