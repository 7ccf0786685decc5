"""The report as a user gets it: every notebook run on the sample, on one article, on none, and on hostile ones."""

import errno
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser

import nbformat
import pandas as pd
import psutil
import pytest

from utils.articles import load_articles
from utils.folders import ROOT, alone
from utils.pages import hide_paths
from utils.report import STORE, main

PAGES = ["01-articles", "02-terms", "03-timeline", "04-dates", "05-voices", "06-compare", "07-stories", "08-million"]
ONE = """ date 2017-11-18 Two agencies spoke of the Moon. Two agencies spoke of the Moon.

Talks began in Bengaluru on Friday. “It is early,” the chairman said of the joint mission.

The mission would land on the Moon and bring back samples, the heads of the agencies said.
"""
HOSTILE = " date 2021-05-05 <script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7*7 }} $x^2$ ]]> \x1b[31mred \u202eback javascript:alert(3) <a href='https://example.org/x'>moon</a> said."


class Page(HTMLParser):
    """A page's tags with their attributes, its words, and all ids."""

    def __init__(self, file):
        super().__init__()
        self.source = file.read_text(encoding="utf-8")
        self.tags, self.words = [], ""
        self.feed(self.source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def report(folder, out, *more):
    code = main(["--articles", str(folder), "--out", str(out), *more])
    return code, {file.stem: Page(file) for file in sorted(out.glob("*.html"))}


@pytest.fixture(scope="session")
def sample(sample_report):
    out, code = sample_report
    return out, code, {file.stem: Page(file) for file in sorted(out.glob("*.html"))}


def check(pages):
    """What holds of every page, whatever the articles."""
    for name, page in pages.items():
        outside = [value for _, attributes in page.tags for key, value in attributes.items() if key in ("src", "href", "xlink:href", "action") and value and not value.startswith(("#", "data:"))]
        assert all(re.fullmatch(r"[\w-]+\.html", value) for value in outside), outside
        assert len(page.all("script")) <= 1 and not page.all("iframe") and not page.all("link")[1:]
        assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), name
        for path in (str(ROOT), os.path.expanduser("~") + "/", sys.prefix, "/tmp/", "site-packages", os.getcwd()):
            assert path not in page.source, (name, path)
        assert all(svg.get("aria-label") for svg in page.all("svg"))
        assert any(meta.get("http-equiv") == "Content-Security-Policy" for meta in page.all("meta"))
        links = {attributes["href"][1:] for attributes in page.all("a") if attributes.get("href", "").startswith("#")}
        assert links <= set(ids), links - set(ids)
        assert "Traceback" not in page.words and 'class="stream"' not in page.source and "nan" not in re.findall(r"\w+", page.words)


def test_the_sample_makes_a_page_a_notebook_and_an_index(sample):
    _, code, pages = sample
    assert code == 0 and list(pages) == [*PAGES, "index"]
    check(pages)
    articles, _ = load_articles("data/articles")
    assert f"{len(articles)} articles" in pages["01-articles"].words and "Chandrayaan-2" in pages["03-timeline"].words
    assert {link["href"] for link in pages["index"].all("a")} >= {f"{name}.html" for name in PAGES}
    assert [len(pages[name].all("svg")) for name in PAGES] == [2, 2, 6, 6, 4, 4, 2, 6]  # each figure twice: for a desk and for a phone


def test_the_foot_says_what_a_page_was_made_from(sample):
    _, _, pages = sample
    for page in pages.values():
        foot = page.words[page.words.index("What this was made from") :]
        assert "164 files in “articles”" in foot and "ARTICLES = data/articles" in foot and "make report" in foot and "pandas" in foot


def test_the_front_page_answers_in_words_and_numbers(sample):
    _, _, pages = sample
    assert "The coverage turns on space" in pages["index"].words and "2 November 2016 to 24 November 2025" in pages["index"].words


def test_copies_are_told_and_what_rests_on_one_source_is_marked(sample):
    _, _, pages = sample
    stories = " ".join(pages["07-stories"].words.split())
    assert "164 articles tell 160 stories. 4 (2%) are copies of an earlier one." in stories
    assert "164 articles (160 stories)" in pages["06-compare"].words and "Held against the others, indian-press has more of Chandrayaan-3" in " ".join(pages["06-compare"].words.split())
    changed = pages["07-stories"].source
    assert re.search(r"when it was <del>2\.1</del> ", changed) and re.search(r"when it was <ins>2\.5</ins> ", changed)
    doubted = re.findall(r'<tr class="doubt"><td><a [^>]*><bdi>(.*?)</bdi>', pages["02-terms"].source)
    assert "sivan" in doubted and "space" not in doubted  # only the Indian papers speak of K Sivan


def test_one_article(folder, tmp_path):
    code, pages = report(folder({"one.txt": ONE}), tmp_path / "out")
    assert code == 0
    check(pages)
    assert "18 November 2017" in pages["01-articles"].words and "bring back samples" in pages["02-terms"].words + pages["03-timeline"].words
    assert "1 article, published 18 November 2017" in " ".join(pages["01-articles"].words.split())


def test_no_article(folder, tmp_path):
    code, pages = report(folder({}), tmp_path / "out")
    assert code == 0 and "There are no articles here: the folder is empty." in pages["index"].words
    check(pages)


def test_hostile_and_undated_articles(folder, tmp_path):
    files = {"a.txt": HOSTILE, "<b>&amp;.txt": HOSTILE.replace("05-05", "05-06"), "long.txt": " date 2021-05-07 " + "x" * 100_000 + " moon.", "nul.txt": b"moon\0 " * 40, "u.txt": "No date, moon.", "bad.txt": b"\xff\xfe\xfa"}
    code, pages = report(folder(files), tmp_path / "out")
    assert code == 0
    check(pages)
    assert "<script>alert(1)</script>" in pages["03-timeline"].words  # to be read, not run
    assert "it holds no word" in pages["01-articles"].words  # of bad.txt


def notebook(path, *cells):
    cells = [nbformat.v4.new_markdown_cell("# A question?"), *map(nbformat.v4.new_code_cell, cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def test_a_notebook_that_fails_is_told_without_paths_and_the_others_are_made(folder, tmp_path, capsys):
    books = tmp_path / "books"
    notebook(books / "01-bad.ipynb", "1 + 1", "import utils.tokens\nutils.tokens.tokenize(7)", "'never run'")
    notebook(books / "02-good.ipynb", "from utils.show import answer", "answer('All is **well**.')")
    notebook(books / "_skipped.ipynb", "1 / 0")
    code, pages = report(folder({"a.txt": "Text."}), tmp_path / "out", "--notebooks", str(books))
    assert code == 1 and list(pages) == ["01-bad", "02-good", "index"]
    bad, index = pages["01-bad"], pages["index"]
    assert "TypeError" in bad.words and "utils.tokens.tokenize(7)" in bad.words and "This notebook stopped at an error" in bad.words
    assert "This notebook failed: TypeError" in index.words and "All is well." in index.words
    for page in pages.values():
        assert not any(path in page.source for path in (str(ROOT), str(tmp_path), sys.prefix, "site-packages", "/tmp/"))
    assert "FAILED" in capsys.readouterr().out


def test_what_a_busy_kernel_sends_late_stands_in_the_page(folder, tmp_path):
    root, books = folder({"a.txt": "Text."}), tmp_path / "books"
    busy = "sys.stdout.flush_timeout = sys.stderr.flush_timeout = 0.1\nget_ipython().kernel.iopub_thread.schedule(lambda: time.sleep(6))"  # nbclient by itself waits 4 s
    notebook(books / "01-late.ipynb", f"import sys, time\nfrom utils.show import answer\n{busy}\nanswer('It came late.')")
    code, pages = report(root, tmp_path / "out", "--notebooks", str(books))
    assert code == 0 and "It came late." in pages["index"].words


def test_a_module_beside_the_articles_does_not_run(folder, tmp_path):
    root, books = folder({"a.txt": "Text."}), tmp_path / "books"
    for name in ("nltk", "click", "utils"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger runs')", encoding="utf-8")
    child = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import nltk, click, utils.show'], check=True)"  # as the processes that share the work
    notebook(books / "01-own.ipynb", f"import nltk, click\nfrom utils.show import answer\n{child}\nanswer('All is ours.')")
    code, pages = report(root, tmp_path / "out", "--notebooks", str(books))
    assert code == 0 and "All is ours." in pages["index"].words


def test_a_kernel_that_dies_takes_its_page_alone_and_says_what_to_do(folder, tmp_path):
    root, out, books = folder({"a.txt": "Text."}), tmp_path / "out", tmp_path / "books"
    notebook(books / "01-dies.ipynb", "import os\nos._exit(3)")
    notebook(books / "02-killed.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    notebook(books / "03-full.ipynb", "import numpy\nnumpy.ones(10**15)")
    notebook(books / "04-good.ipynb", "from utils.show import answer", "answer('All is well.')")
    code, pages = report(root, out, "--notebooks", str(books))
    assert code == 1 and pages["index"].words.count("This notebook failed") == 3 and "All is well." in pages["index"].words
    assert "stopped at an error: The kernel died (exit code 3): run again" in pages["01-dies"].words
    assert "The kernel was killed, most likely because memory ran out: try fewer articles" in pages["02-killed"].words
    assert "It ran out of memory: try fewer articles" in pages["03-full"].words
    for name in ("01-dies", "02-killed", "03-full"):
        notebook(books / f"{name}.ipynb", "1")
    code, pages = report(root, out, "--notebooks", str(books))
    assert code == 0 and "failed" not in pages["index"].words


@pytest.fixture
def small(folder, tmp_path):
    """A report of two pages with a table each: make(text) makes it on an article with this text, as `python -m utils.report` would."""
    root, books = folder({}), tmp_path / "books"
    for name in ("01-one", "02-two"):
        notebook(books / f"{name}.ipynb", "from utils.articles import load_articles\nfrom utils.show import table\ntable(load_articles('corpus')[0][['text']], title='T')")
    command = ["--articles", str(root), "--out", str(tmp_path / "out"), "--notebooks", str(books)]

    def make(text):
        (root / "a.txt").write_text(text)
        return main(command)

    make.command, make.out, make.books = [sys.executable, "-m", "utils.report", *command], tmp_path / "out", books
    return make


def left(out):
    """All files of a report but its store, which the test of that room looks at."""
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file() and STORE not in file.parts}


def one_line(capsys, tmp_path):
    """What was said of an error: a line, without a path that the user did not give."""
    error = capsys.readouterr().err
    assert error.startswith("dateline: ") and error.count("\n") == 1
    assert str(tmp_path) not in error.replace(f"'{tmp_path / 'out'}'", "OUT")
    return error


def test_a_full_disk_or_another_report_leave_all_as_it_was_and_the_next_run_mends(small, tmp_path, monkeypatch, capsys):
    assert small("First.") == 0
    before, sync, calls = left(small.out), os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:  # the table of the first page
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr("utils.report.os.fsync", full)
        assert small("Second.") == 2 and len(calls) == 3
    assert re.search(r"No space left in '.*out': \d+ KB are free. Free some, or choose another OUT; pages made so far are whole.", one_line(capsys, tmp_path))
    with alone(small.out):
        assert small("Second.") == 2
    assert "another report is being written to 'out'; wait for it, or choose another OUT" in one_line(capsys, tmp_path)
    assert left(small.out) == before
    assert small("Second.") == 0 and b"Second." in left(small.out)["data/02-two-1-t.csv"]


@pytest.mark.parametrize("step, number, text", [("Path.mkdir", errno.EROFS, "Read-only file system"), ("open", errno.EACCES, "Permission denied")])
def test_a_folder_that_cannot_be_written_to_is_named(folder, tmp_path, monkeypatch, capsys, step, number, text):
    def closed(file, *_, **__):
        raise OSError(number, text, str(file))

    root = folder({"a.txt": "Text."})
    notebook(tmp_path / "books" / "01-one.ipynb")
    monkeypatch.setattr(f"utils.report.{step}", closed, raising=False)
    assert main(["--articles", str(root), "--out", str(tmp_path / "out"), "--notebooks", str(tmp_path / "books")]) == 2
    assert f"out' cannot be written to ({text}). Make it writable, or choose another OUT" in one_line(capsys, tmp_path)


def test_a_file_in_the_place_of_the_folder_is_told(folder, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert main(["--articles", str(folder({"a.txt": "Text."})), "--out", str(tmp_path / "out")]) == 2
    assert "out' cannot be written to (File exists)" in one_line(capsys, tmp_path) and (tmp_path / "out").read_text() == "mine"


def test_a_run_that_stops_between_table_and_page_does_not_lock_out_the_next(small, monkeypatch):
    replace = os.replace

    def stop(*files):
        if str(files[1]).endswith("01-one.html"):  # the manifest and the table are in place, the page is not
            raise KeyboardInterrupt
        replace(*files)

    with monkeypatch.context() as patch:
        patch.setattr("utils.report.os.replace", stop)
        assert small("First.") == 130
    assert b"First." in left(small.out)["data/01-one-1-t.csv"] and "01-one.html" not in left(small.out)
    assert small("Second.") == 0 and b"Second." in left(small.out)["data/01-one-1-t.csv"]


def test_a_disk_that_knows_no_locks_is_used_without(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("utils.folders.fcntl.flock", unknown)
    with alone(tmp_path), alone(tmp_path):
        pass


def test_ctrl_c_stops_in_a_line_and_leaves_no_kernel(small, tmp_path):
    (small.books.parent / "corpus" / "a.txt").write_text("Text.")
    notebook(small.books / "02-two.ipynb", f"import os, pathlib, time\npathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()) + '.')\ntime.sleep(60)")
    # What runs in the background of a script inherits that Ctrl-C is to be passed over.
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    run = subprocess.Popen(small.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed)
    deadline = time.time() + 60
    begun = lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith(".") and (small.out / "01-one.html").exists()
    while not begun() and time.time() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    said, error = run.communicate(timeout=20)
    assert run.returncode == 130 and said.endswith("[2/2] 02-two … ")
    assert error == "dateline: stopped; pages made so far are whole, and the same command makes the others\n"
    assert (small.out / "01-one.html").exists() and not (small.out / "02-two.html").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text().rstrip(".")), 0)


def test_of_four_notebooks_two_run_at_once_and_the_pages_come_in_their_order(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("utils.pages.cpu_count", lambda: 2)
    root, books, meet = folder({"a.txt": "Text."}), tmp_path / "books", "import os, pathlib, time\npathlib.Path({!r}).write_text(str(os.getpid()))\nfor _ in range(400): pathlib.Path({!r}).exists() or time.sleep(0.05)"
    for name, other in (("1", "2"), ("2", "1"), ("3", "3"), ("4", "4")):  # the first two end only where each finds the other at work
        notebook(books / f"0{name}-x.ipynb", meet.format(str(tmp_path / name), str(tmp_path / other)))
    assert report(root, tmp_path / "out", "--notebooks", str(books))[0] == 0
    assert re.findall(r"\[\d/4\] (\S+) … done", capsys.readouterr().out) == ["01-x", "02-x", "03-x", "04-x"]
    assert len({(tmp_path / name).read_text() for name in "1234"}) == 2  # kernels


@pytest.mark.parametrize("large, kernels", [(10, 3), (1000, 1)])
def test_of_many_articles_each_page_has_a_kernel_of_its_own(folder, tmp_path, monkeypatch, large, kernels):
    monkeypatch.setattr("utils.pages.cpu_count", lambda: 1)
    monkeypatch.setattr("utils.report.LARGE", large)
    root, books = folder({"a.txt": "Text of more than ten bytes."}), tmp_path / "books"
    for name in "123":
        notebook(books / f"0{name}-x.ipynb", f"import os, pathlib\npathlib.Path({str(tmp_path / name)!r}).write_text(str(os.getpid()))")
    assert report(root, tmp_path / "out", "--notebooks", str(books))[0] == 0
    pids = {int((tmp_path / name).read_text()) for name in "123"}
    assert len(pids) == kernels and not any(psutil.pid_exists(pid) for pid in pids)


def test_nobody_reads_what_is_printed(small):
    (small.books.parent / "corpus" / "a.txt").write_text("Text.")
    run = subprocess.Popen(small.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    run.stdout.read(1)
    run.stdout.close()
    assert run.stderr.read() == "" and run.wait() == 141 and not list(small.out.glob("**/*.tmp"))
    run.stderr.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to RLIMIT_AS")
def test_too_little_memory_to_begin_with_is_said_in_a_line(small):
    limited = f"ulimit -v 150000; {shlex.join(small.command)}"
    run = subprocess.run(["sh", "-c", limited], capture_output=True, text=True, check=False)
    assert run.returncode == 2 and run.stderr.splitlines()[-1].startswith("dateline: There is too little memory") and "Traceback" not in run.stderr


def test_a_kernel_starts_no_threads_that_it_would_wait_for_where_memory_is_short(small, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    notebook(small.books / "01-one.ipynb", "import os\nassert os.environ['OPENBLAS_NUM_THREADS'] == '1'")
    (small.books.parent / "corpus" / "a.txt").write_text("Text.")
    assert subprocess.run(small.command, capture_output=True, check=False).returncode == 0


def test_what_a_kernel_left_that_was_killed_as_it_started_goes_at_the_next_run(small, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "dateline-of-another.json").touch()
    seen = []
    monkeypatch.setattr("nbclient.NotebookClient.execute", lambda client, **_: seen.append(client.km.connection_file))
    for n in range(2):
        assert small(f"{n}.") == 0
        open(seen[n], "x").close()  # which no kernel now takes away
    assert len(set(seen)) == 2 and {file.name for file in tmp_path.glob("*.json")} == {"dateline-of-another.json", os.path.basename(seen[1])}


def test_what_dateline_did_not_write_is_left_alone(folder, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / "index.html").write_text("<p>mine</p>")
    assert main(["--articles", str(folder({"a.txt": "Text."})), "--out", str(out)]) == 2
    assert "'index.html' in 'out' was not written by Dateline" in capsys.readouterr().err
    assert sorted(file.name for file in out.iterdir()) == ["index.html", "notes.txt"] and (out / "index.html").read_text() == "<p>mine</p>"


@pytest.mark.parametrize("articles, out, message", [("no/where", "out", "There is no folder 'no/where'"), ("corpus", "corpus/out", "into the articles themselves")])
def test_what_cannot_be_done_is_said_in_a_line(folder, tmp_path, capsys, articles, out, message):
    folder({"a.txt": "Text."})
    articles = articles if articles.startswith("no") else str(tmp_path / articles)
    assert main(["--articles", articles, "--out", str(tmp_path / out)]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_a_killed_run_leaves_whole_pages_and_the_next_one_mends(folder, tmp_path):
    root, out = folder({"a.txt": "Text of the first."}), tmp_path / "out"
    books = tmp_path / "books"
    notebook(books / "01-one.ipynb", "1")
    notebook(books / "02-two.ipynb", "import time\ntime.sleep(60)")
    command = [sys.executable, "-m", "utils.report", "--articles", str(root), "--out", str(out), "--notebooks", str(books)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.time() + 60
    while not (out / "01-one.html").exists() and time.time() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert (out / "01-one.html").read_text().rstrip().endswith("</html>") and not (out / "index.html").exists()
    (out / ".dateline-02-two.html.tmp").write_text("half a pa")
    notebook(books / "02-two.ipynb", "2")
    code, pages = report(root, out, "--notebooks", str(books))
    assert code == 0 and len(pages) == 3 and not list(out.rglob(".dateline-*.tmp"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a kernel has to look for itself whether its parent lives")
def test_a_kernel_that_is_too_busy_to_look_ends_with_a_run_that_is_killed(small, tmp_path):
    (small.books.parent / "corpus" / "a.txt").write_text("Text.")
    endless = "import os, pathlib, re\npathlib.Path({!r}).write_text(f'{{os.getpid()}}.')\nre.match('(a|a)+b', 'a' * 60)"  # no other thread gets its turn meanwhile
    notebook(small.books / "01-one.ipynb", endless.format(str(tmp_path / "pid")))
    run = subprocess.Popen(small.command, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.time() + 60
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith(".")) and time.time() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    kernel, deadline = psutil.Process(int((tmp_path / "pid").read_text().rstrip("."))), time.time() + 10
    while (alive := kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE) and time.time() < deadline:
        time.sleep(0.05)
    kernel.kill()
    assert not alive


def test_notebooks_find_utils_from_any_folder(tmp_path):
    code = "from utils.articles import load_articles; print(len(load_articles('data/articles')[0]))"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "164\n"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("File ~/code/x/utils/tokens.py:12, in tokenize", "File tokens.py:12, in tokenize"),
        ("C:\\Users\\Ann\\dateline\\utils\\show.py failed", "show.py failed"),
        ("File /opt/py thon/lib/a.py", "File a.py"),
        ("and/or 1/2 at 3 km/h, https://example.org/a", "and/or 1/2 at 3 km/h, https://example.org/a"),
    ],
)
def test_messages_lose_their_folders(text, expected):
    assert hide_paths(text) == expected


def test_what_has_not_changed_stays_and_what_has_runs_again(folder, tmp_path, capsys):
    root, out, books = folder({"a.txt": "Text of the first."}), tmp_path / "out", tmp_path / "books"
    notebook(books / "01-one.ipynb", "from utils.show import answer", "answer('One.', n=1)")
    notebook(books / "02-two.ipynb", "from utils.show import table", "import pandas as pd\ntable(pd.DataFrame({'x': [1]}), title='T')")
    report(root, out, "--notebooks", str(books))
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in out.glob("0*.html")}
    capsys.readouterr()
    assert report(root, out, "--notebooks", str(books))[0] == 0
    assert capsys.readouterr().out.count("unchanged") == 2
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in out.glob("0*.html")} == before
    assert "One." in (out / "index.html").read_text()

    notebook(books / "02-two.ipynb", "3")
    report(root, out, "--notebooks", str(books))
    assert capsys.readouterr().out.count("unchanged") == 1 and not list((out / "data").iterdir())
    (root / "a.txt").write_text("Text of the second.")
    report(root, out, "--notebooks", str(books))
    assert "unchanged" not in capsys.readouterr().out
    (out / "01-one.html").write_text(before[out / "01-one.html"][1].decode() + " ")
    report(root, out, "--notebooks", str(books))
    assert capsys.readouterr().out.count("unchanged") == 1


def test_parameters_from_the_command_line(folder, tmp_path, capsys):
    root, out, books = folder({"a.txt": "Text."}), tmp_path / "out", tmp_path / "books"
    notebook(books / "01-one.ipynb", "ARTICLES = ''\nTERM = ''\nTOP = 5", "print(TERM, TOP + 1)")
    cells = nbformat.read(books / "01-one.ipynb", as_version=4)
    cells.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(cells, books / "01-one.ipynb")
    _, pages = report(root, out, "--notebooks", str(books), "--set", "TERM=moon,<rover>", "--set", "TOP=7")
    assert "moon,<rover> 8" in pages["01-one"].words and "TERM = moon,<rover>, TOP = 7" in " ".join(pages["01-one"].words.split())
    assert "--set TOP=7" in pages["index"].words
    for wrong, message in (("TERMS=x", "no notebook has a parameter TERMS to set; they have TERM, TOP"), ("TOP=many", "TOP is a number in 01-one, not 'many'")):
        assert main(["--articles", str(root), "--out", str(out), "--notebooks", str(books), "--set", wrong]) == 2
        assert message in capsys.readouterr().err


def test_two_runs_give_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = folder({f"{n}.txt": f" date 2020-0{n}-01 The moon mission of the {n} agencies began. It is the moon again." for n in range(1, 8)})
    first, second = (tmp_path / name for name in ("first", "second"))
    books = tmp_path / "books"
    books.mkdir()
    shutil.copy(ROOT / "notebooks" / "03-timeline.ipynb", books)
    for out in (first, second):
        assert report(root, out, "--notebooks", str(books))[0] == 0
    files = sorted(file.relative_to(first) for file in first.rglob("*") if file.is_file() and STORE not in file.parts)
    assert len(files) > 3 and all((first / file).read_bytes() == (second / file).read_bytes() for file in files)


def test_all_tables_stand_beside_the_pages(sample):
    out, _, pages = sample
    tables = sorted(file.name for file in (out / "data").iterdir())
    assert len(tables) == 42 and all(re.fullmatch(r"\d\d-[a-z]+-\d-[a-z0-9-]+\.csv", name) for name in tables)
    counts = (out / "data" / next(name for name in tables if name.startswith("02-terms-2"))).read_text(encoding="utf-8")
    assert counts.splitlines()[0] == "\ufefftoken,n,articles,stories,per_10k,dp,holds,because" and counts.splitlines()[1].startswith("space,105,66,63,")


def test_a_copy_of_the_template_becomes_a_page_and_widgets_leave_their_figure(tmp_path, capsys):
    notebooks, out = tmp_path / "notebooks", tmp_path / "out"
    notebooks.mkdir()
    for source, name in (("_template", "_template"), ("_template", "09-mine"), ("_welcome", "first")):
        shutil.copy(ROOT / "notebooks" / f"{source}.ipynb", notebooks / f"{name}.ipynb")
    assert main(["--articles", "data/articles", "--out", str(out), "--notebooks", str(notebooks)]) == 0
    assert {file.name for file in out.glob("*.html")} == {"index.html", "09-mine.html", "first.html"}
    assert "“moon|lunar” in context" in (out / "09-mine.html").read_text(encoding="utf-8")
    page = (out / "first.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2 and page.count('<figure class="chart"') == page.count('<figure class="article"') == 1  # wide and narrow
    assert "widget" not in page and "xlink" not in page and "<input" not in page.split("</style>")[-1].split("<script>")[0]
    links = set(re.findall(r'<a href="#([^"]*)"', page))
    assert links and links <= set(re.findall(r' id="([^"]*)"', page))


def test_a_peak_in_a_folder_without_sources_makes_a_page(tmp_path):
    (tmp_path / "flat").mkdir()
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "03-timeline.ipynb", tmp_path / "notebooks")
    for n, day in enumerate(pd.date_range("2020-01-03", periods=96, freq="7D")):
        text = f"Boat number {n} came in with fish, and the mayor opened stall {n % 4} of the market. {'A storm! ' * 6 * (40 <= n < 48)}"
        (tmp_path / "flat" / f"{day:%F}.txt").write_text(f" date {day:%F} {text}", encoding="utf-8")
    assert main(["--articles", str(tmp_path / "flat"), "--out", str(tmp_path / "out"), "--notebooks", str(tmp_path / "notebooks")]) == 0
    page = (tmp_path / "out" / "03-timeline.html").read_text(encoding="utf-8")
    assert "burst, " in page and "&lt;NA&gt;" not in page
