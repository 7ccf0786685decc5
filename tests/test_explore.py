"""The explorer tells what the analysis tells; the reader marks what is found; neither breaks a page."""

import re
from html import unescape

import pandas as pd
import pytest

from utils import explore as room
from utils.articles import load_articles
from utils.context import find_hits, find_in_context
from utils.explore import explore, read
from utils.timeline import hit_places, term_trend
from utils.tokens import tokenize

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> the moon of Friday, said <b>Ann Rao</b>; “<i>we go</i>” \u202eback"


@pytest.fixture(scope="module")
def sample():
    articles, _ = load_articles("data/articles")
    return articles, tokenize(articles)


def words(markup):
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", markup, flags=re.DOTALL))


@pytest.mark.parametrize("term", ["moon", "launch*", "joint * mission|talks", "the moon", '"space agency"', "moon|moon mission", "isro’s", "nowhere-at-all", "*"])
def test_the_index_finds_what_a_search_through_all_words_finds(sample, term):
    rows, lengths = room._Index(*sample).find(term)
    expected = find_hits(sample[1], term)
    assert rows.tolist() == expected[0].tolist() and lengths.tolist() == expected[1].tolist()


def test_the_trend_is_that_of_term_trend_and_the_places_those_of_hit_places(sample):
    articles, tokens = sample
    found = room._Index(articles, tokens).look_up(["moon", "joint mission"])
    pd.testing.assert_frame_equal(found.trend, term_trend(tokens, articles, ["moon", "joint mission"]), check_dtype=False)
    places, moon = hit_places(tokens, articles, "moon"), found.places[found.places["token"] == "moon"]
    columns = ["date", "place"]
    pd.testing.assert_frame_equal(moon[columns].sort_values(columns, ignore_index=True), places[columns].sort_values(columns, ignore_index=True))


def test_it_is_the_same_whatever_the_order_of_the_articles(sample):
    articles, _ = sample
    turned = articles.sample(frac=1, random_state=3)
    one, other = (room._Index(frame, tokenize(frame)).look_up(["moon"]) for frame in (articles, turned))
    pd.testing.assert_frame_equal(one.trend, other.trend)
    assert one.title == other.title


def test_sentences_are_taken_evenly_and_the_count_is_said(frame):
    data = frame(*(f"The moon of day {n}. No other." for n in range(1, 26)), dates=pd.date_range("2020-01-01", periods=25))
    shown = words(room._Index(data, tokenize(data)).look_up(["moon"]).passages())
    assert "10 of 25 sentences shown, evenly from first to last." in shown
    assert list(dict.fromkeys(map(int, re.findall(r"day (\d+)\.", shown)))) == [1, 3, 6, 8, 11, 13, 16, 18, 21, 23]


def test_all_hits_of_a_sentence_are_marked(frame):
    data = frame("A moon, a joint mission to the moon.", dates=["2020-01-01"])
    shown = room._Index(data, tokenize(data)).look_up(["moon", "joint mission"]).passages()
    assert re.findall("<mark>(.*?)</mark>", shown) == ["moon", "joint mission", "moon"] and "1 of 1 sentence shown." in shown


def test_a_typed_word_changes_the_chart_the_sentences_and_the_line_of_code(sample):
    box, chart, sentences, code = room._term_widget(room._Index(*sample), ["moon"]).children
    before = chart.value
    assert box.description == "Words" and not box.continuous_update
    box.value = "rover, joint  mission"
    assert "“rover” stands" in words(chart.value) and "“joint  mission” stands" in words(chart.value) and chart.value != before
    marked = set(map(str.lower, re.findall("<mark>(.*?)</mark>", sentences.value)))
    assert "rover" in marked and "moon" not in marked
    line = words(code.value).split("code:")[1].splitlines()
    shown, cell = [], {"tokens": sample[1], "articles": sample[0], "display": lambda table: shown.append(table)}
    exec("\n".join(line[:-1]), cell)
    assert shown[0].equals(term_trend(sample[1], sample[0], ["rover", "joint  mission"])) and len(eval(line[-1], cell)) == len(find_in_context(sample[0], "rover|joint mission"))


@pytest.mark.parametrize("wrong", ["", " , ", "$", "moon, …"])
def test_a_wrong_pattern_is_answered_by_a_sentence(sample, wrong):
    box, chart, sentences, code = room._term_widget(room._Index(*sample), ["moon"]).children
    box.value = wrong
    assert "holds no word; give a word" in words(chart.value) and (sentences.value, code.value) == ("", "")
    box.value = "moon"
    assert "“moon” stands" in words(chart.value)


@pytest.mark.parametrize(("typed", "said"), [("lunr", "“lunr” stands nowhere; written nearly so: lunar"), ("moon rocket", "“moon rocket” stands nowhere; its words do, not next to each other."), ("zqzq", "“zqzq” stands nowhere."), ("moon", None)])
def test_of_a_term_that_no_article_has_it_says_what_comes_nearest(frame, typed, said):
    data = frame("The lunar moon. A lunar rocket.", dates=["2020-01-01"])
    chart = words(room._Index(data, tokenize(data)).look_up([typed]).sketch())
    assert said in chart if said else "nowhere" not in chart


def test_many_hits_are_a_grid_and_few_are_dots(frame):
    data = frame("moon sun " * (room.MANY + 1), "sun", "moon", dates=["2020-01-01", "2020-01-20", "2020-02-01"])
    index = room._Index(data, tokenize(data))
    grid = index.spots(index.find("moon")[0])  # 72 columns for 32 days: the last begins in the 69th
    assert grid.shape == room.GRID and grid[0].sum() == room.MANY + 1 and grid[69, 0] == 1 and grid.sum() == room.MANY + 2
    days, places = index.spots(index.find("moon")[0][-2:])
    assert (pd.to_datetime(days, unit="D").strftime("%F").tolist(), places[-1]) == (["2020-01-01", "2020-02-01"], 0)
    assert "darker where there are more" in index.look_up(["moon"]).sketch()


def test_what_is_sketched_is_where_the_charts_would_have_it(frame):
    data = frame("moon sun sun sun", "sun", "moon", dates=["2020-01-05", "2020-02-05", "2020-04-01"])
    markup = room._Index(data, tokenize(data)).look_up(["moon"]).sketch()
    line, dots, hollow = re.findall(r'<path d="([^"]*)" style="fill: none; stroke: var\(--(?:k1|p)\)', markup)[:3]
    points = re.findall(r"[\d.]+ [\d.]+", line)
    # 2,500, 0 and 10,000 per 10,000 words on 76 points, from 600 below zero to 1.05 x 1.6 x 10,000; weeks without an article lie between
    assert [float(point.split()[1]) for point in points] == [84.5, 95.4, 51.7] and line.count("M") == 3
    assert dots == "".join(f"M{point}h0" for point in points) and hollow == f"M{points[1]}h0"


def test_without_a_front_end_there_is_only_the_figure(sample, monkeypatch):
    articles, tokens = sample
    for output in (explore(articles, tokens, "moon"), read(articles)):
        assert set(output._repr_mimebundle_()) <= {"text/html", "text/plain"} and "<figure" in output.markup
    markup = explore(articles, tokens, "moon").markup
    links = set(re.findall(r'<a xlink:href="#([^"]*)"', markup))
    assert links and links <= set(re.findall(r' id="([^"]*)"', markup))
    assert explore(articles, tokens, ["moon"]).markup == markup


def test_with_a_front_end_one_output_holds_both_and_in_a_report_never(sample, monkeypatch):
    articles, tokens = sample
    monkeypatch.setattr("IPython.get_ipython", lambda: type("Shell", (), {"kernel": True}))
    for make in (lambda: explore(articles, tokens, "moon"), lambda: read(articles)):
        bundle = make()._repr_mimebundle_()
        assert room.VIEW in bundle and "<figure" in bundle["text/html"] and "widget" not in bundle["text/html"]
        monkeypatch.setenv("DATELINE_REPORT", "1")
        assert room.VIEW not in make()._repr_mimebundle_()
        monkeypatch.delenv("DATELINE_REPORT")


def test_a_text_is_cut_where_its_marks_lie_in_each_other():
    text = "“We fly on Friday,” said Rao."
    markup = room._marked(text, [(0, 19, "quotations", "Rao"), (11, 17, "dates", "2017-11-17"), (25, 28, "names", None)])
    assert words(markup) == text
    parts = re.findall(r'<span style="([^"]*)" title="([^"]*)">([^<]*)</span>', markup)
    assert [(title, part) for _, title, part in parts] == [("Rao", "“We fly on "), ("Rao · 2017-11-17", "Friday"), ("Rao", ",”"), ("", "Rao")]
    assert all(room.LOOKS[kind] in parts[1][0] for kind in ("quotations", "dates")) and room._marked("plain", []) == "plain"


def test_the_reader_marks_words_dates_names_and_quotations(frame):
    data = frame("“We fly on 17 November,” said Ann Rao, the minister.", dates=["2017-11-13"])
    output = read(data, words="fly")
    assert output.text.endswith("13 November 2017. Marked: 1 word, 1 date, 1 name, 1 quotation.")
    assert "2017-11-17 · Ann Rao" in output.markup and re.findall(r'title="Ann Rao">([^<]*)<', output.markup) == ["We ", "fly", " on ", ",", "Ann Rao"]
    with pytest.raises(ValueError, match="no article is called 'b'; some are a0"):
        read(data, "b")
    with pytest.raises(ValueError, match="holds no word"):
        read(data, words="$")


def test_the_reader_finds_opens_and_says_how_many(sample):
    boxes, choice, told, page, code = room._reader(sample[0], sample[0]["article_id"].iloc[5], "").children
    find, mark, number = boxes.children
    assert choice.value == sample[0]["article_id"].iloc[5] and "164 of 164 articles listed" in words(told.value)
    find.value = "LUPEX"
    listed = [value for _, value in choice.options]
    assert choice.value == listed[0] and set(listed) == set(sample[0]["article_id"][sample[0]["text"].str.contains("lupex", case=False)])
    number.value = 3
    assert choice.value == listed[2] and f'"{listed[2]}"' in words(code.value)
    choice.value = listed[0]
    assert number.value == 1
    mark.value = "lupex|moon"
    assert "lupex" in page.value.lower() and f"read(articles, \"{listed[0]}\", words=\"lupex|moon\")" in words(code.value)
    mark.value = "$"
    assert "holds no word" in words(page.value) and code.value == ""
    mark.value, find.value = "moon", "no such letters"
    assert not choice.options and page.value == "" and "0 of 164 articles listed" in words(told.value)


def test_a_long_list_is_cut_but_holds_the_article_that_was_asked_for(frame):
    data = frame(*["One word."] * 250, dates=pd.date_range("2020-01-01", periods=250))
    choice = room._reader(data, "a249", "").children[1]
    assert choice.value == "a249" and len(choice.options) == 200


@pytest.mark.parametrize("texts", [[], [""], ["…"], ["One moon."], [HOSTILE, "The moon."]])
@pytest.mark.parametrize("dated", [True, False])
def test_few_articles_none_and_hostile_ones(frame, texts, dated):
    data = frame(*texts, dates=["2020-01-01"] * len(texts) if dated else None)
    if not dated:
        data = data.drop(columns="date")
    tokens, before = tokenize(data), data.copy()
    outputs = [explore(data, tokens).markup, read(data).markup]
    if len(tokens):
        widget = room._term_widget(room._Index(data if dated else data.assign(date=pd.NaT), tokens), ["moon"])
        outputs += [part.value for part in widget.children[1:]] + [read(data, data["article_id"].iloc[0], words="moon").markup]
    for markup in outputs:
        assert not re.search(r"<(script|img|i|b)\b|\son\w+=", re.sub(r"&\w+;[^<]*", "", markup)) and "\u202e" not in markup
    pd.testing.assert_frame_equal(data, before)


def test_a_typed_word_is_never_markup(sample):
    box, chart, _, code = room._term_widget(room._Index(*sample), ["moon"]).children
    box.value = '<img src=x onerror="alert(1)">'
    assert "<img" not in chart.value + code.value and "&lt;img" in code.value
