"""articles -> dates mentioned in the text, resolved; and what is promised for when."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
import pandas as pd

from utils.context import AT_ONCE, hits_in, read_hits
from utils.grammar.almanac import Place, label, resolve, said_year
from utils.grammar.rules import SEEN, TOKEN, read_texts
from utils.store import in_parts, kept
from utils.tokens import split_sentences, tokenize

COLUMNS = {
    "sentence": "int32", "start": "int32", "end": "int32", "expression": "str", "type": "str", "value": "str",
    "begin": "datetime64[s]", "finish": "datetime64[s]", "precision": "str", "mod": "str", "tense": "str",
}  # fmt: skip
FOUND = ("type", "value", "begin", "finish", "precision")  # of the columns, what `resolve` says
NEAR = 12  # signs between a clock time and its day
BACK, LEAD = 2, 6  # sentences that a pronoun may point back; as far as it may point to the first
ROVING = {"hour", "noon", "hhmm", "next", "same", "from", "yfrom"}  # fields that may count from a day named before
ABSOLUTE = {"year", "year2", "decade", "tens", "century", "value"}  # fields that count from no day
CAPITAL = re.compile(r"(?<=[\w,;] )[A-Z]")  # of a name, within a sentence
CLOSE = 12  # characters from a time to the thing that it is for, where that stands behind
FAR = 1000  # signs: what stands farther off is not looked at, however long a sentence is


@lru_cache(SEEN)
def _fields(rules, nth, said):
    """The fields that the nth rule catches in what it has found."""
    words = TOKEN.findall(said)
    caught = rules.catch[nth].fullmatch("".join(map(rules.sign_of, words)).replace("\r", " "))
    spans = {name: caught.span(name) for name, signs in caught.groupdict().items() if signs is not None}
    return {name: rules.value(rules.sources[nth].get(name, {}), "".join(words[a:b])) for name, (a, b) in spans.items()} | rules.fixed[nth]


@lru_cache(SEEN)
def _lead(rules, signs):
    """What the words right before a date tell: its MOD, its tense ("" where they tell none, after ? where the verb may tell another), whether only of days."""
    found = next((value for start, end, value in rules.scan("lead", signs, 0, len(signs)) if end == len(signs) - 1), "")
    mod, told, *rest = (found or "na").split() + ["?"]
    return mod, told, rest[:1] == ["day"]


def _tenses(texts, cues, found, sign, sentence):
    """The tense of what stands at some places: that of the verb before it in its clause, else of the next one."""
    kinds = np.array(texts.rules.tables["cue"][1])[cues[:, 2]]
    where = np.searchsorted(sign, cues[:, 0], "right") - 1
    strong = np.isin(np.arange(len(sign)), where[kinds != "weak"])
    own = (kinds != "weak") | ~strong[where]
    start, end, kind, where = np.append(cues[own, 0], 0), np.append(cues[own, 1], 0), np.append(kinds[own], ""), np.append(where[own], -1)
    opens, closes = found[:, 0], found[:, 1]
    after = np.searchsorted(start[:-1], opens)
    before, has_after = after - 1, where[after] == sentence
    has_before = where[before] == sentence
    promised = has_after & np.isin(kind[after], ["promised", "planned"]) & (start[after] <= closes + 1)
    has_after &= ~(has_before & (kind[after] == "said"))  # it starts on Friday, she said
    commas = np.append(0, np.cumsum(np.isin(texts.signs, [ord(sign) for sign in ",;:("])))
    apart = ~has_before | (opens - end[before] >= FAR) | (commas[opens] > commas[end[before]])
    near = np.where(has_after & apart, kind[after], np.where(has_before, kind[before], ""))
    near[near == "said"] = "past"
    return np.where(promised, "promised", near)


def _places(texts, sentences):
    """Where the rules fit: columns with a value for each place. `sentences` has `article sentence start`, its articles being numbered as the texts."""
    found, cues = texts.look()
    found = found[np.array(["skip" not in fields for fields in texts.rules.fixed])[found[:, 2]]]
    opens, closes, nth = found.T
    article = np.searchsorted(texts.ends, opens)
    first = texts.base[sentences["article"]] + sentences["start"]  # character and sign of each sentence
    sign = np.searchsorted(texts.at, first, "right") - 1
    at = np.maximum(np.searchsorted(first, texts.at[opens], "right") - 1, np.searchsorted(sentences["article"], article))
    start, end = (texts.at[place] - texts.base[article] for place in (opens, closes))
    return article, sentences["sentence"][at], start, end, nth, opens, closes, sign[at], np.append(sign, len(texts.signs))[at + 1], _tenses(texts, cues, found, sign, at)


@dataclass(slots=True)
class _Mention:
    """What was found at a place; `found` is what `resolve` says of it."""

    sentence: int
    start: int
    end: int
    expression: str
    found: dict
    mod: str | None
    tense: str | None
    fields: dict
    signs: tuple  # the first of its sentence, its own first, the one behind it
    undated: bool  # no day was named before it in its sentence


def _mentions(texts, places, text, now, known):
    """The mentions of one article; `places` are rows of `_places`."""
    rules, place, rows = texts.rules, Place(now, known), []
    for _, number, start, end, nth, opens, closes, first, last, verb in places:
        said, lead = text[start:end], _lead(rules, texts.codes[max(first, opens - 10) : opens])
        fields, roving, absolute, mod, tense = _meaning(rules, nth, said, lead, verb)
        fiscal = texts.table("fiscal", first, last) if "fiscal" in fields else ()
        place.number, place.tense, place.fiscal = number, tense, fiscal[0][2] if fiscal else "1 0"
        found = resolve(fields, place) if roving else _fixed(rules, nth, said, None if absolute else now, known, tense, place.fiscal)
        if not found:
            continue
        rows.append(_Mention(number, start, end, said, found, mod, _told(tense, found, now), fields, (first, opens, closes), place.spot[0] != number))
        if found.get("precision") and found["type"] != "DURATION":
            place.then = found["begin"]
            if found["precision"] == "day":
                place.spot = number, found["begin"]
                for row in rows[-3:-1]:  # at 18:00 GMT on Friday, 18:00 (1700 GMT) on Friday
                    if row.undated and row.found.get("precision") == "time" and row.sentence == number and opens - row.signs[2] < NEAR:
                        row.found = row.found | (resolve(row.fields, place) or {})
    spans = list(_ranges(texts, text, rows, place))
    return sorted(rows + spans, key=lambda row: (row.start, -row.end)) if spans else rows


@lru_cache(SEEN)
def _meaning(rules, nth, said, lead, verb):
    """The fields of an expression, whether it counts from a day named before, whether from no day, its MOD and its tense."""
    fields, (mod, told, of_days) = _fields(rules, nth, said), lead
    if told[0] == "?" or of_days and not {"day", "weekday"} & fields.keys():
        told = verb or told[1:] * (told[0] == "?")
    mod = next((mod.upper() for mod in (fields.get("mod", "na"), mod) if mod != "na"), None)
    return fields, not ROVING.isdisjoint(fields), not ABSOLUTE.isdisjoint(fields), mod, told


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


def _ranges(texts, text, rows, place):
    """From 2009 to 2011, 3 May - 5 June: a row for what lies between two days; the first takes its year from the second."""
    for first, last in pairwise(rows):
        (sentence, opens, start), (_, end, _) = first.signs, last.signs
        gap = texts.codes[start:end].strip() if end - start < NEAR and first.sentence == last.sentence else ""
        joins = gap and any(stop - at == len(gap) for at, stop, _ in texts.table("to", start, end)) and texts.before("from", 0, opens)[1]
        if gap != "-" and not joins or texts.table("shift", max(sentence, opens - FAR), opens):
            continue
        if "year" in last.fields and "month" in first.fields and said_year(first.fields, place) is None:
            first.found = first.found | (resolve(first.fields | {"year": last.fields["year"]}, place) or {})
        if "begin" not in first.found or "begin" not in last.found or "DURATION" in (first.found["type"], last.found["type"]):
            continue
        begin, finish = first.found["begin"], last.found["begin"]
        if "weekday" in last.fields and finish < begin:
            finish += timedelta(7)
            last.found = last.found | {"begin": finish, "finish": last.found["finish"] + timedelta(7), "value": label(finish, "day")}
        precision = first.found["precision"]
        if precision == last.found["precision"] and begin < finish:
            years, months = finish.year - begin.year, finish.month - begin.month
            value = {"year": f"P{years}Y", "month": f"P{years * 12 + months}M"}.get(precision, f"P{(finish - begin).days}D")
            found = first.found | {"type": "DURATION", "value": value, "finish": last.found["finish"]}
            yield replace(first, end=last.end, expression=text[first.start : last.end], found=found, mod=None)


def _table(articles, at, rows):
    """Mentions, and of each the number of its article, as a table in the order of the articles."""
    order, told = np.argsort(at, kind="stable"), {id(row.found): row.found for row in rows}  # few beside the rows
    which = pd.factorize(np.array([id(row.found) for row in rows], int))[0][order]
    ids = articles["article_id"].iloc[np.array(at, int)[order]].reset_index(drop=True)
    frame = {"article_id": ids if len(articles) else ids.astype("str")}
    for name, dtype in COLUMNS.items():
        values = [found.get(name) for found in told.values()] if name in FOUND else [getattr(row, name) for row in rows]
        frame[name] = pd.Series(values, dtype=dtype).take(which if name in FOUND else order).reset_index(drop=True)
    return pd.DataFrame(frame, copy=False)


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
    ends, numbers, rows = split_sentences(articles), [], []
    text, day = articles["text"].fillna("").tolist(), pd.to_datetime(articles["date"]) if "date" in articles else pd.Series(pd.NaT, articles.index)
    now = [None if pd.isna(moment) else moment.date() for moment in day]
    known = articles["date_precision"].fillna("day").tolist() if "date_precision" in articles else ["day"] * len(articles)
    for own, texts in read_texts(text, articles):
        part = ends[np.isin(ends["article_id"].array.codes, own)]
        sentences = {"article": np.searchsorted(own, part["article_id"].array.codes), "sentence": part["sentence"].to_numpy(), "start": part["start"].to_numpy()}
        places = zip(*(column.tolist() for column in _places(texts, sentences)))
        for at, there in groupby(places, itemgetter(0)):
            number = own[at]
            rows += _mentions(texts, there, text[number], now[number], known[number])
            numbers += [number] * (len(rows) - len(numbers))
    return _table(articles, numbers, rows)


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
    tokens = tokenize(articles) if tokens is None else tokens
    mentions = find_dates(articles) if mentions is None else mentions
    day = pd.to_datetime(articles["date"]) if "date" in articles else pd.Series(pd.NaT, articles.index, "datetime64[s]")
    columns = {name: COLUMNS[name] for name in ("sentence", "start", "end", "begin", "finish", "precision")}
    ahead = mentions.loc[mentions["tense"].isin(["coming", "promised"]) & mentions["begin"].notna() & mentions["type"].ne("SET"), ["article_id", *columns]]
    ahead = ahead.assign(at=(at := pd.Index(articles["article_id"]).get_indexer(ahead["article_id"])))[at >= 0].sort_values("at", kind="stable")
    ahead = ahead.assign(said=day.to_numpy("datetime64[s]")[ahead["at"]])
    ahead = ahead[ahead["said"].isna() | (ahead["finish"] >= ahead["said"].dt.normalize())].reset_index(drop=True)
    hits, starts = hits_in(articles, tokens, [about]), range(0, max(len(articles), 1), AT_ONCE)
    own = lambda table, first: table[table["at"].between(first, first + AT_ONCE - 1)].assign(at=lambda rows: rows["at"] - first)
    parts = ((articles.iloc[at : at + AT_ONCE], about, own(ahead, at), own(hits, at)) for at in starts)
    found = pd.concat(in_parts(_promises, parts, len(starts), "find promises"), ignore_index=True)[["article_id", "sentence", "start", "end", "said", "thing", "begin", "finish", "precision"]]
    return found.astype(columns | {"article_id": articles["article_id"].dtype if len(articles) else "str"})


def _promises(articles, about, ahead, hits):
    """The rows of `find_promises` in some articles, from the mentions and hits in them."""
    ahead, hits = _near(ahead, articles, about, hits)
    things = {row.Index: _promised(texts, row, _meant(texts, text, row, hits[row.at])) for texts, text, row in _read_sentences(articles, ahead)}
    return ahead.assign(thing=pd.Series(things, ahead.index, dtype="str")).dropna(subset="thing")


def _near(ahead, articles, about, hits):
    """The mentions that stand near what a pattern matches, as near as `_meant` looks; and by article what it matches: (sentence, start, match)."""
    pairs = ahead[["at", "sentence"]].reset_index().merge(hits[["at", "sentence"]].drop_duplicates().rename(columns={"sentence": "hit"}), on="at")
    pairs = pairs[(pairs["sentence"] - pairs["hit"]).between(0, BACK) | (pairs["hit"] == 0) & (pairs["sentence"] <= LEAD)]
    ahead, found = ahead.loc[pairs["index"].unique()].reset_index(drop=True), {}
    hits = hits[hits["at"].isin(ahead["at"])]
    read = read_hits(articles, hits, about)
    for article, *hit in zip(hits["at"].tolist(), read["sentence"].tolist(), read["start"].tolist(), read["match"].tolist()):
        found.setdefault(article, []).append(hit)
    return ahead, found


def _read_sentences(articles, ahead):
    """The sentences of some mentions as signs, with the text of the article and the mention.

    To each mention comes where its signs start and end (`first last`) and those of its sentence (`opens closes`), and `shift`:
    by how many characters `Texts.at` counts otherwise than the article.
    """
    seen, number = np.unique(ahead["at"], return_inverse=True)
    known = articles.iloc[seen]
    sentences = split_sentences(known)
    article, starts = sentences["article_id"].array.codes, sentences["start"].to_numpy()
    own, sentence = np.unique(np.searchsorted(article, number) + ahead["sentence"].to_numpy(), return_inverse=True)
    whole = known["text"].to_numpy(object)[article[own]]
    closes = np.where(np.append(np.diff(article), 1)[own], [*map(len, whole)], np.append(starts, 0)[own + 1])
    for part, texts in read_texts([text[a:b] for text, a, b in zip(whole, starts[own], closes)], known.iloc[article[own]], whole):
        rows = ahead.assign(own=sentence)[np.isin(sentence, part)]
        place = np.searchsorted(part, rows["own"])
        shift = starts[own[part[place]]] - texts.base[place]
        first, last = (np.searchsorted(texts.at, rows[name] - shift - (name == "end"), "right") for name in ("start", "end"))
        for row in rows[["at", "sentence", "start", "end", "own"]].assign(first=first - 1, last=last, opens=texts.opens[place], closes=texts.ends[place], shift=shift).itertuples():
            yield texts, whole[row.own], row


def _meant(texts, text, row, hits):
    """The hits that a mention may be promised for: those of its sentence, or what its first words point back to.

    That is a hit in the paragraph so far, a sentence or two before, or in the article's first sentence, which says what it is
    about; of several the one that the article names most.
    """
    own = [hit for hit in hits if hit[0] == row.sentence]
    if own:
        return own
    start = texts.at[row.opens] + row.shift
    near = [hit for hit in hits if row.sentence - BACK <= hit[0] < row.sentence and "\n" not in text[hit[1] : start]]
    before = [hit for hit in hits if hit[0] == 0 and 0 < row.sentence <= LEAD] + near
    points = any(at - row.opens < 2 for at, _, _ in texts.table("back", row.opens, min(row.opens + 4, row.closes)))
    if not before or not points or CAPITAL.search(text[start : row.start].lstrip("“‘\"'"), 1):
        return []
    topic = Counter(name.lower() for _, _, name in hits)
    return [(row.sentence, start, max(reversed(before), key=lambda hit: topic[hit[2].lower()])[2])]


def _promised(texts, row, hits):
    """The thing that a mention is promised for, or None."""
    first, last, opens, closes = row.first, row.last, max(row.opens, row.first - FAR), min(row.closes, row.last + FAR)
    led_from, lead = texts.before("lead", opens, first)
    if texts.before("from", opens, first)[1] and any(start == last + 1 for start, _, _ in texts.table("to", last, min(last + 3, closes))):
        return None  # put off from 2019 to 2020
    clauses = [(opens, opens, ""), *texts.table("clause", opens, closes), (closes, closes, "")]
    here = max(k for k, clause in enumerate(clauses[:-1]) if clause[0] <= first)
    denied = {value for _, _, value in texts.table("deny", clauses[here][0], led_from)}
    if "yes" in denied or "soft" in denied and lead not in ("before", "na coming"):
        return None
    for k in range(here, -1, -1):
        opens, told, closes = *clauses[k][:2], clauses[k + 1][0]
        own = [hit for hit in hits if texts.at[opens] <= hit[1] - row.shift < texts.at[closes]]
        if own:
            led = [hit for hit in own if hit[1] < row.start]
            led = led or [hit for hit in own[:1] if hit[1] - row.end < CLOSE or not texts.table("cue", opens, first)]  # in 2024 the Zed will fly
            return max(led, key=lambda hit: hit[1])[2] if led else None
        cues = texts.table("cue", told, closes)
        subject = texts.codes[told : cues[0][0]] if cues else "w"
        if clauses[k][2] != "same" and ("w" in subject or len(subject.split()) > 1) and not (k == here and first - told < 3):
            return None  # a clause with a subject of its own
    return None
