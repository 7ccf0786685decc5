"""Numbers, dates and lists -> words, for the sentences that notebooks compute."""

import pandas as pd

QUARTERS = "first", "second", "third", "fourth"


def count(n, noun, plural=None):
    """A number with its noun: `count(1, "article")` is "1 article".

    >>> count(1, "article"), count(1200, "article"), count(0, "story", "stories")
    ('1 article', '1,200 articles', '0 stories')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def tally(article_ids, stories):
    """How many articles, and how many stories (of `find_stories`) they are, where these are fewer.

    >>> stories = pd.DataFrame({"article_id": ["a", "b", "c"], "story_id": ["a", "a", "c"]})
    >>> tally(["a", "b", "b", "c"], stories), tally(["a", "c"], stories)
    ('3 articles (2 stories)', '2 articles')
    """
    ids = pd.Series(article_ids).drop_duplicates().astype(object)
    told = stories.loc[stories["article_id"].isin(ids), "story_id"].nunique()
    return count(len(ids), "article") + (f" ({count(told, 'story', 'stories')})" if told < len(ids) else "")


def listing(words, *, none="none"):
    """Words as one reads them out: "a, b and c".

    >>> listing(["moon", "rover", "lander"]), listing([])
    ('moon, rover and lander', 'none')
    """
    words = [str(word) for word in words]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) if words else none


def none_found(folder, set_aside):
    """What to say of a folder that holds no article: what it holds instead, and what to do. `set_aside` is of `load_articles`.

    >>> none_found("mine", pd.DataFrame({"path": ["a.pages"], "detail": ["Dateline cannot read this .pages; export it as PDF"]}))
    "No articles in 'mine'. It holds 1 .pages file (Dateline cannot read this .pages; export it as PDF)."
    """
    endings = set_aside["path"].str.extract(r"(\.\w+)$", expand=False).fillna("").str.lower()
    kinds = set_aside.groupby([endings, "detail"]).size().sort_values(ascending=False, kind="stable").head(5)
    held = listing([f"{count(n, f'{ending} file'.strip())} ({detail})" for (ending, detail), n in kinds.items()])
    empty = "It is empty: put articles into it (text, Word, PDF, web pages, tables), or name another folder"
    return f"No articles in '{folder}'. {f'It holds {held}' if len(kinds) else empty}."


def day(date, precision="day"):
    """A date in words, as precise as it is known: "18 November 2017", "January 2022", "no date".

    >>> day(pd.Timestamp("2017-11-18")), day(pd.Timestamp("2022-01-01"), "month"), day(pd.NaT)
    ('18 November 2017', 'January 2022', 'no date')
    """
    if pd.isna(date):
        return "no date"
    return f"{date:%B %Y}" if precision == "month" else f"{date.day} {date:%B %Y}"


def span(articles):
    """From the first date of articles to the last, in words, each as precise as it is known.

    >>> span(pd.DataFrame({"date": pd.to_datetime(["2018-01-02", None, "2017-11-01"]), "date_precision": ["day", "day", "month"]}))
    'November 2017 to 2 January 2018'
    """
    known = articles.reindex(columns=["date", "date_precision"]).dropna(subset="date").sort_values(["date", "date_precision"])
    ends = [day(*known[known["date"].eq(end)].iloc[0]) for end in (known["date"].min(), known["date"].max()) if len(known)]
    return " to ".join(dict.fromkeys(ends)) or "no date"


def when(begin, finish):
    """A time on the calendar in words, as exactly as its two ends tell: a day, a month, a quarter, a year, or from one to the other.

    >>> days = [("2019-07-22", "2019-07-22"), ("2019-07-22", "2019-07-24"), ("2021-01-01", "2021-05-01"), ("2018-04-01", "2018-04-30"), ("2018-01-01", "2018-03-31"), ("2027-01-01", "2028-12-31"), ("2023-04-01", "2024-03-31"), ("2023-02-01", "2023-03-31")]
    >>> [when(pd.Timestamp(a), pd.Timestamp(b)) for a, b in days]
    ['22 July 2019', '22–24 July 2019', '1 January–1 May 2021', 'April 2018', 'first quarter of 2018', '2027–2028', 'April 2023–March 2024', 'February–March 2023']
    """
    after = finish + pd.Timedelta(days=1)
    if begin.day > 1 or after.day > 1:
        shorter = f"{begin.day} " if (begin.year, begin.month) == (finish.year, finish.month) else f"{begin.day} {begin:%B}" if begin.year == finish.year else day(begin)
        return day(begin) if begin == finish else f"{shorter.strip()}–{day(finish)}"
    if begin.month == after.month == 1:
        return f"{begin.year}" if begin.year == finish.year else f"{begin.year}–{finish.year}"
    if begin.year == finish.year and begin.month % 3 == 1 and finish.month == begin.month + 2:
        return f"{QUARTERS[begin.quarter - 1]} quarter of {begin.year}"
    shorter = f"{begin:%B}" if begin.year == finish.year else f"{begin:%B %Y}"
    return f"{begin:%B %Y}" if (begin.year, begin.month) == (finish.year, finish.month) else f"{shorter}–{finish:%B %Y}"


def period(start, freq):
    """The name of a period that starts on a day, with its preposition: in 2019, in the third quarter of 2019, on 1 July 2019.

    >>> [period(pd.Timestamp("2019-07-01"), freq) for freq in ("year", "quarter", "month", "week", "day")]
    ['in 2019', 'in the third quarter of 2019', 'in July 2019', 'in the week from 1 July 2019', 'on 1 July 2019']
    """
    if freq == "quarter":
        return f"in the {QUARTERS[start.quarter - 1]} quarter of {start.year}"
    return {"year": f"in {start.year}", "month": f"in {start:%B %Y}", "week": f"in the week from {day(start)}"}.get(freq, f"on {day(start)}")
