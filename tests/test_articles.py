"""Reading: what stands in a file, what becomes of it, and that nothing is lost."""

import datetime
import os

import pandas as pd
import pytest

from utils.articles import COLUMNS, audit, fingerprint, flagged, labels, load_articles, sources
from utils.folders import find_folder
from utils.readers.dated_text import read

TODAY = datetime.date(2026, 1, 1)


def one(folder, text):
    articles, set_aside = load_articles(folder({"a.txt": text}), today=TODAY)
    assert len(articles) == 1, set_aside
    return articles.iloc[0]


def test_a_standfirst_that_stands_three_times_is_counted_once(folder):
    first = "The two heads spoke of a joint mission to the Moon."
    row = one(folder, f" date 2017-11-18 {first} {first}\n\nTalks began on Friday.\n\n{first} “It is early,” he said.\n")
    assert row["date"] == pd.Timestamp("2017-11-18") and row["date_precision"] == "day" and row["date_from"] == "line"
    assert row["standfirst"] == first
    assert row["text"] == f"Talks began on Friday.\n\n{first} “It is early,” he said."


@pytest.mark.parametrize(
    "line, body, standfirst, text",
    [
        ("A one. A one. B two.", "C.", "A one.", "A one. B two.\n\nC."),  # twice, then more: kept once, at its place
        ("Moon talks Moon talks", "C.", "Moon talks", "Moon talks\n\nC."),  # no full stop
        ("The first sentence of the body.", "C.", None, "The first sentence of the body.\n\nC."),  # once: body
        ("Short one.", "Short one.\n\nC.", "Short one.", "Short one.\n\nC."),  # once more as a paragraph
        ("He said no.", "He said no. And left.", None, "He said no.\n\nHe said no. And left."),  # short, may be said twice
        ("Why? Why? Because.", "C.", None, "Why? Why? Because.\n\nC."),  # one word may well be said twice
        ("It began in the\ncity of Delhi.", "C.", None, "It began in the city of Delhi.\n\nC."),  # broken by a program
        ("", "C.", None, "C."),
        ("-", "C.", None, "C."),
        ("he begins small.", "C.", None, "he begins small.\n\nC."),
    ],
)
def test_what_stands_behind_the_date(line, body, standfirst, text):
    record = read(f" date 2020-02-03 {line}\n\n{body}")
    assert (record["standfirst"], record["text"], record["date_given"]) == (standfirst, text, "2020-02-03")


@pytest.mark.parametrize(
    "text",
    [
        "He spoke to the press in Delhi on Nov. 17. He spoke to the press in Delhi on Nov. 18.",
        "It rose from Rs. 3.5 crore to Rs. 4.5 crore. It rose from Rs. 3.5 crore to Rs. 5.5 crore.",
        "“No.” “No.” Never. Never. Never.",
        "The U.S. agency agreed to fly with it. The U.S. agency agreed to fly.",
        "“Will the lander of the mission survive the night?” asked Rao.\n\n“Will the lander of the mission survive the night?” asked Sivan.",
        "The cost of the whole mission is put at approx. Rs 5 crore. The cost of the whole mission is put at approx. Rs 9 crore.",
        "「探査機は夜を越えることができるだろうかと私たちは皆思っていました。」と長官は述べた。\n\n「探査機は夜を越えることができるだろうかと私たちは皆思っていました。」と記者は書いた。",
        "He said no.\n\nRao was asked again. He said no.",
    ],
)
def test_what_only_looks_repeated_stays(text):
    assert read(text)["text"] == text


def test_a_sentence_that_stands_twice_in_one_paragraph_is_kept_once():
    twice = "The two agencies agreed to fly a rover to Japan."
    assert read(f"Intro.\n\n{twice} {twice} More.")["text"] == f"Intro.\n\n{twice} More."
    assert read(f" date 2020-01-01 It began. {twice} {twice} The rest.")["text"] == f"It began. {twice} The rest."


def test_a_title_that_is_all_there_is_stays():
    assert read("India and Japan meet date 2020-01-01 India and Japan meet")["text"] == "India and Japan meet"


@pytest.mark.parametrize("text", ["." * 100_000 + "x", "A sentence of the lead. " * 40_000, "a. " * 100_000, "\n" * 500_000])
def test_odd_files_do_not_hang(text):
    assert read(f" date 2020-01-01 {text}\n\n" + "The body. " * 20_000)["date_given"] == "2020-01-01"


def test_a_sentence_or_paragraph_that_stands_twice_is_kept_once(folder):
    row = one(folder, "First of all this sentence is said. Then more.\n\nFirst of all this sentence is said. And new.\n\nThen a short one.\n\nThen a short one.")
    assert row["text"] == "First of all this sentence is said. Then more.\n\nAnd new.\n\nThen a short one."
    assert row["flags"] == "repeats"


@pytest.mark.parametrize(
    "text, given, date, precision, flags",
    [
        (" date 2022-01 Text of it.", "2022-01", "2022-01-01", "month", ""),
        (" date 2022-02-30 Text of it.", "2022-02-30", None, None, "impossible_date"),
        (" date 2022-13 Text of it.", "2022-13", None, None, "impossible_date"),
        (" date 2099-01-01 Text of it.", "2099-01-01", "2099-01-01", "day", "future_date"),
        (" date 2022-1-5 Text of it.", "2022-1-5", "2022-01-05", "day", ""),
        ("Text of it.", None, None, None, ""),
        ("The launch date 2018-03-01 was missed.", None, None, None, ""),
        ("The launch date 2018-03-01, set by ISRO, was missed.", None, None, None, ""),
        (" date 2022-01-05T10:00:00Z Text of it.", "2022-01-05", "2022-01-05", "day", ""),
        (" date\u00a02022-01-05 Text of it.", "2022-01-05", "2022-01-05", "day", ""),
        ("Moon talks date 2018-03-01 Text of it.", "2018-03-01", "2018-03-01", "day", ""),
    ],
)
def test_dates(folder, text, given, date, precision, flags):
    row = one(folder, text)
    none = lambda value: None if pd.isna(value) else value
    assert none(row["date_given"]) == given and none(row["date_precision"]) == precision and row["flags"] == flags
    assert none(row["date"]) == (pd.Timestamp(date) if date else None)
    assert "date 20" not in row["text"] or given is None


def test_a_title_before_the_date_is_shown_and_not_counted(folder):
    row = one(folder, "Moon talks begin date 2018-03-01 The heads met.\n\nMoon talks begin\n\nThey spoke.")
    assert row["title"] == "Moon talks begin" and row["text"] == "The heads met.\n\nThey spoke."


def test_lines_and_paragraphs(folder):
    wrapped = "This line was broken by a program that\nhad a narrow window, and so it goes on\nto the end of it.\n\nNext."
    assert one(folder, wrapped)["text"].split("\n\n")[0].count("\n") == 0 and one(folder, wrapped)["text"].endswith("\n\nNext.")
    assert one(folder, "First paragraph.\r\nSecond one.\r\nThird one.")["text"] == "First paragraph.\n\nSecond one.\n\nThird one."


def test_taken_and_set_aside_are_all_that_was_found(folder):
    root = folder({
        "good.txt": "Text.", "bom.txt": b"\xef\xbb\xbf date 2020-01-01 Text.", "sub/deep/b.txt": " date 2020-01-02 Text.",
        "latin.txt": "caf\xe9 \xff".encode("latin-1"), "empty.txt": "", "blank.txt": " \n\n", "line.txt": " date 2020-01-01 \n",
        "marks.txt": "*** — …", "photo.jpg": b"\xff\xd8", ".DS_Store": "x", "binary.txt": bytes(range(32)) * 9,
    })  # fmt: skip
    os.symlink(root, root / "sub" / "loop")
    os.symlink(root / "nothing", root / "dangling.txt")
    os.mkfifo(root / "pipe.txt")
    articles, set_aside = load_articles(root)
    assert articles["article_id"].tolist() == ["bom", "good", "latin", "sub/deep/b"]
    assert dict(zip(set_aside["path"], set_aside["reason"])) == {
        ".DS_Store": "system file", "binary.txt": "binary", "blank.txt": "no text", "dangling.txt": "link", "empty.txt": "no text",
        "line.txt": "no text", "marks.txt": "no text", "photo.jpg": "format", "pipe.txt": "not a file",
        "sub/loop": "link",
    }  # fmt: skip
    assert articles["source"].fillna("-").tolist() == ["-", "-", "-", "sub"]
    assert articles["encoding"].tolist() == ["utf-8-sig", "utf-8", "cp1252", "utf-8"] and articles["flags"].str.contains("guessed").tolist() == [False, False, True, False]
    table = audit(articles, set_aside).set_index("what")["n"]
    assert table["files found"] == 14 == table["articles taken"] + table["files set aside"]


def test_names_and_folders_that_cannot_be_read_are_set_aside(folder):
    root = folder({"a.txt": "Text."})
    (root / os.fsdecode(b"b\xff.txt")).write_text("Text.")
    articles, set_aside = load_articles(root)
    assert articles["article_id"].tolist() == ["a"] and set_aside["reason"].tolist() == ["file name"]
    with pytest.raises(FileNotFoundError):
        load_articles("")


def test_the_same_folder_twice_and_ids_that_would_clash(folder):
    root = folder({"a.txt": "One.", "a.text": "Two.", "b/a.txt": "Three.", "a": "Four."})
    first, second = load_articles(root)[0], load_articles(root)[0]
    pd.testing.assert_frame_equal(first, second)
    assert first["article_id"].is_unique and "b/a" in set(first["article_id"])


def test_one_file_an_empty_folder_and_none(folder):
    root = folder({"a.txt": "One."})
    assert load_articles(root / "a.txt")[0]["article_id"].tolist() == ["a"]
    (root / "a.txt").unlink()
    articles, set_aside = load_articles(root)
    assert articles.columns.tolist() == list(COLUMNS) and len(articles) == len(set_aside) == 0
    assert articles["date"].dtype == "datetime64[s]"
    with pytest.raises(FileNotFoundError, match="There is no folder 'no/where'"):
        load_articles("no/where")


def test_controls_become_spaces_and_are_told(folder):
    row = one(folder, "The moon\x00 mission\x1b is on, and " + "all goes well with it. " * 5)
    assert row["text"].startswith("The moon mission is on") and row["flags"] == "controls"


def test_an_end_that_is_cut_is_told(folder):
    assert one(folder, "It ended. And then they wen")["flags"] == "cut"
    assert one(folder, "It ended. “And then they went.”")["flags"] == ""


def test_languages(folder):
    texts = {"en": "The heads of the two agencies met in the city.", "de": "Die Leiter der beiden Agenturen trafen sich in der Stadt.", "fr": "Les chefs des deux agences se sont vus dans la ville.", "hi": "दोनों एजेंसियों के प्रमुख मिले।", "ja": "両機関の長が会談した。"}
    articles, _ = load_articles(folder({f"{code}.txt": text for code, text in texts.items()}))
    assert dict(zip(articles["article_id"], articles["language"])) == {code: code for code in texts}


def test_fingerprint_knows_names_and_bytes(folder):
    root = folder({"a.txt": "One.", "b.txt": "Two."})
    first = fingerprint(root)
    assert first[0] == 2 and fingerprint(root) == first
    (root / "a.txt").write_text("One!")
    second = fingerprint(root)
    (root / "a.txt").rename(root / "c.txt")
    assert len({first, second, fingerprint(root)}) == 3


def test_labels_cut_at_a_word():
    frame = pd.DataFrame({"title": [None, "Moon talks"], "text": ["India’s next lander will stand. It", "x"]})
    assert labels(frame, length=32).tolist() == ["India’s next lander will stand…", "Moon talks"]


def test_flagged_and_sources(folder):
    root = folder({"x/a.txt": " date 2020-01-05 Text is whole.", "x/b.txt": "Text is whole.", "y/c.txt": " date 2020-13-01 Text is whole."})
    articles, _ = load_articles(root)
    assert flagged(articles)[["path", "what"]].values.tolist() == [["y/c.txt", "impossible date"], ["x/b.txt", "no date"]]
    assert sources(articles)[["source", "articles", "undated"]].values.tolist() == [["x", 2, 1], ["y", 1, 1]]


def test_a_folder_is_found_as_people_write_it(tmp_path, monkeypatch):
    (tmp_path / "my news").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for written in ("my news", "~/my news", f"'{tmp_path}/my news'", ' "my news" ', tmp_path / "my news"):
        assert find_folder(written) == tmp_path / "my news", written
    (tmp_path / "'odd'").mkdir()
    assert find_folder("'odd'").name == "'odd'"  # what is there as it stands comes first
    for nothing in ("", "  ", None):
        with pytest.raises(FileNotFoundError):
            find_folder(nothing)


def test_a_wrong_folder_is_answered_with_what_is_there():
    with pytest.raises(FileNotFoundError, match="There is no folder 'data/mine'. 'data' holds abbreviations, articles, boilerplate, .* and others. Give"):
        find_folder("data/mine")
