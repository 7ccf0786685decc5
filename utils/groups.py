"""tokens -> tokens of two sides: who is held against whom."""

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from utils.chunks import changes, coded
from utils.prose import day, listing
from utils.timeline import FREQUENCIES, on_axis

ENOUGH = 3  # articles that make a source worth to be compared


def with_groups(tokens, articles, by=""):
    """`tokens` with a column `group` (categorical): which side a word is on; missing where it is on none.

    `by` is "quoted" (for tokens of `mark_quoted`), a column of `articles` ("source", "language"), a period ("day", "week", "month", "quarter",
    "year") or "halves", which parts the dated articles in two at the day that leaves as many before as after. Empty: sources
    where two have `ENOUGH` articles, else the halves. Raises ValueError for anything else.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2019-05-01", "2020-01-02"]), "text": ["moon", "ice"]})
    >>> [list(with_groups(tokenize(frame), frame, by).group) for by in ("year", "halves")]
    [['2019', '2020'], ['before 2 January 2020', 'from 2 January 2020']]
    """
    large = articles["source"].value_counts() >= ENOUGH if "source" in articles else []
    by = by or ("source" if sum(large) > 1 else "halves")
    if by == "quoted" and "quoted" in tokens:
        return tokens.assign(group=pd.Categorical(tokens["quoted"].map({True: "inside quotation marks", False: "outside quotation marks"})))
    if by not in articles and by not in (*FREQUENCIES, "halves"):
        raise ValueError(f"the articles have no {by!r} to be parted by; there is {', '.join([c for c in articles if c != 'text'])}, {', '.join(FREQUENCIES)}, halves")
    of = articles[by].astype("str") if by in articles else _times(articles, by)
    of = pd.Series(of.to_numpy(), articles["article_id"].to_numpy()).astype("category")
    article = coded(tokens["article_id"])
    return tokens.assign(group=of.reindex(article.categories).array.take(article.codes))


def _times(articles, by):
    """What to call the time of each article: its period, or the half of the collection that it is in."""
    dates = articles["date"].where(articles["article_id"].isin(on_axis(articles, freq=by)["article_id"]))
    if by != "halves":
        return dates.dt.to_period(FREQUENCIES[by]).dt.start_time.map(lambda start: f"{start:%Y-%m-%d}"[: {"year": 4, "month": 7}.get(by, 10)], na_action="ignore").astype("str")
    middle = dates.sort_values().iloc[dates.notna().sum() // 2] if dates.notna().any() else pd.NaT
    return (dates >= middle).map({True: f"from {day(middle)}", False: f"before {day(middle)}"}).where(dates.notna()).astype("str")


def choose_sides(tokens, target="", reference=""):
    """(target, reference, their names): two parts of tokens that have a `group`, to be held against each other.

    `target` and `reference` name groups, several parted by `|`, with `*` for any letters; without `target` it is the group with most words,
    without `reference` all others. Raises ValueError, saying what there is, where no group has the name, or one is on both sides.

    >>> tokens = pd.DataFrame({"article_id": ["a", "b", "c"], "token": ["x", "y", "z"], "group": ["2019", "2020", "2021"]})
    >>> choose_sides(tokens, "2019")[2], choose_sides(tokens, "2019|2020", "2021")[2]
    (('2019', 'the others'), ('2019 and 2020', '2021'))
    """
    sizes = tokens["group"].value_counts().rename_axis("group").reset_index().sort_values(["count", "group"], ascending=[False, True])
    groups = [str(name) for name in sizes["group"][sizes["count"] > 0]]
    ours = _named(groups, target) if target else groups[:1]
    theirs = _named(groups, reference) if reference else [name for name in groups if name not in ours]
    if both := set(ours) & set(theirs):
        raise ValueError(f"{listing(sorted(both))} is on both sides")
    call = lambda names, all_others: names[0] if len(names) == 1 else "the others" if all_others else listing(sorted(names))
    sides = (tokens[tokens["group"].isin(names)].reset_index(drop=True) for names in (ours, theirs))  # an index as long as the words takes half as much as they do
    return (*sides, (call(ours or ["nothing"], False), call(theirs or ["nothing"], not reference)))


def _named(groups, pattern):
    parts = [part.strip().lower() for part in str(pattern).split("|")]
    found = [name for name in groups if any(fnmatchcase(name.lower(), part) for part in parts)]
    if not found:
        raise ValueError(f"there is no group {pattern!r}; there are {listing(groups[:12])}{' and others' * (len(groups) > 12)}")
    return found


def group_members(tokens):
    """One row an article and group, as they come: `article_id group words`.

    >>> group_members(pd.DataFrame({"article_id": ["a", "b", "b", "c"], "group": ["x", "y", "y", "x"]})).values.tolist()
    [['a', 'x', 1], ['b', 'y', 2], ['c', 'x', 1]]
    """
    known = tokens[["article_id", "group"]].astype("category")
    turns = np.flatnonzero(changes(known["article_id"].array.codes) | changes(known["group"].array.codes))  # few, as an article's words stand together
    runs = known.iloc[turns].assign(words=np.diff(np.append(turns, len(known))))
    return runs.groupby(["article_id", "group"], observed=True, sort=False)["words"].sum().reset_index()


def group_sizes(tokens, stories):
    """One row a group, the largest first: `group words articles stories share`, the share being of all words that are in a group.

    `stories` is of `find_stories`.

    >>> stories = pd.DataFrame({"article_id": ["a", "b", "c"], "story_id": ["a", "b", "a"]})
    >>> group_sizes(pd.DataFrame({"article_id": ["a", "b", "b", "c"], "group": ["x", "y", "y", "x"]}), stories).values.tolist()
    [['x', 2, 2, 1, 0.5], ['y', 2, 1, 1, 0.5]]
    """
    parts = group_members(tokens).astype({"article_id": object, "group": "str"})
    parts["story"] = parts["article_id"].map(dict(zip(stories["article_id"], stories["story_id"])))
    sizes = parts.groupby("group").agg(words=("words", "sum"), articles=("words", "size"), stories=("story", "nunique")).reset_index()
    return sizes.assign(share=sizes["words"] / max(sizes["words"].sum(), 1)).sort_values(["words", "group"], ascending=[False, True], ignore_index=True)
