"""articles -> people, organisations and places.

Capitals say where a name may stand; its own words, the words beside it and the other places where it stands say what it is.
Kinds are decided once for each distinct name over all articles. The lists and cues are data: see `data/names/`.
A mention is a row of numbers, which count into lists of the distinct names and roles.
"""

import re
import unicodedata
from array import array
from collections import Counter, defaultdict
from itertools import chain, count, dropwhile, takewhile

import numpy as np
import pandas as pd
import pyarrow as pa

from utils.chunks import cut, encodable
from utils.grammar.lexicon import COMMON, KINDS, LINKS, PARTICLES, ROLES, UPPER, WORD, any_of, cue_votes
from utils.grammar.lexicon import known_names, names_in, pairs, shape_votes, words_in
from utils.store import PART, in_parts, kept

_EVERY = [*KINDS, "OTHER"]
ENOUGH = 1.5  # votes without which a single word is no name
BESIDE, NEAR = 90, 22  # characters on each side of a name that are looked at for its role, for its kind
_NEXT = rf"(?:(?:[ \u00a0]{any_of(LINKS)}(?=[ \u00a0]))?+[ \u00a0]{{1,2}}|, (?=(?:Inc|Ltd|LLC|Jr|Sr|Corp|PLC)\b)){WORD}"
_RUN = re.compile(rf"(?={UPPER}|[adeil][{UPPER[1:-1]}'’l-])(?<![\w@#/])(?<![^\W\d_]{{2}}[-‐‑]){WORD}(?:{_NEXT})*+(?![\d_@$€£])")
_OPENS = re.compile(r"(?:^|[.!?:;…\n•*|>]|[.!?:][\"”’)\]]{1,2}|\W[\"“‘(\[](?=\S*$))[\s\"“‘(\[]*$")
_HEADING = re.compile(r"(?m)^[^\n.!?]{20,160}$")
_WORDS = re.compile(r"(?<![\w'’-])[^\W\d_]++")
_CLAUSE = re.compile(r"[;:.!?()“”\"]\s|\n")
_ENDS = re.compile(r"(?: (?:of|the|and|for|at))*,?$")
_ROLES = words_in("role-modifiers") | words_in("org-nouns") | ROLES | PARTICLES | {"of", "the", "for", "at"}
_IDLE = COMMON - words_in("role-modifiers") - ROLES | words_in("no-names")  # what opens no role
_SIGNS = re.compile(r"[^\w\s]|[\u0300-\u036f]")
_LETTERS = re.compile(r"[^\W_]++(?:[.&-][^\W_]++)*+")
_MODEL = re.compile(rf"\s*+(?:\d{{3}}s?(?![^\W_]|[.'’-](?!s\b)[^\W_])|{UPPER}?\d+-\d|{UPPER}\d{{2,}})")  # Boeing 737
# What opens a report and what signs it: NEW DELHI, Nov 17 (PTI) —   (Reporting by A. Rao)
_DAY = r",? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:, \d{4})?\.?"
_PLACE = rf"[^\W\d_][\w .,'’/-]{{0,50}}?(?=[ ,]*+[(JFMASOND])(?:(?:{_DAY})?[ ,]*\({UPPER}[\w .&/-]{{1,30}}\)|{_DAY})|{UPPER}[{UPPER[1:-1]} .,'’/]{{0,50}}+"
_SKIP = re.compile(
    rf"(?m)^[ \t]*+{UPPER}(?:{_PLACE})(?:\s?(?:--|[–—:](?!\d))|\s?-\s)"
    rf"|(?:Report|Additional report|Edit|Writ)ing by [^\n]{{1,300}}|(?:[-–—(\[] ?|^){any_of(words_in('agencies'))}[)\]]?\s*$"
)
_MAY_SKIP = re.compile(  # where one of them may begin, found quickly
    rf"[\n\-–—(\[RAEW](?:(?<=\n)|(?<=[-–—(\[])(?= ?{any_of(words_in('agencies'))})|(?<=[RAEW])(?=(?:eport|dditional report|dit|rit)ing by ))"
)
_SIGNED, _LINE_END = (*words_in("agencies"), "ing by "), re.compile("\n")  # without one of these, only at the head of a line
_numbers = lambda: defaultdict(count().__next__)  # {string: its number}, counted from 0 as they are looked up


def _count_words(texts):
    """How often each word stands in the texts, each distinct chunk between white space being looked at once."""
    (chunks, places, _), counts = cut(encodable(texts)), Counter()
    for chunk, n in zip(chunks.to_pylist(), np.bincount(places, minlength=len(chunks)).tolist()):
        for word in _WORDS.findall(chunk):
            counts[word] += n
    return counts


def _is_heading(line, lower):
    """Is this line in capitals throughout, or does it Give Most Words a Capital?"""
    words = re.findall(r"[^\W\d_]{4,}+", line)
    capitals = len(words) > 3 and sum(word[0].isupper() for word in words) > 0.8 * len(words)
    return capitals and sum(word.lower() in lower or word.lower() in COMMON for word in words) > 0.3 * len(words)


def _without_datelines(text):
    """The text with blanks in place of what opens a report and of what signs it."""
    parts, done = [], 0
    may_skip = _MAY_SKIP if any(sign in text for sign in _SIGNED) else _LINE_END
    for at in chain((0,), (m.end() if m[0] == "\n" else m.start() for m in may_skip.finditer(text))):
        if at >= done and (m := _SKIP.match(text, at)):
            listed = known_names().get(m[0].rstrip("-–—: \t").strip()) == "ORG"
            parts += [text[done:at], m[0] if listed else " " * len(m[0])]
            done = m.end()
    return "".join(parts) + text[done:]


def _mentions(text, plain, lower, runs):
    """Where names may stand in a text: (start, end, name, may it be a common word?). `runs` keeps what each distinct run of capitals holds."""
    for m in _RUN.finditer(plain):
        at, run = m.start(), m[0]
        key = run, not at or not (text[at - 1] == " " and text[at - 2 : at - 1].isalnum()) and bool(_OPENS.search(text, max(0, at - 6), at))  # opens it a sentence?
        if (found := runs.get(key)) is None:
            found = runs[key] = tuple([(a, b, run[a:b], doubtful) for a, b, doubtful in names_in(*key, lower)])  # no work for the garbage collector
        for a, b, name, doubtful in found:
            end = at + b
            if text[end + 1 : end + 3].isalpha() or not _MODEL.match(text, end, end + NEAR):  # the former only is quicker
                yield at + a, end, name, doubtful


def _candidates(texts, lower):
    """Where names may stand in texts, as rows of numbers (text, start, end, name, may it be a common word?, role: -1 for none).

    Also the names and the roles that these count into, the votes on each name by its own words, those by the words beside it in all
    its places (a column for each of _EVERY), and the ties and headings of the texts.
    """
    rows, names, roles, votes, ties, headings, runs, known = array("i"), _numbers(), _numbers(), defaultdict(float), [], [], {}, known_names()
    for row, text in enumerate(texts):
        plain, lines, then, done = _without_datelines(text), [m for m in _HEADING.finditer(text) if _is_heading(m[0], lower)], "", -9
        headings += [(row, line.start(), line[0]) for line in lines]
        if lines or plain is not text:
            plain = _HEADING.sub(lambda m: " " * len(m[0]) if _is_heading(m[0], lower) else m[0], plain)
        for start, end, name, doubtful in _mentions(text, plain, lower, runs):
            number, kind = names[name], known.get(name)
            before, after = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
            if kind in (None, "OTHER"):  # else the lists say what it is
                beside = after.lstrip() if after[:NEAR].lstrip()[:1] == "," else after[:NEAR]  # , a large Kenyan maker of tyres
                for vote, n in cue_votes(before[-NEAR:], beside):
                    votes[number, vote] += n
            role = _role(before, after) if kind in (None, "PER") else None
            rows.extend((row, start, end, number, doubtful, -1 if role is None else roles[role]))
            if 1 < start - done < 7 and (tie := _tie(then, text[done:start], name, text[end : end + 2])):
                ties.append((row, *tie))
            then, done = name, end
    shape = [[cast[kind] for kind in _EVERY] for cast in map(shape_votes, names)]
    beside = [[votes.get((number, kind), 0) for kind in _EVERY] for number in range(len(names))]
    return np.array(rows).reshape(-1, 6), list(names), list(roles), *(np.array(cast, float).reshape(-1, len(_EVERY)) for cast in (shape, beside)), ties, headings


def _all_candidates(texts, lower):
    """`_candidates`, a share of the articles on each core."""
    share = max(PART, len(texts) // 8 + 1)  # few shares, as each takes all words along, and looks at names that others have as well
    starts, tables, names, roles, cast, ties, headings = range(0, len(texts), share), [], _numbers(), _numbers(), [], [], []
    found = in_parts(_candidates, ((texts[at : at + share], lower) for at in starts), len(starts), "find names")
    for at, (table, some, said, *votes, tied, lines) in zip(starts, found):
        numbers, told = (np.array([*map(of.__getitem__, strings), -1], np.int32) for of, strings in ((names, some), (roles, said)))
        tables.append(np.column_stack([table[:, 0] + at, table[:, 1:3], numbers[table[:, 3]], table[:, 4], told[table[:, 5]]]))
        cast.append((numbers[:-1], *votes))
        ties += [(row + at, *tie) for row, *tie in tied]
        headings += [(row + at, *line) for row, *line in lines]
    own, votes = np.zeros((2, len(names), len(_EVERY)))
    for numbers, shape, beside in cast:
        own[numbers] = shape
        votes[numbers] += beside
    votes = np.round(own + votes, 6)  # which no order of adding changes
    columns = ["row", "start", "end", "number", "doubtful", "role"]
    return pd.DataFrame(np.concatenate([np.zeros((0, 6), np.int32), *tables]), columns=columns), names, roles, votes, ties, headings


def _in_headings(headings, kinds):
    """The names in headings, whose capitals say nothing: (row, start, end, name, as written, role) of those that the articles or the lists hold."""
    names = sorted(name for name in kinds if kinds[name] != "OTHER")
    written = {name.upper(): name for name in names} | {name: name for name in names}
    for row, at, line in headings:
        words, done = [m.span() for m in _LETTERS.finditer(line)], 0
        for i, (a, _) in enumerate(words):
            b = a >= done and next((b for _, b in words[i : i + 6][::-1] if line[a:b] in written), 0)
            if b:
                yield row, at + a, at + b, written[line[a:b]], line[a:b], _role(line[max(0, a - BESIDE) : a], line[b : b + BESIDE])
                done = b


def _kinds(names, votes, counts):
    """The kind of each distinct name: what the lists say, else by its words and the words beside it in all its places (votes as of `_candidates`)."""
    common = lambda word: word.lower() in COMMON or counts[word.lower()] > counts[word] - word.isupper()
    kinds, known, most = {}, known_names(), votes.max(axis=1, initial=-np.inf).tolist()
    for name, kind, n in zip(names, votes.argmax(axis=1).tolist(), most):
        weak = n < (0 if " " in name else ENOUGH) or n < 6 and all(map(common, name.split()))
        kinds[name] = known.get(name) or ("OTHER" if weak else _EVERY[kind])
    for name in [name for name in kinds if kinds[name] == "ORG" and " " in name]:
        short = name.split()[0]
        if kinds.get(short) == "OTHER" and short.lower() not in COMMON and votes[names[short], _EVERY.index("OTHER")] <= 0:
            kinds[short] = "ORG"  # Zedcar, beside Zedcar Tyres Ltd
    return kinds


def _people(pairs, names, spelled):
    """Shorter names of people: a table `row number full` of those in an article, {"Kumar": "A S Kiran Kumar"} where all articles hold but one.

    `pairs` is a table `row number` of the longer ones, `spelled` how names are shown.
    """
    parts, everywhere, called = {}, defaultdict(set), list(names)
    for number in pairs["number"].unique():
        name = called[number]
        words = [word for word in name.replace(",", "").split() if word.rstrip(".") not in ("Jr", "Sr", "II", "III")]
        first, last = words[0], words[-1]
        short = [" ".join(words[k:]) for k in range(1, len(words))] + [first] * ("-" in last)
        parts[number] = [names[part] for part in short + [first] * (first in words_in("given-names")) if part in names]
        short += [f"{first} {last}"] * (len(words) > 2) + [f"{first[0]} {last}", f"{first[0]}. {last}"] * (len(first.rstrip(".")) > 1)
        for part in short:
            everywhere[part.replace("’", "'")].add(spelled[name])
    here = pairs.assign(full=pairs["number"], number=pairs["number"].map(parts)).explode("number").dropna().astype("int32")
    return here.drop_duplicates(["row", "number"]), {part: full.pop() for part, full in everywhere.items() if len(full) == 1}


def _tie(name, between, then, after):
    """(short form, full form) where two names stand as in "full (SHORT)" or "SHORT (full)", the letters of the one in the other in their order; else None."""
    short, full = sorted((name, then), key=len)
    beside = between in (" (", " (the ", " (“", ' ("') and after.lstrip('"”')[:1] in (")", ",", ";")
    letters, abbreviates = iter(full.casefold()), beside and " " not in short and " " in full and full[0] == short[0]
    return (short, full) if abbreviates and all(letter in letters for letter in short.casefold() if letter.isalnum()) else None


def _links(ties, kinds):
    """What short forms stand for over all articles, {"ZSA": "Zed Space Agency"}, and companies without their ending."""
    often = Counter((short, full) for _, short, full in ties)
    links = {short: full for (short, full), _ in sorted(often.items(), key=lambda tie: (tie[1], tie[0]))}
    for name in kinds:
        base, _, last = name.rpartition(" ")
        if last in words_in("company-endings") and kinds.get(base.rstrip(",")) == kinds[name] == "ORG":
            links.setdefault(name, base.rstrip(","))
    return links


def _role(before, after):
    """The role that introduces a person: "ISRO chairman" before the name, or "president of JAXA" after it; else None."""
    last = before.rsplit(None, 1)[-1:]
    if last and last[0].rstrip(",").lower() in ROLES and (words := _CLAUSE.split(before)[-1].split()):
        first = len(words) - 1
        while first:
            word, joined = words[first - 1], {words[first - 2], words[first]} <= _ROLES  # finance and trade minister
            if word[-1] == "," or not (word[0].isupper() or word in _ROLES or word == "and" and joined):
                break
            first -= 1
        words = words[first:]
    elif not after.startswith(", "):
        return None
    else:
        words = re.split(r"[,;:.()“\"](?:\s|$)|\n", after[2:], maxsplit=1)[0].split()
        at = next((i for i, word in enumerate(words[:6]) if word.lower() in words_in("roles")), None)
        if at is None:
            return None
        words = words[: at + 1] + [*takewhile(lambda word: word[0].isupper() or word in _ROLES, words[at + 1 :])]
    return _ENDS.sub("", " ".join([*dropwhile(lambda word: word in _IDLE or word.lower() in _IDLE, words[:-1]), words[-1]]))


def _skeleton(name, kind):
    """What spellings of a name share: case, accents, signs; in the name of a person also long vowels and the order of the words."""
    plain = name.replace(".", " ")
    plain = _SIGNS.sub("", plain if plain.isascii() else unicodedata.normalize("NFKD", plain)).casefold()
    if kind == "PER" and " " in plain:
        return " ".join(sorted(re.sub(r"(.)\1", r"\1", re.sub("ou|oh(?=[^aeiou]|$)", "o", plain)).split()))
    return plain.replace(" ", "")


def _spelled(names, often, kinds):
    """The spelling under which each name is shown: the one that most articles have."""
    groups = defaultdict(list)
    for name, n in zip(names, often):
        groups[kinds[name], _skeleton(name, kinds[name])].append((n, len(name), name))
    return {name: max(group)[2] for group in groups.values() for *_, name in group}


def _take(strings, numbers):
    """The strings that numbers count into, as a column of text; -1 is missing."""
    return pd.array(encodable(strings).cast(pa.large_string()).take(pa.array(numbers, mask=np.asarray(numbers) < 0)), dtype="str")


def _look_up(found, table):
    """What a table `row number full` says of each mention: the number of its full name, or -1."""
    return found[["row", "number"]].merge(table, "left", ["row", "number"])["full"].fillna(-1).to_numpy(np.int32)


def _actor(name, here, steps):
    """Whom a name stands for: in its article `here` if that is known, then step by step what the whole collection says."""
    same, apart = steps[-1]
    actor = name
    for then in ({name: here}, *steps[:-1], *steps[:-1]):
        then = then.get(actor) or actor
        actor = actor if {(name, then), (then, name)} & apart else then
    return same.get(name, same.get(actor, actor))


@kept
def find_names(articles):
    """One row a mention of a person, an organisation or a place: `article_id start end name kind canonical role`.

    `text[start:end]` is `name` (characters, end exclusive), without a title such as Mr and without 's. `kind` is PER, ORG or
    LOC. `canonical` is the one name of all mentions of the same: a surname goes to the full name in its article, or to the
    only such name in all articles; ISRO to the expansion that stands beside it in brackets; spellings to the most used.
    `role` is what introduces a person there (missing elsewhere). Peoples, languages, days, products and events are no names;
    datelines, agency sign-offs and scripts without capitals are left out. Corrections: `data/names/same.txt`.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["JAXA chief Ann Okafor flew to Kyoto. Okafor met Sun Tyres Ltd there."]})
    >>> find_names(frame)[["name", "kind", "canonical", "role"]].fillna("").values.tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['JAXA', 'ORG', 'JAXA', ''], ['Ann Okafor', 'PER', 'Ann Okafor', 'JAXA chief'], ['Kyoto', 'LOC', 'Kyoto', ''],
     ['Okafor', 'PER', 'Ann Okafor', ''], ['Sun Tyres Ltd', 'ORG', 'Sun Tyres Ltd', '']]
    """
    texts = articles["text"].fillna("").tolist()
    counts = _count_words(texts)
    lower = frozenset(word for word, n in counts.items() if word == word.lower() and 10 * n >= counts[word.capitalize()])  # not by a slip
    found, names, roles, votes, ties, headings = _all_candidates(texts, lower)
    del texts  # which may take as much as all that follows
    kinds, known = _kinds(names, votes, counts), known_names()
    links = _links(ties, kinds)
    kinds |= {short: kinds[full] for short, full in links.items() if " " not in short and short in kinds}
    once = found[["row", "number"]].drop_duplicates()
    spelled = _spelled(names, np.bincount(once["number"], minlength=len(names)), kinds)
    people = np.array([kinds[name] == "PER" and " " in name for name in names], bool)
    here, alone = _people(once[people[once["number"]]], names, spelled)
    alone = {name: alone[plain] for name in names if kinds[name] == "PER" and (plain := name.replace("’", "'")) in alone}
    tied = pd.DataFrame([(row, names[short], names[full]) for row, short, full in ties], columns=here.columns, dtype="int32")
    more = [(*span, names[name], 0, -1 if role is None else roles[role], names[written]) for *span, name, written, role in _in_headings(headings, known | kinds)]
    found = found.assign(written=found["number"])
    found = pd.concat([found, pd.DataFrame(more, columns=found.columns, dtype="int32")]).sort_values(["row", "start"], ignore_index=True)

    kind = np.array([_EVERY.index(kinds.get(name) or known.get(name, "OTHER")) for name in names], np.int8)[found["number"]]
    only = np.array([names[alone[name]] if name in alone else -1 for name in names], np.int32)[found["number"]]
    full = _look_up(found, here)
    full = np.where(np.array([name in known for name in names], bool)[found["number"]], -1, np.where(full < 0, only, full))
    kind[full >= 0] = _EVERY.index("PER")
    doubt, place = found["doubtful"].to_numpy() != 0, found["row"].to_numpy(np.int64) * len(names) + found["number"].to_numpy()
    doubt[doubt] = ~np.isin(place[doubt], place[~doubt])  # a name that stands within a sentence of the article, too, is none
    keep = (kind < len(KINDS)) & ((full >= 0) | ~doubt)
    full = np.where(full < 0, _look_up(found, tied.drop_duplicates(["row", "number"], keep="last")), full)
    found, kind = found.assign(full=full)[keep], kind[keep]
    steps = spelled, alone | links, ({name: other for name, other in pairs("same") if other not in _EVERY}, set(pairs("same", " != ")))
    called = [*names, None]
    actors, cases = pd.factorize(found["number"].to_numpy(np.int64) * len(called) + found["full"] + 1)
    canonical = [_actor(called[case // len(called)], called[case % len(called) - 1], steps) for case in cases.tolist()]
    return pd.DataFrame(
        {
            "article_id": articles["article_id"].array.take(found["row"]),
            "start": found["start"].array,
            "end": found["end"].array,
            "name": _take(list(names), found["written"]),
            "kind": _take(_EVERY, kind),
            "canonical": _take(canonical, actors),
            "role": _take(list(roles), found["role"].where(kind == _EVERY.index("PER"), -1)),
        }
    )
