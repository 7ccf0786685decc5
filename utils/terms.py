"""tokens -> counts, tf-idf: which words stand in the articles, how often, in how many, and where they are at home."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import rel_entr


def count_terms(tokens, *, by=None):
    """One row a term: `token n articles per_10k`, the most frequent first (ties by word); `by` adds a column of groups.

    `n` is how often the term stands in the table, `articles` in how many articles, `per_10k` is n per 10,000 words (of
    the group). `by` names one or more columns of `tokens`; each group is counted by itself.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["the moon, the mission", "moon"]})
    >>> count_terms(tokenize(frame)).values.tolist()
    [['moon', 2, 2, 4000.0], ['the', 2, 1, 4000.0], ['mission', 1, 1, 2000.0]]
    """
    if by is None:
        return _count(tokens)
    by = [by] if isinstance(by, str) else list(by)
    if missing := [name for name in by if name not in tokens]:
        raise ValueError(f"tokens has no column {missing}; it has {list(tokens.columns)}")
    if tokens.empty:
        return _count(tokens).assign(**{name: tokens[name] for name in by})[[*by, "token", "n", "articles", "per_10k"]]
    groups = tokens.groupby(by, observed=True, dropna=False, sort=True)
    token, article = (tokens[c].astype("category") for c in ("token", "article_id"))
    terms, ids = token.cat.categories, max(len(article.cat.categories), 1)
    pairs = groups.ngroup().to_numpy().astype(np.int64) * len(terms) + token.cat.codes.to_numpy()
    of_articles = np.unique(pairs * ids + article.cat.codes.to_numpy()) // ids
    pair, n = np.unique(pairs, return_counts=True)
    group = pair // len(terms)
    counts = pd.DataFrame({"group": group, "token": terms.to_numpy()[pair % len(terms)], "n": n, "articles": np.unique(of_articles, return_counts=True)[1]})
    counts = counts.astype({"token": "str"}).assign(per_10k=n / np.bincount(group, weights=n)[group] * 10_000)
    counts = counts.sort_values(["group", "n", "token"], ascending=[True, False, True], ignore_index=True)
    keys = groups.size().reset_index()[by].iloc[counts["group"]].reset_index(drop=True)
    return pd.concat([keys, counts.drop(columns="group")], axis=1)


def _count(tokens):
    matrix, terms = term_matrix(tokens)
    counts = pd.DataFrame({"token": terms, "n": matrix.sum(axis=0).astype(np.int64), "articles": np.diff(matrix.indptr).astype(np.int64)})
    counts["per_10k"] = counts["n"] / max(counts["n"].sum(), 1) * 10_000
    return counts[counts["n"] > 0].sort_values(["n", "token"], ascending=[False, True], ignore_index=True)


def term_matrix(tokens):
    """How often each term stands in each article: a sparse matrix (a row an article, a column a term) and the terms."""
    token, article = (tokens[c].astype("category") for c in ("token", "article_id"))
    shape = len(token.cat.categories), len(article.cat.categories)
    ones = np.ones(len(tokens), np.int32)
    matrix = csr_array((ones, (token.cat.codes.to_numpy(), article.cat.codes.to_numpy())), shape=shape)  # by term, so that there is nothing to sort
    return matrix.T, pd.Series(token.cat.categories, dtype="str")


def g2(both, first, second, total):
    """The log-likelihood ratio (Dunning 1993) of a 2 x 2 table, from one cell, its row's and its column's sum, and the total.

    Always positive: it says how sure it is that the two go together or keep apart, not which.

    >>> float(g2(10, 20, 20, 40)), round(float(g2(20, 20, 20, 40)), 3)
    (0.0, 55.452)
    """
    both, first, second, total = (np.asarray(n, float) for n in (both, first, second, total))
    observed = both, second - both, first - both, total - first - second + both
    expected = (row * column / total for column in (second, total - second) for row in (first, total - first))
    return np.maximum(2 * sum(map(rel_entr, observed, expected)), 0)


def tf_idf(tokens):
    """One row an article and term: `article_id token n tf idf tf_idf`, by article, the most telling term first.

    tf = n / words of the article; idf = ln(articles / articles with the term), unsmoothed (Spärck Jones 1972), so that a
    term that stands in every article has weight 0.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon rover rover", "moon launch"]})
    >>> tf_idf(tokenize(frame)).round(3).values.tolist()[0]
    ['a', 'rover', 2, 0.5, 0.693, 0.347]
    """
    matrix, terms = term_matrix(tokens)
    pairs = matrix.tocoo()
    ids = tokens["article_id"].astype("category").cat.categories
    words = matrix.sum(axis=1)
    idf = np.log((words > 0).sum() / np.maximum(np.diff(matrix.indptr), 1))
    frame = pd.DataFrame({"article_id": ids[pairs.coords[0]], "token": terms.to_numpy()[pairs.coords[1]], "n": pairs.data.astype(np.int64)})
    frame["tf"] = pairs.data / words[pairs.coords[0]]
    frame["idf"] = idf[pairs.coords[1]]
    frame["tf_idf"] = frame["tf"] * frame["idf"]
    return frame.sort_values(["article_id", "tf_idf", "token"], ascending=[True, False, True], ignore_index=True)


def characteristic_terms(tokens, *, hide=frozenset(), limit=25):
    """What the articles are about: `count_terms` plus `weight`, the heaviest first; a row is a term.

    `weight` is n x ln((articles + 1) / articles with the term), tf-idf over the whole collection: high for words that fill
    some articles and are not in all. With one article it is its most frequent words. `hide` leaves words out of the list
    (and changes no number); so do figures and single letters, always.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The moon, the moon of 2017, a rover."]})
    >>> characteristic_terms(tokenize(frame), hide={"the", "a", "of"}).token.tolist()
    ['moon', 'rover']
    """
    articles = tokens["article_id"].nunique()
    counts = hide_terms(count_terms(tokens), hide)
    counts = counts[counts["token"].str.contains(r"^\D") & (counts["token"].str.len() > 1)]
    counts = counts.assign(weight=counts["n"] * np.log((articles + 1) / counts["articles"]))
    return counts.sort_values(["weight", "token"], ascending=[False, True], ignore_index=True).head(limit)


def hide_terms(counts, words):
    """The rows of a table whose `token` is not among `words`; the numbers of the others stay as they are.

    >>> hide_terms(pd.DataFrame({"token": ["the", "moon"], "per_10k": [600.0, 20.0]}), {"the"}).values.tolist()
    [['moon', 20.0]]
    """
    return counts[~counts["token"].isin(list(words))].reset_index(drop=True)


def pair_up(tokens, *, hide=frozenset()):
    """The phrases of two words as a token table of their own: a row is a word and the next one in its sentence.

    `article_id sentence position token`, where `token` is "joint mission" and `position` that of its first word; pairs with
    a word of `hide`, a figure or a single letter are left out. Count them as any tokens.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["A joint lunar mission. Mission to Mars."]})
    >>> pair_up(tokenize(frame), hide={"a", "to"}).token.tolist()
    ['joint lunar', 'lunar mission']
    """
    tokens = tokens.astype({"token": "category", "article_id": "category"})
    terms = pd.Series(tokens["token"].cat.categories, dtype="str")
    plain = (terms.str.contains(r"^\D") & (terms.str.len() > 1) & ~terms.isin(list(hide))).to_numpy()
    code, article, sentence, position = (tokens[c].cat.codes.to_numpy() if c in ("token", "article_id") else tokens[c].to_numpy() for c in ("token", "article_id", "sentence", "position"))
    near = (article[1:] == article[:-1]) & (sentence[1:] == sentence[:-1]) & (position[1:] == position[:-1] + 1)
    first = np.flatnonzero(near & plain[code[:-1]] & plain[code[1:]])
    pair, distinct = pd.factorize(code[first].astype(np.int64) * len(terms) + code[first + 1])
    names = terms.to_numpy()[distinct // max(len(terms), 1)] + " " + terms.to_numpy()[distinct % max(len(terms), 1)]
    return tokens.iloc[first][["article_id", "sentence", "position"]].assign(token=pd.Categorical.from_codes(pair, pd.Index(names, dtype="str")))
