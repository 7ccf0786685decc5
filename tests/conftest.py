"""What tests share: small frames, and files written on the spot."""

import os

import matplotlib
import pandas as pd
import pytest

matplotlib.use("Agg")
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


def pytest_collection_modifyitems(items):
    """The files that take minutes come first, so that in the end no process waits for one of them."""
    items.sort(key=lambda item: item.path.stem not in ("test_browser", "test_lab", "test_report"))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def folder(tmp_path):
    """Write files and get their folder: folder({"a.txt": "text", "b/c.txt": b"bytes"})."""

    def write(files):
        for name, content in files.items():
            file = tmp_path / "corpus" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        (tmp_path / "corpus").mkdir(exist_ok=True)
        return tmp_path / "corpus"

    return write


@pytest.fixture
def frame():
    """A table of articles from texts and, if given, dates."""

    def make(*texts, dates=None):
        ids = [f"a{n}" for n in range(len(texts))]
        data = pd.DataFrame({"article_id": pd.Series(ids, dtype="str"), "text": pd.Series(texts, dtype="str")})
        return data.assign(date=pd.to_datetime(pd.Series([None] * len(texts) if dates is None else dates)).astype("datetime64[s]"))

    return make


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory):
    """The sample's report, made once for all processes that test: its folder and the exit code."""
    from utils.folders import alone
    from utils.report import main

    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    out, code = place / "sample", place / "sample.code"
    with alone(place / "sample.lock", wait=True):
        if not code.exists():
            code.write_text(str(main(["--articles", "data/articles", "--out", str(out)])))
    return out, int(code.read_text())


@pytest.fixture(scope="session")
def browser():
    """One browser for all files of tests, which may run in one process: there playwright starts but once."""
    from playwright.sync_api import Error, sync_playwright

    from tests.test_browser import launch

    with sync_playwright() as play:
        try:
            one = launch(play)
        except Error:
            pytest.skip("No Chrome, Chromium or Edge was found, so no page was opened: install one to run the browser tests.")
        yield one
        one.close()
