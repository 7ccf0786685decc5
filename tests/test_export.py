"""What goes out is opened again by another program, or by Dateline itself, and is the same."""

import csv
import re

import openpyxl
import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader

from utils.articles import load_articles
from utils.charts import bars, trends
from utils.dates import find_dates
from utils.export import save_figure, save_readtext, save_table, save_texts
from utils.names import find_names
from utils.quotes import find_quotes
from utils.show import figure
from utils.terms import count_terms
from utils.timeline import term_trend
from utils.tokens import tokenize

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "#N/A"]
SAME = ["article_id", "date", "date_precision", "title", "source", "url", "text"]
ODD = {
    "quotes.txt": ' date 2017-11-18 He said "no, ""never""", then \'left\'; and: a,b\tc.\n\nThe second, with 5 < 6 & </p> in it.',
    "dated.txt": " date 2017-11-18\n\ndate 2019-01-02 was the day of the launch.",
    "undated.txt": "Ten ducks swim.\n\nAnd one is dry.",
    "month.txt": "A title, with a comma date 2022-01 The lake is rising. It rose by a foot.",
    "=cmd.txt": " date 2020-02-29 =1+1 is what the cell said.",
    "CON.txt": "date 2020-03-01 One.", "con.TXT": "date 2020-03-02 Two.", "Straße.txt": "date 2020-03-03 Three.", "STRASSE.txt": "date 2020-03-04 Four.",
    "a b:c?.txt": "date 2020-03-05 Five.", "a_b_c_.txt": "date 2020-03-06 Six.", "x" * 200 + ".txt": "date 2020-03-07 Seven.",
    "Post/भारत.txt": "date 2020-03-08 भारत और जापान।", "Post/-.txt": "date 2020-03-09 Eight.",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample():
    return load_articles("data/articles")[0]


def rows_of(file, encoding="utf-8"):
    with open(file, newline="", encoding=encoding) as stream:
        return list(csv.reader(stream))


def cells_of(file):
    return [list(row) for row in openpyxl.load_workbook(file).active.iter_rows()]


def same(before, after):
    before, after = (table[SAME].sort_values("article_id", ignore_index=True) for table in (before, after))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_houses_tables_open_in_a_spreadsheet(sample, tmp_path, ending):
    tokens, few = tokenize(sample), sample.head(30)
    tables = [sample, count_terms(tokens), term_trend(tokens, sample, ["moon"]), find_dates(few), find_names(few), find_quotes(few), tokens.head(50)]
    for n, table in enumerate(tables):
        file = save_table(table, tmp_path / f"{n}.{ending}")
        read = rows_of(file, "utf-8-sig") if ending == "csv" else [[cell.value for cell in row] for row in cells_of(file)]
        assert read[0] == list(table) and len(read) == len(table) + 1 and {len(row) for row in read} == {len(table.columns)}
        days = table.select_dtypes("datetime")
        for name, column in days.items():
            at = read[0].index(name)
            shown = [row[at] for row in read[1:]]
            assert shown == ([f"{day:%Y-%m-%d}" if pd.notna(day) else "" for day in column] if ending == "csv" else [day if pd.notna(day) else None for day in column])


def test_csv_runs_no_formula_and_excel_keeps_the_text(tmp_path):
    table = pd.DataFrame({"=token": FORMULAS, "n": range(-4, 5), "day": pd.to_datetime(["2017-11-18"] * 9), "words": [["a", "b"]] * 9, "x": [1.23456789] * 9})
    before = table.copy()
    head, *rows = rows_of(save_table(table, tmp_path / "a.csv"), "utf-8-sig")
    assert head == ["'=token", "n", "day", "words", "x"] and rows[0] == ["'=1+1", "-4", "2017-11-18", "a, b", "1.23456789"]
    assert not any(row[0].startswith(tuple("=+-@\t\r\n＝")) for row in rows)
    head, *rows = cells_of(save_table(table, tmp_path / "a.xlsx"))
    assert {row[0].data_type for row in [head, *rows]} == {"s"} and [row[0].value for row in rows][:4] == FORMULAS[:4] and rows[8][0].value == "#N/A"
    assert rows[0][1].value == -4 and rows[0][2].is_date and rows[0][2].number_format == "yyyy-mm-dd" and rows[0][3].value == "a, b"
    widths = {letter: column.width for letter, column in openpyxl.load_workbook(tmp_path / "a.xlsx").active.column_dimensions.items()}
    assert widths["A"] == len("@SUM(A1)") + 2 and widths["C"] == len("2017-11-18") + 2  # in less a day is shown as ####
    pd.testing.assert_frame_equal(table, before)


def test_tables_of_any_kind(tmp_path):
    words = pd.DataFrame({"kind": pd.Categorical(["Zürich", None]), "known": pd.array([True, None], "boolean"), "n": pd.array([1, None], "Int64")})
    assert rows_of(save_table(words, tmp_path / "a.csv"), "utf-8-sig") == [["kind", "known", "n"], ["Zürich", "True", "1"], ["", "", ""]]
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [cell.value for cell in cells_of(save_table(words, tmp_path / "a.xlsx"))[1]] == ["Zürich", True, 1]
    indexed = words.set_index(pd.Index(["a", "b"], name="group"))
    assert rows_of(save_table(indexed, tmp_path / "b.csv"), "utf-8-sig")[0] == ["group", "kind", "known", "n"]
    for ending in ("csv", "xlsx"):
        save_table(words.head(0), tmp_path / f"none.{ending}")
    assert rows_of(tmp_path / "none.csv", "utf-8-sig") == [["kind", "known", "n"]] and len(cells_of(tmp_path / "none.xlsx")) == 1


def test_what_a_spreadsheet_cannot_hold_is_said(tmp_path):
    long = pd.DataFrame({"text": ["a" * 32_768]})
    with pytest.raises(ValueError, match="32,768 characters"):
        save_table(long, tmp_path / "a.xlsx")
    with pytest.raises(ValueError, match=r"\.csv or \.xlsx, not as 'a.ods'"):
        save_table(long, tmp_path / "a.ods")
    assert not list(tmp_path.iterdir())
    assert openpyxl.load_workbook(save_table(long.map(lambda text: text[:999]), tmp_path / "long.xlsx")).active.column_dimensions["A"].width == 50
    assert len(rows_of(save_table(long, tmp_path / "a.csv"), "utf-8-sig")[1][0]) == 32_768
    bad = save_table(pd.DataFrame({"text": ["a\x0bb\x0cc\ud800\u202e"]}, dtype=object), tmp_path / "b.xlsx")
    assert cells_of(bad)[1][0].value == "abc"


def test_a_figure_stands_alone(sample, tmp_path):
    trend = term_trend(tokenize(sample), sample, ["moon", "rover"])
    axes = trends(trend)
    told = dict(title="When is the <Moon> named? $5_{ and 6^", caption="Per 10,000 words.", articles=sample)
    for ending in ("png", "svg", "pdf"):
        save_figure(axes, tmp_path / f"a.{ending}", **told)
    text = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert text.endswith("When is the <Moon> named? $5_{ and 6^\nPer 10,000 words.\n164 articles, Nov 2016 to Nov 2025 · Dateline")
    fonts = PdfReader(tmp_path / "a.pdf").pages[0]["/Resources"]["/Font"]
    assert fonts and all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in (font.get_object() for font in fonts.values()))
    assert not PdfReader(tmp_path / "a.pdf").pages[0]["/Annots"].get_object()
    svg = (tmp_path / "a.svg").read_text()
    assert "<text" not in svg and "<a " not in svg and "<path" in svg
    image = Image.open(tmp_path / "a.png").convert("RGB")
    assert image.width > 1200 and image.getpixel((2, 2)) == (0xFD, 0xFD, 0xFB)
    assert any(sum(image.getpixel((x, y))) < 300 for x in range(20, 400) for y in range(20, 60))  # the title, dark on light


def test_links_to_marks_of_a_page_stay_behind(tmp_path):
    ax = bars(pd.DataFrame({"token": ["moon"], "n": [3]}))
    assert "<a " not in save_figure(ax, tmp_path / "a.svg", title="Terms").read_text() and ax.patches[0].get_url() == "#moon"
    ax.figure.savefig(tmp_path / "b.svg")
    assert "<a " in (tmp_path / "b.svg").read_text()


def test_the_same_chart_is_the_same_file(tmp_path):
    counts = pd.DataFrame({"token": ["moon"], "n": [3]})
    for ending in ("svg", "pdf", "png"):
        first, second = (save_figure(bars(counts), tmp_path / f"{n}.{ending}", title="Terms").read_bytes() for n in (1, 2))
        assert first == second


def test_a_saved_figure_can_be_shown_as_before(tmp_path):
    counts, told = pd.DataFrame({"token": ["moon"], "n": [3]}), dict(title="Terms", caption="Of 9 words.", alt="One bar.", data=pd.DataFrame({"token": ["moon"], "n": [3]}))
    alone, ax = figure(bars(counts), **told), bars(counts)
    save_figure(ax, tmp_path / "a.png", title="Another title")
    shown = figure(ax, **told)
    heights = [float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', output.markup)[1]) for output in (alone, shown)]
    ax = bars(counts)
    once, twice = ((save_figure(ax, tmp_path / f"{n}.png", title="Another title"), ax.get_position().height)[1] for n in range(2))
    assert abs(once - twice) < 0.02  # the second time, too, there is room for the title
    assert "Another title" not in shown.markup and "Dateline" not in shown.markup and heights[0] == heights[1]


@pytest.mark.parametrize(("days", "source"), [([], "0 articles · Dateline"), ([None], "1 article · Dateline"), (["2017-11-18", "2017-11-02"], "2 articles, Nov 2017 · Dateline")])
def test_the_source_line_on_few_articles(tmp_path, days, source):
    articles = pd.DataFrame({"article_id": list("ab"[: len(days)]), "date": pd.to_datetime(pd.Series(days, dtype="str")), "text": "The moon."})
    save_figure(bars(pd.DataFrame({"token": ["moon"], "n": [3]})), tmp_path / "a.pdf", title="Terms", articles=articles)
    assert PdfReader(tmp_path / "a.pdf").pages[0].extract_text().endswith(source)


def test_the_sample_comes_back(sample, tmp_path):
    save_readtext(sample, tmp_path / "moon.csv")
    same(sample, load_articles(tmp_path / "moon.csv")[0])
    save_texts(sample, tmp_path / "moon")
    articles, set_aside = load_articles(tmp_path / "moon", store=tmp_path / "store")
    same(sample, articles)
    same(sample, load_articles(tmp_path / "moon", store=tmp_path / "store")[0])
    assert set_aside[["path", "reason"]].values.tolist() == [["metadata.csv", "metadata"]] and "164 texts" in set_aside["detail"].item()


def test_odd_texts_and_ids_come_back(folder, tmp_path):
    articles, set_aside = load_articles(folder(ODD))
    assert set_aside.empty and articles["article_id"].is_unique and len(articles) == len(ODD)
    assert articles.set_index("article_id").loc["dated", "text"] == "date 2019-01-02 was the day of the launch."
    same(articles, load_articles(save_readtext(articles, tmp_path / "odd.csv"))[0])
    written = save_texts(articles, tmp_path / "odd")
    same(articles, load_articles(written)[0])
    names = [file.name for file in written.iterdir()]
    assert len({name.casefold() for name in names}) == len(ODD) + 1 and all(re.fullmatch(r"\d\d-[\w.-]*\.txt|metadata\.csv", name) and len(name.encode()) < 255 for name in names)


def test_names_of_files_are_such_that_every_system_takes(frame, tmp_path):
    ids = ["Cafe\u0301", "Café", "月" * 100, "../up", "..", "a\\b|c*?", ".hidden", "a."]
    frame = frame(*"ABCDEFGH").assign(article_id=ids).set_axis([0] * 8)
    names = rows_of(save_texts(frame, tmp_path / "a") / "metadata.csv")[1:]
    assert [name for name, *_ in names] == ["1-Café.txt", "2-Café.txt", f"3-{'月' * 50}.txt", "4-up.txt", "5-.txt", "6-a_b_c.txt", "7-hidden.txt", "8-a.txt"]
    assert load_articles(tmp_path / "a")[0].set_index("article_id")["text"].to_dict() == dict(zip(ids, "ABCDEFGH"))


def test_what_only_a_date_line_could_hide_comes_back_without_one(tmp_path):
    frame = pd.DataFrame({"article_id": ["a", "b#2017-11-18"], "date": pd.to_datetime(pd.Series([None, None])), "text": ["date 2019-01-02 was the day.", "The lake."]})
    for place in (save_readtext(frame, tmp_path / "a.csv"), save_texts(frame, tmp_path / "a")):
        articles = load_articles(place)[0]
        assert articles["text"].tolist() == frame["text"].tolist() and articles["article_id"].tolist() == ["a", "b#2017-11-18"]
    assert articles["date"].isna().all() and articles["flags"].eq("").all()


def test_what_other_programs_find(sample, tmp_path):
    head, *rows = rows_of(save_readtext(sample.assign(doc_id="x", mine=7), tmp_path / "moon.csv"))
    first = sample.iloc[0]
    assert head[:2] == ["doc_id", "text"] and head.count("doc_id") == 1 and len(head) == len(sample.columns) + 1
    assert rows[0][:2] == [first["article_id"], first["text"]] and rows[0][head.index("mine")] == "7"
    assert {row[head.index("date")] for row in rows if row[head.index("date_precision")] == "month"} == set(sample.loc[sample["date_precision"] == "month", "date"].dt.strftime("%Y-%m"))
    head, *rows = rows_of(save_texts(sample.assign(summary="Not counted."), tmp_path / "moon") / "metadata.csv")
    assert head[:2] == ["file", "doc_id"] and not {"text", "summary"} & set(head)
    for row, article in zip(rows, sample.itertuples()):
        assert row[1] == article.article_id and (tmp_path / "moon" / row[0]).read_text(encoding="utf-8") == article.text
    assert len(list((tmp_path / "moon").iterdir())) == len(sample) + 1


def test_nothing_is_written_over_and_no_article_is_a_folder_too(frame, tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        save_texts(frame("A."), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.txt"]
    assert rows_of(save_texts(frame(), tmp_path / "none") / "metadata.csv") == [["file", "doc_id", "date"]]
    assert save_readtext(frame(), tmp_path / "none.csv").read_text() == "doc_id,text,date\n"


def test_a_table_beside_texts_of_ones_own(folder):
    table = "filename,headline,published,outlet\na.txt,The lake,18/11/2017,Post\nsub/b.txt,,,Herald\ngone.txt,None,,\n"
    articles, set_aside = load_articles(folder({"x/meta.csv": table, "x/a.txt": "It rose.", "x/sub/b.txt": "date 2018-01-02 It fell.", "a.txt": "Another."}))
    rows = articles.set_index("article_id")
    assert rows.loc["x/a", ["title", "source", "date_from"]].tolist() == ["The lake", "Post", "column published"] and rows.loc["x/a", "date"] == pd.Timestamp("2017-11-18")
    assert rows.loc["x/sub/b", "source"] == "Herald" and pd.isna(rows.loc["x/sub/b", "date"])  # the table has a column of dates, and says none
    assert rows.loc["a", ["title", "source"]].isna().all() and set_aside["reason"].tolist() == ["metadata"]


def test_a_table_with_names_of_files_and_texts_is_a_table_of_articles(folder):
    articles, set_aside = load_articles(folder({"a.csv": "filename,content\na.txt,The lake rose.\n", "b.csv": "file,words\n1,It fell again\n"}))
    assert articles["text"].tolist() == ["The lake rose."] and set_aside["reason"].tolist() == ["no text column"]


def test_ids_of_documents_stay_where_they_are_no_ones_else(folder):
    articles, _ = load_articles(folder({"a.csv": "doc_id,text\nt1,One.\nt2,Two <br> lines.\n", "b.csv": "doc_id,text\nt2,Three.\n", "c.csv": "id,text\nt1,Four.\n"}))
    assert articles["article_id"].tolist() == ["t1", "a.csv#t2", "b.csv#t2", "c#t1"] and articles["text"].tolist()[1] == "Two <br> lines."
