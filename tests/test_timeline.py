"""Periods and trends: bins at their edges, gaps that stay gaps, intervals against SciPy's other way to them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, chi2

from utils.gist import key_sentences
from utils.timeline import articles_over_time, changing_terms, choose_freq, explain_peaks, hit_places, on_axis
from utils.timeline import peaks, strongest, term_trend, why_no_peaks
from utils.tokens import tokenize


def test_bins_at_the_turn_of_the_year(frame):
    articles = frame("a", "b", "c", dates=["2019-12-31", "2020-01-01", "2020-03-31"])
    by = lambda freq: articles_over_time(articles, freq=freq)
    assert by("month")["articles"].tolist() == [1, 1, 0, 1]
    assert by("quarter")["articles"].tolist() == [1, 2] and by("year")["articles"].tolist() == [1, 2]
    assert by("week")["period"].iloc[0] == pd.Timestamp("2019-12-30") and by("week")["articles"].iloc[0] == 2  # a Monday
    assert by("month")["period_end"].iloc[2] == pd.Timestamp("2020-03-01") and by("QS").equals(by("quarter"))
    assert by("day")["articles"].sum() == 3 and len(by("day")) == 92
    with pytest.raises(ValueError, match="freq has no 'fortnight'; it has day, week, month, quarter, year"):
        by("fortnight")


@pytest.mark.parametrize("days, freq", [(0, "day"), (40, "day"), (100, "week"), (700, "month"), (3300, "quarter"), (12000, "year")])
def test_the_span_chooses_the_bin(frame, days, freq):
    start = pd.Timestamp("1990-01-01")
    assert choose_freq(frame("a", "b", dates=[start, start + pd.Timedelta(days=days)])) == freq


def test_few_articles_ask_for_wider_bins(frame):
    dates = pd.date_range("2016-01-01", periods=40, freq="90D")
    assert choose_freq(frame(*["a"] * 40, dates=dates)) == "quarter"
    assert choose_freq(frame(*["a"] * 40, dates=dates), per_bin=4) == "year"


@pytest.mark.parametrize("days, freq", [(0, "day"), (2, "day"), (19, "day"), (20, "week"), (93, "month"), (260, "month"), (273, "quarter"), (1094, "quarter"), (1096, "year")])
def test_bins_are_never_so_wide_that_less_than_three_are_left(frame, days, freq):
    start = pd.Timestamp("2019-01-01")
    assert choose_freq(frame("a", "b", dates=[start, start + pd.Timedelta(days=days)]), per_bin=8) == freq


def test_undated_future_and_month_only_articles(frame):
    articles = frame("a", "b", "c", dates=["2020-01-15", None, "2020-02-01"]).assign(date_precision=["day", None, "month"])
    assert len(on_axis(articles)) == 2 and len(on_axis(articles, freq="day")) == 1
    assert articles_over_time(articles, freq="day")["articles"].tolist() == [1]
    assert len(on_axis(articles.assign(flags=["future_date", "", ""]))) == 1


def test_zero_is_not_missing(frame):
    articles = frame("moon moon sun", "sun", "moon", dates=["2020-01-05", "2020-01-07", "2020-04-01"])
    trend = term_trend(tokenize(articles), articles, ["moon", "sun"], freq="month")
    moon, sun = (trend[trend["token"] == word].reset_index() for word in ("moon", "sun"))
    assert moon["n"].tolist() == [2, pd.NA, pd.NA, 1] and sun["n"].tolist() == [2, pd.NA, pd.NA, 0]
    assert moon["tokens"].tolist() == [4, pd.NA, pd.NA, 1] and moon["articles_in_period"].tolist() == [2, 0, 0, 1]
    assert moon["per_10k"].tolist()[0] == 5000.0 and np.isnan(moon["per_10k"][1]) and sun["per_10k"][3] == 0
    assert moon["share"].tolist()[0] == 0.5 and moon["articles"].tolist()[0] == 1 and np.isnan(moon["share_low"][2])


def test_intervals_agree_with_scipy(frame):
    articles = frame("moon " * 3 + "sun " * 97, "sun " * 50, dates=["2020-01-05", "2020-01-06"])
    row = term_trend(tokenize(articles), articles, "moon", freq="month").iloc[0]
    assert row["low"] == pytest.approx(chi2.ppf(0.025, 6) / 2 / 150 * 10_000) and row["high"] == pytest.approx(chi2.ppf(0.975, 8) / 2 / 150 * 10_000)
    wilson = binomtest(1, 2).proportion_ci(method="wilson")
    assert row["share_low"] == pytest.approx(wilson.low) and row["share_high"] == pytest.approx(wilson.high)
    none = term_trend(tokenize(articles), articles, "mars", freq="month").iloc[0]
    assert none["low"] == 0 and none["high"] == pytest.approx(chi2.ppf(0.975, 2) / 2 / 150 * 10_000)


def test_phrases_and_patterns_have_trends_too(frame):
    articles = frame("joint mission, launches", "a launch", dates=["2020-01-05", "2020-02-05"])
    trend = term_trend(tokenize(articles), articles, ["joint mission", "launch*"], freq="month")
    assert trend["n"].tolist() == [1, 0, 1, 1]


def test_tokens_of_other_articles_do_not_count(frame):
    articles = frame("moon", "moon moon", dates=["2020-01-05", "2020-01-06"])
    assert term_trend(tokenize(articles), articles.head(1), "moon", freq="year")["n"].tolist() == [1]
    assert term_trend(tokenize(articles), articles.iloc[::-1], "moon", freq="year")["n"].tolist() == [3]


def test_without_dates_there_is_no_trend(frame):
    articles = frame("moon", "sun")
    full = frame("moon", dates=["2020-01-05"])
    trend = term_trend(tokenize(articles), articles, ["moon"])
    assert trend.empty and trend.dtypes.equals(term_trend(tokenize(full), full, ["moon"]).dtypes)
    assert articles_over_time(articles).empty and changing_terms(tokenize(articles), articles) == []
    assert key_sentences(tokenize(articles), articles).empty and hit_places(tokenize(articles), articles, "moon").empty


def test_the_term_that_moves_is_found(frame):
    texts = [f"the town {'flood' if n < 12 else 'harvest'} market day" for n in range(24)]
    articles = frame(*texts, dates=pd.date_range("2020-01-15", periods=24, freq="30D"))
    found = changing_terms(tokenize(articles), articles, limit=2, freq="quarter")
    assert set(found) == {"flood", "harvest"}
    trend = term_trend(tokenize(articles), articles, found, freq="quarter")
    assert strongest(trend).set_index("token")["period"].dt.year.to_dict() == {"flood": 2020, "harvest": 2021}


def test_a_term_that_only_undated_articles_have_does_not_change_and_nothing_is_warned_of(frame):
    dates = [f"2019-0{n}-01" for n in range(1, 7)] + [None] * 6
    articles = frame(*(["The moon rises.", "The moon and a rover."] * 3), *["A comet passed."] * 6, dates=dates)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert changing_terms(tokenize(articles), articles, limit=1, freq="month", min_count=3) != ["comet"]


def test_places_run_from_start_to_end(frame):
    articles = frame("moon a b c moon", "x moon y", dates=["2020-02-01", "2020-01-01"])
    assert hit_places(tokenize(articles), articles, "moon")["place"].tolist() == [0.5, 0, 1]


def test_key_sentences_are_the_articles_own_and_not_two_of_one(frame):
    text = "The joint lunar mission of the two space agencies will carry a rover to the pole. It was a sunny day."
    articles = frame(text, text.replace("sunny", "rainy"), "A drill for the polar ice is what the Japanese partners hope to bring along.", dates=["2020-01-01", "2020-01-02", "2020-01-03"])
    rows = key_sentences(tokenize(articles), articles, each=2, freq="year", hide={"the", "of", "to", "a", "it", "was", "for", "all", "who"})
    assert rows["article_id"].tolist() == ["a0", "a2"]
    assert rows["before"][0] == text[: text.index(" It was")]


def test_dates_of_other_kinds_and_months_only(frame):
    articles = frame("a", "b", dates=["2022-01-01", "2022-02-01"])
    assert choose_freq(articles.assign(date_precision="month")) == "month"
    for dates in (["2022-01-31", "2022-02-01"], pd.to_datetime(["2022-01-31T23:30+09:00", "2022-02-01T01:00+09:00"])):
        assert articles_over_time(articles.assign(date=dates), freq="month")["articles"].tolist() == [1, 1]


def test_plain_columns_and_undated_articles_are_no_crash(frame):
    articles = frame(*["moon sun"] * 12, "moon", dates=[*pd.date_range("2020-01-05", periods=12, freq="30D"), None])
    plain = tokenize(articles).astype({"article_id": "str", "token": "str"})
    assert changing_terms(plain, articles, freq="quarter") == changing_terms(tokenize(articles), articles, freq="quarter")


@pytest.fixture
def trend():
    """A monthly trend of hits; a number of articles is given, or the same for all months; a hit an article if not told else."""

    def make(n, *, articles=None, in_period=20, most=1, words=300):
        months, n = pd.date_range("2020-01-01", periods=len(n) + 1, freq="MS"), np.array(n)
        size = np.broadcast_to(in_period, n.shape)
        data = {"period": months[:-1], "period_end": months[1:], "n": n, "tokens": size * words, "articles": np.minimum(n, size) if articles is None else articles}
        return pd.DataFrame(data).assign(token="moon", articles_in_period=size, most_in_one=most)

    return make


def test_a_burst_and_a_jump_at_known_months(trend):
    burst = peaks(trend([2, 3, 2, 2, 12, 14, 3, 2, 2, 3, 2, 2])).iloc[0]
    assert burst[["kind", "n", "articles", "articles_in_period"]].tolist() == ["burst", 26, 26, 40]
    assert (burst["begin"], burst["finish"]) == (pd.Timestamp("2020-05-01"), pd.Timestamp("2020-06-30"))
    assert burst["per_10k"] == pytest.approx(26 / 12_000 * 10_000) and burst["rest_per_10k"] == pytest.approx(23 / 60_000 * 10_000)
    for hits, ratio in (([2, 3, 2, 2, 3, 9, 10, 9, 11, 9, 10, 10], (68 / 7) / (12 / 5)), ([9, 10, 9, 11, 9, 2, 3, 2, 2, 3, 2, 2], (16 / 7) / (48 / 5))):
        jump = peaks(trend(hits))
        assert jump["kind"].tolist() == ["jump"] and jump["begin"].tolist() == [pd.Timestamp("2020-06-01")]
        assert jump["finish"].tolist() == [pd.Timestamp("2020-12-31")] and jump["ratio"].tolist() == pytest.approx([ratio])


def test_two_bursts_and_a_term_that_is_gone(trend):
    assert peaks(trend([2, 2, 14, 2, 2, 2, 2, 14, 2, 2]))["begin"].dt.month.tolist() == [3, 8]
    gone = peaks(trend([8, 9, 8, 9, 0, 0, 0, 0]))
    assert gone[["kind", "n", "ratio"]].values.tolist() == [["jump", 0, 0.0]]
    assert peaks(trend([0, 0, 0, 0, 8, 9, 8, 9]))["ratio"].tolist() == [np.inf]


def test_what_is_no_peak(trend):
    growing = np.arange(2, 26, 2)
    assert peaks(trend(growing, in_period=growing * 10)).empty  # more articles, the same rate
    assert peaks(trend([2, 3, 2, 2, 22, 3, 2, 2], articles=[2, 3, 2, 2, 3, 3, 2, 2], most=[1, 1, 1, 1, 20, 1, 1, 1])).empty  # one article's refrain
    assert len(peaks(trend([2, 3, 2, 2, 22, 3, 2, 2], articles=[2, 3, 2, 2, 18, 3, 2, 2], most=[1, 1, 1, 1, 3, 1, 1, 1]))) == 1
    assert peaks(trend([1000, 1100, 1000, 1000, 1150, 1000, 1000], words=10_000)).empty  # beyond chance, and no news
    assert why_no_peaks(trend([5, 5, 5, 5, 5])).values.tolist() == [["moon", "no period stands out"]]


def test_noise_is_rarely_a_peak(trend):
    rng, alarms = np.random.default_rng(3), 0
    for _ in range(100):
        size = rng.poisson(10, 24) + 1
        hits = [rng.poisson(0.5 * rng.gamma(0.5, 2, k)) for k in size]
        alarms += len(peaks(trend([h.sum() for h in hits], articles=[(h > 0).sum() for h in hits], in_period=size, most=[h.max() for h in hits]))) > 0
    assert alarms <= 8


def test_too_little_is_refused_in_words(trend):
    few, short = trend([0, 1, 3, 0, 0, 0], most=2), trend([20, 1, 1, 1])
    assert peaks(few).empty and why_no_peaks(few).values.tolist() == [["moon", "only 4 hits in 4 articles"]]
    assert peaks(short).empty and why_no_peaks(short)["why"].tolist() == ["only 4 periods with articles"]
    assert peaks(few).dtypes.equals(peaks(trend([2, 2, 14, 2, 2, 2])).dtypes) and peaks(few[:0]).empty and why_no_peaks(few[:0]).empty


def test_months_without_articles_are_no_fall(frame):
    dates = [f"2020-{month:02}-{day:02}" for month in (1, 2, 6, 7, 11, 12) for day in range(1, 11)]
    articles = frame(*("moon day" if date[:7] in ("2020-06", "2020-07") or date.endswith("01") else "sun day" for date in dates), dates=dates)
    found = peaks(term_trend(tokenize(articles), articles, ["moon", "moon", "day"], freq="month"))
    assert found[["token", "kind", "n", "articles_in_period"]].values.tolist() == [["moon", "burst", 20, 20]]
    assert found["begin"].dt.month.tolist() == [6] and found["finish"].dt.month.tolist() == [7]


def test_the_collection_has_bursts_of_its_own(frame):
    dates = [day for month in range(1, 13) for day in [f"2020-{month:02}-03"] * (40 if month == 5 else 4)]
    found = peaks(articles_over_time(frame(*["a"] * len(dates), dates=dates), freq="month"))
    assert found["token"].isna().all() and found["begin"].dt.month.tolist() == [5] and found["per_10k"].tolist() == pytest.approx([40 / 31])


def test_what_made_a_peak(frame):
    texts = ["Flood of the river. Flood in town 7", "A flood of the river b", "The flood, the river", "Market of the town", "The market", "flood", "The town"]
    articles = frame(*texts, dates=["2020-05-03", "2020-05-04", "2020-05-31", "2020-05-05", "2020-06-01", "2020-06-02", None])
    articles = articles.assign(source=["Post", "Echo", "Post", "Mail", None, "Post", "Echo"], title=["High water", None, None, "Sale", None, None, None])
    stories = pd.DataFrame({"article_id": ["a0", "a1", "a2"], "story_id": [1, 1, 2], "first": [True, False, True]})
    peak = pd.DataFrame({"token": ["flood", None], "begin": pd.Timestamp("2020-05-01"), "finish": pd.Timestamp("2020-05-31"), "mine": 1})
    flood, of_all = explain_peaks(peak, tokenize(articles), articles, stories, hide={"the", "of"}).itertuples(index=False)
    assert (flood.mine, flood.words, flood.headlines) == (1, "river", "High water · The flood, the river")
    assert (flood.sources, flood.copies, flood.top_article_share) == (2, 1, 0.5) and of_all.sources == 3
    bare = explain_peaks(peak, tokenize(articles).astype({"article_id": "str", "token": "str"}), articles.drop(columns=["source", "title"]))
    assert bare["sources"].isna().all() and bare["copies"].isna().all() and bare["headlines"][0].count(" · ") == 2
    assert explain_peaks(peak[:0], tokenize(articles), articles).dtypes.equals(bare.dtypes)


def test_an_article_of_a_month_counts_where_the_whole_month_does(frame):
    articles = frame("moon", "moon", dates=["2020-05-01", "2020-05-02"]).assign(date_precision=["month", "day"], source=["Post", "Echo"])
    peak = pd.DataFrame({"token": ["moon", "moon"], "begin": pd.Timestamp("2020-05-01"), "finish": pd.to_datetime(["2020-05-31", "2020-05-10"])})
    assert explain_peaks(peak, tokenize(articles), articles)["sources"].tolist() == [2, 1]
