"""What stands in one file, as bytes or as text. A reader of `utils/readers/` gets a `File`; nothing here opens or writes one."""

import io
import re
import zipfile
from functools import cached_property

LARGEST = 50_000_000  # bytes of a file, characters of an article
LARGEST_OF_MANY = 500_000_000  # bytes of a file that holds many articles, and of all that is in an archive
RATIO = 100  # times that text is packed at most; a bomb packs better
DEEPEST = 3  # a file in an archive in an archive
CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")  # and halves of characters, which JSON can hold
NO_TEXT = (b"PK\3\4", b"%PDF", b"\x1f\x8b", b"PAR1", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
ENDING = re.compile(r"(?<=[^/])\.(?=\w{0,7}[A-Za-z])\w{1,8}$")
PACKED = (".zip", ".gz", ".tar", ".tgz")
BLOCKS = frozenset("p div br li tr td th h1 h2 h3 h4 h5 h6 section article blockquote table ul ol dd dt figcaption header footer".split())
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,5}=\s{0,5}["']?([\w-]{3,20})""")


class SetAside(Exception):
    """A file or record that is no article: `SetAside(reason, detail)`, and the line of the record where it is one."""

    def __init__(self, reason, detail, line=0):
        super().__init__(reason, detail, line)

    def row(self):
        """A row of the table `set_aside`, but for the path."""
        reason, detail, line = self.args
        return {"reason": reason, "detail": CONTROL.sub(" ", detail), "line": line}  # a name of a column may hold anything


class File:
    """One file, on the disk or in an archive: its `path` as told to people, and its `data` or, where a reader has taken it
    out of something else, its `text` (with its `encoding`). `columns` are the names of columns that the user gave."""

    def __init__(self, path, data=b"", *, text=None, encoding=None, columns=None, depth=0, known=None, within=(), spent=None):
        self.path, self.data, self.columns, self.depth, self.known, self.within = path, data, columns or {}, depth, known or {}, list(within)
        self.given = None if text is None else (text, encoding, [])
        self.taken, self.spent = 0, [0] if spent is None else spent  # what was unpacked of it; of the outermost file, and of all in it

    def part(self, text=None, *, kind=None, path=None, data=b"", encoding=None, **known):
        """A file within this one, or the text of this `kind` of file; `known` is what else is known of its article."""
        within = [kind, *self.within] if kind else self.within
        return File(path or self.path, data, text=text, encoding=encoding, columns=self.columns, depth=self.depth + 1, known=known, within=within, spent=self.spent)

    def spend(self, size):
        """Count what was taken out of the file; raises SetAside where it is more than can be held."""
        self.taken, self.spent[0] = self.taken + size, self.spent[0] + size
        if self.taken > self.room or self.spent[0] > LARGEST_OF_MANY:
            raise SetAside("too large", f"more than {self.room if self.taken > self.room else LARGEST_OF_MANY:,} bytes when unpacked")

    @property
    def room(self):
        """How many bytes may be in it when it is unpacked."""
        return min(LARGEST_OF_MANY, RATIO * len(self.given[0] if self.given else self.data) + 100_000)

    @cached_property
    def ending(self):
        """The ending of the name, in small letters; `.gz` does not count, nor does what follows a full stop in a title."""
        ending = ENDING.search(re.sub(r"(?i)\.gz$", "", self.path))
        return ending[0].lower() if ending else ""

    @cached_property
    def members(self):
        """The names in a zip file (Word and Excel write those too); none where it is no zip file that can be read."""
        if not self.data.startswith((b"PK\3\4", b"PK\5\6")):
            return frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return frozenset(archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError, OSError):
            return frozenset()

    def member(self, name):
        """What stands in one file of the zip file that this is; raises SetAside where that is more than can be held."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive, archive.open(name) as stream:
            data = stream.read((limit := min(LARGEST, self.room)) + 1)
        if len(data) > limit:
            raise SetAside("too large", f"more than {limit:,} bytes when unpacked")
        return data

    def elements(self, name):
        """The elements of such a file of XML, as they start and as they end: pairs of "start" or "end" and the element."""
        from defusedxml.ElementTree import iterparse

        return iterparse(io.BytesIO(self.member(name)), events=("start", "end"), forbid_dtd=True)

    @cached_property
    def decoded(self):
        """`(text, encoding, flags)`; raises SetAside where it is no text."""
        if self.given:
            return self.given
        text, encoding, flags = decode(self.data)
        if len(self.data) > len(self.data.translate(None, CONTROLS)) and (controls := len(CONTROL.findall(text))) > len(text) / 20:
            raise SetAside("binary", f"{controls:,} of {len(text):,} characters are control characters")
        return text, encoding, flags

    @property
    def text(self):
        """What stands in it, as text; raises SetAside where it is none."""
        return self.decoded[0]

    @cached_property
    def problem(self):
        """Why it is no text: a SetAside, or None where it is one."""
        if self.given is None and self.data.startswith(NO_TEXT):
            return SetAside("format", "what stands in it is not what its ending says")
        try:
            return self.decoded and None
        except SetAside as problem:
            return problem

    @cached_property
    def peek(self):
        """The text, or nothing where it is none: for those who only look."""
        return "" if self.problem else self.text

    @cached_property
    def head(self):
        """The first characters of the text, in small letters."""
        return self.peek[:1500].lstrip().lower()


def decode(data):
    """Bytes as text: `(text, encoding, flags)`. Strict UTF-8, then UTF-16, then what the file says of itself, then
    Windows-1252 before any guess; whatever is no more than likely is flagged `guessed_encoding`.

    >>> decode("Café".encode())[:2], decode("Café".encode("cp1252")), decode("Moon".encode("utf-16-le"))
    (('Café', 'utf-8'), ('Café', 'cp1252', ['guessed_encoding']), ('Moon', 'utf-16-le', ['guessed_encoding']))
    """
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data.decode("utf-32", "replace"), "utf-32", []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16", []
    if wide := _wide(data[:4000], len(data)):
        return data.decode(wide, "replace"), wide, ["guessed_encoding"]
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", []
    except UnicodeDecodeError:
        return _decode_other(data)


def _wide(head, length):
    """UTF-16 without a mark: in Latin letters, digits and spaces every second byte is NUL, and never the others."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if length % 2 or max(even, odd) < max(2, len(head) / 20) or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_other(data):
    text = data.decode("utf-8-sig", "replace")
    bad, good = text[:-1].count("\ufffd"), sum(map(len, re.findall(r"[^\0-\x7f\ufffd]+", text)))
    if good > 10 * bad:  # UTF-8 with a bad byte or two, or cut within a letter
        return text, "utf-8", ["guessed_encoding"]
    declared = _DECLARED.search(data[:2000]) if data[:200].lstrip().startswith(b"<") else None
    for encoding in ([declared[1].decode()] if declared else []) + ["cp1252"]:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        accented = len(re.findall(r"[À-ÿ]", text[:20_000]))
        if declared or accented < 20 or accented * 3 < len(re.findall(r"[^\W\d_]", text[:20_000])):  # in the West not every third letter has an accent
            return text, encoding, [] if declared and encoding != "cp1252" else ["guessed_encoding"]
    from charset_normalizer import from_bytes

    best = from_bytes(data[:100_000]).best()
    encoding = best.encoding if best else "cp1252"
    return data.decode(encoding, "replace"), encoding, ["guessed_encoding"]


def parse_html(page):
    """A page as a tree of lxml, without its comments."""
    from lxml import html

    return html.fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True))


def as_text(page):
    """The text of a piece of HTML, one line a block.

    >>> as_text("<p>One <b>Moon</b>.</p><table><tr><td>HD</td><td>Talks</td></tr></table>")
    'One Moon.\\nHD\\nTalks'
    """
    from lxml import etree

    words, hidden = [], None
    for event, element in etree.iterwalk(parse_html(f"<div>{page}</div>"), events=("start", "end")):
        if hidden is not None:
            hidden = None if event == "end" and element is hidden else hidden
        elif event == "start" and element.tag in ("script", "style", "title", "noscript"):
            hidden = element
        elif event == "start":
            words += ["\n"] * (element.tag in BLOCKS) + [re.sub(r"\s+", " ", element.text or "")]
        else:
            words += ["\n"] * (element.tag in BLOCKS)
        if event == "end" and hidden is None:
            words.append(re.sub(r"\s+", " ", element.tail or ""))
    return "\n".join(line.strip() for line in "".join(words).splitlines() if line.strip())
