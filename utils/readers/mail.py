"""Mails (.eml), such as newsletters, and pages saved whole as one (.mht, .mhtml)."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

from utils.files import SetAside, as_text

KIND = "mail"
HEAD = re.compile(rb"\s{0,9}(?:[\w-]{1,80}:.*\n(?:[ \t].*\n)*)+")
FIELD = re.compile(rb"^(?:content-[\w-]{1,40}|subject|from|date):.*(?:\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)


def recognises(file):
    """By its headers."""
    head = HEAD.match(file.data[:100_000])
    return 3 * bool(head and (file.ending == ".eml" or b"\nmime-version:" in head[0].lower() and b"\ncontent-type:" in head[0].lower()))


def records(file):
    """Its text, with sender, subject and date; of a page saved as a mail, whose date is when it was saved, the page."""
    if any(len(field[0]) > 5_000 for field in FIELD.finditer(file.data)):  # Python's parser takes days for a long one
        raise SetAside("too large", "a header of more than 5,000 characters")
    mail = message_from_bytes(file.data)
    parts = {part.get_content_type(): part for part in [*mail.walk()][::-1] if part.get_content_disposition() != "attachment"}
    if (body := parts.get("text/html", parts.get("text/plain"))) is None:
        raise SetAside("no text", "the mail holds no text")
    text, page = body.get_payload(decode=True).decode(body.get_content_charset("utf-8"), "replace"), "text/html" in parts
    if page and (file.ending in (".mht", ".mhtml") or "snapshot-content-location" in mail):
        return (yield file.part(text, kind="MHTML"))
    title, sender, date = (str(make_header(decode_header(mail.get(name, "")))) for name in ("subject", "from", "date"))
    text = as_text(text).replace("\n", "\n\n") if page else text
    yield file.part(text, kind=KIND, title=title, source=next(filter(None, parseaddr(sender)), None), dates=[("metadata", date)] * bool(date))
