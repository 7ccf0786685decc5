"""Calendar arithmetic in TIMEX3 terms: what the fields of an expression mean, read against a day.

`year month day weekday quarter half season holiday decade tens century` say where on the calendar; `rel` (-1 last, 0 this,
1 next) which one of several, `yrel` of which year, `wrel` of which week; `n unit dir` count from today, or with `from=then`
from the day last named, as `next` and `same` do; `hour minute ampm noon part zone` are the clock; `mod` as in TIMEX3.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

MONTHS = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "weekend": 7}
MANY = {"fortnight": (2, "week"), "decade": (10, "year"), "century": (100, "year"), "millennium": (1000, "year"), "half": (6, "month")}
CODES = {"second": "TS", "minute": "TM", "hour": "TH", "day": "D", "week": "W", "weekend": "WE", "month": "M", "quarter": "Q", "year": "Y"}
HALVES = {"hour": "PT30M", "year": "P6M", "day": "PT12H", "decade": "P5Y", "century": "P50Y"}
SEASONS = {"sp": 3, "su": 6, "fa": 9, "wi": 12}
FINER = {"month": ("day", "week", "weekend"), "year": ("day", "week", "weekend", "month", "quarter", "season", "half")}
LABELS = {
    "week": "{year:04}-W{week:02}", "weekend": "{year:04}-W{week:02}-WE", "month": "{day.year:04}-{day.month:02}", "quarter": "{day.year:04}-Q{quarter}",
    "half": "{day.year:04}-H{half}", "season": "{day.year:04}-{season}", "year": "{day.year:04}", "decade": "{decade:03}", "century": "{century:02}",
}  # fmt: skip
UNPLACED = {  # what is told of a day that cannot be placed
    "month day": "XXXX-{month:0>2}-{day:0>2}", "month": "XXXX-{month:0>2}", "weekday": "XXXX-WXX-{weekday}", "weekdays": "XXXX-WXX-{weekdays}",
    "quarter": "XXXX-Q{quarter}", "half": "XXXX-H{half}", "season": "XXXX-{season}",
}  # fmt: skip


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
        return day + timedelta(round(n * DAYS[unit]))
    months = day.year * 12 + day.month - 1 + round(n * MONTHS[unit])
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + timedelta(day.day - 1), _floor(first + timedelta(31), "month") - timedelta(1))


def _last(begin, unit):
    return begin + timedelta(1) if unit == "weekend" else _step(begin, unit, 1) - timedelta(1)


def label(day, unit):
    """The TIMEX3 value of the day, week, quarter … that begins on a day."""
    year, week, _ = day.isocalendar()
    parts = {"quarter": day.month // 3 + 1, "half": day.month // 6 + 1, "season": "WISPSUFA"[day.month % 12 // 3 * 2 :][:2]}
    return LABELS.get(unit, "{day}").format(day=day, year=year, week=week, decade=day.year // 10, century=day.year // 100, **parts)


def _holiday(year, rule):
    """The day of a holiday: 12-25, easter-2, 11-4#4 (the fourth Thursday of November), 05-0#1 (its last Monday)."""
    if rule.startswith("easter"):
        return (pd.Timestamp(year, 1, 1) + pd.offsets.Easter()).date() + timedelta(int(rule[6:]))
    month, day = rule.split("-")
    if "#" not in day:
        return date(year, int(month), int(day))
    nth, weekday = map(int, day.split("#"))
    first = _step(date(year, int(month), 1), "month", not nth)
    return first + timedelta((weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


@dataclass
class Place:
    """What a mention is read against: the article's day (None: not known to the day), the day last named, the tense."""

    now: date | None
    known: str = "day"
    then: date | None = None
    spot: tuple = (-1, None)  # the sentence and the day last named
    number: int | None = None  # the sentence
    tense: str = ""
    fiscal: str = "1 0"  # where a fiscal year is not the calendar's: its first month, and how many years before its name it begins

    def base(self, fields):
        """The day that a mention counts from."""
        own = {"month", "day", "holiday", "weekday", "yesterday", "next", "same"} & fields.keys()
        if {"hour", "noon", "hhmm"} & fields.keys() and self.spot[0] == self.number and not own:
            return self.spot[1]
        if {"month", "season"} & fields.keys():  # "the following May" counts from the article's day
            return self.now
        if fields.get("from") == "then" or "next" in fields or "same" in fields:
            return (self.spot[1] if fields.get("same", fields.get("unit")) in ("day", "week", "weekend", None) else self.then) or self.now
        return self.now


FORGOTTEN = 270  # days after which a day and month are not told without their year


def _choose(days, unit, place, fields):
    """Of the Fridays, Junes … around the article's day the one that is meant; ValueError where there is none."""
    now, rel, tense, weekly = place.now, fields.get("rel"), place.tense, "month" not in fields and unit in ("day", "weekend") and "holiday" not in fields
    if rel == "0" and not (weekly and tense == "past"):
        return min(day for day in days if _floor(day, "week" if weekly else "year") == _floor(now, "week" if weekly else "year"))
    if rel == "1":
        return min(day for day in days if day > (_last(_floor(now, "week"), "week") if weekly else now))
    if rel == "-1" or unit == "quarter" and tense not in ("coming", "promised"):
        return max(day for day in days if _last(day, unit) < now)
    if tense in ("coming", "promised"):
        return min(day for day in days if _last(day, unit) >= now)
    nearest = min(days, key=lambda day: abs(day - now))
    if unit == "day" and not weekly and nearest > now and max((day for day in days if day <= now), default=nearest) < now - timedelta(FORGOTTEN):
        return nearest  # "is on 8 November", said in October by one who spoke: nobody calls last year's day so
    return max(day for day in days if day <= now) if tense == "past" or weekly and tense != "planned" else nearest


def said_year(fields, place):
    """The year that is said, or None."""
    if "year" in fields or "year2" in fields:
        year = int(fields.get("year") or fields["year2"])
        return year + (1900 if year > 50 else 2000) * (year < 100)
    return place.now.year + int(fields["yrel"]) if "yrel" in fields else (place.then or place.now).year + int(fields["yfrom"]) if "yfrom" in fields else None


def _part_of_year(fields):
    """How to find a part of the year in some year, and its unit; (None, None) where none is named."""
    if "holiday" in fields:
        return lambda year: _holiday(year, fields["holiday"]), "day"
    unit = next((unit for unit in ("month", "quarter", "half", "season") if unit in fields and "n" not in fields), None)
    if unit is None:
        return None, None
    month = SEASONS.get(fields[unit].lower()) or MONTHS[unit] * (int(fields[unit]) - 1) + 1
    return lambda year: date(year, month, int(fields.get("day", 1))), "day" if "day" in fields else unit


def _around(fields, build, place):
    """The occurrences of a part of the year near the article's day; those on the weekday that is said, if one is."""
    days = []
    for year in range(place.now.year - 2, place.now.year + 3):
        with suppress(ValueError):  # February 29
            days.append(build(year))
    return [day for day in days if str(day.isoweekday()) == fields.get("weekday")] or days


def _away(fields, base):
    """The day that is so many units from another, and the unit."""
    size, unit = MANY.get(fields.get("unit", "day"), (1, fields.get("unit", "day")))
    return _step(base, unit, _amount({"n": "1"} | fields) * size * int(fields["dir"])), unit


def _point(fields, place):
    """The first day and the unit of what a mention names on the calendar; ValueError or OverflowError where there is no such day."""
    base, rel, year = place.base(fields), int(fields.get("rel", 0)), said_year(fields, place)
    build, unit = _part_of_year(fields)
    if build:
        return build(year) if year else _choose(_around(fields, build, place), unit, place, fields), unit
    if "weekday" in fields and "wrel" in fields:
        return _floor(base, "week") + timedelta(7 * int(fields["wrel"]) + int(fields["weekday"]) - 1), "day"
    if "weekday" in fields:
        start = (place.then or base) + timedelta(1) if "next" in fields else base - timedelta(7)
        days = [start + timedelta(k) for k in range((int(fields["weekday"]) - start.isoweekday()) % 7, 22, 7)]
        return days[0] if "next" in fields else _choose(days, "day", place, fields), "day"
    if year:
        return date(year, 1, 1), "year"
    if "decade" in fields or "tens" in fields:
        return date(int(fields.get("decade") or 1900 + int(fields["tens"]) + 100 * (fields["tens"] == "10")), 1, 1), "decade"
    if "century" in fields:
        return date(int(fields["century"]) * 100 - 100, 1, 1), "century"
    if "day" in fields:
        days = [_step(_floor(base, "month"), "month", k).replace(day=int(fields["day"])) for k in (-2, -1, 0, 1, 2)]
        return _choose(days, "day", place, fields | {"month": ""}), "day"
    if "yesterday" in fields:
        return base + timedelta(int(fields["yesterday"])), "day"
    if "n" in fields:
        there, unit = _away(fields, base)
        return (there, "time") if DAYS.get(unit, 1) < 1 else (_floor(there, unit), unit)
    unit = fields.get("same") or fields.get("unit", "day")
    if unit == "weekend" and not rel and "next" not in fields and "same" not in fields:
        return _choose([_floor(base, unit) + timedelta(7 * k) for k in (-1, 0, 1)], unit, place, fields), unit
    if unit == "quarter" and "bare" in fields and place.tense == "past":
        rel = -1  # what was earned "in the quarter" is told when it is over
    return _floor(_step(base, unit, int(fields.get("next", 0)) if "next" in fields or "same" in fields else rel), unit), unit


def _amount(fields):
    return float(fields["n"] + ("." + fields["frac"] if "frac" in fields else "")) + 0.5 * ("half" in fields)


def _period(fields):
    """A length as TIMEX3 writes it: P3Y, PT12H, PXM, P2.5Y."""
    if fields["n"] == "0.5" and fields["unit"] in HALVES:
        return HALVES[fields["unit"]]
    value = "P"
    for unit, n in (("unit", fields["n"] if fields["n"] == "x" else _amount(fields)), ("unit2", float(fields.get("n2", 1)))):
        if unit in fields:
            size, name = MANY.get(fields[unit], (1, fields[unit]))
            code = CODES[name].replace("T", "") if "T" in value else CODES[name]
            value += "T" * ("T" in code) + ("X" if n == "x" else f"{n * size:g}") + code.replace("T", "")
    return value


def _unplaced(fields):
    """The value of a day that cannot be placed, as far as it is told: XXXX-05, XXXX-WXX-5."""
    form = next((form for keys, form in UNPLACED.items() if fields.keys() >= set(keys.split())), None)
    return form.format(**fields).upper() if form else re.sub(r"\d", "X", label(date(2000, 1, 1), fields.get("same") or fields.get("unit", "day")))


def _clock(fields):
    """The part of a TIMEX3 value behind the day: T14:30, T18:00Z, TNI."""
    part = fields.get("part", "").upper()
    if "noon" in fields:
        return f"T{int(fields['noon']) % 24:02}:00"
    if "hhmm" in fields:
        fields = fields | {"hour": int(fields["hhmm"]) // 100, "minute": int(fields["hhmm"]) % 100}
    if "hour" not in fields:
        return part and "T" + part
    hour = int(fields["hour"])
    if "ampm" in fields or part in ("AF", "EV", "NI") and hour < 12:
        hour = hour % 12 + int(fields.get("ampm", 12))
    return f"T{hour:02}:{int(fields.get('minute', 0)):02}" + (f":{int(fields['sec']):02}" if "sec" in fields else "") + "Z" * (fields.get("zone") == "z")


def _end(fields, begin):
    """The first day of the last part of a range that is one expression (3-5 June, 2024-25), else None."""
    ends = {unit: int(fields[key]) for unit, key in (("day", "day2"), ("month", "month2"), ("year", "year3")) if key in fields}
    if ends.get("year", 100) < 100:
        ends["year"] += begin.year // 100 * 100
    return begin.replace(**ends) if ends else None


def resolve(fields, place):
    """`type value begin finish precision` of one mention; None where no such day exists (February 30)."""
    kind = fields.get("type", "date").upper()
    if "value" in fields:  # daily, recently
        return {"type": kind, "value": fields["value"].upper()}
    if kind == "SET" and "unit" not in fields:
        return {"type": kind, "value": _unplaced(fields)}
    if kind in ("SET", "DURATION") or "soft" in fields and place.tense not in ("coming", "promised"):
        return {"type": "SET" if kind == "SET" else "DURATION", "value": _period({"n": "1"} | fields), **(_span(fields, place) if kind == "DURATION" else {})}
    if fields.get("n") == "x":
        return {"type": "DATE", "value": "PAST_REF" if fields["dir"] == "-1" else "FUTURE_REF"}
    clock = _clock(fields)
    kind = "TIME" if clock else kind
    absolute = {"year", "year2", "decade", "tens", "century"} & fields.keys()
    if place.base(fields) is None and not absolute:
        return {"type": kind, "value": _unplaced(fields) + clock}
    try:
        begin, unit = _point(fields, place)
        end = _end(fields, begin)
        finish = _last(begin if "fiscal" in fields else end or begin, "day" if unit == "time" else unit)
    except (ValueError, OverflowError):  # February 30, the year 12000
        return None
    if unit in FINER.get(place.known, ()) and not absolute and "month" not in fields:
        return {"type": kind, "value": _unplaced(fields) + clock}
    if unit == "time":
        return {"type": "TIME", "value": f"{begin}TXX:XX", "begin": begin, "finish": begin, "precision": "day"}
    value = label(begin, unit) + (f"/{label(end, unit)}" if end else clock)
    if "fiscal" in fields:
        month, years = map(int, place.fiscal.split())
        begin, finish = (_step(day, "month", month - 1 - 12 * years) for day in (begin, finish))
    if unit in MONTHS and "mod" in fields:
        begin, finish = _narrow(begin, finish, fields["mod"])
    return {"type": kind, "value": value, "begin": begin, "finish": finish, "precision": "time" if clock and "part" not in fields else unit}


def _span(fields, place):
    """Where a length lies that is counted to or from today: the past three years, within two months."""
    unit = fields.get("unit", "day")
    if "dir" not in fields or place.now is None or fields.get("n") == "x" or place.known != "day" and unit in FINER[place.known]:
        return {}
    try:
        there, unit = _away(fields, place.now)
    except (ValueError, OverflowError):
        return {}
    return {"begin": min(there, place.now), "finish": max(there, place.now), "precision": "day" if DAYS.get(unit, 1) < 1 else unit}


def _narrow(begin, finish, mod):
    """The first, middle or last third of a span (early June, mid-2018, late in the year)."""
    third = (finish - begin + timedelta(1)) / 3
    parts = {"start": (begin, begin + third - timedelta(1)), "mid": (begin + third, finish - third), "end": (finish - third + timedelta(1), finish)}
    return parts.get(mod, (begin, finish))
