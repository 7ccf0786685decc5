"""Many articles out of few: `python benchmarks/vary.py 10000 FOLDER` varies the sample's sentences.

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
from pathlib import Path

from utils.articles import load_articles
from utils.tokens import split_sentences

SYLLABLES = [a + b for a in "b c d f g h k l m n p r s t v w z sh ch st".split() for b in "a e i o u an en or ai el".split()]
TAIL = 0.4  # of the power law: ten thousand articles then hold some 90,000 different words
KEPT = {name.lower() for name in (*month_name, *day_name) if name}
SELDOM = 6  # a word that stands so often or less is one that may be changed


def made_up(n):
    """The n-th word of a language that nobody speaks."""
    chance = random.Random(n)
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4))))


def sample_sentences():
    """All sentences of the sample, each a list of words, and how often each word stands there."""
    articles = load_articles("data/articles")[0].query("language == 'en'")
    text = articles.set_index("article_id")["text"]
    sentences = [" ".join(text[row.article_id][row.start : row.end].split()).split() for row in split_sentences(articles).itertuples()]
    return sentences, Counter(word for words in sentences for word in words)


def vary(word, often, chance):
    """A word, or another in its place with the same capital and the same marks around it."""
    parts = re.fullmatch(r"(\W*)([^\W\d_]+)(\W.*|)", word)
    if not parts or often[word] > SELDOM or parts[2].lower() in KEPT or chance.random() > 0.8:
        return word
    other = made_up(min(int(20 * chance.paretovariate(TAIL)), 2_000_000))
    return parts[1] + (other.capitalize() if parts[2][0].isupper() else other) + parts[3]


def write(number, folder):
    """Write so many articles of some 3,400 characters, in seven sources, dated over ten years."""
    chance, (sentences, often) = random.Random(7), sample_sentences()
    for n in range(number):
        size, paragraphs = max(400, chance.gauss(3400, 1200)), []
        while sum(map(len, paragraphs)) < size:
            picked = chance.choices(sentences, k=chance.randint(1, 4))
            paragraphs.append(" ".join(vary(word, often, chance) for words in picked for word in words))
        date = datetime.date(2016, 1, 1) + datetime.timedelta(int(chance.random() ** 0.7 * 3600))
        file = Path(folder, f"paper-{n % 7}", f"{n:07}.txt")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f" date {date} " + "\n\n".join(paragraphs) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
