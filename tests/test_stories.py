"""Who tells the same story: texts made out of one another are joined, those that only share a part of one are not."""

import pandas as pd
import pytest

from utils.stories import changes, find_stories, largest_stories, one_per_story
from utils.tokens import tokenize

FERRY = [
    "A ferry with 212 people on board ran aground off Sandvik in thick fog on Sunday evening, and all were brought ashore unharmed, the coast guard said.",
    "The Maren Lind, on her way from the mainland with holidaymakers and 40 cars, struck a shoal about 600 metres from the harbour mouth.",
    "Local fishermen were the first to reach the vessel and took off children and elderly people in small boats.",
    "“There was a long grinding noise and then the coffee cups came down the aisle,” said Birgit Solheim, a teacher who was travelling with her class.",
    "Divers found a gash of three metres in the hull, but no fuel had leaked by midnight.",
    "The captain, a man of 58 with 20 years on the route, tested negative for alcohol.",
    "An investigator said that the radar on the bridge had been reported faulty on Friday.",
    "The owner, Nordline, cancelled all crossings for Monday and hired a second ship.",
]
OWN_WORDS = [
    "More than 200 travellers had to be rescued when a car ferry hit the bottom near Sandvik on Sunday; nobody was hurt.",
    "It happened within sight of the harbour, a third of a mile out, as the Maren Lind came in with 40 vehicles and many tourists.",
    "Small fishing boats came alongside before any lifeboat did, and the youngest and the oldest were lowered into them.",
    FERRY[3],
    "An inspection under water showed a tear below the waterline; there was no sign of oil.",
    "A breath test of the skipper, 58, who knows the passage well, was clear.",
    "The crew had told the company of trouble with the radar two days earlier, according to a person close to the inquiry.",
    "There is no service on Monday, and Nordline is to charter a replacement.",
]
UPDATE = [
    "Salvage crews hope to pull the ferry Maren Lind off a shoal near Sandvik on Monday, a day after all 212 people on board were brought ashore.",
    *FERRY[1:3],
    "The coast guard now puts the damage at eight million crowns.",
    *FERRY[4:],
]
COURT = [
    "A court in Vasteria on Friday sentenced Ruben Salcedo to seven years in prison for taking bribes from a builder of motorways.",
    "Judge Elena Duarte said that Salcedo had received watches and cash in return for contracts with the company Viamonte.",
    "His lawyer said that he would appeal and that the main witness was a convicted fraudster.",
    "The trial lasted 14 months and heard 93 witnesses, four of whom came from abroad.",
]
BOX = (
    "The dispute over the Arun dam goes back to 1996, when the two countries signed a treaty on the sharing of the water. Under the treaty the upper "
    "country may store up to four billion cubic metres, but must let a fixed amount pass in the dry months. The lower country says that this amount has "
    "not been reached in five of the last ten years. A court of arbitration ruled in 2013 that both sides had broken parts of the treaty."
)
ONIONS = "Customs officers at Telpa seized 40 lorries of onions on Monday. Traders said that the same papers had been good enough last week. Drivers slept in their cabs. "
ONIONS += "The trade minister, Omar Belkadi, spoke of a technical fault and said that fresh forms had been sent to all offices. A shop in Telpa sold out by noon."
NOVEL = "A novelist who writes about a drowned village won the Carraway prize on Thursday. Leyla Osmani, 44, would buy a boat with the money. The jury praised her humour. "
NOVEL += "Her book has been translated into 14 languages and will be filmed in spring; the publisher expects to print 50,000 copies more before winter."
MARKET = (
    "Tokyo stocks closed {} on {} as {} and {} led gains. The N-100 index moved {} points, or {} percent, to {}. Advancing shares outnumbered decliners by "
    "{} to {}. Volume was {} million shares, against an average of {} million over the past 20 days. The dollar bought {} yen at the close."
)


def text(sentences):
    return "\n\n".join(sentences)


def stories(frame, *texts, dates=None, **options):
    dates = ["2019-05-06"] * len(texts) if dates is None else dates
    return find_stories(frame(*texts, dates=dates), **options)


SAME = {
    "with a dateline and a credit": "SANDVIK (Wire) - " + text([*FERRY, "Reporting by Ann Lowe; editing by Max Rudd"]),
    "shortened": text(FERRY[:3]),
    "cut inside, other order": text([FERRY[0], FERRY[5], *FERRY[1:3], FERRY[6]]),
    "updated": text(UPDATE),
    "in house style": text(FERRY).replace("said that", "said").replace("metres", "meters").replace("about 600", "some 600").replace("first to", "first who could"),
    "half in other words": text([FERRY[0], OWN_WORDS[1], *FERRY[2:5], OWN_WORDS[5], FERRY[6], OWN_WORDS[7]]),
    "with a part of its own": text([*FERRY[:6], "Eighteen pupils of the Ashgrove school were on board and came home by coach.", "The council thanked the islanders."]),
}
OTHERS = {
    "own words, a shared quotation": (text(FERRY), text(OWN_WORDS)),
    "a box at the end": (ONIONS + "\n\n" + BOX, NOVEL + "\n\n" + BOX),
    "a box in the middle": (ONIONS + "\n\n" + BOX + "\n\n" + COURT[3], NOVEL + "\n\n" + BOX + "\n\n" + OWN_WORDS[6]),
    "a template": (
        MARKET.format("higher", "Monday", "Amberly", "Fentora", "212.4", "1.3", "16,310.8", 912, 604, 811, 790, 108.2),
        MARKET.format("lower", "Tuesday", "Gulfwing", "Zanetti", "87.1", "0.5", "16,223.7", 433, 1080, 655, 786, 107.9),
    ),
    "a round-up": (text(FERRY), text([*COURT[:3], *FERRY[:2], ONIONS, NOVEL])),
    "a brief within a round-up": (text(COURT), text([NOVEL, ONIONS, *OWN_WORDS, *COURT])),
    "a statement quoted at length": (f"{ONIONS} “{BOX}” it said.", f"“{BOX}” was the answer. {NOVEL}"),
    "a recap": (text(FERRY), text([*COURT, "Salcedo once sailed on the Maren Lind.", FERRY[1]])),
}


@pytest.mark.parametrize("kind", SAME)
def test_made_out_of_one_text(frame, kind):
    found = stories(frame, text(FERRY), SAME[kind])
    assert found["story_id"].nunique() == 1 and found["first"].sum() == 1
    assert found["overlap"].notna().sum() == 1 and found["overlap"].max() > 0.45


@pytest.mark.parametrize("kind", OTHERS)
def test_not_the_same_story(frame, kind):
    found = stories(frame, *OTHERS[kind])
    assert found["story_id"].tolist() == ["a0", "a1"] and found["first"].all() and found["overlap"].isna().all()


def test_an_exact_copy_and_its_overlap(frame):
    found = stories(frame, text(FERRY), text(COURT), text(FERRY).upper(), dates=["2019-05-07", "2019-05-06", "2019-05-06"])
    assert found["story_id"].tolist() == ["a2", "a1", "a2"] and found["first"].tolist() == [False, True, True]
    assert found["overlap"].tolist()[0] == 1 and found["overlap"].isna().tolist() == [False, True, True]


def test_overlap_is_the_share_of_the_shorter(frame):
    short = text(FERRY[:3]) + " Nobody here was asked."  # 27 + 24 + 19 words of the ferry's and 4 more
    assert stories(frame, text(FERRY), short)["overlap"].max() == pytest.approx(70 / 74)


def test_the_window(frame):
    dates = ["2019-05-01", "2019-06-10"]
    assert stories(frame, *[text(FERRY)] * 2, dates=dates)["first"].all()
    assert stories(frame, *[text(FERRY)] * 2, dates=dates, days=40)["story_id"].tolist() == ["a0", "a0"]
    assert stories(frame, text(FERRY), text(UPDATE), dates=["2019-05-01", "2019-05-09"])["first"].all()
    assert not stories(frame, text(FERRY), text(UPDATE), dates=["2019-05-01", "2019-05-08"])["first"].all()


def test_undated_articles_are_joined_with_what_they_repeat_and_come_last(frame):
    assert stories(frame, text(FERRY), "(Wire) " + text(FERRY[:7]), dates=[None, "2019-05-06"])["story_id"].tolist() == ["a1", "a1"]
    assert stories(frame, text(FERRY), text(UPDATE), dates=[None, "2019-05-06"])["first"].all()
    assert find_stories(frame(text(FERRY), text(FERRY)).drop(columns="date"))["story_id"].tolist() == ["a0", "a0"]
    months = frame(text(FERRY), text(FERRY), dates=["2019-01-01", "2019-01-30"]).assign(date_precision=["month", "day"])
    assert find_stories(months)["story_id"].tolist() == ["a1", "a1"]


def test_a_round_up_joins_no_two_stories(frame):
    found = stories(frame, text(FERRY), text(COURT), text([*FERRY, *COURT]), dates=["2019-05-06", "2019-05-06", "2019-05-07"])
    assert found["story_id"][0] != found["story_id"][1]


def test_no_chain_leads_to_another_text(frame):
    mixed = [FERRY[0], OWN_WORDS[1], *FERRY[2:4], *OWN_WORDS[4:6], FERRY[6], OWN_WORDS[7]]
    dates = ["2019-05-06", "2019-05-07", "2019-05-08"]
    assert stories(frame, text(mixed), text(OWN_WORDS), dates=dates[1:])["story_id"].tolist() == ["a0", "a0"]
    assert stories(frame, text(FERRY), text(mixed), text(OWN_WORDS), dates=dates)["story_id"].tolist() == ["a0", "a0", "a2"]


def test_a_phrase_of_the_house_tells_nothing(frame):
    brief = "The shop said on {0} that {0} of its {1} would be shut while {2} are mended. "
    owners, rooms = ["Ola", "Rut", "Kim", "Ned", "Eva", "Bo", "Lia", "Max"], ["attics", "barns", "cellars", "decks", "eaves", "floors", "gates", "halls"]
    texts = [brief.format(*words) + BOX for words in zip(owners, rooms, reversed(rooms))]
    weekly = pd.date_range("2019-01-01", periods=8, freq="8D").astype(str).tolist()
    daily = weekly[:6] + [weekly[6], weekly[6]]
    assert stories(frame, *texts, dates=daily)["first"].all()


def test_the_order_of_rows_does_not_matter(frame):
    articles = frame(text(FERRY), *SAME.values(), *(part for pair in OTHERS.values() for part in pair), dates=["2019-05-06"] * (1 + len(SAME) + 2 * len(OTHERS)))
    found, mixed = find_stories(articles), find_stories(articles.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(found, mixed.sort_index(key=lambda rows: mixed["article_id"].str[1:].astype(int)[rows]).reset_index(drop=True))
    pd.testing.assert_frame_equal(found, find_stories(articles, tokens=tokenize(articles)))
    plain = tokenize(articles).astype({"article_id": "str", "token": "str"})
    pd.testing.assert_frame_equal(found, find_stories(articles, tokens=plain))


def test_words_of_other_articles_tell_nothing_of_these(frame):
    articles = frame(text(FERRY), *SAME.values(), *(part for pair in OTHERS.values() for part in pair))
    some = articles.iloc[2:9].reset_index(drop=True)
    pd.testing.assert_frame_equal(find_stories(some, tokens=tokenize(articles)), find_stories(some))


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["One two."] * 2, ["\0" * 9, "\0 \udc80"]])
def test_little_or_nothing(texts):
    articles = pd.DataFrame({"article_id": pd.Series([f"a{n}" for n in range(len(texts))], dtype="str"), "text": pd.Series(texts, dtype=object)})
    found = find_stories(articles)
    assert found["first"].tolist() == [True] * len(texts) and found["story_id"].tolist() == articles["article_id"].tolist()
    assert found.dtypes.astype(str).tolist() == ["str", "str", "bool", "float64"]


@pytest.mark.parametrize("odd", ["a" * 10**6, "1" * 10**6, "“" * 200_000, "word " * 200_000], ids=["letters", "digits", "marks", "no stop"])
def test_odd_texts_take_no_longer(frame, odd):
    assert stories(frame, odd, odd + " b", text(FERRY))["first"].tolist()[2]
    assert "".join(changes(odd, odd + " b")["after"]) == odd + " b"


def test_the_first_of_each_and_the_largest(frame):
    articles = frame(text(FERRY), text(UPDATE), text(COURT), dates=["2019-05-06", "2019-05-08", "2019-05-06"]).assign(source=["x", "y", "y"])
    found = find_stories(articles)
    assert one_per_story(articles, found)["article_id"].tolist() == ["a0", "a2"]
    table = largest_stories(articles, found)
    assert table.values.tolist() == [["a0", 2, 2, pd.Timestamp("2019-05-06"), pd.Timestamp("2019-05-08"), len(text(FERRY).split())]]
    assert largest_stories(articles[2:], found[2:]).empty and largest_stories(articles[:0], found[:0]).columns.equals(table.columns)


def test_what_changed():
    found = changes("Two men died.\n\nRain fell.\n\nPolice came.", "Three men died.\n\nPolice came. The road was shut.")
    assert found.values.tolist() == [
        ["changed", "Two ", "Three "],
        ["same", "men died.\n\n", "men died.\n\n"],
        ["removed", "Rain fell.\n\n", ""],
        ["same", "Police came.", "Police came. "],
        ["added", "", "The road was shut."],
    ]
    assert changes("", "").empty and changes("A day.", "").values.tolist() == [["removed", "A day.", ""]]
    long = " ".join(f"Item {n} was read." for n in range(1500))
    assert "".join(changes(long, long.replace("Item 3 ", "Item x "))["before"]) == long


def test_what_is_counted_is_articles_or_stories():
    frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["Rain fell on Lund all day."] * 2})
    stories = find_stories(frame)
    assert one_per_story(frame, stories, count="articles") is frame and len(one_per_story(frame, stories, count="stories")) == 1
    with pytest.raises(ValueError, match="COUNT has no 'story'; it has articles, stories"):
        one_per_story(frame, stories, count="story")


def test_days_below_none_are_refused(frame):
    with pytest.raises(ValueError, match="days is -1; give"):
        find_stories(frame("Rain fell on Lund all day."), days=-1)
