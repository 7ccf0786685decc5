"""Who said what: every expected speaker was worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from utils.quotes import find_quotes, mark_quoted
from utils.tokens import tokenize

NO_NAMES = pd.DataFrame({"article_id": pd.Series(dtype="str"), "start": 0, "end": 0, "kind": "", "canonical": ""})


def name_table(articles, people=(), bodies=()):
    """Where the names stand: each is given as "Full Name", and counts by its last word, too."""
    rows = []
    for article_id, text in zip(articles["article_id"], articles["text"]):
        for kind, full in [("PER", full) for full in people] + [("ORG", full) for full in bodies]:
            at = 0
            while (end := text.find(full.split()[-1], at)) >= 0:
                at = end + len(full.split()[-1])
                start = at - len(full) if text[:at].endswith(full) else end
                rows.append((article_id, start, at, kind, full))
    return pd.DataFrame(rows, columns=["article_id", "start", "end", "kind", "canonical"])


def told(frame, text, *people, bodies=(), columns=("quote", "speaker")):
    articles = frame(text)
    quotes = find_quotes(articles, names=name_table(articles, people, bodies))
    return [tuple(None if pd.isna(v) else v for v in row) for row in quotes[list(columns)].itertuples(index=False)]


@pytest.mark.parametrize(
    "text, speakers",
    [
        ("“We go,” Mayor Ann Keller said on Tuesday. “Not a day later.”", ["Mayor Ann Keller"] * 2),
        ("“We go,” said Tom Reyes, a councilman from the east. “Soon.”", ["Tom Reyes"] * 2),
        ("“We,” Ortega said, “have a choice.” She paused. “Do we not?”", ["Ortega", "Ortega", "She"]),
        ("“We go,” Paula Brandt, a lawyer in Austin, Texas, told reporters.", ["Paula Brandt"]),
        ("“We go,” Senator Greta Holm (D-Maine) said.", ["Senator Greta Holm"]),
        ("“We go,” a spokesman for the Reyes campaign said.", ["a spokesman for the Reyes campaign"]),
        ("“We go,” the vicar, Simon Pell, told the meeting.", ["the vicar"]),
        ("“We go,” texted one donor. “Soon,” another replied.", ["one donor", "another"]),
        ("“Really?” asked his lawyer, Beth Crane.", ["his lawyer"]),
        ("Keller called the delay “a disgrace” and described him as “a man without a plan.”", ["Keller", "Keller"]),
        ("Reyes shot back that the mayor was “running on fumes.”", ["Reyes"]),
        ("He added: “Ask anyone on Dock Street.”", ["He"]),
        ("The governor was blunt: “There is no money.”", ["The governor"]),
        ("According to Nina Falk, the ad is “false from start to finish.”", ["Nina Falk"]),
        ("The court “handed the river to the lobby,” according to Nina Falk.", ["Nina Falk"]),
        ("Brandt’s promise to “bring the plant home” was mocked by Harlan as “a fairy tale.”", ["Brandt", "Harlan"]),
        ("Her claim that he “never met a payroll” was rated false.", ["Her"]),
        ("Harlan took the stage, ripping the deal as “a surrender” and promising a “beautiful” road.", ["Harlan", "Harlan"]),
        ("Harlan, who has never held office, has dismissed the polls as “garbage.”", ["Harlan"]),
        ("Vance was quoted by the Herald as saying the deal was “dead on arrival.”", ["Vance"]),
        ("What the candidate calls “extreme vetting” others call a ban.", ["the candidate"]),
        ("It was, she wrote, “at least the appearance of a trade.”", ["she"]),
        ("In the words of Jo Park, the season is “a long bus ride.”", ["Jo Park"]),
        ("One of them, a nurse, said: “I work nights.”", ["One of them"]),
        ("TOKYO, Nov. 4 (Jiji Press) -- Endo called it “a first step.”", ["Endo"]),
        ("“A long way to go” — Ann Keller", ["Ann Keller"]),
        ("“We go,” said Ann van der Berg. “Soon,” according to Maj Gen (retd) Bo bin Lind.", ["Ann van der Berg", "Maj Gen (retd) Bo bin Lind"]),
        ("“We go,” said Rao (left).", ["Rao"]),
        ("Harlan seemed to relish the moment.\n\n“Is there any place more fun to be?”\n\nThe crowd cheered.", ["Harlan"]),
        ("‘We go,’ the minister said. It was, he added, ‘a very human mistake’.", ["the minister", "he"]),
        ("“I heard that people are tired.\n\n“They are not going to wait,” she said.", ["she", "she"]),
        ("Max Weller left. The rain fell on the town and on the hills. Such weather is “a blessing for all who farm”.", ["Max Weller"]),
        ("“A blessing for all who farm”.", [None]),
    ],
)
def test_speakers(frame, text, speakers):
    articles = frame(text)
    rows = find_quotes(articles, names=NO_NAMES)
    assert [None if pd.isna(speaker) else speaker for speaker in rows["speaker"]] == speakers
    assert all(text[row.start : row.end] == row.quote for row in rows.itertuples())
    assert all(text[row.speaker_start : row.speaker_end] == row.speaker for row in rows.dropna(subset="speaker").itertuples())


@pytest.mark.parametrize(
    "text",
    [
        "Johnny “Two Hats” Moretti was born in the ’50s.",
        "The so-called “river tax” paid for the fence.",
        "He saw “The Last Ferry” eleven times.",
        "Her book, “A River Runs Dry,” sold well. Its second chapter is titled “Rain.”",
        "The word “refugee” comes from French.",
        "The ship, the “Northern Dawn,” sails in June.",
        "The gift shop sells “antique” maps, and the “please touch” rooms open at ten.",
        "He is 6'2\" tall and runs the boys’ team.",
    ],
)
def test_what_is_no_speech_is_no_row(frame, text):
    assert find_quotes(frame(text), names=NO_NAMES).empty


def test_a_programme_is_no_speech_but_what_is_said_there_is(frame):
    text = "On “Meet the Nation” on Sunday, Brandt told the host she was “not interested.” Dale told NBC’s “Morning Table” that he would “accept it.”"
    assert told(frame, text) == [("not interested.", "Brandt"), ("accept it.", "Dale")]


def test_verb_kind_and_the_parts_of_a_speech(frame):
    text = "“We go,” Rao said. “Soon.” Crane called it “a dream”.\n\n“One.\n\n“Two,” Crane said."
    assert told(frame, text, columns=("quote_id", "quote", "verb", "kind")) == [
        (0, "We go,", "said", "direct"),
        (0, "Soon.", "said", "direct"),
        (1, "a dream", "called", "partial"),
        (2, "One.", "said", "direct"),
        (2, "Two,", "said", "continued"),
    ]


def test_indirect_speech_where_a_verb_makes_it_plain(frame):
    text = "Rao said that the talks had failed. The deal is dead, Crane said. According to Holm, nobody won the vote. She said so. He went home."
    assert told(frame, text, columns=("quote", "speaker", "verb", "kind")) == [
        ("the talks had failed", "Rao", "said", "indirect"),
        ("The deal is dead", "Crane", "said", "indirect"),
        ("nobody won the vote", "Holm", "according to", "indirect"),
    ]
    assert told(frame, "PORT ELLERY (Reuters) — The dam is late, Rao said. IRAN — and this is new — is late, Rao said.") == [
        ("The dam is late", "Rao"),  # without the dateline
        ("IRAN — and this is new — is late", "Rao"),
    ]


def test_actors_by_name_pronoun_role_and_body(frame):
    text = (
        "ISRO chairman Ann Rao met Bo Lind, the director of JAXA, on Friday. “We go,” Rao said. She called it “a first step”. "
        "“We do too,” the JAXA director said. “It is far,” said his wife. “It is dear,” the ISRO chairman added. “Not for us,” the agency said."
    )
    assert told(frame, text, "Ann Rao", "Bo Lind", bodies=("ISRO", "JAXA"), columns=("speaker", "actor")) == [
        ("Rao", "Ann Rao"),
        ("She", "Ann Rao"),
        ("the JAXA director", "Bo Lind"),
        ("his wife", None),
        ("the ISRO chairman", "Ann Rao"),
        ("the agency", "ISRO"),
    ]


def test_who_is_told_does_not_speak_and_she_is_no_peter(frame):
    assert told(frame, "The deal is dead, Rao was told. It is said that the talks had failed.") == []
    text = "Ruth Vale met Peter Crane. He said: “We go.” She called it “a first step”."
    assert told(frame, text, "Ruth Vale", "Peter Crane", columns=("speaker", "actor")) == [("He", "Peter Crane"), ("She", "Ruth Vale")]


def test_two_speakers_and_one_introduced_beside(frame):
    text = "Lan Nguyen and Sue Albright said they were “heartbroken.” “We try,” said the coach, Jo Park."
    assert told(frame, text, "Lan Nguyen", "Sue Albright", "Jo Park", columns=("quote", "actor"))[1] == ("We try,", "Jo Park")
    text = "Lan Nguyen and Sue Albright said: “We have lost a friend.”"
    assert told(frame, text, "Lan Nguyen", "Sue Albright", columns=("speaker", "actor")) == [("Lan Nguyen and Sue Albright", "Lan Nguyen; Sue Albright")]


def test_a_lost_mark_never_swallows_the_article(frame):
    text = "“If they come, they come, said Ruth Vale. The talks go on.\n\nMore text of the writer follows here."
    assert told(frame, text, columns=("quote", "flags")) == [("If they come, they come,", "open")]


def test_quoted_words(frame):
    articles = frame("“We go,” Rao said. Crane said that they had gone.", "No marks. “It’s “all” ours.”")
    quotes = find_quotes(articles, names=NO_NAMES)
    tokens = tokenize(articles, offsets=True)
    marked = mark_quoted(tokens, quotes)
    assert marked.loc[marked["quoted"], "token"].tolist() == ["we", "go", "it's", "all", "ours"]
    assert "quoted" not in tokens and marked["quoted"].dtype == bool
    assert mark_quoted(tokens, quotes.iloc[::-1])["quoted"].tolist() == marked["quoted"].tolist()
    assert not mark_quoted(tokens, quotes.head(0))["quoted"].any()
    assert mark_quoted(tokens.head(0), quotes)["quoted"].dtype == bool
    with pytest.raises(ValueError, match="offsets=True"):
        mark_quoted(tokenize(articles), quotes)


def test_in_another_language_what_stands_near_does_not_speak(frame):
    texts = "Der Streik der Bahn geht weiter. „Das Maß ist voll“, so Kessler.", "Ann Rao of the Zedcar Company nodded. “We shall go on, whatever the weather.”"
    articles = frame(*texts).assign(language=["de", "en"])
    found = find_quotes(articles)
    assert found["quote"].str[:3].tolist() == ["Das", "We "] and found["speaker"].isna().tolist() == [True, False]
    assert find_quotes(articles.assign(language=None))["speaker"].notna().all()


def test_same_rows_in_any_order_and_the_same_columns_when_empty(frame):
    articles = frame("“We go,” Rao said.", "", "Crane called it “a dream”. " * 3)
    quotes, none = find_quotes(articles), find_quotes(frame("", "No speech here"))
    turned = find_quotes(articles.iloc[::-1])
    pd.testing.assert_frame_equal(quotes, turned.sort_values(["article_id", "start"], ignore_index=True))
    assert none.empty and none.dtypes.tolist() == quotes.dtypes.tolist() and find_quotes(frame()).columns.tolist() == quotes.columns.tolist()
    assert find_quotes(articles.drop(columns="date")).equals(quotes)
    assert find_quotes(articles.assign(article_id=[7, 8, 9]), names=NO_NAMES)["article_id"].tolist() == [7, 9, 9, 9]


@pytest.mark.parametrize(
    "text", ["said " * 50_000, "“a” said " * 20_000, "Rao, " * 50_000 + "said", "\x00“\ud800 we go,” said Rao\udfff", "the of " * 20_000 + "said", "A" * 10**6, "the man of " * 20_000 + "said “go”"]
)
def test_hostile_texts(frame, text):
    articles = pd.DataFrame({"article_id": ["a"], "text": pd.Series([text], dtype=object)})
    assert np.isin(find_quotes(articles, names=NO_NAMES)["kind"], ["direct", "partial", "continued", "indirect"]).all()
