"""Records of any characters, written by other libraries and read back: every word is there again, or the record is set aside."""

import csv
import html
import io
import json
import re
import tempfile
from email.message import EmailMessage
from pathlib import Path

import pandas as pd
import pytest
from archives import packed
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from utils.articles import load_articles

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NO_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SIGNS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aeinst ,.;:\n\"'éß月क-–“”=0179"))
TEXTS = st.one_of(st.text(SIGNS, max_size=300), st.lists(st.text(SIGNS, max_size=80), max_size=5).map("\n\n".join))
RECORDS = st.lists(st.fixed_dictionaries({"title": st.text(SIGNS, max_size=60), "date": st.dates(pd.Timestamp("1800-01-01").date(), pd.Timestamp("2020-12-31").date()).map(str), "text": TEXTS}), min_size=1, max_size=4)


def _csv(records, sign=","):
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(records[0]), delimiter=sign)
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()


def _frame(method, records):
    stream = io.BytesIO()
    getattr(pd.DataFrame(records), method)(stream, index=False)
    return stream.getvalue()


def _excel(records):
    return _frame("to_excel", [{name: ILLEGAL_CHARACTERS_RE.sub(" ", words) for name, words in record.items()} for record in records])


def _word(records):
    text = html.escape(NO_XML.sub(" ", records[0]["text"]))
    paragraphs = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in text.split("\n"))
    return packed({"word/document.xml": f"<w:document {W}><w:body>{paragraphs}</w:body></w:document>"})


def _rich_text(records):
    units = records[0]["text"].encode("utf-16-le")
    return ("{\\rtf1 " + "".join(f"\\u{int.from_bytes(units[at : at + 2], 'little', signed=True)}?" for at in range(0, len(units), 2)) + "}").encode()


def _mail(records):
    mail = EmailMessage()
    mail["From"], mail["Date"] = "Harbour news <news@harbour.example>", f"{pd.Timestamp(records[0]['date']):%d %b %Y} 10:00:00 +0000"
    mail["MIME-Version"] = "1.0"
    mail.set_content(records[0]["text"])
    return mail.as_bytes()


MANY = {
    "a.csv": _csv, "a.tsv": lambda records: _csv(records, "\t"), "a.json": lambda records: json.dumps(records).encode(), "a.xlsx": _excel, "a.parquet": lambda records: _frame("to_parquet", records),
    "a.jsonl": lambda records: "\n".join(json.dumps(record, ensure_ascii=False).replace("\u2028", " ") for record in records).encode(), "a.zip": lambda records: packed({"b.csv": _csv(records)}),
}  # fmt: skip
ONE = {"a.docx": _word, "a.rtf": _rich_text, "a.eml": _mail, "a.txt": lambda records: f" date {records[0]['date']} {records[0]['text']}".encode()}


def words(text):
    return set(re.findall(r"[^\W_]+", re.sub("[\0-\x08\x0b\x0e-\x1f\x7f]", " ", text)))


def check(name, write, records):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(write(records))
        articles, set_aside = load_articles(folder)
    taken = articles.set_index("article_id")
    assert taken.index.is_unique and (len(articles) + len(set_aside) == len(records) or not len(articles) and len(set_aside) == 1)
    for record in records:
        if record["id"] in taken.index:
            row = taken.loc[record["id"]].fillna("")
            changed = {"mojibake", "hyphens"} & set(row["flags"].split())
            assert changed or words(record["text"]) <= words("\n".join(row[["title", "text", "left_out"]]))
            assert str(row["date"])[:10] == record["date"] or "contradicting_dates" in row["flags"] or name in ("a.docx", "a.rtf")


@pytest.mark.parametrize("name", MANY)
@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(records=RECORDS)
def test_tables_come_back(name, records):
    stem = "a.zip/b" if name == "a.zip" else "a"
    check(name, lambda rows: MANY[name]([{**row, "id": f"k{n}"} for n, row in enumerate(rows)]), [{**record, "id": f"{stem}#k{n}"} for n, record in enumerate(records)])


@pytest.mark.parametrize("name", ONE)
@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(records=RECORDS)
def test_files_of_one_article_come_back(name, records):
    check(name, ONE[name], [{**records[0], "id": "a"}])
