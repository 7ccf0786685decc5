"""A real JupyterLab in a real browser, as `make lab` starts it, on a copy of the project: for the tests, and for the pictures of the tutorial."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
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


# Heard by the server and by each kernel as it starts: whom they ask for, as `asked` below says of the page.
HEARS = """import sys

def hear(event, given):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        host = str(given[0] if event != "socket.connect" else given[1][0] if isinstance(given[1], tuple) else "")
        if host not in ("", "None", "localhost", "0.0.0.0", "::", "::1") and not host.startswith("127."):
            with open({file!r}, "a") as file:
                file.write(f"{{event}} {{host}}\\n")

sys.addaudithook(hear)
"""


class Lab:
    """A page of JupyterLab, and all that it, its server and its kernels asked of other hosts."""

    def __init__(self, browser, address, root):
        self.address, self.root, self.of_the_page = address, root, []
        self.page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("request", lambda request: None if re.match(rf"(https?|wss?)://{address[7:]}/|data:|blob:", request.url) else self.of_the_page.append(request.url))
        self.page.on("websocket", lambda socket: None if socket.url.startswith(f"ws://{address[7:]}/") else self.of_the_page.append(socket.url))
        self.start()

    def start(self, place=""):
        """JupyterLab anew, at the file that `place` names."""
        self.page.goto(f"{self.address}/lab{place}?reset")
        self.page.wait_for_function("() => window.jupyterapp?.restored")
        self.page.evaluate("window.jupyterapp.restored.then(() => null)")
        if place:
            self.page.wait_for_function(IDLE)

    @property
    def asked(self):
        heard = self.root.parent / "asked"
        return self.of_the_page + (heard.read_text().splitlines() if heard.exists() else [])

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

    def begin_at(self, source):
        """Scroll until the cell that holds this code stands at the top."""
        self.page.evaluate(f"number => {HERE}.content.scrollToItem(number, 'start')", self.number(source))

    def cell(self, source):
        """The cell that holds this code, as a part of the page, in its middle."""
        self.page.evaluate(SEEN, self.number(source))
        return self.page.evaluate_handle(f"number => {HERE}.content.widgets[number].node", self.number(source)).as_element()


@contextmanager
def started(browser, folder):
    """A JupyterLab on a copy of the project in `folder`, which is empty, with a home for it beside."""
    root, home = folder / "dateline", folder / "home"
    for name in ("notebooks", "data", "utils"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    home.mkdir()
    (home / "sitecustomize.py").write_text(HEARS.format(file=str(folder / "asked")))
    start = re.search(r"jupyter lab (.*)", (ROOT / "Makefile").read_text())[1].split()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = [f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--IdentityProvider.token=", "--expose-app-in-browser", "--allow-root"]
    homes = {name: str(home) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    environment = {name: value for name, value in os.environ.items() if name != "DATELINE_REPORT"} | homes | {"PYTHONPATH": f"{root}{os.pathsep}{home}", "JUPYTER_PREFER_ENV_PATH": "1"}
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *start, *given], cwd=root, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(1500):  # some minutes, on a machine that has much else to do
            try:
                urlopen(f"http://127.0.0.1:{port}/api", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()[-2000:]
                time.sleep(0.2)
        else:
            raise AssertionError(f"JupyterLab did not answer: {(folder / 'log').read_text()[-2000:]}")
        yield Lab(browser, f"http://127.0.0.1:{port}", root)
    finally:
        server.terminate()
        server.wait(20)
