"""Every notebook in a real JupyterLab, in a real browser: it runs, it shows, it answers, and asks no host but this machine."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.test_browser import browser  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb"))
WAIT = 120_000  # milliseconds, on a busy machine
HERE = "window.jupyterapp.shell.currentWidget"
IDLE = f"() => {HERE}?.context?.isReady && {HERE}.sessionContext?.session?.kernel?.status === 'idle'"
# Cells off screen are not in the page: bring each to the middle, then look for what its outputs hold.
SEEN = f"""async number => {{
  const notebook = {HERE}.content, cell = notebook.widgets[number];
  await notebook.scrollToItem(number, 'center');
  for (let n = 0; n < 100; n++) {{
    const found = [...cell.node.querySelectorAll('.jp-OutputArea-output :is(svg, table, img, li)')].filter(part => part.getBoundingClientRect().width > 20);
    if (cell.isAttached && found.length) return found.map(part => part.tagName.toLowerCase());
    await new Promise(done => setTimeout(done, 50));
  }}
  return [];
}}"""


class Lab:
    """A page of JupyterLab, and all that it asked of other hosts."""

    def __init__(self, browser, address, root):  # noqa: F811
        self.address, self.root, self.asked = address, root, []
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("request", lambda request: None if re.match(rf"(https?|wss?)://{address[7:]}/|data:|blob:", request.url) else self.asked.append(request.url))
        self.page.on("websocket", lambda socket: None if socket.url.startswith(f"ws://{address[7:]}/") else self.asked.append(socket.url))
        self.page.goto(f"{address}/lab?reset")
        self.page.wait_for_function("() => window.jupyterapp?.restored")
        self.page.evaluate("window.jupyterapp.restored.then(() => null)")

    def open(self, name):
        self.page.evaluate("path => window.jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'}).then(() => null)", f"notebooks/{name}.ipynb")
        self.page.wait_for_function(f"name => {HERE}?.context?.path === 'notebooks/' + name + '.ipynb'", arg=name)
        self.page.wait_for_function(IDLE)
        return self

    def close(self):
        """Close the notebook and end its kernel, so that no two hold memory at once."""
        self.page.evaluate(f"async () => {{ const panel = {HERE}; await panel.sessionContext.shutdown(); await panel.context.revert(); panel.dispose() }}")

    def run(self):
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
        self.page.wait_for_function(IDLE)
        return self.outputs()

    def run_anew(self):
        """Restart the kernel, and run all; JupyterLab asks whether that is meant."""
        self.page.evaluate("window.ran = false; window.jupyterapp.commands.execute('notebook:restart-run-all').then(() => window.ran = true); null")
        self.page.click(".jp-Dialog .jp-mod-accept")
        self.page.wait_for_function("() => window.ran")
        self.page.wait_for_function(IDLE)
        return self.outputs()

    def cells(self):
        return self.page.evaluate(f"{HERE}.content.model.toJSON().cells")

    def outputs(self):
        """What the notebook's model holds: for each cell a list of outputs, but for the names of widgets, which are new each time, and bars of progress."""
        lists = [[output for output in cell.get("outputs", []) if not any("widget" in kind for kind in output.get("data", {})) or "text/html" in output["data"]] for cell in self.cells()]
        return [[output | {"execution_count": None, "data": {kind: "".join(data) for kind, data in output.get("data", {}).items() if "widget" not in kind}} for output in outputs] for outputs in lists]

    def write(self, old, new):
        """Change the cell of parameters."""
        number, source = next((n, "".join(cell["source"])) for n, cell in enumerate(self.cells()) if "parameters" in cell["metadata"].get("tags", []))
        assert old in source
        self.page.evaluate(f"([number, source]) => {HERE}.content.widgets[number].model.sharedModel.setSource(source)", [number, source.replace(old, new)])

    def number(self, source):
        """Which cell holds this code."""
        return next(n for n, cell in enumerate(self.cells()) if source in "".join(cell["source"]) and cell["cell_type"] == "code")

    def cell(self, source):
        """The cell that holds this code, as a part of the page, in its middle."""
        self.page.evaluate(SEEN, self.number(source))
        return self.page.evaluate_handle(f"number => {HERE}.content.widgets[number].node", self.number(source)).as_element()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):  # noqa: F811
    """A JupyterLab as `make lab` starts it, on a copy of the project."""
    root = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "data", "utils"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = re.search(r"^QUIET = (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    given = [f"--ServerApp.root_dir={root}", f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--IdentityProvider.token=", "--expose-app-in-browser", "--allow-root"]
    homes = {f"{name}": str(root / "home") for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    environment = {name: value for name, value in os.environ.items() if name != "DATELINE_REPORT"} | homes | {"PYTHONPATH": str(root), "JUPYTER_PREFER_ENV_PATH": "1"}
    with open(root / "log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *quiet, *given], cwd=root, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                urlopen(f"http://127.0.0.1:{port}/api", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (root / "log").read_text()[-2000:]
                time.sleep(0.2)
        yield Lab(browser, f"http://127.0.0.1:{port}", root)
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_all_its_figures_and_runs_again_the_same(lab, name):
    first = lab.open(name).run()
    assert not [output for outputs in first for output in outputs if output["output_type"] in ("error", "stream")]
    drawn = 0
    for number, outputs in enumerate(first):
        markup = "".join(output["data"].get("text/html", "") for output in outputs)
        if wanted := {tag for tag in ("svg", "table") if f"<{tag}" in markup}:
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


def test_the_explorer_answers_what_is_typed(lab):
    lab.open("_welcome").run()
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
    lab.close()


def test_the_reader_opens_what_is_chosen_with_the_keys(lab):
    lab.open("_welcome").run()
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
    lab.close()


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
