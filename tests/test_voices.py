"""Whose voice it is: answers worked out by hand."""

import pandas as pd

from utils.names import find_names
from utils.quotes import find_quotes, mark_quoted
from utils.tokens import tokenize
from utils.voices import UNKNOWN, named_together, never_quoted, speaks_of, utterances, voices

FRAME = pd.DataFrame(
    {
        "article_id": ["a", "b", "c"],
        "date": pd.to_datetime(["2020-01-01", "2020-03-01", "2020-02-01"]),
        "source": ["x", "y", "x"],
        "text": [
            "It rained. “The bridge will hold for years,” said Anna Bergmann, the mayor. Paul Ferrand watched.",
            "“The bridge has a crack,” said Anna Bergmann. Paul Ferrand was there, too.",
            "“Trams are late,” somebody said.",
        ],
    }
)
QUOTES = pd.DataFrame(
    [
        ("a", 0, 12, 44, "The bridge will hold for years,", "Anna Bergmann", "said", "direct", "Anna Bergmann"),
        ("b", 0, 1, 25, "The bridge has a crack,", "Anna Bergmann", "said", "direct", "Anna Bergmann; Paul Ferrand"),
        ("c", 0, 1, 16, "Trams are late,", "somebody", "said", "direct", None),
    ],
    columns=["article_id", "quote_id", "start", "end", "quote", "speaker", "verb", "kind", "actor"],
).astype({"actor": "str"})


def test_each_speaker_of_a_quotation_has_a_row_with_its_sentence_and_day():
    rows = utterances(QUOTES, FRAME)
    assert rows["who"].tolist() == ["Anna Bergmann", UNKNOWN, "Anna Bergmann", "Paul Ferrand"]  # by date
    assert rows["sentence"].tolist() == [1, 0, 0, 0] and rows["words"].tolist() == [6, 3, 5, 5]
    assert rows["source"].tolist() == ["x", "x", "y", "y"] and rows["marked"].all()


def test_the_ledger_counts_words_in_marks_and_puts_the_unknown_last():
    table = voices(utterances(QUOTES, FRAME))
    assert table["who"].tolist() == ["Anna Bergmann", "Paul Ferrand", UNKNOWN]
    assert table["words"].tolist() == [11, 5, 3] and table["quotations"].tolist() == [2, 1, 1]
    assert table["share"].round(3).tolist() == [0.579, 0.263, 0.158] and table["sources"].tolist() == [2, 1, 1]
    assert (str(table["first"][0].date()), str(table["last"][0].date())) == ("2020-01-01", "2020-03-01")


def test_a_report_without_marks_counts_no_quoted_word():
    table = voices(utterances(QUOTES.assign(kind="indirect"), FRAME))
    assert table["words"].sum() == 0 and table["reported"].tolist() == [2, 1, 1]


def test_what_one_speaks_of_and_the_others_do_not():
    quotes = QUOTES.assign(actor=["Ann", "Bob", "Ann"], quote=["bridge bridge crack", "tram crack", "river"])
    table = speaks_of(utterances(quotes, FRAME)).set_index("who")["terms"]
    assert table["Ann"] == "bridge, river" and table["Bob"] == "tram"


def test_who_is_named_and_never_quoted_and_who_with_whom():
    names = find_names(FRAME)
    silent = never_quoted(names, utterances(QUOTES.assign(actor="Anna Bergmann"), FRAME))
    assert silent[["who", "articles"]].values.tolist() == [["Paul Ferrand", 2]]
    row = silent.iloc[0]
    assert FRAME.set_index("article_id")["text"][row["article_id"]][row["start"] : row["end"]] == "Paul Ferrand"
    assert never_quoted(names, utterances(QUOTES, FRAME)).empty
    pair = named_together(names).iloc[0]
    assert {pair["who"], pair["other"]} == {"Anna Bergmann", "Paul Ferrand"} and (pair["articles"], pair["together"]) == (2, 1.0)


def test_from_text_to_ledger():
    quotes = find_quotes(FRAME)
    tokens = mark_quoted(tokenize(FRAME, offsets=True), quotes)
    assert voices(utterances(quotes, FRAME))["who"][0] == "Anna Bergmann"
    assert set(tokens.loc[tokens["quoted"], "token"]) >= {"bridge", "hold", "crack"} and "watched" not in set(tokens.loc[tokens["quoted"], "token"])


def test_without_quotations_the_tables_are_empty():
    none = FRAME.assign(text="Nothing is said.")
    rows = utterances(find_quotes(none), none)
    assert rows.empty and voices(rows).empty and speaks_of(rows).empty and never_quoted(find_names(none), rows).empty and named_together(find_names(none)).empty
    assert utterances(find_quotes(none.head(0)), none.head(0)).empty
