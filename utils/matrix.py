"""tokens -> numbers: the matrix of terms and articles that counts rest on, an order, the measure of surprise."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.special import rel_entr

from utils.chunks import changes, pieces


def term_matrix(tokens):
    """How often each term stands in each article: a sparse matrix (a row an article, a column a term) and the terms."""
    token, article = (tokens[c].astype("category") for c in ("token", "article_id"))
    shape = len(token.cat.categories), len(article.cat.categories)  # by term, as then there is nothing to sort
    by_term = csr_array((np.ones(len(tokens), np.int32), (token.array.codes, article.array.codes)), shape=shape)
    return by_term.T, pd.Series(token.cat.categories, dtype="str")


def totals(tokens):
    """One row a term: `token n articles`, how often it stands in the table, and in how many articles."""
    tokens, sums = tokens[["article_id", "token"]].astype("category"), 0
    for first, last in pieces(tokens["article_id"].array.codes):
        matrix, terms = term_matrix(tokens[first:last])
        sums = sums + np.array([matrix.sum(axis=0), np.diff(matrix.indptr)], np.int64)
    return pd.DataFrame({"token": terms, "n": sums[0], "articles": sums[1]})


def in_order(tokens):
    """The tokens by article and position, and the place of each: both in one number."""
    place = (tokens["article_id"].astype("category").array.codes.astype(np.int64) << 32) + tokens["position"].to_numpy()
    if (place[1:] < place[:-1]).any():
        order = np.argsort(place, kind="stable")
        tokens, place = tokens.iloc[order], place[order]
    return tokens, place


def number(keys):
    """`pd.factorize(keys, sort=True)` of whole numbers from 0 on, three times as fast where a key and its place fit into one number."""
    bits = len(keys).bit_length()
    if int(keys.max(initial=0)).bit_length() + bits > 63:
        return pd.factorize(keys, sort=True)
    both = np.sort((keys << bits) + np.arange(len(keys)))
    sorted_, numbers = both >> bits, np.empty(len(keys), np.int64)
    numbers[both & ((1 << bits) - 1)] = np.cumsum(new := changes(sorted_)) - 1
    return numbers, sorted_[new]


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
