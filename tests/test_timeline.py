"""Periods and trends: bins at their edges, gaps that stay gaps, intervals against SciPy's other way to them."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, chi2

from utils.timeline import articles_over_time, changing_terms, choose_freq, hit_places, key_sentences, on_axis, strongest, term_trend
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
