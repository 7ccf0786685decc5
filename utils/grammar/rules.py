"""The rules by which a language names its days (`data/dates/rules-xx.txt`), and texts as those rules see them.

A text is turned into a row of signs, one a word: each word that the rules know has its own, numbers have one by their shape,
all others share one. The rules become regular expressions over such signs. So a text is searched once, quickly, and a word
of a million letters is one sign.
"""

import re
import string
from functools import cache, lru_cache
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import regex

from utils.chunks import encodable
from utils.words import DATA

WORD = "(?s)[\\s\v\x1c-\x1f\x85\\p{Z}]+|[\\p{L}\\p{N}]+|."  # white space, a word or number, a sign; as `regex` and Arrow's RE2 both read it
TOKEN = regex.compile(rf"(?i)\d+(?=[ap]m\b)|{WORD}")
SEEN = 1 << 16  # pieces of text, words and expressions of which is kept what they say
BLANKS = " \r\n"  # white space with no end of line, with one, with more
END = "\uf8ff"  # behind the last word of a text
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
        self.sign_of, self.look = lru_cache(SEEN)(self._sign_of), lru_cache(SEEN)(self._look)
        rules = [(self._expand(pattern, macros), fields) for pattern, fields in rules]
        patterns = [self._compile(pattern) for pattern, _ in rules]
        self.sources = [self._sources(pattern) for pattern, _ in rules]
        self.fixed = [dict(pair.split("=") for pair in fields.split()) for _, fields in rules]
        digits = "".join(sign for form, sign in self.shapes if any(re.fullmatch(form, number) for number in "1 13 27 32 00 123 1850 1950 1234".split()))
        before, self.after = rf"(?<![$€£#/@_&+\\].)(?<![{digits}][.,:].)(?<!w-.)", rf"(?!%|[.,:/-][{digits}])"
        self.catch = [regex.compile(regex.sub(AROUND, "", pattern)) for pattern in patterns]
        self.plain = [re.compile(re.sub(r"\?P<\w+>", "?:", pattern) + self.after) for pattern in patterns]
        self.starts = re.compile(f"[^w{BLANKS}]{before}")
        self.first = cache(lambda sign: [k for k, rule in enumerate(self.catch) if rule.fullmatch(sign, partial=True)])
        self.fit = cache(lambda head: [(k, self.plain[k].match) for k in self.first(head[0]) if self.catch[k].match(head, partial=True)])
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

    def _look(self, stretch):
        """What a stretch of signs up to the next unknown word holds: where a rule fits (from, to, rule; the first that fits at a place), and the cues (from, to, value).

        Nothing that the rules know goes on over an unknown word, so that this is all they need to see, and once is enough.
        """
        codes, stop, found = stretch.removesuffix(END) if stretch.endswith(END) else stretch + "w", 0, []
        for at in self.starts.finditer(codes):
            start = at.start()
            for k, match in self.fit(codes[start : start + 3]) if start >= stop else ():
                if fits := match(codes, start):
                    stop = fits.end()
                    found.append((start, stop, k))
                    break
        return found, [(*m.span(), m.lastindex - 1) for m in self.tables["cue"][0].finditer(codes)]

    def scan(self, name, codes, start, end):
        """What a table of words (cue, lead, fiscal) finds between two signs: (from, to, value)."""
        pattern, values = self.tables[name]
        return [(*m.span(), values[m.lastindex - 1]) for m in pattern.finditer(codes, start, end)]

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
        number = re.search(r"\d+", text)
        return values.get(shape) or str(int(number[0]) if number else sum(int(values.get(word, 0)) for word in re.split("[ -]", text)))


@cache
def _read_rules(file):
    return Rules(file.read_text(encoding="utf-8"))


def read_rules(language):
    """The rules of a language; of one that has no file, the English ones."""
    file = DATA / "dates" / f"rules-{language}.txt"
    return _read_rules(file if file.exists() else DATA / "dates" / "rules-en.txt")


def _rows(offsets, lists):
    """The rows of some lists, one list behind another; list k has the rows from `offsets[k]` to `offsets[k + 1]`."""
    return pa.LargeListArray.from_arrays(offsets.cast(pa.int64()), np.arange(offsets[-1].as_py(), dtype=np.int32)).take(lists).flatten()


def read_texts(texts, articles, whole=()):
    """Texts of some articles by language: of each the numbers of its texts, and these as signs."""
    language = articles["language"].fillna("en").to_numpy(object) if "language" in articles else np.full(len(texts), "en", object)
    for code, own in pd.Series(range(len(texts))).groupby(language):
        yield own.to_numpy(), Texts([texts[k] for k in own], read_rules(code), [whole[k] for k in own if len(whole)])


class Texts:
    """Texts of one language as signs, one behind another with `END` after each.

    `codes` are the signs, `at` says of each at which character it stands, counted through all texts as if a space parted them;
    `opens` and `base` are the first sign and the first character of each text.
    """

    def __init__(self, texts, rules, whole=()):
        self.rules = rules
        pieces = pc.split_pattern(encodable(texts).cast(pa.large_string()).fill_null(""), " ")
        piece = pieces.flatten().dictionary_encode()
        words = pc.replace_substring_regex(piece.dictionary, WORD, r"\0 ")
        words = pc.split_pattern(pc.replace_substring_regex(words, "(?i)(^| )(\\p{Nd}+)([ap]m) ([^_]|$)", r"\1\2 \3 \4"), " ")  # 5pm is two
        word = words.flatten().dictionary_encode()
        sign = np.array([ord(rules.sign_of(form or " ")) for form in word.dictionary.to_pylist()], np.uint16)  # behind the last word of a piece is a space
        size = np.maximum(pc.utf8_length(word.dictionary).to_numpy(), 1)
        form = word.indices.take(_rows(words.offsets, piece.indices)).to_numpy()
        codes, at = sign[form], np.cumsum(size[form]) - size[form]
        count = np.diff(words.offsets.to_numpy())[piece.indices.to_numpy()]
        codes[np.cumsum(count)[pieces.offsets.to_numpy()[1:] - 1] - 1] = ord(END)
        codes, self.at = _join_blanks(codes, at)
        self.ends = np.flatnonzero(codes == ord(END))
        self.opens = np.append(0, self.ends + 1)[:-1]
        self.base = self.at[self.opens]
        for number in np.unique(np.searchsorted(self.ends, np.flatnonzero(codes == ord("\r")))):
            if max(map(len, (whole or texts)[number].splitlines())) < WRAPPED:
                own = codes[self.opens[number] : self.ends[number]]
                own[own == ord("\r")] = ord(" ")
        self.signs, self.codes = codes, codes.tobytes().decode("utf-16-le")

    def look(self):
        """Where a rule fits, and the cues of tense: two tables with a row for each, (from, to, rule) and (from, to, value)."""
        begins = self.signs == ord("w")
        begins[self.opens] = True
        edges = np.append(np.flatnonzero(begins), len(begins)).astype(np.int32)
        stretches = pa.Array.from_buffers(pa.binary(), len(edges) - 1, [None, pa.py_buffer(edges * 2), pa.py_buffer(self.signs)]).dictionary_encode()
        seen = [self.rules.look(stretch.decode("utf-16-le")) for stretch in stretches.dictionary.to_pylist()]
        for kind in zip(*seen):
            counts = np.array([*map(len, kind)])
            table = np.array([*chain.from_iterable(kind)], np.int32).reshape(-1, 3)
            table = table[_rows(pa.array(np.append(0, np.cumsum(counts))), stretches.indices).to_numpy()]
            table[:, :2] += np.repeat(edges[:-1], counts[stretches.indices])[:, None]
            yield table

    def table(self, name, start, end):
        """What a table of words finds between two signs; see `Rules.scan`."""
        return self.rules.scan(name, self.codes, start, end)

    def before(self, name, first, sign):
        """What a table finds right before a sign, no farther back than another: (from, value); (the sign, "") where nothing."""
        return next(((start, value) for start, end, value in self.table(name, max(first, sign - 10), sign) if end == sign - 1), (sign, ""))


def _join_blanks(codes, at):
    """Signs and their places, with one sign for what white space stands side by side."""
    blank = np.isin(codes, [ord(sign) for sign in BLANKS])
    keep = np.flatnonzero(~(blank & np.append(False, blank[:-1])))
    if len(keep) == len(codes):
        return codes, at
    lines = np.add.reduceat((codes == ord("\r")) + 2 * (codes == ord("\n")), keep)
    joined = np.array([ord(sign) for sign in BLANKS], np.uint16)[np.minimum(lines, 2)]
    return np.where(blank[keep], joined, codes[keep]), at[keep]
