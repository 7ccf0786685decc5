"""What the lists in `data/names/` say: of a word with a capital, of a whole name, and of the words beside a name."""

import re
from collections import defaultdict
from functools import cache, lru_cache
from itertools import chain, takewhile

from utils.words import read_words, stopwords

KINDS = ("PER", "ORG", "LOC")  # and OTHER, for names of other things
SEEN = 1 << 16  # words whose classes are kept
_STOPS = {"of", "in", "at", "for", "from", "with", "who", "which", "that", "and", ",", ".", "on", "to"}
_NOUNS = ("{org}", "{role}", "{place}", "{other}")
LONGEST = 10  # words and links of a name; a longer row of capitals is a heading


@cache
def words_in(name):
    """The lines of a list in `data/names/`.

    >>> "Lake" in words_in("place-openers")
    True
    """
    return read_words(f"names/{name}")


def any_of(words):
    """A pattern for any of these words, the longer ones first."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


def pairs(name, mark=" = "):
    """The lines `left = right` of a list in `data/names/`, sorted, as pairs.

    >>> ("US", "United States") in pairs("same")
    True
    """
    return [tuple(part.strip() for part in line.split(mark, 1)) for line in sorted(words_in(name)) if mark in line]


COMMON = words_in("common") | stopwords() | read_words("news-words/en")  # that may well open a sentence
_FUNCTION_WORDS = stopwords("en")
ROLES = words_in("roles") | {role + "s" for role in words_in("roles")} - {"chairs", "heads"}  # she heads it
PARTICLES = words_in("particles")
_JOINS = {link + the: classes for link, classes in (("of", "nagxo"), ("for", "naxo"), ("on", "na")) for the in ("", " the")}  # after Bank
LINKS = PARTICLES | _JOINS.keys() | {"and", "and the", "&"}
# A word with a capital: St Mary's, not St Louis's  U.S.  J.K.  Inc.  People's  Workers'  O'Brien  d'Ettorre  Wal-Mart  AT&T  al-Assad  eBay
UPPER = "[%s]" % "".join(sign for sign in map(chr, chain(range(0x250), range(0x1E00, 0x1F00))) if sign.isupper())
_LETTERS = r"[^\W_]*+(?:[\u0300-\u036f]++[^\W_]*+)*+"
WORD = (
    rf"(?:(?!{any_of(name for name in words_in('places') if name.startswith(('St ', 'St. ')))}\b)\bSt\.? {UPPER}{_LETTERS}['’](?:s\b|(?= {UPPER}))"
    rf"|(?:{UPPER}\.-?){{1,5}}(?:{UPPER}\b)?|\b{any_of(words_in('dotted'))}\.|\b{any_of(words_in('owning'))}(?:['’]s\b|s['’](?= {UPPER}))"
    rf"|(?![RDI]-{UPPER}[a-z])(?:\b[dlO]['’] ?|\b[ae]l-|\b[ei](?={UPPER}))?+{UPPER}{_LETTERS}"
    rf"(?:(?:[-‐‑](?!{any_of(words_in('hyphened'))}\b)|&|['’](?!s\b)|\.(?=com\b|org\b|net\b))(?=[^\W_]){_LETTERS})*+)"
)
_PART = re.compile(rf"{any_of(LINKS)}(?=[ \u00a0])|{WORD}")
_ADJECTIVES = words_in("adjectives") | {word.strip() + end for _, words in pairs("countries", "=") for word in words.split(",") for end in ("", "s")}
_HEADS = {word: kind for kind, file in (("OTHER", "other"), ("LOC", "place"), ("ORG", "organisation")) for word in words_in(f"{file}-words")}
_FORMS = [(form, kind.split()[0], int(kind.split()[1])) for form, kind in pairs("forms")]
_FORM = re.compile("".join(rf"(?:(?=({form})\Z)|)" for form, *_ in _FORMS))  # a group for each that fits
_BY_CLASS = {  # the words that a class stands for in a cue; of two classes the later counts
    "does": words_in("does-organisation"), "did": words_in("does-person"), "said": words_in("said"), "other": words_in("other-nouns"),
    "place": words_in("place-nouns"), "org": words_in("org-nouns"), "title": words_in("titles"), "role": ROLES,
    "det": "a an the its another one their his her".split(), "said ": read_words("reporting-verbs/en"),
}  # fmt: skip
_CLASSES = {word.lower(): f"{{{kind.strip()}}}" for kind, words in _BY_CLASS.items() for word in words}
_BESIDE = re.compile(r"['’]s\b|[^\W_]+(?:[.'’-](?!s\b)[^\W_]+)*|\S")  # a word or sign beside a name
_COMMON_END = re.compile(".{3,}(?:[eo]rs|ists|ants|ments?|[ts]ions?|ness|ings?|it(?:y|ies)|isms?|ed|ly|ful|less|ous|[ai]ble|ical|ics|[ae]nces|tures?|ages|ships?)")
_PREFIXED = re.compile(any_of(words_in("prefixes")) + r"[-‐‑][^\W\d_]+")  # Pro-Kenya


@cache
def known_names():
    """The names that the lists hold, with their kind.

    >>> known_names()["Kyoto"], known_names()["Reuters"], known_names()["World Cup"]
    ('LOC', 'ORG', 'OTHER')
    """
    lists = {"things": "OTHER", "organisations": "ORG", "places": "LOC"}
    known = {name: kind for file, kind in lists.items() for name in words_in(file)} | {line.split("=")[0].strip(): "LOC" for line in words_in("countries")}
    return known | {name: kind for name, kind in pairs("same") if kind in (*KINDS, "OTHER")}


@lru_cache(SEEN)
def word_class(word):
    """What a word with a capital does: c links, g is a known name, r a role, a an adjective or people, x never names, n may name.

    >>> [word_class(word) for word in ("Kyoto", "of", "Minister", "Japanese", "Friday", "Okafor")]
    ['g', 'c', 'r', 'a', 'x', 'n']
    """
    plain, known = word.replace("’", "'"), word in known_names()
    if word in LINKS:
        return "c"
    if word in _ADJECTIVES or _PREFIXED.fullmatch(word) and word not in words_in("fields"):
        return "a"
    if word.rstrip(".") in words_in("titles") or word.lower() in ROLES:
        return "r"
    return "x" if plain in words_in("no-names") or plain.lower() in _FUNCTION_WORDS and not known else "g" if known else "n"


@lru_cache(SEEN)
def _find_head(words):
    """Which of the words of a name says what it is, and what that is: (2, "ORG") for Indian Space Agency; None where none does."""
    at = [i for i, word in enumerate(words) if word in _HEADS]
    if at and len(words) == 2 and words[0] in words_in("given-names") and (words[1] in words_in("family-names") or _HEADS.get(words[1]) == "OTHER"):
        return None  # Ann Hill, Ann Law
    at = [i for i in at if i + 1 < len(words) and words[i + 1] in _JOINS][:1] or [i for i in at if i]
    if not at:
        return None
    kind = _HEADS.get(" ".join(words[at[-1] - 1 : at[-1] + 1])) or _HEADS[words[at[-1]]]  # Research Center, Center
    return at[-1], "ORG" if words[at[-1] + 1 : at[-1] + 2] == ("for",) else kind  # Centre for Tyres


def _parts(run, opening, lower):
    """A run of capitals as words: `[word, start, end, class]`, known names of several words as one."""
    parts = [[m[0], *m.span(), word_class(m[0])] for m in _PART.finditer(run)]
    for i in range(len(parts) - 1):
        for n in range(min(5, len(parts) - i), 1, -1):
            if (name := run[parts[i][1] : parts[i + n - 1][2]]) in known_names():
                parts[i : i + n] = [[name, parts[i][1], parts[i + n - 1][2], "g"]]
                break
    first = parts[0]
    if opening and _is_common(parts, lower):
        first[3] = "o" if first[3] == "n" and len(parts) == 1 else "x"
    for before, part in zip(parts[-2::-1], parts[::-1]):
        if len(before[0]) == 1 and before[3] in "xa" and part[3] in "ng" and (len(part[0]) == 1 or not opening or before is not first):  # A S Rao
            before[3] = "n"
        if part[3] == "r" and before[0].lower() in words_in("role-modifiers"):  # Foreign Minister
            before[3] = "r"
        if part[3] == "g" and len(before[0]) == 2 and before[0][1] == ".":  # it saw Planet X. Kenya left.
            before[3] = "x"
    return parts


def _is_common(parts, lower):
    """Is the word that opens a sentence a common one, and not the first of a name as in Frank Okafor, Steel Authority, National Grid?"""
    (word, *_, kind), *rest = parts
    low, given, own = word.lower(), words_in("given-names"), kind == "n" and not word.isupper()
    if own and not rest and (low in words_in("plain") or _COMMON_END.fullmatch(low) and word not in given and word not in words_in("family-names")):
        return True
    if low in COMMON:
        return kind in "na" and low in lower or kind in "nag" and not word.isupper()
    joined = lambda: given.isdisjoint((word, rest[0][0])) and any(other in _HEADS or kind == "n" and other.lower() in lower for other, *_, kind in rest)
    belongs = rest and (word in given and rest[0][3] == "n" or joined())
    return low in lower and (own and not belongs or kind == "a")


def _blocks(parts):
    """Cut a run where a link does not join: `of` joins after Bank, `and` between two fields, `de` and & always."""
    blocks, fields = [[]], words_in("fields")
    for part, after in zip(parts, [*parts[1:], None]):
        before, left, link = *(blocks[-1][-1][::3] if blocks[-1] else ("", "")), part[0]
        if link in _JOINS:
            joins = after[3] in _JOINS[link] and before not in words_in("company-endings") and any(_HEADS.get(word) in ("ORG", "LOC") for word, *_ in blocks[-1])
        elif link.startswith("and") and part[3] == "c":
            joins = before in fields and _HEADS.get(after[0]) == "ORG" or after[0] in fields and (before in fields or any(word == "of" for word, *_ in blocks[-1]))
        else:
            joins = part[3] != "c" or link == "&" or left and left in "ng" and after[3] in "ng"
        if joins:
            blocks[-1].append(part)
        else:
            blocks.append([])
    return blocks


def _cut(block):
    """The names of a block, as lists of parts: around the word that says what it is, else where no role or people stands."""
    head = _find_head(tuple("-" if part[3] == "r" else part[0] for part in block))  # Chief Financial Officer
    if not head:
        return _loose(block)
    first = last = at = head[0]
    while first:
        word, _, _, kind = block[first - 1]
        within = kind == "r" and word.endswith("s") or first > 1 and word in words_in("no-names") and block[first - 2][3] in "ng"  # Zed Students Union
        if kind not in "ngac" and not within and not (first == at and head[1] != "OTHER" and word in words_in("no-names")):  # General Motors
            break
        first -= 1
    while last + 1 < len(block) and (last > at or block[last + 1][3] == "c") and block[last + 1][3] in "ngac":
        last += 1
    return [*_loose(block[:first]), block[first : last + 1], *_loose(block[last + 1 :])] if first < last else _loose(block)


def _loose(parts):
    """The names in parts that no word heads."""
    names = [[]]
    for part in parts:
        word, kind, last = part[0], part[3], names[-1][-1] if names[-1] else None
        if last and last[3] == "g" and kind in "ngc":
            was, known, person = known_names()[last[0]], known_names().get(word), word in words_in("given-names") or word in words_in("family-names")
            apart = was != "OTHER" and (person or last[0].isupper() or " " in last[0] or known == "OTHER" or (was, known) == ("LOC", "ORG"))
        else:
            apart = kind not in "ngc"
        if last and apart:
            names.append([])
        if kind in "ngo" or kind == "c" and names[-1]:
            names[-1].append(part)
    return [name for name in names if name]


def names_in(run, opening, lower):
    """The names in a run of capitals: (start, end, may it be a common word that opens a sentence?). `lower`: words in lower case."""
    if run.count(" ") > 3 * LONGEST:
        return []
    parts = _parts(run, opening, lower)
    plain = all(part[3] == "n" and part[0] not in _HEADS for part in parts)  # as often: one name, which needs no cutting
    names = [parts] if plain else [name for block in _blocks(parts) for name in _cut(block)]
    return [(name[0][1], name[-1][2], name[0][3] == "o") for name in names if len(name) <= LONGEST and name[-1][2] - name[0][1] < 20 * LONGEST]


def shape_votes(name):
    """What a name's own words say about its kind, in votes.

    >>> shape_votes("Ann Okafor")["PER"], shape_votes("Okafor Tyres Ltd")["ORG"]
    (11.0, 12.4)
    """
    words, known, given, family = name.split(), known_names(), words_in("given-names"), words_in("family-names")
    first, last, head = words[0], words[-1], _find_head(tuple(words))
    votes = defaultdict(float, ORG=0.4)
    if (found := _FORM.match(name)).lastindex:
        for (_, kind, weight), fits in zip(_FORMS, found.groups()):
            votes[kind] += weight * (fits is not None)
    if head:
        votes[head[1]] += 12
    if len(words) == 1:
        votes["OTHER"] += 12 * (first in _HEADS or first in words_in("fields"))
        votes["PER"] += 2 * (first in given) + 2 * (first in family)
    else:
        votes["LOC"] += 6 * (first in words_in("place-openers")) + 4 * (known.get(first) == known.get(last) == "LOC")
        votes["ORG"] += 3 * (known.get(first) == "ORG" or known.get(last) == "LOC" != known.get(first))  # Zedcar Kenya
        votes["OTHER"] += 10 * (known.get(first) == "OTHER")
        votes["PER"] += 6 * (first in given) + 3 * (last in given) + 4 * (last in family) + 3 * any(word in PARTICLES for word in words) + 1
    return votes


@cache
def _cues():
    """The votes of each cue, its words read outwards from the name, and of what it begins with: {(-1, "in"): [("LOC", 2.0)]}."""
    table = {}
    for cue, votes in pairs("cues"):
        before, after = (side.split() for side in cue.split("_"))
        way = (-1, *before[::-1]) if before else (1, *after)
        for k in range(2, len(way)):
            table.setdefault(way[:k], [])
        table[way] = [(vote.split()[0], float(vote.split()[1])) for vote in votes.split(",")]
    return table


@lru_cache(SEEN)
def _keys(word):
    """The cue words that a written word stands for: itself and its class."""
    low = word.lower().replace("’", "'")
    kind = _CLASSES.get(low) or ("{country}" if known_names().get(word) == "LOC" else "{number}" if word.isdigit() else "{acronym}" if word.isupper() else None)
    return (low, kind) if kind else (low,)


@cache
class _Reader(dict):
    """What a chunk beside a name says, its words read outwards: {chunk: (votes, the reader of the next chunk or None)}."""

    def __init__(self, *ways):
        self.ways = ways  # the beginnings of cues that stand between the name and the chunk

    def __missing__(self, chunk):
        votes, ways, table = (), self.ways, _cues()
        for word in _BESIDE.findall(chunk)[:: ways[0][0]]:
            if not (ways := tuple([longer for way in ways for key in _keys(word) if (longer := (*way, key)) in table])):
                break
            votes += tuple([vote for way in ways for vote in table[way]])
        if len(self) > SEEN:
            self.clear()
        self[chunk] = votes, _Reader(*ways) if ways else None
        return self[chunk]


def cue_votes(before, after):
    """What the words before and after a name say about its kind, in votes.

    >>> cue_votes("It is based in ", " for now."), cue_votes("", ", a large tyre maker")
    ([('LOC', 2.0), ('LOC', 6.0)], [('ORG', 5.0)])
    """
    if after[:1] == "," and (word := _BESIDE.search(after, 1)) and "{det}" in _keys(word[0]):  # , a large maker of tyres
        words = _BESIDE.findall(after)[:9]
        nouns = [word for word in takewhile(lambda word: word not in _STOPS, words[2:]) if _keys(word)[-1] in _NOUNS]
        after = " ".join([*words[:2], *nouns[-1:]])
    votes = []
    for reader, chunks in ((_Reader((-1,)), before.split()[::-1]), (_Reader((1,)), after.split())):
        for chunk in chunks:
            found, reader = reader[chunk]
            votes += found
            if reader is None:
                break
    return votes
