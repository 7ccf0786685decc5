"""What `make bench` measures of Dateline: each step takes a folder of `run.py` and gives a call without arguments, all else made ready."""

import shutil
import subprocess
import sys

import pandas as pd

WORD, WORDS = "mission", ["mission", "launch", "moon"]
KEPT = {"load": "articles", "tokens": "tokens", "names": "names"}  # what these steps give is what later ones take


def table(folder, name):
    """What an earlier step gave."""
    return pd.read_pickle(folder / f"{name}.pkl")


def load(folder):
    from utils.articles import load_articles

    return lambda: load_articles(folder / "articles")[0]


def tokens(folder):
    from utils.tokens import tokenize

    articles = table(folder, "articles")
    return lambda: tokenize(articles)


def counts(folder):
    from utils.terms import count_terms

    tokens = table(folder, "tokens")
    return lambda: count_terms(tokens)


def matrix(folder):
    from utils.terms import term_matrix

    tokens = table(folder, "tokens")
    return lambda: term_matrix(tokens)


def weights(folder):
    from utils.terms import tf_idf

    tokens = table(folder, "tokens")
    return lambda: tf_idf(tokens)


def keywords(folder):
    from utils.compare import keyness

    tokens = table(folder, "tokens")
    articles = tokens["article_id"].cat
    first = articles.codes < len(articles.categories) // 2
    target, reference = tokens[first], tokens[~first]
    return lambda: keyness(target, reference)


def bigrams(folder):
    from utils.terms import phrases

    tokens = table(folder, "tokens")
    return lambda: phrases(tokens)


def contexts(folder):
    from utils.context import find_in_context

    articles, tokens = table(folder, "articles"), table(folder, "tokens")
    return lambda: find_in_context(articles, WORD, tokens=tokens)


def trends(folder):
    from utils.timeline import term_trend

    articles, tokens = table(folder, "articles"), table(folder, "tokens")
    return lambda: term_trend(tokens, articles, WORDS, freq="month")


def dates(folder):
    from utils.dates import find_dates

    articles = table(folder, "articles")
    return lambda: find_dates(articles)


def names(folder):
    from utils.names import find_names

    articles = table(folder, "articles")
    return lambda: find_names(articles)


def quotes(folder):
    from utils.quotes import find_quotes

    articles, names = table(folder, "articles"), table(folder, "names")
    return lambda: find_quotes(articles, names=names)


def stories(folder):
    from utils.stories import find_stories

    articles, tokens = table(folder, "articles"), table(folder, "tokens")
    return lambda: find_stories(articles, tokens=tokens)


def report(folder):
    command = [sys.executable, "-m", "utils.report", "--articles", folder / "articles", "--out", folder / "report"]
    shutil.rmtree(folder / "report", ignore_errors=True)  # pages that did not change would be left as they are
    return lambda: subprocess.run(command, check=True, stdout=sys.stderr)  # so that a page that fails is told


STEPS = {
    "load": load, "tokens": tokens, "counts": counts, "document-term matrix": matrix, "tf-idf": weights, "keyness": keywords,
    "bigrams": bigrams, "KWIC": contexts, "trends": trends, "dates": dates, "names": names, "quotes": quotes, "stories": stories, "report": report,
}  # fmt: skip
FROM = {"load": "files", "report": "files"} | dict.fromkeys(("tokens", "dates", "names", "quotes"), "text")  # the others: tokens
