"""Findings that rest on one article, on copies, on one source, or on chance; and one that holds. The draws against a slow loop."""

import numpy as np
import pandas as pd
import pytest

from utils.holds import _count, _draws, contrast_holds, ranking_holds
from utils.tokens import tokenize

SOURCES = ["Post", "Echo", "Mail", "News"]


@pytest.fixture
def two_sides(frame):
    """40 articles of ten words, the first 20 the target; `solid` is in 12 of those, and each other word rests on something."""
    words = [["day"] * 10 for _ in range(40)]
    for n in range(12):
        words[n][0] = "solid"
    words[3] += ["heavy"] * 30
    for n in range(7):
        words[n][1] = "wired"
    for n in (0, 4, 8, 12, 16):
        words[n][2] = "postal"
    for n in (*range(7, 15), *range(20, 25)):
        words[n][3] = "rare"
    articles = frame(*(" ".join(text) for text in words)).assign(source=[SOURCES[n % 4] for n in range(40)])
    tokens = tokenize(articles)
    target = tokens["article_id"].isin(articles["article_id"].head(20))
    stories = pd.DataFrame({"article_id": articles["article_id"], "story_id": [0] * 7 + list(range(1, 34)), "first": [n == 0 or n > 6 for n in range(40)]})
    return tokens[target], tokens[~target], articles, stories


def test_each_finding_is_marked_with_what_it_rests_on(two_sides):
    target, reference, articles, stories = two_sides
    found = contrast_holds(target, reference, ["solid", "heavy", "wired", "postal", "rare", "mars"], articles, stories=stories).set_index("token")
    assert found["because"].tolist()[:4] == ["", "rests on one article", "", "rests on one source (Post)"]
    assert found["because"]["rare"].startswith("may not hold") and found["because"]["mars"] == "it has no hit"
    assert found["holds"].tolist() == [True, False, True, False, False, pd.NA]
    assert found["top_article"]["heavy"] == "a3" and found["without_top_article"]["heavy"] == 0
    # 12 in 230 words, 11 in 190 without the longest; the reference has none in 200, which stands as a half
    assert found["log_ratio"]["solid"] == pytest.approx(np.log2(12 / 230 / (0.5 / 200)))
    assert found["without_copies"]["solid"] == pytest.approx(np.log2(6 / 140 / (0.5 / 200)))


def test_copies_of_one_story_do_not_hold(two_sides):
    target, reference, articles, stories = two_sides
    reference = reference.assign(token=reference["token"].astype("str").mask(reference["article_id"].eq("a30") & reference["position"].eq(0), "wired"))
    assert contrast_holds(target, reference, ["wired"], articles)["holds"].tolist() == [True]
    copied = stories.assign(first=lambda table: table["first"] & (table["article_id"] != "a0"))  # the first itself stands elsewhere
    found = contrast_holds(target, reference, ["wired"], articles, stories=copied)
    assert found["because"].tolist() == ["rests on copies"] and found["without_copies"].item() < 0


def test_a_word_that_is_missing_from_the_target_is_used_less(two_sides):
    target, reference, articles, _ = two_sides
    there = contrast_holds(reference, target, ["solid"], articles)
    here = contrast_holds(target, reference, ["solid"], articles)
    assert there["log_ratio"].item() == -here["log_ratio"].item() and there["top_article"].item() == here["top_article"].item() and there["holds"].item()


def test_intervals_agree_with_a_slow_loop(two_sides):
    target, reference, articles, _ = two_sides
    found = contrast_holds(target, reference, ["day"], articles, draws=60, seed=4)
    sides = [np.arange(20), np.arange(20, 40)]
    ids = pd.Index(sorted(articles["article_id"]))
    sides = [np.flatnonzero(ids.isin(articles["article_id"].iloc[rows])) for rows in sides]
    ratios = []
    for column in np.concatenate(list(_draws(sides, 60, 4)), axis=1).T:
        rates = []
        for side in (target, reference):
            words = [(ids[n], time) for n, times in enumerate(column) for time in range(times)]
            drawn = [token for i, _ in words for token in side.loc[side["article_id"] == i, "token"]]
            rates.append(drawn.count("day") / len(drawn))
        ratios.append(np.log2(rates[0] / rates[1]))
    ratios.sort()
    assert found["low"].item() == pytest.approx(ratios[1]) and found["high"].item() == pytest.approx(ratios[58])  # the 2nd and the 59th of 60


def test_each_draw_has_as_many_articles_a_side():
    drawn = np.concatenate(list(_draws([np.arange(3), np.arange(3, 10)], 50, 1)), axis=1)
    assert set(drawn[:3].sum(axis=0)) == {3} and set(drawn[3:].sum(axis=0)) == {7} and len(np.unique(drawn, axis=1).T) > 40


def test_both_sides_of_the_same_articles_are_drawn_together(frame):
    articles = frame(*("moon " * (n + 1) + "day " * (2 * n + 2) for n in range(8)))
    tokens = tokenize(articles)
    inside = tokens["token"].eq("moon") | (tokens["position"] % 2 == 1)  # of each article the same share
    early = tokens["article_id"].isin(["a0", "a1", "a2", "a3"])
    found = contrast_holds(tokens[inside], tokens[~inside], ["moon"], articles.assign(source="x"))
    apart = contrast_holds(tokens[inside & early], tokens[inside & ~early], ["moon"], articles)
    assert found["log_ratio"].item() > 3 and found["holds"].item()
    assert apart["because"].item() == "too few articles to tell" and pd.isna(apart["holds"].item()) and np.isnan(apart["low"].item())


def test_counts_by_article(frame):
    tokens = tokenize(frame("moon moon day", "full moon"))
    assert _count(tokens, ["moon", "full moon"], pd.Index(["a0", "a1"])).toarray().tolist() == [[2, 0, 3], [1, 1, 2]]


def test_a_source_is_left_out_only_where_both_sides_remain(two_sides):
    target, reference, articles, _ = two_sides
    alone = articles.assign(source=["Post"] * 20 + ["Echo"] * 10 + ["Mail"] * 10)
    found = contrast_holds(target, reference, ["solid"], alone)
    assert found["source"].item() in ("Echo", "Mail") and found["holds"].item()
    assert contrast_holds(target, reference, ["solid"], articles.drop(columns="source"))["source"].isna().all()


def test_a_ranking_of_speakers():
    rows = [("Rao", f"a{n}") for n in range(20)] + [("Abe", "a5")] * 15 + [("Sato", f"a{n}") for n in range(8)] + [("Kim", f"a{4 * n}") for n in range(5)]
    quotes = pd.DataFrame(rows, columns=["speaker", "article_id"])
    articles = pd.DataFrame({"article_id": [f"a{n}" for n in range(20)], "source": [SOURCES[n % 4] for n in range(20)]})
    found = ranking_holds(quotes, articles, item="speaker", top=3)
    assert found[["speaker", "n", "rank"]].values.tolist() == [["Rao", 20, 1], ["Abe", 15, 2], ["Sato", 8, 3]]
    assert found["because"].tolist()[:2] == ["", "rests on one article"] and found["without_top_article"].tolist()[:2] == [1, 5]
    others, wired = quotes[quotes["speaker"] != "Abe"], articles.assign(first=~articles["article_id"].isin([f"a{n}" for n in range(7)]))
    copied = ranking_holds(others, articles, item="speaker", top=2, stories=wired)
    assert copied["because"].tolist() == ["", "rests on copies"] and copied["without_copies"].tolist() == [1, 3]
    assert ranking_holds(others, articles, item="speaker", top=3)["because"].tolist()[2] == "rests on one source (Post)"


def test_a_tie_at_the_end_of_a_list_is_no_finding():
    items = pd.DataFrame({"article_id": list("abcdef") * 3, "token": ["x"] * 6 + ["y"] * 6 + ["z"] * 6})
    found = ranking_holds(items, items[["article_id"]].drop_duplicates(), top=2)
    assert found["rank"].tolist() == [3, 3] and found["because"].tolist() == ["is a tie"] * 2
    assert ranking_holds(items, items[["article_id"]].drop_duplicates(), top=3)["holds"].tolist() == [True] * 3


def test_order_and_kind_of_columns_do_not_matter(two_sides):
    target, reference, articles, stories = two_sides
    found = contrast_holds(target, reference, ["solid", "postal"], articles, stories=stories)
    plain = [side.astype({"article_id": "str", "token": "str"}).iloc[::-1] for side in (target, reference)]
    assert contrast_holds(*plain, ["solid", "postal"], articles.iloc[::-1], stories=stories.iloc[::-1]).equals(found)
    words = target[target["token"] != "day"]
    assert ranking_holds(words.astype("str"), articles, top=2).equals(ranking_holds(words, articles.iloc[::-1], top=2))


def test_of_nothing_nothing_is_told(two_sides):
    target, reference, articles, stories = two_sides
    full = contrast_holds(target, reference, ["solid"], articles, stories=stories)
    for empty in (contrast_holds(target, reference, [], articles), contrast_holds(target[:0], reference[:0], ["solid"], articles)):
        assert empty.empty and empty.dtypes.equals(full.dtypes)
    assert contrast_holds(target, reference[:0], ["solid"], articles)["holds"].isna().all()
    assert ranking_holds(target[:0], articles).dtypes.equals(ranking_holds(target, articles).dtypes)
