"""articles -> a word in its context (KWIC): the evidence behind a number."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from utils.tokens import split_sentences, tokenize

COLUMNS = ["article_id", "sentence", "start", "end", "before", "match", "after"]


def find_in_context(articles, pattern, *, tokens=None):
    """One row a hit: `article_id sentence start end before match after`, all of them, in the order of the articles.

    `pattern` is a word (`moon`), a phrase (`joint mission`, with or without quotation marks), words with `*` for any
    letters (`launch*`), or several of these parted by `|`. Case does not matter; a word is a whole token, so `Chandrayaan`
    does not find `Chandrayaan-2`, and a phrase stays within its sentence. `before` and `after` are the rest of the
    sentence; `text[start:end]` is `match`. Raises ValueError where the pattern holds no word. Give `tokens` to save time.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Talks began. A joint lunar mission may follow."]})
    >>> find_in_context(frame, "joint * mission|talks")[["before", "match", "after"]].values.tolist()
    [['', 'Talks', ' began.'], ['A ', 'joint lunar mission', ' may follow.']]
    """
    if tokens is None or "start" not in tokens:
        if tokens is not None:
            hit = tokens["article_id"].iloc[find_hits(tokens, pattern)[0]].unique()
            articles = articles[articles["article_id"].isin(hit)]
        tokens = tokenize(articles, offsets=True)
    rows, length = find_hits(tokens, pattern)
    first, last = tokens.iloc[rows], tokens.iloc[rows + length - 1]
    ids, sentence = first["article_id"].astype(articles["article_id"].dtype).to_numpy(), first["sentence"].to_numpy()
    known = articles[articles["article_id"].isin(ids)]
    spans = split_sentences(known).set_index(["article_id", "sentence"])[["start", "end"]]
    spans = spans.loc[pd.MultiIndex.from_arrays([ids, sentence])].to_numpy() if len(rows) else np.zeros((0, 2), int)
    text = known.set_index("article_id")["text"]
    parts = [
        (t[a:start], t[start:end], t[end:b])
        for t, (a, b), start, end in zip(text.loc[ids], spans, first["start"], last["end"])
    ]
    columns = [ids, sentence, first["start"].to_numpy(), last["end"].to_numpy(), *(zip(*parts) if parts else ((), (), ()))]
    frame = pd.DataFrame({name: list(values) for name, values in zip(COLUMNS, columns)})
    return frame.astype({"article_id": articles["article_id"].dtype, **dict.fromkeys(COLUMNS[1:4], "int32"), **dict.fromkeys(COLUMNS[4:], "str")})


def find_hits(tokens, pattern):
    """Where `pattern` stands in a token table: (row of the first word, number of words), two arrays in row order.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The Moon, the joint mission to the Moon."]})
    >>> [array.tolist() for array in find_hits(tokenize(frame), "moon|joint mission")]
    [[1, 3, 7], [1, 2, 1]]
    """
    token = tokens["token"] if isinstance(tokens["token"].dtype, pd.CategoricalDtype) else tokens["token"].astype("category")
    codes, vocabulary = token.cat.codes.to_numpy(), pa.array(token.cat.categories, pa.large_string())
    place = [tokens[c].cat.codes.to_numpy() if isinstance(tokens[c].dtype, pd.CategoricalDtype) else tokens[c].to_numpy() for c in ("article_id", "sentence")]
    position = tokens["position"].to_numpy()
    rows, lengths = [], []
    for words in parse_pattern(pattern):
        known = [np.append(pc.match_substring_regex(vocabulary, word).to_numpy(zero_copy_only=False), False) for word in words]
        at = np.flatnonzero(known[0][codes])
        for k, is_word in enumerate(known[1:], 1):
            at = at[at + k < len(codes)]
            at = at[is_word[codes[at + k]] & (position[at + k] - position[at] == k)]
            at = at[np.logical_and.reduce([p[at + k] == p[at] for p in place])]
        rows.append(at)
        lengths.append(np.full(len(at), len(words)))
    rows, lengths = np.concatenate(rows), np.concatenate(lengths)
    order = np.lexsort((-lengths, rows))  # of two hits at one word the longer stands
    rows, lengths = rows[order], lengths[order]
    new = np.append(True, rows[1:] != rows[:-1])[: len(rows)]
    return rows[new], lengths[new]


def spell(terms, tokens, articles, *, look_at=25):
    """How terms are mostly written in the articles: a list with "ISRO" for "isro"; at most `look_at` hits of each are read.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Isro met JAXA. ISRO’s talks; ISRO said. Talks, talks."]})
    >>> spell(["isro", "talks"], tokenize(frame), frame)
    ['ISRO', 'talks']
    """
    hits = tokens[tokens["token"].isin(list(terms))].groupby("token", observed=True).head(look_at)
    seen = articles[articles["article_id"].isin(hits["article_id"].unique())]
    words = tokenize(seen, offsets=True)
    words = words[words["token"].isin(list(terms))]
    text = seen.set_index("article_id")["text"]
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


def _words(phrase):
    words = []
    for word in phrase.split():
        if "*" in word:
            words.append("^" + re.escape(word.lower().replace("’", "'")).replace(r"\*", ".*") + "$")
        else:  # as the tokenizer has it: "2027–28" is two words, "月の極" three
            tokens = tokenize(pd.DataFrame({"article_id": [0], "text": [word]}))["token"]
            words += ["^" + re.escape(token) + "$" for token in tokens]
    return words
