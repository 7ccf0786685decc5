"""Many articles out of few: `python benchmarks/vary.py 10000 FOLDER` varies the sample's sentences.

With a third number they are written as Parquet, so many to a file: `python benchmarks/vary.py 1000000 FOLDER 10000`.

The words that the sample uses seldom become made-up ones, drawn by a power law, so that the vocabulary keeps growing as it
does in real news; numbers, dates, names of months and quotation marks stay, and so does what stands around them. The same
number gives the same articles.
"""

import datetime
import random
import re
import sys
from calendar import day_name, month_name
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from utils.articles import load_articles
from utils.tokens import split_sentences

SYLLABLES = [a + b for a in "b c d f g h k l m n p r s t v w z sh ch st".split() for b in "a e i o u an en or ai el".split()]
TAIL = 0.4  # of the power law: ten thousand articles then hold some 90,000 different words
KEPT = {name.lower() for name in (*month_name, *day_name) if name}
SELDOM = 6  # a word that stands so often or less is one that may be changed


@lru_cache(maxsize=2_000_000)
def made_up(n):
    """The n-th word of a language that nobody speaks."""
    chance = random.Random(n)
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4))))


@cache
def sample_sentences():
    """All sentences of the sample: each a text with a `%s` for every word that may be changed, and these words, taken apart."""
    articles = load_articles("data/articles")[0].query("language == 'en'")
    text = articles.set_index("article_id")["text"]
    sentences = [text[row.article_id][row.start : row.end].split() for row in split_sentences(articles).itertuples()]
    often = Counter(word for words in sentences for word in words)
    parts = {word: take_apart(word) if often[word] <= SELDOM else None for word in often}
    texts = (" ".join("%s" if parts[word] else word.replace("%", "%%") for word in words) for words in sentences)
    return [(text, [parts[word] for word in words if parts[word]]) for text, words in zip(texts, sentences)]


def take_apart(word):
    """The marks before a word, the word, and what is behind it; None where it is none that may be changed."""
    parts = re.fullmatch(r"(\W*)([^\W\d_]+)(\W.*|)", word)
    return parts.groups() if parts and parts[2].lower() not in KEPT else None


def vary(before, word, after, chance, most):
    """A word, or another in its place with the same capital and the same marks around it; `most` is how many others there are."""
    if chance.random() > 0.8:
        return before + word + after
    other = made_up(min(int(20 * chance.paretovariate(TAIL)), most))
    return before + (other.capitalize() if word[0].isupper() else other) + after


def articles(numbers, *, seed=7, most=2_000_000):
    """One for each of the numbers, of some 3,400 characters, in seven sources, dated over ten years: dicts with `id source date text`."""
    chance, sentences = random.Random(seed), sample_sentences()
    for n in numbers:
        size, paragraphs = max(400, chance.gauss(3400, 1200)), []
        while sum(map(len, paragraphs)) < size:
            picked = chance.choices(sentences, k=chance.randint(1, 4))
            paragraphs.append(" ".join(text % tuple(vary(*word, chance, most) for word in words) for text, words in picked))
        date = datetime.date(2016, 1, 1) + datetime.timedelta(int(chance.random() ** 0.7 * 3600))
        yield {"id": f"{n:07}", "source": f"paper-{n % 7}", "date": str(date), "text": "\n\n".join(paragraphs)}


def write(number, folder):
    """Each article as a text file."""
    for made in articles(range(number)):
        file = Path(folder, made["source"], f"{made['id']}.txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f" date {made['date']} {made['text']}\n", encoding="utf-8")


def write_parts(number, folder, size):
    """Many more of them as Parquet, `size` to a file; files that are there already stay, so that a run can be taken up again."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for first in range(0, number, size):
        file = Path(folder, f"part-{first // size:05}.parquet")
        if not file.exists():
            made = articles(range(first, min(first + size, number)), seed=first, most=max(2_000_000, 20 * number))
            pd.DataFrame(made).to_parquet(file.with_suffix(".tmp"), compression="zstd", index=False)
            file.with_suffix(".tmp").rename(file)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        write_parts(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    else:
        write(int(sys.argv[1]), sys.argv[2])
