"""Dateline beside what a user would pick instead: `python -m benchmarks.run 1000 10000` measures and writes `benchmarks/README.md`.

Every measure is a process of its own; ours and the others take turns, so that a machine that grows slow is slow for all. A library that
would take minutes, by what it took on fewer articles, is left out, and its figure worked out.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from math import log
from pathlib import Path
from statistics import mean

import pandas as pd

from benchmarks import tell, vary
from benchmarks.measure import US
from benchmarks.ours import KEPT, STEPS
from benchmarks.peers import PEERS, SHARE

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
PATIENCE = 15  # CPU seconds that the runs of one library at one step may take, start and input included, before there are fewer than five
TOO_LONG = 120  # seconds of wall time that a library may take for a step
THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure Dateline and others, and write benchmarks/README.md.")
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000], metavar="ARTICLES", help="how many articles (default: 1000 10000)")
    parser.add_argument("--folder", type=Path, help="where the articles are written, or stand from another time (default: a temporary one)")
    parser.add_argument("--peers", default=str(ROOT / ".venv-bench/bin/python"), metavar="PYTHON", help="the Python that has the other libraries")
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=STEPS, metavar="STEP", help=f"some steps only, of: {', '.join(STEPS)}")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks", metavar="FOLDER", help="where the results go (default: benchmarks)")
    options = parser.parse_args(arguments)
    if not Path(options.peers).exists():
        print(f"there is no {options.peers}: Dateline alone is measured; `make bench` sets the others up")
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(options.sizes):
            place = corpus((options.folder or Path(folder)).resolve(), size, options.steps)
            for step in options.steps:
                known = tell.read(options.out)
                runs = turns(step, size, place, options.peers, known)
                print(f"{size:,} {step}: " + ", ".join(f"{who} {cpu:.3g}" for who, cpu in runs.groupby("who", sort=False)["cpu"].median().items()), flush=True)
                tell.keep(summarize(runs, known), options.out)
    tell.write(options.out)


def corpus(folder, size, steps=STEPS):
    """A folder with so many articles, made if they are not there yet, and with the tables that steps take; and one of ten to warm up with."""
    needed = [(step, name) for step, name in KEPT.items() if step != "names" or "quotes" in steps]  # these take long
    for n in (10, size):
        place = folder / str(n)
        if not (place / "articles").exists():
            vary.write(n, place / "articles")
        for step, name in needed:
            if not (place / f"{name}.pkl").exists():
                measure(US, step, place, sys.executable)
    return place


def measure(who, step, place, python):
    """What one run took: `cpu wall mb`, and `whole`, its CPU from start to end; with one thread if not told otherwise."""
    python = sys.executable if who in (US, "nbconvert") else python
    alone = os.environ | dict.fromkeys(THREADS, "2" if who.endswith("2 threads") else "1") | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([python, "-m", "benchmarks.measure", who, step, str(place)], cwd=ROOT, env=alone, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def turns(step, size, place, python, known):
    """One row a run: `step articles who of cpu wall mb`, of all who do this step, in turn; what is not run but worked out has no `mb`."""
    rows, spent = [], {who: [] for who in (US, *(PEERS.get(step, ()) if Path(python).exists() else ()))}
    for n in range(RUNS):
        for who, wholes in spent.items():
            of, foreseen = min(SHARE.get(who, size), size), foresee(known, step, who, size)
            skip = who != US and of == size and foreseen["wall"] > TOO_LONG
            if n and (skip or sum(wholes) + mean(wholes) > PATIENCE):
                continue
            took = foreseen if skip else measure(who, step, place, python)
            wholes.append(took["whole"])
            rows.append({"step": step, "articles": size, "who": who, "of": of, **took, "cpu": took["cpu"] * size / of, "wall": took["wall"] * size / of})
    return pd.DataFrame(rows)


def foresee(known, step, who, size):
    """What a step will take by what it took on fewer articles: along the line through the two largest sizes, but never less than in proportion."""
    fewer = known[(known["step"] == step) & (known["who"] == who) & (known["articles"] < size) & (known["runs"] > 0)].sort_values("articles").tail(2)
    if fewer.empty:
        return {"wall": 0}
    last = fewer.iloc[-1]
    return {what: last[what] * (size / last["articles"]) ** max(1, slope(fewer, what)) for what in ("cpu", "wall")} | {"mb": float("nan"), "whole": 0}


def slope(sizes, what):
    """The exponent of growth between the first and the last of some sizes; 1 is in proportion."""
    first, last = sizes.iloc[0], sizes.iloc[-1]
    return log(last[what] / first[what]) / log(last["articles"] / first["articles"]) if len(sizes) > 1 else 1


def summarize(runs, known):
    """One row a library: the medians of its runs, and how many times ours it took, run by run: the median of these, the least, the most.

    `growth` is the exponent since the next smaller size; `known` has the results of other sizes.
    """
    turn = runs.assign(turn=runs.groupby("who").cumcount())
    ours = turn[turn["who"] == US].set_index("turn")
    times = turn.assign(ratio=turn["cpu"] / turn["turn"].map(ours["cpu"]), wall_ratio=turn["wall"] / turn["turn"].map(ours["wall"]))
    groups = times.groupby(["step", "articles", "who", "of"], sort=False)
    named = {what: (what, "median") for what in ("cpu", "wall", "mb", "ratio")} | {"low": ("ratio", "min"), "high": ("ratio", "max"), "wall_ratio": ("wall_ratio", "median")}
    table = groups.agg(runs=("mb", "count"), **named).reset_index()
    return table.assign(growth=[growth(row, known) for _, row in table.iterrows()], date=f"{datetime.date.today()}")


def growth(row, known):
    """The exponent of a row's cost since the next smaller size that was measured; missing where none was."""
    fewer = known[(known["step"] == row["step"]) & (known["who"] == row["who"]) & (known["articles"] < row["articles"]) & (known["runs"] > 0)]
    if fewer.empty or not row["runs"]:
        return float("nan")
    return slope(pd.concat([fewer.sort_values("articles").tail(1), row.to_frame().T]), "cpu")


if __name__ == "__main__":
    main()
