"""The noun phrases and subjects of a text, by word lists and capitals: who stands beside a verb of saying.

A phrase is `(first word, last word, head's first word, head's last word)`: of "a spokesman for the firm" the head is "a spokesman".
Which words make a phrase is said by the patterns in `data/quotes/en-patterns.txt`: they are searched over signs, three a word.
"""

import re
from bisect import bisect_left
from functools import cache, lru_cache

import numpy as np
import regex

from utils.words import read_words

REACH = 80  # words on each side in which a cue, a subject, an introduction is looked for
SEEN = 1 << 16  # words whose signs are kept
_NEAR = re.compile(r"[\s.&’'-]*")
_DASH = re.compile(r"\s(?:[—–]|--)+\s")


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
def words():
    """The classes of `data/quotes/en-classes`, the lists of nouns with their plurals, the verbs, and each word of the patterns as one.

    >>> "from" in words()["subordinator"], "ministries" in words()["speaker"], words()["of"]
    (True, True, {'of'})
    """
    lines = dict(line.split(": ") for line in read_words("quotes/en-classes"))
    members = lambda kind: frozenset().union(*(members(word[1:]) if word[0] == "@" else {word} for word in lines[kind].split()))
    classes = {kind: members(kind) for kind in lines} | {"stopword": read_words("stopwords/en"), "verb": verbs().keys()}
    for kind in ("speaker", "speech", "named"):
        nouns = read_words(f"quotes/en-{kind}")
        classes[kind] = nouns | {n[:-1] + "ies" if re.search("[^aeou]y$", n) else n + "es" if re.search("(s|ch|x)$", n) else n + "s" for n in nouns}
    classes["cue"] = classes["verb"] | classes["speech"] | {line.split()[0] for line in read_words("quotes/en-phrase")}
    return {word: {word} for pattern in read_words("quotes/en-patterns") for word in re.findall(r"\{([a-z]+)\}", pattern)} | classes


@cache
def _signs():
    """The classes of each word that a list holds, and the sign of each set of classes."""
    kinds = {"0": {"digit"}, "ly": {"adverb"}}
    for kind in words():
        for word in words()[kind]:
            kinds.setdefault(word, {"adverb"} if word.endswith("ly") else set()).add(kind)
    kinds = {word: frozenset(classes) for word, classes in kinds.items()}
    return kinds, {frozenset(): "w"} | {classes: chr(0xE000 + n) for n, classes in enumerate(dict.fromkeys(kinds.values()))}


@lru_cache(SEEN)
def _sign(word, written, length):
    """The signs of a word, given with what follows it: its classes, its shape, the mark behind it."""
    (kinds, signs), (written, gap) = _signs(), (written[:length], written[length:])
    classes = kinds.get(word) or kinds.get("0" if word[0].isdigit() else "ly" * word.endswith("ly"), frozenset())
    shape = 0 if not written[0].isupper() or "calendar" in classes else 4 if written.isupper() and len(word) > 1 else 2
    owns = written.endswith(("’s", "'s")) or written[-1] + gap[:1] in ("s’", "s'")
    near = _NEAR.fullmatch(gap) and not _DASH.search(gap)
    return signs[classes] + "xpCPSZ"[shape + owns] + ("~" if near else next((mark for mark in ":;,(—)" if mark in _DASH.sub("—", gap)), "."))


@cache
def pattern(name):
    """A pattern of `data/quotes/en-patterns.txt`, compiled; a phrase that it finds has a head.

    >>> bool(pattern("low").match("wq~"))
    True
    """
    lines = {line.split()[0]: line.split(maxsplit=2)[1:] for line in read_words("quotes/en-patterns")}
    signs = {kind: "".join(sign for classes, sign in _signs()[1].items() if kind in classes) for kind in words()}
    expand = lambda text: re.sub(r"(?<!\?P)<([a-z]+)>|\{([a-z-]+)\}", lambda m: f"(?:{expand(lines[m[1]][1])})" if m[1] else f"[{signs[m[2]]}]", text)
    return regex.compile("(?r)" * (lines[name][0] == "<") + expand(lines[name][1]))


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
        chunks = [text[a:b] for a, b in zip(self.start, [*self.start[1:], None])]
        signs = [*map(_sign, forms, chunks, (end - start).tolist())]
        for a, b in zip(self.first, self.last):
            signs[a : b + 1] = [f"wq{sign[2]}" for sign in signs[a : b + 1]]
        for k in self.opens[1:]:
            signs[k - 1] = signs[k - 1][:2] + "|"
        self.signs = "".join(signs) + "wx.wx."
        self.verb, self.cues = {}, []
        for k in [m.start() // 3 for m in pattern("cue").finditer(self.signs)]:
            pair = " ".join(forms[k : k + 2]) in read_words("quotes/en-phrase")
            verb = ("say", "ing" if forms[k].endswith("ing") else "finite") if pair else verbs().get(forms[k])
            if verb or self.is_a(k, "speech"):
                self.verb |= {k: verb} if verb else {}
                self.cues.append(k)

    def is_a(self, k, kind):
        """Is word k one of a class or list?"""
        return self.words[k] in words()[kind]

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
        return self.signs[3 * k + 2 : 3 * k + 3] == "~"

    def possessive(self, k):
        """Does word k own the next one: Rao’s, the boys’?"""
        return self.signs[3 * k + 1] in "pPZ"

    def speaks(self, k):
        """Can word k be the head of who speaks: a name, a noun of the list, a pronoun?"""
        return self.signs[3 * k + 1] in "CSPZ" or self.is_a(k, "speaker") or self.is_a(k, "pronoun")

    def ends(self, name, k):
        """The match of a pattern that is read backwards, right before word k."""
        return pattern(name).match(self.signs, 0, 3 * k)

    def opening(self, k):
        """The first word of k's sentence."""
        return self.opens[self.sentence[k]]

    def closing(self, k):
        """The word after the last one of k's sentence."""
        return self.opens[self.sentence[k] + 1]


def span(found):
    """A match of a pattern as a phrase: what comes `also` is of the same rank, and a phrase `cut` ends with its head."""
    if not found:
        return None
    groups, first, end = found.groupdict(), found.start("head") // 3, found.end("head") // 3
    last = end if groups.get("cut") is not None else found.end("phrase") // 3
    return (found.start("also") // 3, last) * 2 if groups.get("also") else (first, last, first, end)


def group(a, j):
    """The first word of the simple noun phrase that ends at word j (he; the JAXA director; Senator Ann Lee), else None."""
    found = a.ends("simple", j + 1)
    return found.start() // 3 if found else None


def back(a, j):
    """Over adverbs and auxiliaries to the left: the last word that is neither, and whether a form of be was among them."""
    first = a.ends("passed", j + 1).start() // 3
    return first - 1, any(a.is_a(k, "be") for k in range(first, j + 1))


def subject(a, i):
    """The subject that stands before the verb at word i, also with an apposition between: X, a doctor, said."""
    passive = back(a, i - 1)[1] and not a.words[i].endswith("ing")  # who was told does not speak
    return None if passive else span(a.ends("subject", i))


def phrase_from(a, c, skip=0):
    """The noun phrase that starts `skip` words after word c and in its sentence (said X; according to X)."""
    return span(pattern("from").match(a.signs, 3 * (c + skip))) if c + skip < a.closing(c) else None


def first_subject(a, lo, hi):
    """The subject that a sentence opens with, after its introduction (On Monday, …)."""
    if lo >= hi:
        return None
    start = (pattern("opening").match(a.signs, 3 * lo, 3 * hi - 1).end() + 1) // 3
    start += start == lo and re.search("(ing|ed|ly)$", a.words[lo]) is not None
    return span(pattern("first").search(a.signs, 3 * start, 3 * min(hi, start + REACH) - 1))
