"""articles -> a word in its context (KWIC): the evidence behind a number."""

import re
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from utils.chunks import coded, encodable, matches, rows_of, to_numpy
from utils.prose import period
from utils.tokens import split_sentences, tokenize, words_and_sentences

LENGTHS = {1: "day", 7: "week", 31: "month", 92: "quarter", 366: "year"}  # days of a period, at most
WIDEST = 1000  # characters of a sentence on each side of a hit
AT_ONCE = 10_000  # articles that are read at a time
COLUMNS = ["article_id", "sentence", "start", "end", "before", "match", "after"]


def find_in_context(articles, pattern, *, tokens=None):
    """One row a hit: `article_id sentence start end before match after`, all of them, in the order of the articles.

    `pattern` is a word (`moon`), a phrase (`joint mission`, with or without quotation marks), words with `*` for any
    letters (`launch*`), or several of these parted by `|`. Case does not matter; a word is a whole token, so `Chandrayaan`
    does not find `Chandrayaan-2`, and a phrase stays within its sentence. `before` and `after` are the rest of the
    sentence (of one that runs on without a stop, a thousand characters each); `text[start:end]` is `match`. Raises ValueError where the pattern holds no word. Give `tokens` to save time.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Talks began. A joint lunar mission may follow."]})
    >>> find_in_context(frame, "joint * mission|talks")[["before", "match", "after"]].values.tolist()
    [['', 'Talks', ' began.'], ['A ', 'joint lunar mission', ' may follow.']]
    """
    return read_hits(articles, hits_in(articles, tokenize(articles) if tokens is None else tokens, [pattern]), pattern)


def read_hits(articles, hits, pattern):
    """Some of the hits of one pattern (see `hits_in`), as `find_in_context` has them, some articles being read at a time."""
    if (block := hits["at"] // AT_ONCE).nunique() > 1:
        parts = [read_hits(articles, part, pattern).set_axis(part.index) for _, part in hits.groupby(block)]
        return pd.concat(parts).sort_index().reset_index(drop=True)
    pieces = _pieces(articles["text"].iloc[np.unique(hits["at"])], pattern)
    words, sentences = words_and_sentences(pieces)
    rows, length = find_hits(words, pattern)
    piece, order = words["article_id"].array.codes[rows], np.lexsort((hits["position"], hits["at"]))
    if not np.array_equal(np.unique(hits["at"])[pieces["at"].to_numpy()[piece]], hits["at"].to_numpy()[order]):  # the tokens are a part, or oddly written
        return _cite(articles, hits)
    spans = words[["sentence", "start"]].iloc[rows].assign(article_id=piece, end=words["end"].to_numpy()[rows + length - 1])
    found, at = _surround(pieces, sentences, spans.iloc[back := np.argsort(order)]), pieces["start"].to_numpy()[piece][back]
    place = {"article_id": articles["article_id"].iloc[hits["at"]].to_numpy(), "sentence": hits["sentence"].to_numpy()}
    found = found.assign(**place, start=found["start"] + at, end=found["end"] + at)
    return found.astype({"article_id": articles["article_id"].dtype, "start": np.int32, "end": np.int32})


def _pieces(texts, pattern):
    """Those paragraphs of texts that may hold a pattern, as articles of their own: `article_id at start text`."""
    parts = pc.split_pattern(encodable(texts).cast(pa.large_string()), "\n\n")
    text, at = parts.flatten(), pc.list_parent_indices(parts).to_numpy()
    length = pc.utf8_length(text).to_numpy() + 2
    start = np.cumsum(length) - length
    pieces = pd.DataFrame({"at": at, "start": start - start[np.searchsorted(at, at)], "text": pd.Series(text, dtype="str")})
    letters = [".*".join(max(re.findall("[a-z]+", word), key=len, default="") for word in words) for words in parse_pattern(pattern)]  # any case, but no İ: then all are read
    return pieces[matches(text, f"(?is){'|'.join(letters)}")].reset_index(drop=True).rename_axis("article_id").reset_index()


def hits_in(articles, tokens, patterns):
    """The hits of some patterns: `at position sentence length part`, `at` being the row of the article in `articles`, `part` the number of the pattern."""
    part, rows, length = find_each(tokens, patterns)
    ids = coded(tokens["article_id"])
    at = pd.Index(articles["article_id"]).get_indexer(ids.categories)[ids.codes[rows]]
    return pd.DataFrame({"at": at, "position": tokens["position"].to_numpy()[rows], "sentence": tokens["sentence"].to_numpy()[rows], "length": length, "part": part})[at >= 0]


def _cite(articles, hits):
    """Hits (`at position length`) with their sentences, as `find_in_context` has them."""
    seen = np.unique(hits["at"])
    known, article = articles.iloc[seen], np.searchsorted(seen, hits["at"])
    words, sentences = words_and_sentences(known)
    first = _first_rows(words, len(known))[article] + hits["position"].to_numpy()
    ids = pd.Series(known["article_id"].to_numpy()[article], dtype=known["article_id"].dtype)
    last = first + hits["length"].to_numpy() - 1
    spans = {"article_id": ids, "sentence": words["sentence"].to_numpy()[first], "start": words["start"].to_numpy()[first], "end": words["end"].to_numpy()[last]}
    return _surround(known, sentences, pd.DataFrame(spans))


def cite(articles, spans):
    """Spans of text with the rest of their sentences: any table with `article_id sentence start end`, as `find_in_context` has it.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["It rains. It will snow on Friday."]})
    >>> cite(frame, pd.DataFrame({"article_id": ["a"], "sentence": [1], "start": [26], "end": [32]}))[["before", "match"]].values.tolist()
    [['It will snow on ', 'Friday']]
    """
    known = articles[articles["article_id"].isin(spans["article_id"].unique())]
    return _surround(known, split_sentences(known), spans)


def _surround(known, sentences, spans):
    """`cite`, the sentences of all these articles given."""
    article = pd.Index(known["article_id"]).get_indexer(spans["article_id"])
    row = _first_rows(sentences, len(known))[article] + spans["sentence"].to_numpy()
    start, end, text = spans["start"].to_numpy(), spans["end"].to_numpy(), known["text"].to_numpy()[article]
    opens, closes = np.maximum(sentences["start"].to_numpy()[row], start - WIDEST), np.minimum(sentences["end"].to_numpy()[row], end + WIDEST)
    parts = zip(text, opens, start, end, closes)
    before, match, after = zip(*((t[a:b], t[b:c], t[c:d]) for t, a, b, c, d in parts)) if len(spans) else ((), (), ())
    frame = spans[["article_id", "sentence", "start", "end"]].reset_index(drop=True)
    return frame.assign(before=pd.Series(before, dtype="str"), match=pd.Series(match, dtype="str"), after=pd.Series(after, dtype="str"))


def _first_rows(frame, articles):
    """Where the rows of each article begin in a table that is sorted by article."""
    return np.searchsorted(frame["article_id"].array.codes, np.arange(articles))


def evidence(articles, tokens, terms, *, periods=None, limit=4):
    """The sentences behind a table of terms, or of terms by period: `mark name total` and the columns of `find_in_context`.

    `name` is what to call it ("ISRO in 2019"), `mark` the term, or "term|2019-01-01" with the first day of its period (`periods` has `period period_end`, articles
    their `date`); `total` is how many hits stand behind it, of which at most `limit` are rows, evenly from first to last.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The moon is up. The moon is down."]})
    >>> evidence(frame, tokenize(frame), ["moon"], limit=1)[["mark", "total", "after"]].values.tolist()
    [['moon', 2, ' is up.']]
    """
    hits, marks = hits_in(articles, tokens, terms), np.array([term.strip('"') for term in terms], object)
    hits["mark"] = pd.Series(marks[hits["part"]], hits.index, dtype="str")
    hits["name"] = hits["mark"]
    if periods is not None:
        days = period_of(articles, periods).to_numpy(object)[hits["at"]]
        placed = pd.notna(days)
        hits = hits[placed]
        hits["mark"] += "|" + pd.Series(days[placed], index=hits.index, dtype="str")
    found = _sampled(articles, hits, limit)
    written = found["match"].str.replace(r"['’ʼ]s$", "", regex=True).groupby(found["name"])
    called = {term: term if re.search(r"[*|]", term) else forms.mode().iloc[-1] for term, forms in written}  # as it is mostly written
    found["name"] = found["name"].map(called).astype("str")
    if periods is not None:
        found["name"] += " " + found["mark"].str.rsplit("|", n=1).str[1].map(_period_names(periods)).astype("str")
    return found


def openings(articles, marks=None, *, periods=None, limit=4):
    """The first sentences of articles, as `evidence` has them, by mark.

    `marks` is a Series of marks by `article_id`, an article as often as it likes (say the rows of a table that count it);
    with `periods` the mark is the first day of the article's period; without both each article is its own.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["It rains. It snows."]})
    >>> openings(frame)[["mark", "total", "before"]].values.tolist()
    [['a', 1, 'It rains.']]
    """
    if marks is None:
        marks = pd.Series(articles["article_id"].to_numpy(), articles["article_id"]) if periods is None else period_of(articles, periods)
    worded = articles.set_index("article_id")["text"].str.contains(r"[^\W_]").reindex(marks.index, fill_value=False)
    marks = marks[marks.notna().to_numpy() & worded.to_numpy(bool)].astype("str")
    name = (marks if periods is None else "Articles " + marks.map(_period_names(periods)).astype("str")).to_numpy()
    hits = pd.DataFrame({"at": pd.Index(articles["article_id"]).get_indexer(marks.index), "position": 0, "length": 1, "mark": marks.to_numpy(), "name": name, "part": 0})
    found = _sampled(articles, hits, limit)
    return found.assign(before=found["before"] + found["match"] + found["after"], match="", after="")


def _period_names(periods):
    """What periods are called, by their first day: {"2019-01-01": "in 2019"}."""
    days = (periods["period_end"] - periods["period"]).dt.days
    freqs = [next(freq for longest, freq in LENGTHS.items() if n <= longest) for n in days]
    return {f"{start:%Y-%m-%d}": period(start, freq) for start, freq in zip(periods["period"], freqs)}


def period_of(articles, periods):
    """The first day of the period that each article falls in, as text by `article_id`; missing where there is none.

    >>> days = pd.to_datetime(["2020-01-01", "2020-02-01"])
    >>> periods = pd.DataFrame({"period": days[:1], "period_end": days[1:]})
    >>> period_of(pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2020-01-17"])}), periods).to_dict()
    {'a': '2020-01-01'}
    """
    if periods.empty:
        return pd.Series(None, index=articles["article_id"].to_numpy(), dtype="str")
    at = np.searchsorted(periods["period"].to_numpy(), articles["date"].to_numpy(), side="right") - 1
    inside = articles["date"].notna().to_numpy() & (at >= 0) & (articles["date"].to_numpy() < periods["period_end"].to_numpy()[at])
    if "date_precision" in articles:  # a month has no place in finer bins
        inside &= articles["date_precision"].ne("month").to_numpy() | (periods["period_end"] - periods["period"]).dt.days.ge(28).to_numpy()[at]
    days = periods["period"].dt.strftime("%Y-%m-%d").to_numpy(object)
    return pd.Series(np.where(inside, days[at], None), index=articles["article_id"].to_numpy(), dtype="str")


def behind(articles, spans, *, limit=4):
    """The sentences behind the marks of spans, as `evidence` has them: `spans` has `article_id sentence start end mark name`.

    Of each mark at most `limit`, evenly from first to last, in the order in which the marks come.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["It rains. It snows."]})
    >>> span = pd.DataFrame({"article_id": ["a"], "sentence": [1], "start": [13], "end": [18], "mark": ["snow"], "name": ["Snow"]})
    >>> behind(frame, span)[["name", "before", "match"]].values.tolist()
    [['Snow', 'It ', 'snows']]
    """
    at = pd.Index(articles["article_id"]).get_indexer(spans["article_id"])
    return _sampled(articles, spans[[*COLUMNS[:4], "mark", "name"]].assign(at=at, position=spans["start"], part=0)[at >= 0], limit, cite)


def _sampled(articles, hits, limit, cite=_cite):
    """Of the hits of each mark at most `limit`, evenly from first to last, with their sentences."""
    order = np.lexsort((hits["position"], hits["at"], articles["date"].to_numpy()[hits["at"]], hits["part"])) if "date" in articles else np.arange(len(hits))
    groups = (mark := hits["mark"].iloc[order]).groupby(mark, sort=False)
    total, nth = groups.transform("size").to_numpy(), groups.cumcount().to_numpy()
    keep = (nth * limit // np.maximum(total, 1) != (nth - 1) * limit // np.maximum(total, 1)) | (nth == 0)
    shown = hits.iloc[order[keep]].assign(total=total[keep]).groupby("mark", sort=False).head(limit)
    given = {name: shown[name].to_numpy() for name in ("mark", "name", "total")}
    return cite(articles, shown).assign(**given)[[*given, *COLUMNS]]


def find_hits(tokens, pattern, *, near=None):
    """Where `pattern` stands in a token table: (row of the first word, number of words), two arrays in row order.

    `near` are rows, in their order, where alone it can begin, for who has an index of words.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The Moon, the joint mission to the Moon."]})
    >>> [array.tolist() for array in find_hits(tokenize(frame), "moon|joint mission")]
    [[1, 3, 7], [1, 2, 1]]
    """
    return find_each(tokens, [pattern], near=near)[1:]


def find_each(tokens, patterns, *, near=None):
    """`find_hits` of several patterns in one pass: (number of the pattern, row, number of words), three arrays, by pattern and row.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The Moon, the joint mission to the Moon."]})
    >>> [array.tolist() for array in find_each(tokenize(frame), ["moon", "joint mission"])]
    [[0, 0, 1], [1, 7, 3], [1, 1, 2]]
    """
    token = coded(tokens["token"])
    codes, vocabulary = token.codes, pa.array(token.categories, pa.large_string())
    place = [tokens[c].array.codes if isinstance(tokens[c].dtype, pd.CategoricalDtype) else tokens[c].to_numpy() for c in ("article_id", "sentence")]
    position = tokens["position"].to_numpy()
    phrases = [(n, words) for n, pattern in enumerate(patterns) for words in parse_pattern(pattern)]
    known = {word: fits(vocabulary, word) for word in dict.fromkeys(word for _, words in phrases for word in words)}
    first = np.zeros(0, int) if not phrases else rows_of(np.logical_or.reduce([known[words[0]] for _, words in phrases])[:-1], codes) if near is None else near
    rows = []
    for _, words in phrases:
        at = first[known[words[0]][codes[first]]]
        for k, word in enumerate(words[1:], 1):
            at = at[at + k < len(codes)]
            at = at[known[word][codes[at + k]] & (position[at + k] - position[at] == k)]
            at = at[np.logical_and.reduce([p[at + k] == p[at] for p in place])]
        rows.append(at)
    found = np.repeat(np.array([(n, len(words)) for n, words in phrases], int).reshape(-1, 2), [len(at) for at in rows], axis=0)
    rows, (number, lengths) = np.concatenate([*rows, first[:0]]), found.T
    if len(phrases) == len(patterns):
        return number, rows, lengths
    order = np.lexsort((-lengths, rows, number))  # of two hits at one word the longer stands
    number, rows, lengths = number[order], rows[order], lengths[order]
    new = (np.diff(rows, prepend=-1) != 0) | (np.diff(number, prepend=-1) != 0)
    return number[new], rows[new], lengths[new]


def fits(vocabulary, word):
    """Which words of a vocabulary an expression of `parse_pattern` fits, False last for what is no word; most are words to be looked up as they stand."""
    fits = matches(vocabulary, word) if ".*" in word else to_numpy(pc.equal(vocabulary, re.sub(r"\\(.)", r"\1", word[1:-1])))
    return np.append(fits, False)


def spell(terms, tokens, articles, *, look_at=25):
    """How terms are mostly written in the articles: a list with "ISRO" for "isro"; at most `look_at` hits of each are read.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Isro met JAXA. ISRO’s talks; ISRO said. Talks, talks."]})
    >>> spell(["isro", "talks"], tokenize(frame), frame)
    ['ISRO', 'talks']
    """
    token, article = (coded(tokens[column]) for column in ("token", "article_id"))
    rows = rows_of(token.categories.isin(list(terms)), token.codes)
    first = pd.Series(article.codes[rows]).groupby(token.codes[rows]).head(look_at).unique()
    seen = articles[articles["article_id"].isin(article.categories[first])]
    words = tokenize(seen, offsets=True)
    words = words[words["token"].isin(list(terms))]
    text = dict(zip(seen["article_id"], seen["text"]))
    written = [text[i][a:b] for i, a, b in zip(words["article_id"], words["start"], words["end"])]
    words = words.assign(written=pd.Series(written, index=words.index, dtype="str").str.replace(r"['’ʼ]s$", "", regex=True))
    best = words.groupby("token", observed=True)["written"].agg(lambda forms: forms.mode().iloc[-1])
    return [best.get(term, term) for term in terms]


def parse_pattern(pattern):
    """A pattern as a list of phrases, each a list of regular expressions, one a word.

    >>> parse_pattern('"Joint mission" | ISRO’s | launch*')
    [['^joint$', '^mission$'], ['^isro$'], ['^launch.*$']]
    """
    phrases = [_words(part) for part in str(pattern).replace('"', " ").replace("“", " ").replace("”", " ").split("|")]
    if not any(phrases):
        raise ValueError(f"the pattern {pattern!r} holds no word; give a word, a phrase, launch* or moon|lunar")
    return [words for words in phrases if words]


@lru_cache(1000)
def _words(phrase):
    words = []
    for word in phrase.split():
        if "*" in word:
            words.append("^" + re.escape(re.sub("[‐‑]", "-", word.lower().replace("’", "'"))).replace(r"\*", ".*") + "$")
        elif re.fullmatch("[A-Za-z]+(-[A-Za-z]+)*", word):
            words.append(f"^{word.lower()}$")
        else:  # as the tokenizer has it: "2027–28" is two words, "月の極" three
            tokens = tokenize(pd.DataFrame({"article_id": [0], "text": [word]}))["token"]
            words += ["^" + re.escape(token) + "$" for token in tokens]
    return words
