"""PDF: the text of its pages, where they hold any (a scan holds none). Its own date is when it was made, not published."""

import io
import time

from utils.files import LARGEST, SetAside

KIND = "PDF"
PAGES, SECONDS = 1000, 60


def recognises(file):
    """By its first bytes."""
    return 3 * (b"%PDF-" in file.data[:1024])


def records(file):
    """The text, which may be an article or an export of many."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it mentions every small fault
    book = PdfReader(io.BytesIO(file.data))
    if book.is_encrypted and not book.decrypt(""):
        raise SetAside("locked", "a password is needed; save it without one")
    if len(book.pages) > PAGES:
        raise SetAside("too large", f"{len(book.pages):,} pages; the limit is {PAGES:,}")
    texts, size, end = [], 0, time.monotonic() + SECONDS

    def in_time(*_):  # a few bytes can ask for work without end: forms in forms, a thousand times one long page
        if time.monotonic() > end:
            raise SetAside("too large", f"its pages take more than {SECONDS} s to read")

    for page in book.pages:
        texts.append(page.extract_text(visitor_operand_before=in_time))
        in_time()
        size += len(texts[-1])
        if size > LARGEST:
            raise SetAside("too large", f"more than {LARGEST:,} characters")
    if not any(map(str.strip, texts)):
        raise SetAside("no text", "a scan without text; a program for OCR can add it")
    yield file.part("\n".join(texts), kind=KIND)
