"""The noun phrases and subjects of a text, by word lists and capitals: who stands beside a verb of saying.

A phrase is `(first word, last word, head's first word, head's last word)`: of "a spokesman for the firm" the head is "a spokesman".
"""

import re
from bisect import bisect_left
from functools import cache

import numpy as np

from utils.words import read_words

REACH = 80  # words on each side in which a cue, a subject, an introduction is looked for
_NEAR = re.compile(r"[\s.&’'-]*")


@cache
def words(kind):
    """The words of a class in `data/quotes/en-classes`, or the nouns of a list in `data/quotes` with their plurals.

    >>> "from" in words("subordinator"), "ministries" in words("speaker")
    (True, True)
    """
    classes = dict(line.split(": ") for line in read_words("quotes/en-classes"))
    if kind in classes:
        return frozenset().union(*(words(word[1:]) if word[0] == "@" else {word} for word in classes[kind].split()))
    singular = read_words(f"quotes/en-{kind}")
    return singular | {n[:-1] + "ies" if re.search("[^aeou]y$", n) else n + "es" if re.search("(s|ch|x)$", n) else n + "s" for n in singular}


@cache
def verbs():
    """The verbs in `data/quotes`: form -> (which of them it is in, tense)."""
    forms = {}
    for name in ("think", "call", "say"):
        for base, *others in map(str.split, read_words(f"quotes/en-{name}")):
            forms[base] = (name, "finite" if len(others) == 2 else "base")  # read, reads, reading
            forms |= {form: (name, "ing" if form.endswith("ing") else "finite") for form in others}
    return forms


@cache
def phrases():
    """What stands beside a quotation in two words: {("according", "to"), …}."""
    return frozenset(tuple(line.split()) for line in read_words("quotes/en-phrase"))


@cache
def cue_words():
    """All words that may announce a quotation."""
    return frozenset(verbs()) | words("speech") | {phrase[0] for phrase in phrases()}


class Article:
    """A text as words: where each stands, in which quotation (-1: none), and in which sentence outside quotations."""

    def __init__(self, text, forms, start, end, sentence, marks):
        self.text, self.start, self.end, self.marks = text, start.tolist(), end.tolist(), marks
        self.words = [*forms, "", ""]  # so that one may look two words past either end
        first = np.searchsorted(start, [mark.start for mark in marks])
        last = np.searchsorted(start, [mark.end for mark in marks]) - 1
        quote = np.full(len(forms), -1)
        for n, (a, b) in enumerate(zip(first, last)):
            quote[a : b + 1] = n
        opens = np.append(True, (sentence[1:] != sentence[:-1]) & ((quote[1:] != quote[:-1]) | (quote[1:] < 0)))[: len(forms)]
        self.opens = [*np.flatnonzero(opens).tolist(), len(forms)]
        self.first, self.last, self.quote, self.sentence = first.tolist(), last.tolist(), quote.tolist(), (np.cumsum(opens) - 1).tolist()
        self.verb, self.cues = {}, []
        for k in [k for k, word in enumerate(forms) if word in cue_words() and quote[k] < 0]:
            verb = ("say", "ing" if forms[k].endswith("ing") else "finite") if tuple(forms[k : k + 2]) in phrases() else verbs().get(forms[k])
            if verb or forms[k] in words("speech"):
                self.verb |= {k: verb} if verb else {}
                self.cues.append(k)

    def is_a(self, k, kind):
        """Is word k one of a class or list?"""
        return self.words[k] in words(kind)

    def takes(self, k):
        """What the verb at word k takes: "say" speech, "call" what somebody calls something, "think" a thought; "" for other words."""
        return self.verb.get(k, ("",))[0]

    def cues_in(self, lo, hi):
        """The cues among words lo to hi, of a stretch as long as sentences are."""
        return self.cues[bisect_left(self.cues, lo) : bisect_left(self.cues, hi)]

    def lead(self, n):
        """The character before quotation n, blanks apart: a colon, a comma, …"""
        return self.text[max(self.marks[n].left - 3, 0) : self.marks[n].left].rstrip()[-1:]

    def gap(self, k):
        """The characters between words k and k+1."""
        return self.text[self.end[k] : self.start[k + 1]]

    def near(self, k):
        """Do words k and k+1 stand together, with nothing between but space, a stop of an abbreviation, &?"""
        return 0 <= k < len(self.start) - 1 and self.quote[k] == self.quote[k + 1] and bool(_NEAR.fullmatch(self.gap(k)))

    def capital(self, k):
        """Has word k a capital that is not a day's or a month's?"""
        return self.text[self.start[k]].isupper() and not self.is_a(k, "calendar")

    def possessive(self, k):
        """Does word k own the next one: Rao’s, the boys’?"""
        return self.text[self.end[k] - 2 : self.end[k]] in ("’s", "'s") or self.text[self.end[k] - 1 : self.end[k] + 1] in ("s’", "s'")

    def speaks(self, k):
        """Can word k be the head of who speaks: a name, a pronoun, a noun of the list?"""
        return self.capital(k) or self.is_a(k, "speaker") or self.is_a(k, "pronoun")

    def opening(self, k):
        """The first word of k's sentence."""
        return self.opens[self.sentence[k]]

    def closing(self, k):
        """The word after the last one of k's sentence."""
        return self.opens[self.sentence[k] + 1]

    def lowly(self, k):
        """Is this a word that no noun phrase goes through: quoted, a day, a function word, a lower-case verb?"""
        word, capital = self.words[k], self.capital(k)
        if self.quote[k] >= 0 or self.is_a(k, "calendar"):
            return True
        if word in read_words("stopwords/en") and not self.is_a(k, "modifier"):  # unless it is shouted (US, WHO) or a name's initial
            whole = self.text[self.start[k] : self.end[k]]
            return not (capital and (word in ("us", "it", "who") and whole.isupper() or word == "a" and self.near(k) and self.capital(k + 1)))
        return word in verbs() and not capital and not self.is_a(k, "speaker") and not self.is_a(k - 1, "determiner")


def group(a, j, lo):
    """The first word of the simple noun phrase that ends at word j (he; the JAXA director; Senator Ann Lee), else None."""
    if j < lo or a.quote[j] >= 0:
        return None
    if a.is_a(j, "pronoun"):
        return j
    if a.is_a(j, "object") and a.words[j - 1] == "of":
        return group(a, j - 2, lo)
    if a.lowly(j) or a.words[j][0].isdigit():
        return None
    i = j
    while i > lo and j - i < 10 and a.near(i - 1):
        i -= 1
        if a.is_a(i, "determiner") and (a.lowly(i) or not a.capital(i)):  # not the A of A. S. Kumar
            break
        links = a.is_a(i, "particle") and a.capital(i + 1) and i > lo and a.near(i - 1) and a.capital(i - 1) and not a.lowly(i - 1)
        if not links and (a.lowly(i) or a.capital(i + 1) and not (a.capital(i) or a.is_a(i, "speaker") or a.possessive(i))):
            i += 1
            break
    return i if a.capital(j) or a.is_a(j, "speaker") or a.is_a(i, "determiner") or a.possessive(i) else None


def phrase_to(a, j, lo):
    """The noun phrase that ends at word j, with what it governs (a spokesman for the firm): (first, last, head's first, head's last)."""
    first = group(a, j, lo)
    if first is None:
        return None
    end = j
    for _ in range(4):
        k = first - 1
        if k <= lo or not a.is_a(k, "preposition") or not (a.near(k) and a.near(k - 1) and a.speaks(k - 1)) or (outer := group(a, k - 1, lo)) is None:
            break
        first, end = outer, k - 1
    head = (first, end)
    if end < j and a.words[end + 1] != "of" and (a.capital(end) or a.is_a(end, "pronoun")):  # she in a statement -> she
        j = end
    if first - 2 >= lo and a.words[first - 1] == "and" and a.near(first - 2) and a.near(first - 1) and not a.is_a(j, "pronoun"):
        other = phrase_to(a, first - 2, lo)
        if other and (other[0] == lo or not a.near(other[0] - 1) or a.words[other[0] - 1] == "that"):
            return (other[0], j, other[0], j)
    return (first, j, *head)


def back(a, j, lo):
    """Over adverbs and auxiliaries to the left: the last word that is neither, and whether a form of be was among them."""
    passive = False
    while j >= lo and a.near(j) and (a.is_a(j, "passed-over") or a.words[j].endswith("ly") and not a.capital(j) and not a.is_a(j, "speaker")):
        passive |= a.is_a(j, "be")
        j -= 1
    return j, passive


def subject(a, i, lo):
    """The subject that stands before the verb at word i, also with an apposition between: X, a doctor, said."""
    j, passive = back(a, i - 1, lo)
    if j < lo or a.quote[j] >= 0 or passive and not a.words[i].endswith("ing"):  # who was told does not speak
        return None
    if not a.near(j):
        return _before_apposition(a, j, lo) if re.search(r"[,)—–]", a.gap(j)) and not re.search("[:;]", a.gap(j)) else None
    return phrase_to(a, j - (a.words[j] in ("who", "which", "that")), lo)


def _before_apposition(a, j, lo):
    for k in range(j - 1, max(lo - 1, j - 40), -1):
        if a.quote[k] < 0 and re.search(r"[,(—–]", a.gap(k)):
            opens = a.is_a(k + 1, "apposition") or a.is_a(k + 1, "speaker") or a.words[k + 1][0].isdigit() or "(" in a.gap(k)
            opens = opens or a.capital(k + 1) and a.is_a(k, "speaker")
            if opens and (found := phrase_to(a, k, lo)):
                return found
            if k < j - 1 and a.capital(k + 1) and group(a, j, k + 1) == k + 1:  # the minister in charge of it, Ann Rao, said
                return (k + 1, j, k + 1, j)
    return None


def phrase_from(a, c, skip=0):
    """The noun phrase that starts `skip` words after word c and in its sentence (said X; according to X), as `phrase_to` has it."""
    first, hi = c + skip, a.closing(c)
    if first >= hi or a.quote[first] >= 0:
        return None
    if a.is_a(first, "pronoun") and not a.is_a(first, "determiner"):
        return (first,) * 4
    k = first
    while k + 1 < hi and a.is_a(k, "determiner") and a.near(k):
        k += 1
    if a.lowly(k) or not (k > first or a.capital(k) or a.is_a(k, "speaker")):
        return None
    named = a.capital(k)
    while k + 1 < hi and k - first < 9 and a.near(k):
        capital = a.capital(k + 1) and not a.lowly(k + 1)
        if not capital and (a.lowly(k + 1) or named and not a.possessive(k) and not (a.is_a(k + 1, "speaker") and a.capital(first))):
            break
        named, k = named or capital, k + 1
    governs = k + 1 < hi and a.near(k) and (a.words[k + 1] == "of" or a.is_a(k, "speaker") and a.words[k + 1] in ("for", "from", "at", "with"))
    inner = phrase_from(a, k, 2) if governs and a.near(k + 1) else None
    return (first, inner[1] if inner else k, first, k)


def first_subject(a, lo, hi):
    """The subject that a sentence opens with, after its introduction (On Monday, …)."""
    if lo >= hi:
        return None
    if a.text[a.start[lo] : a.end[lo]].isupper() and len(a.words[lo]) > 1:  # TOKYO, Nov. 4 (Reuters) —
        lo = next((c + 1 for c in range(lo, min(lo + 10, hi - 1)) if re.search(r"\s[—–-]+\s|:", a.gap(c))), lo)
    start = lo
    if a.is_a(lo, "subordinator"):
        start = next((c + 1 for c in range(lo, min(hi - 1, lo + REACH)) if "," in a.gap(c)), lo + 1)
    for k in range(start, min(hi, start + REACH)):
        if a.quote[k] >= 0:
            continue
        if a.words[k] in ("he", "she", "they", "we", "i"):
            return (k,) * 4
        named = a.capital(k) and not a.lowly(k) and not a.is_a(k, "no-subject") and not (k == lo and re.search("(ing|ed|ly)$", a.words[k]))
        found = phrase_from(a, k) if named or a.is_a(k, "speaker") or a.is_a(k, "determiner") else None
        if found and found[1] < hi and (a.capital(found[3]) or a.is_a(found[3], "speaker")):
            return found
    return None
