"""quotes + names -> whose voice the coverage is: who speaks how much, of what, when, beside whom, and who never does."""

import numpy as np
import pandas as pd

from utils.matrix import term_matrix
from utils.terms import hide_terms, tf_idf
from utils.tokens import split_sentences, tokenize

UNKNOWN = "not known"


def utterances(quotes, articles):
    """One row a quotation and speaker: `quotes` with `sentence date source words`, `marked` and `who`, by date.

    `who` is the actor, or "not known"; a statement of two people is a row for each. `words` are those of the quotation,
    `marked` says whether it stands in quotation marks.

    >>> from utils.quotes import find_quotes
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.NaT, "text": ["“We go,” Ann Rao said."]})
    >>> utterances(find_quotes(frame), frame)[["who", "words", "marked"]].values.tolist()
    [['Ann Rao', 2, True]]
    """
    rows = quotes.assign(who=quotes["actor"].fillna(UNKNOWN).str.split("; ", regex=False)).explode("who", ignore_index=True).astype({"who": "str"})
    rows["marked"] = rows["kind"].ne("indirect")
    rows["words"] = rows["quote"].str.count(r"\w+(?:['’-]\w+)*").astype("int64")
    known = articles[articles["article_id"].isin(rows["article_id"].unique())]
    sentences, at = split_sentences(known), pd.Index(known["article_id"]).get_indexer(rows["article_id"])
    first = np.searchsorted(sentences["article_id"].array.codes, at)
    reach = int(sentences["end"].max()) + 1 if len(sentences) else 1  # places of all articles in one row, to be searched at once
    ends = sentences["article_id"].array.codes.astype(np.int64) * reach + sentences["end"].to_numpy()
    rows["sentence"] = np.searchsorted(ends, at * reach + rows["start"].to_numpy(), side="right") - first
    about = [name for name in ("article_id", "date", "source") if name in articles]
    return rows.merge(articles[about], on="article_id", how="left").sort_values(["date", "article_id", "start"], ignore_index=True)


def voices(rows):
    """The ledger of actors: one row a speaker of `utterances`, who has most quoted words first; those not known come last.

    `who`, `quotations` (in marks), `words` (in them), `share` (of all words in marks), `reported` (statements without marks),
    `articles`, `verbs` (the three most frequent), `first last` (days) and `sources` (how many).

    >>> from utils.quotes import find_quotes
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.NaT, "source": "Asahi", "text": ["“We go,” Ann Rao said."]})
    >>> voices(utterances(find_quotes(frame), frame))[["who", "quotations", "words", "share", "verbs"]].values.tolist()
    [['Ann Rao', 1, 2, 1.0, 'said']]
    """
    rows = rows.assign(inside=rows["words"].where(rows["marked"], 0), verb=rows["verb"].fillna(""), unmarked=~rows["marked"])
    verbs = rows.groupby(["who", "verb"], sort=False).size().reset_index(name="n").sort_values("n", ascending=False, kind="stable").groupby("who").head(3)
    verbs = verbs[verbs["verb"].ne("")].groupby("who")["verb"].agg(", ".join).str[:60]
    table = rows.groupby("who").agg(
        quotations=("marked", "sum"), words=("inside", "sum"), reported=("unmarked", "sum"), articles=("article_id", "nunique"),
        first=("date", "min"), last=("date", "max"), sources=("source", "nunique"),
    ).reset_index()  # fmt: skip
    table.insert(5, "verbs", table["who"].map(verbs).fillna("").astype("str"))
    table.insert(3, "share", table["words"] / max(table["words"].sum(), 1))
    table["known"] = table["who"].ne(UNKNOWN)
    return table.sort_values(["known", "words", "reported", "who"], ascending=[False, False, False, True], ignore_index=True).drop(columns="known")


def speaks_of(rows, *, hide=frozenset(), limit=5):
    """What sets each speaker's words apart from the others': `who terms`, the terms with the highest tf-idf, each speaker's words being a text.

    >>> speaks_of(pd.DataFrame({"who": ["Rao", "Abe"], "quote": ["the moon", "the sea"]})).values.tolist()
    [['Abe', 'sea'], ['Rao', 'moon']]
    """
    spoken = rows[rows["who"].ne(UNKNOWN)].reset_index(drop=True)
    tokens = tokenize(pd.DataFrame({"article_id": spoken.index, "text": spoken["quote"]}))
    tokens["article_id"] = pd.Categorical(spoken["who"].to_numpy(object)[tokens["article_id"].astype(int).to_numpy()])
    weights = hide_terms(tf_idf(tokens), hide, figures=True)
    best = weights[weights["tf_idf"].gt(0)].groupby("article_id", observed=True).head(limit)
    terms = (best["token"].astype(object) + ", ").groupby(best["article_id"], observed=True).sum().str[:-2]
    return terms.rename_axis("who").rename("terms").reset_index().astype({"terms": "str"})


def never_quoted(names, rows, *, min_articles=2):
    """People who are named in several articles and never speak: `who articles n`, and `article_id start end` of the first mention.

    >>> names = pd.DataFrame({"article_id": ["a", "b"], "start": 0, "end": 7, "kind": "PER", "canonical": "Ann Rao"})
    >>> never_quoted(names, pd.DataFrame({"who": ["Abe"]}))[["who", "articles", "n"]].values.tolist()
    [['Ann Rao', 2, 2]]
    """
    people = names[names["kind"].eq("PER") & ~names["canonical"].isin(rows["who"].unique())]
    table = people.groupby("canonical").agg(articles=("article_id", "nunique"), n=("start", "size"), article_id=("article_id", "first"), start=("start", "first"), end=("end", "first"))
    table = table.rename_axis("who").reset_index().query("articles >= @min_articles")
    return table.sort_values(["articles", "n", "who"], ascending=[False, False, True], ignore_index=True)


def named_together(names, *, among=40):
    """Who is named with whom: `who other articles together`, the pairs that share most articles first.

    `articles` is in how many both stand, `together` that over all articles with either (Jaccard 1901); people and organisations
    only, the `among` that most articles name.

    >>> names = pd.DataFrame({"article_id": ["a", "b", "a", "b", "c"], "kind": "ORG", "canonical": ["ISRO", "ISRO", "JAXA", "JAXA", "JAXA"]})
    >>> named_together(names).round(2).values.tolist()
    [['JAXA', 'ISRO', 2, 0.67]]
    """
    some = names[names["kind"].isin(["PER", "ORG"])][["canonical", "article_id"]].drop_duplicates()
    often = some["canonical"].value_counts().sort_index().sort_values(ascending=False, kind="stable").head(among)
    matrix, who = term_matrix(some[some["canonical"].isin(often.index)].rename(columns={"canonical": "token"}))
    matrix = matrix[:, pd.Index(who).get_indexer(often.index)]
    both, (first, second) = (matrix.T @ matrix).toarray(), np.triu_indices(len(often), 1)
    n, shared = np.diagonal(both), both[first, second].astype(np.int64)
    pairs = {"who": often.index[first], "other": often.index[second], "articles": shared, "together": shared / (n[first] + n[second] - shared)}
    table = pd.DataFrame(pairs).query("articles > 1")
    return table.sort_values(["articles", "together", "who", "other"], ascending=[False, False, True, True], ignore_index=True)
