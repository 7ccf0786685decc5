"""Keyness, on words that can be counted by eye, against SciPy and NLTK, and where a side has none."""

import math

import numpy as np
import pandas as pd
import pytest
from nltk.metrics import BigramAssocMeasures
from scipy.stats import chi2_contingency
from scipy.stats.contingency import odds_ratio

from utils.compare import keyness, keyness_by
from utils.tokens import tokenize


@pytest.fixture
def sides(frame):
    """Eight words against twelve: moon 3 and 2, sun 5 and 0, rain 0 and 1, the rest is mud."""
    tokens = tokenize(frame("moon moon moon sun sun", "sun sun sun", "moon moon rain mud mud mud", "mud mud mud mud mud mud"))
    target = tokens["article_id"].isin(["a0", "a1"])
    return tokens[target], tokens[~target]


def test_counts_and_rates_by_hand(sides):
    rows = keyness(*sides, min_count=1).set_index("token")
    assert rows[["n_target", "n_reference", "articles_target", "articles_reference"]].loc[["moon", "sun", "rain", "mud"]].values.tolist() == [[3, 2, 1, 1], [5, 0, 2, 0], [0, 1, 0, 1], [0, 9, 0, 2]]
    assert rows.loc["moon", ["per_10k_target", "per_10k_reference"]].tolist() == pytest.approx([3750, 10000 / 6])
    assert rows.loc["moon", ["log_ratio", "diff_percent", "odds_ratio"]].tolist() == pytest.approx([math.log2(3 * 12 / (2 * 8)), 125, (3 / 5) / (2 / 10)])
    assert keyness(*sides, min_count=5).token.tolist() == ["mud", "sun", "moon"]  # five of both together; rain has one


def test_a_count_of_zero_is_told(sides):
    rows = keyness(*sides, min_count=1).set_index("token")
    assert rows["zero"].fillna("").to_dict() == {"moon": "", "sun": "reference", "rain": "target", "mud": "target"}
    assert rows.loc["sun", "log_ratio"] == pytest.approx(math.log2((5 / 8) / (0.5 / 12)))
    assert rows.loc["mud", "log_ratio"] == pytest.approx(math.log2((0.5 / 8) / (9 / 12)))
    assert rows.loc["sun", ["diff_percent", "odds_ratio"]].isna().all()
    assert rows.loc["mud", ["diff_percent", "odds_ratio"]].tolist() == [-100, 0]


def test_g2_agrees_with_scipy_and_nltk(sides):
    for row in keyness(*sides, min_count=1).itertuples():
        table = [[row.n_target, row.n_reference], [8 - row.n_target, 12 - row.n_reference]]
        assert row.g2 == pytest.approx(chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic, rel=1e-12)
        assert row.g2 == pytest.approx(BigramAssocMeasures.likelihood_ratio(row.n_target, (row.n_target + row.n_reference, 8), 20), rel=1e-12)
        assert math.isnan(row.odds_ratio) or row.odds_ratio == pytest.approx(odds_ratio(np.array(table), kind="sample").statistic)


def test_the_short_form_of_g2(sides):
    rows = keyness(*sides, min_count=1, cells=2).set_index("token")["g2"]
    assert rows["moon"] == pytest.approx(2 * (3 * math.log(3 / 2) + 2 * math.log(2 / 3)))  # expected 5 x 8/20 = 2 and 3
    assert rows["sun"] == pytest.approx(2 * 5 * math.log(5 / 2))
    with pytest.raises(ValueError, match="cells is 3"):
        keyness(*sides, cells=3)


def test_the_sides_change_places(sides):
    there, back = (keyness(*pair, min_count=1).set_index("token") for pair in (sides, sides[::-1]))
    assert back["log_ratio"].to_dict() == pytest.approx((-there["log_ratio"]).to_dict())
    assert back["g2"].to_dict() == pytest.approx(there["g2"].to_dict())


def test_what_is_alike_has_no_weight_and_goes_by_the_alphabet(frame):
    tokens = tokenize(frame("b a c", "a b c"))
    rows = keyness(tokens[:3], tokens[3:], min_count=1)
    assert rows["token"].tolist() == ["a", "b", "c"] and (rows["g2"] == 0).all() and (rows["log_ratio"] == 0).all()


def test_the_order_of_rows_and_the_kind_of_columns_do_not_matter(sides):
    expected = keyness(*sides, min_count=1)
    mixed = [side.sample(frac=1, random_state=4).astype({"token": "str", "article_id": "str"}) for side in sides]
    pd.testing.assert_frame_equal(keyness(*mixed, min_count=1), expected)
    pd.testing.assert_frame_equal(keyness(sides[0], mixed[1], min_count=1), expected)


def test_a_target_within_its_reference_is_a_mistake(sides):
    with pytest.raises(ValueError, match="most rows of the target are in the reference too"):
        keyness(sides[0], pd.concat(sides))
    one = sides[0].assign(article_id="a0")
    assert len(keyness(one, sides[0].assign(article_id="a0", token="x"), min_count=1)) == 3  # the same places of another text


def test_each_group_against_the_rest_is_as_two_tables(frame):
    tokens = tokenize(frame("moon moon sun sea", "sun sun rain", "moon rain rain x y", "moon sea"))
    tokens["source"] = tokens["article_id"].map({"a0": "p", "a1": "q", "a2": "r"}).astype("str")  # a3 has none
    tokens["odd"] = tokens["position"] % 2 == 1  # groups that share their articles
    for by in ("source", "odd"):
        rows = keyness_by(tokens, by, min_count=2)
        known = tokens[tokens[by].notna()]
        for name in known[by].unique():
            alone = rows[rows[by] == name].drop(columns=by).reset_index(drop=True)
            pd.testing.assert_frame_equal(alone, keyness(known[known[by] == name], known[known[by] != name], min_count=2))
        assert rows[by].is_monotonic_increasing


def test_groups_by_two_columns_or_by_a_series(frame):
    tokens = tokenize(frame("moon sun", "moon moon", "sun rain"))
    source = tokens["article_id"].map({"a0": "p", "a1": "q", "a2": "q"}).astype("str").rename("source")
    assert keyness_by(tokens, source, min_count=1).columns[0] == "source"
    rows = keyness_by(tokens.assign(source=source), ["source", "position"], min_count=1)
    assert rows.columns[:3].tolist() == ["source", "position", "token"]
    first = rows[(rows["source"] == "q") & (rows["position"] == 0)].set_index("token")
    assert first[["n_target", "n_reference"]].loc[["moon", "sun"]].values.tolist() == [[1, 2], [1, 1]]


def test_of_nothing_comes_nothing(sides):
    full, none = keyness(*sides, min_count=1), sides[0][:0]
    for pair in ((none, none), (none, sides[1]), (sides[0], none)):
        assert keyness(*pair).empty and keyness(*pair).dtypes.equals(full.dtypes)
    grouped = keyness_by(sides[0], "article_id", min_count=1)
    assert keyness_by(none, "article_id").columns.equals(grouped.columns) and keyness_by(none, "article_id").empty
    assert keyness_by(sides[0][:5], "article_id", min_count=1).empty  # one group has nothing to stand against


def test_a_side_of_one_word(frame):
    tokens = tokenize(frame("moon moon", "sun"))
    rows = keyness(tokens[:2], tokens[2:], min_count=1).set_index("token")
    assert rows.loc["moon", "log_ratio"] == 1 and rows["odds_ratio"].isna().loc["moon"] and rows.loc["sun", "odds_ratio"] == 0
