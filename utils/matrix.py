"""tokens -> numbers: the matrix of terms and articles that counts rest on, an order, the measure of surprise."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.special import rel_entr

from utils.chunks import changes, coded, pieces


def term_matrix(tokens):
    """How often each term stands in each article: a sparse matrix (a row an article, a column a term) and the terms."""
    token, article = (coded(tokens[c]) for c in ("token", "article_id"))
    shape = len(token.categories), len(article.categories)  # by term, as then there is nothing to sort
    by_term = csr_array((np.ones(len(tokens), np.int32), (token.codes, article.codes)), shape=shape)
    return by_term.T, pd.Series(token.categories, dtype="str")


def totals(tokens):
    """One row a term: `token n articles`, how often it stands in the table, and in how many articles."""
    token, article = (coded(tokens[c]) for c in ("token", "article_id"))
    terms, (n, articles) = pd.Series(token.categories, dtype="str"), np.zeros((2, len(token.categories)), np.int64)
    for first, last in pieces(article.codes, 1 << 18):
        term, *counts = tally(token.codes[first:last], article.codes[first:last])
        n[term], articles[term] = n[term] + counts[0], articles[term] + counts[1]
    return pd.DataFrame({"token": terms, "n": n, "articles": articles})


def tally(keys, articles):
    """The distinct keys, whole numbers from 0 on, in order; how often each stands; in how many of the articles, whose numbers stand beside.

    >>> [found.tolist() for found in tally(np.array([5, 3, 5, 5]), np.array([0, 0, 0, 1]))]
    [[3, 5], [1, 3], [1, 2]]
    """
    first = int(articles.min()) if len(articles) else 0
    bits = (int(articles.max(initial=0)) - first).bit_length()
    if (size := int(keys.max(initial=0)).bit_length() + bits) > 64:
        known, keys = np.unique(keys, return_inverse=True)
        found, *counts = tally(keys, articles)
        return known[found], *counts
    wide = np.uint32 if size <= 32 else np.uint64  # NumPy sorts the former several times as fast
    both = np.left_shift(keys, bits, dtype=wide, casting="unsafe")
    np.add(both, articles - first, out=both, dtype=wide, casting="unsafe")  # or NumPy would add as floating-point numbers
    both.sort()
    again = np.append(0, np.cumsum(both[1:] == both[:-1], dtype=np.int32))  # how often so far a key stood once more in its article
    both >>= wide(bits)
    new = np.flatnonzero(changes(both))
    n = np.diff(new, append=len(both))
    return both[new].astype(np.int64), n, n - again[new + n - 1] + again[new]


def in_order(tokens):
    """The tokens by article and position, and the place of each: both in one number."""
    place = np.left_shift(coded(tokens["article_id"]).codes, 32, dtype=np.int64)
    place += tokens["position"].to_numpy()
    if (place[1:] < place[:-1]).any():
        order = np.argsort(place, kind="stable")
        tokens, place = tokens.iloc[order], place[order]
    return tokens, place


def highest_first(table, by):
    """The rows of a table by the number `by`, the highest first, ties by `token`, as Arrow sorts words: three times as fast as pandas."""
    keys = pa.table({"by": pa.array(table[by], from_pandas=True), "token": pa.array(table["token"])})
    return table.take(pc.sort_indices(keys, [("by", "descending"), ("token", "ascending")]).to_numpy()).reset_index(drop=True)


def g2(both, first, second, total):
    """The log-likelihood ratio (Dunning 1993) of a 2 x 2 table, from one cell, its row's and its column's sum, and the total.

    Always positive: it says how sure it is that the two go together or keep apart, not which. Missing where a cell is negative.

    >>> float(g2(10, 20, 20, 40)), round(float(g2(20, 20, 20, 40)), 3)
    (0.0, 55.452)
    """
    both, first, second, total = (np.asarray(n, float) for n in (both, first, second, total))
    observed = both, second - both, first - both, total - first - second + both
    expected = (row * column / total for column in (second, total - second) for row in (first, total - first))
    sure = 2 * sum(map(rel_entr, observed, expected))
    return np.where(np.isfinite(sure), np.maximum(sure, 0), np.nan)
