"""The word lists in `data/`: one word a line, # opens a comment. A reader may add to them, or add a language."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import regex

DATA = Path(__file__).resolve().parent.parent / "data"
_OTHER_SCRIPT = re.compile("[\u0370-\u1fff\u2e80-\ud7ff\uf900-\uffef]")
SAMPLE = 1000  # characters that are looked at to guess a language
# Characters that would turn a page's text around, or that are no text at all.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")


def visible(text):
    """A text without characters that hide, or that change how what follows is shown.

    >>> visible("Moon\u202e back")
    'Moon back'
    """
    return _UNSEEN.sub("", text)


def whole(text):
    """A text without half characters (lone surrogates, which no file in UTF-8 holds): each is a question mark.

    >>> whole("Moon\\ud83d")
    'Moon?'
    """
    return text.encode("utf-8", "replace").decode()


def no_formula(value):
    """What a cell of CSV may hold: a text that a spreadsheet would run as a formula gets a ' in front.

    >>> no_formula("=1+1"), no_formula("1+1"), no_formula(2)
    ("'=1+1", '1+1', 2)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@＝＋－＠\t\r\n")) else value


@cache
def read_lines(name):
    """The lines of a list, in their order."""
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


SCRIPTS = {code: regex.compile("|".join(rf"\p{{{name}}}" for name in names.split())) for code, names in (line.split(": ") for line in read_lines("formats/scripts"))}


@cache
def read_words(name):
    """The words of a list, as a frozenset.

    >>> "the" in read_words("stopwords/en"), "moon" in read_words("stopwords/en")
    (True, False)
    """
    return frozenset(read_lines(name))


@cache
def abbreviations():
    """All abbreviations that the lists hold, without their last full stop."""
    return read_words("abbreviations/en-title") | read_words("abbreviations/en-number") | read_words("abbreviations/en")


@cache
def languages():
    """The languages that have a list of stop words."""
    return tuple(sorted(path.stem for path in (DATA / "stopwords").glob("*.txt")))


def stopwords(*codes):
    """The stop words of some languages, or of all that have a list; those without a list add nothing."""
    return frozenset().union(*(read_words(f"stopwords/{code}") for code in (codes or languages()) if code in languages()))


def guess_language(text):
    """The ISO 639-1 code of the language that `text` is most likely in, or None: by script, else by its function words.

    >>> guess_language("The two heads met in the city."), guess_language("भारत और जापान"), guess_language("Qapla! Ghobe.")
    ('en', 'hi', None)
    """
    text = text[:SAMPLE].lower()
    if _OTHER_SCRIPT.search(text):
        letters = sum(map(str.isalpha, text)) or 1
        shares = {code: len(pattern.findall(text)) / letters for code, pattern in SCRIPTS.items()}
        if shares["ja"] > 0.1:  # Japanese mixes kana with Han characters
            return "ja"
        if max(shares.values()) > 0.3:
            return max(shares, key=shares.get)
    words = re.findall(r"[^\W\d_]+", text)
    known = _languages_of()
    hits = Counter(code for word in words for code in known.get(word, ()))
    best, n = max(hits.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0))
    return best if n > 0.15 * len(words) else None


@cache
def _languages_of():
    """Which languages have a word among their stop words: {"die": ["de", …]}."""
    index = {}
    for code in languages():
        for word in read_words(f"stopwords/{code}"):
            index.setdefault(word, []).append(code)
    return index


def parted(given, sign=","):
    """What a parameter names: a text, parted by commas (or another `sign`), or a list of texts; each once.

    >>> parted("moon, joint mission,"), parted(["moon", 2019]), parted("a  b", " ")
    (['moon', 'joint mission'], ['moon', '2019'], ['a', 'b'])
    """
    parts = given.split(sign) if isinstance(given, str) else given if isinstance(given, (list, tuple, set)) else [] if given is None else [given]
    return list(dict.fromkeys(word for word in (str(part).strip() for part in parts) if word))


def common_words(*codes, more=()):
    """What to hide where a list is to tell what articles are about: function words, and what all news says (said, Monday);
    and `more`, words parted by spaces or a list of them.

    >>> {"the", "said", "monday"} <= common_words("en"), "moon" in common_words("en"), "moon" in common_words("en", more="Moon")
    (True, False, True)
    """
    codes = [code for code in codes if isinstance(code, str)]
    folders = ("news-words", "reporting-verbs")
    lists = [f"{folder}/{code}" for folder in folders for code in codes or languages() if (DATA / folder / f"{code}.txt").exists()]
    return stopwords(*codes).union(*map(read_words, lists), (word.lower() for word in parted(more, " ")))
