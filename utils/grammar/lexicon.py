"""What the lists in `data/names/` say: of a word with a capital, of a whole name, and of the words beside a name."""

import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise

import regex

from utils.words import read_words, stopwords

KINDS = ("PER", "ORG", "LOC")  # and OTHER, for names of other things
PARTICLES = "de la|de los|de|del|della|der|den|von der|von|van der|van den|van|bin|ibn|al|el|la|da|dos|das|do|di|du|ter|zu".split("|")
LINKS = ["of the", "of", "for the", "for", "on the", "on", "and the", "and", "&", *PARTICLES]
_ON = frozenset("Committee Subcommittee Commission Council Panel Group Office Center Centre Institute Coalition Campaign Forum".split())
# A word with a capital: U.S.  J.K.  Inc.  People's  O'Brien  d'Ettorre  Wal-Mart  AT&T  al-Assad  eBay
UPPER = r"[\p{Lu}&&\p{Latin}]"
_DOTTED = "Mr|Mrs|Ms|Dr|Prof|Rev|St|Gen|Col|Lt|Maj|Capt|Sgt|Sen|Rep|Gov|Hon|Inc|Corp|Co|Ltd|Jr|Sr|Bros|Mt|Ft|Smt|Adm|Supt"
_OWNING = "People|Women|Men|Children|King|Queen|Farmer|Worker|Lloyd|Moody|Poor|McDonald|Sotheby|Christie|Macy|Levi|Kellogg|Sainsbury"
_HYPHENED = (
    "based|led|born|backed|owned|run|made|style|wide|area|era|bound|like|friendly|funded|controlled|held|occupied|listed|trained|linked|themed|related|only"
    "|free|level|winning|winner|built"
)
WORD = (
    rf"(?:(?:{UPPER}\.-?){{1,5}}(?:{UPPER}\b)?|\b(?:{_DOTTED})\.|\b(?:{_OWNING})['’]s\b"
    rf"|(?!\b[RDI]-\p{{Lu}}\p{{Ll}})(?:\b[dlO]['’] ?|\b[ae]l-|\b[ei](?={UPPER}))?+{UPPER}[\p{{L}}\p{{M}}\p{{N}}]*+"
    rf"(?:(?:[-‐‑](?!(?:{_HYPHENED})\b)|&|['’](?!s\b)|\.(?=com\b|org\b|net\b))[\p{{L}}\p{{N}}]++)*+)"
)
_PART = regex.compile(rf"(?V1)(?:{'|'.join(LINKS)})(?=[ \u00a0])|{WORD}")
SEEN = 1 << 16  # words whose classes are kept
LONGEST = 10  # words and links of a name; a longer row of capitals is a heading
_NOUNS = {"role": "roles", "title": "titles", "org": "org-nouns", "place": "place-nouns", "other": "other-nouns"}
_VERBS = {"said": "said", "did": "does-person", "does": "does-organisation"}
_HEADS = {"ORG": "organisation-words", "LOC": "place-words", "OTHER": "other-words"}
_STOPS = frozenset(["of", "in", "at", "for", "from", "with", "who", "which", "that", "and", ",", ".", "on", "to"])
_KINDS_OF = ("{org}", "{role}", "{place}", "{other}")
_PREFIXED = regex.compile(  # Pro-Kenya
    r"(?:Pro|Anti|Pan|Non|Ex|Post|Pre|Mid|Neo|Trans|Self|Multi|Euro|Afro|Sub|Inter|Intra|Co|Well|High|Low|Long|Short|Part|Full|Half|Lesser|Least|Most|Best|Vice)"
    r"[-‐‑]\p{L}+"
)
_NEVER = regex.compile(r".+['’](?:m|ve|d|ll|re|t)|(?:Twen|Thir|For|Fif|Six|Seven|Eigh|Nine)ty(?:[-‐‑]\p{L}+)?")  # I've, Thirty-five


@cache
def words_in(name):
    """The lines of a list in `data/names/`.

    >>> "Lake" in words_in("place-openers")
    True
    """
    return read_words(f"names/{name}")


def pairs(name, mark=" = "):
    """The lines `left = right` of a list in `data/names/`, sorted, as pairs.

    >>> ("US", "United States") in pairs("same")
    True
    """
    return [tuple(part.strip() for part in line.split(mark, 1)) for line in sorted(words_in(name)) if mark in line]


@cache
def known_names():
    """The names that the lists hold, with their kind.

    >>> known_names()["Kyoto"], known_names()["Reuters"], known_names()["World Cup"]
    ('LOC', 'ORG', 'OTHER')
    """
    lists = {"things": "OTHER", "organisations": "ORG", "places": "LOC"}
    known = {name: kind for file, kind in lists.items() for name in words_in(file)} | {line.split("=")[0].strip(): "LOC" for line in words_in("countries")}
    return known | {name: kind for name, kind in pairs("same") if kind in (*KINDS, "OTHER")}


@cache
def _peoples():
    words = (word for line in words_in("countries") for word in line.split("=")[-1].split(",") if "=" in line and word)
    return frozenset(word.strip() + end for word in words for end in ("", "s"))


@cache
def common_words():
    """Words that may well open a sentence, in lower case."""
    return words_in("common") | stopwords() | read_words("news-words/en")


@cache
def roles():
    """What people are, in lower case: minister, ministers."""
    return words_in("roles") | {role + "s" for role in words_in("roles")}


@lru_cache(SEEN)
def word_class(word):
    """What a word with a capital does: c links, g is a known name, r a role, a an adjective or people, x never names, n may name.

    >>> [word_class(word) for word in ("Kyoto", "of", "Minister", "Japanese", "Friday", "Okafor")]
    ['g', 'c', 'r', 'a', 'x', 'n']
    """
    plain = word.replace("’", "'")
    if word in LINKS:
        return "c"
    if word in _peoples() or word in words_in("adjectives") or _PREFIXED.fullmatch(word) and word not in words_in("fields"):
        return "a"
    if word.rstrip(".") in words_in("titles") or word.lower() in roles():
        return "r"
    if plain in words_in("no-names") or plain.lower() in stopwords("en") and word not in known_names() or _NEVER.fullmatch(word):
        return "x"
    return "g" if word in known_names() else "n"


@lru_cache(SEEN)
def heads(word):
    """The kind of what a word may head: LOC for Lake, ORG for Ministry; None for most."""
    return next((kind for kind, name in _HEADS.items() if word in words_in(name)), None)


@lru_cache(SEEN)
def find_head(words):
    """Which of the words of a name says what it is, and what that is; None where none does.

    >>> find_head(("Indian", "Space", "Agency")), find_head(("Bank", "of", "Kyoto")), find_head(("Ann", "Okafor"))
    ((2, 'ORG'), (0, 'ORG'), None)
    """
    at = [i - 1 for i, word in enumerate(words) if i and word.split()[0] in ("of", "for", "on") and heads(words[i - 1])]
    if not at and len(words) == 2 and words[0] in words_in("given-names") and (words[1] in words_in("family-names") or heads(words[1]) == "OTHER"):
        return None  # Ann Hill, Ann Law
    at = at[:1] or [i for i in range(len(words) - 1, 0, -1) if heads(words[i])]
    if not at:
        return None
    kind = heads(" ".join(words[at[0] - 1 : at[0] + 1])) or heads(words[at[0]])  # Research Center, Center
    return at[0], "ORG" if words[at[0] + 1 : at[0] + 2] == ("for",) else kind  # Centre for Tyres


def _parts(run, opening, counts):
    """A run of capitals as words: `[word, start, end, class]`, known names of several words as one."""
    parts = [[m[0], *m.span(), word_class(m[0])] for m in _PART.finditer(run)]
    for i in range(len(parts)):
        for n in range(min(5, len(parts) - i), 1, -1):
            if (name := run[parts[i][1] : parts[i + n - 1][2]]) in known_names():
                parts[i : i + n] = [[name, parts[i][1], parts[i + n - 1][2], "g"]]
                break
    for part, after in pairwise(parts):
        if after[3] == "g" and len(part[0]) == 2 and part[0][1] == ".":  # it saw Planet X. Kenya left.
            part[3] = "x"
    first = parts[0]
    if opening and (first[3] in "na" and counts[first[0].lower()] or first[3] in "nag" and first[0].lower() in common_words() and not first[0].isupper()):
        first[3] = "o" if first[3] == "n" and len(parts) == 1 else "x"
    for before, part in zip(parts[-2::-1], parts[::-1]):
        if len(before[0]) == 1 and before[3] in "xa" and part[3] in "ng" and (len(part[0]) == 1 or not opening or before is not first):  # A S Rao
            before[3] = "n"
        if part[3] == "r" and before[0].lower() in words_in("role-modifiers"):  # Foreign Minister
            before[3] = "r"
        if part[0] in words_in("family-names") and part[3] in "ax" and before[0] in words_in("given-names"):  # Gordon Brown
            part[3] = "n"
        if before[3] == "g" and before[0] in words_in("given-names") and part[3] in "ng":  # Victoria Rao
            before[3] = "n"
    return parts


def _blocks(parts):
    """Cut a run where a link does not join: `of` joins after Bank, `and` between two fields, `de` and & always."""
    block = []
    for i, part in enumerate(parts):
        if part[3] == "c":
            (before, _, _, left), (after, _, _, right), link = parts[i - 1], parts[i + 1], part[0]
            joins = link == "&" or link in PARTICLES and left in "ng" and right in "ng"
            headed = before not in words_in("company-endings") and any(heads(word) in ("ORG", "LOC") for word, *_ in block)
            joins |= headed and (link.startswith("of") and right != "r" or link.startswith("for") and right not in "rg")
            joins |= link.startswith("on") and before in _ON and right in "na"
            fields, within = words_in("fields"), any(word == "of" for word, *_ in block)
            joins |= link.startswith("and") and (before in fields and heads(after) == "ORG" or after in fields and (before in fields or within))
            if not joins:
                yield block
                block = []
                continue
        block.append(part)
    yield block


def _within(before):
    """May the last of these parts be within a name all the same: Zed Students Union, Motion Picture Association?"""
    word, _, _, kind = before[-1]
    return kind == "r" and word.endswith("s") or len(before) > 1 and word in words_in("no-names") and before[-2][3] in "ng"


def _cut(block):
    """The names of a block, as lists of parts: around the word that says what it is, else where no role or people stands."""
    head = find_head(tuple("-" if kind == "r" else word for word, _, _, kind in block))  # Chief Financial Officer
    at = first = last = head[0] if head else 0
    kinds = "ngacr" if head and head[1] == "OTHER" else "ngac"
    while first and (block[first - 1][3] in kinds or _within(block[:first])):
        first -= 1
    if first == at > 0 and head[1] != "OTHER" and (block[at - 1][0] in words_in("no-names") if block[at - 1][3] == "x" else head[1] == "ORG"):
        first -= 1  # General Motors, Black Sea
    while last + 1 < len(block) and (last > at or block[last + 1][3] == "c") and block[last + 1][3] in "ngac":
        last += 1
    if first < last:
        return [*_loose(block[:first]), block[first : last + 1], *_loose(block[last + 1 :])]
    return _loose(block)


def _loose(parts):
    """The names in parts that no word heads."""
    names = [[]]
    for i, (word, _, _, kind) in enumerate(parts):
        last = names[-1][-1] if names[-1] else None
        opener = kind == "a" and word in words_in("place-openers") and i + 1 < len(parts) and parts[i + 1][3] in "ng"
        known, person = known_names().get(word), word in words_in("given-names") or word in words_in("family-names")
        was = known_names()[last[0]] if last and last[3] == "g" else "OTHER"
        apart = was != "OTHER" and (person or last[0].isupper() or " " in last[0] or known == "OTHER" or (was, known) == ("LOC", "ORG"))
        if last and (kind not in "ngc" or apart):
            names.append([])
        if kind in "ngo" or opener or kind == "c" and names[-1]:
            names[-1].append(parts[i])
    return [name for name in names if name]


def names_in(run, opening, counts):
    """The names in a run of capitals: (start, end, does it open a sentence: True, or None where it may be a common word)."""
    if run.count(" ") > 3 * LONGEST:
        return []
    parts = _parts(run, opening, counts)
    names = [name for block in _blocks(parts) for name in _cut(block) if len(name) <= LONGEST and name[-1][2] - name[0][1] < 20 * LONGEST]
    return [(name[0][1], name[-1][2], None if name[0][3] == "o" else opening and name[0] is parts[0]) for name in names]


@cache
def _forms():
    return [(regex.compile(form), kind.split()[0], int(kind.split()[1])) for form, kind in pairs("forms")]


def shape_votes(name):
    """What a name's own words say about its kind, in votes.

    >>> shape_votes("Ann Okafor").most_common(1), shape_votes("Okafor Tyres Ltd").most_common(1)
    ([('PER', 11)], [('ORG', 12.4)])
    """
    words, known = name.split(), known_names()
    first, last, head = words[0], words[-1], find_head(tuple(words))
    votes = Counter({"ORG": 0.4})
    for form, kind, weight in _forms():
        votes[kind] += weight * bool(form.fullmatch(name))
    if head and (head[0] == len(words) - 1 or words[head[0] + 1].split()[0] in ("of", "for", "on")):
        votes[head[1]] += 12
    if len(words) == 1:
        votes["OTHER"] += 12 * (bool(heads(first)) or first in words_in("fields"))
        votes["PER"] += 2 * (first in words_in("given-names")) + 2 * (first in words_in("family-names"))
    else:
        votes["LOC"] += 6 * (first in words_in("place-openers")) + 4 * (known.get(first) == known.get(last) == "LOC")
        votes["ORG"] += 3 * (known.get(first) == "ORG" or known.get(last) == "LOC" != known.get(first))  # Zedcar Kenya
        votes["OTHER"] += 10 * (known.get(first) == "OTHER")
        votes["PER"] += 6 * (first in words_in("given-names") and len(words) <= 5) + 3 * (last in words_in("given-names")) + 1
        votes["PER"] += 4 * (last in words_in("family-names")) + 3 * any(word in PARTICLES for word in words)
    return votes


@cache
def _cues():
    return {tuple(cue.split()): {v.split()[0]: float(v.split()[1]) for v in votes.split(",")} for cue, votes in pairs("cues")}


@cache
def _classes():
    classes = {word.lower(): f"{{{name}}}" for name, file in reversed((_NOUNS | _VERBS).items()) for word in words_in(file)}
    classes |= dict.fromkeys(roles() - classes.keys(), "{role}")
    return classes | dict.fromkeys("a an the its another one their his her".split(), "{det}") | dict.fromkeys(read_words("reporting-verbs/en"), "{said}")


@lru_cache(SEEN)
def _keys(word):
    """The cue words that a written word stands for: itself and its class."""
    low = word.lower().replace("’", "'")
    if low in _classes():
        return low, _classes()[low]
    if known_names().get(word) == "LOC":
        return low, "{country}"
    return (low, "{number}") if word.isdigit() else (low, "{acronym}") if word.isupper() and 2 < len(word) < 8 else (low,)


def cue_votes(before, after):
    """What the words before and after a name say about its kind, in votes: lists of words and signs.

    >>> cue_votes(["based", "in"], []).most_common(), cue_votes([], [",", "a", "tyre", "maker"]).most_common()
    ([('LOC', 8.0)], [('ORG', 5.0)])
    """
    right, found = [_keys(word) for word in after], []
    cue = [("_",)]
    for words in map(_keys, before[:-4:-1]):
        cue = [(word, *words_on) for words_on in cue for word in words]
        found += cue
    cue = [("_",)]
    for words in right[:3]:
        cue = [(*words_on, word) for words_on in cue for word in words]
        found += cue
    if len(after) > 2 and after[0] == "," and "{det}" in right[1]:  # , a large maker of tyres
        stop = next((i for i, words in enumerate(right) if i > 2 and words[0] in _STOPS), len(right))
        nouns = [words[-1] for words, then in zip(right[2:stop], [*right[3:], ("",)]) if words[-1] in _KINDS_OF and then[0] != "'s"]
        found += [("_", ",", "{det}", noun) for noun in nouns[-1:]]
    votes = Counter()
    for cue in found:
        if cue in _cues():
            votes.update(_cues()[cue])
    return votes


def is_heading(line, counts):
    """Is this line in capitals throughout, or does it Give Most Words a Capital?"""
    words = regex.findall(r"\p{L}{4,}+", line)
    if len(words) < 4 or line.islower():
        return False
    plain = sum(counts[word.lower()] > 0 or word.lower() in common_words() for word in words)
    return sum(word[0].isupper() for word in words) > 0.8 * len(words) and plain > 0.3 * len(words)


def abbreviates(short, full):
    """Do the letters of `short` stand in `full` in their order, the first one first?

    >>> abbreviates("JAXA", "Japan Aerospace Exploration Agency"), abbreviates("NASA", "Space Agency")
    (True, False)
    """
    letters = iter(full.casefold())
    return full[0] == short[0] and all(letter in letters for letter in short.casefold() if letter.isalnum())


def skeleton(name, kind):
    """What spellings of a name share: case, accents, signs; in the name of a person also long vowels and the order of the words.

    >>> skeleton("Shigeru Ohno", "PER") == skeleton("Ōno Shigeru", "PER"), skeleton("Wal-Mart", "ORG") == skeleton("Walmart", "ORG")
    (True, True)
    """
    plain = regex.sub(r"[\p{M}\p{P}]", "", unicodedata.normalize("NFKD", name.replace(".", " "))).casefold()
    if kind == "PER" and " " in plain:
        plain = regex.sub(r"(.)\1", r"\1", regex.sub("ou|oh(?=[^aeiou]|$)", "o", plain))
        return " ".join(sorted(plain.split()))
    return plain.replace(" ", "")
