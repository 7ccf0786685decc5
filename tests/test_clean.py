"""Cleaning: what is mended, what is left out, and above all what is not. Every answer was worked out by hand."""

import pandas as pd
import pytest

from utils.articles import load_articles, traits
from utils.clean import boilerplate, clean
from utils.tokens import split_sentences, tokenize
from utils.words import DATA

STORY = "The lake at Lund has risen by a foot since {day}, and {n} families have left their homes by the southern shore."


def one(text):
    return clean(pd.DataFrame({"article_id": ["a"], "text": pd.Series([text], dtype=object)})).iloc[0]


def outlet(*pages, source="post", first=1):
    """A frame of one paper's pages, a day apart; a page is a list of lines, of which {n} differs from page to page."""
    texts = ["\n\n".join(line.format(n=n, day=f"day {n}") for line in page) for n, page in enumerate(pages, first)]
    days = pd.date_range("2020-01-01", periods=len(texts)).astype("datetime64[s]")
    return pd.DataFrame({"article_id": [f"{source}/{n}" for n in range(len(texts))], "date": days, "source": source, "text": texts})


@pytest.mark.parametrize(
    "wrong, right",
    [
        ("It is â€œearlyâ€\x9d, Indiaâ€™s envoy said.", "It is “early”, India’s envoy said."),
        ("“It’s” right, but Indiaâ€™s is not.", "“It’s” right, but India’s is not."),
        ("MÃ¼ller paid Â£5m for it.", "Müller paid £5m for it."),
        ("One line, “right” and Å.\n\nA cafÃ© on the next.", "One line, “right” and Å.\n\nA café on the next."),
        ("à¤­à¤¾à¤°à¤¤", "भारत"),
    ],
)
def test_mojibake_is_mended_and_told(wrong, right):
    row = one(wrong)
    assert row["text"] == right and row["flags"].split()[0] == "mojibake"


@pytest.mark.parametrize(
    "text",
    [
        "Ședința din Âncora: “România” își amână zborul.",
        "SÃO PAULO NÃO PÁRA, A ALIMENTAÇÃO TAMBÉM NÃO.",
        "TÊN CỦA Ã LÀ TẾT… “Đà Nẵng” sẽ đón.",
        "L’ÂGE D’OR: «À bientôt», dit-il… Ça va?",
        "Ångström, ﬁne ＡＢＣ &amp; “quotes” – it’s as it was.",
    ],
)
def test_what_is_right_stays(text):
    row = one(text)
    assert row["text"] == text and "mojibake" not in row["flags"]


def test_the_language_is_told_anew_when_mended():
    frame = pd.DataFrame({"article_id": ["a"], "title": ["â€œMoonâ€\x9d"], "language": ["pt"], "text": ["à¤­à¤¾à¤°à¤¤ à¤”à¤° à¤œà¤¾à¤ªà¤¾à¤¨"]})
    row = clean(frame).iloc[0]
    assert (row["language"], row["title"], row["text"]) == ("hi", "“Moon”", "भारत और जापान")


@pytest.mark.parametrize(
    "line, kind",
    [
        ("ADVERTISEMENT", "advert"), ("Story continues below this ad", "advert"), ("Share this article", "share"),
        ("Follow us on Facebook, X and YouTube!", "share"), ("Add The Daily Post as a preferred source on Google", "share"),
        ("Subscribe to our newsletter for a story a day.", "subscribe"), ("Already a subscriber? Log in", "subscribe"),
        ("We use cookies to give you the best of our pages.", "cookies"), ("© 2024 The Daily Post", "rights"),
        ("Copyright 2024 The Daily Post. All rights reserved.", "rights"), ("(This story has not been edited by the staff.)", "rights"),
        ("(With inputs from agencies.)", "agency"), ("— PTI", "agency"), ("PTI KSU GMS RS", "agency"),
        ("(Reporting by Ann Lee in Oslo; editing by Bo Kim)", "agency"), ("Photo credit: Ann Lee", "credit"), ("File photo", "credit"),
        ("ALSO READ | Ten walks for May", "related"), ("• Read more: Ten walks", "related"), ("Related stories:", "list"),
        ("Updated - 12 May 2024, 10:30 IST", "stamp"), ("4 min read", "stamp"), ("Continue reading", "cut"), ("Skip to content", "page"),
    ],
)  # fmt: skip
def test_a_line_of_the_page_is_left_out_wherever_it_stands(line, kind):
    for text in (f"It rained.\n\n{line}\n\nThen it stopped.", f"{line}\nIt rained.\nThen it stopped."):
        row = one(text)
        assert row["left_out"] == f"{kind}: {line}" and line not in row["text"]
        assert row["text"].split() == "It rained. Then it stopped.".split() and row["flags"] == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        "“Follow us on this path,” he said.", "“ADVERTISEMENT”", "Also read out was a letter from the mayor.", "Home prices rose again.",
        "Share prices fell by a tenth.", "Related stories were told by the old men of the town.", "Copyright law is to change in May.",
        "With inputs from experts, the panel drew up a plan for the lake.", "Reporting by two papers showed the flaw.", "AP said no.",
        "Sign up for the draft began on Monday, the ministry said.", "He said it (the bridge) will open (in May).", "Read the letter, he said.",
        "Subscribers left the paper in thousands.", "The cookies were sold at the fair.", "More.", "Next.", ".", "。", "-", "*", "Reuters was first with it.",
        "We use cookies as small change, the baker said, and she laughed; " + "then she went on to tell us of the war, " * 12,
    ],
)  # fmt: skip
def test_what_only_sounds_like_one_stays(line):
    row = one(f"It rained.\n\n{line}\n\nThen it stopped.")
    assert pd.isna(row["left_out"]) and line.strip() in row["text"]


@pytest.mark.parametrize(
    "text, kept, left_out, flags",
    [
        ("It was we… [+1234 chars]", "It was we…", "cut: [+1234 chars]", "boilerplate cut"),
        ("It was we... Read more", "It was we...", "cut: Read more", "boilerplate cut"),
        ("It rained. Continue reading", "It rained.", "cut: Continue reading", "boilerplate cut"),
        ("It rained (a lot). (With inputs from PTI)", "It rained (a lot).", "agency: (With inputs from PTI)", "boilerplate"),
        ("It rained. (AP)\n\nThen it stopped.", "It rained.\n\nThen it stopped.", "agency: (AP)", "boilerplate"),
        ("It rained. Also read: Ten walks", "It rained.", "related: Also read: Ten walks", "boilerplate"),
        ("It rained [...]", "It rained [...]", None, "cut"),
        ("It rained. And then they wen", "It rained. And then they wen", None, "cut"),
        ("Will it rain? More.", "Will it rain? More.", None, ""),
        ("ADVERTISEMENT\n\nShare this", "ADVERTISEMENT\n\nShare this", None, "only_boilerplate cut"),
        ("It ended on Friday.The lake (at Lund)and more.", "It ended on Friday.The lake (at Lund)and more.", None, "glued"),
    ],
)
def test_ends_and_what_is_glued(text, kept, left_out, flags):
    row = one(text)
    assert (row["text"], row["flags"]) == (kept, flags) and (row["left_out"] == left_out or left_out is None and pd.isna(row["left_out"]))


def test_words_glued_together_are_parted_by_the_rooms_that_count():
    frame = clean(pd.DataFrame({"article_id": ["a"], "text": ["It ended on Friday.The lake (at Lund)and more."]}))
    assert len(split_sentences(frame)) == 2 and tokenize(frame)["token"].tolist() == "it ended on friday the lake at lund and more".split()


def test_headlines_below_a_heading_go_and_the_story_goes_on():
    text = "It rained.\n\nMost Read\n\nTen walks for May\n\nIs the lake safe?\n\nThe mayor said “no” on Friday.\n\nA long night"
    row = one(text)
    assert row["text"] == "It rained.\n\nThe mayor said “no” on Friday.\n\nA long night"
    assert row["left_out"] == "list: Most Read\nheadline: Ten walks for May\nheadline: Is the lake safe?"


def test_what_a_paper_prints_around_every_story_is_left_out():
    page = ["Post Home Desk", STORY, "It is the {n}th flood.", "By Asha Rao, in Lund", "The Post brings your town to you.", "Index 48.{n} points"]
    frame = outlet(*[page] * 6)
    cleaned = clean(frame)
    assert cleaned["text"].tolist() == ["\n\n".join(page[1:3]).format(n=n, day=f"day {n}") for n in range(1, 7)]
    assert boilerplate(cleaned).head(3).values.tolist() == [
        ["By Asha Rao, in Lund", 6, "repeated", "post/0"],
        ["Post Home Desk", 6, "repeated", "post/0"],
        ["The Post brings your town to you.", 6, "repeated", "post/0"],
    ]  # fmt: skip
    assert cleaned.sample(frac=1, random_state=1).sort_index().equals(cleaned)
    shuffled = clean(frame.sample(frac=1, random_state=1)).sort_index()
    pd.testing.assert_frame_equal(shuffled, cleaned)


@pytest.mark.parametrize(
    "line, every, stays",
    [
        ("Write to the desk", 1, False), ("Write to the desk", 20, False), ("Write to the desk", 80, True),  # of 200 pages, 4 are needed
        ("Call the desk at {n}", 1, False), ("Call the desk at {n}", 2, True), ("Call the desk at 1904", 2, False),  # other figures: on nearly every page
        ("The desk can be called at {n}.", 1, True), ("The desk is shut at night.", 1, True),  # sentences
        ("The desk answers your mail at night.", 20, False), ("“Your desk is open,” it says.", 20, True),
        ("The inquiry goes on, and nobody is in custody", 3, False),
    ],
)  # fmt: skip
def test_how_often_a_line_must_stand_there(line, every, stays):
    frame = outlet(*[[STORY, "It is the {n}th flood."] + [line] * (n % every == 0) for n in range(200)])
    cleaned = clean(frame)
    assert cleaned["left_out"].isna().all() == stays and (cleaned["text"].eq(frame["text"]).all() == stays)


def test_in_the_middle_of_a_story_a_line_must_stand_on_half_the_pages():
    inside = lambda every: outlet(*[[STORY, *["Write to the desk"] * (n % every == 0), "It is the {n}th flood."] for n in range(24)])
    assert clean(inside(2))["left_out"].notna().sum() == 12 and clean(inside(3))["left_out"].isna().all()


def test_lines_and_sentences_of_a_page_stand_together_at_the_end():
    foot = ["Write to the desk", "The desk answers your mail at night."]
    frame = outlet(*[[STORY, "It is the {n}th flood."] + foot * (n % 3 == 0) for n in range(24)])
    assert clean(frame)["left_out"].dropna().unique().tolist() == ["repeated: Write to the desk\nrepeated: The desk answers your mail at night."]


def test_long_lines_go_only_where_the_list_knows_them():
    note = "We use cookies to show you the pages that you asked for, " + "to count them by the day and by the week, " * 6 + "and to sleep well."
    assert one(f"It rained.\n\n{note}\n\nThen it stopped.")["left_out"] == f"cookies: {note}"
    tale = "A long tale without a stop that " + "goes on and on and " * 6 + "ends here"
    assert clean(outlet(*[[STORY, STORY.replace("lake", "river"), tale]] * 6))["left_out"].isna().all()


def test_no_more_than_ten_headlines_stand_below_a_heading():
    towns = "Lund Oslo Pune Kochi Cebu Perth Lagos Quito Porto Tokyo Rome Bern".split()
    row = one("It rained.\n\nMost read\n\n" + "\n\n".join(f"Walk in {town}" for town in towns))
    assert row["text"] == "It rained.\n\nWalk in Rome\n\nWalk in Bern" and row["left_out"].count("headline: ") == 10


def test_inside_a_text_only_brackets_are_cut_from_a_paragraph():
    assert pd.isna(one("It rained. Also read: Ten walks (in May)\n\nThen it stopped.")["left_out"])
    assert one("It rained. Also read: Ten walks (in May)")["left_out"] == "related: Also read: Ten walks (in May)"


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl"])
def test_every_line_of_the_list_fits_what_it_describes(language):
    examples, kind = [], ""
    for line in (DATA / "boilerplate" / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif not line.startswith("#"):
            words = [{"_": "Ann Lee", "…": "as told", "……": "as told"}.get(word, word) for word in line.replace("0", "12").split()]
            examples.append((kind, " ".join(words).capitalize() + ")" * line.startswith("(")))
    frame = pd.DataFrame({"article_id": range(len(examples)), "text": [f"It rained.\n\n{example}\n\nThen it stopped." for _, example in examples]})
    assert clean(frame)["left_out"].tolist() == [f"{kind}: {example}" for kind, example in examples]


@pytest.mark.parametrize(
    "line, kind",
    [
        ("ANZEIGE", "advert"), ("Lesen Sie auch: Zehn Wege im Mai", "related"), ("Wir verwenden Cookies, um unsere Seiten zu verbessern.", "cookies"), ("© 2024 Hafenkurier. Alle Rechte vorbehalten", "rights"),
        ("La suite après cette publicité", "advert"), ("À lire aussi : dix promenades de mai", "related"), ("Partager sur Facebook", "share"), ("Abonnez-vous à notre newsletter du soir", "subscribe"),
        ("Síguenos en Facebook y en X", "share"), ("Te puede interesar: Diez paseos", "related"), ("Utilizamos cookies propias y de terceros.", "cookies"), ("SEGUIR LEYENDO", "cut"),
        ("© RIPRODUZIONE RISERVATA", "rights"), ("Leggi anche | Dieci passeggiate", "related"), ("Iscriviti alla newsletter del porto", "subscribe"), ("CONTINUA DEPOIS DA PUBLICIDADE", "advert"),
        ("Leia também: Dez passeios", "related"), ("Todos os direitos reservados.", "rights"), ("Lees ook: Tien wandelingen", "related"), ("Tekst gaat verder onder de advertentie", "advert"),
    ],
)  # fmt: skip
def test_lines_of_the_page_in_other_languages(line, kind):
    assert one(f"It rained.\n\n{line}\n\nThen it stopped.")["left_out"] == f"{kind}: {line}"


@pytest.mark.parametrize(
    "line",
    [
        "Anzeige erstattete der Wirt am Montag.", "Die Werbung für das Fest begann früh.", "Teilen wollten sie das Land nicht.", "Mehr lesen die Kinder im Winter.", "Lesen Sie auch die Briefe, bat sie.",
        "Folgen sie dem Fluss, so kommen sie ans Meer.", "La publicité pour le port a coûté cher.", "Partager le pain, c'est la coutume.", "À la une du journal, le port.", "Lire aussi est un travail.",
        "Publicidad hubo poca en la feria.", "Compartir la mesa es costumbre.", "Más noticias llegaron por la noche.", "La stampa ne ha scritto a lungo.", "Leggi anche severe furono votate.", "Pubblicità e porto, due mondi.",
        "Anúncio foi feito na segunda-feira.", "Leia também o ministro a carta, pediu ele.", "Delen van de stad stonden onder water.", "Reageren wilde de minister niet.", "“Weiterlesen!”, rief sie.",
    ],
)  # fmt: skip
def test_a_story_in_another_language_keeps_its_sentences(line):
    assert pd.isna(one(f"It rained.\n\n{line}\n\nThen it stopped.")["left_out"])


def test_few_pages_one_day_or_another_source_are_not_enough():
    page = ["Post Home Desk", STORY]
    two, three = outlet(*[page] * 2), outlet(*[page] * 3)
    assert clean(two)["left_out"].isna().all() and clean(three)["left_out"].notna().all()
    assert clean(three.assign(date=pd.Timestamp("2020-01-01")))["left_out"].isna().all()
    assert clean(three.assign(source=["a", "b", "c"]))["left_out"].isna().all()
    assert clean(three.drop(columns=["source", "date"]))["left_out"].notna().all()


def test_sentences_that_a_story_may_hold_stay_however_often():
    background = "The two towns agreed in 2017 to build the bridge together, and since then its cost has doubled twice while its opening was put off to 2028."
    pages = [[STORY, "No one was hurt.", "What comes next", STORY.replace("lake", "river"), "The inquiry goes on."], [STORY, background], [STORY]]
    frame = outlet(*pages * 8)
    cleaned = clean(frame)
    assert (cleaned["text"] == frame["text"]).all() and cleaned["left_out"].isna().all()


def test_copies_of_a_story_are_no_boilerplate():
    copy = ["A long night", STORY.format(n=40, day="Monday"), "The bridge to the island, which was opened in 1904, has been shut since noon.", "A longer day"]
    frame = outlet(*[copy] * 10)
    assert (clean(frame)["text"] == frame["text"]).all()
    others = outlet(*[["A long night", STORY, "It is the {n}th flood."]] * 10)
    assert clean(others)["left_out"].eq("repeated: A long night").all()  # the same line over ten stories is
    background = "The bridge to the island was opened in 1904 and has been mended twice."  # a third of each text: these are ten stories
    sharing = outlet(*[["A long night", STORY, STORY.replace("lake", "river"), background]] * 10)
    assert clean(sharing)["left_out"].eq("repeated: A long night").all()


@pytest.mark.parametrize(
    "text, joined",
    [
        ("The co-\noperation of old tech-\nnology.", "The cooperation of old technology."),
        ("Chandrayaan-\n2 and Asia-\nPacific talks.", "Chandrayaan-2 and Asia-Pacific talks."),
        ("A well-\nknown man, well and known.", "A well-known man, well and known."),
        ("A long-\nterm plan; the long-term plan; longterm. The long-term.", "A long-term plan; the long-term plan; longterm. The long-term."),
        ("Both pre-\nand post-war.", "Both pre- and post-war."),
        ("A thou-\nsand, a thousand.", "A thousand, a thousand."),
        ("The tech\u00adnology.", "The technology."),
        ("A con- ference, the conference.", "A conference, the conference."),
    ],
)
def test_words_broken_over_lines(text, joined):
    row = one(text)
    assert row["text"] == joined and row["flags"] == "hyphens"


@pytest.mark.parametrize("text", ["Two- and three-year plans, and long- to short-term.", "The plan- which failed.", "A dash -\nand more.", "Well-known."])
def test_hyphens_that_stay(text):
    assert one(text)["text"] == text


def test_broken_lines_of_a_file_are_joined_with_their_words(folder):
    text = "The two agencies have agreed on co-\noperation in the field of space tech-\nnology, and on Chandrayaan-\n5 above all."
    articles, _ = load_articles(folder({"a.txt": text}))
    assert articles["text"].item() == "The two agencies have agreed on cooperation in the field of space technology, and on Chandrayaan-5 above all."
    assert "with words joined that line ends had broken" in set(traits(articles)["what"])


@pytest.mark.parametrize(
    "text, dateline, agency",
    [
        ("BENGALURU, May 15 (PTI) - It rained.", "BENGALURU, May 15 (PTI)", "PTI"),
        ("TOKYO — It rained.", "TOKYO", None),
        ("NEW DELHI: It rained.", "NEW DELHI", None),
        ("New Delhi: It rained.", "New Delhi", None),
        ("Tokyo [Japan], August 29 (ANI): It rained.", "Tokyo [Japan], August 29 (ANI)", "ANI"),
        ("Tokyo, Sept. 11 (Jiji Press)-- It rained.", "Tokyo, Sept. 11 (Jiji Press)", "Jiji Press"),
        ("New Delhi, Jan 18 : It rained.", "New Delhi, Jan 18", None),
        ("PTI\n\nLund, 15 May - It rained.", "Lund, 15 May", "PTI"),
        ("Gurgaon, May 31\n\nIt rained.", "Gurgaon, May 31", None),
        ("Rain over Lund\n\nBy Asha Rao\n\nOSLO, 3 May 2020 (Reuters) — It rained.", "OSLO, 3 May 2020 (Reuters)", "Reuters"),
        ("It rained. (With inputs from PTI)", None, "PTI"),
        ("Rao: “We go.” He left.", None, None),
        ("Friday, May 31\n\nIt rained.", None, None),
        ("BREAKING: It rained.", None, None),
        ("NASA — which is to fly — said no.", None, None),
        ("ISRO: the agency of India.", None, None),
        ("Tokyo: a city without rain\n\nIt rained.", None, None),
        ("It rained in TOKYO — again.", None, None),
    ],
)
def test_datelines(text, dateline, agency):
    row = one(text)
    none = lambda value: None if pd.isna(value) else value
    assert (none(row["dateline"]), none(row["agency"])) == (dateline, agency)
    assert dateline is None or dateline in row["text"]


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "1" * 1_000_000, "“" * 200_000, "word " * 200_000, "([ " * 300_000, "- " * 300_000, "a-\n" * 100_000, "a\u00ad" * 100_000,
     "Ã©" * 100_000, "\ud800 x\n\nShare this\n\nIt\x00 rained.", "…" * 500_000, "ALSO READ: " * 50_000, "Share\n" * 50_000,
     "Related\n" + "h\n" * 50_000, "\n" * 500_000, "A, " * 200_000],
)  # fmt: skip
def test_odd_texts_do_not_raise_or_hang(text):
    assert isinstance(one(text)["text"], str)


def test_any_frame_will_do_and_is_not_changed(frame):
    given = frame("It rained.\n\nShare this", None, "PTI").assign(flags=["repeats", "", "cut"], extra=[1, 2, 3]).set_index(pd.Index([7, 7, 9]))
    before = given.copy()
    cleaned = clean(given)
    pd.testing.assert_frame_equal(given, before)
    assert cleaned.index.tolist() == [7, 7, 9] and cleaned["extra"].tolist() == [1, 2, 3] and cleaned["text"].isna().tolist() == [False, True, False]
    assert cleaned["flags"].tolist() == ["repeats boilerplate", "", "cut only_boilerplate"]
    empty = clean(given.iloc[:0])
    assert empty.dtypes.equals(cleaned.dtypes) and boilerplate(empty).columns.tolist() == boilerplate(cleaned).columns.tolist()
    assert clean(pd.DataFrame({"article_id": [], "text": []})).columns.tolist() == ["article_id", "text", "flags", "dateline", "agency", "left_out"]


def test_the_sample_is_clean():
    articles, _ = load_articles("data/articles")
    assert articles["left_out"].isna().all() and not articles["flags"].str.contains("mojibake|hyphens|boilerplate|glued").any()
    assert articles["dateline"].notna().sum() == 49


@pytest.mark.parametrize("line", ["18 November 2017", "Saturday, November 18, 2017, 10:30 GMT", "2017-11-18", "18/11/2017"])
def test_at_its_head_an_article_need_not_state_its_own_day(line):
    date = pd.to_datetime(["2017-11-18"])
    row = clean(pd.DataFrame({"article_id": ["a"], "date": date, "text": [f"Moon talks\n\n{line}\n\nThe heads met in Kyoto."]})).iloc[0]
    assert row["text"] == "Moon talks\n\nThe heads met in Kyoto." and row["left_out"] == f"date: {line}" and row["flags"] == "boilerplate"


@pytest.mark.parametrize("line", ["22 July 2019", "On 18 November 2017", "18 November 2017: the heads met.", "November 2017", "18 November"])
def test_a_heading_of_another_day_stays(line):
    text = f"Ten dates\n\n{line}\n\nThe heads met in Kyoto."
    assert clean(pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": [text]})).iloc[0]["text"] == text
    assert clean(pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime([None]), "text": [text]})).iloc[0]["text"] == text
