"""articles -> people, organisations and places.

Capitals say where a name may stand; its own words, the words beside it and the other places where it stands say what it is.
Kinds are decided once for each distinct name over all articles. The lists and cues are data: see `data/names/`.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import chain, dropwhile, pairwise, takewhile
from operator import itemgetter

import pandas as pd

from utils.grammar.lexicon import COMMON, KINDS, LINKS, PARTICLES, ROLES, UPPER, WORD, any_of, cue_votes
from utils.grammar.lexicon import is_heading, known_names, names_in, pairs, shape_votes, words_in
from utils.store import kept

ENOUGH = 1.5  # votes without which a single word is no name
BESIDE = 90  # characters on each side of a name that are looked at
COLUMNS = {"article_id": "str", "start": "int32", "end": "int32", "name": "str", "kind": "str", "canonical": "str", "role": "str"}
_NEXT = rf"(?:(?:[ \u00a0]{any_of(LINKS)}(?=[ \u00a0]))?+[ \u00a0]{{1,2}}|, (?=(?:Inc|Ltd|LLC|Jr|Sr|Corp|PLC)\b)){WORD}"
_RUN = re.compile(rf"(?={UPPER}|[adeil][{UPPER[1:-1]}'’l-])(?<![\w@#/])(?<![^\W\d_]{{2}}[-‐‑]){WORD}(?:{_NEXT})*+(?![\d_@$€£])")
_BESIDE = re.compile(r"['’]s\b|[^\W_]+(?:[.'’-](?!s\b)[^\W_]+)*|\S")
_OPENS = re.compile(r"(?:^|[.!?:;…\n•*|>]|[.!?:][\"”’)\]]{1,2}|\W[\"“‘(\[](?=\S*$))[\s\"“‘(\[]*$")
_HEADING = re.compile(r"(?m)^[^\n.!?]{20,160}$")
_WORDS = re.compile(r"(?<![\w'’-])[^\W\d_][^\W\d_A-Z]++")
_CLAUSE = re.compile(r"[;:.!?()“”\"]\s|\n")
_ENDS = re.compile(r"(?: (?:of|the|and|for|at))*,?$")
_ROLES = words_in("role-modifiers") | words_in("org-nouns") | ROLES | PARTICLES | {"of", "the", "for", "at"}
_IDLE = COMMON - words_in("role-modifiers") - ROLES | words_in("no-names")  # what opens no role
_LETTERS = re.compile(r"[^\W_]++(?:[.&-][^\W_]++)*+")
_MODEL = re.compile(rf"\d{{3}}s?$|{UPPER}?\d+-\d|{UPPER}\d{{2,}}")  # Boeing 737
# What opens a report and what signs it: NEW DELHI, Nov 17 (PTI) —   (Reporting by A. Rao)
_DAY = r",? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:, \d{4})?\.?"
_PLACE = rf"[^\W\d_][\w .,'’/-]{{0,50}}?(?:(?:{_DAY})?[ ,]*\({UPPER}[\w .&/-]{{1,30}}\)|{_DAY})|{UPPER}[{UPPER[1:-1]} .,'’/]{{0,50}}+"
_SKIP = re.compile(
    rf"(?m)^[ \t]*+{UPPER}(?:{_PLACE})(?:\s?(?:--|[–—:](?!\d))|\s?-\s)"
    rf"|(?:Report|Additional report|Edit|Writ)ing by [^\n]{{1,300}}|(?:[-–—(\[] ?|^){any_of(words_in('agencies'))}[)\]]?\s*$"
)


def _candidates(texts, counts):
    """Where names may stand, as rows (row of article, start, end, name, opens), and the votes on each name."""
    rows, votes, runs = [], defaultdict(lambda: defaultdict(float)), {}
    for row, text in enumerate(texts):
        plain = _SKIP.sub(lambda m: m[0] if known_names().get(m[0].rstrip("-–—: \t").strip()) == "ORG" else " " * len(m[0]), text)
        plain = _HEADING.sub(lambda m: " " * len(m[0]) if is_heading(m[0], counts) else m[0], plain)
        for m in _RUN.finditer(plain):
            at = m.start()
            key = (m[0], not at or bool(_OPENS.search(text, max(0, at - 6), at)))
            if key not in runs:
                runs[key] = names_in(*key, counts)
            for a, b, opens in runs[key]:
                start, end, name = at + a, at + b, m[0][a:b]
                after = _BESIDE.findall(text, end, end + BESIDE // 4)[:3]
                if after[:1] == [","]:  # , a large Kenyan maker of tyres
                    after = _BESIDE.findall(text, end, end + BESIDE)[:9]
                if not (after and _MODEL.match(after[0])):
                    cast = votes[name]
                    for kind, n in cue_votes(_BESIDE.findall(text, max(0, start - BESIDE // 4), start)[-3:], after):
                        cast[kind] += n
                    rows.append((row, start, end, name, opens))
    return rows, votes


def _in_headings(texts, counts, kinds):
    """The names in headings, whose capitals say nothing: those that the articles or the lists hold, as rows."""
    names = sorted(name for name in kinds if kinds[name] != "OTHER")
    written = {name.upper(): name for name in names} | {name: name for name in names}
    for row, text in enumerate(texts):
        for line in _HEADING.finditer(text):
            words, done = [m.span() for m in _LETTERS.finditer(line[0])] if is_heading(line[0], counts) else [], 0
            for i, (a, _) in enumerate(words):
                b = a >= done and next((b for _, b in words[i : i + 6][::-1] if line[0][a:b] in written), 0)
                if b:
                    yield row, line.start() + a, line.start() + b, written[line[0][a:b]], False
                    done = b


def _kinds(votes, counts):
    """The kind of each distinct name: what the lists say, else by its words and the words beside it in all its places."""
    kinds = {}
    for name, cast in votes.items():
        for kind, n in shape_votes(name).items():
            cast[kind] += n
        kind = max((*KINDS, "OTHER"), key=cast.__getitem__)
        plain = all(word.lower() in COMMON or counts[word.lower()] > counts[word] for word in name.split())
        kinds[name] = known_names().get(name) or ("OTHER" if cast[kind] < (6 if plain else 0 if " " in name else ENOUGH) else kind)
    for name in [name for name in kinds if kinds[name] == "ORG" and " " in name]:
        short = name.split()[0]
        if kinds.get(short) == "OTHER" and votes[short]["OTHER"] <= 0 and short.lower() not in COMMON:
            kinds[short] = "ORG"  # Zedcar, beside Zedcar Tyres Ltd
    return kinds


def _people(rows, shown):
    """Shorter names of people: {(row, "Kumar"): "A S Kiran Kumar"} in an article, {(None, "Kumar"): …} where all articles hold but one."""
    here, everywhere = {}, defaultdict(set)
    for row, name in dict.fromkeys((row, name) for row, _, _, name, _ in rows if shown.get(name, ("",))[0] == "PER" and " " in name):
        words = [word for word in name.replace(",", "").split() if word.rstrip(".") not in ("Jr", "Sr", "II", "III")]
        first, last = words[0], words[-1]
        short = [" ".join(words[k:]) for k in range(1, len(words))] + [first] * ("-" in last)
        for part in short + [first] * (first in words_in("given-names")):
            here.setdefault((row, part), name)
        short += [f"{first} {last}"] * (len(words) > 2) + [f"{first[0]} {last}", f"{first[0]}. {last}"] * (len(first.rstrip(".")) > 1)
        for part in short:
            everywhere[part].add(shown[name][1])
    return here | {(None, part): names.pop() for part, names in everywhere.items() if len(names) == 1}


def _abbreviates(short, full):
    """Do the letters of `short` stand in `full` in their order, the first one first?"""
    letters = iter(full.casefold())
    return full[0] == short[0] and all(letter in letters for letter in short.casefold() if letter.isalnum())


def _links(rows, texts, kinds):
    """Short forms, from "full (SHORT)" and "SHORT (full)": {(row, "ZSA"): "Zed Space Agency", "ZSA": …}; and "Zedcar Inc." to "Zedcar"."""
    links, ties = {}, Counter()
    for (row, _, end, name, _), (other, start, stop, then, _) in pairwise(rows):
        between, closing = texts[row][end:start] if row == other else "", texts[row][stop : stop + 2].lstrip('"”')[:1]
        short, full = sorted((name, then), key=len)
        if between in (" (", " (the ", " (“", ' ("') and closing in (")", ",", ";") and " " not in short and " " in full and _abbreviates(short, full):
            ties[short, full] += 1
            links[row, short] = full
    links |= {short: full for (short, full), _ in sorted(ties.items(), key=lambda tie: (tie[1], tie[0]))}
    for name in kinds:
        base, _, last = name.rpartition(" ")
        if last in words_in("company-endings") and kinds.get(base.rstrip(",")) == kinds[name] == "ORG":
            links.setdefault(name, base.rstrip(","))
    return links


def _role(before, after):
    """The role that introduces a person: "ISRO chairman" before the name, or "president of JAXA" after it; else None."""
    words = _CLAUSE.split(before)[-1].split()
    if words and words[-1].rstrip(",").lower() in ROLES:
        first = len(words) - 1
        while first:
            word, joined = words[first - 1], {words[first - 2], words[first]} <= _ROLES  # finance and trade minister
            if word[-1] == "," or not (word[0].isupper() or word in _ROLES or word == "and" and joined):
                break
            first -= 1
        words = words[first:]
    else:
        words = re.split(r"[,;:.()“\"](?:\s|$)|\n", after[2:])[0].split() if after.startswith(", ") else []
        at = next((i for i, word in enumerate(words[:6]) if word.lower() in words_in("roles")), None)
        if at is None:
            return None
        words = words[: at + 1] + [*takewhile(lambda word: word[0].isupper() or word in _ROLES, words[at + 1 :])]
    words = [*dropwhile(lambda word: word in _IDLE or word.lower() in _IDLE, words[:-1]), words[-1]]
    return _ENDS.sub("", " ".join(words))


def _skeleton(name, kind):
    """What spellings of a name share: case, accents, signs; in the name of a person also long vowels and the order of the words."""
    plain = re.sub(r"[^\w\s]|[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name.replace(".", " "))).casefold()
    if kind == "PER" and " " in plain:
        return " ".join(sorted(re.sub(r"(.)\1", r"\1", re.sub("ou|oh(?=[^aeiou]|$)", "o", plain)).split()))
    return plain.replace(" ", "")


def _shown(rows, kinds):
    """The kind of each name, and the spelling under which it is shown: the one that most articles have."""
    counts, groups = Counter(name for _, name in {(row[0], row[3]) for row in rows}), defaultdict(list)
    for name in counts:
        groups[kinds[name], _skeleton(name, kinds[name])].append(name)
    return {name: (kind, max(group, key=lambda n: (counts[n], len(n), n))) for (kind, _), group in groups.items() for name in group}


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
    counts = Counter(chain.from_iterable(map(_WORDS.findall, texts)))
    rows, votes = _candidates(texts, counts)
    kinds = _kinds(votes, counts)
    links = _links(rows, texts, kinds)
    kinds |= {short: kinds[full] for short, full in links.items() if " " not in short and short in kinds}
    shown = _shown(rows, kinds)
    people = _people(rows, shown)
    same, apart = {name: other for name, other in pairs("same") if other not in (*KINDS, "OTHER")}, set(pairs("same", " != "))
    spelled = {name: best for name, (_, best) in shown.items()}
    longer = {name: full for (row, name), full in people.items() if row is None and kinds.get(name) == "PER"} | links
    found = []
    rows += _in_headings(texts, counts, known_names() | kinds)
    for row, start, end, name, opens in sorted(rows, key=itemgetter(0, 1)):
        person = name not in known_names() and (people.get((row, name)) or kinds.get(name) == "PER" and people.get((None, name)))
        kind = "PER" if person else kinds.get(name) or known_names()[name]
        if kind == "OTHER" or not person and opens is None:
            continue
        role = _role(texts[row][max(0, start - BESIDE) : start], texts[row][end : end + BESIDE]) if kind == "PER" else None
        actor = name
        for steps in ({name: person or links.get((row, name))}, spelled, longer, spelled, longer):
            then = steps.get(actor) or actor
            actor = actor if {(name, then), (then, name)} & apart else then
        found.append((row, start, end, texts[row][start:end], kind, same.get(name, same.get(actor, actor)), role))
    frame = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS | {"article_id": int})
    ids = articles["article_id"].reset_index(drop=True)
    return frame.assign(article_id=ids.take(frame["article_id"]).array)
