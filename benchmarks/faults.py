"""Kill reports again and again and look at what they leave: `python benchmarks/faults.py [KILLS [SEED [STEPS]]]`.

First at random moments, in turn of a first run into an empty folder and of one that finds the pages and the store of another
and an article that has changed: what stands there must be whole, no process may stay, and the next run's pages must be those
of a run that nothing disturbed. Then at each moment that a file of the report is opened, renamed or removed, from the first to
the last. The notebooks are quickly run. Processes that outlive their parent come to this one, as they come to a desktop's
session, so that none can hide. Prints a table for each series; KILLS or STEPS of 0 leave one out. Linux only.
"""

import ctypes
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat
import pyarrow.feather
import pyarrow.parquet

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = 12
PATIENCE = 30  # seconds that a process has to end when its parent has; on a busy machine even that takes some
CODE = """from utils.articles import load_articles
from utils.show import answer, table
from utils.tokens import tokenize
articles, _ = load_articles(ARTICLES)
tokens = tokenize(articles)
answer(f'There are {len(tokens)} words.', words=len(tokens))
table(tokens['token'].value_counts().head().to_frame('n'), title='Words')
if len(tokens) % 2: table(tokens.tail(), title='Some')"""
SUBREAPER = 36  # prctl's number for: orphans come to me
# Runs the report, and kills it right before its n-th step with a file in OUT; steps that only read do not count.
KILLER = """
import os, signal, sys
out, left = sys.argv[1], int(sys.argv[2])
def watch(event, given):
    global left
    path = str(given[0]) if given else ""
    if path.startswith(out) and (event in ("os.rename", "os.remove", "os.mkdir") or event == "open" and "w" in str(given[1])):
        left -= 1
        left or os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from utils.report import main
code = main(sys.argv[3:])
print("steps left", left)
sys.exit(code)
"""


def start(work, *command, out="out"):
    """A report on its way, alone in its process group, with a folder of its own for what is temporary."""
    given = ["--articles", str(work / "articles"), "--notebooks", str(work / "notebooks"), "--out", str(work / out)]
    (work / "tmp").mkdir(exist_ok=True)
    place = os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "TMPDIR": str(work / "tmp"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *(command or ["-m", "utils.report"]), *given]
    return subprocess.Popen(command, env=place, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def orphans():
    """Processes whose parent is this one now, though it did not start them; those that have ended are taken off the list."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" ")
        except OSError:  # it ended meanwhile
            continue
        state, parent = rest.rpartition(")")[2].split()[:2]
        if int(parent) == os.getpid():
            if state == "Z":
                os.waitpid(int(pid), 0)
            else:
                found.add(int(pid))
    return found


def faults(out):
    """What is wrong with a folder of pages, a line each."""
    for page in out.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        ids = re.findall(r'<[^>]* id="([^"]*)"', text)
        if not text.rstrip().endswith("</html>") or len(ids) != len(set(ids)):
            yield f"{page.name} is not whole"
        if page.stem == "index":
            yield from (f"the front page leads to {link}, which is not there" for link in set(re.findall(r'href="([\w-]+\.html)"', text)) if not (out / link).exists())
    for table in out.glob("data/*.csv"):
        if not table.read_text(encoding="utf-8").endswith("\n"):
            yield f"{table.name} is not whole"
    for table in (file for file in out.glob(".dateline-store/*/[!.]*") if file.suffix != ".lock"):  # which is empty
        try:
            pyarrow.parquet.read_table(table) if table.suffix == ".parquet" else pyarrow.feather.read_table(table)
        except (OSError, pyarrow.ArrowInvalid):
            yield f"{table.name} of the store is not whole"
    try:
        json.loads((out / ".dateline.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except ValueError:
        yield "the manifest cannot be read"


def pages(out):
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*")) if file.suffix in (".html", ".csv")}


def finish(work, found, steps="", undisturbed=None):
    """Let a run finish, and compare it with the pages of one that nothing disturbed, which is made where they are not given."""
    for out in ("out", "undisturbed")[: 1 + (undisturbed is None)]:
        run = start(work, out=out)
        said = run.communicate()[0]
        if run.returncode:
            found[f"{steps}the next run fails: {next((line for line in said.splitlines() if 'FAILED' in line), said[-200:])}"] += 1
    if pages(work / "out") != (undisturbed or pages(work / "undisturbed")):
        found[f"{steps}the next run's pages differ"] += 1
    if drafts := [*(work / "out").rglob("*.tmp")]:
        found[f"{steps}{len(drafts)} drafts stay"] += 1
    if rest := {re.sub("[0-9a-f]{6,}", "…", file.name) for file in (work / "tmp").iterdir()}:
        found[f"{steps}in temp stays {sorted(rest)}"] += 1
    shutil.rmtree(work / "undisturbed", ignore_errors=True)


def look(work, found):
    """Look at what a killed run left, and wait for its processes to end; the seconds that took."""
    for fault in faults(work / "out"):
        found[fault] += 1
    since = time.time()
    while (rest := orphans()) and time.time() < since + PATIENCE:
        time.sleep(0.05)
    for pid in rest:
        found["a process outlives its parent"] += 1
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return time.time() - since


def kill_at_random(work, kills, chance):
    """Kill so many runs, each after a time between 0 and what a run of its kind takes."""
    found, states, whole, usual = Counter(), Counter(), {}, {}
    article = min((work / "articles").iterdir())
    texts = [f"{article.read_text(encoding='utf-8')}\nThe mission went on for {n} days.\n" for n in (2, 3)]
    for n, text in enumerate(texts):
        article.write_text(text, encoding="utf-8")
        since = time.time()
        start(work, out=f"whole-{n}").communicate()
        whole[n], usual["first"] = pages(work / f"whole-{n}"), time.time() - since
    usual["later"], n, killed, longest = usual["first"], 0, 0, 0.0
    shutil.copytree(work / "whole-1", work / "out")
    while killed < kills:
        kind, text, n = ("first", "later")[n // 2 % 2], n % 2, n + 1  # each kind meets each text
        article.write_text(texts[text], encoding="utf-8")
        if kind == "first":
            shutil.rmtree(work / "out")
        before = {file: file.stat().st_mtime_ns for file in (work / "out").glob(".dateline-store/*/*")}
        run, moment = start(work), chance.uniform(0, usual[kind])
        time.sleep(moment)
        if run.poll() is not None:
            run.communicate()
            usual[kind] = moment
            continue
        os.killpg(run.pid, signal.SIGKILL)
        said, killed = run.communicate()[0], killed + 1
        kept = {file.name for file in (work / "out").glob(".dateline-store/*/*") if before.get(file) != file.stat().st_mtime_ns}
        made = len(re.findall("done", said))
        states[f"{kind} run, " + (f"{made} pages made" if made else "articles kept" if "articles.parquet" in kept else "files looked at" if kept else "nothing done")] += 1
        longest, since = max(longest, look(work, found)), time.time()
        finish(work, found, undisturbed=whole[text])
        usual[kind] = time.time() - since
    return found, states | {"killed, and the next run compared": killed, "seconds at most until all processes had ended": round(longest, 1)}


def kill_at_every_step(work):
    """Kill a run right before its first step with a file, before its second, and so on, until one finishes; each time the next run must mend."""
    found, states, article = Counter(), Counter(), min((work / "articles").iterdir())
    for empty in (True, False):  # the first report into a folder, and a later one
        for step in range(1, 100):
            if empty:
                shutil.rmtree(work / "out", ignore_errors=True)
            article.write_text(article.read_text(encoding="utf-8") + "\nOne word.\n" * (step % 2 + 1), encoding="utf-8")
            run = start(work, "-c", KILLER, str(work / "out"), str(step))
            run.communicate()
            if run.returncode != -signal.SIGKILL:
                break
            states["killed at a step"] += 1
            look(work, found)
            article.write_text(article.read_text(encoding="utf-8") + "\nA word.\n", encoding="utf-8")
            finish(work, found, f"killed at step {step} {'of a first' if empty else 'of a later'} run: ")
    return found, states


def main(kills=200, seed=1, steps=1):
    """Both series in a temporary folder; the exit code is 1 where something was found."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as folder:
        work, bad = Path(folder).resolve(), 0
        for name in ("articles", "notebooks"):
            (work / name).mkdir()
        sample = sorted((ROOT / "data" / "articles").rglob("*.txt"))
        for file in sample[:: len(sample) // ARTICLES][:ARTICLES]:
            shutil.copy(file, work / "articles")
        cells = [nbformat.v4.new_markdown_cell("# How many words?"), nbformat.v4.new_code_cell("ARTICLES = ''", metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(CODE)]
        for name in ("01-one", "02-two"):
            nbformat.write(nbformat.v4.new_notebook(cells=cells), work / "notebooks" / f"{name}.ipynb")
        for name, n, series in (("random moments", kills, lambda: kill_at_random(work, kills, random.Random(seed))), ("every step with a file", steps, lambda: kill_at_every_step(work))):
            found, states = series() if n else (Counter(), Counter())
            print(f"\n{name}")
            for what, count in [*sorted(states.items()), *found.items()]:
                print(f"{'!! ' if what in found else '   '}{count:6}  {what}")
            print("   nothing was found" if not found else "", flush=True)
            bad += bool(found)
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
