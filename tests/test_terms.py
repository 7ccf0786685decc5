"""Counts, weights and measures, on words that can be counted by eye, against NLTK and SciPy and against plain loops."""

import math
import random
from collections import Counter

import nltk
import numpy as np
import pandas as pd
import pytest
from nltk.collocations import BigramCollocationFinder, TrigramCollocationFinder
from nltk.metrics import BigramAssocMeasures, TrigramAssocMeasures
from scipy.stats import chi2_contingency, hypergeom

from utils.chunks import pieces
from utils.matrix import tally, totals
from utils.terms import characteristic_terms, collocates, count_terms, dispersion, diversity, g2, hide_terms, lemmatize, pair_up, phrases, tf_idf
from utils.tokens import tokenize


def test_counts_by_hand(frame):
    counts = count_terms(tokenize(frame("the moon and the rover", "the moon", "")))
    assert counts[["token", "n", "articles"]].values.tolist() == [["the", 3, 2], ["moon", 2, 2], ["and", 1, 1], ["rover", 1, 1]]
    assert counts["per_10k"].round(3).tolist() == [4285.714, 2857.143, 1428.571, 1428.571]


def test_counts_agree_with_nltk(frame):
    words = nltk.tokenize.RegexpTokenizer("[a-z]+").tokenize("one two two three three three " * 40)
    counts = count_terms(tokenize(frame(" ".join(words)))).set_index("token")["n"]
    assert counts.to_dict() == dict(nltk.FreqDist(words))


def test_groups_are_counted_by_themselves(frame):
    tokens = tokenize(frame("moon moon rover", "moon"))
    tokens["source"] = tokens["article_id"].map({"a0": "x", "a1": "y"}).astype("str")
    counts = count_terms(tokens, by="source")
    assert counts[["source", "token", "n", "articles"]].values.tolist() == [["x", "moon", 2, 1], ["x", "rover", 1, 1], ["y", "moon", 1, 1]]
    assert counts["per_10k"].tolist() == pytest.approx([20000 / 3, 10000 / 3, 10000])
    with pytest.raises(ValueError, match="tokens has no column .'sauce'.; it has"):
        count_terms(tokens, by="sauce")


def test_hiding_words_changes_no_number(frame):
    counts = count_terms(tokenize(frame("the moon and the rover")))
    shown = hide_terms(counts, {"the", "and"})
    assert shown["token"].tolist() == ["moon", "rover"] and shown["per_10k"].tolist() == [2000.0, 2000.0]
    figures = count_terms(tokenize(frame("2017 moon a h3")))
    assert hide_terms(figures, set())["token"].tolist() == ["2017", "a", "h3", "moon"]
    assert hide_terms(figures, {"h3"}, figures=True)[["token", "per_10k"]].values.tolist() == [["moon", 2500.0]]


def test_tf_idf_by_hand(frame):
    rows = tf_idf(tokenize(frame("moon moon rover", "moon launch"))).set_index(["article_id", "token"])
    assert rows.loc[("a0", "moon"), "tf"] == pytest.approx(2 / 3) and rows.loc[("a0", "moon"), "tf_idf"] == 0
    assert rows.loc[("a0", "rover"), "tf_idf"] == pytest.approx(1 / 3 * math.log(2))
    assert rows.loc[("a1", "launch"), "idf"] == pytest.approx(math.log(2))


def test_what_stands_everywhere_weighs_least(frame):
    tokens = tokenize(frame("moon rover rover 2017 x", "moon lander", "moon", "moon"))
    weights = characteristic_terms(tokens).set_index("token")["weight"]
    assert weights.to_dict() == pytest.approx({"rover": 2 * math.log(5), "lander": math.log(5), "moon": 4 * math.log(5 / 4)})
    assert characteristic_terms(tokens, hide={"rover"}, limit=1)["token"].tolist() == ["lander"]


def test_pairs_stay_within_sentences_and_leave_out_what_is_hidden(frame):
    pairs = pair_up(tokenize(frame("The joint lunar mission. Mission control; the control", "lunar mission")), hide={"the"})
    assert pairs["token"].tolist() == ["joint lunar", "lunar mission", "mission control", "lunar mission"]
    assert count_terms(pairs)[["token", "n", "articles"]].values.tolist()[0] == ["lunar mission", 2, 2]


def test_of_nothing_comes_nothing(frame):
    tokens = tokenize(frame())
    full = count_terms(tokenize(frame("moon")))
    assert count_terms(tokens).dtypes.equals(full.dtypes) and count_terms(tokens).empty
    assert tf_idf(tokens).empty and characteristic_terms(tokens).empty and pair_up(tokens).empty


def test_plain_columns_will_do():
    tokens = pd.DataFrame({"article_id": ["a", "a", "b"], "token": ["moon", "sun", "moon"], "sentence": 0, "position": [0, 1, 0]})
    assert count_terms(tokens)[["token", "n", "articles"]].values.tolist() == [["moon", 2, 2], ["sun", 1, 1]]


def test_words_of_an_unknown_group_are_not_lost(frame):
    tokens = tokenize(frame("moon sun", "moon sun"))
    tokens["source"] = pd.Series(["x", "x", None, None], dtype="str")
    counts = count_terms(tokens, by="source")
    assert counts["n"].sum() == 4 and counts["source"].isna().sum() == 2
    assert count_terms(tokens.head(0), by="source").columns.tolist() == counts.columns.tolist()


HARBOUR = """the harbour opens at six and the first boats leave at half past six the men who sail them know the water and the water knows
them one boat carries ice another carries nets and a third carries only the old pilot who has sailed since he was ten years old he says the sea
was fuller then and the nets came up heavy every day of the week now the nets come up light and the men come home late the town council wants a
new pier and a cold store so that fish can wait for a better price but the council has no money and the bank has no patience last spring the
minister came looked at the pier said a few kind words and went away again since then nothing has moved except the tide the pilot laughs when he
is asked about the minister he has seen nine of them he says and the pier has seen them too"""


@pytest.fixture
def table():
    """Random words in sentences of articles of unequal length, a table with the same words in another order, and the lists."""
    draw = random.Random(7)
    sentence = lambda: draw.choices(["moon", "sun", "sea", "rain", "mud", "ice"], [9, 5, 3, 2, 2, 1], k=draw.randint(1, 9))
    texts = [[sentence() for _ in range(draw.randint(1, 12))] for _ in range(9)]
    rows = [(f"a{a}", b, words) for a, text in enumerate(texts) for b, sentence in enumerate(text) for words in sentence]
    tokens = pd.DataFrame(rows, columns=["article_id", "sentence", "token"])
    tokens.insert(2, "position", tokens.groupby("article_id").cumcount())
    as_made = tokens.astype({"token": pd.CategoricalDtype(["none", "sun", "moon", "rain", "sea", "mud", "ice"]), "article_id": "category"})
    return as_made, tokens.sample(frac=1, random_state=3), texts


def test_stories_are_counted_once(frame):
    tokens = tokenize(frame("moon sun", "moon moon", "moon sea", "sea"))
    stories = pd.DataFrame({"article_id": ["a0", "a1", "other"], "story_id": [4, 4, 4]})
    counts = count_terms(tokens, stories=stories)
    assert counts.columns.tolist() == ["token", "n", "articles", "stories", "per_10k"]
    assert counts[["token", "n", "articles", "stories"]].values.tolist() == [["moon", 4, 3, 2], ["sea", 2, 2, 2], ["sun", 1, 1, 1]]
    by_article = count_terms(tokens, by="article_id", stories=stories)
    assert (by_article["stories"] == 1).all() and len(by_article) == 6
    assert count_terms(tokens[:0], stories=stories).dtypes.equals(counts.dtypes)


@pytest.mark.parametrize("both, first, second, total", [(3, 5, 8, 20), (0, 5, 8, 20), (5, 5, 8, 20), (1, 1, 1, 5_000_000), (40, 900, 700, 1_000)])
def test_g2_agrees_with_scipy_and_nltk(both, first, second, total):
    cells = np.array([[both, first - both], [second - both, total - first - second + both]])
    if (cells < 0).any():
        assert np.isnan(g2(both, first, second, total))
    else:
        assert g2(both, first, second, total) == pytest.approx(chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic, rel=1e-9)
        assert g2(both, first, second, total) == pytest.approx(BigramAssocMeasures.likelihood_ratio(both, (first, second), total), rel=1e-9)


def test_dispersion_of_the_published_example():
    counts, sizes = [1, 2, 3, 4, 5], [9, 10, 10, 10, 11]  # Gries 2008: DP 0.18, D 0.785; DPnorm is 0.18 / 0.82
    rows = [(f"p{k}", 0, i, "a" if i < n else f"x{k}{i}") for k, (n, size) in enumerate(zip(counts, sizes)) for i in range(size)]
    row = dispersion(pd.DataFrame(rows, columns=["article_id", "sentence", "position", "token"])).iloc[0]
    assert row[["token", "n", "range"]].tolist() == ["a", 15, 5]
    assert row["dp"] == pytest.approx(0.18) and row["dp_norm"] == pytest.approx(0.18 / 0.82) and row["juilland_d"] == pytest.approx(0.785, abs=5e-4)


def test_dispersion_agrees_with_loops(table):
    tokens, _, texts = table
    parts = [[word for sentence in text for word in sentence] for text in texts]
    corpus = [word for part in parts for word in part]
    rows = dispersion(tokens).set_index("token")
    assert set(rows.index) == set(corpus)  # and not the category that has no rows
    for word, n in Counter(corpus).items():
        v, s = [part.count(word) for part in parts], [len(part) / len(corpus) for part in parts]
        p = [count / len(part) for count, part in zip(v, parts)]
        mean = sum(p) / len(p)
        sd = math.sqrt(sum((x - mean) ** 2 for x in p) / len(p))
        dp = sum(abs(a / n - b) for a, b in zip(v, s)) / 2
        places = [i for i, other in enumerate(corpus) if other == word]
        gaps = [b - a for a, b in zip(places, places[1:] + [places[0] + len(corpus)])]
        arf = sum(min(gap, len(corpus) / n) for gap in gaps) * n / len(corpus)
        expected = [n, sum(x > 0 for x in v), 1 - sd / mean / math.sqrt(len(p) - 1), dp, dp / (1 - min(s)), arf]
        assert rows.loc[word].tolist() == pytest.approx(expected, rel=1e-12)


def test_what_is_even_and_what_is_not(frame):
    rows = dispersion(tokenize(frame("moon sun", "moon sea", "moon sun"))).set_index("token")
    assert rows.loc["moon", ["juilland_d", "dp", "dp_norm", "arf"]].tolist() == pytest.approx([1, 0, 0, 3])
    assert rows.loc["sea", ["juilland_d", "dp", "dp_norm", "arf"]].tolist() == pytest.approx([0, 2 / 3, 1, 1])
    alone = dispersion(tokenize(frame("moon sun", "")))
    assert alone[["juilland_d", "dp_norm"]].isna().all(axis=None) and (alone["dp"] == 0).all() and alone["arf"].tolist() == [1, 1]


def test_phrases_agree_with_nltk(table):
    tokens, mixed, texts = table
    sentences = [sentence for text in texts for sentence in text]
    for size, finder, measures in ((2, BigramCollocationFinder, BigramAssocMeasures), (3, TrigramCollocationFinder, TrigramAssocMeasures)):
        found, rows = finder.from_documents(sentences), phrases(tokens, size=size, min_count=2)
        assert rows.set_index("token")["n"].to_dict() == {" ".join(words): n for words, n in found.ngram_fd.items() if n >= 2}
        for row in rows.itertuples():
            words = row.token.split()
            assert row.pmi == pytest.approx(found.score_ngram(measures.pmi, *words), rel=1e-12)
            assert row.t == pytest.approx(found.score_ngram(measures.student_t, *words), rel=1e-12)
            if size == 2:
                assert row.g2 == pytest.approx(found.score_ngram(measures.likelihood_ratio, *words), rel=1e-9)
                assert row.logdice == pytest.approx(14 + math.log2(found.score_ngram(measures.dice, *words)))
        assert rows["g2"].isna().all() == (size == 3)
        pd.testing.assert_frame_equal(phrases(mixed, size=size, min_count=2), rows)


def test_phrases_by_hand(frame):
    tokens = tokenize(frame("The joint lunar mission. Mission one, mission 2, a joint lunar rover", "joint lunar mission"))
    rows = phrases(tokens, min_count=2).set_index("token")
    assert rows[["n", "articles"]].to_dict("index") == {"joint lunar": {"n": 3, "articles": 2}, "lunar mission": {"n": 2, "articles": 2}}
    assert rows.loc["joint lunar", "logdice"] == 14 and rows.loc["lunar mission", "logdice"] == pytest.approx(14 + math.log2(4 / 7))
    assert phrases(tokens, min_count=2, hide={"mission"})["token"].tolist() == ["joint lunar"]
    assert phrases(tokens, min_count=2, hide={"mission"})["g2"].tolist() == [rows.loc["joint lunar", "g2"]]  # hiding changes no number
    three = phrases(tokens, size=3, min_count=2)
    assert three[["token", "n"]].values.tolist() == [["joint lunar mission", 2]]
    assert three["logdice"].tolist() == pytest.approx([14 + math.log2(3 * 2 / (3 + 3 + 4))])


def test_collocates_by_hand(frame):
    tokens = tokenize(frame("Big moon. Big big rover near the moon", "moon big", "the big end"))
    rows = collocates(tokens, "moon", window=2, min_count=1).set_index("token")
    # near: five words of a0 ("rover" is three words from both) and "big" of a1
    assert rows[["n", "left", "right", "n_total"]].to_dict("index") == {
        "big": {"n": 4, "left": 1, "right": 3, "n_total": 5},
        "near": {"n": 1, "left": 1, "right": 0, "n_total": 1},
        "the": {"n": 1, "left": 1, "right": 0, "n_total": 2},
    }
    assert rows.loc["big", ["pmi", "t", "logdice"]].tolist() == pytest.approx([math.log2(4 * 13 / (6 * 5)), (4 - 6 * 5 / 13) / 2, 14 + math.log2(8 / 8)])
    assert rows.loc["big", "g2"] == pytest.approx(chi2_contingency([[4, 2], [1, 6]], correction=False, lambda_="log-likelihood").statistic)
    within = collocates(tokens, "moon", window="sentence", min_count=1).set_index("token")
    assert within["n"].to_dict() == {"big": 4, "near": 1, "rover": 1, "the": 1}
    assert collocates(tokens, "moon", window=2, min_count=2).index.size == 1 and collocates(tokens, "mars").empty
    with pytest.raises(ValueError, match="holds no word"):
        collocates(tokens, "|")


def test_a_node_is_no_neighbour_of_itself_but_of_another(frame):
    tokens = tokenize(frame("lunar mission, then a lunar mission", "lunar mission alone"))
    rows = collocates(tokens, "lunar mission", window=3, min_count=1).set_index("token")
    assert rows["n"].to_dict() == {"then": 1, "a": 1, "mission": 1, "lunar": 1, "alone": 1}
    assert rows.loc["lunar", ["left", "right"]].tolist() == [0, 1] and rows.loc["mission", ["left", "right"]].tolist() == [1, 0]
    assert rows.loc["then", ["n", "left", "right"]].tolist() == [1, 1, 1]  # near two nodes, counted once


def test_words_that_were_filtered_out_still_take_their_place(frame):
    tokens = tokenize(frame("moon of the sea sun"))
    assert collocates(tokens[tokens["token"].isin(["moon", "sea", "sun"])], "moon", window=3, min_count=1)["token"].tolist() == ["sea"]


@pytest.mark.parametrize("window", [1, 5, "sentence"])
def test_collocates_agree_with_loops(table, window):
    tokens, mixed, texts = table
    near = Counter()
    for text in texts:
        words = [(word, number) for number, sentence in enumerate(text) for word in sentence]
        nodes = [i for i, (word, _) in enumerate(words) if word == "rain"]
        for i, (word, sentence) in enumerate(words):
            near[word] += any(i != j and (sentence == words[j][1] if window == "sentence" else abs(i - j) <= window) for j in nodes)
    rows = collocates(tokens, "rain", window=window, min_count=1)
    assert rows.set_index("token")["n"].to_dict() == +near
    totals, words = tokens["token"].value_counts(), near.total()
    for row in rows.itertuples():
        assert row.pmi == pytest.approx(math.log2(row.n * len(tokens) / words / totals[row.token]))
        assert row.g2 == pytest.approx(BigramAssocMeasures.likelihood_ratio(row.n, (words, totals[row.token]), len(tokens)), rel=1e-9)
    pd.testing.assert_frame_equal(collocates(mixed, "rain", window=window, min_count=1), rows)


def by_definition(words):
    """MATTR, MTLD and HD-D, step by step."""
    windows = [words[i : i + 100] for i in range(len(words) - 99)]
    mattr = sum(len(set(window)) / 100 for window in windows) / len(windows)
    lengths = []
    for text in (words, words[::-1]):
        factors, run = 0, []
        for word in text:
            run.append(word)
            if len(set(run)) / len(run) <= 0.72:
                factors, run = factors + 1, []
        lengths.append(len(text) / (factors + (1 - len(set(run)) / len(run)) / 0.28 if run else factors))
    hdd = sum(1 - hypergeom.pmf(0, len(words), n, 42) for n in Counter(words).values()) / 42
    return [len(words), len(set(words)), mattr, sum(lengths) / 2, hdd]


def test_diversity_agrees_with_its_definition_and_with_another_package(frame):
    words = HARBOUR.split()
    draw = random.Random(2)
    texts = [words, words[::-1][:110], draw.choices(words, k=100), words[:42], words[:41], ["moon"] * 120]
    other = [f"w{n}x" for n in range(101)]
    texts += [other, draw.choices(words, k=700), (other[:18] + other[:7]) * 4, other[:43]]
    tokens = tokenize(frame(*map(" ".join, texts), ""))
    rows = diversity(tokens).set_index("article_id")
    assert rows.loc["a0"].tolist() == pytest.approx([164, 95, 0.6684615384615391, 49.41025641025641, 0.7762793214292012])  # LexicalRichness 0.5.1
    assert rows.loc["a1"].tolist() == pytest.approx([110, 71, 0.6718181818181818, 55.0, 0.7784624349690333])
    for k in (0, 1, 2, 5, 7, 8):  # in the last 18 types in 25 words, 0.72 to the dot
        assert rows.loc[f"a{k}"].tolist() == pytest.approx(by_definition(texts[k]), rel=1e-9)
    assert rows.loc["a3", ["mattr", "mtld"]].isna().all() and rows.loc["a3", "hdd"] == pytest.approx(len(set(words[:42])) / 42)
    assert rows.loc["a4", ["mattr", "mtld", "hdd"]].isna().all() and rows.loc["a4", "words"] == 41
    assert rows.loc["a6", ["mattr", "hdd"]].tolist() == pytest.approx([1, 1]) and np.isnan(rows.loc["a6", "mtld"])  # no word comes again
    assert rows.loc["a9", "hdd"] == pytest.approx(1) and "a10" not in rows.index
    pd.testing.assert_frame_equal(diversity(tokens.sample(frac=1, random_state=5)), rows.reset_index())


def test_lemmas_follow_the_language_of_the_article(frame):
    articles = frame("The agencies launched missions", "Die Häuser", "Missions launched", "missions").assign(language=["en", "de", "xx", None])
    tokens = tokenize(articles)
    lemmas = lemmatize(tokens, articles)
    assert lemmas["token"].tolist() == ["the", "agency", "launch", "mission", "der", "haus", "missions", "launched", "missions"]
    assert lemmas.drop(columns="token").equals(tokens.drop(columns="token")) and "agencies" in tokens["token"].tolist()
    assert lemmatize(tokens, articles[:1])["token"].tolist()[3:6] == ["mission", "die", "häuser"]  # of an article unknown to the table
    assert lemmatize(tokens[:0], articles).dtypes.eq("category").tolist() == tokens.dtypes.eq("category").tolist()


def test_measures_of_nothing_and_of_plain_columns(table):
    tokens, mixed, _ = table
    plain = mixed.sort_index().astype({"token": "str", "article_id": "str"})
    for measure in (dispersion, diversity, phrases, lambda frame: collocates(frame, "moon")):
        full = measure(tokens)
        none = measure(tokens[:0])
        assert none.empty and none.columns.equals(full.columns) and none.dtypes.equals(full.dtypes)
        pd.testing.assert_frame_equal(measure(plain), full, check_dtype=False)


@pytest.mark.parametrize("most", [1, 50, 2**20, 2**45, 2**62], ids=str)
@pytest.mark.parametrize("size", [0, 1, 2000])
def test_a_tally_is_what_pandas_groups_make_of_it(most, size):
    rng = np.random.default_rng(size)
    some = rng.integers(0, most, 40, endpoint=True)
    table = pd.DataFrame({"key": rng.choice(some, size), "article": rng.integers(100, 900, size).astype(np.int16)})
    expected = table.groupby("key")["article"].agg(["size", "nunique"])
    keys, n, articles = tally(table["key"].to_numpy(), table["article"].to_numpy())
    assert [keys.tolist(), n.tolist(), articles.tolist()] == [expected.index.tolist(), expected["size"].tolist(), expected["nunique"].tolist()]


def test_terms_of_pieces_are_those_of_the_whole(monkeypatch):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"article_id": np.sort(rng.integers(0, 300, 3000)), "token": rng.choice([*"abcdefgh"], 3000)}).astype("category")
    by_hand = table.groupby("token", observed=False)["article_id"].agg(["size", "nunique"])
    for rows in (1, 7, 10**6):
        monkeypatch.setattr("utils.matrix.pieces", lambda article, _, rows=rows: pieces(article, rows))
        assert totals(table).set_index("token").to_numpy().tolist() == by_hand.to_numpy().tolist()
        assert totals(table.sample(frac=1, random_state=1)).set_index("token").to_numpy().tolist() == by_hand.to_numpy().tolist()
