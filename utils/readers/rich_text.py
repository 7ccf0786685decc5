"""RTF, in one pass over its signs. Of what is no text (fonts, pictures, the addresses of links) nothing is kept.

Words of control: https://www.biblioscape.com/rtf15_spec.htm (Microsoft's specification of RTF 1.5).
"""

import re

from utils.words import read_lines

KIND = "RTF"
TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE | re.DOTALL)
_CONTROL = dict(line.split(": ") for line in read_lines("formats/rich-text"))
NO_TEXT = frozenset(_CONTROL.pop("hidden").split())
SIGNS = {word: {"line": "\n", "blank": " "}.get(sign, sign) for sign, words in _CONTROL.items() for word in words.split()}
ESCAPED = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}


def recognises(file):
    """By its first word."""
    return 3 * file.data.startswith(b"{\\rtf")


def records(file):
    """The text, which may be an article or an export of many."""
    yield file.part(as_text(file.data.decode("latin-1")), kind=KIND)


def as_text(rtf):
    r"""The text of an RTF file whose bytes are the characters of `rtf`.

    >>> as_text(r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Caf\'e9 {\b on} the Moon\par It\u8217?s {\*\x hidden}open.}")
    'Café on the Moon\nIt’s open.'
    """
    out, stack, hidden, skip, width, page, at = [], [], False, 0, 1, "cp1252", 0
    while match := TOKEN.match(rtf, at):
        at = match.end()
        word, number, code, sign, brace, text = match.groups()
        if brace == "{":
            stack.append((hidden, width))
        elif brace:
            hidden, width = stack.pop() if stack else (hidden, width)
            skip = 0
        elif word == "bin":
            at += max(int(number or 0), 0)
        elif sign == "*" or word in NO_TEXT:
            hidden = True
        elif word == "ansicpg":
            page = f"cp{number}"
        elif word == "uc":
            width = max(int(number or 1), 0)
        elif hidden:
            continue
        elif word == "u":
            out.append(chr(int(number or 63) & 0xFFFF))
            skip = width
        elif word:
            out.append(SIGNS.get(word, ""))
        elif skip:  # what stands for a letter where letters cannot be shown
            out.append("" if code or sign else (text or "")[skip:])
            skip = max(skip - (1 if code or sign else len(text or "")), 0)
        else:
            out.append(_letter(code, page) if code else ESCAPED.get(sign, "") if sign else text or "")
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _letter(code, page):
    """A byte of the code page; of two-byte scripts, which write \\u beside it, nothing."""
    try:
        return bytes.fromhex(code).decode(page, "ignore")
    except LookupError:
        return bytes.fromhex(code).decode("cp1252", "ignore")
