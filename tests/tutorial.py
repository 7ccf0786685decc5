"""The way through the tutorial in a real JupyterLab: the tests walk it, and `python -m tests.tutorial` takes its pictures anew on the way."""

import io
import shutil
import tempfile
from pathlib import Path

from tests.lab import HERE, ROOT, started

TUTORIAL = ROOT / "notebooks" / "tutorial"
SIZE = {"width": 1040, "height": 720}
COLOURS = 100  # of a picture, so that it is small
OWN = """from utils.export import save_figure, save_table

save_table(periods, "rocket.xlsx")
chart = draw_articles(periods)
save_figure(chart, "rocket.png", title="Rockets", articles=articles)"""
READ = "parts => parts.filter(part => part.checkVisibility()).flatMap(part => [part.getAttribute('title'), part.getAttribute('aria-label')])"
SEEN_OF = """part => {  // what of it is on the screen
  const box = part.getBoundingClientRect(), pane = part.closest('.jp-WindowedPanel-outer, .jp-DirListing-content')?.getBoundingClientRect() ?? {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
  const left = Math.max(box.left, pane.left + 4), top = Math.max(box.top, pane.top + 2);
  return {left, top, width: Math.min(box.right, pane.right - 4) - left, height: Math.min(box.bottom, pane.bottom - 4) - top};
}"""
RINGS = """boxes => boxes.forEach((box, n) => {
  const looks = {
    ring: `left: ${box.left - 4}px; top: ${box.top - 4}px; width: ${box.width + 2}px; height: ${box.height + 2}px; border: 3px solid #d6336c; border-radius: 9px; box-shadow: 0 0 0 2px #fff, inset 0 0 0 2px #fff`,
    badge: `left: ${Math.min(box.left + box.width - 8, innerWidth - 26)}px; top: ${Math.max(box.top - 14, 3)}px; width: 23px; height: 23px; border-radius: 12px; background: #d6336c; color: #fff; font: bold 15px/23px sans-serif; text-align: center; box-shadow: 0 0 0 2px #fff`,
  };
  for (const [name, look] of Object.entries(looks)) {
    const part = document.createElement('div');
    part.className = 'tutorial-ring';
    part.style = `position: fixed; z-index: 99999; ${look}`;
    part.textContent = name === 'badge' ? n + 1 : '';
    document.body.append(part);
  }
})"""


def walk(lab):
    """Do what the tutorial says, and stop where it has a picture: gives the picture's name, which begins with its step's, and the parts of the screen to ring."""
    lab.page.set_viewport_size(SIZE)
    for part in (_terminal, _welcome, _template, _terms, _own_folder):
        yield from part(lab)


def _terminal(lab):
    page = lab.page
    _do(page, "terminal:create-new")
    page.locator(".jp-Terminal .xterm-screen").click()
    for line in ("PS1='ann@home $ '", "cd ..; clear"):
        page.keyboard.type(f"{line}\n")
        page.wait_for_timeout(1000)
    page.keyboard.type("cd dateline\nmake lab")
    page.wait_for_timeout(1000)
    yield "1-terminal", []
    _do(page, "terminal:shut-down")


def _welcome(lab):
    page = lab.page
    lab.start("/tree/notebooks/_welcome.ipynb")
    yield "2-welcome", [page.locator(".lm-MenuBar-content"), page.locator(".jp-DirListing-content"), page.locator(".jp-NotebookPanel:visible .jp-WindowedPanel-outer")]
    page.locator(".jp-CodeCell:visible .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"() => {HERE}.content.widgets[1].promptNode.textContent === '[1]:'")
    yield "3-run-a-cell", [_button(page, "run"), page.locator(".jp-CodeCell:visible .jp-InputPrompt").first]
    _menu(page, "Run")
    yield "3-run-all", [page.locator(".lm-MenuBar-item", has_text="Run"), _item(page, "Run All Cells")]
    _close_menus(page)
    lab.run()
    cell = lab.cell("explore(articles")
    box = cell.wait_for_selector("input")
    box.fill("rover, joint mission")
    box.press("Enter")
    page.wait_for_function("cell => cell.innerText.includes('“rover” stands')", arg=cell)
    _scroll(page, box)
    yield "4-explore", [box, cell.query_selector(".dateline svg")]


def _template(lab):
    page = lab.page
    _do(page, "filebrowser:go-to-path", {"path": "notebooks"})
    page.locator(".jp-DirListing-item", has_text="_template.ipynb").click(button="right")
    yield "5-copy", [page.locator(".jp-DirListing-item", has_text="_template.ipynb"), _item(page, "Duplicate")]
    _close_menus(page)
    shutil.copy(lab.root / "notebooks" / "_template.ipynb", lab.root / "notebooks" / "my-question.ipynb")
    _do(page, "filebrowser:refresh")
    lab.open("my-question")
    lab.write('"moon|lunar"', '"rocket"')
    lab.run()
    _scroll(page, page.locator(".jp-NotebookPanel:visible .jp-Cell").first)
    yield "5-change", [_line(page, "TERM = "), _button(page, "restart-and-run"), page.locator(".jp-OutputArea:visible .answer").first]
    drawn = lab.cell("figure(")
    drawn.query_selector(".jp-InputPrompt").click()
    _button(page, "insert").click()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(OWN)
    page.keyboard.press("Shift+Enter")
    picture = page.locator(".jp-DirListing-item", has_text="rocket.png")
    while not picture.count():
        _do(page, "filebrowser:refresh")
        page.wait_for_timeout(500)
    _scroll(page, drawn.query_selector(".caption"))
    yield "8-save", [drawn.query_selector(".data a"), _button(page, "insert"), _line(page, "save_table(periods"), page.locator(".jp-DirListing-item", has_text="rocket.xlsx")]
    picture.click(button="right")
    yield "8-download", [picture, _item(page, "Download")]
    _close_menus(page)
    _menu(page, "File")
    yield "10-stop", [_item(page, "Save Notebook"), _item(page, "Shut Down")]
    _item(page, "New").hover()
    yield "9-report", [page.locator(".lm-MenuBar-item", has_text="File"), _item(page, "New"), _item(page, "Terminal")]
    _close_menus(page)


def _terms(lab):
    page = lab.page
    lab.open("02-terms").run()
    cell = lab.cell("bars(by_n")
    bar = cell.wait_for_selector(".wide svg a")
    _scroll(page, cell.query_selector("figure"))
    yield "6-figure", [bar]
    bar.click()
    page.wait_for_timeout(500)
    yield "6-sentences", [cell.query_selector(".behind mark"), cell.query_selector(".behind .where"), cell.query_selector(".behind a.back")]


def _own_folder(lab):
    page = lab.page
    lab.open("_welcome")
    _do(page, "filebrowser:go-to-path", {"path": ""})
    lab.write("data/articles", "my-folder")
    lab.run()
    _scroll(page, page.locator(".jp-OutputArea:visible .answer").first, "end")
    yield "7-folder", [page.locator(".jp-DirListing-item", has_text="my-folder"), _line(page, 'ARTICLES = "my-folder"'), page.locator(".jp-OutputArea:visible .answer").first]
    lab.write('= "my-folder"', '= "my-foldr"')
    lab.run()
    lab.begin_at("load_articles(ARTICLES)")
    yield "red", [page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']:visible").first]


def _scroll(page, part, place="start"):
    part.evaluate("(part, block) => part.scrollIntoView({block})", place)
    page.wait_for_timeout(500)


def _do(page, command, given=None):
    page.evaluate("([command, given]) => window.jupyterapp.commands.execute(command, given).then(() => null)", [command, given or {}])


def _menu(page, name):
    page.locator(".lm-MenuBar-item", has_text=name).first.click()


def _close_menus(page):
    for _ in range(2):
        page.keyboard.press("Escape")


def _item(page, name):
    return page.locator(".lm-Menu-item", has=page.locator(f'.lm-Menu-itemLabel:text-is("{name}")')).first


def _button(page, name):
    return page.locator(f".jp-NotebookPanel:visible .jp-Toolbar-item[data-jp-item-name={name}]").first


def _line(page, text):
    return page.locator(".jp-CodeCell:visible .cm-line", has_text=text).first


def screen(page):
    """All that can be read on the screen, or comes up when the pointer rests on a button."""
    return "\n".join([page.inner_text("body"), *filter(None, page.locator("[title], [aria-label]").evaluate_all(READ))])


def picture(page, parts):
    """The screen with numbered rings around its `parts`, as the bytes of a small PNG; without parts the terminal alone."""
    from PIL import Image, ImageOps

    page.evaluate(RINGS, [part.evaluate(SEEN_OF) for part in parts])
    only = page.locator(".jp-Terminal").bounding_box() | {"height": 80} if not parts else None  # a terminal, as if there were no JupyterLab around it
    shot = Image.open(io.BytesIO(page.screenshot(clip=only))).convert("RGB")
    page.evaluate("document.querySelectorAll('.tutorial-ring').forEach(ring => ring.remove())")
    shot = ImageOps.expand(shot, 1, "grey") if only else shot
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(small := io.BytesIO(), "PNG", optimize=True)
    return small.getvalue()


def main():
    from playwright.sync_api import sync_playwright

    from tests.test_browser import launch

    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = launch(play)
        with started(browser, Path(folder)) as lab:
            bring_a_folder(lab.root)
            for name, parts in walk(lab):
                (TUTORIAL / f"{name}.png").write_bytes(picture(lab.page, parts))
                print(f"{name}.png", flush=True)
        browser.close()


def bring_a_folder(root):
    """What a reader may have: some articles, and a file that no one but its own program can read."""
    shutil.copytree(root / "data" / "articles" / "agencies", root / "my-folder")
    (root / "my-folder" / "interview.pages").write_bytes(b"PK")


if __name__ == "__main__":
    main()
