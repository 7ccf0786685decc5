"""Results -> `results.csv`, the chart and `README.md`, which holds nothing but what stands in results.csv and here."""

import pandas as pd

from benchmarks.measure import US
from benchmarks.ours import FROM, STEPS
from benchmarks.peers import PEERS, SHARE
from utils.style import COLORS, INK, PAPER, WIDTH, styled

COLUMNS = ["articles", "step", "who", "of", "runs", "cpu", "wall", "mb", "ratio", "low", "high", "wall_ratio", "growth", "date"]
ALL = list(dict.fromkeys([US, *(who for peers in PEERS.values() for who in peers)]))
ORDER = {name: n for n, name in enumerate([*STEPS, *ALL])}
HEADS = ["step", "from", "with", "CPU s", "wall s", "peak MB", "× our CPU", "× our wall", "growth", "runs"]
TEXT = """# How fast
Dateline beside what a user would pick instead, step by step, measured on {days}. This page is written by `make bench` from [results.csv](results.csv).

```
make bench                                   # 1,000 and 10,000 articles
make bench SIZES="1000 10000 100000"
.venv/bin/python -m benchmarks.run 10000 --steps tokens counts --folder my-folder   # some steps; the folder keeps the articles for another time
```

Linux, {python}; a virtual machine with 2 cores and 24 GB that others used at the same time: wall times, and single figures, may be off by some; the ratios are of runs that took turns.

![How many times the CPU of Dateline others take, by step, on {largest} articles](chart.svg)

{quicker}

"""
NOTES = """## What is measured
The articles are the sample's sentences, mixed and varied by `benchmarks/vary.py` so that the vocabulary keeps growing: some 3,400 characters each, in seven folders, dated over ten years.

- Each run is a process of its own, and all who do a step take turns: ours, the next, the next, and again. What stands here is the median of the runs: five, or as many as fit into {patience} seconds of CPU, start and input included.
- Left out of the clock: imports and word lists (the step is done on ten articles first), reading the input, and bringing it into the type that a library likes best. `from` says what it starts from: files; text, as strings in memory; or tokens, which are ours in our table, lists of strings for nltk, scikit-learn and datasketch, a column of strings for pandas and polars: the same words for all.
- CPU is user and system time of the process and of those that it starts. Peak is the largest process, with Python, libraries and input.
- `× our CPU` is the median of the ratios of the runs of one turn, with the least and the most in brackets: above 1 we are quicker.
- `growth` is the exponent of CPU between the next smaller size and this one: 1 is in proportion, 2 is four times the work for twice the articles.
- One thread each; polars has a second row with two, where the wall time counts. Dateline's load, dates, names and quotes use all cores above 1,000 articles: there, too, compare the wall time, and the CPU of all processes is summed.
- ≈ is worked out and not measured: where a library would take over {too_long} seconds (from its smaller sizes, at least in proportion), and of dateparser, which reads {share} articles only.

## Who does what, and what is unfair
| step | ours | others | unfair to |
|---|---|---|---|
| load | `load_articles`: encodings, dates, titles, sources, languages, what belongs to the page left out | pandas: files read in a loop, nothing else | us |
| tokens | `tokenize`: words, sentences, positions | nltk `regexp_tokenize`, pandas `str.findall` + `explode`, polars `extract_all` + `explode`, spaCy's blank tokenizer: words only; scikit-learn `CountVectorizer`: words and their counts in each article, the matrix included | us, but for spaCy, whose tokens are rich, and scikit-learn, which counts as well |
| counts | `count_terms`: how often, and in how many articles | nltk `FreqDist`, pandas and polars `value_counts`: how often | us; they count strings where we count numbers, which is what our tokens step has paid for |
| document-term matrix, tf-idf | `term_matrix`, `tf_idf` (a sorted table of words) | scikit-learn `CountVectorizer`, `TfidfVectorizer` (a matrix) on lists of words; from text it does as under tokens | tf-idf: us |
| keyness | `keyness` of the first half of the articles and the second: six measures, and in how many articles | counts by each library, then G2 with scipy | us |
| bigrams | `phrases`: within sentences, four measures, in how many articles | nltk's `BigramCollocationFinder`: one measure; scikit-learn and polars: counts | us, against the last two |
| KWIC | `find_in_context` of `mission`: with its sentence and where it stands | nltk `Text.concordance_list` (its index is made within the clock, as by the first question); pandas and polars: a pattern with 40 characters around, from text | pandas and polars, which have no index of words; nltk's lines are of words with spaces between, not of text |
| trends | `term_trend` of three words by month: rates, intervals, articles | counts a word and month, words a month | us |
| dates | `find_dates`: expressions, values, tense | `dateparser.search` | us: it does less, and less well |
| names | `find_names` | spaCy's blank tokenizer and a `PhraseMatcher` given the names that we found: it looks up and finds none itself; spaCy's models are not on the package index | us |
| quotes | `find_quotes`, names given | nobody: textacy's `direct_quotations` needs a model | – |
| stories | `find_stories`, tokens given | datasketch: MinHash (128) of five-word runs and LSH, candidates only | us; but hardly an article here is a copy of another, which is the easy case for all |
| report | all pages, `python -m utils.report` | one `jupyter nbconvert --execute` a notebook | nbconvert, whose every notebook starts Python anew; that is what a user would do |

The lists of words that nltk and scikit-learn are given share their strings (each distinct word is one object), which helps them a little. quanteda (R) is not measured: Debian has no package of it.
"""


def read(folder):
    """The results of a folder; one row is a step done with a library on so many articles."""
    file = folder / "results.csv"
    return pd.read_csv(file) if file.exists() else pd.DataFrame({name: pd.Series(dtype=float if name not in ("step", "who", "date") else str) for name in COLUMNS})


def keep(found, folder):
    """Put results in the place of older ones of the same step and number of articles."""
    old = read(folder)
    fresh = set(zip(found["articles"], found["step"]))
    old = old[[key not in fresh for key in zip(old["articles"], old["step"])]]
    results = pd.concat([part for part in (old, found) if len(part)])[COLUMNS]
    results = results.sort_values(["articles", "step", "who"], key=lambda c: c if c.name == "articles" else c.map(ORDER))
    folder.mkdir(parents=True, exist_ok=True)
    results.to_csv(folder / "results.csv", index=False, float_format="%.4g")


def write(folder):
    """The chart and the README of a folder's results."""
    import matplotlib

    results = read(folder)
    with matplotlib.rc_context({"svg.hashsalt": "dateline"}):  # the same results, the same file
        draw(results).savefig(folder / "chart.svg", metadata={"Date": None}, facecolor=PAPER)
    (folder / "README.md").write_text(readme(results), encoding="utf-8")


def figure(x):
    """A number with three digits or so.

    >>> [figure(x) for x in (1234.5, 56.78, 4.321, 0.0567, float("nan"))]
    ['1,234', '56.8', '4.32', '0.057', '–']
    """
    return "–" if pd.isna(x) else f"{x:,.{0 if x >= 100 else 1 if x >= 10 else 2 if x >= 1 else 3}f}"


def times(x):
    """A ratio, as short as it can be told."""
    return "–" if pd.isna(x) else f"{x:,.0f}" if x >= 9.95 else f"{x:.1f}" if x >= 0.95 else f"{x:.2f}"


def table(results, articles):
    """The table of one size: a row a step and library; where another is quicker, in bold."""
    rows = []
    for row in results[results["articles"] == articles].itertuples():
        about = "" if measured(row) else "≈ "
        wide = f" ({times(row.low)}–{times(row.high)})" if row.runs > 1 else ""
        ratios = ["1", "1"] if row.who == US else [f"{about}{times(row.ratio)}{wide}", f"{about}{times(row.wall_ratio)}"]
        if row.who != US:
            ratios = [f"**{told}: quicker**" if ratio < 1 else told for told, ratio in zip(ratios, (row.ratio, row.wall_ratio))]
        started = "text" if row.step == "KWIC" and row.who.startswith(("pandas", "polars")) else FROM.get(row.step, "tokens")
        rows.append([row.step, started, row.who, about + figure(row.cpu), about + figure(row.wall), figure(row.mb), *ratios, f"{row.growth:.2f}" if pd.notna(row.growth) else "–", str(row.runs)])
    return pd.DataFrame(rows, columns=HEADS)


def measured(row):
    """Was all of it measured, or some of it worked out?"""
    return row.runs > 0 and row.of == row.articles


def quicker(results):
    """Who is quicker than we are, size by size, in words."""
    told = []
    for articles, rows in results[results["who"] != US].groupby("articles"):
        found = [f"{row.step} with {row.who} ({times(row.ratio)} of our CPU, {times(row.wall_ratio)} of our wall time)" for row in rows.itertuples() if min(row.ratio, row.wall_ratio) < 1]
        told.append(f"**Quicker than Dateline on {articles:,} articles:** {'; '.join(found) or 'nobody'}.")
    return "\n\n".join(told)


def readme(results):
    """The page as a whole."""
    from benchmarks.run import PATIENCE, TOO_LONG

    sizes = sorted(results["articles"].unique())
    days = " and ".join(sorted(results["date"].unique()))
    text = TEXT.format(days=days, python="Python 3.11", largest=f"{drawn(results):,}", quicker=quicker(results))
    for articles in sizes:
        rows = table(results, articles)
        lines = ["| " + " | ".join(line) + " |" for line in [rows.columns, ["---"] * len(rows.columns), *rows.to_numpy()]]
        text += f"## {articles:,} articles\n" + "\n".join(lines) + "\n\n"
    return text + NOTES.format(patience=PATIENCE, too_long=TOO_LONG, share=SHARE["dateparser"])


def drawn(results):
    """The most articles on which half of the steps or more were done."""
    steps = results.groupby("articles")["step"].nunique()
    return steps[2 * steps >= steps.max()].index.max()


@styled
def draw(results):
    """A row a step, a dot a library: how many times our CPU it takes, on as many articles as `drawn` says; hollow where worked out."""
    import matplotlib.pyplot as plt

    most = drawn(results)
    others = results[(results["articles"] == most) & (results["who"] != US) & ~results["who"].str.endswith("threads")]
    steps = [step for step in STEPS if step in set(others["step"])]
    fig, ax = plt.subplots(figsize=(WIDTH, 0.3 * len(steps) + 1.4))
    for n, (_, rows) in enumerate(others.groupby(others["who"].map(ORDER))):
        color, marker = COLORS[n % len(COLORS)], "os^"[n // len(COLORS)]
        faces = [color if measured(row) else PAPER for row in rows.itertuples()]
        ax.scatter(rows["ratio"], [steps.index(step) for step in rows["step"]], c=faces, edgecolors=color, marker=marker, zorder=3)
        ax.scatter([], [], c=color, marker=marker, label=rows["who"].iloc[0])
    ax.axvline(1, color=INK, linewidth=1.2)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    ax.set(yticks=range(len(steps)), yticklabels=steps, title=f"CPU, as a multiple of Dateline's, on {most:,} articles", xlabel="← quicker than Dateline · slower →")
    ax.invert_yaxis()
    if len(others):
        fig.legend(loc="outside lower center", ncols=4, frameon=False)
    return fig
