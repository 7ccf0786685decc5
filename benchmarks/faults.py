"""Kill reports again and again and look at what they leave: `python benchmarks/faults.py [KILLS [SEED [STEPS]]]`.

First at random moments: an article changes, so that all pages must be made anew, a run starts and is killed; after every tenth
kill a run may finish, and its pages must be those of a run that nothing disturbed. Then at each moment that a file of the report
is opened, renamed or removed, from the first to the last, with a notebook that is quickly run. Processes that outlive their
parent come to this one, as they come to a desktop's session, so that none can hide. Prints a table for each series; KILLS or
STEPS of 0 leave one out. Linux only.
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

ROOT = Path(__file__).resolve().parent.parent
ARTICLES, NOTEBOOKS = 12, ("02-terms", "07-stories")
PATIENCE = 3  # seconds that a kernel has to notice the death of its parent
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
    try:
        json.loads((out / ".dateline.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except ValueError:
        yield "the manifest cannot be read"


def pages(out):
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in sorted(out.rglob("*")) if file.suffix in (".html", ".csv")}


def finish(work, found, steps=""):
    """Let a run finish, and compare it with one into an empty folder."""
    for out in ("out", "undisturbed"):
        run = start(work, out=out)
        said = run.communicate()[0]
        if run.returncode:
            found[f"{steps}the next run fails: {said.splitlines()[-1] if said else run.returncode}"] += 1
    if pages(work / "out") != pages(work / "undisturbed"):
        found[f"{steps}the next run's pages differ"] += 1
    if drafts := [*(work / "out").rglob("*.tmp")]:
        found[f"{steps}{len(drafts)} drafts stay"] += 1
    shutil.rmtree(work / "undisturbed")


def look(work, found):
    """Look at what a killed run left, and wait for its kernel to end."""
    for fault in faults(work / "out"):
        found[fault] += 1
    deadline = time.time() + PATIENCE
    while (rest := orphans()) and time.time() < deadline:
        time.sleep(0.05)
    for pid in rest:
        found["a kernel outlives its parent"] += 1
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def kill_at_random(work, kills, chance):
    """Kill a run so many times, each after a time between 0 and what a run takes."""
    since, found, states = time.time(), Counter(), Counter()
    start(work).communicate()
    usual = time.time() - since
    article = min((work / "articles").iterdir())
    text = article.read_text(encoding="utf-8")
    for n in range(1, kills + 1):
        article.write_text(f"{text}\nThe mission went on for {n} days.\n", encoding="utf-8")
        run = start(work)
        time.sleep(chance.uniform(0, usual))
        states["had finished" if run.poll() is not None else "killed"] += 1
        if run.returncode is None:
            os.killpg(run.pid, signal.SIGKILL)
        said = run.communicate()[0]
        states[f"{len(re.findall('done', said))} pages made by then"] += 1
        look(work, found)
        if n % 10 == 0:
            finish(work, found)
            states["next runs compared"] += 1
    return found, states | {"seconds of an undisturbed run": round(usual, 1), "temporary files left in the end": len([*(work / "tmp").iterdir()])}


def kill_at_every_step(work):
    """Kill a run right before its first step with a file, before its second, and so on, until one finishes; each time the next run must mend."""
    shutil.rmtree(work / "notebooks")
    (work / "notebooks").mkdir()
    code = "from utils.articles import load_articles\nfrom utils.show import answer, table\narticles, _ = load_articles(ARTICLES)\nwords = articles['text'].str.split().str.len()"
    code += "\nanswer(f'There are {words.sum()} words.', words=int(words.sum()))\ntable(words.to_frame('n').head(), title='Words')\nif words.sum() % 2: table(words.to_frame('n'), title='All')"
    cells = [nbformat.v4.new_markdown_cell("# How many words?"), nbformat.v4.new_code_cell("ARTICLES = ''", metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(code)]
    for name in ("01-one", "02-two"):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), work / "notebooks" / f"{name}.ipynb")
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
        sample = sorted((ROOT / "data" / "articles").rglob("*.txt"))
        for name, files in {"articles": sample[:: len(sample) // ARTICLES][:ARTICLES], "notebooks": [ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]}.items():
            (work / name).mkdir()
            for file in files:
                shutil.copy(file, work / name)
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
