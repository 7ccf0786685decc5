"""What a user would pick instead: the same steps with other libraries, each on strings that it holds in its own natural type.

They live in an environment of their own (`requirements-bench.txt`), which Dateline never needs; so each is imported where it is used.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.ours import WORD, WORDS, table

ROOT = Path(__file__).resolve().parent.parent
PATTERN = r"\w+(?:[-'’]\w+)*"
AROUND = rf"(?i)(.{{0,40}})\b({WORD})\b(.{{0,40}})"
LEAST = {"keyness": 5, "bigrams": 3}


def texts(folder):
    return table(folder, "articles")["text"].tolist()


def words(folder):
    """All words in a row, as Dateline has them; and where each article ends but the last."""
    tokens = table(folder, "tokens")
    codes = tokens["article_id"].cat.codes.to_numpy()
    names = tokens["token"].cat.categories.to_numpy(object)
    return names[tokens["token"].cat.codes.to_numpy()].tolist(), np.flatnonzero(np.diff(codes)) + 1


def lists(folder):
    """The words of each article."""
    flat, ends = words(folder)
    return [flat[a:b] for a, b in zip([0, *ends], [*ends, len(flat)])]


def halves(folder):
    """The words of the first half of the articles, and those of the second."""
    articles = lists(folder)
    return [[word for article in half for word in article] for half in (articles[: len(articles) // 2], articles[len(articles) // 2 :])]


def months(folder):
    """The month of each word."""
    tokens, dates = table(folder, "tokens"), table(folder, "articles").set_index("article_id")["date"].astype("datetime64[s]")
    by_article = dates.reindex(tokens["article_id"].cat.categories).dt.strftime("%Y-%m").to_numpy(object)
    return by_article[tokens["article_id"].cat.codes.to_numpy()]


def same(words):
    """The analyzer for words that are parted already."""
    return words


def g2(a, b, total_a, total_b):
    """The log-likelihood of counts in two texts (Dunning 1993), four cells."""
    from scipy.special import rel_entr

    both, total = a + b, total_a + total_b
    cells = ((a, total_a * both), (b, total_b * both), (total_a - a, total_a * (total - both)), (total_b - b, total_b * (total - both)))
    return 2 * sum(rel_entr(seen, expected / total) for seen, expected in cells)


def load_pandas(folder):
    import pandas as pd

    return lambda: pd.DataFrame([{"path": str(f), "text": f.read_text(encoding="utf-8")} for f in sorted((folder / "articles").rglob("*.txt"))])


def tokens_nltk(folder):
    from nltk.tokenize import regexp_tokenize

    articles = texts(folder)
    return lambda: [regexp_tokenize(text.lower(), PATTERN) for text in articles]


def tokens_sklearn(folder):
    from sklearn.feature_extraction.text import CountVectorizer

    articles = texts(folder)
    return lambda: CountVectorizer().fit_transform(articles)


def tokens_pandas(folder):
    articles = table(folder, "articles")["text"]
    return lambda: articles.str.lower().str.findall(PATTERN).explode()


def tokens_spacy(folder):
    import spacy

    articles, tokenizer = texts(folder), spacy.blank("en").tokenizer
    return lambda: [[token.lower_ for token in article] for article in tokenizer.pipe(articles)]


def tokens_polars(folder):
    import polars as pl

    articles = pl.Series(texts(folder))
    return lambda: articles.str.to_lowercase().str.extract_all(PATTERN).explode()


def counts_nltk(folder):
    from nltk import FreqDist

    flat, _ = words(folder)
    return lambda: FreqDist(flat).most_common()


def counts_pandas(folder):
    import pandas as pd

    flat = pd.Series(words(folder)[0], dtype="str")
    return lambda: flat.value_counts()


def counts_polars(folder):
    import polars as pl

    flat = pl.Series(words(folder)[0])
    return lambda: flat.value_counts(sort=True)


def matrix_sklearn(folder):
    from sklearn.feature_extraction.text import CountVectorizer

    articles = lists(folder)
    return lambda: CountVectorizer(analyzer=same).fit_transform(articles)


def weights_sklearn(folder):
    from sklearn.feature_extraction.text import TfidfVectorizer

    articles = lists(folder)
    return lambda: TfidfVectorizer(analyzer=same).fit_transform(articles)


def keywords_nltk(folder):
    from nltk import FreqDist

    target, reference = halves(folder)

    def run():
        a, b = FreqDist(target), FreqDist(reference)
        both = [word for word in a.keys() | b.keys() if a[word] + b[word] >= LEAST["keyness"]]
        sure = g2(*(np.array([side[word] for word in both], float) for side in (a, b)), a.N(), b.N())
        return sorted(zip(sure, both), reverse=True)

    return run


def keywords_pandas(folder):
    import pandas as pd

    target, reference = (pd.Series(half, dtype="str") for half in halves(folder))

    def run():
        counts = pd.concat([target.value_counts().rename("a"), reference.value_counts().rename("b")], axis=1).fillna(0)
        counts = counts[counts["a"] + counts["b"] >= LEAST["keyness"]]
        return counts.assign(g2=g2(counts["a"], counts["b"], len(target), len(reference))).sort_values("g2", ascending=False)

    return run


def keywords_polars(folder):
    import polars as pl

    sides = [pl.Series("word", half) for half in halves(folder)]

    def run():
        a, b = (side.value_counts(name=name) for side, name in zip(sides, "ab"))
        counts = a.join(b, on="word", how="full", coalesce=True).fill_null(0).filter(pl.col("a") + pl.col("b") >= LEAST["keyness"])
        sure = g2(*(counts[name].to_numpy().astype(float) for name in "ab"), *map(len, sides))
        return counts.with_columns(g2=sure).sort("g2", descending=True)

    return run


def bigrams_nltk(folder):
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    flat, _ = words(folder)

    def run():
        finder = BigramCollocationFinder.from_words(flat)
        finder.apply_freq_filter(LEAST["bigrams"])
        return finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)

    return run


def bigrams_sklearn(folder):
    from sklearn.feature_extraction.text import CountVectorizer

    articles = lists(folder)
    return lambda: CountVectorizer(ngram_range=(2, 2), tokenizer=same, preprocessor=same, token_pattern=None).fit_transform(articles)


def bigrams_polars(folder):
    import polars as pl

    flat, _ = words(folder)
    pairs = pl.DataFrame({"first": flat[:-1], "second": flat[1:]})
    return lambda: pairs.group_by("first", "second").len().filter(pl.col("len") >= LEAST["bigrams"]).sort("len", descending=True)


def contexts_nltk(folder):
    from nltk.text import Text

    flat, _ = words(folder)
    text = Text(flat)
    return lambda: text.concordance_list(WORD, width=80, lines=len(flat))


def contexts_pandas(folder):
    articles = table(folder, "articles")["text"]
    return lambda: articles.str.extractall(AROUND)


def contexts_polars(folder):
    import polars as pl

    articles = pl.Series(texts(folder))
    return lambda: articles.str.extract_all(AROUND).explode()


def trends_nltk(folder):
    from nltk import ConditionalFreqDist, FreqDist

    flat, month = words(folder)[0], months(folder).tolist()
    wanted = set(WORDS)
    return lambda: (ConditionalFreqDist((word, when) for word, when in zip(flat, month) if word in wanted), FreqDist(month))


def trends_pandas(folder):
    import pandas as pd

    table = pd.DataFrame({"word": pd.Series(words(folder)[0], dtype="str"), "month": pd.Series(months(folder), dtype="str")})
    return lambda: (table[table["word"].isin(WORDS)].groupby(["month", "word"]).size(), table.groupby("month").size())


def trends_polars(folder):
    import polars as pl

    table = pl.DataFrame({"word": words(folder)[0], "month": months(folder).tolist()})
    return lambda: (table.filter(pl.col("word").is_in(WORDS)).group_by("month", "word").len(), table.group_by("month").len())


def dates_dateparser(folder):
    from dateparser.search import search_dates

    articles = texts(folder)[: SHARE["dateparser"]]
    return lambda: [search_dates(text, languages=["en"]) for text in articles]


def names_spacy(folder):
    import spacy
    from spacy.matcher import PhraseMatcher

    language, articles = spacy.blank("en"), texts(folder)
    matcher = PhraseMatcher(language.vocab)
    matcher.add("name", list(language.tokenizer.pipe(table(folder, "names")["name"].unique())))
    return lambda: [matcher(article) for article in language.tokenizer.pipe(articles)]


def stories_datasketch(folder):
    from datasketch import MinHash, MinHashLSH

    articles = lists(folder)

    def run():
        index, found = MinHashLSH(threshold=0.5, num_perm=128), []
        for n, article in enumerate(articles):
            sketch = MinHash(num_perm=128)
            sketch.update_batch([" ".join(article[i : i + 5]).encode() for i in range(max(len(article) - 4, 1))])
            found.append(index.query(sketch))
            index.insert(n, sketch)
        return found

    return run


def report_nbconvert(folder):
    """One command a notebook; run by Dateline's Python, which has Jupyter."""
    place = folder / "notebooks"
    place.mkdir(exist_ok=True)
    for file in ROOT.glob("notebooks/0*.ipynb"):
        given = re.sub(r"ARTICLES = \\\"[^\"]*\\\"", lambda _: rf"ARTICLES = \"{(folder / 'articles').as_posix()}\"", file.read_text(encoding="utf-8"))
        (place / file.name).write_text(given, encoding="utf-8")
    convert = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", "--log-level=ERROR"]
    return lambda: [subprocess.run([*convert, file], check=True) for file in sorted(place.glob("*.ipynb"))]


PEERS = {
    "load": {"pandas": load_pandas},
    "tokens": {"nltk": tokens_nltk, "scikit-learn": tokens_sklearn, "pandas": tokens_pandas, "spaCy": tokens_spacy, "polars": tokens_polars},
    "counts": {"nltk": counts_nltk, "pandas": counts_pandas, "polars": counts_polars},
    "document-term matrix": {"scikit-learn": matrix_sklearn},
    "tf-idf": {"scikit-learn": weights_sklearn},
    "keyness": {"nltk": keywords_nltk, "pandas": keywords_pandas, "polars": keywords_polars},
    "bigrams": {"nltk": bigrams_nltk, "scikit-learn": bigrams_sklearn, "polars": bigrams_polars},
    "KWIC": {"nltk": contexts_nltk, "pandas": contexts_pandas, "polars": contexts_polars},
    "trends": {"nltk": trends_nltk, "pandas": trends_pandas, "polars": trends_polars},
    "dates": {"dateparser": dates_dateparser},
    "names": {"spaCy": names_spacy},
    "stories": {"datasketch": stories_datasketch},
    "report": {"nbconvert": report_nbconvert},
}
for peers in PEERS.values():
    peers |= {"polars, 2 threads": peers["polars"]} if "polars" in peers else {}
SHARE = {"dateparser": 10}  # of so many articles only; the rest by arithmetic
