"""Every notebook in a real JupyterLab, in a real browser: it runs, it shows, it answers, and asks no host but this machine."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from tests.lab import HERE, ROOT, SEEN, started
from tests.tutorial import SEEN_OF, SIZE, TUTORIAL, bring_a_folder, screen, walk

NOTEBOOKS = sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    with started(browser, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_all_its_figures_and_runs_again_the_same(lab, name):
    first = lab.open(name).run()
    assert not [output for outputs in first for output in outputs if output["output_type"] in ("error", "stream")]
    drawn = 0
    for number, outputs in enumerate(first):
        markup = "".join(output["data"].get("text/html", "") for output in outputs)
        if wanted := {tag for tag, mark in {"svg": "<svg", "table": "<table", "li": 'class="passages"'}.items() if mark in markup}:
            drawn += 1
            assert wanted <= set(lab.page.evaluate(SEEN, number)), f"cell {number} shows no {wanted}"
    assert drawn
    assert "Javascript Error" not in lab.page.content()
    again = lab.run_anew()
    assert again == first
    lab.close()
    assert lab.asked == []


def test_another_word_in_the_parameters_gives_another_figure(lab):
    figures = []
    lab.open("_template")
    for old, new in (("", ""), ("moon|lunar", "rocket")):
        lab.write(old, new)
        figures.append([output["data"]["text/html"] for outputs in lab.run() for output in outputs])
    assert len(figures[0]) == len(figures[1]) == 3 and not set(figures[0]) & set(figures[1])
    assert "with “rocket”" in lab.cell("figure(").inner_text()
    lab.close()


def test_the_explorer_and_the_reader_answer(lab):
    lab.open("_welcome").run()
    explorer_answers_what_is_typed(lab)
    reader_opens_what_is_chosen_with_the_keys(lab)
    lab.close()


def explorer_answers_what_is_typed(lab):
    cell = lab.cell("explore(articles")
    box, chart = cell.query_selector("input"), cell.wait_for_selector(".dateline svg")
    before = chart.inner_html()
    assert box.evaluate("box => document.querySelector(`label[for='${box.id}']`)?.textContent") == "Words"
    box.focus()
    for typed, said in (("rover, joint mission", "“rover” stands"), ("$", "holds no word"), ("lunar", "“lunar” stands")):
        lab.page.keyboard.press("Control+A")
        lab.page.keyboard.type(typed)
        lab.page.keyboard.press("Enter")
        lab.page.wait_for_function("([cell, said]) => cell.innerText.includes(said)", arg=[cell, said])
    assert cell.wait_for_selector(".dateline svg").inner_html() != before
    lab.page.wait_for_function('''cell => cell.innerText.includes('term_trend(tokens, articles, ["lunar"])')''', arg=cell)
    assert {mark.inner_text().lower() for mark in cell.query_selector_all("mark")} == {"lunar"}
    check(lab, cell)


def reader_opens_what_is_chosen_with_the_keys(lab):
    cell = lab.cell("read(articles)")
    find, mark, number = cell.query_selector_all("input")
    first = cell.query_selector("pre").inner_text()
    number.focus()
    lab.page.keyboard.press("ArrowUp")
    lab.page.wait_for_function("([cell, first]) => cell.querySelector('pre').innerText !== first", arg=[cell, first])
    assert cell.query_selector("select").evaluate("list => list.selectedIndex") == 1
    find.fill("Vikram")
    find.press("Enter")
    lab.page.wait_for_function(r"cell => /^\d+ of 164 articles listed$/m.test(cell.innerText) && !/164 of 164/.test(cell.innerText)", arg=cell)
    mark.fill("lander")
    mark.press("Enter")
    lab.page.wait_for_function(r'cell => /Marked: \d+ words?,/.test(cell.innerText) && /words="lander"/.test(cell.innerText)', arg=cell)
    check(lab, cell)


def test_what_dateline_refuses_is_a_sentence_below_ones_own_line_and_all_else_is_as_ever():
    def told(code):
        code = f"exec(open({str(ROOT / 'utils' / 'template' / 'lab' / 'startup.py')!r}).read())\nfrom utils.articles import load_articles\n{code}"
        run = [sys.executable, "-m", "IPython", "--no-banner", "--InteractiveShell.colors=nocolor", "-c", code]
        return subprocess.run(run, cwd=ROOT, capture_output=True, text=True).stdout.strip().splitlines()

    refused = told("load_articles('gone')")
    assert refused[-1].startswith("FileNotFoundError: There is no folder 'gone'.") and len(refused) < 9 and "find_folder" not in "".join(refused)
    own = told("def mine(word):\n    return int(word)\nmine('x')")
    assert own[-1].startswith("ValueError: invalid literal") and any("return int(word)" in line for line in own)
    inside = "".join(told("from utils.terms import count_terms\ncount_terms(5)"))  # a TypeError, of which the reader's line alone would say too little
    assert "TypeError" in inside and "in count_terms(" in inside


def steps_of_the_tutorial():
    """The text of each step by its number, and of what stands below them as `red`."""
    parts = re.split(r"^## (?:(\d+)\. )?", (TUTORIAL / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {number or "red": text for number, text in zip(parts[::2], parts[1::2])}


def test_the_tutorial_names_what_stands_on_the_screen_and_rings_it(lab):
    bring_a_folder(lab.root)
    seen = {}
    for name, parts in walk(lab):
        seen.setdefault(name.split("-")[0], []).append(screen(lab.page))
        for box in [part.evaluate(SEEN_OF) for part in parts]:
            assert box["width"] > 8 and box["height"] > 8 and box["left"] + box["width"] <= SIZE["width"] and box["top"] + box["height"] <= SIZE["height"], name
    screens = ""
    for step, text in steps_of_the_tutorial().items():
        screens += "\n".join(seen.pop(step))  # a menu that an earlier step has opened is known
        named = [words for words in re.findall(r"\*\*(.+?)\*\*", text) if not words.isdigit()]
        assert [words for words in named if words not in screens] == [], step
    assert not seen
    assert "FileNotFoundError: There is no folder 'my-foldr'." in screens and "find_folder" not in screens
    lab.page.evaluate("window.jupyterapp.commands.execute('docmanager:open', {path: 'notebooks/tutorial/README.md'}).then(() => null)")
    lab.page.wait_for_function(f"() => {HERE}?.node?.querySelectorAll('.jp-RenderedMarkdown img').length > 10 && [...{HERE}.node.querySelectorAll('img')].every(picture => picture.naturalWidth)")
    assert lab.asked == []


def test_the_tutorial_has_ten_steps_small_pictures_and_links_that_lead_somewhere():
    text = (TUTORIAL / "README.md").read_text(encoding="utf-8")
    assert list(steps_of_the_tutorial()) == [*map(str, range(1, 11)), "red"]
    pictures = dict(re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text))
    assert sorted(pictures.values()) == sorted(file.name for file in TUTORIAL.glob("*.png")) and min(map(len, pictures)) > 20
    files = [TUTORIAL / name for name in pictures.values()]
    assert max(file.stat().st_size for file in files) < 80_000 and sum(file.stat().st_size for file in files) < 700_000 and max(Image.open(file).width for file in files) <= 1280
    headings = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^##* (.+)$", text, re.MULTILINE)}
    for link in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text):
        assert link[1:] in headings if link.startswith("#") else (TUTORIAL / link).exists(), link
    assert "](tutorial/README.md)" in (ROOT / "notebooks" / "_welcome.ipynb").read_text(encoding="utf-8")


def check(lab, cell):
    """What shuts readers out, in the light and in the dark; and nothing was asked of another host."""
    axe = (Path(find_spec("axe_playwright_python").submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    lab.page.evaluate(axe)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => null)", theme)
        lab.page.wait_for_function("dark => document.body.dataset.jpThemeLight === dark", arg=str("Light" in theme).lower())
        lab.page.wait_for_timeout(500)
        found = cell.query_selector(".widget-vbox").evaluate("part => axe.run(part, {resultTypes: ['violations']}).then(result => result.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))")
        assert found == [], theme
    assert lab.asked == []
