"""articles -> sentences, tokens.

News repeats its words: ten thousand articles hold some 150,000 distinct chunks between white space. So the text is cut
at white space, the careful work (what is a word, may a sentence end here) is done once for each distinct chunk, and the
answers are spread over the text.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import regex

from utils.chunks import changes, count_up, cut, encodable, matches, spread, take, to_numpy
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
_PLAIN = r"^(?:[A-Za-zÀ-ÖØ-öø-ž][0-9A-Za-zÀ-ÖØ-öø-ž]*(?:['’ʼ`‐‑-]+[0-9A-Za-zÀ-ÖØ-öø-ž]+)*|[0-9]+(?:[.,:/][0-9]+)*)$"  # one word by `WORD`, whole
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


@dataclass
class _Parsed:
    """The text as a row of chunks: which form stands where, and in which sentence."""

    forms: pa.Array  # the distinct chunks, each with the white space after it
    form: np.ndarray  # for each place: which of them
    article: np.ndarray
    blanks: np.ndarray  # line ends in each form
    opens: np.ndarray  # the places where a sentence opens, and the end of all
    heads: np.ndarray  # which of these sentences open an article, and the end of all
    start: np.ndarray = None  # see starts()

    def starts(self):
        """Where each chunk starts, in characters of its article."""
        return _starts(self.forms, self.form, self.article) if self.start is None else self.start


def _starts(forms, form, article):
    length = take(pc.utf8_length(forms), form)
    starts = np.cumsum(length, dtype=np.int32)  # runs over where all texts are too long for it, which differences do not tell
    starts -= length
    opens = np.flatnonzero(changes(article))
    starts -= np.repeat(starts[opens], np.diff(np.append(opens, len(form))))
    return starts


def _is_in(array, words):
    return to_numpy(pc.is_in(array, pa.array(sorted(words), array.type)))


def _unglue(forms, form, article):
    """Part the chunks in which one sentence ends and the next begins with no space between."""
    first, count, parts = np.arange(len(forms), dtype=np.int32), np.ones(len(forms), np.int32), []
    for i in np.flatnonzero(matches(forms, r"[.!?…。！？｡।॥][^\s\d.,;]")):
        chunk = forms[i].as_py()
        cuts = [0, *(m.start() for m in GLUED.finditer("" if re.search("://|@|www", chunk) else chunk)), len(chunk)]
        if len(cuts) > 2:
            first[i], count[i] = len(forms) + len(parts), len(cuts) - 1
            parts += [chunk[a:b] for a, b in zip(cuts, cuts[1:])]
    if not parts:
        return forms, form, article
    form, begins = spread(first, count, form)
    return pa.concat_arrays([forms, pa.array(parts, forms.type)]), form, np.repeat(article, np.diff(begins))


def _near(form, article, at, steps):
    """A look at what stands `steps` on from each of some places: from flags of forms to flags of places, within the article."""
    there = at + steps
    inside = (article.take(there, mode="clip") == article[at]) & (there >= 0) & (there < len(form))
    forms = form.take(there, mode="clip")
    return lambda flags, outside=False: np.where(inside, flags[forms], outside)


def _ends(forms, form, article, blanks):
    """Does a sentence end at this place? An array of booleans, from what each form is and what follows it.

    The few forms that may end a sentence are looked at closely, and the others only where they follow one of those.
    """
    may_end = matches(forms, _ENDS)
    broken, mark = blanks >= 2, matches(forms, f"{_LABEL}|{_WEEKDAY}")
    code = take((may_end + 2 * broken + 4 * mark).astype(np.int8), form)
    at = np.flatnonzero((code & 1) > 0)
    this, before, after, later = (_near(form, article, at, steps) for steps in (0, -1, 1, 2))

    of_ending, texts = _some(forms, may_end)
    words = pc.utf8_lower(pc.utf8_trim(texts, _EDGES))
    stop = matches(texts, _STOP)
    title = of_ending(stop & _is_in(words, read_words("abbreviations/en-title")))
    clock = of_ending(matches(texts, _CLOCK))
    maybe = of_ending(stop & (_is_in(words, read_words("abbreviations/en")) | matches(texts, _INITIALS))) & ~clock
    number = of_ending(stop & _is_in(words, read_words("abbreviations/en-number")))
    pause, listed, asked = (of_ending(matches(texts, pattern)) for pattern in (_PAUSE, _LISTED, _ASKED))

    follows = np.zeros(len(forms), bool)
    follows[form.take(at + 1, mode="clip")] = follows[form.take(at + 2, mode="clip")] = True
    of_following, texts = _some(forms, follows)
    words = pc.utf8_lower(pc.utf8_trim(texts, _EDGES))
    starts, digit, pronoun, zone = (of_following(matches(texts, pattern)) for pattern in (_STARTS, _DIGIT, _PRONOUN, _AFTER_CLOCK))
    starter = of_following(_is_in(words, read_words("stopwords/en")) & matches(texts, _CAPITAL))
    reports = of_following(_is_in(words, read_words("reporting-verbs/en")))

    keep = after(starts) & ~this(title)
    keep &= ~(this(maybe) & ~after(starter))
    keep &= ~(this(number) & after(digit))
    keep &= ~(this(pause) & after(pronoun))
    keep &= ~(this(clock) & after(zone))
    keep &= ~(this(listed) & before(blanks > 0, outside=True))
    keep &= ~(this(asked) & (after(reports) | later(reports)))
    ends = code > 1
    ends[at] |= keep
    marks = np.flatnonzero((code & 4) > 0)
    this, before, stamp = (_near(form, article, marks, steps) for steps in (0, -1, 3))
    ends[marks] = this(broken)
    (of_mark, labels), (of_broken, years) = _some(forms, mark), _some(forms, broken)
    opening = (this(of_mark(matches(labels, _LABEL))) | stamp(of_broken(matches(years, _YEAR)))) & before(blanks >= 0)  # and not the first of its article
    ends[marks[opening] - 1] = True
    return ends


def _some(forms, wanted):
    """Those forms that are wanted, and what makes flags of these flags of all forms."""
    some = np.flatnonzero(wanted)
    return lambda flags: np.bincount(some[flags], minlength=len(wanted)).astype(bool), forms.take(some)


def _parse(articles):
    ids = articles["article_id"]
    if not ids.is_unique:
        raise ValueError(f"article_id must be unique; {ids[ids.duplicated()].iloc[0]!r} stands more than once")
    forms, form, article = _unglue(*cut(encodable(articles["text"])))
    trimmed, start = pc.binary_length(pc.utf8_trim_whitespace(forms)), None
    solid = to_numpy(pc.or_(pc.greater(trimmed, 0), pc.equal(pc.binary_length(forms), 0)))
    if not solid.all():  # white space at the head of an article, or one of an exotic kind by itself
        seen = solid[form]
        start = _starts(forms, form, article)[seen]
        form, article = form[seen], article[seen]
    blanks = np.minimum(to_numpy(pc.count_substring(forms, "\n")), 3).astype(np.int8)
    first = changes(article)
    opens = np.flatnonzero(first | np.append(True, _ends(forms, form, article, blanks)[:-1])) if len(form) else np.zeros(0, int)
    return _Parsed(forms, form, article, blanks, np.append(opens, len(form)), np.append(np.flatnonzero(first[opens]), len(opens)), start)


def split_sentences(articles):
    """One row a sentence: `article_id paragraph sentence start end`.

    `paragraph` and `sentence` count from 0 within the article; `text[start:end]` is the sentence (characters, end
    exclusive). Paragraphs are parted by a blank line. Any frame with `article_id` and `text` will do.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Dr. Rao spoke on Nov. 17. “We go. We land,” he said."]})
    >>> [frame.text[0][s.start:s.end] for s in split_sentences(frame).itertuples()]
    ['Dr. Rao spoke on Nov. 17.', '“We go.', 'We land,” he said.']
    """
    return _sentences(articles, _parse(articles))


def _sentences(articles, parsed):
    opens, sizes, starts = parsed.opens[:-1], np.diff(parsed.heads), parsed.starts()
    last = parsed.opens[1:] - 1
    paragraph = np.cumsum(np.append(0, parsed.blanks[parsed.form[last[:-1]]] >= 2)[: len(opens)], dtype=np.int32)
    solid = to_numpy(pc.utf8_length(pc.utf8_rtrim_whitespace(parsed.forms)))
    return pd.DataFrame(
        {
            "article_id": _ids(articles, parsed, sizes),
            "paragraph": paragraph - np.repeat(paragraph[parsed.heads[:-1]], sizes),
            "sentence": count_up(sizes),
            "start": starts[opens],
            "end": starts[last] + solid[parsed.form[last]].astype(np.int32),
        }
    )


def _ids(articles, parsed, sizes):
    """The ids of the articles that hold anything, each as often as its size says."""
    ids = articles["article_id"]
    ids = ids.astype(ids.cat.categories.dtype) if isinstance(ids.dtype, pd.CategoricalDtype) else ids
    each = pd.Categorical.from_codes(parsed.article[parsed.opens[parsed.heads[:-1]]], categories=pd.Index(ids.array, dtype=None if len(articles) else "str"))
    return pd.Categorical.from_codes(np.repeat(each.codes, sizes), dtype=each.dtype)


def _normalize(words):
    """The terms that written words count under, for an Arrow array of words.

    >>> _normalize(pa.array(["ISRO’s", "Don’t", "It’s", "Mr.", "U.S.", "Chandrayaan‑2"])).to_pylist()
    ['isro', "don't", "it's", 'mr', 'u.s.', 'chandrayaan-2']
    """
    lowered = pc.utf8_lower(words)
    odd = pc.match_substring_regex(lowered, "[^a-z0-9]")
    terms = lowered.filter(odd)
    for written, plain in (("[’ʼ`]", "'"), ("[‐‑]", "-"), ("[\u200c\u200d]", "")):
        terms = pc.replace_substring_regex(terms, written, plain)
    possessive = matches(terms, "'s$") & ~_is_in(terms, _NOT_POSSESSIVE)
    terms = pc.if_else(pa.array(possessive), pc.utf8_slice_codeunits(terms, 0, -2), terms)
    terms = pc.replace_substring_regex(terms, r"^((?:\pL\.)+(?:\pL|sc|tech|phil|com|ed|eng)|ph\.d)$", r"\1.")
    return pc.replace_with_mask(lowered, odd, pc.replace_substring_regex(terms, r"^([^.]+)\.$", r"\1"))


def _find_words(forms):
    """The words of forms: (first, count, term, start, end, terms): those of form f are first[f] … first[f] + count[f] - 1.

    Of each word `term` says its place in `terms`, which are sorted, `start` and `end` where it stands within its trimmed form. Most
    forms are one plain word between punctuation: Arrow trims and tells those, the pattern sees the rest.
    """
    trimmed = pc.utf8_trim(forms, _EDGES)
    plain = matches(trimmed, _PLAIN)
    rough, plain_words = trimmed.filter(pa.array(~plain)).dictionary_encode(), trimmed.filter(pa.array(plain))
    found = [(i, *m.span(), m[0]) for i, text in enumerate(rough.dictionary.to_pylist()) for m in WORD.finditer(text)]
    home, start, end, written = zip(*found) if found else ((), (), (), ())
    terms = _normalize(pa.concat_arrays([plain_words, pa.array(written, forms.type)])).dictionary_encode()
    order = pc.sort_indices(terms.dictionary).to_numpy()
    many = np.bincount(np.array(home, int), minlength=len(rough.dictionary)).astype(np.int32)
    first, count = np.cumsum(plain, dtype=np.int32) - 1, plain.astype(np.int32)
    first[~plain], count[~plain] = (len(plain_words) + np.cumsum(many) - many)[rough.indices], many[rough.indices]
    start = np.append(np.zeros(len(plain_words), np.int32), np.array(start, np.int32))
    end = np.append(to_numpy(pc.utf8_length(plain_words)), np.array(end, np.int32))
    return first, count, np.argsort(order)[terms.indices].astype(np.int32), start, end, terms.dictionary.take(order)


def _edges(forms):
    """Of each form: the characters before its words, and does a full stop follow that belongs to the last of them (Nov. U.S. K.)?"""
    left = pc.utf8_ltrim(forms, _EDGES)
    cores = pc.utf8_rtrim(left, _EDGES)
    of_short, texts = _some(left, _is_in(pc.utf8_lower(cores), abbreviations()) | matches(cores, _LETTERS))
    return to_numpy(pc.utf8_length(forms)) - to_numpy(pc.utf8_length(left)), of_short(matches(texts, r"^[\p{L}.]*\p{L}\.(?:\P{L}|$)"))


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
    return _tokens(articles, _parse(articles), offsets)


def words_and_sentences(articles):
    """`(tokenize(articles, offsets=True), split_sentences(articles))`, at half of the price."""
    parsed = _parse(articles)
    return _tokens(articles, parsed, True), _sentences(articles, parsed)


def _tokens(articles, parsed, offsets):
    first_of, count, term, start, end, terms = _find_words(parsed.forms)
    word, first = spread(first_of, count, parsed.form)
    terms = pd.Index(terms.to_pandas(), dtype="str")
    _ = terms.is_monotonic_increasing  # once this is known, that they are unique is known without a table of them
    places = _offsets(parsed, np.diff(first), word, start, end) if offsets else {}  # first, as much of memory is taken for them
    in_sentence, in_article = np.diff(first[parsed.opens]), np.diff(first[parsed.opens[parsed.heads]])
    columns = {
        "article_id": _ids(articles, parsed, in_article),
        "sentence": np.repeat(count_up(np.diff(parsed.heads)), in_sentence),
        "position": count_up(in_article),
        "token": pd.Categorical.from_codes(take(term, word), categories=terms),
    }
    return pd.DataFrame(columns | places, copy=False)


def _offsets(parsed, count, word, start, end):
    """Where words start and end in their articles, from where they do in their chunks, of which each has so many."""
    shift, dotted = _edges(parsed.forms)
    chunk = np.repeat(parsed.starts() + take(shift.astype(np.int32), parsed.form), count)
    start, end = take(start, word) + chunk, take(end, word) + chunk
    end[np.cumsum(count, dtype=np.int32)[(take(dotted.astype(np.int8), parsed.form) > 0) & (count > 0)] - 1] += 1
    return {"start": start, "end": end}
