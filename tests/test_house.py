"""The house's own rules: who imports whom, how large it is, how notebooks look, what the texts about it say."""

import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml

from utils.articles import load_articles

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["words", "chunks", "prose", "files", "dating", "columns", "folders", "store", "readers", "clean", "articles", "tokens", "context", "grammar", "dates", "names", "quotes", "stories", "matrix", "terms", "compare", "bursts", "timeline", "gist", "parts", "groups", "holds"]
ROOMS += ["events", "voices", "style", "charts", "svg", "show", "export", "explore", "pages", "report"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def imports(source):
    """The rooms that a piece of code imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "utils":
            yield from [node.module.split(".")[1]] if "." in node.module else [alias.name for alias in node.names]


def test_a_room_imports_only_rooms_before_it():
    for file in (ROOT / "utils").glob("*.py"):
        if file.stem != "__init__":
            later = [room for room in imports(file.read_text()) if ROOMS.index(room) >= ROOMS.index(file.stem)]
            assert not later, f"{file.stem} imports {later}"


def test_only_pages_imports_nbconvert_and_only_charts_and_show_draw():
    for file in (ROOT / "utils").rglob("*.py"):
        text = file.read_text()
        assert "import nbclient" not in text and "from nbconvert" not in text or file.stem == "pages"
        assert "matplotlib" not in text or file.stem in ("style", "charts", "svg", "show", "export", "pages", "report")
        assert "ipywidgets import" not in text or file.stem == "explore"


def test_utils_stays_small():
    lines = {file: len(file.read_text().splitlines()) for file in (ROOT / "utils").rglob("*.py")}
    grammar = sum(n for file, n in lines.items() if file.parent.name == "grammar")
    assert sum(lines.values()) - grammar < 8830 and grammar < 1351 and max(lines.values()) < 350


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebooks_read_like_an_essay(file):
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert all(len(cell.source.splitlines()) <= 12 and "def " not in cell.source for cell in code)
    assert [cell.metadata.get("tags") for cell in code].count(["parameters"]) == 1
    assert prose[0].startswith("# ") and prose[0].splitlines()[0].endswith("?")
    assert prose[-1].startswith("## What this does not show")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebooks_import_only_what_they_use(file):
    source = "\n".join(cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code")
    names = [alias.asname or alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert all(len(re.findall(rf"\b{name}\b", source)) > 1 for name in names)


def test_word_lists_are_sorted_words_without_doubles():
    for file in (ROOT / "data").glob("*/??.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        words = [line for line in lines if not line.startswith("#")]
        assert lines[0].startswith("#") and len(words) == len(set(words)) and all(word == word.strip().lower() for word in words), file


def test_the_table_of_the_sample_names_every_brief():
    articles, set_aside = load_articles(ROOT / "data" / "articles")
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+\.txt)`", readme, re.MULTILINE))
    assert set_aside.empty and named == set(articles["path"])
    assert f"{len(articles)} short news briefs" in readme
    assert articles["date"].isna().sum() == 6 and (articles["date_precision"] == "month").sum() == 2


@pytest.mark.parametrize("text", ["README.md", "CONTRIBUTING.md"])
def test_links_and_commands_of_the_readme_exist(text):
    readme = (ROOT / text).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", readme):
        assert (ROOT / link).exists(), link
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in re.findall(r"`make (\w+)", readme))


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0" and {"message", "title", "authors"} <= set(citation) and all(author["name"] for author in citation["authors"])
    assert (citation["version"], citation["license"]) == (project()["version"], project()["license"]) and (ROOT / "LICENSE").read_text().startswith(f"{project()['license']} License")
    assert f"## {project()['version']} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_github_runs_the_check_on_the_oldest_python_and_others():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]["check"]
    check, makefile = (ROOT / ".ci" / "run").read_text(), (ROOT / "Makefile").read_text()
    assert ".ci/run" in [step.get("run") for step in job["steps"]] and all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in re.findall(r"^(?:make|.*\bmake) (\w+)", check, re.MULTILINE))
    pythons = job["strategy"]["matrix"]["python"]
    assert project()["requires-python"] == f">={pythons[0]}" and len(set(pythons)) == len(pythons) > 1 and f"3.11 and {pythons[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)


def test_hooks_are_pinned_and_cloned_from_nowhere():
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in repos] == ["local"] and len(repos[0]["hooks"]) == 2
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", needs) for hook in repos[0]["hooks"] for needs in hook["additional_dependencies"])


def test_binder_installs_what_everyone_does():
    lines = [line for line in (ROOT / ".binder" / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["-r ../requirements.txt"] and (ROOT / ".binder" / "runtime.txt").read_text().strip() == f"python-{project()['requires-python'].removeprefix('>=')}"


def test_every_direct_dependency_is_explained():
    direct = (ROOT / "requirements.txt").read_text().split("\n\n")[0]
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert all(name.lower() in readme for name in re.findall(r"^([\w-]+)==", direct, re.MULTILINE))


def test_every_function_that_a_notebook_imports_has_an_example():
    imported = {}
    for file in NOTEBOOKS:
        source = "\n".join(cell.source for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("utils."):
                imported.setdefault(node.module.replace(".", "/"), set()).update(alias.name for alias in node.names)
    for room, names in imported.items():
        for node in ast.parse((ROOT / f"{room}.py").read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name in names:
                assert ">>> " in ast.get_docstring(node), f"{room}.{node.name}"


def test_public_functions_say_what_they_do():
    for file in (ROOT / "utils").rglob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{file.stem}.{node.name}"
