"""articles -> sentences, tokens.

News repeats its words: ten thousand articles hold some 150,000 distinct chunks between white space. So the text is cut
at white space and dictionary-encoded by Arrow, the careful work (what is a word, may a sentence end here) is done once
for each distinct chunk, and the answers are spread over the text by NumPy.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import regex

from utils.store import kept
from utils.words import abbreviations, read_words

# A run of letters and digits of one script; the scripts that are written without spaces are cut where the script changes.
_RUN = r"(?:\p{Han}[\p{Han}々〆ヶ]*|[\p{Katakana}ー]+|\p{Hiragana}+|\p{Thai}+|[[\p{L}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]][[\p{L}\p{N}\p{M}\u200c\u200d]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]*)"
WORD = regex.compile(
    rf"""(?V1)
    (?:https?://|www\.)[^\s"“”<>]*[\w/]                 # https://www.jaxa.jp/en
  | (?<![\w.+-])[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+                        # press@example.org
  | (?<![\w.])(?:\p{{L}}\.)+(?:\p{{L}}\b\.?|(?:Sc|Tech|Phil|Com|Ed|Eng)\b\.?)(?:[-‐‑]{_RUN})?|\bPh\.D\.?  # U.S.  M.Sc.
  | (?<![\p{{L}}\p{{N}}])\p{{N}}+(?:[.,:/]\p{{N}}+)*(?=(?:bn|mn|tn|m|am|pm|km|kg|cm|mm|mph|kph|kmh|ft|MW|GW|GB|MB|TB|hrs?|lbs?)\b)  # 5.2bn
  | \p{{N}}+(?:[.,:/]\p{{N}}+)+(?:[-‐‑]?{_RUN})*         # 3.5  12,000  10:30  2.1-km
  | {_RUN}(?:(?:['’ʼ`‐‑-]+|&(?=\p{{Lu}})|\.(?=(?:com|org|net|gov|edu|in|jp|co|uk|us|ca|au|de|fr)\b)){_RUN})*
""",
    regex.VERBOSE,
)
# A full stop with no space after it, where a sentence ends all the same: "on Friday.The", "agencies.”He", "です。次".
GLUED = regex.compile(
    r"(?V1)(?<=(?:[\p{Ll}\p{N})%]|\p{Lu}\p{Lu})[.!?…][\"”’)]?)(?=[\"“‘(]?\p{Lu}\p{Ll})"
    r"|(?<=[.!?…][\"”’)]?[\u00a0\u2000-\u200a\u3000])(?=\S)"
    r"|(?<=[。！？｡।॥][」』”’）】]*)(?=[\p{L}\p{N}「『“‘（【])"
)
# After these words 's stands for "is" or "us"; after all others it marks a possessive.
_NOT_POSSESSIVE = [f"{w}'s" for w in "it he she that what who where there here how let when why".split()]
_EDGES = " \t\n\r\f\v\u00a0\u3000\"“”„«»‘’'()[]{}<>,.;:!?…—–-‐‑%$€£¥₹*/|\\@#&+=~`。、「」『』（）！？।"
_PLAIN = r"^(?:[A-Za-zÀ-ÖØ-öø-ž]+|[0-9]+)$"  # a word with nothing in it to decide
_LETTERS = r"^(\p{Lu}|(\p{L}\.)+(\p{L}|Sc|Tech|Phil|Com|Ed|Eng)|Ph\.D)$"  # K  U.S  a.m  M.Sc

# What a chunk looks like, for Arrow's RE2.
_ENDS = r"[^\s][.!?…؟۔]+(\[\d+\])*[\"'“”’»)\]]*[\s\x{a0}\x{2000}-\x{200a}\x{3000}]*$|[。！？｡।॥]+[」』”’）】]*\s*$"  # talks.”  hotspot!  です。」
_PAUSE = r"^\.{2,}\s*$"  # an ellipsis by itself
_PRONOUN = r"^I\b"  # which is a capital anywhere
_STOP = r"[^.!?…]\.[\"'”’»)\]]*\s*$"  # one full stop, which may belong to an abbreviation
_INITIALS = r"^[\"'“‘(\[]*(\p{Lu}\.-?)+[\"”’)\]]*\s*$|^\W*(\pL\.){2,}\W*$"  # K.  J.-Y.  (U.S.
_STARTS = r"^[\"'“”‘«(\[「『（【]*(?:[\p{Lu}\p{Lt}\p{Lo}\p{N}$€£¥₹#@]|\p{Ll}\p{Lu})"
_CAPITAL = r"^[\"'“‘(\[]*\p{Lu}"
_DIGIT = r"^[\"'“‘(\[]*\p{N}"
_LISTED = r"^[\"'“(]?(\d{1,2}|[a-hA-H])[.)]+\s*$"  # 1.  b)
_ASKED = r"[?!][\"'”’»]\s*$"  # “Really?” Rao asked.
_LABEL = r"^(Image|Photo|Photograph|Picture|Credit|Video|Graphic|Illustration)s?:\s*$"  # opens a caption's credit
_WEEKDAY = r"^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,\s*$"  # opens the stamp behind a heading: Friday, November 17, 2017
_CLOCK = r"(?i)^\W*[ap]\.m\.\W*$"  # a.m., which ends a sentence but before a day or a zone
_AFTER_CLOCK = r"^((Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)|[A-Z]{2,4}T\b|UTC|Eastern|Central|Mountain|Pacific)"
_YEAR = r"^(19|20)\d\d\s*$"

BLOCK = 1 << 23  # bytes of text that are cut at a time: what is used for it stays small, and need not be asked for anew


@dataclass
class _Parsed:
    """The text as a row of chunks: which form stands where, and in which sentence."""

    forms: pa.Array  # the distinct chunks, each with the white space after it
    form: np.ndarray  # for each place: which of them
    article: np.ndarray
    opens: np.ndarray  # does a sentence open here? an article?
    opens_article: np.ndarray
    blanks: np.ndarray  # line ends in each form
    start: np.ndarray = None  # see starts()

    def opens_paragraph(self):
        return np.append(self.opens[:1], (self.blanks >= 2)[self.form[:-1]]) | self.opens_article

    def starts(self):
        """Where each chunk starts, in characters of its article."""
        return _starts(self.forms, self.form, self.article) if self.start is None else self.start


def _starts(forms, form, article):
    length = _numpy(pc.utf8_length(forms))[form]
    starts = np.cumsum(length, dtype=np.int64) - length
    return (starts - _runs(starts[opens := _changes(article)], opens)).astype(np.int32)


def _numpy(array):
    return array.to_numpy(zero_copy_only=False)


def _matches(array, pattern):
    return _numpy(pc.match_substring_regex(array, pattern))


def _is_in(array, words):
    return _numpy(pc.is_in(array, pa.array(sorted(words), array.type)))


def _runs(values, opens):
    """Repeat each value over the run that it opens."""
    return np.repeat(values, np.diff(np.append(np.flatnonzero(opens), len(opens))))


def _changes(codes):
    """Is this entry the first of a run of equal ones?"""
    return np.append(np.ones(min(len(codes), 1), bool), codes[1:] != codes[:-1])


def _number(opens, opens_article):
    """Number the runs that open at True from 0 within each article."""
    running = np.cumsum(opens, dtype=np.int32)
    running -= _runs(running[opens_article], opens_article)
    return running


def _spread(first, count, index):
    """Replace each entry i of `index` by the run first[i], first[i]+1, … of count[i]; also say where each came from."""
    times, shift = count[index], (first + count)[index]
    source = np.repeat(np.arange(len(index), dtype=np.int32), times)
    shift -= np.cumsum(times, dtype=np.int32, out=times)
    run = shift[source]
    run += np.arange(len(source), dtype=np.int32)
    return run, source


def _chunks(texts):
    """Cut texts at white space and dictionary-encode: (distinct chunks, chunk at each place, article at each place)."""
    texts = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).cast(pa.large_string()).fill_null("")
    bounds = np.frombuffer(texts.buffers()[1] or b"\0" * 8, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if bounds[0] == bounds[-1]:
        return pa.array([], pa.string()), np.zeros(0, np.int32), np.zeros(0, np.int32)
    pieces, counts = [], []
    for first, last in pairwise([*np.unique(np.searchsorted(bounds, np.arange(bounds[0], bounds[-1], BLOCK))), len(texts)]):
        data, at = texts.buffers()[2][int(bounds[first]) : int(bounds[last])], bounds[first : last + 1] - bounds[first]
        blank = np.frombuffer(data, np.uint8) <= 32
        begins = np.append(True, blank[:-1] > blank[1:])[: len(data)]
        begins[at[:-1][np.diff(at) > 0]] = True
        edges = np.append(np.flatnonzero(begins), len(data)).astype(np.int32)
        pieces.append(pa.Array.from_buffers(pa.string(), len(edges) - 1, [None, pa.py_buffer(edges), data]))
        counts.append(np.diff(np.searchsorted(edges, at.astype(np.int32))))
    encoded = pa.chunked_array(pieces).dictionary_encode().chunks  # all with one dictionary
    return encoded[-1].dictionary, np.concatenate([piece.indices for piece in encoded]), np.repeat(np.arange(len(texts), dtype=np.int32), np.concatenate(counts))


def _unglue(forms, form, article):
    """Part the chunks in which one sentence ends and the next begins with no space between."""
    first, count, parts = np.arange(len(forms), dtype=np.int32), np.ones(len(forms), np.int32), []
    for i in np.flatnonzero(_matches(forms, r"[.!?…。！？｡।॥][^\s\d.,;]") & ~_matches(forms, "://|@|www")):
        chunk = forms[i].as_py()
        cuts = [0, *(m.start() for m in GLUED.finditer(chunk)), len(chunk)]
        if len(cuts) > 2:
            first[i], count[i] = len(forms) + len(parts), len(cuts) - 1
            parts += [chunk[a:b] for a, b in zip(cuts, cuts[1:])]
    if not parts:
        return forms, form, article
    form, source = _spread(first, count, form)
    return pa.concat_arrays([forms, pa.array(parts, forms.type)]), form, article[source]


def _near(form, article, at, steps):
    """A look at what stands `steps` on from each of some places: from flags of forms to flags of places, within the article."""
    there = np.clip(at + steps, 0, max(len(form) - 1, 0))
    inside = (article[there] == article[at]) & (there == at + steps)
    forms = form[there]
    return lambda flags, outside=False: np.where(inside, flags[forms], outside)


def _ends(forms, form, article, blanks):
    """Does a sentence end at this place? An array of booleans, from what each form is and what follows it.

    The few forms that may end a sentence are looked at closely, and the others only where they follow one of those.
    """
    may_end = _matches(forms, _ENDS)
    broken = blanks >= 2
    code = (may_end + 2 * broken + 4 * _matches(forms, f"{_LABEL}|{_WEEKDAY}")).astype(np.int8)[form]
    bare = pc.utf8_lower(pc.utf8_trim(forms, _EDGES))
    ending = np.flatnonzero(may_end)
    of_ending = lambda flags: np.bincount(ending[flags], minlength=len(forms)).astype(bool)

    texts, words = forms.take(ending), bare.take(ending)
    stop = _matches(texts, _STOP)
    title = of_ending(stop & _is_in(words, read_words("abbreviations/en-title")))
    clock = of_ending(_matches(texts, _CLOCK))
    maybe = of_ending(stop & (_is_in(words, read_words("abbreviations/en")) | _matches(texts, _INITIALS))) & ~clock
    number = of_ending(stop & _is_in(words, read_words("abbreviations/en-number")))
    listed, asked = of_ending(_matches(texts, _LISTED)), of_ending(_matches(texts, _ASKED))
    starter = _is_in(bare, read_words("stopwords/en")) & _matches(forms, _CAPITAL)
    reports = _is_in(bare, read_words("reporting-verbs/en"))

    at = np.flatnonzero(code & 1)
    this, before, after, later = (_near(form, article, at, steps) for steps in (0, -1, 1, 2))
    keep = after(_matches(forms, _STARTS)) & ~this(title)
    keep &= ~(this(maybe) & ~after(starter))
    keep &= ~(this(number) & after(_matches(forms, _DIGIT)))
    keep &= ~(this(_matches(forms, _PAUSE)) & after(_matches(forms, _PRONOUN)))
    keep &= ~(this(clock) & after(_matches(forms, _AFTER_CLOCK)))
    keep &= ~(this(listed) & before(blanks > 0, outside=True))
    keep &= ~(this(asked) & (after(reports) | later(reports)))
    ends = code > 1
    ends[at] |= keep
    marks = np.flatnonzero(code & 4)
    this, before, stamp = (_near(form, article, marks, steps) for steps in (0, -1, 3))
    label = this(_matches(forms, _LABEL))
    ends[marks] = this(broken)
    opening = (label | stamp(_matches(forms, _YEAR) & broken)) & before(blanks >= 0)  # and not the first of its article
    ends[marks[opening] - 1] = True
    return ends


def encodable(texts):
    """The texts for Arrow; half a character (a lone surrogate, which no file in UTF-8 holds) becomes a question mark."""
    try:
        return pa.array(texts, from_pandas=True)
    except UnicodeEncodeError:
        return pa.array([text if pd.isna(text) else re.sub("[\ud800-\udfff]", "?", text) for text in texts], pa.large_string())


def _parse(articles):
    ids = articles["article_id"]
    if not ids.is_unique:
        raise ValueError(f"article_id must be unique; {ids[ids.duplicated()].iloc[0]!r} stands more than once")
    forms, form, article = _unglue(*_chunks(encodable(articles["text"])))
    solid, start = _numpy(pc.utf8_length(pc.utf8_trim_whitespace(forms))) > 0, None
    if not solid.all():  # white space at the head of an article, or one of an exotic kind by itself
        seen = solid[form]
        start = _starts(forms, form, article)[seen]
        form, article = form[seen], article[seen]
    blanks = np.minimum(_numpy(pc.count_substring(forms, "\n")), 3).astype(np.int8)
    opens_article = _changes(article)
    opens = np.append(True, _ends(forms, form, article, blanks)[:-1]) | opens_article if len(form) else opens_article
    return _Parsed(forms, form, article, opens, opens_article, blanks, start)


def split_sentences(articles):
    """One row a sentence: `article_id paragraph sentence start end`.

    `paragraph` and `sentence` count from 0 within the article; `text[start:end]` is the sentence (characters, end
    exclusive). Paragraphs are parted by a blank line. Any frame with `article_id` and `text` will do.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Dr. Rao spoke on Nov. 17. “We go. We land,” he said."]})
    >>> [frame.text[0][s.start:s.end] for s in split_sentences(frame).itertuples()]
    ['Dr. Rao spoke on Nov. 17.', '“We go.', 'We land,” he said.']
    """
    parsed = _parse(articles)
    opens = np.flatnonzero(parsed.opens)
    last = np.append(opens[1:], len(parsed.form))[: len(opens)] - 1
    starts = parsed.starts()
    solid = _numpy(pc.utf8_length(pc.utf8_rtrim_whitespace(parsed.forms)))
    return pd.DataFrame(
        {
            "article_id": _ids(articles, parsed.article[opens]),
            "paragraph": _number(parsed.opens_paragraph(), parsed.opens_article)[opens],
            "sentence": _number(parsed.opens, parsed.opens_article)[opens],
            "start": starts[opens],
            "end": starts[last] + solid[parsed.form[last]].astype(np.int32),
        }
    )


def _ids(articles, codes):
    ids = articles["article_id"]
    ids = ids.astype(ids.cat.categories.dtype) if isinstance(ids.dtype, pd.CategoricalDtype) else ids
    return pd.Categorical.from_codes(codes, categories=pd.Index(ids.array, dtype=None if len(articles) else "str"))


def _normalize(words):
    """The terms that written words count under, for an Arrow array of words.

    >>> _normalize(pa.array(["ISRO’s", "Don’t", "It’s", "Mr.", "U.S.", "Chandrayaan‑2"])).to_pylist()
    ['isro', "don't", "it's", 'mr', 'u.s.', 'chandrayaan-2']
    """
    terms = pc.utf8_lower(words)
    for written, plain in (("[’ʼ`]", "'"), ("[‐‑]", "-"), ("[\u200c\u200d]", "")):
        terms = pc.replace_substring_regex(terms, written, plain)
    possessive = _matches(terms, "'s$") & ~_is_in(terms, _NOT_POSSESSIVE)
    terms = pc.if_else(pa.array(possessive), pc.utf8_slice_codeunits(terms, 0, -2), terms)
    terms = pc.replace_substring_regex(terms, r"^((?:\pL\.)+(?:\pL|sc|tech|phil|com|ed|eng)|ph\.d)$", r"\1.")
    return pc.replace_substring_regex(terms, r"^([^.]+)\.$", r"\1")


@dataclass
class _Words:
    """The words of each form: those of form f are first[f] … first[f] + count[f] - 1."""

    first: np.ndarray
    count: np.ndarray
    term: np.ndarray  # of each word: its place in `terms`
    start: np.ndarray  # of each word: where it starts and ends within the trimmed form
    end: np.ndarray
    terms: pa.Array
    shift: np.ndarray  # of each form: characters before its trimmed part
    dotted: np.ndarray  # of each form: does a full stop follow that belongs to its last word (Nov. U.S. K.)?


def _find_words(forms):
    """Most forms are one plain word between punctuation: Arrow trims and encodes those, the pattern sees the rest."""
    left = pc.utf8_ltrim(forms, _EDGES)
    encoded = pc.utf8_rtrim(left, _EDGES).dictionary_encode()
    cores, core = encoded.dictionary, encoded.indices.to_numpy()
    length, shift = _numpy(pc.utf8_length(cores)), _numpy(pc.utf8_length(forms)) - _numpy(pc.utf8_length(left))
    plain = _matches(cores, _PLAIN)
    rough = np.flatnonzero(~plain)
    found = [(i, *m.span(), m[0]) for i, text in zip(rough, cores.take(rough).to_pylist()) for m in WORD.finditer(text)]
    home, start, end, written = zip(*found) if found else ((), (), (), ())
    home = np.append(np.flatnonzero(plain), np.array(home, np.int64))
    order = np.argsort(home, kind="stable")
    start = np.append(np.zeros(plain.sum(), np.int32), np.array(start, np.int32))[order]
    end = np.append(length[plain], np.array(end, np.int32))[order]
    words = pa.concat_arrays([cores.filter(pa.array(plain)), pa.array(written, cores.type)]).take(order)
    terms = _normalize(words).dictionary_encode()
    count = np.bincount(home, minlength=len(cores)).astype(np.int32)
    abbreviated = _is_in(pc.utf8_lower(cores), abbreviations()) | _matches(cores, _LETTERS)
    dotted = abbreviated[core] & _matches(left, r"^[\p{L}.]*\p{L}\.(?:\P{L}|$)")
    return _Words((np.cumsum(count, dtype=np.int32) - count)[core], count[core], terms.indices.to_numpy(), start, end, terms.dictionary, shift, dotted)


@kept
def tokenize(articles, *, offsets=False):
    """One row a word: `article_id sentence position token`, and with `offsets=True` also `start end`.

    `position` counts words from 0 within the article, `sentence` as in `split_sentences`; `token` is lower-cased, with
    plain apostrophes and hyphens, and without the 's of a possessive; `text[start:end]` is the word as written
    (characters, end exclusive). Punctuation and signs ($, %) are not words. `token` and `article_id` are categorical.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["ISRO’s Chandrayaan-2 cost $5.2 billion, didn’t it?"]})
    >>> list(tokenize(frame).token)
    ['isro', 'chandrayaan-2', 'cost', '5.2', 'billion', "didn't", 'it']
    """
    parsed = _parse(articles)
    words = _find_words(parsed.forms)
    word, place = _spread(words.first, words.count, parsed.form)
    opens_article = _changes(article := parsed.article[place])
    columns = {
        "article_id": _ids(articles, article),
        "sentence": _number(parsed.opens, parsed.opens_article)[place],
        "position": _number(np.ones_like(opens_article), opens_article),
        "token": pd.Categorical.from_codes(words.term[word], categories=pd.Index(words.terms.to_pandas(), dtype="str")),
    }
    if offsets:
        form = parsed.form[place]
        base = parsed.starts()[place] + words.shift[form]
        columns["start"] = (base + words.start[word]).astype(np.int32)
        columns["end"] = (base + words.end[word] + (words.dotted[form] & (word == words.first[form] + words.count[form] - 1))).astype(np.int32)
    return pd.DataFrame(columns, copy=False)
