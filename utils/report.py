"""a folder of articles -> a folder of pages. Each is renamed into place whole, the index last; what has not changed stays.

    python -m utils.report --articles data/articles --out reports --set TERMS=moon,rover
"""

import argparse
import hashlib
import json
import os
import platform
import shlex
import sys
import time
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from utils.articles import ROOT, find_folder, fingerprint
from utils.pages import Page, front_page, open_kernel

NOTEBOOKS = ROOT / "notebooks"
PACKAGES = ("pandas", "numpy", "pyarrow", "scipy", "matplotlib", "nbconvert")
GENERATOR = '<meta name="generator" content="Dateline">'
MANIFEST = ".dateline.json"


def main(arguments=None):
    """Make the report; the exit code is 0 where every notebook ran, 1 where one failed, 2 where nothing could be made."""
    options = _parser().parse_args(arguments)
    try:
        return build(options.articles, options.out, options.notebooks, dict(options.set))
    except (OSError, ValueError) as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="python -m utils.report", description="Read a folder of articles and write HTML pages about it.")
    parser.add_argument("--articles", default="data/articles", metavar="FOLDER", help="the articles (default: data/articles, the sample)")
    parser.add_argument("--out", default="reports", metavar="FOLDER", help="where the pages go (default: reports)")
    parser.add_argument("--notebooks", default=str(NOTEBOOKS), metavar="FOLDER", help="the notebooks to run (default: notebooks)")
    parser.add_argument("--set", action="append", default=[], type=_pair, metavar="NAME=VALUE", help="a parameter of the notebooks, for example TERMS=moon,rover; may be given again")
    return parser


def _pair(text):
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def build(articles, out, notebooks=NOTEBOOKS, values=None):
    """Make a page of every notebook in a folder (but those with a leading _), and an index; returns the exit code.

    Pages whose notebook, articles, parameters, code and versions are those of the last run are left as they are.
    """
    articles, out, values = find_folder(articles), Path(out).resolve(), values or {}
    if out == articles or articles in out.parents:
        raise ValueError(f"the report would be written into the articles themselves; choose an OUT outside of '{articles.name}'")
    pages = _pages(notebooks, values, _place(articles)[1])
    made = _origin(articles, values)
    known = _claim(out, [page.file for page in pages] + ["index.html"])
    start, manifest = time.perf_counter(), {"pages": {}}
    code = _digest(*sorted(_code()), json.dumps(made), *(page.title for page in pages))
    with open_kernel() as kernel:
        for n, page in enumerate(pages, 1):
            print(f"[{n}/{len(pages)}] {page.path.stem} … ", end="", flush=True)
            since, key = time.perf_counter(), _digest(page.source, json.dumps(page.parameters), code)
            last = known["pages"].get(page.file, {})
            if last.get("key") == key and last.get("page") == _file_digest(out / page.file):
                page.answers, page.facts, page.small = last["answers"], last["facts"], last["small"]
                manifest["pages"][page.file] = last
                print("unchanged", flush=True)
                continue
            page.run(kernel, _place(articles)[0])
            _write_page(out, page, page.render(pages, made), last)
            if not page.failed:
                manifest["pages"][page.file] = {"key": key, "page": _file_digest(out / page.file), "answers": page.answers, "facts": page.facts, "small": page.small, "tables": list(page.tables)}
            else:
                manifest["pages"][page.file] = {"tables": list(page.tables)}
            _write(out / MANIFEST, json.dumps({"pages": known["pages"] | manifest["pages"]}, ensure_ascii=False, indent=1))
            print(f"{'FAILED: ' + page.failed if page.failed else 'done'} ({time.perf_counter() - since:.1f} s)", flush=True)
    moment = datetime.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), timezone.utc)
    _write(out / "index.html", front_page(pages, made | {"parameters": {"ARTICLES": _place(articles)[1]} | values}, f"{moment:%Y-%m-%d %H:%M} UTC"))
    failed = sum(bool(page.failed) for page in pages)
    print(f"{f'{len(pages) - failed} of ' if failed else ''}{len(pages)} pages in {time.perf_counter() - start:.1f} s")
    print(f"Open {out / 'index.html'}")
    return 1 if failed else 0


def _pages(notebooks, values, articles):
    """The notebooks of a folder as pages, their parameters set."""
    pages = [Page(path) for path in sorted(Path(notebooks).glob("*.ipynb")) if not path.name.startswith("_")]
    if not pages:
        raise ValueError(f"there is no notebook in '{Path(notebooks).name}'")
    names = {name for page in pages for name in page.parameters}
    if unknown := sorted(values.keys() - names | values.keys() & {"ARTICLES"}):
        raise ValueError(f"no notebook has a parameter {unknown[0]} to set; they have {', '.join(sorted(names - {'ARTICLES'}))}")
    for page in pages:
        page.set(values)
        page.parameters["ARTICLES"] = articles
    return pages


def _place(articles):
    """The folder that the kernel works in, and the path of the articles from there: no page needs to name more than that."""
    if ROOT in articles.parents:
        return ROOT, articles.relative_to(ROOT).as_posix()
    return articles.parent, articles.name


def _origin(articles, values):
    """What the foot of each page says: the articles, the versions, the command."""
    files, digest = fingerprint(articles)
    name = _place(articles)[1]
    names = {"Dateline": version("dateline"), "Python": platform.python_version()}
    command = f"make report ARTICLES={shlex.quote(name)}"
    if values:
        given = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in values.items())
        command = f"python -m utils.report --articles {shlex.quote(name)} {given}"
    return {"files": files, "hash": digest, "folder": articles.name, "versions": names | {name: version(name) for name in PACKAGES}, "command": command}


def _code():
    """All that a page depends on besides its notebook and the articles: the rooms, the templates, the word lists."""
    files = [*ROOT.glob("utils/**/*.*"), *ROOT.glob("data/*/??*.txt")]
    return [f"{file.relative_to(ROOT)} {_file_digest(file)}" for file in files if file.suffix in (".py", ".j2", ".css", ".js", ".txt") and "articles" not in file.parts]


def _digest(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode("utf-8", "replace")).digest())
    return digest.hexdigest()[:32]


def _file_digest(file):
    return _digest(file.read_bytes()) if file.is_file() else None


def _claim(out, names):
    """Make the folder, take up what the last run left there, and refuse to touch what Dateline did not write."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        file = out / name
        if file.exists() and GENERATOR not in file.read_text(encoding="utf-8", errors="replace")[:2000]:
            raise ValueError(f"'{file.name}' in '{out.name}' was not written by Dateline; choose another OUT, or move it away")
    for rest in [*out.glob(".dateline-*.tmp"), *out.glob("data/.dateline-*.tmp")]:  # of a run that was killed
        rest.unlink()
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return known if isinstance(known.get("pages"), dict) else {"pages": {}}
    except (OSError, ValueError):
        return {"pages": {}}


def _write_page(out, page, markup, last):
    """A page's tables, then the page, then away with tables of its last run that it no longer has."""
    (out / "data").mkdir(exist_ok=True)
    mine = set(last.get("tables", []))
    for name, csv in page.tables.items():
        file = out / "data" / name
        if file.exists() and name not in mine and file.read_text(encoding="utf-8", errors="replace") != csv:
            raise ValueError(f"'data/{name}' in '{out.name}' was not written by Dateline; choose another OUT, or move it away")
        _write(file, csv)
    _write(out / page.file, markup)
    for name in mine - set(page.tables):
        (out / "data" / name).unlink(missing_ok=True)


def _write(file, text):
    """Put a whole file in place at once: a reader sees the old one or the new one."""
    draft = file.with_name(f".dateline-{file.name}.tmp")
    with open(draft, "w", encoding="utf-8", newline="\n", errors="replace") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, file)


if __name__ == "__main__":
    sys.exit(main())
