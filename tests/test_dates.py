"""Dates and promises: every expected value was worked out by hand, from an article of Wednesday, 6 June 2018."""

import pandas as pd
import pytest

from utils.dates import find_dates, find_promises

TODAY = "2018-06-06"


def values(frame, text, date=TODAY):
    found = find_dates(frame(text, dates=[date]))
    assert all(text[row.start : row.end] == row.expression for row in found.itertuples())
    return dict(zip(found["expression"], found["value"]))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("The law of 15 March 1998 fell on March 3, 2001.", {"15 March 1998": "1998-03-15", "March 3, 2001": "2001-03-03"}),
        ("On 2018-05-09, 05/10/2018 and 25/12/2017.", {"2018-05-09": "2018-05-09", "05/10/2018": "2018-05-10", "25/12/2017": "2017-12-25"}),
        ("He was hurt on Monday.", {"Monday": "2018-06-04"}),
        ("He was hurt on Wednesday.", {"Wednesday": "2018-06-06"}),
        ("He will sing on Monday.", {"Monday": "2018-06-11"}),
        ("He will see the flooded town on Monday.", {"Monday": "2018-06-11"}),
        ("She said she would open a timetable of reduced sailings on Monday.", {"Monday": "2018-06-11"}),
        ("He saw the flooded town on Monday.", {"Monday": "2018-06-04"}),
        ("It had promised to pay by May.", {"May": "2018-05"}),
        ("It promised to pay by May.", {"May": "2019-05"}),
        ("Shops stay shut until Friday.", {"Friday": "2018-06-08"}),
        ("She left in August and will be back in March.", {"August": "2017-08", "March": "2019-03"}),
        ("Sales fell in the fourth quarter of last year.", {"the fourth quarter of last year": "2017-Q4"}),
        ("Sales rose in the fourth quarter.", {"the fourth quarter": "2017-Q4"}),
        ("Q3 2017 beat 2Q 2016.", {"Q3 2017": "2017-Q3", "2Q 2016": "2016-Q2"}),
        ("It grew in the 1990s, the '80s and the 19th century.", {"the 1990s": "199", "the '80s": "198", "the 19th century": "18"}),
        ("Last summer was dry; next month we sow.", {"Last summer": "2017-SU", "next month": "2018-07"}),
        ("A week ago, two months ago, ten years ago.", {"A week ago": "2018-W22", "two months ago": "2018-04", "ten years ago": "2008"}),
        ("They met on 1 May. Two days later they broke up.", {"1 May": "2018-05-01", "Two days later": "2018-05-03"}),
        ("In 2009 it opened. The following year it shut.", {"2009": "2009", "The following year": "2010"}),
        ("Good Friday 2019 and Thanksgiving 2017 were wet.", {"Good Friday 2019": "2019-04-19", "Thanksgiving 2017": "2017-11-23"}),
        ("It closed at 2:30 p.m. ET on Monday.", {"2:30 p.m. ET on Monday": "2018-06-04T14:30"}),
        ("It starts at 8pm (1900 GMT) on Thursday, he said.", {"8pm": "2018-06-07T20:00", "1900 GMT": "2018-06-07T19:00Z", "Thursday": "2018-06-07"}),
        ("Talks will resume, a clerk said Friday.", {"Friday": "2018-06-01"}),
        ("Polls closed at 18:00 GMT.", {"18:00 GMT": "2018-06-06T18:00Z"}),
        ("He fled last night, or on Tuesday morning.", {"last night": "2018-06-05TNI", "Tuesday morning": "2018-06-05TMO"}),
        ("Two and a half years, twenty-five minutes, an hour.", {"Two and a half years": "P2.5Y", "twenty-five minutes": "PT25M", "an hour": "PT1H"}),
        ("A six-month lease, several weeks, a decade.", {"six-month": "P6M", "several weeks": "PXW", "a decade": "P10Y"}),
        ("Every Monday, twice a year, daily.", {"Every Monday": "XXXX-WXX-1", "twice a year": "P1Y", "daily": "P1D"}),
        ("Now it is recently bought; soon it sails.", {"Now": "PRESENT_REF", "recently": "PAST_REF", "soon": "FUTURE_REF"}),
        ("It opens on 3 July, postponed from Jan. 9. The hearing, moved from Friday, begins.", {"3 July": "2018-07-03", "Jan. 9": "2018-01-09", "Friday": "2018-06-08"}),
        ("He rules in the week beginning 9 July.", {"9 July": "2018-07-09"}),
        ("It met on 3-5 May 2018.", {"3-5 May 2018": "2018-05-03/2018-05-05"}),
        ("Oil and the 9/11 attacks, the Sept. 11 attacks.", {"9/11": "2001-09-11", "Sept. 11": "2001-09-11"}),
        ("We may march on. The second man, the 24th meeting, a 3-1 win.", {}),
        ("Flight 2016, Windows 2000, room 1999 and an A320.", {}),
        ("It cost $2016, or 1999.99, for 2016 people; 1,998 of 12,017.", {}),
        ("On 30 February nothing fell.", {}),
        ("Player of the year", {}),
        ("", {}),
    ],
)
def test_values(frame, text, expected):
    assert values(frame, text) == expected


@pytest.mark.parametrize(
    "text, begin, finish, precision",
    [
        ("It opens in early June.", "2018-06-01", "2018-06-10", "month"),
        ("It opens in 2020.", "2020-01-01", "2020-12-31", "year"),
        ("It opened in the 1960s.", "1960-01-01", "1969-12-31", "decade"),
        ("Prices rose over the past three years.", "2015-06-06", "2018-06-06", "year"),
        ("It is due in fiscal 2019, Japan said.", "2019-04-01", "2020-03-31", "year"),
        ("U.S. spending rose in fiscal year 2017.", "2016-10-01", "2017-09-30", "year"),
        ("It was built this week.", "2018-06-04", "2018-06-10", "week"),
        ("It will be done within two months.", "2018-06-06", "2018-08-06", "month"),
    ],
)
def test_days(frame, text, begin, finish, precision):
    row = find_dates(frame(text, dates=[TODAY])).iloc[0]
    assert (str(row.begin.date()), str(row.finish.date()), row.precision) == (begin, finish, precision)


def test_a_range_is_three_rows(frame):
    found = find_dates(frame("It ran from 2009 to 2011. Rates rose between May and July 2017.", dates=[TODAY]))
    assert found["value"].tolist() == ["P2Y", "2009", "2011", "P2M", "2017-05", "2017-07"]
    assert found["begin"].dt.year.tolist() == [2009, 2009, 2011, 2017, 2017, 2017]
    assert found["finish"].dt.month.tolist() == [12, 12, 12, 7, 5, 7]


def test_tense_and_mod(frame):
    text = "It fell in 2016. It will rise in 2020. It is planned for 2021. It opens by 2030. It stood around 1900."
    found = find_dates(frame(text, dates=[TODAY]))
    assert found["tense"].tolist() == ["past", "coming", "promised", "coming", "past"]
    assert found["mod"].fillna("-").tolist() == ["-", "-", "-", "ON_OR_BEFORE", "APPROX"]


def test_without_a_date_what_is_absolute_stands_and_the_rest_says_so(frame):
    text = "On Friday, in May and next year, not in 2016."
    for articles in (frame(text), frame(text).drop(columns="date")):
        found = find_dates(articles)
        assert found["value"].tolist() == ["XXXX-WXX-5", "XXXX-05", "XXXX", "2016"]
        assert found["begin"].isna().tolist() == [True, True, True, False]


def test_without_a_date_a_day_named_before_lends_its_day_but_not_its_year(frame):
    found = find_dates(frame("On 3 May 2018 it began at 6 pm, and at 18:00 on 5 June it ended."))
    assert found["value"].tolist()[-2:] == ["2018-05-03T18:00", "XXXX-06-05T18:00"]


def test_without_a_date_a_month_that_follows_a_named_day_stays_open(frame):
    found = find_dates(frame("On 25 January 2016 it shut. The following August and the next spring it stood."))
    assert found["value"].tolist()[:2] == ["2016-01-25", "XXXX-08"]


def test_white_space_of_any_kind_parts_words(frame):
    assert values(frame, "On  3\u00a0May \n2016,\tin\u2009\u20092015 .") == {"3\u00a0May \n2016": "2016-05-03", "2015": "2015"}


def test_a_month_is_known_but_not_its_days(frame):
    articles = frame("Yesterday, on Friday, next month and last year.", dates=["2018-06-01"]).assign(date_precision="month")
    assert find_dates(articles)["value"].tolist() == ["XXXX-XX-XX", "XXXX-WXX-5", "2018-07", "2017"]


def test_empty_input_has_the_same_columns(frame):
    empty, full = find_dates(frame()), find_dates(frame("In 2016.", dates=[TODAY]))
    assert empty.dtypes.drop("article_id").equals(full.dtypes.drop("article_id")) and list(empty) == list(full) and empty.empty
    none, some = find_promises(frame(), "moon"), find_promises(frame("The moon will be new in 2020.", dates=[TODAY]), "moon")
    assert none.dtypes.drop("article_id").equals(some.dtypes.drop("article_id")) and none.empty and len(some) == 1


def test_the_order_of_articles_does_not_matter_and_the_input_stays(frame):
    articles = frame("He came on Monday.", "Two days later, in May.", dates=[TODAY, "2017-01-01"])
    before = articles.copy(deep=True)
    forth, back = (find_dates(table).sort_values(["article_id", "start"]).reset_index(drop=True) for table in (articles, articles[::-1]))
    pd.testing.assert_frame_equal(forth.assign(article_id=forth.article_id.astype(str)), back.assign(article_id=back.article_id.astype(str)))
    pd.testing.assert_frame_equal(articles, before)


STRANGE = ["a" * 10**6, "1" * 10**6, '"' * 20000, "word " * 20000, "in the " * 5000, "2016 " * 2000, "On \x00 June\u202e 5 \ue000\uf8ff 2016"]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_texts_do_no_harm(frame, text):
    found = find_dates(frame(text, dates=[TODAY]))
    assert all(text[row.start : row.end] == row.expression for row in found.itertuples())


def test_half_a_character_does_no_harm():
    articles = pd.DataFrame({"article_id": ["a"], "text": pd.Series(["Gone \ud800 in 2016."], dtype=object)})
    assert find_dates(articles)["value"].tolist() == ["2016"]


def test_another_language_is_a_file(frame):
    text = "Gestern, am 3. Mai 2016 und am Freitag; vor zwei Jahren. Er wird am Freitag kommen."
    found = find_dates(frame(text, dates=[TODAY]).assign(language="de"))
    assert found["value"].tolist() == ["2018-06-05", "2016-05-03", "2018-06-01", "2016", "2018-06-08"]


@pytest.mark.parametrize(
    "about, text, expected",
    [
        ("tunnel", "The tunnel is planned to open in 2024.", ["2024"]),
        ("tunnel", "Engineers say the tunnel will not be ready before 2026.", ["2026"]),
        ("tunnel", "Engineers say the tunnel will not be ready in 2026.", []),
        ("launch", "The agency pushed the launch back from 2019 to 2020.", ["2020"]),
        ("launch", "The launch has slipped to October.", ["October"]),
        ("treaty", "The treaty will be signed within two months.", ["two months"]),
        ("vaccine", "There was no talk of a vaccine in 2019.", []),
        ("vaccine", "The company denied that the vaccine would be ready by 2019.", []),
        ("reactor", "The reactor opened in 2009, and the dam will follow in 2022.", []),
        ("dam", "The reactor opened in 2009, and the dam will follow in 2022.", ["2022"]),
        ("bridge", "The bridge, which fell in 2017, will reopen in 2020.", ["2020"]),
        ("election", "An election will be held on 9 September.", ["9 September"]),
        ("election", "An election was held on 9 April.", []),
        ("metro", "The metro was to open in 2016; it will now open in 2021.", ["2021"]),
        ("ship*", "If ships come in 2020, trade will grow.", []),
        ("strike", "Pilots called off the strike planned for June 18.", []),
        ("wheat|rye", "Oil fell on Monday, and analysts expect wheat to fall in July.", ["July"]),
        ("oil", "Oil fell on Monday, and analysts expect wheat to fall in July.", []),
    ],
)
def test_promises(frame, about, text, expected):
    found = find_promises(frame(text, dates=[TODAY]), about)
    assert [text[row.start : row.end] for row in found.itertuples()] == expected
    assert found["said"].eq(pd.Timestamp(TODAY)).all()


def test_a_promise_needs_a_word_to_look_for(frame):
    with pytest.raises(ValueError, match="holds no word"):
        find_promises(frame("It opens in 2020."), " ")


def test_a_pronoun_points_back_to_what_the_article_is_about(frame):
    text = "The Zed tram is new. The Zed cost more than the old Yak. It will run in 2020. Paul Rao said it would stop in 2021."
    promises = find_promises(frame(text, dates=[TODAY]), "zed|yak")
    assert [(row.thing, row.begin.year) for row in promises.itertuples()] == [("Zed", 2020)]  # Paul Rao's is another matter
    assert find_promises(frame("The Zed is new. Trams will run in 2020.", dates=[TODAY]), "zed").empty


def test_a_day_without_a_year_is_a_near_one_even_where_one_told_of_it(frame):
    assert values(frame, "He told them that “the vote is on July 8.”") == {"July 8": "2018-07-08"}
    assert values(frame, "He was born on March 8.") == {"March 8": "2018-03-08"}


def test_a_thing_behind_the_time_is_promised_only_where_the_time_is_its_own(frame):
    promised = lambda text, about: [row.thing for row in find_promises(frame(text, dates=[TODAY]), about).itertuples()]
    assert promised("The court will rule on 3 August on the bid to halt the tram.", "tram") == []
    assert promised("In 2024 the firm will open the tram.", "tram") == ["tram"]
    assert promised("Rao named 2023 for the tram, which is due.", "tram") == promised("The tram is due in 2023.", "tram") == ["tram"]
    assert promised("The Zed is new. The suit goes to court in July, it is planned.", "zed") == []
