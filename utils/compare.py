"""tokens of two groups -> keyness: which words one side uses more than the other, how surely and by how much."""

import numpy as np
import pandas as pd
from scipy.special import rel_entr

from utils.chunks import changes, coded, rows_of
from utils.matrix import g2, highest_first, term_matrix, totals

COUNTS = ["token", "n_target", "n_reference", "articles_target", "articles_reference"]
PROBES = 50  # rows of the target that are looked up in the reference


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

    Raises ValueError where the reference holds the target (of 50 words or more) instead of all others, and for other `cells`.

    >>> from utils.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon moon sun", "moon sun sun sun"]}))
    >>> found = keyness(tokens[tokens.article_id == "a"], tokens[tokens.article_id == "b"], min_count=1)
    >>> found[["token", "n_target", "n_reference", "log_ratio", "diff_percent", "odds_ratio"]].values.tolist()[0]
    ['moon', 3, 1, 1.584962500721156, 200.0, 9.0]
    """
    _part(target, reference)
    return keyness_of_counts(totals(target), totals(reference), min_count=min_count, cells=cells)


def keyness_of_counts(target, reference, *, min_count=5, cells=4):
    """`keyness` from two tables of counts (`token n articles`, no term twice), which say all that it asks of the tokens.

    >>> counts = pd.DataFrame({"token": ["moon", "sun"], "n": [3, 1], "articles": 1})
    >>> keyness_of_counts(counts, counts.assign(n=[1, 3]), min_count=1)[["token", "n_target", "n_reference", "odds_ratio"]].values.tolist()[0]
    ['moon', 3, 1, 9.0]
    """
    same = target["token"].equals(reference["token"])  # as where both are parts of one table
    number, terms = (np.tile(np.arange(len(target)), 2), target["token"]) if same else pd.factorize(pd.concat([target["token"], reference["token"]]))
    sides = {"target": (target, number[: len(target)]), "reference": (reference, number[len(target) :])}
    counts = {f"{name}_{side}": np.bincount(at, table[name], len(terms)).astype(np.int64) for side, (table, at) in sides.items() for name in ("n", "articles")}
    words, others = int(counts["n_target"].sum()), int(counts["n_reference"].sum())
    often = np.flatnonzero((counts["n_target"] + counts["n_reference"] >= max(min_count, 1)) & bool(words and others))
    found = _measure(pd.DataFrame({"token": pd.Series(terms[often], dtype="str")} | {name: n[often] for name, n in counts.items()}), words, others, cells)
    return highest_first(found, "g2")


def keyness_of(articles, matrix, terms, *, min_count=5, min_articles=1):
    """As `keyness`, of some `articles` (rows of a `term_matrix`) against all others; a term stands in `min_articles` of them or more.

    >>> from utils.tokens import tokenize
    >>> matrix, terms = term_matrix(tokenize(pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon moon sun", "moon sun sun sun"]})))
    >>> keyness_of([0], matrix, terms, min_count=1)[["token", "n_target", "n_reference"]].values.tolist()
    [['moon', 3, 1], ['sun', 1, 3]]
    """
    matrix = matrix.tocsr()
    (n, articles), (total, of_all) = ((side.sum(axis=0).astype(np.int64), np.bincount(side.indices, minlength=len(terms))) for side in (matrix[articles], matrix))
    counts = pd.DataFrame(dict(zip(COUNTS, (terms, n, total - n, articles, of_all - articles))))
    counts = counts[(total >= max(min_count, 1)) & (articles >= min_articles)] if 0 < n.sum() < total.sum() else counts[:0]
    return highest_first(_measure(counts, n.sum(), total.sum() - n.sum(), 4), "g2")


def keyness_by(tokens, by, *, min_count=5, cells=4):
    """Each group of a token table against all the others: the columns of `by`, then those of `keyness`; group after group.

    `by` is what `groupby` takes: a column, a Series aligned to the rows, or a list of these. `min_count` is of all groups
    together. Rows whose group is missing are in no group and in nobody's reference.

    >>> from utils.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon sun", "moon sun sun"]}))
    >>> keyness_by(tokens, "article_id", min_count=1)[["article_id", "token", "n_target", "n_reference"]].values.tolist()
    [['a', 'moon', 2, 1], ['a', 'sun', 1, 2], ['b', 'moon', 1, 2], ['b', 'sun', 2, 1]]
    """
    by = [tokens[key] if isinstance(key, str) else key for key in (by if isinstance(by, list) else [by])]
    turns = np.flatnonzero(np.logical_or.reduce([changes(pd.factorize(key)[0]) for key in by]))  # few: to group all words would take all memory
    runs = np.diff(np.append(turns, len(tokens)))
    groups = pd.Series(runs, tokens.index[turns]).groupby([key.iloc[turns] for key in by], observed=True, sort=True)
    keys, group = groups.sum().rename("words").reset_index(), np.repeat(groups.ngroup().fillna(-1).to_numpy(np.int32), runs)
    words, size, article = keys.pop("words").to_numpy(), len(keys), coded(tokens["article_id"])
    place = article.codes.astype(np.int32 if len(article.categories) * size < 2**31 else np.int64) * size + group
    place[group < 0] = -1
    known = pd.DataFrame({"token": tokens["token"].array, "article_id": pd.Categorical.from_codes(place, pd.RangeIndex(len(article.categories) * size))})
    matrix, terms = term_matrix(known.dropna(subset="article_id") if (group < 0).any() else known)
    del known, group, place  # a table each as long as the tokens
    terms = terms[matrix.sum(axis=0) >= max(min_count, 1)].sort_values() if size > 1 else terms[:0]  # one group has no others
    matrix = matrix[:, terms.index].tocoo()
    (place, term), count = matrix.coords, len(terms)
    cell, new = place % size * np.int64(count) + term, (np.diff(term, prepend=-1) != 0) | (np.diff(place // size, prepend=-1) != 0)
    only = new & np.append(new[1:], True)[: len(new)]  # the article has the term in no other group
    by_cell = lambda rows, weights=None: np.bincount(cell[rows], weights, size * count).astype(np.int64).reshape(size, count)
    n, articles, of_group = by_cell(slice(None), matrix.data), by_cell(slice(None)), np.repeat(np.arange(size), count)
    others = np.bincount(term[new], minlength=count) - by_cell(only)
    counts = {"n_target": n, "n_reference": n.sum(axis=0) - n, "articles_target": articles, "articles_reference": others}
    counts = pd.DataFrame({"token": pd.Series(np.tile(terms.to_numpy(object), size), dtype="str")} | {name: values.ravel() for name, values in counts.items()})
    found = _measure(counts, words[of_group], (words.sum() - words)[of_group], cells)
    order = np.lexsort((-found["g2"], of_group))
    return pd.concat([keys.iloc[of_group[order]].reset_index(drop=True), found.iloc[order].reset_index(drop=True)], axis=1)


def distinctive_terms(tokens, *, language="en", min_count=5):
    """One row a term, against a language at large where there is no other side: as `keyness`, without the reference's counts.

    The reference is wordfreq's list of the language (Speer 2022; up to 2021), an optional extra. Its rates are taken as known, so
    `g2` compares the term, and all else, with what they lead one to expect. A term that the list has not has `zero` "reference"
    and stands in `g2` and `log_ratio` with the lowest rate of the list, which makes both the least that they can be.
    Raises ModuleNotFoundError without wordfreq, LookupError for a language that it has not.

    >>> from utils.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"article_id": ["a"], "text": ["the probe and the crater"]}))
    >>> distinctive_terms(tokens, min_count=1).token.tolist()  # doctest: +SKIP
    ['crater', 'probe', 'the', 'and']
    """
    try:
        from wordfreq import get_frequency_dict, word_frequency
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError('distinctive_terms needs the frequencies of wordfreq: pip install -e ".[reference]"') from error
    counts = totals(tokens).set_index("token").add_suffix("_target")
    counts = counts[counts["n_target"] >= max(min_count, 1)].rename_axis("token").reset_index().astype({"token": "str"})
    n, words = counts["n_target"].to_numpy(float), max(len(tokens), 1)
    base = np.array([word_frequency(term, language) for term in counts["token"]], float)
    expected = words * np.where(base > 0, base, min(get_frequency_dict(language).values()))
    # A rate is the count of one word.
    found = _measure(counts.assign(n_reference=base, articles_reference=0), words, 1, 2).drop(columns=["n_reference", "articles_reference"])
    found = found.assign(g2=2 * (rel_entr(n, expected) + rel_entr(words - n, words - expected)), log_ratio=np.log2(n / expected))
    return highest_first(found, "g2")


def _part(target, reference):
    """Raise where all of many rows of the target are in the reference; a few words may agree by chance, in corpora that both have an article "1"."""
    place = ["article_id", "position", "token"]
    if len(target) >= PROBES and {*place} <= {*target.columns} & {*reference.columns}:
        probes = target[place].iloc[np.linspace(0, len(target) - 1, PROBES).astype(int)].astype(object)
        ids = coded(reference["article_id"])
        there = reference[place].iloc[rows_of(ids.categories.isin(probes["article_id"].unique()), ids.codes)].astype(object).drop_duplicates()
        if len(probes.merge(there)) == PROBES:
            raise ValueError("the reference holds the target; compare with all others: keyness(tokens[these], tokens[~these])")


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
    return counts[COUNTS].assign(**measures)
