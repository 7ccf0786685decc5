"""What the lists in `data/names/` say: of a word with a capital, of a whole name, and of the words beside a name."""

import unicodedata
from collections import Counter
from functools import cache, lru_cache

import regex

from utils.words import read_words, stopwords

KINDS = ("PER", "ORG", "LOC")  # and OTHER, for names of other things
LINKS = "of the|of|for the|for|and the|and|&|de la|de los|de|del|della|der|den|von der|von|van der|van den|van|bin|ibn|al|el|la|da|dos|das|do|di|du|ter|zu".split("|")
PARTICLES = frozenset(LINKS) - {"of the", "of", "for the", "for", "and the", "and", "&"}
_NOUNS = {"role": "roles", "title": "titles", "org": "org-nouns", "place": "place-nouns", "other": "other-nouns", "said": "said", "did": "does-person", "does": "does-organisation"}
_HEADS = {"ORG": "organisation-words", "LOC": "place-words", "OTHER": "other-words"}
_NONE = {}
DETERMINERS = frozenset("a an the its another one their his her".split())
_PREFIXED = regex.compile(r"(?:Pro|Anti|Pan|Non|Ex|Post|Pre|Mid|Neo|Trans|Self|Multi|Euro|Afro|Sub|Inter|Intra|Co|Well|High|Low|Long|Short|Part|Full|Half|Lesser|Least|Most|Best|Vice)[-‐‑]\p{L}+")
_SHORTENED = regex.compile(r".+['’](?:m|ve|d|ll|re|t)")  # I've
# Endings and forms that give a kind away: Hillville, Petrenko, O'Hara, Yiu-chung, eBay.
_FORMS = {
    ("LOC", 2): regex.compile(r".*(?:ville|burg|stan|shire|abad|pur|grad|ton|polis|nagar|borough|bury)"),
    ("PER", 3): regex.compile(r"(?:.* )?\p{L}{2,}(?:[oe]va?|sky|ski|skaya|i[cćč]|escu|shvili|dze|enko|sson|stein|mura|moto|[gk]awa|swamy|opoulos|chuk|[jt]ian)"),
    ("PER", 2): regex.compile(r"(?:.* )?(?:Mc|Mac|O['’] ?)\p{Lu}.*"),
    ("PER", 5): regex.compile(r".* \p{Lu}\p{Ll}+-\p{Ll}+"),
    ("PER", 4): regex.compile(r"(?:(?:.* )?(?:\p{Lu}\.?-?)+ .*)|(?:\p{Lu}\.-?)+ \p{Lu}.*"),
    ("PER", 6): regex.compile(r".* (?:Jr|Sr|II|III)\.?"),
    ("ORG", 2): regex.compile(r".*\p{Ll}\p{Lu}.*"),
    ("ORG", 5): regex.compile(r"\p{Lu}{3,6}"),
    ("ORG", 4): regex.compile(r".* & .*"),
    ("OTHER", 6): regex.compile(r".*\d.*"),
}


@cache
def words_in(name):
    """The words of a list in `data/names/`."""
    return read_words(f"names/{name}")


def pairs(name, mark=" = "):
    """The lines `left = right` of a list in `data/names/`, sorted."""
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
    return words_in("common") | stopwords("en") | read_words("news-words/en")


@cache
def word_class(word):
    """What a word with a capital does: c links, g is a known name, r a role, a an adjective or people, x never names, n may name.

    >>> [word_class(word) for word in ("Kyoto", "of", "Minister", "Japanese", "Friday", "Okafor")]
    ['g', 'c', 'r', 'a', 'x', 'n']
    """
    plain = word.replace("’", "'")
    if word in LINKS:
        return "c"
    if word in _peoples() or word in words_in("adjectives") or _PREFIXED.fullmatch(word):
        return "a"
    if word.rstrip(".") in words_in("titles") or word.lower() in words_in("roles"):
        return "r"
    if plain in words_in("no-names") or plain.lower() in stopwords("en") and word not in known_names() or _SHORTENED.fullmatch(word):
        return "x"
    return "g" if word in known_names() else "n"


@cache
def heads(word):
    """The kind of what a word may head: LOC for Lake, ORG for Ministry; None for most."""
    return next((kind for kind, name in _HEADS.items() if word in words_in(name)), None)


@cache
def find_head(words):
    """Which of the words of a name says what it is, and what that is; None where none does.

    >>> find_head(("Indian", "Space", "Agency")), find_head(("Bank", "of", "Kyoto")), find_head(("Ann", "Okafor"))
    ((2, 'ORG'), (0, 'ORG'), None)
    """
    at = [i - 1 for i, word in enumerate(words) if i and word.split()[0] in ("of", "for") and heads(words[i - 1])]
    if not at and len(words) == 2 and words[0] in words_in("given-names") and words[1] in words_in("family-names"):
        return None  # Ann Hill
    at = at[:1] or [i for i in range(len(words) - 1, 0, -1) if heads(words[i])]
    if not at:
        return None
    return at[0], "ORG" if words[at[0] + 1 : at[0] + 2] == ("for",) else heads(words[at[0]])  # Centre for Tyres


@cache
def shape_votes(name):
    """What a name's own words say about its kind, in votes.

    >>> shape_votes("Ann Okafor").most_common(1), shape_votes("Okafor Tyres Ltd").most_common(1)
    ([('PER', 11)], [('ORG', 12.4)])
    """
    words, known = name.split(), known_names()
    first, last, head = words[0], words[-1], find_head(tuple(words))
    votes = Counter({"ORG": 0.4})
    for (kind, weight), form in _FORMS.items():
        votes[kind] += weight * bool(form.fullmatch(name))
    if head and (head[0] == len(words) - 1 or words[head[0] + 1] in ("of", "for")):
        votes[head[1]] += 12
    if len(words) == 1:
        votes["OTHER"] += 5 * bool(heads(first))
        votes["PER"] += 2 * (first in words_in("given-names")) + 2 * (first in words_in("family-names"))
    else:
        votes["LOC"] += 6 * (first in words_in("place-openers")) + 4 * (known.get(first) == known.get(last) == "LOC")
        votes["ORG"] += 3 * (known.get(first) == "ORG")
        votes["PER"] += 6 * (first in words_in("given-names") and len(words) <= 5) + 4 * (last in words_in("family-names")) + 1 + 3 * any(map(PARTICLES.__contains__, words))
    return votes


@cache
def _cues():
    return {tuple(cue.split()): {v.split()[0]: float(v.split()[1]) for v in votes.split(",")} for cue, votes in pairs("cues")}


@cache
def _classes():
    classes = {word.lower(): f"{{{name}}}" for name, file in reversed(_NOUNS.items()) for word in words_in(file)}
    return classes | dict.fromkeys(DETERMINERS, "{det}") | dict.fromkeys(read_words("reporting-verbs/en"), "{said}")


@lru_cache(1 << 16)
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
    right, cues, votes = [_keys(word) for word in after], _cues(), Counter()
    cue = [("_",)]
    for words in map(_keys, before[:-4:-1]):
        cue = [(word, *words_on) for words_on in cue for word in words]
        _add(votes, cue, cues)
    cue = [("_",)]
    for words in right[:3]:
        cue = [(*words_on, word) for words_on in cue for word in words]
        _add(votes, cue, cues)
    if after[:1] == [","] and len(after) > 2 and "{det}" in right[1]:  # , a tyre maker
        noun = next((words[-1] for words in right[2:] if words[-1] in ("{org}", "{role}", "{place}", "{other}")), "")
        _add(votes, [("_", ",", "{det}", noun)], cues)
    return votes


def _add(votes, found, cues):
    for cue in found:
        for kind, weight in cues.get(cue, _NONE).items():
            votes[kind] += weight


def abbreviates(short, full):
    """Do the letters of `short` stand in `full` in their order, the first one first?

    >>> abbreviates("JAXA", "Japan Aerospace Exploration Agency"), abbreviates("NASA", "Space Agency")
    (True, False)
    """
    letters = iter(full.casefold())
    return full[0] == short[0] and all(letter in letters for letter in short.casefold() if letter.isalnum())


def skeleton(name):
    """What spellings of a name share: case, accents, signs, and in names of several words a long o and doubled letters.

    >>> skeleton("Shigeru Ohno") == skeleton("Shigeru Ōno"), skeleton("Wal-Mart") == skeleton("Walmart")
    (True, True)
    """
    plain = regex.sub(r"[\p{M}\p{P}]", "", unicodedata.normalize("NFKD", name)).casefold()
    return regex.sub(r"(.)\1", r"\1", regex.sub("ou|oh(?=[^aeiou]|$)", "o", plain)).replace(" ", "") if " " in plain else plain
