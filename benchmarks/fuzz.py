"""Broken files of every format, to see that nothing breaks with them: `python benchmarks/fuzz.py 100000 --seed 1 --keep FOLDER`.

Valid samples are bent (bytes flipped, cut, spliced, repeated, numbers and marks put in, endings swapped; in zip, gzip and
tar files also what is packed), put 500 a folder into memory, and read by `load_articles` in a process of its own, whose
memory and time are limited and which may neither write nor connect. A folder passes when every file is an article or a row
of `set_aside`, when ids are unique and all that is told is text, and when it (one in four) reads the same twice. One that does not is cut
down to the file, and the file to the bytes, that do it, and kept. The same seed gives the same files.
"""

import argparse
import gzip
import io
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import pandas as pd

import utils.articles
from utils.articles import audit, load_articles

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from archives import XLS  # noqa: E402

FOLDER, SECONDS, MEMORY = 500, 20, 4 << 30  # files a folder; seconds that one file may take; bytes that all may take
TWICE = 4  # one folder in so many is read twice
BODY = "The two heads of the agencies met in the harbour town on a grey day. “We need a drill,” one said — at 3.5 °C.\n\nNobody there named a year, nor a price of $4.2 million; Café Σ 月 stayed open."
ENDINGS = "txt csv tsv json jsonl html docx odt xlsx ods xls pdf rtf parquet zip gz tar md xml doc bin".split() + [""]
MARKS = [
    b"\0", b"\0" * 40, b"\xed\xa0\x80", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1a", b"\r", b"\x85", b"\xe2\x80\xa8", b"\xf4\x90\x80\x80", b'"', b"'", b"<", b"<!--", b"]]>",
    b"\\ud800", b"\\u0000", b"&#xD800;", b"&#0;", b"{", b"[", b"}", b"\\", b"=1+1", b"99999999999999999999", b"-1", b"1e400", b"NaN", b"0000-00-00", b"9999-12-31", b"0 0 R", b"/Prev 9 ", b"\\bin9999999 ", b"\\u-99999?",
    b" date 2017-13-40 ", b"Document AB12345678", b"End of Document\n", b"1 of 2 DOCUMENTS\n", b"<p>", b"</div>", b"\x1f\x8b", b"PK\3\4", b"%PDF-1.4", b"PAR1", b"a,b;c\td|e\n", b"../../x", b"text", b"date",
]  # fmt: skip
NAMES = ["../../up.txt", "/etc/up.txt", "C:\\up.txt", "", ".", "..", "a//b.txt", "\x00", "\udcff.txt", "a\nb.txt", "=1+1.csv", "x" * 300, "in.zip", "t.csv.gz", "\u202e.txt", "2017-99-99.txt"]


class TooSlow(BaseException):
    """No Exception, so that no reader takes it for a fault of the file."""


def pack(files):
    """A zip file of `{name: bytes}`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2017, 11, 18, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unpack(data):
    """What stands in a zip file: `{name: bytes}`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tar(files):
    """A tar file of `{name: bytes}`."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def pdf(packed):
    """A page of text, plain or packed."""
    words = b"BT /F1 12 Tf 72 720 Td 14 TL " + b" ".join(b"(%s) Tj T*" % line.encode("ascii", "ignore") for line in BODY.replace("\n\n", ". ").split(". ")) + b" ET"
    stream, how = (zlib.compress(words), b"/Filter /FlateDecode ") if packed else (words, b"")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< %s/Length %d >>\nstream\n%s\nendstream" % (how, len(stream), stream), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Page /Parent 2 0 R /Contents [4 0 R 4 0 R] /Resources << /Font << /F1 5 0 R >> /XObject << /X 7 0 R >> >> >>",
        b"<< /Type /XObject /Subtype /Form /Length 5 /Resources << /XObject << /X 7 0 R >> >> >>\nstream\n/X Do\nendstream",
    ]  # fmt: skip
    data, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 8\n0000000000 65535 f \n%strailer << /Size 8 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (table, len(data))


def samples():
    """Valid files: pairs of an ending and bytes."""
    paragraphs, frame = BODY.split("\n\n"), pd.DataFrame({"headline": ["Moon talks", "Rover"], "body": [BODY, BODY + " More."], "pub_date": pd.to_datetime(["2017-11-18T23:30", "2017-11-19T00:00"]), "n": [1.5, None]})
    sheet, table = io.BytesIO(), io.BytesIO()
    frame.to_excel(sheet, index=False)
    frame.to_parquet(table, compression=None)
    word = "".join(f"<w:p><w:r><w:t>{words}</w:t><w:tab/></w:r></w:p>" for words in paragraphs)
    docx = pack({"word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{word}</w:body></w:document>'.encode()})
    head = '<meta property="article:published_time" content="2017-11-18T23:30:00-05:00"><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2017-11-18"}</script>'
    page = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Moon talks</title>{head}</head><body><nav><a href="/">Home</a></nav><article><h1>Moon talks</h1>'
    page += "".join(f"<p>{words} All of this is told here at the length that a page of news has.</p>" for words in paragraphs) + "</article></body></html>"
    nexis = "\n\n".join(["Moon talks begin", "The Daily Example", "November 18, 2017 Saturday", "Length: 312 words", "Byline: A. Writer", "Body", BODY, "Classification", "Load-Date: November 19, 2017", "End of Document\n"])
    older = "\n\n".join(["1 of 2 DOCUMENTS", "The Daily Example", "November 18, 2017 Saturday", "Moon talks", "LENGTH: 31 words", BODY, "LOAD-DATE: November 19, 2017", "2 of 2 DOCUMENTS", "The Daily Example", BODY])
    factiva = f"HD Moon talks begin\nWC 312 words\nPD 18 November 2017\nSN The Daily Example\nLA English\nLP\n{paragraphs[0]}\nTD\n{paragraphs[1]}\nAN Document DAEX000020171118edbi00032\n"
    plain = f"Moon talks end\nBy A. Writer\n312 words\n19 November 2017\n03:12\nThe Daily Example\nDAEX\nEnglish\nCopyright 2017.\n{BODY}\nDocument DAEX000020171119edbi00033\n"
    rtf = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}" + "".join(f"{line}\\par\\'e9\\u8217?\n" for line in plain.encode("ascii", "ignore").decode().split("\n")) + "}"
    csv = 'id,Headline,Body,Published,Outlet\n7,Moon talks,"' + BODY.replace("\n", "\r\n") + '",18/11/2017,The Paper\n8,"=HYPERLINK(1)",Another text stands here. It ends.,03/04/2018,The Post\n9,Empty,,04/04/2018,X\n'
    objects = json.dumps({"status": "ok", "articles": [{"source": {"name": "Wire"}, "title": "One", "content": BODY, "publishedAt": "2017-11-18T23:30:00-05:00"}, {"title": "Two", "content": None}]})
    lines = '{"text": "One line of it.", "timestamp": 1511047800}\n' + json.dumps({"text": BODY, "timestamp": 1511047800000}) + "\n"
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item><title>One</title><link>https://example.org/1</link><description>{BODY}</description><pubDate>Sat, 18 Nov 2017 23:30:00 GMT</pubDate></item>'
    feed += '<item><title>Two</title><description>&lt;p&gt;Short.&lt;/p&gt;</description></item></channel></rss>'
    head = f"Title: Moon talks\nDate: 18 November 2017\nSource: Wire\n\n{BODY}"
    proquest = "".join(f"{'_' * 60}\n\nDocument {n} of 2\n\nFull text: {BODY}\n\nTitle: Moon talks\nPublication title: Wire; London\nPublication date: Nov 1{n}, 2017\nProQuest document ID: 10{n}\n\n" for n in (1, 2))
    columns = json.dumps({"title": {"0": "One", "1": "Two"}, "text": {"0": BODY, "1": "Short."}})
    texts = {
        "xml": [feed], "md": [f"---\ntitle: Moon talks\ndate: 2017-11-18\n---\n\n# Moon *talks*\n\nSee [it](https://example.org/1).\n\n{BODY}"],
        "txt": [f" date 2017-11-18 Talks began. Talks began.\n\n{BODY}\n", f"Moon talks\n\nPublished: 18 November 2017\n\n{BODY}", head, proquest, nexis * 2, older, factiva + factiva.replace("032", "035"), plain * 2],
        "csv": [csv], "tsv": [csv.replace(",", "\t")], "json": [objects, columns], "jsonl": [lines], "html": [page, f"<html><body><p>{nexis.replace(chr(10), '<p>')}</body></html>"], "rtf": [rtf],
    }  # fmt: skip
    found = [(ending, text.encode()) for ending, of in texts.items() for text in of]
    found += [("txt", texts["txt"][0].encode("utf-16")), ("txt", texts["txt"][0].encode("utf-16-le")), ("txt", texts["txt"][1].encode("cp1252", "ignore")), ("csv", csv.encode("utf-16"))]
    found += [("docx", docx), ("xlsx", sheet.getvalue()), ("parquet", table.getvalue()), ("pdf", pdf(False)), ("pdf", pdf(True))]
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table"))
    written = "".join(f"<text:p>{words}<text:s/><text:span>said</text:span></text:p>" for words in paragraphs)
    cells = lambda *values: f"<table:table-row>{''.join(f'<table:table-cell><text:p>{value}</text:p></table:table-cell>' for value in values)}<table:table-cell table:number-columns-repeated='99'/></table:table-row>"
    grid = f'<table:table table:name="S">{cells("title", "date", "text")}{cells("Moon talks", "2017-11-18", BODY)}<table:table-row table:number-rows-repeated="9"><table:table-cell/></table:table-row></table:table>'
    for ending, kind, body in (("odt", "text", written), ("ods", "spreadsheet", grid)):
        content = f'<?xml version="1.0"?><office:document-content {names}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>'
        found.append((ending, pack({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": content.encode()})))
    found.append(("xls", XLS))
    parts = {"a/2017-11-20.txt": BODY.encode(), "t.csv": csv.encode(), "in.zip": pack({"x.txt": BODY.encode()}), "d.docx": docx, "p.html": page.encode(), "g.json.gz": gzip.compress(objects.encode())}
    return found + [("zip", pack(parts)), ("tar", tar(parts)), ("gz", gzip.compress(csv.encode(), mtime=0)), ("gz", gzip.compress(tar(parts), mtime=0))]


def bend(chance, data, others):
    """Bytes with one to six faults."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        to = min(to, at + chance.choice((1, 4, 30, 400, len(data))))
        other = chance.choice(others)[1]
        numbers = list(re.finditer(rb"\d+", data[:200_000]))
        number = chance.choice(numbers) if numbers else None
        ways = [
            lambda: data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
            lambda: data[:at] + bytes(byte ^ (1 << chance.randrange(8)) for byte in data[at : at + 8]) + data[at + 8 :],
            lambda: data[:at], lambda: data[at:], lambda: data[:at] + data[to:], lambda: data[:at] + data[at:to][::-1] + data[to:],
            lambda: data[:at] + chance.choice(MARKS) + data[at:],
            lambda: data[:at] + chance.choice(MARKS) + data[to:],
            lambda: data[:at] + data[at:to] * chance.choice((2, 3, 50, 20_000 // (to - at + 1) + 1)) + data[to:],
            lambda: data[:at] + chance.choice(MARKS) * chance.choice((10, 3000)) + data[at:],
            lambda: data[:at] + other[chance.randrange(len(other)) :][: chance.choice((20, 500, 9999))] + data[to:],
            lambda: other[: chance.choice((4, 30, 200))] + data[at:], lambda: data[:at] + other[-chance.choice((4, 30, 200)) :],
            lambda: data[: number.start()] + chance.choice([chance.choice(numbers)[0], b"0", b"-7", b"4294967296", b"9" * 30, b"1"]) + data[number.end() :] if number else b"",
        ]  # fmt: skip
        data = chance.choice(ways)()[:3_000_000] or b"\0"
    return data


def bend_within(chance, ending, data, others):
    """A packed file in which something is bent that is packed; any other bent as it is."""
    packed = data[:2] if data.startswith((b"PK", b"\x1f\x8b")) else b"tar" if ending == "tar" else b""
    if not packed or chance.random() < 0.3:
        return bend(chance, data, others)
    if packed == b"\x1f\x8b":
        return gzip.compress(bend(chance, gzip.decompress(data), others), mtime=0)
    with tarfile.open(fileobj=io.BytesIO(data)) if packed == b"tar" else zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part.name: archive.extractfile(part).read() for part in archive} if packed == b"tar" else unpack(data)
    name = chance.choice(list(parts))
    inner = parts.pop(name)
    parts[chance.choice(NAMES) if chance.random() < 0.1 else name] = bend_within(chance, name.rsplit(".")[-1], inner, others)
    try:
        return tar(parts) if packed == b"tar" else pack(parts)
    except (ValueError, UnicodeError):  # a name that cannot be packed
        return bend(chance, data, others)


def fill(folder, seed, number, others):
    """Write so many bent files: `{name: the ending of its sample}`."""
    chance, kinds = random.Random(seed), {}
    for n in range(number):
        ending, data = chance.choice(others)
        name = f"{n:04}.{ending if chance.random() < 0.9 else chance.choice(ENDINGS)}"
        if chance.random() < 0.02:
            name = f"{n:04}{chance.choice(NAMES).replace('/', '_').replace(chr(0), '')[:200]}"
        Path(os.fsencode(folder).decode("utf-8", "surrogateescape"), name).write_bytes(bend_within(chance, ending, data, others))
        kinds[name] = ending
    return kinds


def faults(folder, twice=True):
    """What is wrong with what `load_articles` makes of a folder: `(faults, articles, set_aside)`."""
    articles, set_aside = load_articles(folder)
    again = load_articles(folder) if twice else (articles, set_aside)
    told = Counter(audit(articles, set_aside).set_index("what")["n"].to_dict())
    paths = {*articles["path"], *set_aside["path"]}
    above = {"/".join(path.split("/")[: n + 1]) for path in paths for n in range(path.count("/") + 1)}
    names = [os.fsencode(file).decode("utf-8", "replace") for file in os.listdir(folder)]
    strings = [value for frame in (articles, set_aside) for column in frame.select_dtypes("str") for value in frame[column].dropna()]
    checks = {
        "a file is not told of": set(names) <= above,
        "found is not taken and set aside": told["files and records found"] == told["articles taken"] + told["files set aside"] + told["records set aside"],
        "two ids are one": articles["article_id"].is_unique,
        "an article without a word": bool(articles["text"].str.contains(r"[^\W_]").all()),
        "a column is not as it was": (articles.dtypes.astype(str).to_dict(), set_aside.dtypes.astype(str).to_dict()) == (utils.articles.COLUMNS, utils.articles.SET_ASIDE),
        "no reason": bool(set_aside["reason"].str.len().gt(0).all() and set_aside["detail"].str.len().gt(0).all()),
        "what is no text": not any(re.search("[\ud800-\udfff\0]", value) for value in strings),
        "a path of this machine": not any(str(folder) in value for value in strings),
        "a path that climbs": not any(part in ("..", ".") for path in paths for part in path.split("/")),
        "not the same twice": articles.equals(again[0]) and set_aside.equals(again[1]),
    }
    return [what for what, fine in checks.items() if not fine], articles, set_aside


def _forbid(seen):
    """Nothing may be written, connected or started; what is tried is also noted, as libraries may swallow the error."""

    def hook(event, args):
        writes = event == "open" and (isinstance(args[1], str) and set(args[1]) & set("wax+") or isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        if writes and args[0] != os.devnull or event.startswith(("socket.connect", "socket.get", "socket.send", "socket.bind", "subprocess.", "os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.system", "os.exec", "urllib.", "shutil.", "tempfile.")):
            seen.append(f"tried: {event} {args[:1]}")
            raise PermissionError(event)

    sys.addaudithook(hook)


def _child(folder, pipe, kinds, twice):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    times, tried, plain = {}, [], utils.articles._read

    def too_slow(*_):
        raise TooSlow

    def timed(name, *rest):
        signal.alarm(SECONDS)
        start = time.perf_counter()
        rows = list(plain(name, *rest))
        times[name] = max(times.get(name, 0), time.perf_counter() - start)
        signal.alarm(0)
        return rows

    utils.articles._read = timed
    signal.signal(signal.SIGALRM, too_slow)
    said, taken, aside = [], Counter(), Counter()
    try:
        _forbid(tried)
        said, articles, set_aside = faults(folder, twice)
        kind = lambda path: kinds.get(path.split("/")[0], "?")
        taken, aside = Counter(map(kind, articles["path"])), Counter(map(kind, set_aside["path"]))
        reasons = Counter(set_aside["reason"] + ": " + set_aside["detail"].str.slice(0, 60)) if len(set_aside) else Counter()
    except BaseException as error:  # what is looked for
        trace, reasons = error.__traceback__, Counter()
        while trace.tb_next:
            trace = trace.tb_next
        said = [f"{type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}: {str(error)[:150]}"]
    slowest = max(times.items(), key=lambda pair: pair[1], default=("", 0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send({"faults": [*said, *dict.fromkeys(tried)], "taken": taken, "aside": aside, "reasons": reasons, "slowest": slowest, "peak": peak, "seconds": sum(times.values())})


def run(folder, kinds, seconds=None, twice=True):
    """What a process of its own finds in a folder."""
    seconds = seconds or SECONDS + 300
    ours, theirs = multiprocessing.Pipe(False)
    process = multiprocessing.get_context("fork").Process(target=_child, args=(folder, theirs, kinds, twice))
    process.start()
    theirs.close()
    nothing = {"taken": Counter(), "aside": Counter(), "reasons": Counter(), "slowest": ("", 0), "peak": 0, "seconds": 0}
    try:
        found = ours.recv() if ours.poll(seconds) else nothing | {"faults": [f"no answer in {seconds} s"]}
    except EOFError:
        process.join()
        found = nothing | {"faults": [f"the process died: {process.exitcode}"]}
    process.kill()
    process.join()
    return found


def _alone(name, data):
    """The faults of one file, without the numbers in them."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        Path(folder, name).write_bytes(data)
        return {re.sub(r"\d+", "0", fault)[:60] for fault in run(Path(folder), {name: ""}, 3 * SECONDS)["faults"]}


def shrink(name, data, seconds=60):
    """The fewest bytes of a file that still do what all of them do."""
    wrong, end, size = _alone(name, data), time.monotonic() + seconds, len(data) // 2
    while size and time.monotonic() < end:
        at = 0
        while at < len(data) and time.monotonic() < end:
            less = data[:at] + data[at + size :]
            data, at = (less, at) if wrong & _alone(name, less) else (data, at + size)
        size //= 2
    return data


def keep(folder, kinds, said, place, label):
    """Put the files that do it in `place`, cut down."""
    place.mkdir(parents=True, exist_ok=True)
    for name in sorted(kinds):
        data = Path(folder, name).read_bytes()
        if wrong := _alone(name, data):
            print(f"  {label} {name!r}: {sorted(wrong)}", flush=True)
            (place / f"{label}-{name}").write_bytes(shrink(name, data))
            return
    print(f"  {label}: no file of it does it alone: {said}")
    shutil.copytree(folder, place / label, dirs_exist_ok=True)


def main():
    """Read so many bent files and print what came of them; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("number", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so many")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    told = parser.parse_args()
    others, start = samples(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:  # what the readers import late is imported once
        for n, (ending, data) in enumerate(others):
            Path(folder, f"{n}.{ending}").write_bytes(data)
        fine = faults(Path(folder))
    print(f"{len(others)} samples, {len(fine[1])} articles, {len(fine[2])} set aside, faults: {fine[0]}")
    tried, taken, aside, reasons, seconds, slowest, peak, wrong = Counter(), Counter(), Counter(), Counter(), 0, ("", 0), 0, 0
    for batch in range(-(-told.number // FOLDER)):
        if time.monotonic() - start > told.seconds:
            break
        label = f"{told.seed}-{batch}"
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            kinds = fill(folder, label, min(FOLDER, told.number - batch * FOLDER), others)
            found = run(Path(folder), kinds, twice=not batch % TWICE)
            tried.update(kinds.values())
            for counts, name in ((taken, "taken"), (aside, "aside"), (reasons, "reasons")):
                counts.update(found[name])
            seconds, peak = seconds + found["seconds"], max(peak, found["peak"])
            slowest = max(slowest, (f"{label} {found['slowest'][0]}", found["slowest"][1]), key=lambda pair: pair[1])
            if found["faults"]:
                wrong += 1
                print(f"{label}: {found['faults']}", flush=True)
                keep(folder, kinds, found["faults"], told.keep, label)
    table = pd.DataFrame({"files": tried, "articles": taken, "set aside": aside}).fillna(0).astype(int)
    print(pd.concat([table, table.sum().to_frame("all").T]).to_string())
    print(f"{len(reasons):,} reasons; the slowest {slowest[1]:.2f} s ({slowest[0]}); memory at most {peak:,.0f} MB; {time.monotonic() - start:,.0f} s; folders with findings: {wrong}")
    print("\n".join(f"{n:>8,}  {why}" for why, n in reasons.most_common(60)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
