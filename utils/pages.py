"""a notebook -> an HTML page. The only room that imports nbclient and nbconvert; its templates lie beside it."""

import ast
import atexit
import base64
import ctypes
import hashlib
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

from joblib import cpu_count

from utils.show import FACTS

TEMPLATE = Path(__file__).resolve().parent / "template"
# Run before each notebook: the kernel is shared, so that the libraries load once, and must not remember the one before. The `__spec__`
# that goes with all other names is asked for by whatever starts a process. What is left is frozen: to look for garbage in it would take longer each time.
# What it took goes back to the system.
RESET = "get_ipython().reset(new_session=True)\n__spec__ = None\nimport gc, matplotlib.pyplot\nmatplotlib.pyplot.close('all')\nmatplotlib.rcdefaults()\ngc.collect()\ngc.freeze()\nfrom utils.store import give_back\ngive_back(None)\ndel gc, give_back, matplotlib"
# A path of this machine in a message, up to the file's own name: /home/ann/x/utils/tokens.py, C:\Users\Ann\x.py
LOCAL_PATH = re.compile(r"(?<![\w<:/\\])(?:~|[A-Za-z]:)?(?:[\\/][\w.@ +-]+)+[\\/](?=[\w.<@-])|file://[^\s'\"]*/")
ANSI = re.compile(r"(\x1b\[[\d;]*m)")
PLAIN = re.compile(r'<span class="(?:n|p|w|o|nn|nb|bp)">([^<]*)</span>')  # names and signs need no colour
EVIDENCE = re.compile(r'<details class="evidence" id="([\w-]+)">.*?</details><!--/evidence-->', re.DOTALL)
BESIDE = "<!--beside-->"
NO_MEMORY = re.compile(r"^\w*MemoryError: |failed to map segment|[Cc]annot allocate memory|std::bad_alloc|can't start new thread")
FEWER = "try fewer articles, or more memory"
# A kernel asks each second whether its parent lives, but not while it is busy, nor of one that was killed while it started: it takes
# that for a parent who never was, and stays. Linux ends it itself; elsewhere it sees at least that it has become an orphan.
PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@contextmanager
def run_pages(pages, out, folder, store, several):
    """Run notebooks, some at once and at most `several`; gives what waits until a page has run. Those that have not in the end never do."""
    mark = "dateline-" + hashlib.sha256(os.fsencode(f"{Path.home()}{out}")).hexdigest()[:16]
    for rest in Path(tempfile.gettempdir()).glob(f"{mark}*.json"):  # of a run of this user into `out` that was killed while its kernel started
        rest.unlink(missing_ok=True)
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this environment, not the user's other ones
    os.environ["DATELINE_REPORT"] = "1"  # outputs hand over their tables, to be written beside the page
    from jupyter_client import AsyncKernelManager

    another = lambda: AsyncKernelManager(kernel_name="python3", connection_file=tempfile.gettempdir() + f"/{mark}-{secrets.token_hex(4)}.json")
    waiting, runs, kernels = list(pages), {page.file: Future() for page in pages}, []
    at_once, each = max(1, min(several, cpu_count(), len(pages) // 2)), iter(waiting)  # a kernel takes as long to start as two pages do
    shares = ([page] for page in each) if several == 1 else [each]  # alone, each has a kernel of its own, which leaves the next all memory
    work = lambda row: [_work(share, runs, kernels, another, folder, store, row) for share in shares]
    workers = [Thread(target=work, args=(row,), daemon=True) for row in range(1, at_once + 1)]
    for worker in workers:
        worker.start()
    try:
        yield lambda page: runs[page.file].result()
    finally:
        waiting.clear()
        for kernel in kernels if not all(run.done() for run in runs.values()) else ():
            if kernel.has_kernel:
                kernel.provisioner.process.kill()
        for worker in workers:
            worker.join(5)


def _work(pages, runs, kernels, another, folder, store, row):
    """Run pages, on a kernel that starts with the first of them and is gone after the last; where one died, on another."""
    kernel = None
    for page in pages:  # which other threads take from as well
        try:
            if kernel is None or kernel.shutting_down:
                kernels.append(kernel := another())
            page.run(kernel, folder, store, row)
            runs[page.file].set_result(page)
        except BaseException as error:  # to be raised where the page is waited for
            runs[page.file].set_exception(error)
    if kernel is not None and kernel.has_kernel:
        from nbclient.util import run_sync

        run_sync(kernel.shutdown_kernel)(now=True)


def _end_with(parent):
    """The first thing that a process does on Linux: from now on it is killed when its parent is."""
    PRCTL(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: send me this signal when my parent dies
    if os.getppid() != parent:  # which ended meanwhile
        os._exit(1)


class Page:
    """A notebook on its way to a page: `title short contents parameters` at once; `failed answers facts tables small took` once run."""

    def __init__(self, path):
        self.path, self.file = path, f"{path.stem}.html"
        self.source = path.read_bytes()
        sys.modules.setdefault("rfc3987_syntax", None)  # or jsonschema compiles a grammar, most of a second, that is never used
        import nbformat

        self.notebook = nbformat.reads(self.source.decode("utf-8"), as_version=4)
        text = "\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")
        heading = re.search(r"^# (.+)$", text, re.MULTILINE)
        self.title = heading[1].strip() if heading else path.stem
        self.short = re.sub(r"^\d+[-_ ]*", "", path.stem).replace("-", " ").capitalize()
        self.contents = [(heading.replace(" ", "-"), heading) for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)]
        cells = self.notebook.cells
        self.at = next((n for n, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])), -1)
        self.parameters = _assigned(cells[self.at].source) if self.at >= 0 else {}
        self.failed, self.answers, self.facts, self.tables, self.small, self.took = None, [], {}, {}, "", 0

    def set(self, values):
        """Take those of `values` that are parameters here; a value follows the type of the one it replaces."""
        for name in values.keys() & self.parameters.keys():
            kind = type(self.parameters[name])
            try:
                self.parameters[name] = kind(values[name]) if kind in (int, float) else values[name]
            except ValueError:
                raise ValueError(f"{name} is a number in {self.path.stem}, not {values[name]!r}") from None

    def stays(self, last, key, page):
        """Is the page that was made last, of which `last` tells, the one that this notebook would make?"""
        if same := last.get("key") == key and last.get("page") == page:
            self.answers, self.facts, self.small = last["answers"], last["facts"], last["small"]
        return same

    def run(self, kernel, folder, store, row):
        """Execute in `folder`, the parameters set as papermill does it: in a cell of its own behind the one so tagged. The bar stands in this row."""
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
        from nbformat.v4 import new_code_cell
        from tqdm import tqdm

        cells, since = self.notebook.cells, time.perf_counter()
        given = "\n".join(f"{name} = {value!r}" for name, value in self.parameters.items())
        cells.insert(self.at + 1, new_code_cell(given, metadata={"tags": ["injected-parameters"]}, id="injected"))
        cells.insert(0, new_code_cell(RESET))
        patience = {"timeout": None, "startup_timeout": 900, "iopub_timeout": 900, "raise_on_iopub_timeout": True}  # or what is 4 s late is lost
        client = NotebookClient(self.notebook, km=kernel, resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=40"], **patience)
        client.on_notebook_start = lambda notebook: kernel.cleanup_connection_file()  # read by now: none is left when the run is killed
        bar = tqdm(total=len(cells), desc=self.path.stem, unit=" cells", delay=2, position=row, leave=False, disable=None)  # none but in a terminal
        client.on_cell_complete = lambda cell, cell_index: bar.update()
        try:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # a dying kernel prints stacks, with paths of this machine
            place = {**os.environ, "DATELINE_STORE": str(store), "PYTHONSAFEPATH": "1"}  # no module beside the articles stands for one of ours
            client.execute(env=place, preexec_fn=PRCTL and partial(_end_with, os.getpid()), **quiet)
        except CellExecutionError as error:
            said = f"{error.ename}: {' '.join(hide_paths(error.evalue).split())}"
            self.failed = said[:300] + (f". It ran out of memory: {FEWER}" if NO_MEMORY.search(said) else "")
        except Exception as error:  # a kernel that died: the page still says so, and the next notebook gets another
            self.failed = _bury(kernel) or f"{type(error).__name__}: {hide_paths(str(error))}"[:300]
        finally:
            bar.close()
            atexit.unregister(client._cleanup_kernel)  # nbclient leaves it behind where a notebook fails
        del cells[0]
        self._collect()
        self.took = time.perf_counter() - since

    def _outputs(self):
        return (output for cell in self.notebook.cells for output in cell.get("outputs", []))

    def _collect(self):
        """Take what goes to the front page and beside the page, hide local paths, and keep shared evidence once."""
        seen = set()
        for output in self._outputs():
            if output.output_type == "stream":
                output.text = hide_paths(output.text)
            elif output.output_type == "error":
                output.traceback = [hide_paths(line) for line in output.traceback]
            else:
                markup, facts = output.data.get("text/html", "").replace("<a xlink:href=", "<a href="), output.data.get(FACTS, {})
                if "csv" in facts:
                    name = f"{self.path.stem}-{len(self.tables) + 1}-{facts['name']}.csv"
                    self.tables[name] = facts["csv"]
                    markup = markup.replace(BESIDE, f'; all of it is beside this page, in <code class="path">data/{name}</code>')
                if markup:
                    output.data["text/html"] = EVIDENCE.sub(lambda m: "" if m[1] in seen or seen.add(m[1]) else m[0], markup)
                if "answer" in facts:
                    self.answers.append(facts["answer"])
                    self.facts |= facts["facts"]
                    self.small = facts.get("small", "") or self.small

    def _cells(self):
        """What the page shows, in order: prose, and runs of code cells as one, with their outputs behind the last.

        Answers stand at the head of the page, so they are left out here.
        """
        shown = []
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                shown.append({"kind": "prose", "source": cell.source})
            elif cell.cell_type == "code" and cell.source.strip():
                if not shown or shown[-1]["kind"] == "prose" or shown[-1]["outputs"]:
                    shown.append({"kind": "code", "sources": [], "outputs": [], "failed": False})
                shown[-1]["sources"].append(cell.source)
                shown[-1]["outputs"] += [output for output in cell.outputs if not _is_answer(output)]
                shown[-1]["failed"] |= any(output.output_type == "error" for output in cell.outputs)
        return shown

    def render(self, pages, made):
        """The page as HTML, with links to `pages`; `made` says from what."""
        from nbconvert import HTMLExporter
        from nbconvert.exporters.templateexporter import TemplateExporter
        from nbconvert.filters import Highlight2HTML

        exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)])
        highlight = Highlight2HTML(pygments_lexer="python")
        exporter.register_filter("highlight_code", lambda source: PLAIN.sub(r"\1", highlight(source)).replace("<pre>", '<pre tabindex="0">'))
        answers = [output.data["text/html"] for output in self._outputs() if _is_answer(output)]
        given = style() | {"page": self, "pages": pages, "made": made | {"parameters": self.parameters}, "cells": self._cells(), "answers": answers}
        # HTMLExporter's own last step parses the page anew and lower-cases the names of SVG; the step before it is enough.
        return TemplateExporter.from_notebook_node(exporter, self.notebook, resources={"dateline": given})[0]


def front_page(pages, made, time):
    """The index: what the answers of the pages say, and their figures."""
    from jinja2 import Environment, FileSystemLoader

    facts = {name: value for page in pages for name, value in page.facts.items()}
    template = Environment(loader=FileSystemLoader(TEMPLATE)).get_template("front.html.j2")
    return template.render(style() | {"pages": pages, "facts": facts, "made": made, "time": time})


def style():
    """The style sheet and the script that stand in every page, and the hash by which the page's policy lets it run."""
    css, js = ((TEMPLATE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return {"css": css, "js": js, "js_hash": base64.b64encode(hashlib.sha256(js.encode()).digest()).decode()}


def hide_paths(text):
    """A message without the folders of this machine.

    >>> hide_paths("File /home/ann/dateline/utils/tokens.py:12, in tokenize")
    'File tokens.py:12, in tokenize'
    """
    return "".join(part if part.startswith("\x1b") else LOCAL_PATH.sub("", part) for part in ANSI.split(text))


def _bury(kernel):
    """What a kernel died of, in a line, and what to do; None where it never lived. The next notebook starts another."""
    from nbclient.util import run_sync

    if not kernel.has_kernel:
        return None
    code = run_sync(kernel.provisioner.poll)()
    run_sync(kernel.shutdown_kernel)(now=True)
    if code == -9:  # nothing else kills without a word
        return f"The kernel was killed, most likely because memory ran out: {FEWER}"
    how = "did not answer" if code is None else f"died ({signal.Signals(-code).name if code < 0 else f'exit code {code}'})"
    return f"The kernel {how}: run again; where it happens again, {FEWER}"


def _is_answer(output):
    return "answer" in output.get("data", {}).get(FACTS, {})


def _assigned(source):
    """The plain values that a cell gives to names: `_assigned('TERM = ""  # empty: chosen')` is {"TERM": ""}."""
    pairs = [(node.targets[0], node.value) for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    return {target.id: value.value for target, value in pairs if isinstance(target, ast.Name) and isinstance(value, ast.Constant)}
