"""Numbers, dates and lists -> words, for the sentences that notebooks compute."""

import pandas as pd


def count(n, noun, plural=None):
    """A number with its noun: `count(1, "article")` is "1 article".

    >>> count(1, "article"), count(1200, "article"), count(0, "story", "stories")
    ('1 article', '1,200 articles', '0 stories')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listing(words, *, none="none"):
    """Words as one reads them out: "a, b and c"."""
    words = [str(word) for word in words]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]])) if words else none


def day(date, precision="day"):
    """A date in words, as precise as it is known: "18 November 2017", "January 2022", "no date".

    >>> day(pd.Timestamp("2017-11-18")), day(pd.Timestamp("2022-01-01"), "month"), day(pd.NaT)
    ('18 November 2017', 'January 2022', 'no date')
    """
    if pd.isna(date):
        return "no date"
    return f"{date:%B %Y}" if precision == "month" else f"{date.day} {date:%B %Y}"


def span(dates):
    """From the first date to the last, in words.

    >>> span(pd.to_datetime(pd.Series(["2018-01-02", None, "2017-11-18"])))
    '18 November 2017 to 2 January 2018'
    """
    first, last = pd.Series(dates).min(), pd.Series(dates).max()
    return day(first) if pd.isna(first) or first == last else f"{day(first)} to {day(last)}"


def period(start, freq):
    """The name of a period that starts on a day, with its preposition: in 2019, in the third quarter of 2019, on 1 July 2019.

    >>> [period(pd.Timestamp("2019-07-01"), freq) for freq in ("year", "quarter", "month", "week", "day")]
    ['in 2019', 'in the third quarter of 2019', 'in July 2019', 'in the week from 1 July 2019', 'on 1 July 2019']
    """
    if freq == "quarter":
        return f"in the {('first', 'second', 'third', 'fourth')[start.quarter - 1]} quarter of {start.year}"
    return {"year": f"in {start.year}", "month": f"in {start:%B %Y}", "week": f"in the week from {day(start)}"}.get(freq, f"on {day(start)}")
