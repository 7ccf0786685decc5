"""Quotation marks: every expected stretch was worked out by hand."""

import time

import pytest

from utils.grammar.marks import find_marks


def stretches(text):
    return [text[mark.start : mark.end] for mark in find_marks(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("“We go,” she said. “Soon.”", ["We go,", "Soon."]),
        ('"We go," she said. "Soon."', ["We go,", "Soon."]),
        ("‘We go,’ she said. 'Soon.'", ["We go,", "Soon."]),
        ("„Gut“, sagte er. «Bon», dit-il. 「楽しみだ」と述べた。", ["Gut", "Bon", "楽しみだ"]),
        ("She said ''fine'' and ``good''.", ["fine", "good"]),
        ("”We go,” he said.", ["We go,"]),
        ("“He told me, ‘Go home,’ and I went,” Rao said.", ["He told me, ‘Go home,’ and I went,"]),
        ("“He said “go” to me,” she said. “Well?”", ["He said “go” to me,", "Well?"]),
        ('"They ended."He left.', ["They ended."]),
        ("‘The boys’ toys are here,’ said the nurse.", ["The boys’ toys are here,"]),
        ("The teachers’ union and the ’90s, rock ’n’ roll, don't, the '60s and 'em.", []),
        ('He is 6\'2" tall and the pipe is 12" wide.', []),
        ('“” and ‘ and ” and "', []),
        ("", []),
    ],
)
def test_stretches(text, expected):
    assert stretches(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("“We go. Then we rest.\n\nThe end is near.", [("We go.", "open", False)]),
        ("“We go, said Rao. “Soon.”", [("We go,", "open", False), ("Soon.", "", False)]),
        ("“One.\n\n“Two.\n\n“Three,” he said.", [("One.", "", False), ("Two.", "", True), ("Three,", "", True)]),
        ("“One,” he said.\n\n“Two,” she said.", [("One,", "", False), ("Two,", "", False)]),
        ("“" + "word " * 5000, [(("word " * 300).rstrip(), "open", False)]),
    ],
)
def test_a_mark_left_open_is_bounded_and_flagged(text, expected):
    assert [(text[m.start : m.end], m.flag, m.joins) for m in find_marks(text)] == expected


@pytest.mark.parametrize("text", ["a" * 10**6, "1" * 10**6, '"' * 200_000, "“" * 200_000, "'a " * 200_000, "“a. " * 100_000, "“a\n" * 100_000, "\n " * 300_000])
def test_no_input_takes_long(text):
    since = time.process_time()
    find_marks(text)
    assert time.process_time() - since < 5
