"""Calendar arithmetic in TIMEX3 terms: what the fields of an expression mean, read against a day.

`year month day weekday quarter half season holiday decade tens century` say where on the calendar; `rel` (-1 last, 0 this,
1 next) which one of several, `yrel` of which year, `wrel` of which week; `n unit dir` count from today, or with `from=then`
from the day last named, as `next` and `same` do; `hour minute ampm noon part zone` are the clock; `mod` as in TIMEX3.
"""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12, "decade": 120, "century": 1200, "millennium": 12000}
MANY = {"fortnight": (2, "week"), "decade": (10, "year"), "century": (100, "year"), "millennium": (1000, "year"), "half": (6, "month")}
CODES = {"second": "S", "minute": "M", "hour": "H", "day": "D", "week": "W", "weekend": "WE", "month": "M", "quarter": "Q", "year": "Y"}
UNKNOWN = {"day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "quarter": "XXXX-QX", "year": "XXXX"}
HALVES = {"hour": "PT30M", "year": "P6M", "day": "PT12H", "decade": "P5Y", "century": "P50Y"}
SEASONS = {"sp": 3, "su": 6, "fa": 9, "wi": 12}
FINER = {"month": ("day", "week", "weekend"), "year": ("day", "week", "weekend", "month", "quarter", "season", "half")}


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


def label(day, unit):
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
class Place:
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
    if place.tense == "past" or weekly and place.tense != "planned" or unit == "quarter":
        return max(day for day in days if (_last(day, unit) < now if unit in ("quarter", "half") else day <= now))
    return min(days, key=lambda day: abs((day - now).days))


def said_year(fields, place):
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


def _insaid_year(fields):
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
    build, unit = _insaid_year(fields)
    year = said_year(fields, place)
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
    if unit == "quarter" and "bare" in fields and place.tense == "past":
        rel = -1  # what was earned "in the quarter" is told when it is over
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


def resolve(fields, place):
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
    value = label(begin, unit) + (f"/{label(end, unit)}" if end else clock)
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
