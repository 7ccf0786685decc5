"""The noun phrases and subjects of a text, by word lists and capitals: who stands beside a verb of saying.

A phrase is `(first word, last word, head's first word, head's last word)`: of "a spokesman for the firm" the head is "a spokesman".
Which words make a phrase is said by the patterns in `data/quotes/en-patterns.txt`: they are searched over signs, three a word.
"""

import re
from bisect import bisect_left
from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import regex

from utils.chunks import changes
from utils.grammar.marks import find_marks
from utils.words import read_words, whole

REACH = 80  # words on each side in which a cue, a subject, an introduction is looked for
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
    """The sign of each word that a list holds, of numbers ("0") and of adverbs ("ly"); and of each set of classes."""
    kinds = {"0": {"digit"}, "ly": {"adverb"}}
    for kind in words():
        for word in words()[kind]:
            kinds.setdefault(word, {"adverb"} if word.endswith("ly") else set()).add(kind)
    kinds = {word: frozenset(classes) for word, classes in kinds.items()}
    signs = {classes: chr(0xE000 + n) for n, classes in enumerate(dict.fromkeys(kinds.values()))}
    return {word: signs[classes] for word, classes in kinds.items()}, signs


def _spell(text, start, end, code, vocabulary):
    """The signs of all words, a row of three each. Words and what stands behind them repeat: each is looked at once."""
    edges, data = np.append(np.stack([start, end], axis=1), len(text)) * 4, text.encode("utf-32-le")
    pieces = pa.Array.from_buffers(pa.large_binary(), len(edges) - 1, [None, pa.py_buffer(edges), pa.py_buffer(data)]).dictionary_encode()
    seen, (written, gap) = [piece.decode("utf-32-le") for piece in pieces.dictionary.to_pylist()], pieces.indices.to_numpy().reshape(-1, 2).T
    looks = [(s[:1].isupper(), s.isupper(), s.endswith(("’s", "'s")), s[-1:] == "s", s[:1] in ("’", "'")) for s in seen]
    capital, upper, owns, plural, apostrophe = np.array(looks, bool).reshape(-1, 5).T
    plain, long = np.array([(word not in words()["calendar"], len(word) > 1) for word in vocabulary], bool).reshape(-1, 2)[code].T
    shape = 2 * (capital[written] & plain) * (1 + (upper[written] & long)) + (owns[written] | plural[written] & apostrophe[gap])
    marks, signs = np.zeros(len(seen), np.uint16), _signs()[0]
    for k in np.unique(gap):
        dashed = _DASH.sub("—", seen[k])
        marks[k] = ord("~" if _NEAR.fullmatch(dashed) else next((mark for mark in ":;,(—)" if mark in dashed), "."))
    first = [ord(signs.get(word) or signs.get("0" if word[0].isdigit() else "ly" * word.endswith("ly"), "w")) for word in vocabulary]
    return np.stack([np.array(first, np.uint16)[code], np.array([*map(ord, "xpCPSZ")], np.uint16)[shape], marks[gap]], axis=1)


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
    """A text as words: where each stands, and in which sentence outside quotations."""

    def __init__(self, text, signs, marks, start, end, words, opens, sentence, first, last, cues):
        self.text, self.words, self.signs = text, [*words, "", ""], signs + "wx.wx."  # so that one may look two words past the end
        self.start, self.end, self.opens, self.sentence, self.marks = start, end, opens, sentence, marks
        self.first, self.last, self.verb = first, last, {}
        for k in cues:
            pair = " ".join(words[k : k + 2]) in read_words("quotes/en-phrase")
            if verb := ("say", "ing" if words[k].endswith("ing") else "finite") if pair else verbs().get(words[k]):
                self.verb[k] = verb
        self.cues = [k for k in cues if k in self.verb or self.is_a(k, "speech")]

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

    def quoted(self, k):
        """Does word k stand in a quotation?"""
        return self.signs[3 * k + 1] == "q"

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


def read(texts, tokens):
    """Each text as an `Article`, given the words of all; None for one in which neither a quotation nor a cue stands."""
    texts = [whole(text) if isinstance(text, str) else "" for text in texts]  # as the tokens have it: no half characters
    code, article = (tokens[column].array.codes for column in ("token", "article_id"))
    start, end, sentence = (tokens[column].to_numpy() for column in ("start", "end", "sentence"))
    bounds, vocabulary = np.searchsorted(article, np.arange(len(texts) + 1)), tokens["token"].cat.categories.to_numpy(object)
    base = np.cumsum([0, *(len(text) + 1 for text in texts)])  # where each text begins if all stand in one
    found = [(i, mark) for i, text in enumerate(texts) for mark in find_marks(text)]
    places = np.array([(mark.start, mark.end) for _, mark in found], int).reshape(-1, 2) + base[[i for i, _ in found], None]
    first, after = np.searchsorted(start + base[article], places).T
    marks, first, after = [mark for (_, mark), some in zip(found, first < after) if some], first[first < after], after[first < after]
    quoted, inner = np.zeros((2, len(code)), bool)
    for a, b in zip(first.tolist(), after.tolist()):
        quoted[a:b] = inner[a + 1 : b] = True
    opens = changes(article) | changes(sentence) & ~inner
    signs = _spell("\n".join(texts), start + base[article], end + base[article], code, vocabulary)
    signs[quoted, :2] = ord("w"), ord("q")
    signs[np.roll(opens, -1), 2] = ord("|")
    signs, heads, sentence = signs.tobytes().decode("utf-16-le"), np.flatnonzero(opens), np.cumsum(opens)
    cues = np.flatnonzero(np.array([word in words()["cue"] for word in vocabulary], bool)[code] & ~quoted)
    edges = pairwise(zip(bounds.tolist(), *(np.searchsorted(at, bounds).tolist() for at in (heads, first, cues))))
    for text, ((lo, h, m, c), (hi, h2, m2, c2)) in zip(texts, edges):
        own = vocabulary[code[lo:hi]], np.append(heads[h:h2], hi) - lo, sentence[lo:hi] - h - 1, first[m:m2] - lo, after[m:m2] - lo - 1, cues[c:c2] - lo
        given = text, signs[3 * lo : 3 * hi], marks[m:m2], start[lo:hi].data, end[lo:hi].data  # few of these places are looked at
        yield Article(*given, *(places.tolist() for places in own)) if m < m2 or c < c2 else None


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
    first = a.ends("passed", j + 1).start() // 3 if a.near(j) else j + 1
    return first - 1, any(a.is_a(k, "be") for k in range(first, j + 1))


def subject(a, i):
    """The subject that stands before the verb at word i, also with an apposition between: X, a doctor, said."""
    passive = back(a, i - 1)[1] and not a.words[i].endswith("ing")  # who was told does not speak
    return None if passive or a.signs[3 * i - 1] not in "~,)—" else span(a.ends("subject", i))


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
