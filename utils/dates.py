"""articles -> dates mentioned in the text, resolved; and what is promised for when."""

import re
from bisect import bisect_left, bisect_right
from datetime import timedelta

import pandas as pd

from utils.context import find_in_context
from utils.grammar.almanac import Place, label, resolve, said_year
from utils.grammar.rules import read_texts

COLUMNS = {
    "sentence": "int32", "start": "int32", "end": "int32", "expression": "str", "type": "str", "value": "str",
    "begin": "datetime64[s]", "finish": "datetime64[s]", "precision": "str", "mod": "str", "tense": "str",
}  # fmt: skip
NEAR = 12  # signs between a clock time and its day
BACK = 2  # sentences that a pronoun may point back
CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z]")  # of a name, within a sentence
FAR = 1000  # signs: what stands farther off is not looked at, however long a sentence is


def _tense(cues, start, end, codes):
    """The tense of what stands at some signs: that of the verb before it in its clause, else of the next one."""
    k = bisect_left(cues, (start, 0, ""))
    before, after = cues[max(k - 1, 0) : k], cues[k : k + 1]
    if after and after[0][2] in ("promised", "planned") and after[0][0] <= end + 1:
        return "promised"
    if before and after and after[0][2] == "said":  # it starts on Friday, she said
        after = []
    near = after if after and not (before and start - before[0][1] < FAR and not set(",;:(") & set(codes[before[0][1] : start])) else before
    return near[0][2].replace("said", "past") if near else ""


def _fields(text, start, nth):
    """The fields that the nth rule catches."""
    caught = text.rules.catch[nth].match(text.codes, start)
    named = {name: caught.span(name) for name, found in caught.groupdict().items() if found is not None} if caught else {}
    classes = text.rules.fields[nth]
    return {name: text.rules.value(classes.get(name, {}), text.cut(*span)) for name, span in named.items()} | text.rules.fixed[nth]


def _mentions(text, now, known):
    """The mentions of one article, as dicts."""
    place, rows, cues = Place(now, known), [], {}
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
        found = resolve(fields, place)
        if found is None:
            continue
        mod = fields.get("mod", "na").upper()
        row = {"sentence": number, "start": text.at[start], "end": text.at[end], "expression": text.cut(start, end), **found}
        mod = mod if mod != "NA" else lead[0].upper()
        row |= {"mod": None if mod == "NA" else mod, "tense": _told(place.tense, found, now)}
        row |= {"fields": fields, "signs": (start, end), "undated": place.spot[0] != number}
        rows.append(row)
        if found.get("precision") and found["type"] != "DURATION":
            place.then = found["begin"]
            if found["precision"] == "day":
                place.spot = number, found["begin"]
                _date_clock(rows, place)
    return sorted(rows + list(_ranges(text, rows, place)), key=lambda row: (row["start"], -row["end"]))


def _date_clock(rows, place):
    """At 18:00 GMT on Friday, 18:00 (1700 GMT) on Friday: a clock time takes the day that follows close behind."""
    for row in rows[-3:-1]:
        close = row["sentence"] == place.number and rows[-1]["signs"][0] - row["signs"][1] < NEAR
        if close and row["undated"] and row.get("precision") == "time":
            row |= resolve(row["fields"], place) or {}


def _told(tense, found, now):
    """How a sentence speaks of a day: as its verb does, but for a verb that the calendar contradicts (said … 2030)."""
    tense = "promised" if tense == "planned" else tense
    if now is None or "begin" not in found or tense == "promised":
        return tense if tense in ("past", "coming", "promised") else None
    if found["begin"] > now:
        return "coming"
    return "past" if found["finish"] < now else tense if tense in ("past", "coming") else None


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
        if "year" in last["fields"] and "month" in first["fields"] and said_year(first["fields"], place) is None:
            first |= resolve(first["fields"] | {"year": last["fields"]["year"]}, place) or {}
        if "weekday" in last["fields"] and first.get("begin") and last.get("begin") and last["begin"] < first["begin"]:
            last |= {"begin": last["begin"] + timedelta(7), "finish": last["finish"] + timedelta(7), "value": label(last["begin"] + timedelta(7), "day")}
        placed = "begin" in first and "begin" in last and "DURATION" not in (first["type"], last["type"])
        if placed and first["precision"] == last["precision"] and first["begin"] < last["begin"]:
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
    for text, now, known in read_texts(articles):
        rows += [row | {"at": text.number} for row in _mentions(text, now, known)]
    return _table(articles, rows, COLUMNS)


def find_promises(articles, about, *, mentions=None):
    """One row a statement that something will happen at a time: `article_id sentence start end said thing begin finish precision`.

    `about` is a word, a phrase, `launch*` or several parted by `|`, as in `find_in_context`; `thing` is what it matched,
    `text[start:end]` the time, `said` the article's day, `begin` and `finish` the days that are promised. A sentence that opens
    with "it" or "the launch" and names nobody speaks of what the one or two before it name. Left out: what has happened, what is denied or given up, what is only a condition, and the times of other things in the sentence.
    Give `mentions` (a `find_dates` table) to save time. Raises ValueError where `about` holds no word.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-06-06"]), "text": ["The launch, put off in May, is due in 2020."]})
    >>> find_promises(frame, "launch*")[["thing", "begin", "finish"]].astype(str).values.tolist()
    [['launch', '2020-01-01', '2020-12-31']]
    """
    hits = find_in_context(articles, about)
    mentions = find_dates(articles) if mentions is None else mentions
    ahead = mentions[mentions["tense"].isin(["coming", "promised"]) & mentions["begin"].notna() & mentions["type"].ne("SET") & mentions["article_id"].isin(hits["article_id"])]
    named = articles[articles["article_id"].isin(ahead["article_id"])].reset_index(drop=True)
    places, found, rows = {}, {}, []
    for row in ahead.itertuples(index=False):
        places.setdefault(row.article_id, []).append(row)
    for row in hits.itertuples(index=False):
        found.setdefault(row.article_id, []).append((row.sentence, row.start, row.match))
    for text, now, _ in read_texts(named):
        key = named["article_id"].iloc[text.number]
        for row in places[key]:
            if thing := _promised(text, row, now, _meant(text, row, found[key])):
                rows.append(row._asdict() | {"at": text.number, "said": now, "thing": thing})
    columns = {"said": "datetime64[s]", "thing": "str"} | COLUMNS
    order = ["sentence", "start", "end", "said", "thing", "begin", "finish", "precision"]
    return _table(named, rows, {name: columns[name] for name in order})


def _meant(text, row, hits):
    """The hits that a mention may be promised for: those of its sentence, or one before it that its first words point back to."""
    own = [hit for hit in hits if hit[0] == row.sentence]
    before = [hit for hit in hits if row.sentence - BACK <= hit[0] < row.sentence]
    if own or not before:
        return own
    start = text.sentence(bisect_right(text.at, row.start) - 1)[1]
    points = any(at - start < 2 for at, _, _ in text.table("back", start, start + 4))
    names = CAPITAL.search(text.text[text.at[start] : row.start].lstrip("“‘\"'"), 1)
    return [(row.sentence, text.at[start], before[-1][2])] if points and not names else []


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
    came_from = any(end == first - 1 for _, end, _ in text.table("from", max(opens, first - 4), first))
    if came_from and any(start == last + 1 for start, _, _ in text.table("to", last, last + 3)):
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
        subject = text.codes[told : cues[0][0]] if cues else "w"
        if clauses[k][2] != "same" and ("w" in subject or len(subject.split()) > 1) and not (k == here and first - told < 3):
            return None  # a clause with a subject of its own
    return None
