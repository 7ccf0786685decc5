"""tokens + dates -> periods, trends. A period with no articles is missing, never zero."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import chdtri, gammaincinv, lambertw, ndtri

from utils.context import COLUMNS as CONTEXT
from utils.context import find_hits
from utils.prose import count
from utils.terms import characteristic_terms, count_terms, g2, hide_terms, term_matrix
from utils.tokens import split_sentences

FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}  # weeks run from Monday to Sunday
ALIASES = {"d": "day", "w": "week", "m": "month", "ms": "month", "q": "quarter", "qs": "quarter", "y": "year", "ys": "year"}
LONGEST = {"day": 45, "week": 270, "month": 1_600, "quarter": 7_300}  # days that a timeline of such bins may span
LEVEL = 0.95
PERIODS, HITS, HIT_ARTICLES = 5, 10, 3  # with less than this nothing is said of peaks
STANDS_OUT = 1.5  # times the rate of the rest: with many words the smallest change is beyond chance, and no news
LASTS = 3  # periods that a new level stays, at least
LEAD = 1.5  # how much more an article's first sentence counts: news says the main thing first


def choose_freq(articles, *, per_bin=0):
    """The bin that fits the span of the dates: "day", "week", "month", "quarter" or "year".

    The finest that keeps a chart to some fifty bins; with `per_bin`, one that also holds that many articles on average.

    >>> choose_freq(pd.DataFrame({"date": pd.to_datetime(["2017-11-01", "2017-11-20"])}))
    'day'
    """
    placed = on_axis(articles)
    dates = placed["date"]
    span = (dates.max() - dates.min()).days + 1 if len(dates) else 1
    fits = [name for name in FREQUENCIES if span <= LONGEST.get(name, np.inf)]
    if "date_precision" in placed and len(placed) and placed["date_precision"].eq("month").all():
        fits = [name for name in fits if name not in ("day", "week")] or ["month"]
    days = {"day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25}
    return next((name for name in fits if len(dates) * days[name] / span >= per_bin), "year")


def on_axis(articles, *, freq=None):
    """The articles that have a place on a time axis: dated, not in the future, and as precise as the bins of `freq`."""
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
    articles, periods, of_article = _bins(articles, freq)
    frame = _period_frame(periods)
    return frame.assign(articles=np.bincount(of_article, minlength=len(periods)).astype(np.int64))


def _bins(articles, freq):
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
    terms = [terms] if isinstance(terms, str) else list(terms)
    articles, periods, of_article = _bins(articles, freq)
    row_of = pd.Series(np.arange(len(articles)), index=articles["article_id"])
    ids = tokens["article_id"].astype("category")
    rows = row_of.reindex(ids.cat.categories).fillna(-1).astype(int).to_numpy()
    of_token = np.append(rows, -1)[ids.cat.codes.to_numpy()]
    words = _count_by(of_token, of_article, len(periods))
    in_period = np.bincount(of_article, minlength=len(periods))
    parts = []
    for term in terms:
        hits = of_token[find_hits(tokens, term)[0]]
        in_article, most = np.bincount(hits[hits >= 0], minlength=len(articles)), np.zeros(len(periods), int)
        np.maximum.at(most, of_article, in_article)
        found = {"n": _count_by(hits, of_article, len(periods)), "articles": _count_by(np.flatnonzero(in_article), of_article, len(periods)), "most_in_one": most}
        parts.append(_period_frame(periods).assign(token=term, tokens=words, articles_in_period=in_period, **found))
    columns = {"period": "datetime64[s]", "period_end": "datetime64[s]", "token": "str"} | dict.fromkeys(["n", "tokens", "articles", "articles_in_period", "most_in_one"], int)
    trend = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({k: pd.Series(dtype=v) for k, v in columns.items()})
    return _rates(trend)


def _count_by(rows, of_article, size):
    return np.bincount(of_article[rows[rows >= 0]], minlength=size)


def _rates(trend):
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
    frame["articles"] = trend["articles"].astype("Int64").mask(none)
    frame["articles_in_period"] = trend["articles_in_period"].astype("Int64")
    frame["share"] = share
    frame["share_low"] = np.clip((middle - margin) / (1 + z**2 / size), 0, 1)
    frame["share_high"] = np.clip((middle + margin) / (1 + z**2 / size), 0, 1)
    frame["most_in_one"] = trend["most_in_one"].astype("Int64").mask(none)
    return frame


def peaks(trend):
    """One row a peak, by term and time: `token kind begin finish n tokens articles articles_in_period per_10k rest_per_10k ratio g2`.

    TODO
    """
    if "token" not in trend:
        trend = trend.assign(token="articles", n=trend["articles"], tokens=10_000 * (trend["period_end"] - trend["period"]).dt.days, articles_in_period=trend["articles"], most_in_one=1)
    rows = []
    for token, series in _series(trend):
        if not _too_little(series):
            values = series[["n", "tokens", "articles", "articles_in_period", "most_in_one"]].to_numpy(float).T
            for kind, inside, rest in _stretches(*values):
                n, words, articles, in_period, _ = values[:, inside].sum(axis=1)
                other, other_words = values[:2, rest].sum(axis=1)
                begin, finish = series["period"].iloc[inside[0]], series["period_end"].iloc[inside[-1]] - pd.Timedelta(days=1)
                rows.append((token, kind, begin, finish, n, words, articles, in_period, n / words * 10_000, other / other_words * 10_000, g2(n, words, n + other, words + other_words)))
    columns = {"token": "str", "kind": "str", "begin": "datetime64[s]", "finish": "datetime64[s]"} | dict.fromkeys(["n", "tokens", "articles", "articles_in_period"], int)
    frame = pd.DataFrame(rows, columns=[*columns, "per_10k", "rest_per_10k", "g2"]).astype(columns | dict.fromkeys(["per_10k", "rest_per_10k", "g2"], float))
    frame.insert(10, "ratio", frame["per_10k"] / frame["rest_per_10k"])
    return frame


def why_no_peaks(trend):
    """TODO"""
    none = set(trend["token"]) - set(peaks(trend)["token"])
    rows = [(token, _too_little(series) or "no period stands out") for token, series in _series(trend) if token in none]
    return pd.DataFrame(rows, columns=["token", "why"], dtype="str")


def _series(trend):
    """Each term with the periods of its trend in which there is something to read."""
    return [(token, rows[rows["tokens"].fillna(0) > 0]) for token, rows in trend.groupby("token", sort=False)]


def _too_little(series):
    n, articles = series["n"].sum(), series["articles"].sum()
    if len(series) < PERIODS:
        return f"only {count(len(series), 'period')} with articles"
    return f"only {count(n, 'hit')} in {count(articles, 'article')}" if n < HITS or articles < HIT_ARTICLES else ""


def _stretches(n, words, articles, in_period, most):
    """The stretches of a series that stand out: (kind, its periods, the periods that it is seen against), by time."""
    found, parts, least = [], [np.arange(len(n))], 2 * np.log(len(n)) * _dispersion(n, words, articles, in_period)
    while parts:
        part = parts.pop()
        high, jump = _highest(*(values[part] for values in (n, words, articles, most)), least)
        if high.any():
            inside, rest = part[high], part[~high]
            parts += [inside, rest] if jump else [rest]
            later = (inside, rest) if not jump or inside[0] > rest[0] else (rest, inside)
            found.append(("jump" if jump else "burst", *later))
    return sorted(found, key=lambda stretch: stretch[1][0])


def _dispersion(n, words, articles, in_period):
    """How many times more than by chance a term's counts vary (variance / mean) while its rate stays the same.

    The greater of what the share of articles without a hit says, if hits are negative binomial (Anscombe 1950), and of the
    median squared step from period to period, which a burst or a new level hardly touches.
    """
    zeros = -np.log1p(-min(articles.sum(), in_period.sum() - 0.5) / in_period.sum()) * in_period.sum() / n.sum()
    flocks = -lambertw(-zeros * np.exp(-zeros), -1).real / zeros if zeros < 1 else 1
    steps = np.diff(n / words) ** 2 / (1 / words[1:] + 1 / words[:-1]) * words.sum() / n.sum()
    return max(1, flocks, np.median(steps) / chdtri(1, 0.5))


def _highest(n, words, articles, most, least):
    """The stretch with the highest G2 against the rest, when its heaviest article is left out: (is a period in it?, is it a jump?)."""
    place, above = np.arange(len(n)), n * words.sum() > n.sum() * words
    first, last = np.nonzero(np.triu(np.outer(above, above)))
    burst = (first > 0) & (last < len(n) - 1) | (last - first < LASTS - 1)  # a longer one at an end has not fallen back
    cut = np.arange(LASTS, len(n) - LASTS + 1)
    first, last = np.concatenate([first[burst], 0 * cut, cut]), np.concatenate([last[burst], cut - 1, 0 * cut + len(n) - 1])
    jump = np.arange(len(first)) >= burst.sum()
    k, w, a = (total[last + 1] - total[first] for total in (np.append(0, np.cumsum(values)) for values in (n, words, articles)))
    rest, rest_words = n.sum() - k, words.sum() - w
    k = k - np.maximum.accumulate(np.where(place >= place[:, None], most, 0), axis=1)[first, last]
    evidence = g2(k, w, k + rest, w + rest_words)
    fits = (a >= HIT_ARTICLES) & (jump | (w <= rest_words)) & (k * rest_words > STANDS_OUT * rest * w) & (evidence > least)
    if not fits.any():
        return np.zeros(len(n), bool), False
    best = np.argmax(np.where(fits, evidence + jump * least / 2, 0))  # a burst has one more end to choose, so chance fits it better
    return (place >= first[best]) & (place <= last[best]), jump[best]


def changing_terms(tokens, articles, *, limit=4, freq=None, hide=frozenset(), min_count=10, candidates=300):
    """The terms whose rate differs most between periods: a list of words, none of which moves as another does.

    Of the `candidates` most frequent terms in at least three articles, those with the highest G2 against an even rate
    (Dunning 1993), leaving out each whose rates go up and down (r > 0.7) with one already taken.
    """
    articles, periods, of_article = _bins(articles, freq)
    tokens = tokens.astype({"article_id": "category", "token": "category"})
    matrix, terms = term_matrix(tokens[tokens["article_id"].isin(articles["article_id"])])
    ids = tokens["article_id"].cat.categories
    period = pd.Series(of_article, index=articles["article_id"]).reindex(ids)
    known = np.flatnonzero(period.notna())
    to_period = csr_array((np.ones(len(known)), (period.iloc[known].astype(int), known)), shape=(len(periods), len(ids)))
    counts = hide_terms(count_terms(tokens), hide)
    counts = counts[counts["token"].str.contains(r"^\D") & (counts["token"].str.len() > 1) & (counts["n"] >= min_count) & (counts["articles"] >= 3)]
    column = pd.Series(np.arange(len(terms)), index=terms)[counts["token"].head(candidates)].to_numpy()
    observed, words = (to_period @ matrix[:, column]).toarray(), (to_period @ matrix.sum(axis=1))
    observed, words = observed[words > 0], words[words > 0]
    if len(words) < 3:
        return counts["token"].head(limit).tolist()
    expected = np.outer(words, observed.sum(axis=0)) / words.sum()
    g2 = 2 * (observed * np.log(np.where(observed > 0, observed, expected) / expected)).sum(axis=0)
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
    placed, periods, of_article = _bins(articles, freq)
    weights = characteristic_terms(tokens, hide=hide, limit=None).set_index("token")["weight"] ** 0.5
    tokens = tokens[tokens["article_id"].isin(placed["article_id"])]
    per_term = pd.Series(tokens["token"].astype("category").cat.categories).map(weights).fillna(0).to_numpy()
    code = tokens["token"].astype("category").cat.codes
    known = tokens[["article_id", "sentence"]].assign(code=code, weight=np.append(per_term, 0)[code]).drop_duplicates(["article_id", "sentence", "code"])
    sentences = known.groupby(["article_id", "sentence"], observed=True)
    scores = sentences.agg(weight=("weight", "sum"), size=("code", "size")).reset_index()
    scores = scores[scores["size"].between(*words) & (scores["weight"] > 0)]
    scores["score"] = scores["weight"] / scores["size"] ** 0.5 * np.where(scores["sentence"] == 0, LEAD, 1)
    scores["period"] = scores["article_id"].astype(placed["article_id"].dtype).map(pd.Series(of_article, index=placed["article_id"]))
    best = scores.sort_values(["score", "article_id", "sentence"], ascending=[False, True, True]).groupby("period").head(each * 20)
    telling = known[known["weight"] > 0].merge(best[["article_id", "sentence"]]).groupby(["article_id", "sentence"], observed=True)["code"].agg(frozenset)
    chosen = []
    for row in best.itertuples():
        taken = [key for period, key in chosen if period == row.period]
        mine = telling[row.article_id, row.sentence]
        if len(taken) < each and all(key[0] != row.article_id and len(mine & telling[key]) < len(mine) / 2 for key in taken):
            chosen.append((row.period, (row.article_id, row.sentence)))
    picked = pd.DataFrame([key for _, key in chosen], columns=["article_id", "sentence"])
    known = placed[placed["article_id"].isin(picked["article_id"])]
    spans = split_sentences(known).astype({"article_id": placed["article_id"].dtype})
    picked = picked.astype({"article_id": placed["article_id"].dtype, "sentence": "int32"}).merge(spans, on=["article_id", "sentence"])
    picked = picked.merge(known[["article_id", "date", "text"]], on="article_id").sort_values(["date", "article_id"], ignore_index=True)
    picked["before"] = pd.Series([t[a:b] for t, a, b in zip(picked["text"], picked["start"], picked["end"])], dtype="str")
    return picked.assign(match="", after="")[CONTEXT]
