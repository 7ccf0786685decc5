"""The noun phrases and subjects of a text, by word lists and capitals: who stands beside a verb of saying.

A phrase is `(first word, last word, head's first word, head's last word)`: of "a spokesman for the firm" the head is "a spokesman".
"""

import re
from bisect import bisect_left
from functools import cache

import numpy as np

from utils.words import read_words

_set = lambda words: frozenset(words.split())
PRONOUNS = _set("he she they we i it who you one some others many several both all everyone everybody someone nobody most few")
POSSESSIVES = _set("his her their my our its your")
DETERMINERS = POSSESSIVES | _set(
    "a an the this that these those one two three four five six some many several most all few another any both no other each every"
)
PREPOSITIONS = _set(
    "of for from at in with on by to after during before about against into over through under near outside inside since amid among without despite like"
)
PARTICLES = _set("of de del della der den di da dos du la le van von bin ibn al el")
MODIFIERS = _set(
    "own other same such former then acting deputy senior vice late longtime veteran fellow top chief incoming outgoing ex assistant executive "
    "lead leading press general prime foreign"
)
CALENDAR = _set("monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december")
BE = _set("is are was were be been being gets got isn't wasn't")
LABELS = _set("image photo photograph picture credit video source sources categories related")
SKIPPED = (
    BE
    | CALENDAR
    | _set(
        "has have had would could should will can may might must did does do didn't doesn't don't wouldn't won't also later then now never once often "
        "even just simply again further instead himself herself themselves itself both all not still already soon always today yesterday tonight "
        "recently first too long only much so ever to going wants wanted continued began refused went tried "
    )
)
OPENERS = (
    DETERMINERS
    | PREPOSITIONS
    | _set("who whose which where when along however meanwhile too also now then former though speaking himself herself as instead again")
)
SUBORDINATORS = PREPOSITIONS | _set("when while as although though because if once until where")
REACH = 80  # words on each side in which a cue, a subject, an introduction is looked for
_NEAR = re.compile(r"[\s.&’'-]*")


@cache
def verbs():
    """The verbs in `data/quotes`: form -> (which of them it is in, tense)."""
    forms_of = {}
    for name in ("think", "call", "say"):
        for line in read_words(f"quotes/en-{name}"):
            base, *forms = line.split()
            forms_of[base] = (name, "base")
            forms_of |= {form: (name, "ing" if form.endswith("ing") else "finite") for form in forms}
            if len(forms) == 2:  # read, reads, reading
                forms_of[base] = (name, "finite")
    return forms_of


@cache
def phrases():
    """What stands beside a quotation in two words: {("according", "to"), …}."""
    return frozenset(tuple(line.split()) for line in read_words("quotes/en-phrase"))


@cache
def nouns(name):
    """The nouns of a list in `data/quotes`, with their plurals."""
    singular = read_words(f"quotes/en-{name}")
    return singular | {n[:-1] + "ies" if re.search("[^aeou]y$", n) else n + "es" if re.search("(s|ch|x)$", n) else n + "s" for n in singular}


class Article:
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
        for k in [k for k, word in enumerate(words) if word in cue_words() and quote[k] < 0]:
            verb = ("say", "ing" if words[k].endswith("ing") else "finite") if tuple(words[k : k + 2]) in phrases() else verbs().get(words[k])
            if verb or words[k] in nouns("speech"):
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
        shouted = self.capital(k) and (
            word in ("us", "it", "who") and self.text[self.start[k] : self.end[k]].isupper() or word == "a" and self.near(k) and self.capital(k + 1)
        )
        return (
            self.quote[k] >= 0
            or word in read_words("stopwords/en")
            and word not in MODIFIERS
            and not shouted
            or word in verbs()
            and not self.capital(k)
            and word not in nouns("speaker")
            and not (k and self.words[k - 1] in DETERMINERS)
        )


@cache
def cue_words():
    """All words that may announce a quotation."""
    return frozenset(verbs()) | nouns("speech") | {phrase[0] for phrase in phrases()}


def takes(a, k):
    """What the verb at word k takes: "say" speech, "call" what somebody calls something, "think" a thought; "" for other words."""
    return a.verb.get(k, ("",))[0]


def is_noun(a, k):
    """Is word k one for who or what can speak?"""
    return a.words[k] in nouns("speaker")


def group(a, j, lo):
    """The first word of the simple noun phrase that ends at word j (he; the JAXA director; Senator Ann Lee), else None."""
    if j < lo or a.quote[j] >= 0:
        return None
    if a.words[j] in PRONOUNS or a.words[j] in ("another", "each", "neither"):
        return j
    if a.words[j] in ("them", "us", "whom") and a.words[j - 1 : j] == ["of"] and j - 2 >= lo:
        return group(a, j - 2, lo)
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
        if a.lowly(i - 1) or word in CALENDAR or bare and not (a.capital(i - 1) or is_noun(a, i - 1) or word in MODIFIERS or a.possessive(i - 1)):
            break
        i -= 1
    told = a.capital(j) or is_noun(a, j) or a.words[i] in DETERMINERS or a.possessive(i)
    return i if told else None


def phrase_to(a, j, lo):
    """The noun phrase that ends at word j, with what it governs (a spokesman for the firm): (first, last, head's first, head's last)."""
    first = group(a, j, lo)
    if first is None:
        return None
    head = (first, j)
    for _ in range(4):
        k = first - 1
        if k <= lo or a.words[k] not in PREPOSITIONS or not (a.near(k) and a.near(k - 1)):
            break
        outer = group(a, k - 1, lo)
        if outer is None or not (a.capital(k - 1) or is_noun(a, k - 1) or a.words[k - 1] in PRONOUNS):
            break
        first, head = outer, (outer, k - 1)
    plain = head[1] < j and (
        a.capital(head[1]) and a.words[head[1] + 1] != "of" or a.words[head[1]] in PRONOUNS and not a.words[head[1]] in ("one", "some", "many", "most")
    )
    last = head[1] if plain else j  # she in a statement -> she
    if first - 2 >= lo and a.words[first - 1] == "and" and a.near(first - 2) and a.near(first - 1) and a.words[j] not in PRONOUNS:
        other = phrase_to(a, first - 2, lo)
        if other and (other[0] == lo or not a.near(other[0] - 1) or a.words[other[0] - 1] == "that"):
            return (other[0], last, other[0], last)
    return (first, last, *head)


def back(a, j, lo):
    """Over adverbs and auxiliaries to the left: the last word that is neither, and whether a form of be was among them."""
    passive = False
    while j >= lo and a.near(j) and (a.words[j] in SKIPPED or a.words[j].endswith("ly") and not a.capital(j) and not is_noun(a, j)):
        passive |= a.words[j] in BE
        j -= 1
    return j, passive


def subject(a, i, lo):
    """The subject that stands before the verb at word i, also with an apposition between: X, a doctor, said."""
    j, _ = back(a, i - 1, lo)
    if j < lo or a.quote[j] >= 0:
        return None
    if not a.near(j):
        return _before_apposition(a, j, lo) if re.search(r"[,)—–]", a.gap(j)) and not re.search("[:;]", a.gap(j)) else None
    if a.words[j] in ("who", "which", "that"):
        return phrase_to(a, j - 1, lo) if j > lo else None
    return phrase_to(a, j, lo)


def _before_apposition(a, j, lo):
    for k in range(j - 1, max(lo - 1, j - 40), -1):
        if re.search(r"[,(—–]", a.gap(k)) and a.quote[k] < 0:
            opener = a.words[k + 1]
            opens = (
                opener in OPENERS
                or opener[0].isdigit()
                or re.fullmatch(r"[rdi]-.*|\w+(ing|ed|ly)", opener)
                or is_noun(a, k + 1)
                or a.possessive(k + 1)
                or a.capital(k + 1)
                and is_noun(a, k)
            )
            found = phrase_to(a, k, lo) if opens or "(" in a.gap(k) else None
            if found:
                return found
            if k < j - 1 and a.capital(k + 1) and group(a, j, k + 1) == k + 1:  # the minister in charge of it, Ann Rao, said
                return (k + 1, j, k + 1, j)
    return None


def phrase_from(a, k):
    """The noun phrase that starts at word k (said X; according to X), as `phrase_to` has it."""
    first, hi = k, a.closing(k)
    if a.quote[k] >= 0:
        return None
    if a.words[k] in PRONOUNS and a.words[k] not in DETERMINERS:
        return (k, k, k, k)
    told = a.capital(k) or is_noun(a, k) or a.words[k] in DETERMINERS
    while k + 1 < hi and a.words[k] in DETERMINERS and a.near(k):
        k += 1
    if not told or a.lowly(k) or a.words[k] in CALENDAR:
        return None
    named = a.capital(k)
    while k + 1 < hi and k - first < 9 and a.near(k):
        capital = a.capital(k + 1) and not a.lowly(k + 1)
        if not capital and (a.lowly(k + 1) or a.words[k + 1] in CALENDAR or named and not (a.possessive(k) or is_noun(a, k + 1) and a.capital(first))):
            break
        named, k = named or capital, k + 1
    head = (first, k)
    if k + 2 < hi and a.near(k) and a.near(k + 1) and (a.words[k + 1] == "of" or is_noun(a, k) and a.words[k + 1] in ("for", "from", "at", "with")):
        inner = phrase_from(a, k + 2)
        k = inner[1] if inner else k
    return (first, k, *head)


def first_subject(a, lo, hi):
    """The subject that a sentence opens with, after its introduction (On Monday, …)."""
    if lo >= hi:
        return None
    if a.text[a.start[lo] : a.end[lo]].isupper() and len(a.words[lo]) > 1:  # TOKYO, Nov. 4 (Reuters) —
        lo = next((c + 1 for c in range(lo, min(lo + 10, hi - 1)) if re.search(r"\s[—–-]+\s|:", a.gap(c))), lo)
    k = lo + (a.words[lo] in ("but", "and", "so", "yet", "still", "then"))
    if k < hi and a.words[k] in SUBORDINATORS:
        k = next((c + 1 for c in range(k, min(hi - 1, k + REACH)) if "," in a.gap(c)), k + 1)
    for k in range(k, min(hi, k + REACH)):  # noqa: B020
        if a.quote[k] >= 0:
            continue
        if a.words[k] in ("he", "she", "they", "we", "i"):
            return (k, k, k, k)
        named = a.capital(k) and not a.lowly(k) and a.words[k] not in LABELS | MODIFIERS and not (k == lo and re.search("(ing|ed|ly)$", a.words[k]))
        found = phrase_from(a, k) if named or is_noun(a, k) or a.words[k] in DETERMINERS else None
        if found and found[1] < hi and (a.capital(found[3]) or is_noun(a, found[3])):
            return found
    return None


def can_speak(a, span):
    """Can the head of this phrase speak: a name, a pronoun, a noun of the list?"""
    return a.capital(span[3]) or is_noun(a, span[3]) or a.words[span[3]] in PRONOUNS
