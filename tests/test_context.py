"""Words in context: every hit, with its sentence and its place."""

import re

import pandas as pd
import pytest

from utils.context import evidence, find_each, find_hits, find_in_context, openings, parse_pattern, period_of, spell
from utils.tokens import tokenize

TEXT = "Isro plans a joint mission. The joint lunar mission, Isro’s own, may launch.\n\nLaunches slip; a mission joint is none."


def hits(frame, pattern, text=TEXT):
    return find_in_context(frame(text), pattern)["match"].tolist()


@pytest.mark.parametrize(
    "pattern, expected",
    [
        ("isro", ["Isro", "Isro’s"]),
        ("ISRO", ["Isro", "Isro’s"]),
        ("joint mission", ["joint mission"]),
        ('"joint mission"', ["joint mission"]),
        ("launch*", ["launch", "Launches"]),
        ("joint * mission", ["joint lunar mission"]),
        ("slip|lunar|own", ["lunar", "own", "slip"]),
        ("joint|joint mission", ["joint mission", "joint", "joint"]),
        ("mission the", []),  # over the end of a sentence
        ("missio", []),
        ("mars", []),
        ("m.ssion", []),  # a full stop is no pattern
    ],
)
def test_patterns(frame, pattern, expected):
    assert hits(frame, pattern) == expected


@pytest.mark.parametrize("pattern", ["", "  ", "|", '""', "…"])
def test_a_pattern_without_a_word_is_refused(pattern):
    with pytest.raises(ValueError, match="holds no word"):
        parse_pattern(pattern)


def test_a_row_is_the_hit_in_its_whole_sentence(frame):
    articles = frame("No.", TEXT)
    rows = find_in_context(articles, "launch*")
    assert rows["article_id"].tolist() == ["a1", "a1"] and rows["sentence"].tolist() == [1, 2]
    assert [TEXT[a:b] for a, b in zip(rows["start"], rows["end"])] == rows["match"].tolist()
    assert (rows["before"] + rows["match"] + rows["after"]).tolist() == ["The joint lunar mission, Isro’s own, may launch.", "Launches slip; a mission joint is none."]


def test_the_same_with_tokens_at_hand_and_never_capped(frame):
    articles = frame(*[f"The moon {n} shines. Moon!" for n in range(700)])
    plain = find_in_context(articles, "moon")
    for tokens in (tokenize(articles), tokenize(articles, offsets=True)):
        assert find_in_context(articles, "moon", tokens=tokens).equals(plain)
    assert len(plain) == 1400 == len(re.findall("(?i)moon", " ".join(articles["text"])))


def test_words_of_a_filtered_table_are_no_neighbours(frame):
    tokens = tokenize(frame("joint and mission"))
    assert len(find_hits(tokens[tokens["token"] != "and"], "joint mission")[0]) == 0


def test_no_hits_have_the_same_columns(frame):
    some, none = find_in_context(frame(TEXT), "isro"), find_in_context(frame(TEXT), "mars")
    assert none.dtypes.equals(some.dtypes) and len(none) == 0
    assert find_in_context(frame(), "mars").columns.tolist() == some.columns.tolist()


def test_many_patterns_at_once_are_found_as_each_by_itself(frame):
    tokens = tokenize(frame(TEXT, "U.S. launch-pad; U.S launches.", "Nothing"))
    patterns = ["joint mission", "u.s.", "launch*", "mars", "mission|joint", "launch-pad", "joint * mission", "u.s."]
    number, rows, lengths = find_each(tokens, patterns)
    alone = [(n, row, length) for n, pattern in enumerate(patterns) for row, length in zip(*find_hits(tokens, pattern))]
    assert list(zip(number, rows, lengths)) == alone
    words = [" ".join(tokens["token"][row : row + length]) for row, length in zip(rows, lengths)]
    assert [words[n] for n in range(len(words)) if number[n] in (0, 1)] == ["joint mission", "u.s.", "u.s."]
    assert sorted(w for w, n in zip(words, number) if n == 2) == ["launch", "launch-pad", "launches", "launches"]
    assert [len(part) for part in find_each(tokens, [])] == [0, 0, 0]


def test_scripts_without_spaces(frame):
    assert hits(frame, "月", "日本は月へ行く。月だ。") == ["月", "月"]
    assert hits(frame, "月へ", "日本は月へ行く。月だ。") == ["月へ"]
    assert hits(frame, "भारत", "भारत और जापान।") == ["भारत"]


def test_spelling_is_the_most_frequent_one(frame):
    articles = frame("ISRO met. Isro and ISRO’s men. The Moon, the moon, the Moon.")
    assert spell(["isro", "moon", "mars"], tokenize(articles), articles) == ["ISRO", "Moon", "mars"]


def test_tokens_of_other_articles_are_left_out(frame):
    articles = frame("The moon.", "A moon.")
    assert find_in_context(articles.tail(1), "moon", tokens=tokenize(articles))["before"].tolist() == ["A "]


def test_a_text_without_a_stop_is_not_copied_for_every_hit(frame):
    rows = find_in_context(frame("moon " * 20_000), "moon")
    assert len(rows) == 20_000 and rows["after"].str.len().max() <= 1000


def test_evidence_counts_all_and_shows_some_evenly(frame):
    dates = pd.date_range("2020-01-01", periods=100).astype(str)
    articles = frame(*[f"The moon {n}." for n in range(100)], dates=dates)
    rows = evidence(articles, tokenize(articles), ["moon", "mars"], limit=4)
    assert rows["total"].tolist() == [100] * 4 and rows["after"].tolist() == [" 0.", " 25.", " 50.", " 75."]


def test_evidence_by_period_agrees_with_the_trend(frame):
    from utils.timeline import term_trend

    articles = frame("moon moon", "moon", "moon", "moon", dates=["2020-01-05", "2020-02-05", None, "2099-01-01"]).assign(flags=["", "", "", "future_date"])
    trend = term_trend(tokenize(articles), articles, ["moon"], freq="month")
    rows = evidence(articles, tokenize(articles), ["moon"], periods=trend, limit=9)
    assert rows.drop_duplicates("mark").set_index("mark")["total"].to_dict() == {"moon|2020-01-01": 2, "moon|2020-02-01": 1}
    assert trend["n"].tolist() == [2, 1]


def test_months_have_no_place_in_days(frame):
    articles = frame("moon", "moon", dates=["2020-01-01", "2020-01-02"]).assign(date_precision=["month", "day"])
    periods = pd.DataFrame({"period": pd.to_datetime(["2020-01-01", "2020-01-02"]), "period_end": pd.to_datetime(["2020-01-02", "2020-01-03"])})
    assert period_of(articles, periods).isna().tolist() == [True, False]
    found = openings(articles, periods=periods)
    assert found["mark"].tolist() == ["2020-01-02"] and found["name"].tolist() == ["Articles on 2 January 2020"]
