"""How right Dateline is on texts that people have annotated: `python -m benchmarks.accuracy GOLD SCORING`.

GOLD has folders `temporal ner quotes segmentation` with files of JSON lines (`id text`, and `date` where it is known), SCORING
the scorers `score_temporal.py` and so on, each of which takes a file of GOLD and one of what was found. Neither is part of Dateline.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from utils.dates import find_dates
from utils.names import find_names
from utils.quotes import find_quotes
from utils.tokens import split_sentences, tokenize


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="Score dates, names, quotations, sentences and words against annotated texts.")
    parser.add_argument("gold", type=Path, help="the folder of annotated texts")
    parser.add_argument("scoring", type=Path, help="the folder of scorers")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where what was found is kept, to be looked at")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(options.gold.glob("*/*.jsonl")):
            find, scorer = TASKS[file.parent.name]
            found = (options.keep or Path(folder)) / f"{file.parent.name}-{file.name}"
            found.parent.mkdir(parents=True, exist_ok=True)
            write(find(read(file)), found)
            print(f"{file.parent.name}/{file.name}", flush=True)
            subprocess.run([sys.executable, options.scoring / scorer, file, found], check=True)


def read(file):
    """The annotated texts as articles."""
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    days = [pd.to_datetime(record.get("date")) for record in records]
    return pd.DataFrame({"article_id": [record["id"] for record in records], "date": pd.Series(days, dtype="datetime64[s]"), "text": [record["text"] for record in records]})


def write(found, file):
    """`found` is what stands in each article, by name: {"spans": {id: [...]}}."""
    ids = list(next(iter(found.values())))
    file.write_text("".join(json.dumps({"id": i} | {name: rows[i] for name, rows in found.items()}) + "\n" for i in ids), encoding="utf-8")


def by_article(articles, table, columns, row=dict):
    """The rows of a table as lists by article, an empty one where there are none."""
    rows = {i: [] for i in articles["article_id"]}
    plain = table[[*columns]].astype(object).where(table[[*columns]].notna(), None)
    for i, *values in zip(table["article_id"], *(plain[name] for name in columns)):
        rows[i].append(row(zip(columns.values(), values)))
    return rows


def spans(articles, table):
    return by_article(articles, table, {"start": "start", "end": "end"}, lambda pairs: [int(value) for _, value in pairs])


def temporal(articles):
    return {"spans": by_article(articles, find_dates(articles), {name: name for name in ("start", "end", "value", "type")})}


def ner(articles):
    return {"entities": by_article(articles, find_names(articles), {"start": "start", "end": "end", "kind": "type"})}


def quotes(articles):
    found = find_quotes(articles, names=find_names(articles))
    return {"quotes": by_article(articles, found, {name: name for name in ("start", "end", "speaker", "speaker_start", "speaker_end")})}


def segmentation(articles):
    return {"sentences": spans(articles, split_sentences(articles)), "tokens": spans(articles, tokenize(articles, offsets=True))}


TASKS = {"temporal": (temporal, "score_temporal.py"), "ner": (ner, "score_ner.py"), "quotes": (quotes, "score_quotes.py"), "segmentation": (segmentation, "score_seg.py")}


if __name__ == "__main__":
    main()
