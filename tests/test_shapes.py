"""What people have: old Excel, OpenDocument, feeds, texts with a head, tables with a title above them, JSON of many shapes."""

import datetime
import io
import json

import openpyxl
import pandas as pd
import pytest
from archives import XLS, packed

from utils.articles import load_articles

ONE = "The two heads of the agencies met in the harbour town on a grey day, and spoke for long of a drill that is to come from the north, if it comes."
TWO = "A rover is to follow the lander within a week, the chairman said, and the samples are to stay in the country for good, wherever they are looked at."
ODF = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'


def load(root, **options):
    return load_articles(root, today=datetime.date(2026, 1, 1), **options)


def told(articles):
    """Title, day, source and text of each article."""
    days = [None if pd.isna(day) else str(day.date()) for day in articles["date"]]
    return [tuple(None if value != value else value for value in row) for row in zip(articles["title"], days, articles["source"], articles["text"])]


def opened(kind, body):
    """An OpenDocument file of a kind."""
    content = f'<?xml version="1.0"?><office:document-content {ODF}><office:body>{body}</office:body></office:document-content>'
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content})


def cell(words, more=""):
    return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"


def excel(*rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def test_excel_of_old_is_read_with_its_days_and_whole_numbers(folder):
    articles, set_aside = load(folder({"a.xls": XLS, "b.xlsx": XLS}))  # by what stands in it
    expected = [("Moon talks", "2017-11-18", None, "The two heads met. They named no year."), ("Rover", "2017-11-19", None, "A rover is to follow.")]
    assert told(articles) == 2 * expected and articles["article_id"].tolist() == ["a#7", "a#8", "b#7", "b#8"]
    assert set_aside[["path", "line", "reason"]].values.tolist() == [["a.xls", 4, "no text"], ["b.xlsx", 4, "no text"]]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a.docx"])
def test_what_office_locked_says_so(folder, name):
    locked = XLS[:512] + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")
    assert load(folder({name: locked}))[1][["reason", "detail"]].values.tolist() == [["locked", "a password is needed; save it without one"]]


def test_what_excel_is_said_to_be_and_is_not(folder):
    page = f"<html><body><table><tr><th>title</th><th>text</th></tr><tr><td>Moon</td><td>{ONE}</td></tr></table></body></html>"
    articles, set_aside = load(folder({"a.xls": f"title\tdate\ttext\nMoon\t2017-11-18\t{ONE}\n", "b.xls": page, "c.xls": XLS[:520] + bytes(900) + XLS[1420:]}))
    assert told(articles) == [("Moon", "2017-11-18", None, ONE)]
    assert set_aside[["path", "reason"]].values.tolist() == [["b.xls", "format"], ["c.xls", "unreadable"]] and "export it as .xlsx or .csv" in set_aside["detail"][0]


def test_an_opendocument_text_is_read_without_comments_and_what_was_taken_out(folder):
    out = "<text:tracked-changes><text:changed-region><text:deletion><text:p>Taken out.</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    note = "<office:annotation><text:p>A comment.</text:p></office:annotation>"
    body = f'{out}<text:h>Moon talks</text:h><text:p>They met<text:s text:c="2"/>in <text:span>the <text:span>harbour</text:span></text:span> town.{note} It was grey.<text:line-break/>Rain fell.</text:p><text:p/>'
    articles, set_aside = load(folder({"2017-11-18 a.odt": opened("text", f"<office:text>{body}</office:text>")}))
    assert told(articles) == [(None, "2017-11-18", None, "Moon talks\n\nThey met in the harbour town. It was grey.\n\nRain fell.")] and set_aside.empty
    assert articles["read_as"].tolist() == ["OpenDocument"]


def test_an_opendocument_sheet_has_its_rows_where_they_stand(folder):
    day = 'office:value-type="date" office:date-value="2017-11-18T00:00:00"'
    blank = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = [
        cell("title") + cell("date") + cell("") + cell("text") + blank, blank, cell("Moon") + cell("18/11/17", day) + "<table:table-cell/>" + cell(ONE) + blank,
        '<table:table-cell table:number-columns-repeated="3"/>' + cell(TWO), cell("Twice") + cell("2017-11-19") + "<table:covered-table-cell/>" + cell(TWO),
    ]  # fmt: skip
    times = ["", 'table:number-rows-repeated="3"', "", "", 'table:number-rows-repeated="2"']
    sheet = "".join(f"<table:table-row {often}>{row}</table:table-row>" for row, often in zip(rows, times))
    end = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    articles, set_aside = load(folder({"a.ods": opened("spreadsheet", f'<office:spreadsheet><table:table table:name="S">{sheet}{end}</table:table></office:spreadsheet>')}))
    assert told(articles) == [("Moon", "2017-11-18", None, ONE), (None, None, None, TWO), *[("Twice", "2017-11-19", None, TWO)] * 2] and set_aside.empty
    assert articles["line"].tolist() == [5, 6, 7, 8]


RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Post</title>
<item><title>Moon talks</title><link>https://example.org/a</link><description>Short.</description><content:encoded><![CDATA[<p>{ONE}</p><p>More.</p>]]></content:encoded>
<pubDate>Sat, 18 Nov 2017 10:00:00 GMT</pubDate></item>
<item><title>Rover</title><description>{TWO}</description><pubDate>Sun, 19 Nov 2017 10:00:00 GMT</pubDate></item><item><title>Empty</title></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Post</title><entry><title>Moon talks</title><link rel="alternate" href="https://example.org/a"/>
<updated>2018-01-01T10:00:00Z</updated><published>2017-11-18T10:00:00Z</published><summary>Short.</summary><content type="html">&lt;p&gt;{ONE}&lt;/p&gt;</content></entry></feed>"""
LIST = f"""<?xml version="1.0"?><!DOCTYPE news><news><article><title>Moon talks</title><date>2017-11-18</date><body><p>{ONE}</p><p>More.</p></body></article>
<article><title>Rover</title><source>The Sun</source><body>{TWO}</body></article></news>"""


@pytest.mark.parametrize(
    "name, content, expected, aside",
    [
        ("a.xml", RSS, [("Moon talks", "2017-11-18", "The Post", f"{ONE}\n\nMore."), ("Rover", "2017-11-19", "The Post", TWO)], ["no text"]),
        ("a", ATOM, [("Moon talks", "2017-11-18", "The Post", ONE)], []), ("a.xml", LIST, [("Moon talks", "2017-11-18", None, f"{ONE}\n\nMore."), ("Rover", None, "The Sun", TWO)], []),
        ("a.xml", '<?xml version="1.0"?><note><to>You</to></note>', [], ["format"]), ("a.xml", RSS[:-30], [], ["unreadable"]),
        ("a.xml", '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><title>&b;</title></item></rss>', [], ["format"]),
    ],
)  # fmt: skip
def test_feeds_and_other_lists_in_xml(folder, name, content, expected, aside):
    articles, set_aside = load(folder({name: content}))
    assert told(articles) == expected and set_aside["reason"].tolist() == aside


@pytest.mark.parametrize(
    "name, content, expected",
    [
        ("a.txt", f"Title: Moon talks\nDate: 18 November 2017\nSource: The Post\n\n{ONE}\n\nMore.", ("Moon talks", "2017-11-18", "The Post", f"{ONE}\n\nMore.")),
        ("a.txt", f"Headline: Moon talks\r\n\r\nPublished: 2017-11-18\r\n\r\nAuthor: Ann\r\n\r\nBody:\r\n{ONE}", ("Moon talks", "2017-11-18", None, ONE)),
        ("a.txt", f"Publication: The Post\nDate: 2017-11-18\nText: {ONE}\n\nMore.", (None, "2017-11-18", "The Post", f"{ONE}\n\nMore.")),
        ("a.md", f"---\ntitle: \"Moon: the talks\"\ndate: 2017-11-18\ntags:\n  - moon\nsource: The Post\n---\n\n{ONE}\n\nMore of it.", ("Moon: the talks", "2017-11-18", "The Post", f"{ONE}\n\nMore of it.")),
        ("2017-11-18.md", f"# Moon talks\n\n## First\n\nSee [the page](https://example.org/a) of **one** snake_case *word*.\n\n> {ONE}", ("Moon talks", "2017-11-18", None, f"First\n\nSee the page of one snake_case word.\n\n{ONE}")),
        # what is no head stays text
        ("2017-11-18.txt", f"Mission: a success\nThe chairman said: we did it.\n\n{ONE}", (None, "2017-11-18", None, f"Mission: a success\n\nThe chairman said: we did it.\n\n{ONE}")),
        ("2017-11-18.txt", f"Source: close to the talks\n\n{ONE}", (None, "2017-11-18", None, f"Source: close to the talks\n\n{ONE}")),
        ("2017-11-18.txt", f"---\n\n{ONE}\n\n***", (None, "2017-11-18", None, f"---\n\n{ONE}\n\n***")),
    ],
)  # fmt: skip
def test_a_head_tells_of_its_text(folder, name, content, expected):
    articles, set_aside = load(folder({name: content}), cleaned=False)
    assert told(articles) == [expected] and set_aside.empty


def test_proquest_exports_hold_many_articles(folder):
    rule = "_" * 60
    part = lambda n, title, text, paper, day: f"{rule}\n\nDocument {n} of 2\n\n{title}\n\nAuthor: Ann\n\nAbstract: Short.\n\nFull text: {text}\n\nSubject: Moon\n\nTitle: {title}\n\nPublication title: {paper}; London (UK)\n\nPublication year: 2017\n\nPublication date: {day}\n\nProQuest document ID: 10{n}\n\nDocument URL: https://example.org/{n}\n\nLast updated: 2020-01-01\n\n"
    assert told(load(folder({"b.txt": part(1, "Moon", ONE, "The Post", "").replace("Publication date: ", "")}))[0]) == [("Moon", None, "The Post", ONE)]
    text = part(1, "Moon talks", f"{ONE}\n\nHe said: more.", "The Post", "Nov 18, 2017") + part(2, "Rover", TWO, "The Sun", "Nov 19, 2017") + f"{rule}\n\nContact us at: http://www.example.org\n"
    articles, set_aside = load(folder({"a.txt": text, "b.txt": "1"}), files=["a.txt"])
    assert told(articles) == [("Moon talks", "2017-11-18", "The Post", f"{ONE}\n\nHe said: more."), ("Rover", "2017-11-19", "The Sun", TWO)] and set_aside.empty
    assert articles["article_id"].tolist() == ["a#101", "a#102"] and articles["url"].tolist() == ["https://example.org/1", "https://example.org/2"]


HEADER, FIRST, SECOND = ["Headline", "Date", "Text"], ["Moon", "2017-11-18", ONE], ["Rover", "2017-11-19", TWO]
BOTH = [("Moon", "2017-11-18", None, ONE), ("Rover", "2017-11-19", None, TWO)]


@pytest.mark.parametrize(
    "name, content, expected, above",
    [
        ("a.xlsx", excel(["Export of 18 Nov 2017"], [], ["by the desk"], HEADER, FIRST, SECOND), BOTH, [3]), ("a.xlsx", excel(["Article", None, None], HEADER, FIRST, SECOND), BOTH, []),
        ("a.csv", f'Export\n\nheadline;date;text\nMoon;2017-11-18;"{ONE}"\nRover;2017-11-19;"{TWO}"\n', BOTH, []), ("a.csv", f'sep=;\nheadline;date;text\nMoon;2017-11-18;"{ONE}"\n', BOTH[:1], []),
        ("a.csv", f'text,date,title\nMoon,2017-11-18,"{ONE}"\nRover,2017-11-19,"{TWO}"\n', BOTH, []),  # two names were exchanged
        ("a.csv", 'text,date,title\n"Short.",2017-11-18,"Moon"\n', [("Moon", "2017-11-18", None, "Short.")], []),
        ("a.csv", f'title,date,text\nText,2017-11-18,"{ONE}"\ntitle,date,text\n', [("Text", "2017-11-18", None, ONE), ("title", None, None, "text")], []),  # rows are no header
        ("a.csv", f"text\n{ONE.replace(',', ';')}\n", [(None, None, None, ONE.replace(",", ";"))], []),  # a sign in a text parts no columns
        ("Zotero.csv", f'"Key","Item Type","Title","Publication Title","Url","Abstract Note","Date","Date Added"\nA,newspaperArticle,Moon,The Post,,"{ONE}",2017-11-18,2020-01-01\n', [("Moon", "2017-11-18", "The Post", ONE)], []),
    ],
)  # fmt: skip
def test_the_names_of_columns_are_found_below_a_title(folder, name, content, expected, above):
    articles, set_aside = load(folder({name: content}))
    assert told(articles) == expected
    assert set_aside[["line", "reason", "detail"]].values.tolist() == [[line, "no text", "it stands above the names of the columns"] for line in above]


ARTICLES = [{"title": "Moon", "date": "2017-11-18", "text": ONE}, {"title": "Rover", "date": "2017-11-19", "text": TWO}]
COLUMNS = {name: [article[name] for article in ARTICLES] for name in ARTICLES[0]}


@pytest.mark.parametrize(
    "content, expected",
    [
        (json.dumps({"first": ARTICLES[0], "second": ARTICLES[1]}), BOTH), (json.dumps(COLUMNS), BOTH), (pd.DataFrame(ARTICLES).to_json(), BOTH), (pd.DataFrame(ARTICLES).to_json(orient="split"), []),
        ("\n".join(json.dumps(article, indent=1) for article in ARTICLES), BOTH), (" ".join(map(json.dumps, ARTICLES)), BOTH),
        (json.dumps({"response": {"status": "ok", "results": [{"webTitle": "Moon", "webPublicationDate": "2017-11-18T10:00:00Z", "fields": {"trailText": "Short.", "bodyText": ONE}}]}}), BOTH[:1]),
        (json.dumps({"status": "OK", "response": {"docs": [{"headline": {"main": "Moon"}, "lead_paragraph": ONE, "pub_date": "2017-11-18T10:00:00+0000", "source": "The Post"}]}}), [("Moon", "2017-11-18", "The Post", ONE)]),
        (json.dumps({"articles": {"results": [{"title": "Moon", "body": ONE, "date": "2017-11-18", "source": {"uri": "example.org", "title": "The Post"}}]}}), [("Moon", "2017-11-18", "The Post", ONE)]),
        (json.dumps({"hits": {"total": 1, "hits": [{"_id": "1", "_source": {"title": "Moon", "published": "2017-11-18", "body": ONE}}]}}), BOTH[:1]),
        (json.dumps({"count": 1, "stories": [{"media_name": "The Post", "title": "Moon", "publish_date": "2017-11-18", "text": ONE}]}), [("Moon", "2017-11-18", "The Post", ONE)]),
        # one article, whose values only look like columns or like articles
        (json.dumps({"title": ["Moon"], "authors": ["Ann"], "text": [ONE]}), [("Moon", None, None, ONE)]),
        (json.dumps({"title": {"rendered": "Moon"}, "content": {"rendered": ONE}}), [("Moon", None, None, ONE)]), (json.dumps({"title": "Moon", "text": [ONE, TWO]}), [("Moon", None, None, f"{ONE}\n\n{TWO}")]),
    ],
)  # fmt: skip
def test_articles_are_found_wherever_they_stand_in_json(folder, content, expected):
    articles, set_aside = load(folder({"a.json": content}))
    assert told(articles) == expected and set_aside.empty == bool(expected)


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.xml", '<?xml version="1.0"?>' + "<row>" * 50_000 + "</row>" * 50_000), ("a.xml", "<rss>" + "<item><title/></item>" * 50_000 + "</rss>"), ("a.md", "[" * 1_000_000), ("a.md", "[x](" * 250_000),
        ("a.txt", "a:\n" * 300_000), ("a.json", "{" * 100_000), ("a.json", '{"a": {"text": ""}, "b": ' * 20_000), ("a.txt", "ProQuest document ID: 1\nFull text:\n" + ("_" * 30 + "\n") * 30_000),
        ("a.ods", opened("spreadsheet", '<table:table table:name="S"><table:table-row table:number-rows-repeated="99999999"><table:table-cell table:number-columns-repeated="99999999"><text:p>text</text:p></table:table-cell></table:table-row></table:table>' * 3)),
        ("a.odt", opened("text", "<text:p>" + "<text:span>" * 50_000 + "a" + "</text:span>" * 50_000 + "</text:p>")),
    ],
)  # fmt: skip
def test_what_is_made_to_cost_much_costs_little(folder, name, content):
    """Each would take minutes, or more memory than there is, if what it says were taken at its word."""
    articles, set_aside = load(folder({name: content}))
    assert len(articles) <= 1 and set(set_aside["path"]) <= {name} and len(articles) + len(set_aside) > 0
