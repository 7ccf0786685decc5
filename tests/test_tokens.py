"""Words and sentences: every expected answer was worked out by hand."""

import nltk
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from utils.chunks import cut
from utils.tokens import _starts, split_sentences, tokenize


def words(frame, text):
    return tokenize(frame(text))["token"].tolist()


def sentences(frame, text):
    return [text[row.start : row.end] for row in split_sentences(frame(text)).itertuples()]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Don’t, don't and DON’T", ["don't", "don't", "and", "don't"]),
        ("the agency’s, agencies’ and ISRO's", ["the", "agency", "agencies", "and", "isro"]),
        ("It’s what he's got; let’s see", ["it's", "what", "he's", "got", "let's", "see"]),
        ("Chandrayaan-2 is not Chandrayaan", ["chandrayaan-2", "is", "not", "chandrayaan"]),
        ("co-operation, H‑IIA (H-IIA)", ["co-operation", "h-iia", "h-iia"]),
        ("the U.S. and U.S.-led, the US", ["the", "u.s.", "and", "u.s.-led", "the", "us"]),
        ("$5.2 billion, 3.5%, ₹13,700 crore", ["5.2", "billion", "3.5", "13,700", "crore"]),
        ("$221bn at 10am for 2.1 km", ["221", "bn", "at", "10", "am", "for", "2.1", "km"]),
        ("2027–28 or 2027-28", ["2027", "28", "or", "2027-28"]),
        ("Zürich, Müller’s café", ["zürich", "müller", "café"]),
        ("Mr. Rao (M.Sc.) and AT&T", ["mr", "rao", "m.sc.", "and", "at&t"]),
        ("at 9:22 a.m. on 1/2", ["at", "9:22", "a.m.", "on", "1/2"]),
        ("see www.isro.gov.in, or press@jaxa.jp.", ["see", "www.isro.gov.in", "or", "press@jaxa.jp"]),
        ("भारत और जापान", ["भारत", "और", "जापान"]),
        ("இந்தியா நிலவு", ["இந்தியா", "நிலவு"]),
        ("日本とインドは月へ", ["日本", "と", "インド", "は", "月", "へ"]),
        ("5.2\u00a0billion", ["5.2", "billion"]),
        ("— … ” 。 *** 🚀 👩\u200d🚀", []),
        ("", []),
    ],
)
def test_words(frame, text, expected):
    assert words(frame, text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("A S Kiran Kumar said. He left.", ["A S Kiran Kumar said.", "He left."]),
        ("On Nov. 17 Lt. Gen. Singh met K. Sivan. They spoke.", ["On Nov. 17 Lt. Gen. Singh met K. Sivan.", "They spoke."]),
        ("It rose at 9 a.m. on Friday. At 5 p.m. it fell.", ["It rose at 9 a.m. on Friday.", "At 5 p.m. it fell."]),
        ("It began at 5 p.m. The end came later.", ["It began at 5 p.m.", "The end came later."]),
        ("In the U.S. President Rao spoke. In the U.S. The rest waited.", ["In the U.S. President Rao spoke.", "In the U.S.", "The rest waited."]),
        ("“We go. We land,” he said. “Soon.”", ["“We go.", "We land,” he said.", "“Soon.”"]),
        ("“Really?” Rao asked. “Why?” The end.", ["“Really?” Rao asked.", "“Why?”", "The end."]),
        ("Talks ended on Friday.The chairman left.", ["Talks ended on Friday.", "The chairman left."]),
        ("BENGALURU: Isro said so. Tokyo, Sept. 11 (Jiji Press)-- It did.", ["BENGALURU: Isro said so.", "Tokyo, Sept. 11 (Jiji Press)-- It did."]),
        ("No. 5 flew. He said no. The end.", ["No. 5 flew.", "He said no.", "The end."]),
        ("It cost Rs. 800 crore. Good.", ["It cost Rs. 800 crore.", "Good."]),
        ("It weighs 3.5 tonnes. It flies.", ["It weighs 3.5 tonnes.", "It flies."]),
        ("चंद्रमा पर बात की। यह पहला कदम है।", ["चंद्रमा पर बात की।", "यह पहला कदम है।"]),
        ("月へ行く。「楽しみだ」と述べた。", ["月へ行く。", "「楽しみだ」と述べた。"]),
        ("A heading\n\nThen text. More", ["A heading", "Then text.", "More"]),
        ("One line that\ngoes on. Next", ["One line that\ngoes on.", "Next"]),
        ("  \n lead. Tail  ", ["lead.", "Tail"]),
        ("See www.isro.gov.in for 3.5 of it", ["See www.isro.gov.in for 3.5 of it"]),
        ("It was late.[1] Rao left.", ["It was late.[1]", "Rao left."]),
        ("It fell at 2.1 km. Rao wept.", ["It fell at 2.1 km.", "Rao wept."]),
        ("At 5 p.m. Rao left. At 5 p.m. Monday it ended.", ["At 5 p.m.", "Rao left.", "At 5 p.m. Monday it ended."]),
        ("He left.\u00a0Rao came. So said ISRO.The end.", ["He left.", "Rao came.", "So said ISRO.", "The end."]),
        ("1. Launch.\n2. Land.", ["1. Launch.", "2. Land."]),
        ("Rao (b. 1950) and Maj. Gen. (retd.) Singh left.", ["Rao (b. 1950) and Maj. Gen. (retd.) Singh left."]),
        ("We just ... I left. It went on ... Then it ended.", ["We just ... I left.", "It went on ...", "Then it ended."]),
        ("Heading" + "\n" * 200 + "Next", ["Heading", "Next"]),
        ("", []),
    ],
)
def test_sentences(frame, text, expected):
    assert sentences(frame, text) == expected


def test_offsets_point_at_the_word_as_written(frame):
    texts = ["  ISRO’s “Chandrayaan-2”, on Nov. 17.The end", "", "U.S. \u00a0costs: $5.2 billion\n\nK. Sivan"]
    articles = frame(*texts)
    tokens = tokenize(articles, offsets=True)
    written = [texts[int(i[1:])][a:b] for i, a, b in zip(tokens["article_id"], tokens["start"], tokens["end"])]
    assert written == ["ISRO’s", "Chandrayaan-2", "on", "Nov.", "17", "The", "end", "U.S.", "costs", "5.2", "billion", "K.", "Sivan"]
    assert tokens["position"].tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5]
    assert tokens["sentence"].tolist() == [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]


def test_sentences_hold_every_character_once(frame):
    texts = ["Rao said: “One. Two!” Then…\n\nThree?No.  Four ", "\n\n", "x", "a. B. c. 4. D…e"]
    rows = split_sentences(frame(*texts))
    for n, text in enumerate(texts):
        mine = rows[rows["article_id"] == f"a{n}"]
        assert "".join("".join(text[a:b] for a, b in zip(mine["start"], mine["end"])).split()) == "".join(text.split())
        assert (mine["start"].to_numpy()[1:] >= mine["end"].to_numpy()[:-1]).all()
        assert mine["sentence"].tolist() == list(range(len(mine)))


def test_paragraphs_are_counted_from_zero_in_each_article(frame):
    rows = split_sentences(frame("One. Two.\n\nThree.", "Four."))
    assert rows["paragraph"].tolist() == [0, 0, 1, 0]


def test_small_columns_and_the_same_ones_when_empty(frame):
    tokens, none = tokenize(frame("the moon " * 500)), tokenize(frame("", " \n "))
    assert tokens.memory_usage(index=False).sum() / len(tokens) <= 16.5
    assert none.columns.tolist() == tokens.columns.tolist() and len(none) == 0
    assert none["position"].dtype == tokens["position"].dtype and none["token"].dtype == "category"
    assert split_sentences(frame()).dtypes.tolist()[1:] == split_sentences(frame("A.")).dtypes.tolist()[1:]


def test_agrees_with_nltk_on_plain_words(frame):
    text = "the moon and the sun and the stars above the old town " * 3
    ours = tokenize(frame(text))["token"].value_counts()
    theirs = nltk.FreqDist(nltk.tokenize.RegexpTokenizer(r"\w+").tokenize(text))
    assert dict(ours) == dict(theirs)


def test_any_frame_will_do_and_is_left_as_it_was():
    articles = pd.DataFrame({"text": ["Moon. Sun.", None, "Star"], "article_id": [7, 8, 9], "mine": 1}, index=[3, 3, 5])
    before = articles.copy()
    tokens = tokenize(articles.iloc[[0, 2]])
    assert tokens["article_id"].tolist() == [7, 7, 9] and tokens["token"].tolist() == ["moon", "sun", "star"]
    assert len(tokenize(articles)) == 3
    pd.testing.assert_frame_equal(articles, before)


def test_two_articles_of_one_id_are_refused(frame):
    twice = pd.concat([frame("one"), frame("two")])
    with pytest.raises(ValueError, match="article_id must be unique; 'a0'"):
        tokenize(twice)


def test_what_follows_is_not_part_of_an_article(frame):
    """A sentence or a phrase never runs over from one article to the next."""
    rows = split_sentences(frame("no stop", "Next"))
    assert rows["article_id"].tolist() == ["a0", "a1"] and rows["start"].tolist() == [0, 0]


def test_random_texts_keep_their_offsets(frame):
    rng = np.random.default_rng(4)
    alphabet = list("ab .!?’'“”-–,\n\t\u00a0é2ज़日。") + ["U.S. ", "No. ", "K. ", "…", "。」"]
    texts = ["".join(rng.choice(alphabet, size=80)) for _ in range(60)]
    articles = frame(*texts)
    tokens, rows = tokenize(articles, offsets=True), split_sentences(articles)
    spans = rows.set_index(["article_id", "sentence"])
    for row in tokens.itertuples():
        written = texts[int(row.article_id[1:])][row.start : row.end]
        assert written.strip() == written and written
        assert spans.loc[(row.article_id, row.sentence), "start"] <= row.start and row.end <= spans.loc[(row.article_id, row.sentence), "end"]


@pytest.mark.parametrize("text", ["1. Launch of it", "He left. “Really?” Rao", "It is set for Friday, November", "Photo: AP"])
@pytest.mark.parametrize("other", ["Foo bar.\n\n", "Said so.", "17, 2017\n\nFoo bar.", ""])
def test_an_article_is_split_alike_whatever_stands_beside_it(frame, text, other):
    alone = split_sentences(frame(text))[["start", "end"]]
    for articles in (frame(text, other), frame(other, text)):
        rows = split_sentences(articles)
        mine = rows[rows["article_id"] == articles["article_id"][articles["text"] == text].iloc[0]]
        assert mine[["start", "end"]].values.tolist() == alone.values.tolist()


def test_ids_of_any_kind_stay_with_their_texts():
    ids = pd.Categorical(["d", "b"], categories=list("abcde"))
    tokens = tokenize(pd.DataFrame({"article_id": ids, "text": ["Moon", "Rover"]}))
    assert list(zip(tokens["article_id"], tokens["token"])) == [("d", "moon"), ("b", "rover")]


@pytest.mark.parametrize("text", ["Abc." * 20_000, "a+" * 50_000, "_" * 100_000, "日本はカ" * 50_000, "x" * 1_000_000])
def test_one_endless_chunk_does_not_hang(frame, text):
    assert len(split_sentences(frame(text))) >= 1 and len(tokenize(frame(text))) >= 0


def test_half_a_character_is_no_crash():
    assert tokenize(pd.DataFrame({"article_id": ["a"], "text": ["x\ud83d moon"]}, dtype=object))["token"].tolist() == ["x", "moon"]


def test_chunks_of_any_length_and_byte_are_told_apart():
    """Eight bytes are where a chunk stops being a number; NUL is white space, and is what lies behind a short chunk too."""
    texts = ["abcdefg", "abcdefgh", "abcdefghi", "abcdefgh ", "a\0", "a", "a\0\0", "\0", "ÿÿÿÿ", "日本語", "日本", "abcdefgh", "", "a" * 99]
    forms, form, text = cut(pa.array(texts))
    assert forms.take(form).to_pylist() == [chunk for chunk in texts if chunk] and text.tolist() == [*range(12), 13]
    assert form[11] == form[1] and len(set(form.tolist())) == 12


def test_blocks_of_text_give_what_the_whole_gives(frame, monkeypatch):
    articles = frame(*["The moon’s mission landed. Isro said so.", "", "Moon 2017\n\nThe end", "landed " * 30] * 5)
    whole = tokenize(articles, offsets=True)
    monkeypatch.setattr("utils.chunks.BLOCK", 16)  # some sixty blocks, which several threads cut
    pd.testing.assert_frame_equal(tokenize(articles, offsets=True), whole)


def test_a_place_in_an_article_is_told_behind_more_text_than_a_number_of_32_bits_counts():
    forms, article = pa.array(["a" * 2**20]), np.repeat(np.arange(3, dtype=np.int32), 1500)  # 4.7 thousand million characters
    assert _starts(forms, np.zeros(4500, np.int32), article).tolist() == [k * 2**20 for k in range(1500)] * 3


def test_terms_are_sorted_and_all_of_them_are_used(frame):
    tokens = tokenize(frame("Zebra moon. Apple-pie zoo’s “moon”", "日本 apple"))
    assert tokens["token"].cat.categories.tolist() == ["apple", "apple-pie", "moon", "zebra", "zoo", "日本"] == sorted(tokens["token"].unique())
