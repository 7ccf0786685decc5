"""a finding and its articles -> does it hold? Without its top article, the copies or one source, and in new draws of articles."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack

from utils.context import find_each
from utils.matrix import term_matrix

FEW = 5  # articles without which nothing can be told
LEVEL = 0.95
AT_ONCE = 5_000_000  # weights in memory
BEYOND = 20  # times as many items as are shown: those that may come up in a draw
WHY = {
    "as_it_is": "is a tie",
    "without_top_article": "rests on one article", "without_copies": "rests on copies", "without_source": "rests on one source",
    "draws": "may not hold in other articles of the kind",
}  # fmt: skip


def contrast_holds(target, reference, terms, articles, *, stories=None, draws=500, seed=0):
    """One row a term whose rate differs between two token tables: does the difference hold? `token log_ratio low high
    top_article without_top_article without_copies source without_source holds because`.

    `log_ratio` is that of `keyness` (Hardie 2014): above 0 where `target` has more; 0.5 stands for a count of 0, but a side
    without a hit never has more. The same ratio again: `low` and `high` bound it in 95 % of the `draws` of as many articles
    with replacement (percentile bootstrap, Efron 1979: an article comes with all its words, for they flock); the others
    leave out the article with most hits on the side that has more, the copies (`stories` as of `find_stories`), and that
    `source` without which least of the difference is left, if five articles a side are. It `holds` if its sign stays in all
    of these; else `because` says what it rests on. Missing is what cannot be told: with fewer than five articles a side,
    whether it holds.

    Where an article has words on both sides (inside and outside of quotation marks), one draw serves both; else each side is
    drawn by itself, for its size was given. A term is a word, a phrase or a pattern as in `find_in_context`.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": [*"abcdefghijklmn"], "text": ["sun day"] * 7 + ["rain day"] * 6 + ["day" + " fog" * 9]})
    >>> tokens, early = tokenize(frame), [*"abcdefg"]
    >>> found = contrast_holds(tokens[~tokens.article_id.isin(early)], tokens[tokens.article_id.isin(early)], ["rain", "fog"], frame)
    >>> found[["token", "top_article", "holds", "because"]].values.tolist()
    [['rain', 'h', True, ''], ['fog', 'n', False, 'rests on one article']]
    """
    ids = pd.Index(np.unique(np.concatenate([side["article_id"].unique() for side in (target, reference)])), dtype=articles["article_id"].dtype)
    terms = list(dict.fromkeys(terms)) if len(ids) else []
    sides = [_count(side, terms, ids) for side in (target, reference)]
    matrix = hstack(sides, format="csr")
    inside = np.column_stack([side[:, [-1]].toarray() > 0 for side in sides])
    groups = [np.arange(len(ids))] if inside.all(axis=1).any() else [np.flatnonzero(side) for side in inside.T]
    ratio = _log_ratio(matrix.sum(axis=0))
    top = np.where(ratio > 0, *(side[:, :-1].toarray().argmax(axis=0) for side in sides)) if terms else np.zeros(0, int)
    told, sources = _retell(matrix, top, inside, groups, ids, articles, stories, draws, seed)
    found = _judge(told, sources, _log_ratio, -np.sign(ratio), 0, (1 + LEVEL) / 2, ids[top], inside)
    found.insert(0, "token", pd.Series(terms, dtype="str"))
    found.insert(1, "log_ratio", ratio)
    absent = sum(side[:, :-1].sum(axis=0) for side in sides) == 0
    found.loc[absent, [*found.columns.difference(["token", "because"])]] = pd.NA
    found.loc[absent, "because"] = "it has no hit"
    return found


def ranking_holds(items, articles, *, item="token", top=10, stories=None, draws=500, seed=0):
    """One row an item of the `top` most frequent: does it stay among them? The column `item`, then `n rank low high
    top_article without_top_article without_copies source without_source holds because`.

    `items` is any table in which a row is a mention: `article_id` and the column `item` (words, speakers, names). `n` counts
    its rows, `rank` the items that have at least as many, so that ties count against it; one that is gone comes behind all.
    The other numbers are this rank again, as in `contrast_holds`. It `holds` if it stays in the top in 95 % of the draws, and
    without its top article, the copies, and the source that it can spare least. It is ranked among the 20 x `top` most frequent.

    >>> items = pd.DataFrame({"article_id": [*"abcdef", *"fffffff"], "speaker": ["Rao"] * 6 + ["Abe"] * 7})
    >>> ranking_holds(items, pd.DataFrame({"article_id": [*"abcdef"]}), item="speaker", top=1)[["speaker", "n", "holds", "because"]].values.tolist()
    [['Abe', 7, False, 'rests on one article']]
    """
    items = items[["article_id", item]].dropna().astype({"article_id": "category"})
    matrix, names = term_matrix(items.rename(columns={item: "token"}))
    ids, n = items["article_id"].cat.categories, matrix.sum(axis=0)
    rows, columns = np.flatnonzero(matrix.sum(axis=1)), np.lexsort((names, -n))[: min(BEYOND * top, np.count_nonzero(n))]
    rows = rows[ids[rows].argsort()]
    # By article: the sums of the draws stay at hand while the articles go by.
    ids, matrix, shown = ids[rows], matrix[rows][:, columns].astype(float).tocsr(), min(top, len(columns))
    rank = lambda totals: np.where(totals[..., :shown] > 0, (totals[..., None, :] >= totals[..., :shown, None]).sum(axis=-1), len(columns) + 1)
    heaviest = matrix[:, :shown].toarray().argmax(axis=0) if shown else np.zeros(0, int)
    inside = np.ones((len(ids), 1), bool)
    told, sources = _retell(matrix, heaviest, inside, [np.arange(len(ids))], ids, articles, stories, draws, seed)
    found = _judge(told, sources, rank, np.ones(shown), shown + 0.5, LEVEL, ids[heaviest], inside)
    found = found.astype(dict.fromkeys(["low", "high", *list(WHY)[1:4]], "Int64"))
    first = pd.DataFrame({item: names.to_numpy()[columns[:shown]], "n": n[columns[:shown]].astype(np.int64), "rank": rank(matrix.sum(axis=0))})
    return pd.concat([first.astype({item: "str"}), found], axis=1)


def _count(tokens, terms, ids):
    """How often each term stands in each article, a sparse matrix with a row an article; the last column is all its words."""
    tokens = tokens.astype({"token": "category", "article_id": "category"})
    article = ids.get_indexer(tokens["article_id"].cat.categories)[tokens["article_id"].array.codes]
    column, rows, _ = find_each(tokens, terms)
    hits = csr_array((np.ones(len(column)), (article[rows], column)), shape=(len(ids), len(terms)))
    return hstack([hits, csr_array(np.bincount(article, minlength=len(ids))[:, None].astype(float))], format="csr")


def _log_ratio(totals):
    """The log ratio of each term, from the sums of the columns of two such matrices side by side."""
    half = totals.shape[-1] // 2
    (n, words), (other, others) = ((side[..., :-1], np.maximum(side[..., -1:], 0.5)) for side in (totals[..., :half], totals[..., half:]))
    ratio = np.log2(np.maximum(n, 0.5) / words / (np.maximum(other, 0.5) / others))
    return np.clip(ratio, np.where(other > 0, -np.inf, 0), np.where(n > 0, np.inf, 0))


def _draws(groups, draws, seed):
    """New sets of articles, in blocks: how often each (row) is drawn in each draw (column), every group by itself."""
    rng, size = np.random.default_rng(seed), sum(map(len, groups))
    step = max(AT_ONCE // max(size, 1), 1)
    for block in (min(step, draws - done) for done in range(0, draws, step)):
        picked = np.concatenate([group[rng.integers(len(group), size=(len(group), block))] for group in groups if len(group)] or [np.zeros((0, block), int)])
        yield np.bincount((picked * block + np.arange(block)).ravel(), minlength=size * block).reshape(size, block)


def _retell(matrix, top, inside, groups, ids, articles, stories, draws, seed):
    """The sums of the matrix's columns in each way to tell the finding again, and the sources that can be left out."""
    whole = matrix.sum(axis=0)
    told = {"as_it_is": whole, "draws": np.concatenate([(matrix.T @ weights).T for weights in _draws(groups, draws, seed)]), "without_top_article": whole - matrix[top].toarray()}
    if stories is not None:
        copies = stories.set_index("article_id")["first"].reindex(ids).eq(False).to_numpy()
        told["without_copies"] = matrix[np.flatnonzero(~copies)].sum(axis=0)
    source, names = pd.factorize(articles.set_index("article_id")["source"].reindex(ids) if "source" in articles else np.full(len(ids), np.nan), sort=True)
    known = np.flatnonzero(source >= 0)
    member = csr_array((np.ones(len(known)), (source[known], known)), shape=(len(names), len(ids)))
    spared = np.flatnonzero((inside.sum(axis=0) - member @ inside.astype(float) >= FEW).all(axis=1))
    if len(spared):
        told["without_source"] = whole - (member[spared] @ matrix).toarray()
    return told, np.asarray(names, object)[spared]


def _judge(told, sources, measure, sign, bound, sure, top, inside):
    """The measure told again in each way; a finding stays where sign x measure is below the bound, in a share `sure` of draws."""
    found = {way: measure(totals) for way, totals in told.items()}
    drawn, size = found["draws"], len(top)
    found["without_top_article"] = np.diagonal(found["without_top_article"])
    if len(sources):
        worst = np.argmax(sign * found["without_source"], axis=0)
        found["without_source"], sources = found["without_source"][worst, np.arange(size)], sources[worst]
    falls = {way: sign * found[way] >= bound for way in WHY if way in found} | {"draws": (sign * drawn < bound).mean(axis=0) < sure}
    because = np.select(list(falls.values()), [WHY[way] for way in falls], "")
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0, method="inverted_cdf")
    none = np.full(size, np.nan)
    frame = pd.DataFrame({"low": low, "high": high, "top_article": top} | {way: found.get(way, none) for way in list(WHY)[1:4]})
    frame.insert(5, "source", pd.Series(sources if len(sources) else [None] * size, dtype="str"))
    frame["holds"] = pd.array(because == "", "boolean")
    frame["because"] = pd.Series(because, dtype="str") + np.where(because == WHY["without_source"], " (" + frame["source"].fillna("") + ")", "")
    if inside.sum(axis=0).min() < FEW:
        frame = frame.assign(low=none, high=none, holds=pd.array([None] * size, "boolean"), because=pd.Series("too few articles to tell", frame.index, dtype="str"))
    return frame
