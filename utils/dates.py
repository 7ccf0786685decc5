"""articles -> dates mentioned in the text, resolved; and what is promised for when."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import timedelta
from functools import lru_cache
from itertools import accumulate, pairwise

import pandas as pd

from utils.context import find_in_context
from utils.grammar.almanac import Place, label, resolve, said_year
from utils.grammar.rules import SEEN, WRAPPED, Text, read_rules, read_texts
from utils.store import kept
from utils.tokens import split_sentences

COLUMNS = {
    "sentence": "int32", "start": "int32", "end": "int32", "expression": "str", "type": "str", "value": "str",
    "begin": "datetime64[s]", "finish": "datetime64[s]", "precision": "str", "mod": "str", "tense": "str",
}  # fmt: skip
NEAR = 12  # signs between a clock time and its day
BACK, LEAD = 2, 6  # sentences that a pronoun may point back; as far as it may point to the first
ROVING = {"hour", "noon", "hhmm", "next", "same", "from", "yfrom"}  # fields that may count from a day named before
ABSOLUTE = {"year", "year2", "decade", "tens", "century", "value"}  # fields that count from no day
MANY = 100_000  # rows that become a table before more are read, to save memory
CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z]")  # of a name, within a sentence
CLOSE = 12  # characters from a time to the thing that it is for, where that stands behind
FAR = 1000  # signs: what stands farther off is not looked at, however long a sentence is


def _tense(cues, start, end, codes):
    """The tense of what stands at some signs: that of the verb before it in its clause, else of the next one."""
    k = bisect_left(cues, (start, 0, ""))
    before, after = cues[max(k - 1, 0) : k], cues[k : k + 1]
    if after and after[0][2] in ("promised", "planned") and after[0][0] <= end + 1:
        return "promised"
    if before and after and after[0][2] == "said":  # it starts on Friday, she said
        after = []
    apart = not before or start - before[0][1] >= FAR or set(",;:(") & set(codes[before[0][1] : start])
    near = after if after and apart else before
    return near[0][2].replace("said", "past") if near else ""


@lru_cache(SEEN)
def _fields(rules, nth, said):
    """The fields that the nth rule catches in what it has found."""
    codes, lengths = rules.read(said)
    at, caught = [0, *accumulate(lengths)], rules.catch[nth].fullmatch(codes.replace("\r", " "))
    spans = {name: caught.span(name) for name, signs in caught.groupdict().items() if signs is not None}
    return {name: rules.value(rules.sources[nth].get(name, {}), said[at[a] : at[b]]) for name, (a, b) in spans.items()} | rules.fixed[nth]


def _mentions(text, now, known):
    """The mentions of one article, as dicts."""
    place, rows, cues = Place(now, known), [], []
    for start, end, nth in text.rules.find(text.codes):
        said = text.cut(start, end)
        fields = _fields(text.rules, nth, said)
        if "skip" in fields:
            continue
        number, first, last = text.sentence(start)
        if number != place.number:
            cues = text.table("cue", first, last)
            cues = [cue for cue in cues if cue[2] != "weak"] or cues
            place.number = number
        fiscal = text.table("fiscal", first, last) if "fiscal" in fields else ()
        place.fiscal = tuple(map(int, fiscal[0][2].split())) if fiscal else (1, 0)
        mod, told, *rest = (text.before("lead", first, start)[1] or "na").split() + ["?"]
        if told[0] == "?" or rest[:1] == ["day"] and not {"day", "weekday"} & fields.keys():
            told = _tense(cues, start, end, text.codes) or told[1:] * (told[0] == "?")
        place.tense = told
        found = resolve(fields, place) if ROVING & fields.keys() else _fixed(text.rules, nth, said, now if ABSOLUTE.isdisjoint(fields) else None, known, told, place.fiscal)
        if found is None:
            continue
        row = {"sentence": number, "start": text.at[start], "end": text.at[end], "expression": said, **found, "tense": _told(told, found, now)}
        row["mod"] = next((mod.upper() for mod in (fields.get("mod", "na"), mod) if mod != "na"), None)
        rows.append(row | {"fields": fields, "signs": (start, end), "undated": place.spot[0] != number})
        if found.get("precision") and found["type"] != "DURATION":
            place.then = found["begin"]
            if found["precision"] == "day":
                place.spot = number, found["begin"]
                for row in rows[-3:-1]:  # at 18:00 GMT on Friday, 18:00 (1700 GMT) on Friday
                    if row["undated"] and row.get("precision") == "time" and row["sentence"] == number and start - row["signs"][1] < NEAR:
                        row |= resolve(row["fields"], place) or {}
    return sorted(rows + list(_ranges(text, rows, place)), key=lambda row: (row["start"], -row["end"]))


@lru_cache(SEEN)
def _fixed(rules, nth, said, now, known, tense, fiscal):
    """What an expression stands for that counts from no other: the same words on the same day mean the same."""
    return resolve(_fields(rules, nth, said), Place(now, known, tense=tense, fiscal=fiscal))


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
    for first, last in pairwise(rows):
        (opens, start), (end, _) = first["signs"], last["signs"]
        gap = text.codes[start:end].strip() if first["sentence"] == last["sentence"] and end - start < NEAR else ""
        joins = any(stop - at == len(gap) for at, stop, _ in text.table("to", start, end)) and text.before("from", 0, opens)[1]
        if gap != "-" and not (gap and joins) or text.table("shift", max(text.sentence(opens)[1], opens - FAR), opens):
            continue
        if "year" in last["fields"] and "month" in first["fields"] and said_year(first["fields"], place) is None:
            first |= resolve(first["fields"] | {"year": last["fields"]["year"]}, place) or {}
        if "begin" not in first or "begin" not in last or "DURATION" in (first["type"], last["type"]):
            continue
        begin, finish = first["begin"], last["begin"]
        if "weekday" in last["fields"] and finish < begin:
            finish += timedelta(7)
            last |= {"begin": finish, "finish": last["finish"] + timedelta(7), "value": label(finish, "day")}
        if first["precision"] == last["precision"] and begin < finish:
            years, months = finish.year - begin.year, finish.month - begin.month
            value = {"year": f"P{years}Y", "month": f"P{years * 12 + months}M"}.get(first["precision"], f"P{(finish - begin).days}D")
            span = {"end": last["end"], "expression": text.text[first["start"] : last["end"]], "finish": last["finish"]}
            yield first | span | {"type": "DURATION", "value": value, "mod": None}


def _table(articles, rows, columns):
    """Rows, each the number of its article and a value for each column, as a table."""
    at, *values = zip(*rows) if rows else ((), *([()] * len(columns)))
    ids = articles["article_id"].iloc[list(at)].reset_index(drop=True)
    frame = {"article_id": ids if len(articles) else ids.astype("str")}
    return pd.DataFrame(frame | {name: pd.Series(column, dtype=dtype) for (name, dtype), column in zip(columns.items(), values)})


@kept(apart=True)
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
    parts, rows = [], []
    for text, now, known in read_texts(articles):
        rows += [(text.number, *map(row.get, COLUMNS)) for row in _mentions(text, now, known)]
        if len(rows) > MANY:
            parts, rows = [*parts, _table(articles, rows, COLUMNS)], []
    return pd.concat([*parts, _table(articles, rows, COLUMNS)], ignore_index=True)


def find_promises(articles, about, *, mentions=None, tokens=None):
    """One row a statement that something will happen at a time: `article_id sentence start end said thing begin finish precision`.

    `about` is a word, a phrase, `launch*` or several parted by `|`, as in `find_in_context`; `thing` is what it matched,
    `text[start:end]` the time, `said` the article's day, `begin` and `finish` the days that are promised. A sentence that opens
    with "it" or "the launch" and names nobody speaks of what the one or two before it name. Left out: what has happened, what
    is denied or given up, what is only a condition, and the times of other things in the sentence.
    Give `mentions` (a `find_dates` table) and `tokens` to save time. Raises ValueError where `about` holds no word.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-06-06"]), "text": ["The launch, put off in May, is due in 2020."]})
    >>> find_promises(frame, "launch*")[["thing", "begin", "finish"]].astype(str).values.tolist()
    [['launch', '2020-01-01', '2020-12-31']]
    """
    hits = find_in_context(articles, about, tokens=tokens)
    mentions = find_dates(articles) if mentions is None else mentions
    ahead = mentions[mentions["tense"].isin(["coming", "promised"]) & mentions["begin"].notna() & mentions["type"].ne("SET") & mentions["article_id"].isin(hits["article_id"])]
    places, found, rows = {}, {}, []
    for key, *hit in zip(hits["article_id"], hits["sentence"].tolist(), hits["start"].tolist(), hits["match"]):
        found.setdefault(key, []).append(tuple(hit))
    for row in ahead[["article_id", "sentence", "start", "end", "begin", "finish", "precision", "tense"]].astype(object).itertuples(index=False):
        if any(0 <= row.sentence - at <= BACK or at == 0 and row.sentence <= LEAD for at, _, _ in found[row.article_id]):  # see _meant
            places.setdefault(row.article_id, []).append(row)
    named = articles[articles["article_id"].isin(list(places))].reset_index(drop=True)
    for text, row, now in _read_sentences(named, places):
        if thing := _promised(text, row, now, _meant(text, row, found[row.article_id])):
            rows.append((text.number, row.sentence, row.start, row.end, now, thing, row.begin, row.finish, row.precision))
    columns = {"said": "datetime64[s]", "thing": "str"} | COLUMNS
    return _table(named if rows else articles.head(len(ahead)), rows, {name: columns[name] for name in ("sentence", "start", "end", "said", "thing", "begin", "finish", "precision")})


def _read_sentences(articles, places):
    """As `read_texts` has them, but of each article only the sentences of some mentions, and each mention with its own."""
    ends = split_sentences(articles)
    starts = ends["start"].groupby(ends["article_id"].cat.codes).agg(list).tolist()
    days = pd.to_datetime(articles["date"]) if "date" in articles else pd.Series(pd.NaT, articles.index)
    language = articles["language"].fillna("en") if "language" in articles else ["en"] * len(articles)
    for number, (key, text, day, code) in enumerate(zip(articles["article_id"], articles["text"], days, language)):
        rules, edges, seen = read_rules(code), [*starts[number], len(text)], {}
        for row in places[key]:
            opens, closes = edges[row.sentence : row.sentence + 2]
            if row.sentence not in seen:
                codes, lengths = rules.read(text[opens:closes])
                codes = codes.replace("\r", " ") if "\r" in codes and max(map(len, text.splitlines())) < WRAPPED else codes
                seen[row.sentence] = Text(number, text, codes, [*accumulate(lengths, initial=opens)][: len(codes) + 1], [opens, closes], rules)
            yield seen[row.sentence], row, None if pd.isna(day) else day.date()


def _meant(text, row, hits):
    """The hits that a mention may be promised for: those of its sentence, or what its first words point back to.

    That is a hit in the paragraph so far, a sentence or two before, or in the article's first sentence, which says what it is
    about; of several the one that the article names most.
    """
    own = [hit for hit in hits if hit[0] == row.sentence]
    if own:
        return own
    start = text.sentence(bisect_right(text.at, row.start) - 1)[1]
    near = [hit for hit in hits if row.sentence - BACK <= hit[0] < row.sentence and "\n" not in text.text[hit[1] : text.at[start]]]
    before = [hit for hit in hits if hit[0] == 0 and 0 < row.sentence <= LEAD] + near
    points = any(at - start < 2 for at, _, _ in text.table("back", start, start + 4))
    if not before or not points or CAPITAL.search(text.text[text.at[start] : row.start].lstrip("“‘\"'"), 1):
        return []
    topic = Counter(name.lower() for _, _, name in hits)
    return [(row.sentence, text.at[start], max(reversed(before), key=lambda hit: topic[hit[2].lower()])[2])]


def _promised(text, row, now, hits):
    """The thing that a mention is promised for, or None."""
    if row.tense not in ("coming", "promised") or now and row.finish.date() < now:
        return None
    first, last = bisect_right(text.at, row.start) - 1, bisect_right(text.at, row.end - 1)
    _, opens, closes = text.sentence(first)
    opens, closes = max(opens, first - FAR), min(closes, last + FAR)
    led_from, lead = text.before("lead", opens, first)
    if text.before("from", opens, first)[1] and any(start == last + 1 for start, _, _ in text.table("to", last, last + 3)):
        return None  # put off from 2019 to 2020
    clauses = [(opens, opens, ""), *text.table("clause", opens, closes), (closes, closes, "")]
    here = max(k for k, clause in enumerate(clauses[:-1]) if clause[0] <= first)
    denied = {value for _, _, value in text.table("deny", clauses[here][0], led_from)}
    if "yes" in denied or "soft" in denied and lead not in ("before", "na coming"):
        return None
    for k in range(here, -1, -1):
        opens, told, closes = *clauses[k][:2], clauses[k + 1][0]
        own = [hit for hit in hits if text.at[opens] <= hit[1] < text.at[closes]]
        if own:
            led = [hit for hit in own if hit[1] < row.start]
            led = led or [hit for hit in own[:1] if hit[1] - row.end < CLOSE or not text.table("cue", opens, first)]  # in 2024 the Zed will fly
            return max(led, key=lambda hit: hit[1])[2] if led else None
        cues = text.table("cue", told, closes)
        subject = text.codes[told : cues[0][0]] if cues else "w"
        if clauses[k][2] != "same" and ("w" in subject or len(subject.split()) > 1) and not (k == here and first - told < 3):
            return None  # a clause with a subject of its own
    return None
