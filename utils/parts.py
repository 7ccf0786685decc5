"""a folder too large for memory -> counts of its parts, their sum, and the tables that the other rooms make of all articles at once.

A partition is a list of files; its *summary* is a small table of counts, and summaries add up. Dask, where it is installed, has
the partitions counted and added up by several processes or machines; which of them did what, and in what order, changes nothing.
"""

import os
from itertools import groupby
from logging import ERROR

import numpy as np
import pandas as pd

from utils.articles import SAVED_WITH, load_articles, short_name
from utils.context import find_hits
from utils.folders import find_files, find_folder
from utils.terms import term_matrix
from utils.timeline import FREQUENCIES, on_axis, trend_of_counts
from utils.tokens import tokenize

TEXT, PACKED = 4_000, 1_000  # bytes of an article in a file, about, and of one that is packed
PACKING = (".parquet", ".gz", ".tgz", ".zip", ".docx", ".xlsx")
KEYS, ADD = ["token", "period", "group"], {"n": "sum", "articles": "sum", "most_in_one": "max"}
SUMMARY = {"token": "str", "period": "datetime64[s]", "group": "str"} | dict.fromkeys(ADD, "int64")
ARTICLES, WORDS, ASIDE = "\n\narticles", "\n\nwords", "\n\nset aside"  # no word holds a line end; "\n" and a pattern are its hits
FEW = 2  # partitions for which it does not pay to start other processes


def find_parts(path, *, size=10_000):
    """The files of a folder, by name, as partitions of about `size` articles: lists of names for `load_articles(path, files=…)`.

    Only names and sizes are looked at, and no file is cut: one that is larger is a partition by itself. Files of one name but for
    the ending, and a page and what was saved with it, stay together, so that every article has the id that it has in the whole.

    >>> [len(names) for names in find_parts("data/articles", size=100)]
    [100, 64]
    """
    together = lambda file: short_name(SAVED_WITH.split(file[0])[0])
    parts, room = [], 0
    for _, group in groupby(sorted(find_files(find_folder(path)), key=lambda file: (together(file), file[0])), together):
        files = list(group)
        weight = sum(max(1, os.lstat(file).st_size / (PACKED if file.lower().endswith(PACKING) else TEXT)) for _, file in files)
        if weight > room or not parts:
            parts.append([])
            room = size
        parts[-1] += [name for name, _ in files]
        room -= weight
    return parts


def summarize(articles, *, by="source", freq="month", patterns=()):
    """What a partition adds to the whole: one row a term and cell, which is a period and a group: `token period group n articles most_in_one`.

    `n` is how often the term stands in the articles of the cell, `articles` in how many of them, `most_in_one` how often in one of them
    at most. `period` is the first day of the period of `freq` (missing for an article that has no place on a time axis, see `on_axis`),
    `group` what the articles have in the column `by`. Rows that are no terms: those of "\\n" and one of the `patterns` (see
    `find_in_context`) count its hits, those of `ARTICLES` and `WORDS` all articles, and all words, of the cell. Raises ValueError for an
    unknown `freq`.

    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2019-05-01", "2019-05-09"]), "text": ["moon moon", "moon"], "source": "x"})
    >>> summarize(frame).query("token == 'moon'").values.tolist()
    [['moon', Timestamp('2019-05-01 00:00:00'), 'x', 3, 2, 2]]
    """
    if freq not in FREQUENCIES:
        raise ValueError(f"freq has no {freq!r}; it has {', '.join(FREQUENCIES)}")
    articles = articles.reset_index(drop=True)
    tokens, days = tokenize(articles), on_axis(articles, freq=freq)["date"]
    periods = days.dt.to_period(FREQUENCIES[freq]).dt.start_time.astype("datetime64[s]").reindex(articles.index)
    cells = pd.DataFrame({"period": periods, "group": articles[by].astype("str") if by in articles else pd.Series(pd.NA, articles.index, dtype="str")})
    cell, article = cells.groupby(["period", "group"], dropna=False).ngroup().to_numpy(), tokens["article_id"].array.codes
    matrix, terms = term_matrix(tokens)
    pairs, rows = matrix.tocoo(), np.arange(len(articles))
    of_article = {ARTICLES: rows, WORDS: article} | {"\n" + pattern: article[find_hits(tokens, pattern)[0]] for pattern in patterns}
    n = np.concatenate([pairs.data, *(np.bincount(found, minlength=len(rows)) for found in of_article.values())])
    place = np.concatenate([pairs.coords[0], *(rows for _ in of_article)])
    term = np.append(pairs.coords[1], np.repeat(np.arange(len(of_article)) + len(terms), len(rows)))
    counts = pd.DataFrame({"token": term, "cell": cell[place], "n": n, "articles": 1, "most_in_one": n})[n > 0]
    counts = counts.groupby(["token", "cell"]).agg(ADD).reset_index()
    names = np.append(terms.to_numpy(object), list(of_article))[counts["token"]]
    known = cells.assign(cell=cell).drop_duplicates("cell").set_index("cell").reindex(counts.pop("cell"))
    return counts.assign(token=names, period=known["period"].to_numpy(), group=known["group"].array)[list(SUMMARY)].astype(SUMMARY)


def add_up(summaries):
    """The sum of summaries: the summary of all their articles.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-05-01"]), "text": ["moon"], "source": "x"})
    >>> add_up([summarize(frame), summarize(frame)]).query("token == 'moon'")[["n", "articles", "most_in_one"]].values.tolist()
    [[2, 2, 1]]
    """
    return pd.concat(summaries, ignore_index=True).groupby(KEYS, dropna=False, sort=False).agg(ADD).reset_index().astype(SUMMARY)


def count_files(files, path, *, cleaned=True, **how):
    """The `summarize` of one partition, read from its files; what was set aside is told in a row `ASIDE`."""
    articles, set_aside = load_articles(path, files=files, cleaned=cleaned)
    return pd.concat([summarize(articles, **how), _aside(set_aside)], ignore_index=True)


def _aside(set_aside):
    return pd.DataFrame({"token": [ASIDE], "period": pd.NaT, "group": None, "n": len(set_aside), "articles": 0, "most_in_one": 0}).astype(SUMMARY)


def _count_kept(path, *, cleaned=True, **how):
    """The summaries of a folder that was read already and is kept, by so many articles."""
    articles, set_aside = load_articles(path)
    yield _aside(set_aside)
    yield from (summarize(articles.iloc[at : at + 10_000], **how) for at in range(0, len(articles), 10_000))


def count_parts(path, parts, *, client=None, **how):
    """The summary of a folder from its partitions: counted one after the other in this process or, with a Dask `client`, by its workers,
    and then a table of `dask.dataframe`, in as many pieces as there are workers, which never is in one place. `how` is as in `count_files`.

    >>> whole = count_parts("data/articles", find_parts("data/articles", size=100))
    >>> int(whole.loc[whole["token"] == ARTICLES, "articles"].sum())
    164
    """
    root = str(find_folder(path))
    none = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SUMMARY.items()})
    if client is None:
        whole, more = none, []
        kept = "DATELINE_STORE" in os.environ and how.get("cleaned", True)
        for counted in _count_kept(root, **how) if kept else (count_files(files, root, **how) for files in parts):
            more.append(counted)
            if sum(map(len, more)) >= len(whole):  # and not each time, which would add up the first part as often as there are parts
                whole, more = add_up([whole, *more]), []
        return add_up([whole, *more])
    from dask import config
    from dask.dataframe import from_map

    with config.set({"dataframe.convert-string": False}):
        counted = from_map(count_files, parts, path=root, meta=none, **how)
        pieces = max(len(client.nthreads()), len(parts) // 10)
        return counted.groupby(KEYS, dropna=False, sort=False).agg(ADD, split_every=4, split_out=pieces).reset_index().persist()


def open_client(parts, workers=0, *, memory="4GB"):
    """A client of Dask for so many partitions, or None where they are soon counted in this process (few, or kept in a report's store),
    or Dask is not installed.

    The scheduler that the environment names in `DASK_SCHEDULER_ADDRESS` is taken; else so many `workers` start on this machine (0: one
    for each core), each a process of its own that may take so much `memory`. Close it when the tables are made.

    >>> open_client([["a.txt"]]) is None
    True
    """
    try:
        from dask import config
        from distributed import Client
    except ModuleNotFoundError:
        return None
    if config.get("scheduler-address", None):
        return Client()
    here = {"n_workers": workers or None, "threads_per_worker": 1, "memory_limit": memory, "dashboard_address": "127.0.0.1:0", "silence_logs": ERROR}
    return Client(**here) if workers or len(parts) > FEW and "DATELINE_STORE" not in os.environ else None


def terms_of(summary, *, by=()):
    """`count_terms` of all articles of a summary; `by` is "period", "group" or both.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-05-01"]), "text": ["moon moon sun"], "source": "x"})
    >>> terms_of(summarize(frame))[["token", "n", "articles"]].values.tolist()
    [['moon', 2, 1], ['sun', 1, 1]]
    """
    by = [by] if isinstance(by, str) else list(by)
    terms = summary[~summary["token"].str.startswith("\n")]
    counts = _here(terms.groupby([*by, "token"], dropna=False, sort=False)[["n", "articles"]].sum()).reset_index()
    words = counts.groupby(by, dropna=False)["n"].transform("sum") if by else counts["n"].sum()
    counts = counts.assign(per_10k=counts["n"] / words * 10_000).sort_values([*by, "n", "token"], ascending=[True] * len(by) + [False, True], ignore_index=True)
    return counts.astype({name: SUMMARY.get(name, float) for name in counts})


def sizes_of(summary, by):
    """One row a period or group, as `by` says, "period" or "group": how many `articles words` it has, how many of these articles are
    `with_words`, and how many files and records were `set_aside` (in the row that has no period and no group).

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-05-01"]), "text": ["moon moon sun"], "source": "x"})
    >>> sizes_of(summarize(frame), "group").values.tolist()
    [['x', 1, 3, 1, 0]]
    """
    cells = _here(summary[summary["token"].isin([ARTICLES, WORDS, ASIDE])]).groupby(["token", by], dropna=False)[["n", "articles"]].sum()
    cells = cells.unstack("token", fill_value=0)
    found = {"articles": ("n", ARTICLES), "words": ("n", WORDS), "with_words": ("articles", WORDS), "set_aside": ("n", ASIDE)}
    sizes = pd.DataFrame({name: cells.get(column, pd.Series(0, cells.index)) for name, column in found.items()}, dtype="int64")
    return sizes.rename_axis(by).reset_index().astype({by: SUMMARY[by]})


def trend_of(summary, terms, *, freq="month"):
    """`term_trend` of all articles of a summary, `freq` being the one that they were counted by or, but for weeks, a coarser one; a
    term that is more than a word must have been among the `patterns` that were counted.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-05-01"]), "text": ["moon moon sun"], "source": "x"})
    >>> trend_of(summarize(frame), ["moon"])[["token", "n", "tokens", "articles_in_period"]].values.tolist()
    [['moon', 2, 3, 1]]
    """
    terms = list(dict.fromkeys(terms))
    rows = _here(summary[summary["token"].isin([ARTICLES, WORDS, *terms, *("\n" + term for term in terms)])]).dropna(subset="period")
    rows = rows.assign(period=rows["period"].dt.to_period(FREQUENCIES[freq])).groupby(["token", "period"]).agg(ADD).reset_index()
    known = dict(list(rows.set_index("period").groupby("token")))
    periods = rows["period"].array
    periods = pd.period_range(periods.min(), periods.max()) if len(periods) else pd.PeriodIndex([], freq=FREQUENCIES[freq])
    count = lambda token, column: known[token][column].reindex(periods, fill_value=0).to_numpy() if token in known else np.zeros(len(periods), np.int64)
    called = {term: "\n" + term if "\n" + term in known else term for term in terms}
    found = {term: {column: count(token, column) for column in ("n", "articles", "most_in_one")} for term, token in called.items()}
    return trend_of_counts(periods, {"tokens": count(WORDS, "n"), "articles_in_period": count(ARTICLES, "n")}, found)


def _here(frame):
    return frame.compute() if hasattr(frame, "compute") else frame
