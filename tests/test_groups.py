"""Who is held against whom: each word on the side that it belongs to, and clear words where there is no such side."""

import math

import pandas as pd
import pytest

from utils.compare import keyness
from utils.groups import choose_sides, group_members, group_sizes, with_groups
from utils.quotes import find_quotes, mark_quoted
from utils.stories import find_stories
from utils.tokens import tokenize


@pytest.fixture
def articles(frame):
    articles = frame("moon", "ice ice", "tax", "tax", "tax", "moon", "moon", dates=["2019-01-05", "2019-02-05", "2019-12-31", "2020-01-01", "2020-06-01", None, "2020-07-01"])
    return articles.assign(source=["A", "A", "A", "B", "B", "B", None])


def by_article(tokens):
    return tokens.astype({"group": object}).groupby("article_id", observed=True)["group"].first().tolist()


def test_sources_part_the_articles_where_two_have_three(articles):
    assert by_article(with_groups(tokenize(articles), articles)) == ["A", "A", "A", "B", "B", "B", None]
    assert with_groups(tokenize(articles), articles)["group"].cat.categories.tolist() == ["A", "B"]
    two = articles.head(5)  # B has two only: the halves
    assert set(by_article(with_groups(tokenize(two), two))) == {"before 31 December 2019", "from 31 December 2019"}


def test_periods_leave_out_what_has_no_date(articles):
    assert by_article(with_groups(tokenize(articles), articles, "year")) == ["2019"] * 3 + ["2020"] * 2 + [None, "2020"]
    assert by_article(with_groups(tokenize(articles), articles, "month"))[:2] == ["2019-01", "2019-02"]


def test_inside_and_outside_quotation_marks(frame):
    articles = frame("“We will go,” she said.", dates=["2020-01-01"])
    tokens = tokenize(articles, offsets=True)
    tokens = with_groups(mark_quoted(tokens, find_quotes(articles)), articles, "quoted")
    assert tokens["group"].tolist() == ["inside quotation marks"] * 3 + ["outside quotation marks"] * 2


def test_a_word_of_the_sources_is_told_from_a_word_of_the_paper():
    tokens = pd.DataFrame({"article_id": "a", "token": ["crack"] * 6 + ["bridge"] * 4, "quoted": [True] * 5 + [False] * 5})
    table = keyness(tokens[tokens["quoted"]], tokens[~tokens["quoted"]], min_count=1).set_index("token")
    assert table.loc["crack", ["n_target", "n_reference", "per_10k_target", "per_10k_reference"]].tolist() == [5, 1, 10_000, 2_000]
    assert table.loc["bridge", ["n_target", "n_reference", "per_10k_target", "per_10k_reference", "zero"]].tolist() == [0, 4, 0, 8_000, "target"]
    assert table.loc["crack", "log_ratio"] == pytest.approx(math.log2(5)) and table.loc["bridge", "log_ratio"] == pytest.approx(-math.log2(8))


def test_sides_are_named_and_none_is_on_both(articles):
    tokens = with_groups(tokenize(articles), articles)
    target, reference, names = choose_sides(tokens)
    assert names == ("A", "B") and len(target) == 4 and len(reference) == 3  # the largest, and all others
    months = with_groups(tokenize(articles), articles, "month")
    target, reference, names = choose_sides(months, "2019-0*", "2020*")
    assert names == ("2019-01 and 2019-02", "2020-01, 2020-06 and 2020-07") and (len(target), len(reference)) == (3, 3)
    with pytest.raises(ValueError, match="2019-01 is on both sides"):
        choose_sides(months, "2019-01", "2019*")
    with pytest.raises(ValueError, match=r"no group 'C'; there are A and B"):
        choose_sides(tokens, "C")
    with pytest.raises(ValueError, match="no 'paper' to be parted by; there is article_id, .*source, .*halves"):
        with_groups(tokens, articles, "paper")


def test_sizes_count_words_and_articles(articles):
    stories = pd.DataFrame({"article_id": articles["article_id"], "story_id": [1, 2, 3, 4, 4, 4, 5]})
    sizes = group_sizes(with_groups(tokenize(articles), articles), stories)
    assert sizes[["group", "words", "articles", "stories"]].values.tolist() == [["A", 4, 3, 3], ["B", 3, 3, 1]] and sizes["share"].sum() == 1


@pytest.mark.parametrize("rows", [0, 1])
def test_of_none_and_of_one_there_is_nothing_to_compare(articles, rows):
    few = articles.head(rows)
    tokens = with_groups(tokenize(few), few)
    target, reference, names = choose_sides(tokens)
    assert len(target) == rows and reference.empty and names[1] == "nothing" and len(group_sizes(tokens, find_stories(few))) == rows
    pd.testing.assert_index_equal(target.columns, tokens.columns)


def test_a_year_may_be_given_as_a_number():
    tokens = pd.DataFrame({"article_id": ["a", "b"], "token": ["x", "y"], "group": ["2019", "2020"]})
    assert choose_sides(tokens, 2019, 2020)[2] == ("2019", "2020")


def test_an_article_with_words_on_both_sides_is_of_both_and_one_without_a_group_of_none():
    tokens = pd.DataFrame({"article_id": [*"aabbab"], "group": ["in", "out", "in", None, "in", None]})
    assert group_members(tokens).values.tolist() == [["a", "in", 2], ["a", "out", 1], ["b", "in", 1]]
    assert group_members(tokens.head(0)).empty
