"""Formats: what each reader makes of a file of its own, of a broken one, and of one that only looks like its own."""

import datetime
import gzip
import io
import json
import os
import socket
import tarfile

import pandas as pd
import pytest
from archives import packed

from utils.articles import audit, load_articles, main
from utils.columns import find_columns
from utils.dating import date_of_text, dates_of_path, read_date
from utils.files import File, decode
from utils.readers import readers
from utils.readers.rich_text import as_text

TODAY = datetime.date(2026, 1, 1)
BODY = "The two heads of the agencies met in the harbour town on a grey day.\n\nThey spoke of a drill, and named no year for it."
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def load(root, **options):
    return load_articles(root, today=TODAY, **options)


def one(folder, name, content, **options):
    articles, set_aside = load(folder({name: content}), **options)
    assert len(articles) == 1 and set_aside.empty, set_aside
    return articles.iloc[0]


def days(articles):
    return [None if pd.isna(day) else str(day.date()) for day in articles["date"]]


def refused(folder, name, content):
    articles, set_aside = load(folder({name: content}))
    assert articles.empty and len(set_aside) == 1, articles
    return set_aside["reason"].item(), set_aside["detail"].item()


def docx(*paragraphs, body=None):
    body = body or "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    return packed({"word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'})


def pdf(*lines):
    words = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td 14 TL {words} ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    text, places = "%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{n} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{text}xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF".encode()


def page(head="", words=BODY):
    paragraphs = "".join(f"<p>{p} All of this is told here at the length that a page of news has.</p>" for p in words.split("\n\n"))
    return f'<!DOCTYPE html><html lang="en"><head><title>Moon talks</title>{head}</head><body><nav><a href="/">Home</a></nav><article><h1>Moon talks</h1>{paragraphs}</article></body></html>'


def excel(frame):
    stream = io.BytesIO()
    frame.to_excel(stream, index=False)
    return stream.getvalue()


NEXIS = [
    "User Name: N. N.", "Documents (2)", "1. Moon talks begin", "Narrowed by:",
    "Moon talks begin", "The Harbour Post", "November 18, 2017 Saturday", "Late Edition", "Copyright 2017 The Harbour Post", "Section: NEWS; Pg. 4",
    "Length: 312 words", "Byline: A. Writer", "Body", *BODY.split("\n\n"), "Classification", "Language: ENGLISH", "Load-Date: November 20, 2017", "End of Document",
    "Rovers rest", "The Other Post", "December 1, 2017 Friday 12:00 AM GMT", "Length: 9 words", "Body", "The rovers rest for the night.", "Load-Date: December 2, 2017", "End of Document",
]  # fmt: skip
LEXIS = [
    "1 of 2 DOCUMENTS", "The Harbour Post (London)", "November 18, 2017 Saturday", "Final Edition", "Moon talks begin", "BYLINE: A. Writer", "SECTION: NEWS; Pg. 4",
    "LENGTH: 312 words", BODY, "LOAD-DATE: November 20, 2017", "LANGUAGE: ENGLISH", "Copyright 2017",
    "2 of 2 DOCUMENTS", "The Other Post", "December 1, 2017 Friday", "Rovers rest", "LENGTH: 9 words", "The rovers rest for the night.", "LOAD-DATE: December 2, 2017",
]  # fmt: skip
LEAD, REST = BODY.split("\n\n")
FACTIVA = ["HD Moon talks begin", "BY By A. Writer", "WC 312 words", "PD 18 November 2017", "ET 03:12", "SN The Harbour Post", "SC HARB", "LA English", "CY Copyright 2017.", "LP", LEAD, "TD", REST, "CO agency : Agency", "AN Document HARB000020171118edbi00032"]
PLAIN = ["Page 1 of 9 © 2018 Factiva, Inc. All rights reserved.", "Rovers rest", "By B. Writer", "1,312 words", "1 December 2017", "03:12", "The Other Post", "OTHER", "English", "Copyright 2017. All rights reserved.", "The rovers rest for the night.", "", "Document OTHER00020171201edbi00033"]
BOTH = [["Moon talks begin", "2017-11-18", BODY], ["Rovers rest", "2017-12-01", "The rovers rest for the night."]]


def rtf(lines):
    return r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}" + "".join(line + r"\par" + "\n" for line in lines) + "}"


def factiva_page():
    row = lambda label, words: f"<tr><td><b>{label}</b></td><td>{words}</td></tr>"
    parts = [("HD", "Moon talks begin"), ("WC", "312 words"), ("PD", "18 November 2017"), ("SN", "The Harbour Post"), ("LP", f"<p>{LEAD}</p>"), ("TD", f"<p>{REST}</p>"), ("AN", "Document HARB000020171118edbi00032")]
    plain = "".join(f"<div>{line}</div>" for line in PLAIN[1:-2]) + f"<p>{PLAIN[-3]}</p><p>{PLAIN[-1]}</p>"
    return f'<html><body><div class="article enArticle"><table>{"".join(row(*part) for part in parts)}</table></div><div class="article enArticle">{plain}</div></body></html>'


@pytest.mark.parametrize(
    "name, content",
    [
        ("nexis.docx", docx(*NEXIS)), ("nexis.txt", "\n\n".join(NEXIS)), ("nexis.rtf", rtf(line.replace("\n\n", "\\par ") for line in NEXIS)),
        ("lexis.txt", "\n\n\n".join(LEXIS)), ("nexis.html", "<html><body>" + "".join(f"<p>{line}</p>" for line in NEXIS) + "</body></html>"),
        ("factiva.txt", "\n".join(FACTIVA + [""] + PLAIN)), ("factiva.rtf", rtf(FACTIVA + PLAIN)), ("factiva.html", factiva_page()),
        ("no-ending", "\n\n".join(NEXIS)), ("wrong.csv.txt", "\n".join(FACTIVA + PLAIN)),
    ],
)  # fmt: skip
def test_exports_hold_many_articles(folder, name, content):
    articles, set_aside = load(folder({name: content}))
    assert set_aside.empty
    assert [[a.title, str(a.date.date()), a.text] for a in articles.itertuples()] == BOTH
    assert articles["source"].str.startswith(("The Harbour Post", "The Other Post")).all() and articles["date_from"].eq("metadata").all()
    assert articles["line"].is_monotonic_increasing and articles["article_id"].is_unique and articles["language"].eq("en").all()


def test_a_story_that_only_speaks_of_documents_is_no_export(folder):
    text = "It was the End of Document week. Of 300 words none fell.\n\nDocument 4711 was read out.\n\n1 of 2 documents was lost."
    assert one(folder, "a.txt", text)["read_as"] == "text"


TABLE = pd.DataFrame({"Headline": ["Moon talks", "Rovers"], "Body Text": [BODY, "The rovers rest."], "Pub. date": ["2017-11-18T23:30:00-05:00", "2017-12-01"], "Outlet": ["The Post", "Other"], "id": ["k7", "k8"]})


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt", "t.xlsx", "t.parquet", "t.json", "t.jsonl", "t.data", "nested.json", "semicolon.csv", "mark.csv", "wide.csv"])
def test_tables_in_all_their_forms(folder, tmp_path, name):
    rows = TABLE.to_dict("records")
    renamed = TABLE.rename(columns={"Body Text": "bodyText", "Pub. date": "pubDate"})
    TABLE.to_parquet(tmp_path / "t")
    content = {
        "t.tsv": TABLE.to_csv(sep="\t", index=False), "t.xlsx": excel(TABLE), "t.parquet": (tmp_path / "t").read_bytes(), "t.json": json.dumps(rows, indent=1),
        "t.jsonl": "\n".join(map(json.dumps, rows)), "semicolon.csv": TABLE.to_csv(sep=";", index=False), "t.txt": renamed.to_csv(index=False), "t.data": renamed.to_csv(index=False),
        "nested.json": json.dumps({"status": "ok", "tags": [{"a": 1}], "response": {"docs": [{"id": r["id"], "headline": {"main": r["Headline"]}, "fields": {"bodyText": r["Body Text"]}, "pub_date": r["Pub. date"], "source": {"name": r["Outlet"]}} for r in rows]}}),
        "mark.csv": "\ufeff" + TABLE.to_csv(index=False), "wide.csv": TABLE.to_csv(index=False).encode("utf-16"),
    }.get(name, TABLE.to_csv(index=False))  # fmt: skip
    articles, set_aside = load(folder({name: content}))
    assert set_aside.empty and articles["article_id"].tolist() == [f"{name.rsplit('.', 1)[0]}#k7", f"{name.rsplit('.', 1)[0]}#k8"]
    assert articles["title"].tolist() == ["Moon talks", "Rovers"] and articles["text"].tolist() == [BODY, "The rovers rest."]
    assert days(articles) == ["2017-11-18", "2017-12-01"] and articles["source"].tolist() == ["The Post", "Other"]
    assert articles["date_from"].str.startswith("column ").all() and articles["read_as"].str.contains("title: ").all()
    assert articles["line"].tolist() == ([1, 2] if name.endswith(("json", "jsonl", "parquet")) else [2, 3] if "xlsx" in name else [2, 5])


def test_columns_of_any_name_are_guessed_or_set(folder):
    frame = pd.DataFrame({"Kopf": ["a", "b"], "Langes": [BODY + " " + BODY, BODY + BODY], "Tag": ["18.11.2017", "19.11.2017"], "Anderes": ["Kurz und gut.", "Gut."]})
    articles, _ = load(folder({"a.csv": frame.to_csv(index=False)}))
    assert articles["read_as"].unique().tolist() == ["table (text: Langes, date: Tag)"] and days(articles) == ["2017-11-18", "2017-11-19"]
    articles, _ = load(folder({"a.csv": frame.to_csv(index=False)}), columns={"text": "Anderes", "title": "Kopf"})
    assert articles["text"].tolist() == ["Kurz und gut.", "Gut."] and articles["title"].tolist() == ["a", "b"]
    assert find_columns(["link", "n", "crawled"], [["http://a", "1", "x"]], {}) == {"url": 0}


def test_a_title_is_counted_only_where_it_is_all_there_is(folder):
    articles, _ = load(folder({"a.csv": 'title,text\nMoon talks,"Moon talks\n\nThey spoke."\nRovers rest,Rovers rest\n'}))
    assert articles["text"].tolist() == ["They spoke.", "Rovers rest"]


def test_rows_that_cannot_be_read_are_counted(folder):
    text = 'title,text,date\nA,"A "bad" quote",2017-01-01\nB,Good.,2017-01-02\nC,one,two,many\n,,\nD,,2017-01-03\nE,"Two\nlines.",2017-01-04\n'
    articles, set_aside = load(folder({"a.csv": text}))
    assert articles[["title", "line"]].values.tolist() == [["B", 3], ["E", 7]]
    assert set_aside[["line", "reason"]].values.tolist() == [[2, "broken row"], [4, "broken row"], [6, "no text"]]
    articles, set_aside = load(folder({"a.csv": '{"text": "One."}\n{"text": }\n[1]\n{"text": "Two."}'}))
    assert articles["line"].tolist() == [1, 4] and set_aside["line"].tolist() == [2, 3]


def test_rows_without_text_keep_their_places_and_those_behind_them_their_numbers(folder):
    articles, set_aside = load(folder({"a.csv": "text,date\n,2017\nOne.,2017-01-01\n,2017\n ,\nx,y,z\n,2018\nTwo.,2017-01-02\n"}))
    assert articles[["article_id", "line"]].values.tolist() == [["a#2", 3], ["a#6", 8]]
    assert set_aside[["line", "reason"]].values.tolist() == [[2, "no text"], [4, "no text"], [6, "broken row"], [7, "no text"]]


@pytest.mark.parametrize(
    "lines, read",
    [
        (['{"text": "One."},{"text": "Two."}', '{"text": "Three."}'], ["Three."]), (['{"text": "One."},{"text": "Two."}', '{"text": "a', 'b"}', '{"text": "Three."}'], ["Three."]),
        (['{"text": "One."}', "", '  {"text": "Two."}\r'], ["One.", "Two."]),
    ],
)  # fmt: skip
def test_a_line_of_json_is_one_object_or_is_set_aside(folder, lines, read):
    articles, set_aside = load(folder({"a.jsonl": "\n".join(lines)}))
    assert articles["text"].tolist() == read and len(set_aside) == len([line for line in lines if line]) - len(read)


@pytest.mark.parametrize(
    "dates, read, flag",
    [
        (["03/04/2018", "18/11/2017"], ["2018-04-03", "2017-11-18"], "day_first"), (["03/04/2018", "11/18/2017"], ["2018-03-04", "2017-11-18"], "month_first"),
        (["03/04/2018", "05/05/2018"], [None, "2018-05-05"], "ambiguous_date"), (["13/04/2018", "04/13/2018", "03/04/2018"], ["2018-04-13", "2018-04-13", None], None),
        (["43057", "43058"], ["2017-11-18", "2017-11-19"], ""), (["1511047800", "1511047800000"], ["2017-11-18", "2017-11-18"], ""),
        (["2017-02-30", "2017-13-01"], [None, None], "impossible_date"), (["2099-01-01", "soon"], ["2099-01-01", None], "future_date"),
        (["Sat, 18 Nov 2017 23:30:00 -0500", "18 de noviembre de 2017"], ["2017-11-18", "2017-11-18"], ""), (["3.4.2018", "2017年11月18日"], ["2018-04-03", "2017-11-18"], ""),
    ],
)  # fmt: skip
def test_the_order_of_day_and_month_is_that_of_the_column(folder, dates, read, flag):
    rows = pd.DataFrame({"text": [f"Text {n} ends." for n in range(len(dates))], "date": dates})
    articles, _ = load(folder({"a.csv": rows.to_csv(index=False)}))
    assert days(articles) == read and articles["date_given"].tolist() == dates
    assert flag is None or articles["flags"].iloc[0] == flag


def test_a_day_read_from_a_spreadsheet_is_that_day(folder):
    frame = pd.DataFrame({"text": ["One ends.", "Two ends."], "date": pd.to_datetime(["2017-11-18", "2017-11-19"])})
    articles, _ = load(folder({"a.xlsx": excel(frame)}))
    assert days(articles) == ["2017-11-18", "2017-11-19"] and articles["date_given"].iloc[0] == "2017-11-18"


def test_a_web_page_states_its_date_title_and_source(folder):
    stated = '<meta property="article:published_time" content="2017-11-18T23:30:00-05:00"><meta property="og:site_name" content="The Post">'
    for name in ("a.html", "a.txt", "a"):
        row = one(folder, name, page(stated))
        assert row["text"].startswith("The two heads") and "Home" not in row["text"] and row["title"] == "Moon talks"
        assert row["source"] == "The Post" and str(row["date"].date()) == "2017-11-18" and row["date_from"] == "metadata"
        assert row["read_as"] == "web page" and row["encoding"] == "utf-8"
        os.unlink(folder({}) / name)


def test_no_host_is_asked(folder, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a host was asked"))
    linked = '<link rel="canonical" href="https://paper.example/moon"><img src="https://paper.example/x.png"><!DOCTYPE x SYSTEM "https://paper.example/x.dtd">'
    assert one(folder, "a.html", page(linked))["url"] == "https://paper.example/moon"


@pytest.mark.parametrize("head, date", [('<script type="application/ld+json">{"datePublished": "2017-11-18"}</script>', "2017-11-18"), ('<meta name="date" content="18 November 2017">', "2017-11-18"), ('<meta property="article:modified_time" content="2017-11-18">', None)])
def test_only_dates_of_publication_count(folder, head, date):
    assert days(load(folder({"a.html": page(head)}))[0]) == [date]


def test_a_page_in_an_old_encoding_is_read_as_it_says(folder):
    cyrillic = page('<meta charset="windows-1251">', words="Сегодня в городе прошли переговоры о Луне и о новой ракете, и стороны договорились.\n\nОни встретятся снова через год, сказал глава агентства.").encode("cp1251")
    assert one(folder, "a.html", cyrillic)["text"].startswith("Сегодня")


def test_word_rtf_and_pdf(folder):
    row = one(folder, "2017-11-18-moon.docx", docx(*BODY.split("\n\n")))
    assert row["text"] == BODY and row["date_from"] == "name" and row["read_as"] == "Word"
    boxed = '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Moon</w:t></w:r></w:p><w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:delText>no</w:delText></w:r></w:p>'
    assert load(folder({"b.docx": docx(body=boxed)}))[0].query("path == 'b.docx'")[["title", "text"]].values.tolist() == [["Moon", "One two"]]
    assert load(folder({"c.rtf": rtf([r"Caf\'e9 \u8217?s \{open\}.", "Next {\\*\\generator x}one."])}))[0].query("path == 'c.rtf'")["text"].item() == "Café ’s {open}.\n\nNext one."
    assert load(folder({"d.pdf": pdf("The heads met by the sea.", "They spoke.")}))[0].query("path == 'd.pdf'")["text"].item().split() == "The heads met by the sea. They spoke.".split()


MAIL = """Received: from a.example (a.example [192.0.2.1])
\tby b.example; Sat, 18 Nov 2017 19:00:00 +0000
From: =?utf-8?q?Der_Hafenk=C3=BCrier?= <news@harbour.example>
To: someone@else.example
Subject: =?utf-8?q?Two_heads_met_=E2=80=93_at_sea?=
Date: Sat, 18 Nov 2017 23:30:00 -0700
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="==x"

--==x
Content-Type: text/plain; charset=utf-8

Plain words of the letter.
--==x
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<html><body><table><tr><td><p>The two heads met by the =
sea.</p><p>They spoke of caf=C3=A9s.</p></td></tr></table></body></html>
--==x--
"""


def test_mails_and_pages_saved_as_one(folder):
    saved = 'From: <Saved by a browser>\nSubject: Moon\nDate: Sun, 1 Mar 2020 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="==y"\n\n'
    html = page(head='<meta property="article:published_time" content="2017-11-18">')
    saved += f"--==y\nContent-Type: text/html; charset=utf-8\n\n{html}\n--==y\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--==y--\n"
    articles, set_aside = load(folder({"a.eml": MAIL.replace("\n", "\r\n"), "b.mhtml": saved, "c.eml": "From: a@b.example\nDate: 3 May 2018\n\nA plain letter.\n", "d": MAIL, "e.txt": "Note: the two met.\nDate: unknown.\nThey spoke."}))
    assert set_aside.empty and articles["read_as"].tolist() == ["mail", "web page in MHTML", "mail", "mail", "text"]
    assert articles.loc[0, ["title", "source", "text"]].tolist() == ["Two heads met – at sea", "Der Hafenkürier", "The two heads met by the sea.\n\nThey spoke of cafés."]
    assert articles["date"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2017-11-18", "2017-11-18", "2018-05-03", "2017-11-18", ""] and articles["date_from"].tolist()[:4] == ["metadata"] * 4
    assert articles.loc[2, ["source", "text"]].tolist() == ["a@b.example", "A plain letter."] and "They spoke" in articles["text"].iloc[4]


@pytest.mark.parametrize(
    "rtf, text",
    [(r"{\rtf1 a\bin4 \par!b}", "a!b"), (r"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt link}} on}", "link on"), (r"{\rtf1\uc2\u-10179??\u-8704??.}", "😀."), ("{\\rtf1 a}}}{", "a"), (r"{\rtf1\ansicpg9999 \'e9}", "é")],
)
def test_rtf_signs(rtf, text):
    assert as_text(rtf) == text


def test_archives_give_their_files(folder):
    inner = packed({"deep.txt": "Deep text ends."})
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("in/t.txt")
        info.size = len(b"Tar text ends.")
        archive.addfile(info, io.BytesIO(b"Tar text ends."))
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    table = "title,text\nA,One ends.\nB,\n"
    root = folder({
        "a.zip": packed({"Post/2017-11-18-x.txt": BODY, "t.csv": table, "../../up.txt": "Climbs.", "__MACOSX/._x": "x", "in.zip": inner}),
        "g.txt.gz": gzip.compress(f" date 2017-11-18 {BODY}".encode()), "t.tar.gz": gzip.compress(stream.getvalue()),
    })  # fmt: skip
    articles, set_aside = load(root)
    assert articles["article_id"].tolist() == ["a.zip/up", "a.zip/Post/2017-11-18-x", "a.zip/in.zip/deep", "a.zip/t#1", "g", "t.tar.gz/in/t"]
    assert articles["source"].fillna("-").tolist() == ["-", "Post", "-", "-", "-", "in"]
    assert sorted(set_aside["reason"]) == ["no text", "system file"] and not (root.parent / "up.txt").exists()


def test_bombs_are_left_alone(folder):
    deep = b"Text ends."
    for n in range(6):
        deep = packed({f"{n}.zip" if n else "a.txt": deep})
    many = packed({"a.txt": bytes(60_000_000)})
    entities = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + f'<w:document xmlns:w="{W}"><w:p><w:t>&b;</w:t></w:p></w:document>'
    files = {"deep.zip": deep, "many.zip": many, "many.gz": gzip.compress(bytes(60_000_000)), "entities.docx": packed({"word/document.xml": entities})}
    files |= {"deep.json": "[" * 100_000, "wide.csv": "a," * 100_000 + "\n" + "b," * 100_000, "loop.pdf": pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), "empty.zip": packed({}), "tags.html": "<html><body>" + "<p>x" * 200_000}
    articles, set_aside = load(folder(files))
    assert articles.empty and len(set_aside) == len(files), set_aside
    assert not set_aside["detail"].str.contains(str(folder({}).parent), regex=False).any()


@pytest.mark.parametrize(
    "name, content, reason, word",
    [
        ("a.pages", b"PK\3\4" + bytes(40), "format", "export it as Word"), ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(40), "format", ".xlsx"), ("a.odt", packed({"a.xml": "x"}), "format", ".docx"), ("a.epub", packed({"a.html": page()}), "format", "Word"),
        ("a.jpg", b"\xff\xd8\xff" + bytes(90), "format", "picture"), ("a.pdf", b"%PDF-1.4 nothing", "unreadable", ""), ("a.xlsx", b"PK\3\4 nothing", "unreadable", ""),
        ("a.parquet", b"PAR1 nothing PAR1", "unreadable", ""), ("a.csv", "a,b\n1,2\n", "no text column", "a, b"), ("b.csv", "title,text\n", "no text", ""), ("a.json", "[]", "no text", ""),
        ("a.pdf", pdf(""), "no text", "OCR"), ("a.html", "<html><body></body></html>", "no text", ""), ("a.css", "p { color: red }", "format", ".css"), ("a.tex", "Moon", "format", ".txt"),
        ("a.txt", b"PK\3\4 nothing", "unreadable", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(folder, name, content, reason, word):
    told, detail = refused(folder, name, content)
    assert told == reason and word in detail


@pytest.mark.parametrize(
    "data, text, encoding",
    [
        ("Ein schöner Tag. Über dem Wald".encode() + b"\xc3", "Ein schöner Tag. Über dem Wald\ufffd", "utf-8"), ("„Naïve“ – €5".encode("cp1252"), "„Naïve“ – €5", "cp1252"),
        ("Moon".encode("utf-16"), "Moon", "utf-16"), ("The Moon".encode("utf-16-be"), "The Moon", "utf-16-be"), (b"", "", "utf-8"), (b"Moon\0", "Moon\0", "utf-8"),
        ("Сегодня в городе прошли долгие переговоры о Луне.".encode("cp1251"), "Сегодня в городе прошли долгие переговоры о Луне.", "cp1251"),
    ],
)  # fmt: skip
def test_encodings(data, text, encoding):
    assert decode(data)[:2] == (text, encoding)


@pytest.mark.parametrize(
    "path, told",
    [
        ("2017-11-18-title.txt", [("name", "2017-11-18")]), ("20171118_title.txt", [("name", "20171118")]), ("a/2017/11/18/x.txt", [("folder", "2017/11/18")]), ("18-11-2017.txt", [("name", "18-11-2017")]),
        ("Nov 18 2017.txt", [("name", "Nov 18 2017")]), ("a/2017-11/x.txt", [("folder", "2017-11")]), ("2017-11-18/2017-11-19.txt", [("name", "2017-11-19"), ("folder", "2017-11-18")]),
        ("20171399.txt", []), ("0002490.txt", []), ("chandrayaan-2-3-24.txt", []), ("budget-2010-11.txt", []), ("moon-2017.txt", []), ("v1.2.txt", []),
        ("a/2017/November/18/x.txt", [("folder", "2017/November/18")]), ("2017/nov/x.txt", [("folder", "2017/nov")]), ("2017/Mayors/x.txt", []), ("budget-2017-may-rise.txt", []),
    ],
)  # fmt: skip
def test_dates_of_names_and_folders(path, told):
    assert dates_of_path(path) == told


@pytest.mark.parametrize(
    "text, date",
    [
        ("Moon talks\nPublished: 18 November 2017\nText.", "18 November 2017"), ("Updated Nov 19, 2017\nPublished on Nov 18, 2017 10:00 IST\nText.", "Nov 18, 2017"), ("Last updated: 2017-11-18\nText.", "2017-11-18"),
        ("HARBOUR TOWN, Nov. 17, 2017 (Agency) — The heads met.", "Nov. 17, 2017"), ("Saturday, November 18, 2017 10:30 IST\nText.", "November 18, 2017"),
        ("The launch on 18 November 2017 was late.", None), ("HARBOUR TOWN, Nov. 17 (Agency) — The heads met.", None), ("They publish on 18 November 2017.", None), ("A.\nB.\nC.\nD.\nE.\nF.\nPublished: 18 November 2017", None),
    ],
)  # fmt: skip
def test_dates_that_the_first_lines_state(text, date):
    assert date_of_text(text) == date


def test_what_a_browser_saves_beside_a_page_is_no_article(folder):
    articles, set_aside = load(folder({"Moon.html": page(), "Moon_files/ad.html": page(), "my_files/a.txt": BODY}))
    assert articles["path"].tolist() == ["Moon.html", "my_files/a.txt"] and set_aside["reason"].tolist() == ["page part"]


def test_odd_characters_are_told_and_stop_nothing(folder):
    articles, set_aside = load(folder({
        "a.json": r'[{"te\u0000xt\ud800": "Half \ud800 a sign ends.", "title": "A\ud800", "da\ud800te": "\ud8002017-11"}]', "b.json": r'[{"text": "Nul \u0000 and \udfff."}]',
    }))  # fmt: skip
    assert articles["path"].tolist() == ["a.json", "b.json"] and articles["flags"].tolist() == ["controls", "controls"] and set_aside.empty
    assert articles["text"].tolist() == ["Half a sign ends.", "Nul and ."]


def test_dates_that_contradict_each_other_are_told(folder):
    root = folder({"2017-11-10-a.txt": f" date 2017-11-18 {BODY}", "2017-11-17-b.txt": f" date 2017-11-18 {BODY}", "2017-11-30-c.txt": f" date 2017-11 {BODY}", "2017-11-18-d.txt": f" date 2017-02-30 {BODY}", "e.txt": f" date 2017-11-18\n\nPublished: 03/04/2018\n\n{BODY}"})
    articles, _ = load(root)
    assert articles["flags"].tolist() == ["contradicting_dates", "", "impossible_date", "", "boilerplate"]  # the line that states the date is no sentence of the story
    assert articles["date_from"].tolist() == ["line", "line", "name", "line", "line"]


@pytest.mark.parametrize("text", ["a" * 1_000_000, "1" * 1_000_000, '"' * 200_000, "1/" * 300_000, "\\" * 300_000, "{" * 300_000, "<" * 300_000, "Published " * 100_000, "[ \t" * 200_000, "Document " + "1" * 500_000 + "!", " " * 300_000 + "End of Document!\n", "x,\n" * 100_000])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.rtf", "a.html"])
def test_odd_files_do_not_hang(folder, name, text):
    opening = {"a.rtf": "{\\rtf1 ", "a.html": "<html><body><p>", "a.json": '[{"text": "'}.get(name, "")
    articles, set_aside = load(folder({name: opening + text}))
    assert len(articles) + len(set_aside)


def test_the_same_whatever_the_order_and_all_accounted_for(folder, monkeypatch):
    root = folder({"a.csv": TABLE.to_csv(index=False), "a.json": json.dumps([{"id": "k7", "text": "One."}, {"id": "k7", "text": "Two."}, {"text": None}]), "a.txt": BODY, "a#k7.txt": "Clash.", "b.docx": docx(*NEXIS), "c.jpg": b"\xff\xd8\xff"})
    articles, set_aside = load(root)
    walk = os.walk
    monkeypatch.setattr(os, "walk", lambda *a, **k: ((top, folders, names[::-1]) for top, folders, names in walk(*a, **k)))
    for first, again in zip((articles, set_aside), load(root)):
        pd.testing.assert_frame_equal(first, again)
    assert articles["article_id"].is_unique and len(articles) == 8 and len(set_aside) == 2
    table = audit(articles, set_aside).set_index("what")["n"]
    assert table["files found"] == 6 and table["files and records found"] == 10 == table["articles taken"] + table["files set aside"] + table["records set aside"]


def test_a_file_that_changes_while_it_is_read_is_told(folder, monkeypatch):
    root = folder({"a.txt": BODY})
    opened = lambda file, *how, **more: (open(file, *how, **more), (root / "a.txt").write_text("Shorter."))[0]
    monkeypatch.setattr("utils.folders.open", opened, raising=False)
    assert load(root)[1]["reason"].tolist() == ["changed"]


def test_a_missing_library_is_named(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pypdf", None)
    assert refused(folder, "a.pdf", pdf("x")) == ("library", "pypdf is needed: python -m pip install -r requirements.txt")


def test_a_reader_that_fails_stops_nothing(folder, monkeypatch):
    reader = next(reader for reader in readers() if reader.KIND == "RTF")
    monkeypatch.setattr(reader, "records", lambda file: 1 / 0)
    articles, set_aside = load(folder({"a.rtf": rtf(["x"]), "b.txt": BODY}))
    assert articles["path"].tolist() == ["b.txt"] and set_aside["reason"].tolist() == ["unreadable"]


def test_every_reader_says_what_it_is():
    plain, kinds = File("a.txt", BODY.encode()), [reader.KIND for reader in readers()]
    assert len(kinds) == len(set(kinds)) and [reader.KIND for reader in readers() if reader.recognises(plain)] == ["text"]


def test_the_doctor(folder, capsys):
    root = folder({"a.txt": f" date 2017-11-18 {BODY}"})
    assert main([str(root)]) == 0 and "1  articles taken" in capsys.readouterr().out
    folder({"b.pages": b"PK\3\4", "c.csv": "title,text\nA,\n"})
    assert main([str(root)]) == 1
    told = capsys.readouterr().out
    assert "export it as Word (.docx) or PDF  (b.pages)" in told and "the record has no text  (c.csv)" in told
    assert main([str(root / "no")]) == 2 and "There is no folder" in capsys.readouterr().err
    (root / "a.txt").unlink()
    assert main([str(root)]) == 1 and "No articles in" in capsys.readouterr().out


def test_read_date_reads_the_first_date():
    assert read_date("18 November 2017, updated 19 November 2017")[0] == datetime.date(2017, 11, 18)
    assert read_date("18/11/68")[0] == datetime.date(2068, 11, 18) and read_date("18/11/69")[0] == datetime.date(1969, 11, 18)
