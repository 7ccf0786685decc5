"""A folder too large for memory, in parts: `python benchmarks/million.py FOLDER WORKERS` tells what it takes, and what of it.

Counts the folder as notebook 08 does, with so many processes (`requirements-scale.txt` must be installed), and prints wall time, CPU
of all processes, their peak memory together (PSS, each second: what they share counts once), where the time goes, and a fingerprint
of the counts, which must be the same for any number of workers. A folder is made by `python benchmarks/vary.py 1000000 FOLDER 10000`.
"""

import hashlib
import itertools
import os
import sys
import threading
import time
from contextlib import contextmanager

import pandas as pd
import psutil
from distributed import wait

from utils import articles as loading
from utils.articles import load_articles
from utils.compare import keyness_of_counts
from utils.parts import count_parts, find_parts, open_client, sizes_of, summarize, terms_of, trend_of
from utils.terms import characteristic_terms
from utils.tokens import tokenize


class Watch(threading.Thread):
    """The memory (bytes) and CPU (seconds) of this process and all that it started, looked at each second."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.cpu, self.alone, self.since = 0, {}, 0, time.perf_counter()

    def run(self):
        for second in itertools.count(1):
            time.sleep(1)
            me, sizes = psutil.Process(), []
            for process in [me, *me.children(recursive=True)]:
                try:
                    sizes.append(process.memory_full_info().pss)
                    self.cpu[process.pid, process.create_time()] = sum(process.cpu_times()[:2])
                except psutil.NoSuchProcess:  # it ended while it was looked at
                    continue
            self.peak, self.alone = max(self.peak, sum(sizes)), max(self.alone, *sizes)
            if second % 60 == 0:
                told = f"CPU {sum(self.cpu.values()):.0f} s, now {sum(sizes) / 1e9:.2f} GB"
                print(f"  after {time.perf_counter() - self.since:.0f} s: {told}", file=sys.stderr, flush=True)


@contextmanager
def step(name, watch):
    """Tell how long a step takes, by the clock."""
    since = time.perf_counter()
    yield
    print(f"{name:<34}{time.perf_counter() - since:>9.1f} s   peak so far {watch.peak / 1e9:.2f} GB", flush=True)


def one_part(folder, files):
    """Where the time of a part goes: CPU seconds of reading, cleaning, cutting into words and counting, in this process."""
    clean, spent = loading.clean, []

    def timed(frame):
        since = time.process_time()
        frame = clean(frame)
        spent.append(time.process_time() - since)
        return frame

    os.environ["LOKY_MAX_CPU_COUNT"] = "1"  # what other processes do is not seen here
    loading.clean, marks = timed, [time.process_time()]
    articles, _ = load_articles(folder, files=files)
    loading.clean = clean
    for work in (tokenize, summarize):  # which cuts into words once more
        marks.append(time.process_time())
        work(articles)
    reading, words, both = (after - before for before, after in zip(marks, [*marks[1:], time.process_time()]))
    return len(articles), {"read": reading - spent[0], "clean": spent[0], "words": words, "count": both - words}


def durations(dask_scheduler):
    """Seconds of the workers for each kind of task."""
    return {name: dict(prefix.all_durations) for name, prefix in dask_scheduler.task_prefixes.items()}


def main(folder, workers):
    """Count a folder and print what it took."""
    watch, since = Watch(), time.perf_counter()
    watch.start()
    with step("names and sizes of the files", watch):
        parts = find_parts(folder)
    with step(f"{workers} processes of Dask", watch):
        client = open_client(parts, workers)
    with step(f"{len(parts)} parts counted, added up", watch):
        counts = count_parts(folder, parts, client=client)
        wait(counts)
    with step("terms", watch):
        whole = terms_of(counts)
    with step("terms by group", watch):
        by_group = terms_of(counts, by="group")
    with step("sizes, characteristic terms, trend", watch):
        sizes = sizes_of(counts, "group")
        top = characteristic_terms(None, limit=4, counted=(whole, sizes["with_words"].sum()))
        trend = trend_of(counts, top["token"], freq="quarter")
    with step("keyness", watch):
        first = by_group["group"].eq(by_group["group"].iloc[0])
        key = keyness_of_counts(by_group[first], by_group[~first].groupby("token", as_index=False)[["n", "articles"]].sum())
    rows, spent = counts.map_partitions(len).compute().sum(), client.run_on_scheduler(durations)
    time.sleep(1.5)  # for the last look
    n, words = sizes["articles"].sum(), sizes["words"].sum()
    print(f"{n:,} articles, {words:,} words, {len(whole):,} terms, {rows:,} rows of counts, {len(key):,} of keyness, {len(trend):,} of trend")
    wall, cpu = time.perf_counter() - since, sum(watch.cpu.values())
    print(f"wall {wall:.0f} s, CPU of all {cpu:.0f} s, peak of all {watch.peak / 1e9:.2f} GB, of one process {watch.alone / 1e9:.2f} GB")
    for name, kinds in sorted(spent.items(), key=lambda item: -sum(item[1].values()))[:8]:
        print(f"  {name[:44]:<46}" + ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in kinds.items()))
    client.close()
    articles, shares = one_part(folder, parts[0])
    print(f"one part, {articles:,} articles, CPU: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in shares.items()))
    print("counts " + hashlib.sha256(pd.util.hash_pandas_object(by_group, index=False).to_numpy().tobytes()).hexdigest()[:16])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
