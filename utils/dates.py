"""articles -> dates mentioned in the text, resolved; and what is promised for when.

How a language names its days stands in `data/dates/rules-xx.txt`. What the fields mean that its rules catch:
`year month day weekday quarter half season holiday decade tens century` say where on the calendar; `rel` (-1 last, 0 this,
1 next) which one of several, `yrel` of which year, `wrel` of which week; `n unit dir` count from today, or with `from=then`
from the day last named, as `next` and `same` do; `hour minute ampm noon part zone` are the clock; `mod` as in TIMEX3.

A text is turned into a row of signs, one a word (each word that the rules know has its own, numbers have one by their shape,
all others share one), and the rules into regular expressions over such signs. So a text is searched once, and quickly.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

import pandas as pd
import regex

from utils.context import find_in_context
from utils.tokens import split_sentences
from utils.words import DATA

COLUMNS = {
    "sentence": "int32", "start": "int32", "end": "int32", "expression": "str", "type": "str", "value": "str",
    "begin": "datetime64[s]", "finish": "datetime64[s]", "precision": "str", "mod": "str", "tense": "str",
}  # fmt: skip
TOKEN = re.compile(r"\s+|\d+(?=[ap]m\b)|[^\W_]+|.", re.DOTALL | re.IGNORECASE)
FAR = 1000  # signs: what stands farther off is not looked at, however long a sentence is
LONGEST = 30  # no word of a rule has more letters
AROUND = r"\(\?<?[=!](?:[^()\\]|\\.|(\((?:[^()\\]|\\.|(?1))*\)))*\)"  # (?= …), (?<! …)
WRAPPED = 100  # a text whose lines are all shorter was broken by a program, not by its author
MONTHS = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
MANY = {"fortnight": (2, "week"), "decade": (10, "year"), "century": (100, "year"), "millennium": (1000, "year"), "half": (6, "month")}
CODES = {"second": "S", "minute": "M", "hour": "H", "day": "D", "week": "W", "weekend": "WE", "month": "M", "quarter": "Q", "year": "Y"}
UNKNOWN = {"day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "quarter": "XXXX-QX", "year": "XXXX"}
HALVES = {"hour": "PT30M", "year": "P6M", "day": "PT12H", "decade": "P5Y", "century": "P50Y"}
SEASONS = {"sp": 3, "su": 6, "fa": 9, "wi": 12}
FINER = {"month": ("day", "week", "weekend"), "year": ("day", "week", "weekend", "month", "quarter", "season", "half")}
_PLAIN = dict(zip("’‘ʼ`–—‐‑−", "''''-----"))


class Rules:
    """The rules of one language: `scan` finds where one fits, `catch` which fields it catches."""

    def __init__(self, text):
        self.signs, self.shapes, self.forms, self.values, self.written, macros, rules = {}, [], {}, {}, {}, {}, []
        for kind, name, body in re.findall(r"(?ms)^\[(\w+) ?([^\]]*)\]\n(.*?)(?=^\[|\Z)", re.sub(r"(?m)^#.*\n", "", text)):
            lines = [line.strip() for line in body.splitlines() if line.strip()]
            if kind == "rule":
                rules += [line.partition(" -> ")[::2] for line in lines]
                continue
            for line in lines:
                if kind == "macro":
                    macros[name] = line
                elif kind == "shape":
                    key, form = line.split(" = ", 1)
                    self.forms[key] = self._sign("{" + key + "}")
                    self.shapes.append((re.compile(form, re.IGNORECASE), self.forms[key]))
            if kind not in ("macro", "shape"):
                self._learn(name.removesuffix(" +") or kind, lines, name.endswith(" +"))
        patterns = [self._compile(pattern, macros) for pattern, _ in rules]
        self.fields = [self._sources(self._expand(pattern, macros)) for pattern, _ in rules]
        self.fixed = [dict(pair.split("=") for pair in fields.split()) for _, fields in rules]
        digits = "".join(sign for shape, sign in self.shapes if any(map(shape.fullmatch, "1 13 27 32 00 00 123 1850 1950 1234".split())))
        before, after = rf"(?<![$€£#/@_&+\\])(?<![{digits}][.,:])(?<!w-)", rf"(?!%|[.,:/-][{digits}])"
        self.catch = [regex.compile(pattern + after) for pattern in patterns]
        self.plain = [re.sub(r"\?P<\w+>", "?:", pattern) for pattern in patterns]
        self.before, self.after = before, after
        firsts = [regex.compile(regex.sub(AROUND, "", pattern)) for pattern in self.plain]
        self.firsts = firsts
        self.first = {sign: [k for k, rule in enumerate(firsts) if rule.fullmatch(sign, partial=True)] for sign in ["'", *self.signs.values()]}
        self.starts = re.compile(before + "[" + "".join(sign for sign, rules in self.first.items() if rules) + "]")
        self.buckets, self.opens = {}, {}
        self.tables = {name: self._table(name) for name in ("cue", "lead", "fiscal", "from", "to", "clause", "deny", "shift")}

    def _sign(self, word):
        return self.signs.setdefault(word, chr(0xE000 + len(self.signs)))

    def _learn(self, name, lines, joined):
        """Read a class: the signs that its words are written in, and what each stands for."""
        values, several, single = {}, [], []
        for line in lines:
            forms, _, value = line.partition(" = ")
            for form in map(str.strip, forms.split(" | ")):
                if form[0] == "{":
                    values |= self.values.get(form[1:-1], {})
                values[form.lower()] = value
                coded = "".join(self._sign(t) if t[0].isalnum() else self.forms[t[1:-1]] if t[0] == "{" else re.escape(t) for t in re.findall(r"\{\w+\}|\w+|.", form))
                (single if len(coded) == 1 else several).append(coded)
                self.written.setdefault(name, {}).setdefault((-form.count(" "), value), []).append(coded)
        if joined:  # twenty-five
            tens, ones = ("".join(self.signs[w] for w in values if values[w] and w in self.signs and float(values[w]) in span) for span in (range(20, 91, 10), range(1, 10)))
            several.append(f"[{tens}][ -][{ones}]")
        self.values[name] = values
        self.forms[name] = "(?:%s)" % "|".join(sorted(several, key=len, reverse=True) + [f"[{''.join(single)}]"] * bool(single))

    def _table(self, name):
        """A pattern for a class whose longer forms go first, and what each of its groups stands for."""
        groups = sorted(self.written.get(name, {(0, ""): ["(?!)"]}).items(), key=lambda item: item[0][0])
        return re.compile("|".join("(" + "|".join(forms) + ")" for _, forms in groups)), [value for (_, value), _ in groups]

    def _expand(self, pattern, macros):
        return regex.sub(r"(?<!\?P)<([a-z]\w*)>", lambda m: self._expand(macros[m[1]], macros), pattern)

    def _compile(self, pattern, macros):
        part = r"\?P<\w+>|\{(?:(\w+):)?(\w+)\}|[^\W_]+"
        pattern = self._expand(pattern, macros)
        return re.sub(part, lambda m: f"(?P<{m[1] or m[2]}>{self.forms[m[2]]})" if m[2] else m[0] if m[0][0] == "?" else self._sign(m[0]), pattern)

    def _sources(self, pattern):
        """Which class each field of a rule takes its values from; a field may have several."""
        found = {}
        for name, kind in re.findall(r"\{(?:(\w+):)?(\w+)\}", pattern):
            found[name or kind] = found.get(name or kind, {}) | self.values.get(kind, {})
        return found

    def find(self, codes):
        """Where the rules fit: (from, to, rule), the first rule that fits at a place."""
        at = self.starts.search(codes)
        while at:
            head = codes[at.start() : at.start() + 3]
            if head not in self.opens:
                self.opens[head] = any(self.firsts[k].match(head, partial=True) for k in self.first[head[0]])
            match = self.opens[head] and self._bucket(head[0]).match(codes, at.start())
            if match:
                yield *match.span(), self.first[codes[at.start()]][match.lastindex - 1]
            at = self.starts.search(codes, match.end() if match else at.end())

    def _bucket(self, sign):
        """The rules that may begin with a sign, as one pattern."""
        if sign not in self.buckets:
            either = "|".join(f"({self.plain[k]})" for k in self.first[sign])
            self.buckets[sign] = re.compile(f"(?:{either}){self.after}")
        return self.buckets[sign]

    def spell(self, token):
        """The sign of a word of the text."""
        if token.isspace():
            return "\n" if token.count("\n") > 1 else "\r" if "\n" in token else " "
        if len(token) > LONGEST or not token.isalnum():
            token = _PLAIN.get(token, token)
            return token if token.isascii() and len(token) == 1 and not token.isalnum() else "w"
        known = self.signs.get(token) or self.signs.get(token.lower())
        return known or next((sign for shape, sign in self.shapes if shape.fullmatch(token)), "w")

    def value(self, values, text):
        """What a word or number stands for, as text: "Sept." 9, "twenty-five" 25, "3rd" 3."""
        text = re.sub(r"\s+", " ", text.lower().replace("’", "'"))
        if text in values:
            return values[text] or text
        shape = "{" + next((key for key, sign in self.forms.items() if sign == self.spell(text)), "") + "}"
        if values.get(shape):
            return values[shape]
        if number := re.search(r"\d+", text):
            return str(int(number[0]))
        return str(sum(int(values.get(word, 0)) for word in re.split("[ -]", text)))


class _Signs(dict):
    """The sign of each distinct word, worked out when the word is first met."""

    def __init__(self, rules):
        self.rules = rules

    def __missing__(self, token):
        self[token] = sign = self.rules.spell(token)
        return sign


@cache
def _rules(language):
    file = DATA / "dates" / f"rules-{language}.txt"
    return Rules((file if file.exists() else DATA / "dates" / "rules-en.txt").read_text(encoding="utf-8"))


def _floor(day, unit):
    """The first day of the week, month, decade … that a day lies in."""
    if unit in MONTHS:
        months = day.year * 12 + day.month - 1
        months -= (months - 2 * (unit == "season")) % MONTHS[unit]
        return date(months // 12, months % 12 + 1, 1)
    return day - timedelta({"week": day.weekday(), "weekend": day.weekday() - 5}.get(unit, 0))


def _step(day, unit, n):
    """The day n units on; the 31st becomes the last of a shorter month."""
    if unit not in MONTHS:
        return day + timedelta(days=round(n * {"week": 7, "weekend": 7, "day": 1}.get(unit, 0)))
    months = day.year * 12 + day.month - 1 + round(n * MONTHS[unit])
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), _floor(first + timedelta(31), "month") - timedelta(1))


def _last(begin, unit):
    return begin + timedelta(1) if unit == "weekend" else _step(begin, unit, 1) - timedelta(1)


def _label(day, unit):
    """The TIMEX3 value of the day, week, quarter … that begins on a day."""
    year, week, _ = day.isocalendar()
    season = dict(zip(SEASONS.values(), SEASONS)).get(day.month, "").upper()
    forms = {
        "week": f"{year:04d}-W{week:02d}", "weekend": f"{year:04d}-W{week:02d}-WE", "month": f"{day:%Y-%m}", "year": f"{day.year:04d}",
        "quarter": f"{day.year:04d}-Q{day.month // 3 + 1}", "half": f"{day.year:04d}-H{day.month // 6 + 1}", "season": f"{day.year:04d}-{season}",
        "decade": f"{day.year // 10:03d}", "century": f"{day.year // 100:02d}", "millennium": f"{day.year // 1000}",
    }  # fmt: skip
    return forms.get(unit, day.isoformat())


def _easter(year):
    """Easter Sunday in the Gregorian calendar (the anonymous algorithm, Nature 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    return date(year, (h + k - 7 * m + 114) // 31, (h + k - 7 * m + 114) % 31 + 1)


def _holiday(year, rule):
    """The day of a holiday: 12-25, easter-2, 11-4#4 (the fourth Thursday of November), 05-0#1 (its last Monday)."""
    if rule.startswith("easter"):
        return _easter(year) + timedelta(int(rule[6:]))
    month, day = rule.split("-")
    if "#" not in day:
        return date(year, int(month), int(day))
    nth, weekday = map(int, day.split("#"))
    first = _step(date(year, int(month), 1), "month", not nth)
    return first + timedelta((weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


@dataclass
class _Place:
    """What a mention is read against: the article's day (None: not known to the day), the day last named, the tense."""

    now: date | None
    known: str = "day"
    then: date | None = None
    spot: tuple = (-1, None)  # the sentence and the day last named
    number: int = 0  # the sentence
    tense: str = ""
    fiscal: tuple = (1, 0)

    def base(self, fields):
        if {"hour", "noon", "hhmm"} & fields.keys() and self.spot[0] == self.number and not {"weekday", "yesterday", "next", "same"} & fields.keys():
            return self.spot[1]
        if fields.get("from") == "then" or "next" in fields or "same" in fields:
            return (self.spot[1] if fields.get("same", fields.get("unit")) in ("day", "week", "weekend", None) else self.then) or self.now
        return self.now


def _choose(days, unit, place, fields):
    """Of the Fridays, Junes … around the article's day the one that is meant."""
    now, weekly = place.now, "month" not in fields and unit in ("day", "weekend") and "holiday" not in fields
    rel = fields.get("rel")
    if rel == "0" and not (weekly and place.tense == "past"):
        same = [day for day in days if _floor(day, "week" if weekly else "year") == _floor(now, "week" if weekly else "year")]
        return same[0]
    if rel == "1":
        return min(day for day in days if day > (_last(_floor(now, "week"), "week") if weekly else now))
    if rel == "-1":
        return max(day for day in days if _last(day, unit) < now)
    if place.tense in ("coming", "promised"):
        return min(day for day in days if _last(day, unit) >= now)
    if place.tense == "past" or weekly or unit == "quarter":
        return max(day for day in days if (_last(day, unit) < now if unit in ("quarter", "half") else day <= now))
    return min(days, key=lambda day: abs((day - now).days))


def _year(fields, place):
    """The year that is said, or None."""
    if "year" in fields:
        return int(fields["year"]) + 2000 * (int(fields["year"]) < 100)
    if "year2" in fields:
        return int(fields["year2"]) + (1900 if int(fields["year2"]) > 50 else 2000)
    near = next((int(fields[key]) for key in ("yrel", "theyear", "yrel2") if key in fields), None)
    if near is not None:
        return place.now.year + near
    if "ysame" in fields or "yfrom" in fields:
        return (place.then or place.now).year + int(fields.get("yfrom", 0))
    return None


def _in_year(fields):
    """How to find a part of the year in some year, and its unit."""
    if "holiday" in fields:
        return lambda year: _holiday(year, fields["holiday"]), "day"
    if "month" in fields:
        day = int(fields.get("day", 1))
        return lambda year: date(year, int(fields["month"]), day), "day" if "day" in fields else "month"
    if "quarter" in fields:
        return lambda year: date(year, int(fields["quarter"]) * 3 - 2, 1), "quarter"
    if "half" in fields:
        return lambda year: date(year, int(fields["half"]) * 6 - 5, 1), "half"
    if "season" in fields:
        return lambda year: date(year, SEASONS[fields["season"].lower()], 1), "season"
    return None, None


def _around(fields, build, place):
    """The occurrences of a part of the year near the article's day; those on the weekday that is said, if one is."""
    days = []
    for year in range(place.now.year - 2, place.now.year + 3):
        if (fields.get("month"), fields.get("day")) != ("2", "29") or year % 4 == 0 and year % 400 not in (100, 200, 300):
            days.append(build(year))
    return [day for day in days if str(day.isoweekday()) == fields.get("weekday")] or days


def _point(fields, place):
    """The first day and the unit of what a mention names on the calendar; ValueError or OverflowError where there is no such day."""
    base, rel = place.base(fields), int(fields.get("rel", 0))
    build, unit = _in_year(fields)
    year = _year(fields, place)
    if build:
        return (build(year) if year else _choose(_around(fields, build, place), unit, place, fields)), unit
    if "weekday" in fields and "wrel" in fields:
        return _floor(base, "week") + timedelta(7 * int(fields["wrel"]) + int(fields["weekday"]) - 1), "day"
    if "weekday" in fields:
        start = (place.then or base) + timedelta(1) if "next" in fields else base - timedelta(7)
        days = [day for day in (start + timedelta(k) for k in range(22)) if day.isoweekday() == int(fields["weekday"])]
        return (days[0] if "next" in fields else _choose(days, "day", place, fields)), "day"
    if year:
        return date(year, 1, 1), "year"
    if "decade" in fields or "tens" in fields:
        first = int(fields.get("decade") or 1900 + int(fields["tens"]) + 100 * (fields["tens"] in ("0", "10")))
        return date(first, 1, 1), "decade"
    if "century" in fields:
        return date(int(fields["century"]) * 100 - 100, 1, 1), "century"
    if "day" in fields:
        days = [_step(_floor(base, "month"), "month", k).replace(day=int(fields["day"])) for k in (-2, -1, 0, 1, 2)]
        return _choose(days, "day", place, fields | {"month": ""}), "day"
    if "yesterday" in fields:
        return base + timedelta(int(fields["yesterday"])), "day"
    unit = fields.get("same") or fields.get("unit", "day")
    if "n" in fields:
        size, unit = MANY.get(unit, (1, unit))
        n = _amount(fields) * size * int(fields["dir"])
        if unit not in ("day", "week", "month", "year", "quarter", "weekend"):
            return base + timedelta(n / {"hour": 24, "minute": 1440, "second": 86400}[unit]), "time"
        finer = "month" if unit == "year" and n % 1 else unit
        return _floor(_step(base, unit, n), finer), finer
    if unit == "weekend" and "next" not in fields and "same" not in fields:
        days = [_floor(base, "weekend") + timedelta(7 * k) for k in (-1, 0, 1)]
        return days[rel + 1] if rel else _choose(days, unit, place, fields), unit
    return _floor(_step(base, unit, int(fields.get("next", 0)) if "next" in fields or "same" in fields else rel), unit), unit


def _amount(fields):
    n = float(fields["n"] + ("." + fields["frac"] if "frac" in fields else ""))
    return n + 0.5 * ("half" in fields)


def _period(fields):
    """A length as TIMEX3 writes it: P3Y, PT12H, PXM, P2.5Y."""
    value, time = "P", ""
    for n, unit in (("n", "unit"), ("n2", "unit2")):
        if unit not in fields:
            continue
        if fields.get(n) == "0.5" and fields[unit] in HALVES:
            return HALVES[fields[unit]]
        size, name = MANY.get(fields[unit], (1, fields[unit]))
        amount = "X" if fields.get(n) == "x" else f"{(_amount(fields) if n == 'n' else float(fields.get(n, 1))) * size:g}"
        timed = "T" if name in ("hour", "minute", "second") else ""
        value += timed * (timed != time) + amount + CODES[name]
        time = timed
    return value


def _unknown(fields):
    """The value of a day that cannot be placed, as far as it is told: XXXX-05, XXXX-WXX-5."""
    if "month" in fields:
        return f"XXXX-{int(fields['month']):02d}" + (f"-{int(fields['day']):02d}" if "day" in fields else "")
    for key, form in (("weekday", "XXXX-WXX-{}"), ("quarter", "XXXX-Q{}"), ("half", "XXXX-H{}"), ("season", "XXXX-{}")):
        if key in fields:
            return form.format(fields[key].upper())
    unit = fields.get("same") or fields.get("unit", "day")
    return UNKNOWN.get(unit, "XXXX-XX-XX")


def _clock(fields):
    """The part of a TIMEX3 value behind the day: T14:30, T18:00Z, TNI."""
    part = fields.get("part", "").upper()
    if "noon" in fields:
        return f"T{int(fields['noon']) % 24:02d}:00"
    if "hhmm" in fields:
        fields = fields | {"hour": int(fields["hhmm"]) // 100, "minute": int(fields["hhmm"]) % 100}
    if "hour" not in fields:
        return f"T{part}" if part else ""
    hour, minute = int(fields["hour"]), int(fields.get("minute", 0))
    if "ampm" in fields or part in ("AF", "EV", "NI") and hour < 12:
        hour = hour % 12 + int(fields.get("ampm", 12))
    second = f":{int(fields['sec']):02d}" if "sec" in fields else ""
    return f"T{hour:02d}:{minute:02d}{second}" + "Z" * (fields.get("zone") == "z")


def _end(fields, begin, unit):
    """The first day of the last part of a range that is one expression (3-5 June, 2024-25), else None."""
    if "day2" in fields:
        return begin.replace(day=int(fields["day2"]))
    if "month2" in fields:
        return begin.replace(month=int(fields["month2"]))
    if "year3" in fields:
        year = int(fields["year3"])
        return begin.replace(year=year + begin.year // 100 * 100 * (year < 100))
    return None


def _resolve(fields, place):
    """`type value begin finish precision` of one mention; None where no such day exists (February 30)."""
    kind, n = fields.get("type", "date").upper(), fields.get("n")
    for key in ("present", "gone", "ahead", "often"):
        if key in fields:
            return {"type": "SET" if key == "often" else "DATE", "value": fields[key].upper()}
    if "soft" in fields and place.tense not in ("coming", "promised"):
        return {"type": "DURATION", "value": _period(fields)}
    if kind == "SET":
        often = "unit" in fields and _period({"n": "1"} | fields)
        return {"type": kind, "value": (often or _unknown(fields | ({"weekday": fields["weekdays"]} if "weekdays" in fields else {}))).upper()}
    if kind == "DURATION":
        return {"type": kind, "value": _period({"n": "1"} | fields), **_span(fields, place)}
    if n == "x":
        return {"type": "DATE", "value": "PAST_REF" if fields["dir"] == "-1" else "FUTURE_REF"}
    clock = _clock(fields)
    kind = "TIME" if clock else kind
    absolute = {"year", "year2", "decade", "tens", "century"} & fields.keys()
    if place.base(fields) is None and not absolute:
        return {"type": kind, "value": _unknown(fields) + clock}
    try:
        begin, unit = _point(fields, place)
        end = _end(fields, begin, unit)
        finish = _last(begin if "fiscal" in fields else end or begin, unit)
    except (ValueError, OverflowError):  # February 30, the year 12000
        return None
    if unit in FINER.get(place.known, ()) and not absolute and "month" not in fields:
        return {"type": kind, "value": _unknown(fields) + clock}
    if unit == "time":
        return {"type": "TIME", "value": f"{begin}TXX:XX", "begin": begin, "finish": begin, "precision": "day"}
    value = _label(begin, unit) + (f"/{_label(end, unit)}" if end else clock)
    if "fiscal" in fields:
        begin, finish = (_fiscal(day, place) for day in (begin, finish))
    if unit in MONTHS and "mod" in fields:
        begin, finish = _narrow(begin, finish, fields["mod"])
    return {"type": kind, "value": value, "begin": begin, "finish": finish, "precision": "time" if clock and "part" not in fields else unit}


def _span(fields, place):
    """Where a length lies that is counted to or from today: the past three years, within two months."""
    unit, n = fields.get("unit", "day"), fields.get("n", "1")
    if "dir" not in fields or place.now is None or n == "x" or place.known != "day" and unit in FINER[place.known]:
        return {}
    size, unit = MANY.get(unit, (1, unit))
    hours = {"hour": 24, "minute": 1440, "second": 86400}.get(unit)
    try:
        there = _step(place.now, "day" if hours else unit, _amount({"n": "1"} | fields) * size * int(fields["dir"]) / (hours or 1))
    except (ValueError, OverflowError):
        return {}
    return {"begin": min(there, place.now), "finish": max(there, place.now), "precision": "day" if hours else unit}


def _fiscal(day, place):
    month, early = place.fiscal
    return _step(day, "month", month - 1 - 12 * early)


def _narrow(begin, finish, mod):
    """The first, middle or last third of a span (early June, mid-2018, late in the year)."""
    third = (finish - begin + timedelta(1)) / 3
    parts = {"start": (begin, begin + third - timedelta(1)), "mid": (begin + third, finish - third), "end": (finish - third + timedelta(1), finish)}
    return parts.get(mod, (begin, finish))


@dataclass
class _Text:
    """One article as signs, and where each stands."""

    number: int  # the row of the article
    text: str
    codes: str
    at: list  # the first character of each word
    sentences: list  # the first character of each sentence
    rules: Rules

    def sentence(self, sign):
        """The number of the sentence that a sign stands in, and its signs (from, to)."""
        k = max(bisect_right(self.sentences, self.at[sign]) - 1, 0)
        ends = self.at[-1] if k + 1 >= len(self.sentences) else self.sentences[k + 1]
        return k, bisect_right(self.at, self.sentences[k] if self.sentences else 0) - 1, bisect_right(self.at, ends - 1)

    def table(self, name, start, end):
        """What a table of words (cue, lead, fiscal) finds between two signs: (from, to, value)."""
        pattern, values = self.rules.tables[name]
        return [(*m.span(), values[m.lastindex - 1]) for m in pattern.finditer(self.codes, start, end)]

    def cut(self, start, end):
        return self.text[self.at[start] : self.at[end]]


def _tense(cues, start, end, codes):
    """The tense of what stands at some signs: that of the verb before it in its clause, else of the next one."""
    k = bisect_left(cues, (start, 0, ""))
    before, after = cues[max(k - 1, 0) : k], cues[k : k + 1]
    if after and after[0][2] == "promised" and after[0][0] <= end + 1:
        return "promised"
    near = after if after and not (before and start - before[0][1] < FAR and not set(",;:(") & set(codes[before[0][1] : start])) else before
    return near[0][2] if near else ""


def _fields(text, start, nth):
    """The fields that the nth rule catches."""
    caught = text.rules.catch[nth].match(text.codes, start)
    named = {name: caught.span(name) for name, found in caught.groupdict().items() if found is not None} if caught else {}
    classes = text.rules.fields[nth]
    return {name: text.rules.value(classes.get(name, {}), text.cut(*span)) for name, span in named.items()} | text.rules.fixed[nth]


def _mentions(text, now, known):
    """The mentions of one article, as dicts."""
    place, rows, cues = _Place(now, known), [], {}
    for start, end, nth in text.rules.find(text.codes):
        fields = _fields(text, start, nth)
        if "skip" in fields:
            continue
        number, first, last = text.sentence(start)
        place.number = number
        if number not in cues:
            found = text.table("cue", first, last)
            cues[number] = [cue for cue in found if cue[2] != "weak"] or found, (text.table("fiscal", first, last) or [(0, 0, "1 0")])[0][2]
        lead = ([lead for lead in text.table("lead", max(first, start - 10), start) if lead[1] == start - 1] or [(0, 0, "na")])[0][2].split()
        told = lead[1] if len(lead) == 2 or len(lead) > 2 and {"day", "weekday"} & fields.keys() else "?"
        place.tense = (_tense(cues[number][0], start, end, text.codes) or told[1:]) if told[0] == "?" else told
        place.fiscal = tuple(map(int, cues[number][1].split()))
        found = _resolve(fields, place)
        if found is None:
            continue
        mod = fields.get("mod", "na").upper()
        row = {"sentence": number, "start": text.at[start], "end": text.at[end], "expression": text.cut(start, end), **found}
        mod = mod if mod != "NA" else lead[0].upper()
        row |= {"mod": None if mod == "NA" else mod, "tense": _told(place.tense, found, now), "fields": fields, "signs": (start, end)}
        rows.append(row)
        if found.get("precision") and found["type"] != "DURATION":
            place.then = found["begin"]
            if found["precision"] == "day":
                place.spot = number, found["begin"]
    return sorted(rows + list(_ranges(text, rows, place)), key=lambda row: (row["start"], -row["end"]))


def _told(tense, found, now):
    """How a sentence speaks of a day: as its verb does, but for a verb that the calendar contradicts (said … 2030)."""
    if now is None or "begin" not in found or tense == "promised":
        return tense if tense in ("past", "coming", "promised") else None
    if found["begin"] > now:
        return "coming"
    return "past" if found["finish"] < now else tense if tense in ("past", "coming") else None


def _read(articles):
    """Each article's text as signs, with its day as far as it is known."""
    ends = split_sentences(articles)
    sentences = ends.groupby("article_id", observed=True)["start"].agg(list).to_dict()
    days = pd.to_datetime(articles["date"]) if "date" in articles else pd.Series(pd.NaT, articles.index)
    known = articles["date_precision"].fillna("day") if "date_precision" in articles else ["day"] * len(articles)
    language = articles["language"].fillna("en") if "language" in articles else ["en"] * len(articles)
    signs = {}
    for number, (article, text, day, precision, code) in enumerate(zip(articles["article_id"], articles["text"], days, known, language)):
        rules, tokens = _rules(code), TOKEN.findall(text)
        sign = signs.setdefault(rules, _Signs(rules))
        codes = "".join(map(sign.__getitem__, tokens))
        if "\r" in codes and max(map(len, text.splitlines())) < WRAPPED:
            codes = codes.replace("\r", " ")
        found = _Text(number, text, codes, [0, *accumulate(map(len, tokens))], sentences.get(article, []), rules)
        yield found, None if pd.isna(day) else day.date(), precision


def _ranges(text, rows, place):
    """From 2009 to 2011, 3 May - 5 June: a row for what lies between two days; the first takes its year from the second."""
    for first, last in zip(rows, rows[1:]):
        gap = text.codes[first["signs"][1] : last["signs"][0]]
        opens = any(end == first["signs"][0] - 1 for _, end, _ in text.table("from", max(first["signs"][0] - 10, 0), first["signs"][0]))
        joins = [value for start, end, value in text.table("to", first["signs"][1], last["signs"][0]) if end - start == len(gap.strip())]
        if gap.strip() != "-" and not (opens and joins) or first["sentence"] != last["sentence"]:
            continue
        if text.table("shift", max(text.sentence(first["signs"][0])[1], first["signs"][0] - FAR), first["signs"][0]):
            continue
        if "year" in last["fields"] and "month" in first["fields"] and _year(first["fields"], place) is None:
            first |= _resolve(first["fields"] | {"year": last["fields"]["year"]}, place) or {}
        if "weekday" in last["fields"] and first.get("begin") and last.get("begin") and last["begin"] < first["begin"]:
            last |= {"begin": last["begin"] + timedelta(7), "finish": last["finish"] + timedelta(7), "value": _label(last["begin"] + timedelta(7), "day")}
        if "DURATION" not in (first["type"], last["type"]) and first.get("precision") == last.get("precision") and first.get("begin", 1) and "begin" in last:
            if first["begin"] < last["begin"]:
                yield _between(text, first, last)


def _between(text, first, last):
    years, months = last["begin"].year - first["begin"].year, last["begin"].month - first["begin"].month
    value = {"year": f"P{years}Y", "month": f"P{years * 12 + months}M"}.get(first["precision"], f"P{(last['begin'] - first['begin']).days}D")
    span = {"start": first["start"], "end": last["end"], "expression": text.text[first["start"] : last["end"]]}
    return first | span | {"type": "DURATION", "value": value, "finish": last["finish"], "mod": None}


def _table(articles, rows, columns):
    ids = articles["article_id"]
    frame = {"article_id": pd.Series([ids.iloc[row["at"]] for row in rows], dtype=ids.dtype if len(articles) else "str")}
    return pd.DataFrame(frame | {name: pd.Series([row.get(name) for row in rows], dtype=dtype) for name, dtype in columns.items()})


def find_dates(articles):
    """One row a temporal expression: `article_id sentence start end expression type value begin finish precision mod tense`.

    `type` (DATE TIME DURATION SET), `value` and `mod` are those of TIMEX3 (ISO-TimeML, ISO 24617-1:2012): 2018-06-08, 2018-06,
    2018-W23, 2018-Q3, 2018-SU, 199 for the 1990s, P3Y, PRESENT_REF; `text[start:end]` is the expression. `begin` and `finish`
    are the first and last day of what lies on the calendar, else missing (early June: its first third); `precision` is the
    unit it is told in: day week weekend month quarter season half year decade century, or time. "from 2009 to 2011" gives three
    rows: both years, and the DURATION between them. What is relative is read against the article's `date`; without one, or
    where the `date_precision` is too coarse, `value` has an X for what is not known (XXXX-WXX-5) and `begin` is missing.
    `tense` is how the sentence speaks of it: past, coming, promised (planned, expected, due), or missing. The article's
    `language` chooses the rules, `data/dates/rules-xx.txt`; without one they are the English ones.
    Raises ValueError where an `article_id` stands twice.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-06-06"]), "text": ["Talks on Friday may end a row of 2016."]})
    >>> find_dates(frame)[["expression", "value", "begin", "precision"]].astype(str).values.tolist()
    [['Friday', '2018-06-08', '2018-06-08', 'day'], ['2016', '2016', '2016-01-01', 'year']]
    """
    rows = []
    for text, now, known in _read(articles):
        rows += [row | {"at": text.number} for row in _mentions(text, now, known)]
    return _table(articles, rows, COLUMNS)


def find_promises(articles, about, *, mentions=None):
    """One row a statement that something will happen at a time: `article_id sentence start end said thing begin finish precision`.

    `about` is a word, a phrase, `launch*` or several parted by `|`, as in `find_in_context`; `thing` is what it matched,
    `text[start:end]` the time, `said` the article's day, `begin` and `finish` the days that are promised. Left out: what has
    happened, what is denied or given up, what is only a condition, and the times of other things in the sentence.
    Give `mentions` (a `find_dates` table) to save time. Raises ValueError where `about` holds no word.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-06-06"]), "text": ["The launch, put off in May, is due in 2020."]})
    >>> find_promises(frame, "launch*")[["thing", "begin", "finish"]].astype(str).values.tolist()
    [['launch', '2020-01-01', '2020-12-31']]
    """
    hits = find_in_context(articles, about)
    mentions = find_dates(articles) if mentions is None else mentions
    named = articles[articles["article_id"].isin(hits["article_id"])].reset_index(drop=True)
    places, rows = {key: group for key, group in mentions.groupby("article_id", observed=True)}, []
    hits = {key: list(zip(group["sentence"], group["start"], group["match"])) for key, group in hits.groupby("article_id", observed=True)}
    for text, now, _ in _read(named):
        key = named["article_id"].iloc[text.number]
        for row in places[key].itertuples(index=False) if key in places else ():
            if pd.notna(row.begin) and row.type != "SET" and (thing := _promised(text, row, now, hits[key])):
                rows.append(row._asdict() | {"at": text.number, "said": now, "thing": thing})
    columns = {"said": "datetime64[s]", "thing": "str"} | COLUMNS
    order = ["sentence", "start", "end", "said", "thing", "begin", "finish", "precision"]
    return _table(named, rows, {name: columns[name] for name in order})


def _promised(text, row, now, hits):
    """The thing that a mention is promised for, or None."""
    if now and (row.finish.date() < now or row.tense == "past" and row.begin.date() <= now):
        return None
    if row.tense not in ("coming", "promised"):
        return None
    first, last = bisect_right(text.at, row.start) - 1, bisect_right(text.at, row.end - 1)
    _, opens, closes = text.sentence(first)
    opens, closes = max(opens, first - FAR), min(closes, last + FAR)
    before = [(start, value) for start, end, value in text.table("lead", max(opens, first - 10), first) if end == first - 1]
    if any(end == first - 1 for _, end, _ in text.table("from", max(opens, first - 4), first)) and any(s == last + 1 for s, _, _ in text.table("to", last, last + 3)):
        return None  # put off from 2019 to 2020
    clauses = [(opens, opens, ""), *text.table("clause", opens, closes), (closes, closes, "")]
    here = max(k for k, clause in enumerate(clauses[:-1]) if clause[0] <= first)
    denied = {value for _, _, value in text.table("deny", clauses[here][0], before[0][0] if before else first)}
    if "yes" in denied or "soft" in denied and not (before and before[0][1] in ("before", "na coming")):
        return None
    for k in range(here, -1, -1):
        opens, told, closes = *clauses[k][:2], clauses[k + 1][0]
        own = [hit for hit in hits if text.at[opens] <= hit[1] < text.at[closes]]
        if own:
            return max((hit for hit in own if hit[1] < row.start), default=own[0], key=lambda hit: hit[1])[2]
        cues = text.table("cue", told, closes)
        if clauses[k][2] != "same" and (not cues or len(text.codes[told : cues[0][0]].split()) > 1 or "w" in text.codes[told : cues[0][0]]) and not (k == here and first - told < 3):
            return None  # a clause with a subject of its own
    return None
