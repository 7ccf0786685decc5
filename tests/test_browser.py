"""The built pages in a real browser, in four views: nothing asked of any host, nothing wrong, nothing cut, every link true."""

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from utils.report import main

VIEWS = {"desk": (1280, "light"), "desk-dark": (1280, "dark"), "phone": (390, "light"), "phone-dark": (390, "dark")}
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge"]
PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"]
HOSTILE = """ date 2021-05-0{n} <script>document.title = "run"</script> <img src=x onerror="document.title='run'"> said of the moon ]]> {{{{ 7*7 }}}} $x^2$.

A “javascript:alert(1)” <a href="javascript:document.title='run'">link</a> and <svg onload=alert(1)> to the moon \u202eback\u202c.

{word} of the moon mission stands here, and \x1b[31mred\x1b[0m besides the moon.
"""


def launch(play):
    """The first Chrome, Chromium or Edge that is there, else playwright's own."""
    found = next((path for path in [*map(shutil.which, NAMES), *PLACES] if path and Path(path).exists()), None)
    return play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking"])


@pytest.fixture(scope="session")
def reports(tmp_path_factory, sample_report):
    """The sample's pages, and those of hostile articles."""
    root = tmp_path_factory.mktemp("pages")
    (root / "hostile").mkdir()
    for n in range(1, 8):
        (root / "hostile" / f"<b>{n}'.txt").write_text(HOSTILE.format(n=n, word="x" * 20_000), encoding="utf-8")
    assert main(["--articles", str(root / "hostile"), "--out", str(root / "hostile-out")]) == 0
    return {"sample": sample_report[0], "hostile": root / "hostile-out"}


class Opened:
    """A page in a view, and all that went wrong on the way."""

    def __init__(self, browser, file, view="desk", **options):
        width, scheme = VIEWS[view]
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        self.page, self.wrong = self.context.new_page(), []
        self.page.on("request", lambda request: self.wrong.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url[:80]}"))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.goto(file.as_uri())

    def __enter__(self):
        return self.page, self.wrong

    def __exit__(self, *_):
        self.context.close()


def test_the_reason_in_the_last_column_does_not_make_a_row_tall(browser, sample_report):
    with Opened(browser, sample_report[0] / "02-terms.html", "phone") as (page, _):
        heights = page.evaluate("[...document.querySelectorAll('tr.doubt')].map(row => row.offsetHeight)")
        assert heights and max(heights) < 100  # three lines; without a least width it is five and more


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("corpus", ["sample", "hostile"])
def test_nothing_is_asked_nothing_is_wrong_nothing_sticks_out(browser, reports, corpus, view):
    axe = (Path(find_spec("axe_playwright_python").submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    for file in sorted(reports[corpus].glob("*.html")):
        with Opened(browser, file, view) as (page, wrong):
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{file.stem} scrolls sideways"
            unfolded = view in ("desk", "phone-dark")  # both widths and both schemes with everything unfolded, too
            if unfolded:
                page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{file.stem} scrolls sideways when unfolded"
            page.evaluate(axe)
            rules = "{resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}}"
            told = f"contrast => axe.run({rules}).then(result => result.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))"
            assert page.evaluate(told, corpus == "sample" or unfolded) == [], file.stem  # contrast takes nine tenths of the time
            assert wrong == [] and page.title() != "run", file.stem


@pytest.mark.parametrize("script", [True, False])
def test_every_mark_leads_to_its_sentences_and_back(browser, reports, script):
    charts = 0
    for file in sorted(reports["sample"].glob("0*.html")):
        with Opened(browser, file, java_script_enabled=script) as (page, wrong):
            for chart in page.query_selector_all("figure.chart"):
                charts += 1
                link = chart.query_selector("svg a")
                label, target = link.get_attribute("aria-label"), link.get_attribute("href")
                box = page.query_selector(target)
                if charts % 2:
                    link.click(timeout=3000)
                else:
                    link.focus()
                    page.keyboard.press("Enter")
                page.wait_for_timeout(50)
                assert page.url.endswith(target) and box.query_selector(".sentence").text_content()
                if script:
                    assert box.is_visible()
                assert label.split(": ")[0] == box.query_selector("h3 bdi").text_content()
                back = box.query_selector("a.back").get_attribute("href")
                assert page.query_selector(back) is not None
            assert wrong == []
    assert charts == 16


def test_all_links_within_pages_have_a_target_and_a_name(browser, reports):
    for file in sorted(reports["sample"].glob("*.html")):
        with Opened(browser, file) as (page, _):
            assert page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(decodeURIComponent(a.hash ? a.hash.slice(1) : a.getAttribute('href').slice(1))) && a.className !== 'anchor-link').map(a => a.getAttribute('href'))") == []
            assert page.evaluate("[...document.querySelectorAll('a')].filter(a => !(a.textContent.trim() || a.getAttribute('aria-label'))).length") == 0


@pytest.mark.parametrize("view, drawing", [("desk", ".wide"), ("phone", ".narrow")])
def test_every_chart_answers_a_click(browser, reports, view, drawing):
    for file in sorted(reports["sample"].glob("0*.html")):
        with Opened(browser, file, view) as (page, _):
            for chart in page.query_selector_all(f"figure.chart {drawing}"):
                link = chart.query_selector_all("svg a")[-1]
                link.click(timeout=3000)
                assert page.url.endswith(link.get_attribute("href"))


def test_a_click_on_a_bar_opens_its_sentences(browser, reports):
    with Opened(browser, reports["sample"] / "02-terms.html") as (page, _):
        page.query_selector("figure.chart .wide svg a").click()
        page.wait_for_timeout(50)
        assert page.query_selector(".behind:target").is_visible() and "space" in page.query_selector(".behind:target mark").text_content().lower()


def test_chart_text_can_be_read_in_the_dark_and_in_the_light(browser, reports):
    contrast = """() => {
      const light = c => { const p = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]; };
      const paper = light(getComputedStyle(document.body).backgroundColor);
      return Math.min(...[...document.querySelectorAll('.wide svg text')].map(t => light(getComputedStyle(t).fill)).map(l => (Math.max(l, paper) + 0.05) / (Math.min(l, paper) + 0.05)));
    }"""
    for view in ("desk", "desk-dark"):
        for file in sorted(reports["sample"].glob("0*.html")):
            with Opened(browser, file, view) as (page, _):
                assert page.evaluate(contrast) >= 4.5, (file.stem, view)


def test_no_label_is_cut_and_none_lies_on_another(browser, reports):
    measure = """() => [...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).flatMap(svg => {
      const frame = svg.getBoundingClientRect(), boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]).filter(([t]) => t.trim());
      const cut = boxes.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1 || b.bottom > frame.bottom + 1).map(([t]) => 'cut: ' + t);
      const lie = boxes.flatMap(([t, a], i) => boxes.slice(i + 1).filter(([, b]) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 4 && b.top < a.bottom - 4).map(([u]) => t + ' on ' + u));
      return [...cut, ...lie];
    })"""
    for view in ("desk", "phone"):
        for file in sorted(reports["sample"].glob("0*.html")):
            with Opened(browser, file, view) as (page, _):
                assert page.evaluate(measure) == [], (file.stem, view)


def test_tables_sort_and_filter(browser, reports):
    with Opened(browser, reports["sample"] / "02-terms.html") as (page, _):
        table = page.query_selector("figure.table table")
        column = lambda n: [cell.text_content() for cell in table.query_selector_all(f"tbody tr:not([hidden]) td:nth-child({n})")]
        head = table.query_selector_all("th button")
        assert column(2)[0] == "105"
        head[1].click()
        head[1].click()
        numbers = [int(n.replace(",", "")) for n in column(2)]
        assert numbers == sorted(numbers) and table.query_selector("th[aria-sort]").get_attribute("aria-sort") == "ascending"
        page.query_selector("figure.table input").fill("rover")
        assert column(1) == ["rover"]


def test_pages_are_light_and_print_on_few_sheets(browser, reports):
    for file in sorted(reports["sample"].glob("*.html")):
        assert file.stat().st_size <= 200_000, file.stem
        with Opened(browser, file) as (page, _):
            sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
            assert 1 <= sheets <= 10, (file.stem, sheets)


def test_a_wide_table_takes_the_room_beside_the_text_and_on_a_phone_scrolls(browser, reports):
    for view in ("desk", "phone"):
        with Opened(browser, reports["sample"] / "05-voices.html", view) as (page, _):
            shown, whole, text = page.evaluate("(table => [table.clientWidth, table.scrollWidth, table.parentElement.clientWidth])(document.querySelector('.scroll'))")
            assert text < shown <= whole if view == "desk" else text == shown < whole


def test_nothing_holds_a_page_up(browser, reports):
    # How many milliseconds it takes is `benchmarks/paint.py`'s to say, not a test's.
    for file in sorted(reports["sample"].glob("*.html")):
        with Opened(browser, file) as (page, _):
            assert page.evaluate("performance.getEntriesByType('resource').filter(entry => !entry.name.startsWith('data:')).map(entry => entry.name)") == [], file.stem
            assert page.evaluate("document.querySelectorAll('head script, link[rel=stylesheet]').length") == 0, file.stem
            assert page.evaluate("[...document.scripts].every(script => script === document.body.lastElementChild)"), file.stem
