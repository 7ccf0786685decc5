"""a folder of articles -> a folder of pages. Each is renamed into place whole, the index last; what has not changed stays.

    python -m utils.report --articles data/articles --out reports --set TERMS=moon,rover
"""

import argparse
import errno
import json
import os
import platform
import shlex
import shutil
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
PACKAGES = ("pandas", "numpy", "pyarrow", "scipy", "matplotlib", "nbconvert")
GENERATOR = '<meta name="generator" content="Dateline">'
MANIFEST = ".dateline.json"
STORE = ".dateline-store"  # what was read, so that it is read once for all pages and only anew where it changed
LARGE = 100_000_000  # bytes of articles above which one notebook runs at a time, for their memory: each uses all cores where it can


def main(arguments=None):
    """Make the report; the exit code is 0 where every notebook ran, 1 where one failed, 2 where it stopped, 130 where Ctrl-C stopped it."""
    options = _parser().parse_args(arguments)
    try:
        return build(options.articles, options.out, options.notebooks, dict(options.set))
    except BrokenPipeError:  # nobody reads what is printed any more, as behind `| head`: stop as other commands do
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        code, message = 130, "stopped; pages made so far are whole, and the same command makes the others"
    except (ImportError, MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not any(sign in str(error) for sign in ("map segment", "allocate memory", "new thread")):
            raise
        print("dateline: There is too little memory: give more, or fewer articles; pages made so far are whole.", file=sys.stderr, flush=True)
        os._exit(2)  # libraries that are loaded by half may crash while they are put away
    except (OSError, ValueError) as error:
        code, message = 2, _trouble(error, options.out) if isinstance(error, OSError) else error
    print(f"dateline: {message}", file=sys.stderr)
    return code


def _trouble(error, out):
    """What is wrong with a file or a disk, in a line, and what to do; with no other path than the one that was given."""
    place, file = Path(out).resolve(), Path(error.filename or out).resolve()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(next(folder for folder in (place, *place.parents) if folder.exists())).free
        return f"No space left in '{out}': {free // 1024} KB are free. Free some, or choose another OUT; pages made so far are whole."
    if error.errno and (file.is_relative_to(place) or place.is_relative_to(file)):
        return f"'{out}' cannot be written to ({error.strerror}). Make it writable, or choose another OUT; pages made so far are whole."
    return f"'{file.name}': {error.strerror}" if error.errno else error


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
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # where memory is short it tries for ever to start others; nothing here needs them
    from utils.articles import find_folder
    from utils.folders import alone, stamps
    from utils.pages import front_page, run_pages
    from utils.store import code, digest

    given, articles, out, values = out, find_folder(articles), Path(out).resolve(), values or {}
    if out == articles or articles in out.parents:
        raise ValueError(f"the report would be written into the articles themselves; choose an OUT outside of '{articles.name}'")
    (folder, name), start = _place(articles), time.perf_counter()
    pages = _pages(notebooks, values, name)
    out.mkdir(parents=True, exist_ok=True)
    with alone(out):
        known = _claim(out, [page.file for page in pages] + ["index.html"])
        made = _origin(articles, values, out / STORE)
        templates = (file.read_bytes() for file in sorted((ROOT / "utils" / "template").glob("*.*")))
        all_need = digest(code(), *templates, json.dumps(made), *(page.title for page in pages))
        keys = {page.file: digest(page.source, json.dumps(page.parameters), all_need) for page in pages}
        there = {page.file: digest((out / page.file).read_bytes()) for page in pages if (out / page.file).is_file()}
        stay = [page for page in pages if page.stays(known["pages"].get(page.file, {}), keys[page.file], there.get(page.file))]
        several = 4 if stamps(articles)["size"].sum() < LARGE else 1
        with run_pages([page for page in pages if page not in stay], out, folder, out / STORE, several) as wait:
            for n, page in enumerate(pages, 1):
                print(line := f"[{n}/{len(pages)}] {page.path.stem} … ", end="", flush=True)
                if page in stay:
                    print("unchanged", flush=True)
                    continue
                wait(page)
                since = time.perf_counter()
                _write_page(out, page, page.render(pages, made), known, keys[page.file])
                again = f"\r{line}" if sys.stdout.isatty() else ""  # a bar of progress leaves the cursor where the line begins
                print(f"{again}{'FAILED: ' + page.failed if page.failed else 'done'} ({page.took + time.perf_counter() - since:.1f} s)", flush=True)
        moment = datetime.fromtimestamp(float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), UTC)
        _write({out / "index.html": front_page(pages, made | {"parameters": {"ARTICLES": name} | values}, f"{moment:%Y-%m-%d %H:%M} UTC")})
    failed = sum(bool(page.failed) for page in pages)
    print(f"{f'{len(pages) - failed} of ' if failed else ''}{len(pages)} pages in {time.perf_counter() - start:.1f} s")
    print(f"Open {Path(given) / 'index.html'}")
    return 1 if failed else 0


def _pages(notebooks, values, articles):
    """The notebooks of a folder as pages, their parameters set."""
    from utils.pages import Page

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
    return (ROOT, articles.relative_to(ROOT).as_posix()) if ROOT in articles.parents else (articles.parent, articles.name)


def _origin(articles, values, store):
    """What the foot of each page says: the articles, the versions, the command."""
    from utils.articles import fingerprint

    files, digest = fingerprint(articles, store=store)
    name = _place(articles)[1]
    names = {"Dateline": version("dateline"), "Python": platform.python_version()}
    command = f"make report ARTICLES={shlex.quote(name)}"
    if values:
        given = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in values.items())
        command = f"python -m utils.report --articles {shlex.quote(name)} {given}"
    return {"files": files, "hash": digest, "folder": articles.name, "versions": names | {name: version(name) for name in PACKAGES}, "command": command}


def _claim(out, names):
    """Take up what the last run left in the folder, and refuse to touch what Dateline did not write."""
    for name in names:
        file = out / name
        if file.exists() and GENERATOR not in file.read_text(encoding="utf-8", errors="replace")[:2000]:
            raise ValueError(f"'{file.name}' in '{out.name}' was not written by Dateline; choose another OUT, or move it away")
    for rest in [*out.glob(".dateline-*.tmp"), *out.glob("data/.dateline-*.tmp")]:  # of a run that was killed
        rest.unlink()
    try:
        known = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {"pages": {}}
    _write({out / MANIFEST: json.dumps(known, ensure_ascii=False, indent=1)})  # so that a full disk or a closed folder is told at once
    return known


def _write_page(out, page, markup, known, key):
    """A page with its tables and what the next run must know of them, then away with tables of its last run that it no longer has."""
    from utils.store import digest

    (out / "data").mkdir(exist_ok=True)
    tables = {out / "data" / name: csv for name, csv in page.tables.items()}
    mine = {out / "data" / name for name in known["pages"].get(page.file, {}).get("tables", [])}
    for file, csv in tables.items():
        if file not in mine and file.exists() and file.read_text(encoding="utf-8", errors="replace") != csv:
            raise ValueError(f"'data/{file.name}' in '{out.name}' was not written by Dateline; choose another OUT, or move it away")
    done = {} if page.failed else {"key": key, "page": digest(markup), "answers": page.answers, "facts": page.facts, "small": page.small}
    owned = sorted(file.name for file in {*tables, *(file for file in mine if file.exists())})
    known["pages"][page.file] = done | {"tables": owned}
    # The manifest goes first: a run that is killed right behind it leaves no table that the next run takes for somebody else's.
    _write({out / MANIFEST: json.dumps(known, ensure_ascii=False, indent=1)} | tables | {out / page.file: markup})
    for file in mine - tables.keys():
        file.unlink(missing_ok=True)


def _write(texts):
    """Put whole files in place: all are written before one is, so that a full disk changes nothing; a reader sees an old one or a new one."""
    drafts = {file: file.with_name(f".dateline-{file.name}.tmp") for file in texts}
    try:
        for file, draft in drafts.items():
            with open(draft, "w", encoding="utf-8", newline="\n", errors="replace") as handle:
                handle.write(texts[file])
                handle.flush()
                os.fsync(handle.fileno())
        for file, draft in drafts.items():
            os.replace(draft, file)
    except BaseException:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
