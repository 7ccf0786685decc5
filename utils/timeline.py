"""tokens + dates -> periods, trends. A period with no articles is missing, never zero."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import gammaincinv, ndtri, rel_entr

from utils.articles import labels
from utils.bursts import HIT_ARTICLES, stretches
from utils.chunks import coded
from utils.compare import keyness_of
from utils.context import find_each, find_hits, parse_pattern
from utils.matrix import g2, term_matrix
from utils.prose import count
from utils.terms import count_terms, hide_terms

FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}  # weeks run from Monday to Sunday
ALIASES = {"d": "day", "w": "week", "m": "month", "ms": "month", "q": "quarter", "qs": "quarter", "y": "year", "ys": "year"}
LONGEST = {"day": 45, "week": 270, "month": 1_600, "quarter": 7_300}  # days that a timeline of such bins may span
LEVEL = 0.95
FEWEST = 3  # bins of a trend
PERIODS, HITS = 5, 10  # with fewer periods or hits than these nothing is said of peaks
SERIES = ["n", "tokens", "articles", "articles_in_period", "most_in_one"]


def choose_freq(articles, *, per_bin=0):
    """The bin that fits the span of the dates: "day", "week", "month", "quarter" or "year".

    The finest that keeps a chart to some fifty bins; with `per_bin`, one that also holds that many articles on average, if three bins are left.

    >>> choose_freq(pd.DataFrame({"date": pd.to_datetime(["2017-11-01", "2017-11-20"])}))
    'day'
    """
    dates = (placed := on_axis(articles))["date"]
    span = (dates.max() - dates.min()).days + 1 if len(dates) else 1
    fits = [name for name in FREQUENCIES if span <= LONGEST.get(name, np.inf)]
    if "date_precision" in placed and len(placed) and placed["date_precision"].eq("month").all():
        fits = [name for name in fits if name not in ("day", "week")] or ["month"]
    days = {"day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25}
    fits = [name for name in fits if span / days[name] >= FEWEST] or fits[:1]
    return next((name for name in fits if len(dates) * days[name] / span >= per_bin), fits[-1])


def on_axis(articles, *, freq=None):
    """The articles that have a place on a time axis: dated, not in the future, and as precise as the bins of `freq`.

    >>> frame = pd.DataFrame({"article_id": list("abc"), "date": pd.to_datetime(["2017-11-18", None, "2022-01-01"]), "date_precision": ["day", None, "month"]})
    >>> on_axis(frame)["article_id"].tolist(), on_axis(frame, freq="week")["article_id"].tolist()
    (['a', 'c'], ['a'])
    """
    if not pd.api.types.is_datetime64_dtype(articles["date"]):  # text, or days with a time zone, which must not move them
        dates = pd.to_datetime(articles["date"])
        articles = articles.assign(date=dates.dt.tz_localize(None) if dates.dt.tz is not None else dates)
    keep = articles["date"].notna()
    if "flags" in articles:
        keep &= ~articles["flags"].str.contains("future_date", na=False)
    if freq in ("day", "week") and "date_precision" in articles:
        keep &= articles["date_precision"].ne("month")
    return articles[keep]


def articles_over_time(articles, *, freq=None):
    """One row a period, from the first to the last: `period period_end articles` (its first day, the day after, how many).

    `freq` is day, week, month, quarter or year; without it the span decides. Raises ValueError for another.

    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2017-11-18", "2018-01-02"])})
    >>> articles_over_time(frame, freq="month").articles.tolist()
    [1, 0, 1]
    """
    articles, periods, of_article = bins(articles, freq)
    return _period_frame(periods).assign(articles=np.bincount(of_article, minlength=len(periods)).astype(np.int64))


def bins(articles, freq):
    """(articles on the axis, all periods from the first to the last, the period of each article)."""
    freq = _freq_name(freq) or choose_freq(articles)
    articles = on_axis(articles, freq=freq)
    period = pd.PeriodIndex(articles["date"].astype("datetime64[s]"), freq=FREQUENCIES[freq])
    periods = pd.period_range(period.min(), period.max(), freq=FREQUENCIES[freq]) if len(period) else period
    return articles, periods, periods.get_indexer(period)


def _freq_name(freq):
    name = ALIASES.get(str(freq).lower(), str(freq).lower()) if freq else None
    if name and name not in FREQUENCIES:
        raise ValueError(f"freq has no {freq!r}; it has {', '.join(FREQUENCIES)}")
    return name


def _period_frame(periods):
    starts = periods.start_time.astype("datetime64[s]") if len(periods) else pd.DatetimeIndex([], dtype="datetime64[s]")
    ends = (periods + 1).start_time.astype("datetime64[s]") if len(periods) else starts
    return pd.DataFrame({"period": starts, "period_end": ends})


def term_trend(tokens, articles, terms, *, freq=None):
    """One row a period and term: `period period_end token n tokens per_10k low high articles articles_in_period share
    share_low share_high most_in_one`.

    `n` hits in the `tokens` words of the period's articles, `per_10k` per 10,000 words with a 95 % interval `low`-`high`
    (exact Poisson, Garwood 1936); `articles` of the `articles_in_period` have a hit, `share` with a Wilson (1927) interval; `most_in_one` is how many of the hits stand in one article, at most.
    Where a period has no articles everything but `articles_in_period` is missing. `terms` is a list of words, or of
    phrases and patterns as in `find_in_context`. Words of one article come in flocks, so read the intervals as the
    least there is to doubt.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2017-11-18", "2018-01-02"]),
    ...                       "text": ["moon moon rover", "no rover"]})
    >>> trend = term_trend(tokenize(frame), frame, ["moon"], freq="month")
    >>> trend.n.tolist(), trend.share.tolist()
    ([2, <NA>, 0], [1.0, nan, 0.0])
    """
    terms = [terms] if isinstance(terms, str) else list(dict.fromkeys(terms))
    articles, periods, of_article = bins(articles, freq)
    ids = coded(tokens["article_id"])
    rows = pd.Series(np.arange(len(articles)), articles["article_id"]).reindex(ids.categories).fillna(-1).astype(int).to_numpy()
    by_period = lambda of_each: np.bincount(of_article, of_each, len(periods)).astype(int)
    placed, size = rows >= 0, np.bincount(ids.codes, minlength=len(rows))
    words, in_period = np.bincount(rows[placed], size[placed], len(articles)), np.ones(len(articles))
    found, (number, row, _) = {}, find_each(tokens, terms)
    for n, term in enumerate(terms):
        hits = rows[ids.codes[row[number == n]]]
        in_article, most = np.bincount(hits[hits >= 0], minlength=len(articles)), np.zeros(len(periods), int)
        np.maximum.at(most, of_article, in_article)
        found[term] = {"n": by_period(in_article), "articles": by_period(in_article > 0), "most_in_one": most}
    return trend_of_counts(periods, {"tokens": by_period(words), "articles_in_period": by_period(in_period)}, found)


def trend_of_counts(periods, sizes, found):
    """`term_trend` from what it counts: `tokens articles_in_period` of each period, `n articles most_in_one` of each for each term."""
    parts = [_period_frame(periods).assign(token=term, **sizes, **counts) for term, counts in found.items()]
    columns = {"period": "datetime64[s]", "period_end": "datetime64[s]", "token": "str"} | dict.fromkeys(SERIES, int)
    trend = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({k: pd.Series(dtype=v) for k, v in columns.items()})
    return rates(trend)


def rates(trend):
    """Counts by period and term (`SERIES`) as `term_trend` has them: with their rates, shares and intervals.

    >>> rates(pd.DataFrame({"period": [1], "period_end": 2, "token": "moon"} | dict(zip(SERIES, [2, 400, 1, 4, 2])))).per_10k.item()
    50.0
    """
    none = trend["articles_in_period"] == 0
    n, words = trend["n"].to_numpy(float), trend["tokens"].where(trend["tokens"] > 0).to_numpy(float)
    tail = (1 - LEVEL) / 2
    low, high = np.where(n > 0, gammaincinv(np.maximum(n, 1), tail), 0), gammaincinv(n + 1, 1 - tail)
    k, size = trend["articles"].to_numpy(float), trend["articles_in_period"].where(~none).to_numpy(float)
    share, z = k / size, ndtri(1 - tail)
    middle, margin = share + z**2 / (2 * size), z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    frame = trend[["period", "period_end", "token"]].copy()
    for name in ("n", "tokens"):
        frame[name] = trend[name].astype("Int64").mask(none)
    for name, values in (("per_10k", n), ("low", low), ("high", high)):
        frame[name] = values / words * 10_000
    frame["articles"], frame["articles_in_period"] = trend["articles"].astype("Int64").mask(none), trend["articles_in_period"].astype("Int64")
    frame["share"] = share
    frame["share_low"], frame["share_high"] = (np.clip(bound / (1 + z**2 / size), 0, 1) for bound in (middle - margin, middle + margin))
    frame["most_in_one"] = trend["most_in_one"].astype("Int64").mask(none)
    return frame


def peaks(trend):
    """One row a peak of a term: `token kind begin finish n tokens articles articles_in_period per_10k rest_per_10k ratio g2`.

    A "burst" is a run of periods whose rate stands out and falls back, a "jump" a new level, higher or lower, that stays (see
    `stretches` for the rule); `begin` and `finish` are its first and last day, `rest_per_10k` is the rate outside of it (of a
    jump: before), `ratio` the one over the other (inf where that is 0), `g2` how sure (Dunning 1993). With fewer than five
    periods that have articles, ten hits or three articles nothing is said; `why_no_peaks` tells. `trend` is of `term_trend`,
    or of `articles_over_time`: then `token` is missing, the articles are what is counted, and `per_10k` is how many a day.

    >>> days = pd.date_range("2020-01-01", periods=7, freq="MS")
    >>> trend = pd.DataFrame({"token": "moon", "period": days[:-1], "period_end": days[1:], "n": [1, 1, 12, 1, 1, 1], "tokens": 1000,
    ...                       "articles": [1, 1, 6, 1, 1, 1], "articles_in_period": 10, "most_in_one": [1, 1, 2, 1, 1, 1]})
    >>> peaks(trend)[["kind", "n", "per_10k", "rest_per_10k", "ratio"]].values.tolist()
    [['burst', 12, 120.0, 10.0, 12.0]]
    """
    rows = []
    for token, series in _series(trend):
        values = series[SERIES].to_numpy(float).T
        for kind, inside, rest in [] if _too_little(series) else stretches(values):
            here, other = values[:4, inside].sum(axis=1), values[:2, rest].sum(axis=1)
            days = series["period"].iloc[inside[0]], series["period_end"].iloc[inside[-1]] - pd.Timedelta(days=1)
            rows.append((token, kind, *days, *here, *(10_000 * n / words for n, words in (here[:2], other)), g2(*here[:2], *(here[:2] + other))))
    columns = {"token": "str", "kind": "str", "begin": "datetime64[s]", "finish": "datetime64[s]"} | dict.fromkeys(SERIES[:4], int)
    frame = pd.DataFrame(rows, columns=[*columns, "per_10k", "rest_per_10k", "g2"]).astype(columns | dict.fromkeys(["per_10k", "rest_per_10k", "g2"], float))
    frame.insert(10, "ratio", frame["per_10k"] / frame["rest_per_10k"].where(frame["rest_per_10k"] > 0, 0))
    return frame


def why_no_peaks(trend):
    """One row a term that has no peak, and why, in words: `token why`.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2017-11-18", "2018-01-02"]), "text": ["The moon.", "A rover."]})
    >>> why_no_peaks(term_trend(tokenize(frame), frame, ["moon"])).values.tolist()
    [['moon', 'only 2 periods with articles']]
    """
    none = ~trend["token"].isin(peaks(trend)["token"])
    rows = [(token, _too_little(series) or "no period stands out") for token, series in _series(trend[none])]
    return pd.DataFrame(rows, columns=["token", "why"], dtype="str")


def _series(trend):
    """Each term with those periods of its trend that have words; of a trend without terms, the articles with their days."""
    if "token" not in trend:
        days = 10_000 * (trend["period_end"] - trend["period"]).dt.days
        trend = trend.assign(token=pd.Series(dtype="str"), n=trend["articles"], tokens=days, articles_in_period=trend["articles"], most_in_one=1)
    return [(token, rows[rows["tokens"].fillna(0) > 0]) for token, rows in trend.groupby("token", sort=False, dropna=False)]


def _too_little(series):
    n, articles = series["n"].sum(), series["articles"].sum()
    if len(series) < PERIODS:
        return f"only {count(len(series), 'period')} with articles"
    return f"only {count(n, 'hit')} in {count(articles, 'article')}" if n < HITS or articles < HIT_ARTICLES else ""


def explain_peaks(peaks, tokens, articles, stories=None, *, hide=frozenset()):
    """What made each of the `peaks`: these with `words headlines sources copies top_article_share`.

    Of the articles of its days that have the term: six words by which they differ most from all other articles (G2; at least
    two of them use each), three titles (or first words), those with most hits first; how many sources, how many are copies
    (by `stories`, as of `find_stories`; else missing, as are unknown sources), and what share of the hits stands in one
    article. `words` leaves out the term, figures, single letters and those of `hide`.

    >>> from utils.tokens import tokenize
    >>> texts = ["The moon rover", "A moon rover; moon", "A sunny day, the sun", "The sun", "A day"]
    >>> frame = pd.DataFrame({"article_id": list("abcde"), "date": pd.date_range("2020-01-31", periods=5), "text": texts})
    >>> peak = pd.DataFrame({"token": ["moon"], "begin": frame.date[:1], "finish": frame.date[1]})
    >>> explain_peaks(peak, tokenize(frame), frame, hide={"a", "the"})[["words", "headlines", "top_article_share"]].values.tolist()
    [['rover', 'A moon rover; moon · The moon rover', 0.6666666666666666]]
    """
    placed = on_axis(articles)
    month = placed["date_precision"].eq("month") if "date_precision" in placed else placed["date"].isna()
    article, (matrix, terms) = coded(tokens["article_id"]), term_matrix(tokens)
    matrix = matrix.tocsr()
    row = pd.Index(article.categories, dtype=placed["article_id"].dtype).get_indexer(placed["article_id"])
    placed = placed.assign(until=placed["date"].where(~month, placed["date"] + pd.offsets.MonthEnd(0)), row=row)[row >= 0]
    made = [_made_by(peak, tokens, article.codes, matrix, terms, placed, stories, hide) for peak in peaks.itertuples()]
    columns = {"words": "str", "headlines": "str", "sources": "Int64", "copies": "Int64", "top_article_share": float}
    return peaks.assign(**pd.DataFrame(made, columns=list(columns), index=peaks.index).astype(columns))


def _made_by(peak, tokens, article, matrix, terms, placed, stories, hide):
    hits = np.bincount(article[slice(None) if pd.isna(peak.token) else find_hits(tokens, peak.token)[0]], minlength=matrix.shape[0])
    found = placed[(placed["date"] >= peak.begin) & (placed["until"] <= peak.finish) & (hits[placed["row"]] > 0)]
    words = hide_terms(keyness_of(found["row"].to_numpy(), matrix, terms, min_count=2, min_articles=2), hide, figures=True)
    own = "$^" if pd.isna(peak.token) else "|".join(word for phrase in parse_pattern(peak.token) for word in phrase)
    words = words[(words["log_ratio"] > 0) & ~words["token"].str.contains(own)]
    if pd.isna(peak.token):  # the collection's own peak: of its articles those tell most that have most of its words
        hits = matrix[:, np.flatnonzero(terms.isin(words["token"].head(6)))].sum(axis=1)
    found = found.assign(n=hits[found["row"]]).sort_values(["n", "date", "article_id"], ascending=[False, True, True])
    known = None if stories is None else stories.set_index("article_id").reindex(found["article_id"])
    distinct = found if known is None else found[(known["story_id"].isna() | ~known["story_id"].duplicated()).to_numpy()]
    sources = found["source"].nunique() if "source" in found else 0
    copies = pd.NA if known is None else (~known["first"].fillna(True).astype(bool)).sum()
    # Three titles that differ are among a thousand.
    return ", ".join(words["token"].head(6)), " · ".join(labels(distinct.head(1000)).drop_duplicates().head(3)), sources or pd.NA, copies, found["n"].max() / max(found["n"].sum(), 1)


def changing_terms(tokens, articles, *, limit=4, freq=None, hide=frozenset(), min_count=10, candidates=300):
    """The terms whose rate differs most between periods: a list of words, none of which moves as another does.

    Of the `candidates` most frequent terms in at least three articles, those with the highest G2 against an even rate
    (Dunning 1993), leaving out each whose rates go up and down (r > 0.7) with one already taken. With fewer than three periods that
    have words nothing can be said to change, and the most frequent ones stand.

    >>> from utils.tokens import tokenize
    >>> texts = ["The moon."] * 3 + ["A moon."] * 3 + ["A rover on the moon."] * 3
    >>> frame = pd.DataFrame({"article_id": list("abcdefghi"), "date": pd.to_datetime([f"{2017 + n // 3}-01-02" for n in range(9)]), "text": texts})
    >>> changing_terms(tokenize(frame), frame, freq="year", min_count=3, hide={"a", "on", "the"})
    ['rover', 'moon']
    """
    articles, periods, of_article = bins(articles, freq)
    matrix, terms = term_matrix(tokens)
    ids = coded(tokens["article_id"]).categories
    period = pd.Series(of_article, index=articles["article_id"]).reindex(ids)
    known = np.flatnonzero(period.notna())
    to_period = csr_array((np.ones(len(known)), (period.iloc[known].astype(int), known)), shape=(len(periods), len(ids)))
    counts = hide_terms(count_terms(tokens), hide, figures=True)
    counts = counts[(counts["n"] >= min_count) & (counts["articles"] >= 3)]
    column = pd.Series(np.arange(len(terms)), index=terms)[counts["token"].head(candidates)].to_numpy()
    observed, words = (to_period @ matrix[:, column]).toarray(), (to_period @ matrix.sum(axis=1))
    observed, words = observed[words > 0], words[words > 0]
    if len(words) < 3:
        return counts["token"].head(limit).tolist()
    expected = np.outer(words, observed.sum(axis=0)) / words.sum()
    g2 = 2 * rel_entr(observed, expected).sum(axis=0)
    with np.errstate(invalid="ignore"):  # a term whose rate never moves is like no other
        alike = np.nan_to_num(np.atleast_2d(np.corrcoef(observed / words[:, None], rowvar=False)))
    chosen = []
    for k in np.argsort(-g2, kind="stable"):
        if len(chosen) < limit and all(alike[k, other] < 0.7 for other in chosen):
            chosen.append(k)
    return [counts["token"].iloc[k] for k in chosen]


def strongest(trend, *, min_count=3):
    """The rows of a trend in which each term's rate is highest, among periods with at least `min_count` hits.

    >>> trend = pd.DataFrame({"token": ["a", "a"], "n": [1, 9], "per_10k": [50.0, 20.0]})
    >>> strongest(trend).n.tolist()
    [9]
    """
    rows = trend[trend["n"].ge(min_count).fillna(False).astype(bool)]
    return rows.loc[rows.groupby("token", sort=False)["per_10k"].idxmax()].reset_index(drop=True)


def hit_places(tokens, articles, term):
    """One row a hit of `term` in a dated article: `article_id date place`, place being 0 at the article's start, 1 at its end.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": ["Moon first, then the moon."]})
    >>> hit_places(tokenize(frame), frame, "moon").place.tolist()
    [0.0, 1.0]
    """
    articles = on_axis(articles)
    words = tokens.groupby("article_id", observed=True)["position"].max()
    hits = tokens.iloc[find_hits(tokens, term)[0]][["article_id", "position"]]
    hits = hits.astype({"article_id": articles["article_id"].dtype}).merge(articles[["article_id", "date"]], on="article_id")
    last = words.reindex(hits["article_id"]).to_numpy(float)
    place = hits["position"].to_numpy(float) / np.maximum(last, 1)
    return hits.assign(place=place)[["article_id", "date", "place"]].sort_values(["date", "article_id", "place"], ignore_index=True)
