"""notebooks -> HTML pages. Each page is renamed into place whole, the index last.

The notebooks run one after the other in one kernel that is emptied in between, so that the libraries load once.

    python -m utils.report --articles data/articles --out reports
"""

import argparse
import ast
import atexit
import os
import platform
import re
import shlex
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from utils.articles import ROOT, find_folder, fingerprint

NOTEBOOKS = ROOT / "notebooks"
TEMPLATE = Path(__file__).resolve().parent / "template"
MARK = '<meta name="generator" content="Dateline">'
FACTS = "application/vnd.dateline+json"
RESET = "get_ipython().reset(new_session=True)\nimport matplotlib.pyplot\nmatplotlib.pyplot.close('all')\nmatplotlib.rcdefaults()\ndel matplotlib"
PACKAGES = ("pandas", "numpy", "pyarrow", "matplotlib", "nbconvert")
# A path of this machine in a message, up to the file's own name: /home/ann/x/utils/tokens.py, C:\Users\Ann\x.py
LOCAL_PATH = re.compile(r"(?<![\w<:/\\])(?:~|[A-Za-z]:)?(?:[\\/][\w.@ +-]+)+[\\/](?=[\w.<@-])|file://[^\s'\"]*/")
PLAIN = re.compile(r'<span class="(?:n|p|w|o|nn|nb|bp)">([^<]*)</span>')  # names and signs need no colour
EVIDENCE = re.compile(r'<details class="evidence" id="([\w-]+)">.*?</details><!--/evidence-->', re.DOTALL)
ANSI = re.compile(r"(\x1b\[[\d;]*m)")


def main(arguments=None):
    """Make the report; the exit code is 0 where every notebook ran, 1 where one failed, 2 where nothing could be made."""
    options = _parser().parse_args(arguments)
    try:
        return build(options.articles, options.out, options.notebooks)
    except (OSError, ValueError) as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="python -m utils.report", description="Read a folder of articles and write HTML pages about it.")
    parser.add_argument("--articles", default="data/articles", metavar="FOLDER", help="the articles (default: data/articles, the sample)")
    parser.add_argument("--out", default="reports", metavar="FOLDER", help="where the pages go (default: reports)")
    parser.add_argument("--notebooks", default=str(NOTEBOOKS), metavar="FOLDER", help="the notebooks to run (default: notebooks)")
    return parser


def build(articles, out, notebooks=NOTEBOOKS):
    """Run every notebook of a folder (but those with a leading _) over `articles` and write a page each, and an index."""
    articles, out = find_folder(articles), Path(out).resolve()
    if out == articles or articles in out.parents:
        raise ValueError(f"the report would be written into the articles themselves; choose an OUT outside of '{articles.name}'")
    pages = [_Page(path) for path in sorted(Path(notebooks).glob("*.ipynb")) if not path.name.startswith("_")]
    if not pages:
        raise ValueError(f"there is no notebook in '{Path(notebooks).name}'")
    _claim(out, [page.file for page in pages] + ["index.html"])
    made = _origin(articles)
    start = time.perf_counter()
    with _kernel() as kernel:
        for n, page in enumerate(pages, 1):
            print(f"[{n}/{len(pages)}] {page.path.stem} … ", end="", flush=True)
            since = time.perf_counter()
            page.run(articles, kernel)
            _write(out / page.file, page.render(pages, made))
            print(f"{'FAILED: ' + page.failed if page.failed else 'done'} ({time.perf_counter() - since:.1f} s)", flush=True)
    _write(out / "index.html", _front(pages, made))
    failed = [page for page in pages if page.failed]
    summary = f"{len(pages) - len(failed)} of {len(pages)} pages" if failed else f"{len(pages)} pages"
    print(f"{summary} in {time.perf_counter() - start:.1f} s")
    print(f"Open {out / 'index.html'}")
    return 1 if failed else 0


@contextmanager
def _kernel():
    """A kernel that starts with the first notebook and is gone after the last."""
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # the kernel of this environment, not the user's other ones
    from jupyter_client import AsyncKernelManager
    from nbclient.util import run_sync

    kernel = AsyncKernelManager(kernel_name="python3")
    try:
        yield kernel
    finally:
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)


class _Page:
    """A notebook on its way to a page."""

    def __init__(self, path):
        self.path, self.file = path, f"{path.stem}.html"
        self.notebook = _read_notebook(path)
        text = "\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")
        self.contents = [(heading.replace(" ", "-"), heading) for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)]
        heading = re.search(r"^# (.+)$", text, re.MULTILINE)
        self.title = heading[1].strip() if heading else path.stem
        self.short = re.sub(r"^\d+[-_ ]*", "", path.stem).replace("-", " ").capitalize()
        self.failed, self.answers, self.facts, self.parameters = None, [], {}, {}

    def run(self, articles, kernel):
        """Execute with `ARTICLES` set, as papermill does: in a cell of its own behind the one tagged `parameters`."""
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
        from nbformat.v4 import new_code_cell

        folder, name = _place(articles)
        cells = self.notebook.cells
        at = next((n for n, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])), -1)
        self.parameters = _assigned(cells[at].source if at >= 0 else "") | {"ARTICLES": name}
        cells.insert(at + 1, new_code_cell(f"ARTICLES = {name!r}", metadata={"tags": ["injected-parameters"]}, id="injected"))
        cells.insert(0, new_code_cell(RESET))
        place = {"metadata": {"path": str(folder)}}
        client = NotebookClient(self.notebook, km=kernel, timeout=None, resources=place, extra_arguments=["--log-level=40"])
        try:
            client.execute()
        except CellExecutionError as error:
            self.failed = f"{error.ename}: {_hide_paths(error.evalue)}"[:300]
        except Exception as error:  # a kernel that died: the page still says so, and the next notebook gets another
            self.failed = f"{type(error).__name__}: {_hide_paths(str(error))}"[:300]
        finally:
            atexit.unregister(client._cleanup_kernel)  # nbclient leaves it behind where a notebook fails
        del cells[0]
        self._collect()

    def _collect(self):
        """Take the facts for the front page, hide local paths, and keep evidence that two figures share once."""
        seen = set()
        for output in self.outputs():
            if markup := output.get("data", {}).get("text/html"):
                output.data["text/html"] = EVIDENCE.sub(lambda match: "" if match[1] in seen or seen.add(match[1]) else match[0], markup)
            if output.output_type == "stream":
                output.text = _hide_paths(output.text)
            elif output.output_type == "error":
                output.traceback = [_hide_paths(line) for line in output.traceback]
            elif facts := output.data.get(FACTS):
                self.answers.append(facts["answer"])
                self.facts |= facts["facts"]

    def outputs(self):
        return (output for cell in self.notebook.cells for output in cell.get("outputs", []))

    def cells(self):
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
        from nbconvert import HTMLExporter
        from nbconvert.exporters.templateexporter import TemplateExporter
        from nbconvert.filters import Highlight2HTML

        exporter = HTMLExporter(template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)])
        dateline = {
            "title": self.title, "css": _css(), "pages": pages, "file": self.file, "contents": self.contents, "failed": self.failed,
            "made": made | {"parameters": self.parameters}, "cells": self.cells(), "answers": [output.data["text/html"] for output in self.outputs() if _is_answer(output)],
        }  # fmt: skip
        highlight = Highlight2HTML(pygments_lexer="python")
        exporter.register_filter("highlight_code", lambda source: PLAIN.sub(r"\1", highlight(source)))
        # HTMLExporter's own last step parses the page anew and lower-cases the names of SVG; the step before it is enough.
        return TemplateExporter.from_notebook_node(exporter, self.notebook, resources={"dateline": dateline})[0]


def _assigned(source):
    """The plain values that a cell gives to names: `_assigned('TERM = ""  # empty: chosen')` is {"TERM": ""}."""
    pairs = [(node.targets[0], node.value) for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    return {target.id: value.value for target, value in pairs if isinstance(target, ast.Name) and isinstance(value, ast.Constant)}


def _is_answer(output):
    return FACTS in output.get("data", {})


def _read_notebook(path):
    sys.modules.setdefault("rfc3987_syntax", None)  # or jsonschema compiles a grammar, most of a second, that is never used
    import nbformat

    return nbformat.read(path, as_version=4)


def _front(pages, made):
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=False)
    facts = {name: value for page in pages for name, value in page.facts.items()}
    moment = datetime.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), timezone.utc)
    return environment.get_template("front.html.j2").render(title="What the articles say", css=_css(), pages=pages, facts=facts, made=made, time=f"{moment:%Y-%m-%d %H:%M} UTC")


def _css():
    return (TEMPLATE / "page.css").read_text(encoding="utf-8")


def _place(articles):
    """The folder that a kernel works in, and the path of the articles from there: no page needs to name more than that."""
    if ROOT in articles.parents:
        return ROOT, articles.relative_to(ROOT).as_posix()
    return articles.parent, articles.name


def _origin(articles):
    files, digest = fingerprint(articles)
    name = _place(articles)[1]
    names = {"Dateline": version("dateline"), "Python": platform.python_version()}
    return {
        "files": files, "hash": digest, "folder": articles.name, "parameters": {"ARTICLES": name},
        "versions": names | {name: version(name) for name in PACKAGES}, "command": f"make report ARTICLES={shlex.quote(name)}",
    }  # fmt: skip


def _hide_paths(text):
    """A message without the folders of this machine.

    >>> _hide_paths("File /home/ann/dateline/utils/tokens.py:12, in tokenize")
    'File tokens.py:12, in tokenize'
    """
    return "".join(part if part.startswith("\x1b") else LOCAL_PATH.sub("", part) for part in ANSI.split(text))


def _claim(out, names):
    """Make the folder; refuse where a page would take the place of a file that Dateline did not write."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        file = out / name
        if file.exists() and MARK not in file.read_text(encoding="utf-8", errors="replace")[:2000]:
            raise ValueError(f"'{file.name}' in '{out.name}' was not written by Dateline; choose another OUT, or move it away")
    for rest in out.glob(".dateline-*.tmp"):  # of a run that was killed
        rest.unlink()


def _write(file, text):
    """Put a whole page in place at once: a reader sees the old one or the new one."""
    draft = file.with_name(f".dateline-{file.name}.tmp")
    with open(draft, "w", encoding="utf-8", newline="\n") as handle:
        handle.write(text.encode("utf-8", "replace").decode())
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, file)


if __name__ == "__main__":
    sys.exit(main())
