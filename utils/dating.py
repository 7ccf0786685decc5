"""The date of publication: as people and programs write it -> a day, and where a file tells it. Never today's, never the file's."""

import datetime
import re
from functools import cache

from utils.files import ENDING
from utils.words import read_lines

APART = 2  # days by which two statements of one date may differ: clocks, and the paper a day after the web
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?=T\d|(?!\w))")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})(?:([-/])|(\.) ?)(\d{1,2})(?:\2|\3) ?(\d{4}|\d\d)(?![\d])")
_HAN = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?")
_MONTH, _NTH = r"([^\W\d_][^\s\d,./-]{2,11})\.?", r"(?:st|nd|rd|th|er|º|\.)?"
_DAY_MONTH = re.compile(rf"(?<!\d)(\d{{1,2}}){_NTH}[ /-]?(?:de |of )?{_MONTH},?[ /-]?(?:de )?(\d{{4}}|\d\d(?=$|\s\d|\s?[,)]))(?!\d)")
_MONTH_DAY = re.compile(rf"(?<!\w){_MONTH}[ -]?(\d{{1,2}}){_NTH}(?:, ?|[ -])(\d{{4}})(?!\d)")
_MONTH_YEAR = re.compile(rf"(?<!\w){_MONTH},?[ -](?:de )?(\d{{4}})(?!\d)")
_YEAR_MONTH = re.compile(rf"(?<!\d)(\d{{4}})[/-]{_MONTH}(?:[/-](\d{{1,2}}))?(?!\w)")
_NAMED = ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_MONTH_YEAR, (2, 1, 0)), (_YEAR_MONTH, (1, 2, 3)))  # which groups are year, month and day
_STATED = re.compile(
    r"^\W{0,3}(?:(?:first|originally)\s)?(?:published|posted|issued|publication date|date|veröffentlicht|publié|publicado)(?:\s(?:on|at|am|le|el))?(?=[\s:|])[\s:|]{1,5}", re.IGNORECASE
)
_UPDATED = re.compile(r"^\W{0,3}(?:last\s)?(?:updated?|modified)(?:\s(?:on|at))?(?=[\s:|])[\s:|]{1,5}", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_a-z][\w .'’/-]{1,40}[,(] ?(?:\w{3,9}day,? )?$")
_DASH = re.compile(r"\)?(?: ?\([\w /.]{2,25}\))?\s{0,2}(?:--|[-–—:])")
_DASHED = re.compile(r"\d{4}.{0,28}?(?:--|[-–—:])")
_BESIDE = re.compile(r"(?:\w{3,9}day|\w{3}|\d{1,2}[:.]\d\d(?::\d\d)?|[ap]\.?m\.?|GMT[+-]?\d{0,4}|[-–—|•·,]|at)?,?", re.IGNORECASE)
_EPOCH = datetime.datetime(1970, 1, 1)


@cache
def _months():
    """{"nov": 11, "november": 11, …} of `data/dates/months.txt`."""
    return {word: int(line.split()[0]) for line in read_lines("dates/months") for word in line.split()[1:]}


def find_date(given, *, order=None):
    """The first date in a line: `(match, year, month, day or None)`, or None; of `03/04/2018` the day is only known with an
    `order` (`day_first`, `month_first`) or from the numbers themselves, and else -1."""
    if match := _ISO.search(given):
        return match, int(match[1]), int(match[3]), match[4] and int(match[4])
    if match := _COMPACT.search(given) or _HAN.search(given):
        return match, int(match[1]), int(match[2]), match[3] and int(match[3])
    for pattern, (year, month, day) in _NAMED:
        for match in pattern.finditer(given):
            if match[month].lower() in _months():
                return match, _year(match[year]), _months()[match[month].lower()], int(match[day]) if day and match[day] else None
    if match := _NUMBERS.search(given):
        first, second = int(match[1]), int(match[4])
        order = "day_first" if match[3] or first > 12 or first == second else "month_first" if second > 12 else order
        return match, _year(match[5]), *((second, first) if order == "day_first" else (first, second if order else -1))
    return None


def _year(digits):
    """Of two digits the year as POSIX has it (strptime, %y): 69 to 99 are of the last century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year > 68 else 2000)


def read_date(given, order=None):
    """A date as written: `(date or None, precision or None, flags)`. The day is the one that stands there, in the writer's
    time zone; seconds since 1970 count as UTC, and five digits as days of a spreadsheet.

    >>> read_date("2017-11-18T23:30:00-05:00"), read_date("Nov. 2017")[:2]
    ((datetime.date(2017, 11, 18), 'day', []), (datetime.date(2017, 11, 1), 'month'))
    >>> read_date("03/04/2018"), read_date("03/04/2018", "day_first")[0], read_date("1511047800")[0], read_date("43057")[0]
    ((None, None, ['ambiguous_date']), datetime.date(2018, 4, 3), datetime.date(2017, 11, 18), datetime.date(2017, 11, 18))
    """
    given = given[:100]
    if number := re.fullmatch(r"(\d{5}|\d{10}|\d{13})(?:\.\d*)?", given.strip()):
        digits = number[1]
        start, step = (datetime.datetime(1899, 12, 30), 86400) if len(digits) == 5 else (_EPOCH, 1 if len(digits) == 10 else 0.001)
        return (start + datetime.timedelta(seconds=int(digits) * step)).date(), "day", []
    if not (found := find_date(given, order=order)):
        return None, None, ["unread_date"]
    _, year, month, day = found
    if day == -1:
        return None, None, ["ambiguous_date"]
    try:
        return datetime.date(year, month, 1 if day is None else day), "month" if day is None else "day", []
    except ValueError:
        return None, None, ["impossible_date"]


def find_order(givens):
    """Do dates such as 03/04/2018 name the day or the month first? Told by those of one file that can be read in one way
    only: `day_first`, `month_first`, or None where none tells, or where they disagree.

    >>> find_order(["03/04/2018", "18/11/2017"]), find_order(["03/04/2018"]), find_order(["11/18/2017", "18/11/2017"])
    ('day_first', None, None)
    """
    numbers = [match for given in givens if not _ISO.search(given) and (match := _NUMBERS.search(given[:100]))]
    day = any(int(match[1]) > 12 >= int(match[4]) for match in numbers)
    month = any(int(match[4]) > 12 >= int(match[1]) for match in numbers)
    return None if day == month else "day_first" if day else "month_first"


def dates_of_path(path):
    """What the name and the folders of a file tell: pairs of `name` or `folder` and the date as written.

    >>> dates_of_path("paper/2017/11/18/moon.txt"), dates_of_path("a/20171118_moon.txt"), dates_of_path("budget-2010-11.txt")
    ([('folder', '2017/11/18')], [('name', '20171118')], [])
    """
    *folders, name = path.split("/")
    found = []
    for kind, words in (("name", ENDING.sub("", name)), *(("folder", words) for words in (*reversed(folders), "/".join(folders)))):
        match = find_date(words.replace("_", "-"))
        if not match or kind == "folder" and found and found[-1][0] == "folder":
            continue
        written, year, _, day = match
        vague = written.re is _NUMBERS and len(written[5]) == 2 or day is None and kind == "name" and written.start()  # 2-3-24, a-budget-of-2010-11
        if not vague and 1700 < year < 2200 and read_date(written[0])[2] in ([], ["ambiguous_date"]):
            found.append((kind, written[0]))
    return found


def date_of_text(text):
    """The date that the first lines state as that of publication, as written, or None.

    >>> date_of_text("Moon talks\\n\\nPublished: 18 November 2017\\n\\nThe heads met."), date_of_text("They met on 18 November 2017.")
    ('18 November 2017', None)
    """
    lines = [line.strip()[:120] for line in text[:1500].splitlines() if line.strip()][:6]
    lines = [line for line in lines if re.search(r"\d{4}", line)]
    for opening in (_STATED, _UPDATED):
        for line in lines:
            if (stated := opening.match(line)) and (found := find_date(line[stated.end() :])) and found[0].start() <= 15:
                return found[0][0]
    for line in lines:
        if len(line) > 60 and not _DASHED.search(line):
            continue
        if not (found := find_date(line)) or found[3] is None:
            continue
        before, after = line[: found[0].start()], line[found[0].end() :]
        if _alone(line, found[0]) or _PLACE.fullmatch(before) and _DASH.match(after):
            return found[0][0]
    return None


def _alone(line, date):
    """Does a line hold nothing beside a date but a weekday, a time, a zone?"""
    return all(_BESIDE.fullmatch(word) for word in f"{line[: date.start()]} {line[date.end() :]}".split())


def date_of_line(line):
    """The day that a line states which states nothing else, or None.

    >>> date_of_line("Saturday, 18 November 2017, 10:30 GMT"), date_of_line("On 18 November 2017"), date_of_line("November 2017")
    (datetime.date(2017, 11, 18), None, None)
    """
    found = find_date(line.strip())
    return read_date(found[0][0])[0] if found and found[3] and _alone(line, found[0]) else None


def choose_date(told, orders):
    """Of what a record tells of its date, `[(where, as written)]`, the first that can be read: a dict of `date
    date_precision date_from date_given flags`. `orders` holds the order of numbers of each `where`."""
    read = [(where, given, *read_date(given, orders.get(where))) for where, given in told]
    dated = [row for row in read if row[2]]
    where, given, date, precision, _ = (dated or read or [(None,) * 5])[0]
    flags = [flag for row in (read[: read.index(dated[0])] if dated else read) for flag in row[4]]
    flags += [orders[where]] if date and orders.get(where) and read_date(given)[2] == ["ambiguous_date"] else []
    flags += ["contradicting_dates"] * any(_apart(dated[0], other) for other in dated[1:])
    return {"date": date, "date_precision": precision, "date_from": where if date else None, "date_given": given, "flags": list(dict.fromkeys(flags))}


def _apart(one, other):
    if "month" in (one[3], other[3]):
        one, other = (row[2].replace(day=1) for row in (one, other))
        return abs((one - other).days) > 31 + APART
    return abs((one[2] - other[2]).days) > APART
