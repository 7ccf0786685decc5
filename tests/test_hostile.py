"""Hostile input: each thing ends as rows of `set_aside` or as articles, soon, and nothing is written or asked for elsewhere."""

import gzip
import inspect
import io
import json
import os
import re
import socket
import sys
import tarfile
import zipfile
import zlib

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import packed

import utils.columns
import utils.files
import utils.readers
import utils.readers.pdf
from utils.articles import audit, find_files, fingerprint, load_articles, main
from utils.show import _csv

BODY = "The two heads of the agencies met in the harbour town on a grey day."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No reader may connect."""

    def refuse(*_):
        raise AssertionError("a reader asks for something elsewhere")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def told(folder, files):
    """What `load_articles` tells of files: `(texts, details)`; all are accounted for, and all that is told is text."""
    root = folder(files)
    articles, set_aside = load_articles(root)
    paths = [*articles["path"], *set_aside["path"]]
    assert all(any(path == name or path.startswith(f"{name}/") for path in paths) for name in files)
    table = audit(articles, set_aside).set_index("what")["n"]
    assert table["files and records found"] == len(paths) == table["articles taken"] + table["files set aside"] + table["records set aside"]
    assert articles["article_id"].is_unique
    for column in [*articles.select_dtypes("str"), *set_aside.select_dtypes("str")]:
        values = (articles if column in articles else set_aside)[column].dropna()
        assert not any(re.search("[\0\ud800-\udfff]", value) or str(root) in value for value in values)
    return articles["text"].tolist(), (set_aside["reason"] + ": " + set_aside["detail"]).tolist()


def word(body, before=""):
    return packed({"word/document.xml": f'<?xml version="1.0"?>{before}<w:document {W}><w:body>{body}</w:body></w:document>'})


def excel(rows, before="", shared=()):
    """An Excel file whose only sheet has these rows, as XML, and the texts that its cells may share."""
    stream = io.BytesIO()
    pd.DataFrame({"text": [BODY]}).to_excel(stream, index=False)
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if shared:
        parts["xl/sharedStrings.xml"] = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "".join(f"<si><t>{words}</t></si>" for words in shared) + "</sst>"
        said = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", said)
    return packed(parts | {"xl/worksheets/sheet1.xml": before + SHEET.format(rows)})


def cell(place, words):
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def pdf(content, forms=(), pages=1, root=b"<< /Type /Catalog /Pages 2 0 R >>", trailer=b""):
    """A PDF of pages that all show one stream; the stream may draw the `forms`, and these each other: /X0, /X1 …"""
    named = b" ".join(b"/X%d %d 0 R" % (n, 6 + n) for n in range(len(forms)))
    resources = b"/Resources << /Font << /F1 5 0 R >> /XObject << %s >> >>" % named
    stream = lambda words, kind=b"": b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (kind, len(zlib.compress(words)), zlib.compress(words))
    parts = [
        root, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join([b"3 0 R"] * pages), pages), b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 700] /Contents 4 0 R %s >>" % resources,
        stream(content), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *(stream(form, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] %s" % resources) for form in forms),
    ]  # fmt: skip
    data, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, table, len(parts) + 1, trailer, len(data))


WORDS = b"BT /F1 12 Tf 72 720 Td (The two heads met.) Tj ET "


# Bombs.


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.zip", packed({"a.txt": bytes(30_000_000)})), ("a.gz", gzip.compress(bytes(30_000_000))), ("a.docx", word("<w:p/>" * 9_000_000)),
        ("a.xlsx", excel("<row/>" * 3_000_000)), ("b.gz", gzip.compress(gzip.compress(gzip.compress(gzip.compress(BODY.encode()))))),
    ],
    ids=["zip", "gzip", "Word", "Excel", "nested gzip"],
)  # fmt: skip
def test_what_unpacks_to_far_more_than_it_is_stays_packed(folder, name, data):
    texts, details = told(folder, {name: data})
    assert not texts and len(details) == 1 and details[0].startswith(("too large", "too deep"))


def test_archives_in_an_archive_share_one_limit(folder, monkeypatch):
    monkeypatch.setattr(utils.files, "LARGEST_OF_MANY", 1_000_000)
    inner = packed({"a.txt": f"{BODY} {'The two met. ' * 10_000}"})
    texts, details = told(folder, {"a.zip": packed({f"{n}.zip": inner for n in range(9)}), "b.zip": packed({"c.txt": BODY})})
    assert 1 < len(texts) < 5 and texts[-1] == BODY and set(details) == {"too large: more than 1,000,000 bytes when unpacked"}


def parquet(**columns):
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, compression="zstd", dictionary_pagesize_limit=1 << 20)
    return stream.getvalue()


def test_columns_packed_as_one_value_are_not_unfolded(folder):
    files = {
        "rows.parquet": parquet(text=[BODY] * 100_000), "long.parquet": parquet(text=[BODY * 1000] * 200), "other.parquet": parquet(text=[BODY] * 200, other=[BODY * 1000] * 200),
        "none.parquet": parquet(text=[BODY] * 20_000, **{f"c{n}": pa.nulls(20_000) for n in range(100)}), "lists.parquet": parquet(text=[BODY], words=[[BODY] * 500_000]),
        "good.parquet": parquet(text=[f"{BODY} {n}" for n in range(20)], other=["A harbour"] * 20),
    }  # fmt: skip
    texts, details = told(folder, files)
    assert len(texts) == 21 and texts[-1] == BODY and max(map(len, files.values())) < 250_000
    assert sorted(details) == ["too large: 100,000 rows and 978 bytes when unpacked", "too large: 20,000 rows and 4,666 bytes when unpacked"] + ["too large: a few values, said again and again, are more than can be held"] * 2


@pytest.mark.parametrize("column", ["text", "title", "date", "source", "other"])
def test_one_long_cell_that_every_row_of_a_sheet_shares(folder, column):
    rows = "".join(f'<row><c t="inlineStr"><is><t>{BODY} {n}</t></is></c><c t="s"><v>1</v></c></row>' for n in range(3000))
    head = f"<row>{cell('A1', 'body' if column == 'text' else 'text')}<c t=\"s\"><v>0</v></c></row>"
    texts, details = told(folder, {"a.xlsx": excel(head + rows, shared=[column, BODY * 5000])})
    assert (len(texts), details) == (3000, []) if column == "other" else len(texts) < 40 and len(details) == 1 and details[0].startswith("too large: more than ")


def test_a_zip_file_that_says_too_little_of_its_size(folder):
    data = packed({"a.txt": BODY * 3000})
    lying = data.replace((len(BODY) * 3000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    texts, details = told(folder, {"a.zip": lying})
    assert lying != data and not texts and details == ["unreadable: it cannot be unpacked: BadZipFile"]


# XML.


@pytest.mark.parametrize("kind", ["inner", "outer", "of elsewhere"])
def test_entities_are_not_expanded(folder, kind, tmp_path):
    (tmp_path / "secret.txt").write_text("Of nobody's concern.")
    stated = {"inner": '"ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9)), "outer": f'SYSTEM "file://{tmp_path}/secret.txt">', "of elsewhere": 'SYSTEM "http://example.com/x">'}
    entities = f"<!DOCTYPE x [<!ENTITY a0 {stated[kind]}]>"
    name = "&a8;" if kind == "inner" else "&a0;"
    rows = f"<row>{cell('A1', 'text')}</row><row>{cell('A2', BODY + name)}</row>"
    page = f"<!DOCTYPE html [<!ENTITY a0 {stated[kind]}]><html><body><article><p>{BODY} {BODY} {name}</p></article></body></html>"
    texts, details = told(folder, {"a.docx": word(f"<w:p><w:r><w:t>{name}</w:t></w:r></w:p>", entities), "a.xlsx": excel(rows, entities), "a.html": page})
    assert sum(map(len, texts)) < 1000 and not any("concern" in text for text in [*texts, *details]) and len(details) >= 2


def test_what_is_nested_without_end(folder):
    texts, details = told(folder, {
        "a.docx": word("<w:p>" * 4_000 + "<w:r><w:t>Deep.</w:t></w:r>" + "</w:p>" * 4_000), "b.html": "<html><body>" + "<div>" * 50_000 + BODY, "c.json": "[" * 200_000,
        "d.json": '{"a":' * 200_000, "e.rtf": "{\\rtf1 " + "{\\b " * 100_000 + "Deep too.", "f.jsonl": '{"text": "A line."}\n' + "[" * 200_000 + '\n{"text": "Another line."}',
    })  # fmt: skip
    assert {"Deep.", "Deep too.", "A line.", "Another line."} <= set(texts) and len(details) >= 3


def test_mails_that_are_built_to_take_days(folder):
    head, deep = "MIME-Version: 1.0\nFrom: a@b.example\n", ""
    for n in range(2000):
        deep += f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n'
    texts, details = told(folder, {
        "a.eml": f"Subject: {'(' * 500_000}\n{head}\n{BODY}", "b.eml": f"{head}From: {'=?utf-8?q?a?= ' * 100_000}\n\n{BODY}", "c.eml": head + deep + BODY, "d.eml": f"{head}Content-Type: text/plain; charset=none\n\n{BODY}",
        "e.eml": f"{head}Content-Type: multipart/mixed; {'a=b; ' * 100_000}\n\n{BODY}", "f.eml": f"{head}Content-Type: image/png\n\n{BODY}", "g.eml": f"{head}Subject: {'(' * 4000}\nDate: {'(' * 4000}\n\n{BODY} At sea.", "h.eml": "A: b\n" * 50_000,
    })  # fmt: skip
    assert f"{BODY} At sea." in texts and len(texts) < 4 and sum(detail.startswith("too large") for detail in details) == 2


# Characters.


def test_halves_of_characters_and_nul(folder):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("\udcff.txt")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"Text"))
    texts, details = told(folder, {
        "a.json": r'[{"text": "Half \ud83d of it.", "id": "\udc00", "title": "\ud800"}]', "b.json": r'{"x\ud800\u0000": "short"}', "c.rtf": r"{\rtf1 Half\u-10240? of it.}",
        "d.html": f"<html><body><article><p>{BODY} {BODY} &#xD800; &#0;</p></article></body></html>", "e.tar": stream.getvalue(), "f.csv": f"text,id\n{BODY} \0,\0\n", "g.txt": f"{BODY}\0",
        "h.txt": b"\xed\xa0\x80 half of it", "i.txt": b"\xff\xfe\x00\xd8A\0 \0w\0",
    })  # fmt: skip
    assert len(texts) == 7 and any(detail.startswith("file name") for detail in details) and len(details) == 2


def test_names_of_files_as_odd_as_they_may_be(folder):
    names = ["a\nb.txt", "=1+1.txt", "\u202egpj.txt", "a'b\"<i>.txt", "-rf.txt", "x" * 250 + ".txt", "con.txt", " .txt", "#1.txt", "a%00.txt"]
    assert len(told(folder, dict.fromkeys(names, BODY))[0]) == len(names)


def test_the_doctor_prints_odd_names(folder, capsys):
    root = folder({"\x1b[31mred.txt": BODY, "a\u202eb.exe": b"\0"})
    (root / os.fsdecode(b"\xff.txt")).write_text(BODY)
    assert main([str(root)]) == 1
    assert not set("\x1b\u202e") & set(capsys.readouterr().out)


# Sizes.


def test_a_line_of_a_gigabyte_is_not_even_opened(folder):
    root = folder({"b.txt": BODY})
    with open(root / "a.txt", "wb") as file:
        file.truncate(1 << 30)
    articles, set_aside = load_articles(root)
    assert articles["path"].tolist() == ["b.txt"] and set_aside["reason"].tolist() == ["too large"]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.jsonl", "a.html", "a.rtf", "a.md"])
def test_one_long_line_of_anything(folder, name):
    start = {"csv": "text,date\n", "json": '{"text": "', "jsonl": '{"text": "', "html": "<html><body><p>", "rtf": "{\\rtf1 "}.get(name[2:], "")
    for line in ("a", "1", '"', "- ", "date 2017-11-18 ", "<", "{", "\\"):
        texts, details = told(folder, {name: start + line * (100_000 // len(line))})
        assert len(texts) + len(details) < 3


def test_an_article_that_is_too_long_is_no_article(folder, monkeypatch):
    monkeypatch.setattr("utils.articles.LARGEST", 1000)
    texts, details = told(folder, {"a.csv": f"text\n{'word ' * 300}\n{BODY}\n"})
    assert texts == [BODY] and details[0].startswith("too large")


def test_a_table_of_a_million_columns(folder):
    million = "text," * 1_000_000
    texts, details = told(folder, {"a.csv": f"{million}\n{million}", "b.json": json.dumps([{f"k{n}": n for n in range(100_000)}])})
    assert not texts and len(details) == 2 and all("columns" in detail for detail in details)


def test_objects_with_nothing_in_common(folder):
    texts, details = told(folder, {"a.json": json.dumps([{"text": BODY} | {f"k{n}": n for n in range(999)}] + [{}] * 100_000), "b.json": json.dumps([{"text": BODY, "title": f"{n}"} for n in range(99)])})
    assert len(texts) == 99 and details == ["too large: 100,001 objects with 1,000 names"]


def test_cells_far_to_the_right_and_below(folder, monkeypatch):
    monkeypatch.setattr(utils.columns, "CELLS", 200_000)
    head = f"<row>{cell('A1', 'text')}</row><row>{cell('A2', BODY)}</row>"
    wide, deep = head + '<row><c r="XFD3"/></row>' * 50, head + f'<row r="999999999999">{cell("A4", "Below.")}</row>'
    for name, rows in {"wide.xlsx": wide, "deep.xlsx": deep}.items():
        texts, details = told(folder, {name: excel(rows)})
        assert not texts and any("200,000 cells" in detail for detail in details)


def test_many_empty_files(folder):
    texts, details = told(folder, {f"{n}.txt": "" for n in range(500)})
    assert not texts and details == ["no text: the file is empty"] * 500


# PDF.


def test_a_pdf_that_loops(folder):
    forms = [b"/X0 Do /X0 Do", b"/X1 Do"]
    good = pdf(WORDS)
    start = int(good.rsplit(b"startxref\n", 1)[1].split()[0])
    texts, details = told(folder, {
        "form.pdf": pdf(WORDS + b"/X0 Do /X1 Do", forms), "table.pdf": pdf(WORDS, trailer=b"/Prev %d" % start), "pages.pdf": good.replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
        "root.pdf": pdf(WORDS, root=b"1 0 R"), "length.pdf": good.replace(b"/Length", b"/Length 4 0 R /L"),
    })  # fmt: skip
    assert "The two heads met." in texts and all("0x" not in detail for detail in details)
    assert not any(len(number) > 11 for detail in details for number in detail.split() if number.strip(").,").isdigit())


def test_a_pdf_that_asks_for_days_of_work_gets_no_more_than_its_time(folder, monkeypatch):
    monkeypatch.setattr(utils.readers.pdf, "SECONDS", 0.3)
    doubling = [b"/X%d Do /X%d Do" % (n + 1, n + 1) for n in range(30)] + [WORDS]
    texts, details = told(folder, {"pages.pdf": pdf(WORDS + b"q Q " * 20_000, pages=900), "forms.pdf": pdf(b"/X0 Do ", doubling, pages=900), "short.pdf": pdf(WORDS)})
    assert texts == ["The two heads met."] and details == ["too large: its pages take more than 0.3 s to read"] * 2


# Files and folders.


def test_links_pipes_and_devices(folder):
    root = folder({"a.txt": BODY, "sub/b.txt": BODY})
    os.symlink(root, root / "sub" / "loop")
    os.symlink("self", root / "self")
    os.symlink("two", root / "one")
    os.symlink("one", root / "two")
    os.symlink("/dev/zero", root / "zero.txt")
    os.mkfifo(root / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(root)  # the name of a socket must be short
        server.bind("s.txt")
        os.chdir(here)
    articles, set_aside = load_articles(root)
    assert articles["path"].tolist() == ["a.txt", "sub/b.txt"]
    assert set_aside.set_index("path")["reason"].to_dict() == {"one": "link", "two": "link", "self": "link", "sub/loop": "link", "pipe.txt": "not a file", "s.txt": "not a file", "zero.txt": "link"}
    assert fingerprint(root)[0] == 9


def test_paths_that_climb_out_stay_in_and_nothing_is_written(folder, tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in (("../up.txt", tarfile.REGTYPE), ("/root.txt", tarfile.REGTYPE), ("link.txt", tarfile.SYMTYPE), ("hard.txt", tarfile.LNKTYPE), ("dev.txt", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, "/etc/passwd", 5 * (kind == tarfile.REGTYPE)
            archive.addfile(member, io.BytesIO(b"Words"))
    names = ["../../up.txt", "/etc/cron.txt", "..\\..\\up2.txt", "C:\\up3.txt", "a/../../../b.txt", "./c.txt", ".."]
    files = {"a.zip": packed(dict.fromkeys(names, BODY)), "a.tar": stream.getvalue()}
    folder(files)
    before = sorted(map(str, tmp_path.rglob("*")))
    opened = []
    sys.addaudithook(lambda event, args: opened.append(args[0]) if event == "open" and tmp_path.name in str(args[0]) and args[1] not in ("r", "rb", None) else None)
    texts, _ = told(lambda _: tmp_path / "corpus", files)
    articles, set_aside = load_articles(tmp_path / "corpus")
    assert sorted(map(str, tmp_path.rglob("*"))) == before and not opened and len(texts) == 8 and not any("root:" in text for text in texts)
    assert not any(part in ("..", ".", "") for path in [*articles["path"], *set_aside["path"]] for part in path.split("/"))


def test_files_and_folders_without_permission(folder, monkeypatch):
    root = folder({"a.txt": BODY, "b.txt": BODY, "shut/c.txt": BODY})
    real_open, real_scan = open, os.scandir

    def refuse(real, name):
        def opened(path, *rest, **named):
            if str(path).endswith(name):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *rest, **named)

        return opened

    monkeypatch.setattr("builtins.open", refuse(real_open, "b.txt"))
    monkeypatch.setattr(os, "scandir", refuse(real_scan, "shut"))
    articles, set_aside = load_articles(root)
    assert articles["path"].tolist() == ["a.txt"] and set_aside["path"].tolist() == ["b.txt", "shut"] and set(set_aside["reason"]) == {"unreadable"}


def test_folders_in_folders_deeper_than_python_can_count(tmp_path):
    place = tmp_path.joinpath("corpus", *"a" * 400, "b.txt")
    place.parent.mkdir(parents=True)
    place.write_text(BODY)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)  # and not a thousand folders, which what clears up after tests could not remove
    try:
        found = find_files(tmp_path / "corpus")
    finally:
        sys.setrecursionlimit(limit)
    assert len(found) == 1 == len(load_articles(tmp_path / "corpus")[0])


# Tables.


def test_formulas_stay_text_where_they_are_read_and_where_they_are_written(folder):
    formula = "=HYPERLINK(1)&A1"
    texts, _ = told(folder, {"a.csv": f'title,text\n@SUM(A1),"{formula}"\n-2+3,"{BODY}"\n', "b.xlsx": excel(f"<row>{cell('A1', 'text')}</row><row><c r=\"A2\" t=\"str\"><f>1+1</f><v>{BODY}</v></c></row>")})
    assert texts == [formula, BODY, BODY]
    written = _csv(pd.DataFrame({"=a": [formula, "+1", "-1", "@x", "\t=1", "\r=1", "a\r=1", "fine"]}))
    assert pd.read_csv(io.StringIO(written)).iloc[:, 0].str.slice(0, 2).tolist() == ["'=", "'+", "'-", "'@", "'\t", "'\n", "a\n", "fi"] and written.startswith("\ufeff'=a")


def test_a_message_of_a_library_tells_no_path_and_no_place_in_memory(folder, monkeypatch):
    def fail(_):
        raise ValueError("cannot open /home/somebody/a.txt at 0x7f00aa and 140006285488208 \0 \udcff")
        yield

    monkeypatch.setattr("utils.readers.dated_text.records", fail)
    texts, details = told(folder, {"a.txt": BODY})
    assert not texts and details[0].rstrip() == "unreadable: ValueError: cannot open … at … and …"
