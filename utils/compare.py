"""tokens of two groups -> keyness: which words one side uses more than the other, how surely and by how much."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import rel_entr

from utils.terms import g2, term_matrix

COLUMNS = ["token", "n_target", "n_reference", "articles_target", "articles_reference", "per_10k_target", "per_10k_reference", "g2", "log_ratio", "diff_percent", "odds_ratio", "zero"]
PROBES = 20  # rows of the target that are looked up in the reference


def keyness(target, reference, *, min_count=5, cells=4):
    """One row a term of two token tables, the surest difference first; over-used in the target where `log_ratio` > 0.

    `n_…` counts a term, `articles_…` the articles that have it, `per_10k_…` is its rate per 10,000 words (rows) of that
    side; terms with fewer than `min_count` in both together are left out.
    - `g2`, how sure: log-likelihood (Dunning 1993) of the 2 x 2 table, as AntConc, quanteda and NLTK have it; `cells=2` is
      the shorter sum of Rayson and Garside (2000), as the UCREL wizard has it. Words of one article come in flocks, so no p.
    - `log_ratio`, how much: the binary logarithm of the ratio of the rates (Hardie 2014): 1 is twice as often, -2 a quarter.
      `zero` names the side ("target", "reference") whose count is 0 and stands as 0.5 in it; else it is missing.
    - `diff_percent`: 100 x (rate - reference rate) / reference rate (Gabrielatos and Marchi 2012), `odds_ratio`: the odds of
      the term here over those there (Pojanapunya and Watson Todd 2018); missing where the reference has none (they would be infinite).

    Raises ValueError where most rows of the target are rows of the reference as well, which must be the others, and for other `cells`.

    >>> from utils.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon moon sun", "moon sun sun sun"]}))
    >>> found = keyness(tokens[tokens.article_id == "a"], tokens[tokens.article_id == "b"], min_count=1)
    >>> found[["token", "n_target", "n_reference", "log_ratio", "diff_percent", "odds_ratio"]].values.tolist()[0]
    ['moon', 3, 1, 1.584962500721156, 200.0, 9.0]
    """
    _part(target, reference)
    here, there = _count(target), _count(reference)
    terms = here.index.union(there.index, sort=False)
    counts = here.reindex(terms, fill_value=0).join(there.reindex(terms, fill_value=0), suffixes=("_target", "_reference"))
    counts = counts[counts["n_target"] + counts["n_reference"] >= max(min_count, 1)] if len(target) and len(reference) else counts[:0]
    found = _measure(counts.rename_axis("token").reset_index().astype({"token": "str"}), len(target), len(reference), cells)
    return found.sort_values(["g2", "token"], ascending=[False, True], ignore_index=True)


def keyness_by(tokens, by, *, min_count=5, cells=4):
    """Each group of a token table against all the others: the columns of `by`, then those of `keyness`; group after group.

    `by` is what `groupby` takes: a column, a Series aligned to the rows, or a list of these. `min_count` is of all groups
    together. Rows whose group is missing are in no group and in nobody's reference.

    >>> from utils.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon sun", "moon sun sun"]}))
    >>> keyness_by(tokens, "article_id", min_count=1)[["article_id", "token", "n_target", "n_reference"]].values.tolist()
    [['a', 'moon', 2, 1], ['a', 'sun', 1, 2], ['b', 'moon', 1, 2], ['b', 'sun', 2, 1]]
    """
    groups = tokens.groupby(by, observed=True, sort=True)
    keys = groups.size().rename("words").reset_index()
    words, size = keys.pop("words").to_numpy(), len(keys)
    group, (token, article) = groups.ngroup().to_numpy(), (tokens[c].astype("category").cat for c in ("token", "article_id"))
    known = np.flatnonzero(group >= 0)
    place = article.codes.to_numpy()[known] * np.int64(size) + group[known]
    shape = len(token.categories), len(article.categories) * size
    matrix = csr_array((np.ones(len(known), np.int64), (token.codes.to_numpy()[known], place)), shape=shape)
    names = np.asarray(token.categories, object)
    keep = np.flatnonzero(matrix.sum(axis=1) >= max(min_count, 1)) if size > 1 else known[:0]
    keep = keep[np.argsort(names[keep])]
    cells_of = matrix[keep].tocoo()
    term, place = cells_of.coords
    cell, home = term * np.int64(size) + place % size, term * np.int64(len(article.categories)) + place // size
    new = np.append(True, home[1:] != home[:-1])[: len(home)]
    only = new & np.append(new[1:], True)[: len(home)]  # the article has the term in no other group
    table = lambda places, weights=None: np.bincount(places, weights, len(keep) * size).reshape(len(keep), size).astype(np.int64).T
    n, articles = table(cell, cells_of.data), table(cell)
    counts = pd.DataFrame({"n_target": n.ravel(), "n_reference": (n.sum(axis=0) - n).ravel(), "articles_target": articles.ravel()})
    counts["articles_reference"] = (np.bincount(term[new], minlength=len(keep)) - table(cell[only])).ravel()
    of_group = np.repeat(np.arange(size), len(keep))
    counts.insert(0, "token", pd.Series(np.tile(names[keep], size), dtype="str"))
    found = _measure(counts, words[of_group], (words.sum() - words)[of_group], cells)
    order = np.lexsort((-found["g2"], of_group))
    return pd.concat([keys.iloc[of_group[order]].reset_index(drop=True), found.iloc[order].reset_index(drop=True)], axis=1)


def _part(target, reference):
    """Raise where the target is part of the reference, as far as a few of its rows tell."""
    place = ["article_id", "position", "token"]
    if len(target) and "position" in target and "position" in reference:
        probes = target[place].iloc[np.unique(np.linspace(0, len(target) - 1, PROBES).astype(int))].astype(object)
        there = reference.loc[reference["article_id"].isin(probes["article_id"].unique()), place].astype(object).drop_duplicates()
        if len(probes.merge(there)) > len(probes) / 2:
            raise ValueError("most rows of the target are in the reference too; compare with the others: keyness(tokens[these], tokens[~these])")


def _count(tokens):
    matrix, terms = term_matrix(tokens)
    return pd.DataFrame({"n": matrix.sum(axis=0).astype(np.int64), "articles": np.diff(matrix.indptr).astype(np.int64)}, index=pd.Index(terms))


def _measure(counts, target, reference, cells):
    """`counts` with the rates and measures; `target` and `reference` are the words of the sides (of each row)."""
    if cells not in (2, 4):
        raise ValueError(f"cells is {cells!r}; G2 has 4 (the whole table) or 2 (the term alone)")
    n, other = counts["n_target"].to_numpy(float), counts["n_reference"].to_numpy(float)
    rate, base = n / target, other / reference
    expected = (n + other) / (target + reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = g2(n, n + other, target, target + reference) if cells == 4 else 2 * (rel_entr(n, target * expected) + rel_entr(other, reference * expected))
        odds = n * (reference - other) / (other * (target - n))
        measures = {
            "per_10k_target": rate * 10_000,
            "per_10k_reference": base * 10_000,
            "g2": sure,
            "log_ratio": np.log2(np.maximum(n, 0.5) / target / (np.maximum(other, 0.5) / reference)),
            "diff_percent": np.where(other > 0, (rate - base) / base * 100, np.nan),
            "odds_ratio": np.where(np.isfinite(odds), odds, np.nan),
            "zero": pd.array(np.select([other == 0, n == 0], ["reference", "target"], None), dtype="str"),
        }
    return counts.assign(**measures)[COLUMNS]
