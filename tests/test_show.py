"""What stands in the page: escaped, captioned, complete."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from utils.charts import bars, event_line
from utils.context import find_in_context
from utils.prose import count, day, listing, span
from utils.show import FACTS, answer, escape, figure, note, passages, side_by_side, table
from utils.stories import changes

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> ]]> {{ 7*7 }} $x$ \u202eback\u202c \x00\x1b[31m & **bold**"


class Tags(HTMLParser):
    """The tags and attributes of a piece of HTML, and its text."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], ""
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.words += data


def download(output):
    """The CSV that stands in an output, behind the mark by which a spreadsheet knows UTF-8."""
    return unquote(re.search(r"href=\"data:text/csv;charset=utf-8,%EF%BB%BF([^\"]+)", output.markup)[1])


def chart(label="moon", **kwargs):
    data = pd.DataFrame({"token": [label], "n": [3]})
    return figure(bars(data), **{"title": label, "caption": label, "alt": label, "data": data} | kwargs)


@pytest.mark.parametrize(
    "make",
    [
        lambda text: answer(text),
        lambda text: note(text),
        lambda text: chart(text),
        lambda text: table(pd.DataFrame({text: [text], "n": [1]}), title=text, caption=text, names={"n": text}),
        lambda text: side_by_side(changes("One. " + text, "Two. " + text + " More " + text), [text, text], title=text),
    ],
)
def test_nothing_from_an_article_becomes_markup(make):
    page = Tags(make(HOSTILE).markup)
    assert not {"script", "img", "iframe", "object"} & set(page.tags)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert not re.search("[\u202a-\u202e\x00\x1b]", page.words)
    assert "<script>alert(1)</script>" in page.words  # all of it is still there to read


def test_passages_escape_and_mark_every_hit_of_a_sentence_once(frame):
    articles = frame(f"The moon {HOSTILE} is no moon. Other. Moon!", dates=["2020-01-02"])
    shown = passages(find_in_context(articles, "moon"), articles, title="t")
    page = Tags(shown.markup)
    assert page.tags.count("li") == 2 and page.tags.count("mark") == 3 and "script" not in page.tags
    assert re.findall("<mark>(.*?)</mark>", shown.markup) == ["moon", "moon", "Moon"] and "2 January 2020" in page.words


def test_passages_say_how_many_are_left_out(frame):
    articles = frame(*[f"The moon {n}." for n in range(100)], dates=pd.date_range("2020-01-01", periods=100))
    shown = passages(find_in_context(articles, "moon"), articles, title="t", limit=10)
    assert shown.markup.count("<li>") == 10 and "10 of 100 sentences shown, evenly from first to last." in shown.markup
    assert "The <mark>moon</mark> 0." in shown.markup and "The <mark>moon</mark> 90." in shown.markup


def test_a_figure_has_title_caption_text_alternative_and_its_data():
    page = chart("moon", title="A title", caption="A caption", alt="What it says")
    tags = Tags(page.markup)
    assert ("aria-label", "What it says") in tags.attributes and ("role", "img") in tags.attributes
    assert "A title" in tags.words and "A caption" in tags.words and page.markup.count("<svg") == 2
    assert download(page) == "token,n\nmoon,3\n"


def test_the_same_figure_twice_is_the_same_to_the_byte():
    assert chart().markup == chart().markup


def test_ids_are_unique_and_colours_are_the_pages_own():
    markup = chart().markup
    ids = re.findall(r'\bid="([^"]+)"', markup)
    assert len(ids) == len(set(ids))
    drawn = re.sub("<svg[^>]*>", "", markup)  # the opening tag says what each colour is, once
    assert not re.findall(r"#(?:1b1c1e|6a6b6d|1f6fb4)", drawn) and "var(--k1)" in drawn


def test_a_figure_without_data_is_a_sentence():
    empty = pd.DataFrame({"token": [], "n": []})
    assert figure(bars(empty), title="t", caption="c", alt="a", data=empty, empty="No moon.").text == "No moon."
    assert table(empty, title="t", empty="No row.").text == "No row."
    assert passages(empty, empty, title="t", empty="No hit.").text == "No hit."


def test_tables_align_numbers_separate_thousands_and_tell_what_is_left_out():
    data = pd.DataFrame({"name": ["a"] * 30, "n": [1234567] * 30, "rate": [12.345] * 30, "day": pd.Timestamp("2020-01-02"), "none": [None] * 30})
    markup = table(data, title="t", limit=25).markup
    assert '<td class="number">1,234,567</td><td class="number">12.3</td>' in markup and "2020-01-02" in markup and "–" in markup
    assert markup.count("<tr>") == 26 and "25 of 30 rows shown." in markup


def test_downloads_hold_no_formulas_and_say_where_they_stop():
    data = pd.DataFrame({"x": ["=1+1", "+1", "-1", "@x", "ok"], "n": [-1, 2, 3, 4, 5]})
    assert download(table(data, title="t")).splitlines() == ["x,n", "'=1+1,-1", "'+1,2", "'-1,3", "'@x,4", "ok,5"]
    long = table(pd.DataFrame({"x": ["word " * 20] * 5000}), title="t").markup
    assert len(long) < 90_000 and re.search(r"the first [\d,]+ of 5,000 rows", long)


def test_answers_carry_facts_for_the_front_page():
    bundle = answer("**2** articles", set_aside=3)._repr_mimebundle_()
    assert bundle["text/html"] == '<p class="answer"><strong>2</strong> articles</p>' and bundle["text/plain"] == "2 articles"
    assert bundle[FACTS] == {"answer": "2 articles", "facts": {"set aside": "3"}}


def test_words_for_numbers_and_dates():
    assert [count(n, "article") for n in (0, 1, 2)] == ["0 articles", "1 article", "2 articles"]
    assert [listing(list("abc")[:n]) for n in range(4)] == ["none", "a", "a and b", "a, b and c"]
    days = lambda *dates, **more: span(pd.DataFrame({"date": pd.to_datetime(list(dates)), **more}))
    assert days(pd.NaT) == days() == "no date" and days("2017-11-18", "2017-11-18") == "18 November 2017"
    assert days("2017-11-01", "2017-11-01", date_precision=["month", "month"]) == "November 2017"
    assert days("2017-11-01", "2017-11-01", date_precision=["month", "day"]) == "1 November 2017"  # one of them is known to the day
    assert day(np.datetime64("NaT")) == "no date"


def test_escape_leaves_letters_of_all_scripts():
    assert escape("नमस्ते 日本 é – “x”") == "नमस्ते 日本 é – “x”"


@pytest.mark.parametrize("label", ["3.14159265", "10.7863 crore", "#1b1c1e", ' id="ax_1"', "font-family: y;", "<a href='#x'>"])
def test_what_an_article_says_is_drawn_as_it_stands(label):
    assert Tags(chart(label).markup).words.count(label) >= 2  # in the wide drawing and in the narrow one


def test_odd_tables_are_no_crash():
    odd = pd.DataFrame([[10**400, [1, 2], True, np.int64(7)]], columns=["x", "x", "=y", "z"])
    shown = table(odd, title="t")
    assert "yes" in shown.markup and download(shown).startswith("x,x,'=y,z")
    assert "too wide" in table(pd.DataFrame({"x" * 60_000: ["a"]}), title="t").markup
    assert "too wide" in table(pd.DataFrame({"x": ["a" * 60_000]}), title="t").markup


def test_a_few_events_on_a_phone_warn_of_nothing(recwarn):
    days = pd.to_datetime(["2016-01-01", "2017-11-17"])
    table = pd.DataFrame({"begin": days, "finish": pd.to_datetime(["2016-12-31", "2017-11-17"]), "label": ["2016 · agreement", "17 November 2017 · talks"], "state": "told"})
    figure(event_line(table), title="Events", caption="", alt="Two events.", data=table)
    assert [str(warning.message) for warning in recwarn] == []


def test_a_finding_that_does_not_hold_is_set_in_grey():
    markup = table(pd.DataFrame({"token": ["moon", "tax", "ice"], "holds": pd.array([True, False, None], dtype="boolean")}), title="t").markup
    assert re.findall(r'<tr( class="doubt")?><td[^>]*><bdi>(\w+)', markup) == [("", "moon"), (' class="doubt"', "tax"), ("", "ice")]


def rows_of(output):
    return [(bool(same), *cells) for same, *cells in re.findall(r'<tr( class="same")?><td><bdi>(.*?)</bdi></td><td><bdi>(.*?)</bdi></td></tr>', output.markup)]


def test_two_texts_stand_side_by_side_row_by_paragraph():
    before = "Two men died in Lund.\n\nIt rained.\n\nA street was shut."
    after = "Three men died in Lund.\n\nIt rained.\n\nPolice spoke of “luck”.\n\nA street was shut."
    shown = side_by_side(changes(before, after), ["1 May, Asahi", "2 May, Post"], title="Lund")
    assert rows_of(shown)[:2] == [(False, "<del>Two</del> men died in Lund.", "<ins>Three</ins> men died in Lund."), (True, "It rained.", "It rained.")]
    assert "<ins>Police spoke of “luck”." in shown.markup and Tags(shown.markup).words.count("A street was shut.") == 2
    assert re.findall(r'<th scope="col">(.*?)</th>', shown.markup) == ["1 May, Asahi", "2 May, Post"]


def test_of_a_long_paragraph_in_both_the_middle_is_left_out_and_that_is_said():
    words = " ".join(f"word{n}" for n in range(100))
    (row,) = rows_of(side_by_side(changes(words, words), ["a", "b"], title="t"))
    assert row[0] and row[1] == row[2] and " … (60 words) … " in row[1] and row[1].split()[0] == "word0" and row[1].split()[-1] == "word99"


def test_without_a_copy_a_sentence_is_left():
    assert side_by_side(None, [], title="t", empty="There is no copy.").text == "There is no copy."
