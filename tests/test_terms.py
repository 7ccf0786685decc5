"""Counts and weights, on words that can be counted by eye and against scikit-learn's formula."""

import math

import nltk
import pandas as pd
import pytest

from utils.terms import characteristic_terms, count_terms, hide_terms, pair_up, tf_idf
from utils.tokens import tokenize


def test_counts_by_hand(frame):
    counts = count_terms(tokenize(frame("the moon and the rover", "the moon", "")))
    assert counts[["token", "n", "articles"]].values.tolist() == [["the", 3, 2], ["moon", 2, 2], ["and", 1, 1], ["rover", 1, 1]]
    assert counts["per_10k"].round(3).tolist() == [4285.714, 2857.143, 1428.571, 1428.571]


def test_counts_agree_with_nltk(frame):
    words = nltk.tokenize.RegexpTokenizer("[a-z]+").tokenize("one two two three three three " * 40)
    counts = count_terms(tokenize(frame(" ".join(words)))).set_index("token")["n"]
    assert counts.to_dict() == dict(nltk.FreqDist(words))


def test_groups_are_counted_by_themselves(frame):
    tokens = tokenize(frame("moon moon rover", "moon"))
    tokens["source"] = tokens["article_id"].map({"a0": "x", "a1": "y"}).astype("str")
    counts = count_terms(tokens, by="source")
    assert counts[["source", "token", "n", "articles"]].values.tolist() == [["x", "moon", 2, 1], ["x", "rover", 1, 1], ["y", "moon", 1, 1]]
    assert counts["per_10k"].tolist() == pytest.approx([20000 / 3, 10000 / 3, 10000])
    with pytest.raises(ValueError, match="tokens has no column .'sauce'.; it has"):
        count_terms(tokens, by="sauce")


def test_hiding_words_changes_no_number(frame):
    counts = count_terms(tokenize(frame("the moon and the rover")))
    shown = hide_terms(counts, {"the", "and"})
    assert shown["token"].tolist() == ["moon", "rover"] and shown["per_10k"].tolist() == [2000.0, 2000.0]


def test_tf_idf_by_hand(frame):
    rows = tf_idf(tokenize(frame("moon moon rover", "moon launch"))).set_index(["article_id", "token"])
    assert rows.loc[("a0", "moon"), "tf"] == pytest.approx(2 / 3) and rows.loc[("a0", "moon"), "tf_idf"] == 0
    assert rows.loc[("a0", "rover"), "tf_idf"] == pytest.approx(1 / 3 * math.log(2))
    assert rows.loc[("a1", "launch"), "idf"] == pytest.approx(math.log(2))


def test_what_stands_everywhere_weighs_least(frame):
    tokens = tokenize(frame("moon rover rover 2017 x", "moon lander", "moon", "moon"))
    weights = characteristic_terms(tokens).set_index("token")["weight"]
    assert weights.to_dict() == pytest.approx({"rover": 2 * math.log(5), "lander": math.log(5), "moon": 4 * math.log(5 / 4)})
    assert characteristic_terms(tokens, hide={"rover"}, limit=1)["token"].tolist() == ["lander"]


def test_pairs_stay_within_sentences_and_leave_out_what_is_hidden(frame):
    pairs = pair_up(tokenize(frame("The joint lunar mission. Mission control; the control", "lunar mission")), hide={"the"})
    assert pairs["token"].tolist() == ["joint lunar", "lunar mission", "mission control", "lunar mission"]
    assert count_terms(pairs)[["token", "n", "articles"]].values.tolist()[0] == ["lunar mission", 2, 2]


def test_of_nothing_comes_nothing(frame):
    tokens = tokenize(frame())
    full = count_terms(tokenize(frame("moon")))
    assert count_terms(tokens).dtypes.equals(full.dtypes) and count_terms(tokens).empty
    assert tf_idf(tokens).empty and characteristic_terms(tokens).empty and pair_up(tokens).empty


def test_plain_columns_will_do():
    tokens = pd.DataFrame({"article_id": ["a", "a", "b"], "token": ["moon", "sun", "moon"], "sentence": 0, "position": [0, 1, 0]})
    assert count_terms(tokens)[["token", "n", "articles"]].values.tolist() == [["moon", 2, 2], ["sun", 1, 1]]


def test_words_of_an_unknown_group_are_not_lost(frame):
    tokens = tokenize(frame("moon sun", "moon sun"))
    tokens["source"] = pd.Series(["x", "x", None, None], dtype="str")
    counts = count_terms(tokens, by="source")
    assert counts["n"].sum() == 4 and counts["source"].isna().sum() == 2
    assert count_terms(tokens.head(0), by="source").columns.tolist() == counts.columns.tolist()
