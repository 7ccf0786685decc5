"""tokens + articles -> the sentences that say most of what a period is about."""

import numpy as np
import pandas as pd

from utils.chunks import coded
from utils.context import COLUMNS as CONTEXT
from utils.matrix import in_order
from utils.terms import characteristic_terms
from utils.timeline import bins
from utils.tokens import split_sentences

LEAD = 1.5  # how much more an article's first sentence counts: news says the main thing first


def key_sentences(tokens, articles, *, each=2, freq=None, hide=frozenset(), words=(8, 35)):
    """The sentences that say most of what a period is about: `each` a period, as rows of `find_in_context`, by date.

    A sentence scores the sum of the root weights of its distinct `characteristic_terms`, over the root of its words (after
    Luhn 1958), an article's first one `LEAD` times as much (Edmundson 1969); those with fewer or more than `words` do not stand, nor two of one article, nor near-copies of a taken one.
    The whole sentence is in `before`; `match` and `after` are empty.

    >>> from utils.tokens import tokenize
    >>> text = "The joint lunar mission of the two agencies was agreed in Tokyo. It rained a little on that day in the old town."
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": [text]})
    >>> key_sentences(tokenize(frame), frame, each=1, hide={"the", "of", "in", "it", "on", "that", "a"}).start.tolist()
    [0]
    """
    placed, _, of_article = bins(articles, freq)
    weights = characteristic_terms(tokens, hide=hide, limit=None).set_index("token")["weight"] ** 0.5
    tokens, place = in_order(tokens)
    token, article = (coded(tokens[name]) for name in ("token", "article_id"))
    per_term, opens = token.categories.map(weights).fillna(0).to_numpy(float), np.flatnonzero(np.diff((place >> 32 << 32) + tokens["sentence"].to_numpy(), prepend=-1))
    word = np.sort(np.repeat(np.arange(len(opens)) * len(per_term), np.diff(np.append(opens, len(place)))) + token.codes)
    number, code = np.divmod(word[np.diff(word, prepend=-1) != 0], max(len(per_term), 1))  # the distinct words of each sentence
    period = pd.Series(of_article, index=placed["article_id"]).reindex(article.categories).to_numpy()[article.codes[opens]]
    scores = tokens[["article_id", "sentence"]].iloc[opens].assign(number=np.arange(len(opens)), period=period, size=np.bincount(number, minlength=len(opens)))
    scores["score"] = np.bincount(number, per_term[code], len(opens)) / scores["size"] ** 0.5 * np.where(scores["sentence"] == 0, LEAD, 1)
    scores = scores[scores["size"].between(*words) & (scores["score"] > 0)]
    best = scores.iloc[np.argsort(-scores["score"].to_numpy(), kind="stable")].groupby("period").head(each * 20)
    begins, ends = (np.searchsorted(number, best["number"], side=side) for side in ("left", "right"))
    chosen = []
    for row, begin, end in zip(best.itertuples(), begins, ends):
        taken, mine = [key for key in chosen if key[0] == row.period], {*code[begin:end][per_term[code[begin:end]] > 0]}
        if len(taken) < each and all(one != row.article_id and len(mine & other) < len(mine) / 2 for _, one, _, other in taken):
            chosen.append((row.period, row.article_id, row.sentence, mine))
    picked = pd.DataFrame([key[1:3] for key in chosen], columns=["article_id", "sentence"])
    known = placed[placed["article_id"].isin(picked["article_id"])]
    spans = split_sentences(known).astype({"article_id": placed["article_id"].dtype})
    picked = picked.astype({"article_id": placed["article_id"].dtype, "sentence": "int32"}).merge(spans, on=["article_id", "sentence"])
    picked = picked.merge(known[["article_id", "date", "text"]], on="article_id").sort_values(["date", "article_id"], ignore_index=True)
    picked["before"] = pd.Series([t[a:b] for t, a, b in zip(picked["text"], picked["start"], picked["end"])], dtype="str")
    return picked.assign(match="", after="")[CONTEXT]
