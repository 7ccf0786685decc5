"""The rules by which a language names its days (`data/dates/rules-xx.txt`), and texts as those rules see them.

A text is turned into a row of signs, one a word: each word that the rules know has its own, numbers have one by their shape,
all others share one. The rules become regular expressions over such signs. So a text is searched once, quickly, and a word
of a million letters is one sign.
"""

import re
import string
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain

import numpy as np
import pandas as pd
import regex

from utils.tokens import split_sentences
from utils.words import DATA

TOKEN = re.compile(r"\s+|\d+(?=[ap]m\b)|[^\W_]+|.", re.DOTALL | re.IGNORECASE)
SEEN = 1 << 16  # pieces of text, words and expressions of which is kept what they say
SPACES = re.compile(r"[ \r\n]{2}")  # no two signs of white space stand side by side
FAR = 300  # characters without a space between: a text that has more is no prose
LONGEST = 30  # no word of a rule has more letters
AROUND = r"\(\?<?[=!](?:[^()\\]|\\.|(\((?:[^()\\]|\\.|(?1))*\)))*\)"  # (?= …), (?<! …)
WRAPPED = 100  # a text whose lines are all shorter was broken by a program, not by its author
_PLAIN = dict(zip("’‘ʼ`–—‐‑−", "''''-----"))


class Rules:
    """The rules of one language: `find` says where one fits, `catch` which fields it catches."""

    def __init__(self, text):
        self.signs, self.shapes, self.forms, self.values, self.written, macros, rules = {}, [], {}, {}, {}, {}, []
        for kind, name, body in re.findall(r"(?ms)^\[(\w+) ?([^\]]*)\]\n(.*?)(?=^\[|\Z)", re.sub(r"(?m)^#.*\n", "", text)):
            lines = [line.strip() for line in body.splitlines() if line.strip()]
            if kind == "rule":
                rules += [line.partition(" -> ")[::2] for line in lines]
            elif kind == "macro":
                macros[name] = lines[-1]
            elif kind == "shape":
                self.shapes += [(form, self._shape(key)) for key, _, form in (line.partition(" = ") for line in lines)]
            else:
                self._learn(name.removesuffix(" +") or kind, lines, name.endswith(" +"))
        self.shape = re.compile("|".join(f"({form})" for form, _ in self.shapes) or "(?!)", re.IGNORECASE).fullmatch
        self.spell, self.sign_of = lru_cache(SEEN)(self._spell), lru_cache(SEEN)(self._sign_of)
        rules = [(self._expand(pattern, macros), fields) for pattern, fields in rules]
        patterns = [self._compile(pattern) for pattern, _ in rules]
        self.sources = [self._sources(pattern) for pattern, _ in rules]
        self.fixed = [dict(pair.split("=") for pair in fields.split()) for _, fields in rules]
        digits = "".join(sign for form, sign in self.shapes if any(re.fullmatch(form, number) for number in "1 13 27 32 00 123 1850 1950 1234".split()))
        before, self.after = rf"(?<![$€£#/@_&+\\].)(?<![{digits}][.,:].)(?<!w-.)", rf"(?!%|[.,:/-][{digits}])"
        self.catch = [regex.compile(regex.sub(AROUND, "", pattern)) for pattern in patterns]
        self.plain = [re.compile(re.sub(r"\?P<\w+>", "?:", pattern) + self.after) for pattern in patterns]
        self.first = {sign: [k for k, rule in enumerate(self.catch) if rule.fullmatch(sign, partial=True)] for sign in ["'", *self.signs.values()]}
        self.starts = re.compile("[" + "".join(sign for sign, rules in self.first.items() if rules) + "]" + before)
        self.fit = cache(lambda head: [(k, self.plain[k].match) for k in self.first[head[0]] if self.catch[k].match(head, partial=True)])
        self.tables = {name: self._table(name) for name in ("cue", "lead", "fiscal", "from", "to", "clause", "back", "deny", "shift")}

    def _shape(self, key):
        self.forms[key] = self._sign("{" + key + "}")
        return self.forms[key]

    def _sign(self, word):
        return self.signs.setdefault(word, chr(0xE000 + len(self.signs)))

    def _code(self, piece):
        return self.forms[piece[1:-1]] if piece[0] == "{" else self._sign(piece) if piece[0].isalnum() else re.escape(piece)

    def _learn(self, name, lines, joined):
        """Read a class: the signs that its words are written in, and what each stands for."""
        values, several, single = {}, [], []
        for line in lines:
            forms, _, value = line.partition(" = ")
            for form in map(str.strip, forms.split(" | ")):
                if form[0] == "{":
                    values |= self.values.get(form[1:-1], {})
                values[form.lower()] = value
                coded = "".join(map(self._code, re.findall(r"\{\w+\}|\w+|.", form)))
                (single if len(coded) == 1 else several).append(coded)
                self.written.setdefault(name, {}).setdefault((-form.count(" "), value), []).append(coded)
        if joined:  # twenty-five
            known = {self.signs[word]: float(value) for word, value in values.items() if value and word in self.signs}
            tens, ones = ("".join(sign for sign in known if known[sign] in span) for span in (range(20, 91, 10), range(1, 10)))
            several.append(f"[{tens}][ -][{ones}]")
        self.values[name] = values
        self.forms[name] = "(?:%s)" % "|".join(sorted(several, key=len, reverse=True) + [f"[{''.join(single)}]"] * bool(single))

    def _table(self, name):
        """A pattern for a class whose longer forms go first, and what each of its groups stands for."""
        groups = sorted(self.written.get(name, {(0, ""): ["(?!)"]}).items(), key=lambda item: item[0][0])
        pattern = "|".join("(" + "|".join(forms) + ")" for _, forms in groups)
        begins = [re.escape(sign) for sign in [*string.punctuation, *self.signs.values()] if regex.fullmatch(pattern, sign, partial=True)]
        return re.compile(f"(?=[{''.join(begins)}])(?:{pattern})" if begins else pattern), [value for (_, value), _ in groups]

    def _expand(self, pattern, macros):
        return regex.sub(r"(?<!\?P)<([a-z]\w*)>", lambda m: self._expand(macros[m[1]], macros), pattern)

    def _compile(self, pattern):
        part = r"\?P<\w+>|\{(?:(\w+):)?(\w+)\}|[^\W_]+"
        return re.sub(part, lambda m: f"(?P<{m[1] or m[2]}>{self.forms[m[2]]})" if m[2] else m[0] if m[0][0] == "?" else self._sign(m[0]), pattern)

    def _sources(self, pattern):
        """Which class each field of a rule takes its values from; a field may have several."""
        found = {}
        for name, kind in re.findall(r"\{(?:(\w+):)?(\w+)\}", pattern):
            found[name or kind] = found.get(name or kind, {}) | self.values.get(kind, {})
        return found

    def find(self, codes):
        """Where the rules fit: (from, to, rule), the first rule that fits at a place."""
        stop = 0
        for at in self.starts.finditer(codes):
            start = at.start()
            for k, match in self.fit(codes[start : start + 3]) if start >= stop else ():
                if found := match(codes, start):
                    stop = found.end()
                    yield start, stop, k
                    break

    def read(self, text):
        """The signs of a text, and how long each word is: piece by piece between spaces, for the pieces recur."""
        pieces = text.split(" ")
        if max(map(len, pieces)) < FAR:
            signs, lengths = zip(*map(self.spell, pieces))
            codes = "".join(signs)[:-1]
            if not SPACES.search(codes):
                return codes, chain.from_iterable(lengths)
        tokens = TOKEN.findall(text)
        return "".join(map(self.sign_of, tokens)), map(len, tokens)

    def _spell(self, piece):
        """The signs of a piece of text and the space after it, and how long each word is."""
        tokens = [*TOKEN.findall(piece), " "]
        return "".join(map(self._sign_of, tokens)), tuple(map(len, tokens))

    def _sign_of(self, token):
        """The sign of a word of the text."""
        if token.isspace():
            return "\n" if token.count("\n") > 1 else "\r" if "\n" in token else " "
        if len(token) > LONGEST or not token.isalnum():
            token = _PLAIN.get(token, token)
            return token if token.isascii() and len(token) == 1 and not token.isalnum() else "w"
        known = self.signs.get(token) or self.signs.get(token.lower())
        return known or ((shape := self.shape(token)) and self.shapes[shape.lastindex - 1][1]) or "w"

    def value(self, values, text):
        """What a word or number stands for, as text: "Sept." 9, "twenty-five" 25, "3rd" 3."""
        text = re.sub(r"\s+", " ", text.lower().replace("’", "'"))
        if text in values:
            return values[text] or text
        shape = "{" + next((key for key, sign in self.forms.items() if sign == self._sign_of(text)), "") + "}"
        if values.get(shape):
            return values[shape]
        if number := re.search(r"\d+", text):
            return str(int(number[0]))
        return str(sum(int(values.get(word, 0)) for word in re.split("[ -]", text)))


@cache
def read_rules(language):
    """The rules of a language; of one that has no file, the English ones."""
    file = DATA / "dates" / f"rules-{language}.txt"
    return Rules((file if file.exists() else DATA / "dates" / "rules-en.txt").read_text(encoding="utf-8"))


@dataclass
class Text:
    """One article as signs, and where each stands."""

    number: int  # the row of the article
    text: str
    codes: str
    at: list  # the first character of each word
    sentences: list  # the first character of each sentence
    rules: Rules

    def sentence(self, sign):
        """The number of the sentence that a sign stands in, and its signs (from, to)."""
        k = max(bisect_right(self.sentences, self.at[sign]) - 1, 0)
        ends = self.at[-1] if k + 1 >= len(self.sentences) else self.sentences[k + 1]
        return k, bisect_right(self.at, self.sentences[k] if self.sentences else 0) - 1, bisect_right(self.at, ends - 1)

    def table(self, name, start, end):
        """What a table of words (cue, lead, fiscal) finds between two signs: (from, to, value)."""
        pattern, values = self.rules.tables[name]
        return [(*m.span(), values[m.lastindex - 1]) for m in pattern.finditer(self.codes, start, end)]

    def before(self, name, first, sign):
        """What a table finds right before a sign, no farther back than another: (from, value); (the sign, "") where nothing."""
        found = self.table(name, max(first, sign - 10), sign)
        return next(((start, value) for start, end, value in found if end == sign - 1), (sign, ""))

    def cut(self, start, end):
        return self.text[self.at[start] : self.at[end]]


def read_texts(articles):
    """Each article's text as signs, with its day as far as it is known."""
    ends = split_sentences(articles)
    starts, bounds = ends["start"].to_numpy(), np.searchsorted(ends["article_id"].cat.codes, np.arange(len(articles) + 1))
    days = pd.to_datetime(articles["date"]) if "date" in articles else pd.Series(pd.NaT, articles.index)
    known = articles["date_precision"].fillna("day") if "date_precision" in articles else ["day"] * len(articles)
    language = articles["language"].fillna("en") if "language" in articles else ["en"] * len(articles)
    for number, (text, day, precision, code) in enumerate(zip(articles["text"].fillna(""), days, known, language)):
        rules = read_rules(code)
        codes, lengths = rules.read(text)
        if "\r" in codes and max(map(len, text.splitlines())) < WRAPPED:
            codes = codes.replace("\r", " ")
        at = [0, *accumulate(lengths)][: len(codes) + 1]
        yield Text(number, text, codes, at, starts[bounds[number] : bounds[number + 1]].tolist(), rules), None if pd.isna(day) else day.date(), precision
