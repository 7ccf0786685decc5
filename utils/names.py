"""articles -> people, organisations and places.

Capitals say where a name may stand; its own words, the words beside it and the other places where it stands say what it is.
Kinds are decided once for each distinct name over all articles. The lists and cues are data: see `data/names/`.
"""

from collections import Counter, defaultdict

import pandas as pd
import regex

from utils.lexicon import KINDS, LINKS, PARTICLES, abbreviates, common_words, cue_votes, find_head, heads, known_names, pairs, shape_votes, skeleton, word_class, words_in

LONGEST = 10  # words and links of a name; a longer row of capitals is a heading
BESIDE = 90  # characters on each side of a name that are looked at
COLUMNS = {"article_id": "str", "start": "int32", "end": "int32", "name": "str", "kind": "str", "canonical": "str", "role": "str"}
# A word with a capital: U.S.  J.K.  Inc.  People's  O'Brien  d'Ettorre  Wal-Mart  AT&T  al-Assad  eBay
_UPPER = r"[\p{Lu}&&\p{Latin}]"
_DOTTED = "Mr|Mrs|Ms|Dr|Prof|Rev|St|Gen|Col|Lt|Maj|Capt|Sgt|Sen|Rep|Gov|Hon|Inc|Corp|Co|Ltd|Jr|Sr|Bros|Mt|Ft|Smt|Adm|Supt"
_OWNING = "People|Women|Men|Children|King|Queen|Farmer|Worker|Lloyd|Moody|Poor|McDonald|Sotheby|Christie|Macy|Levi|Kellogg|Sainsbury"
_HYPHENED = "based|led|born|backed|owned|run|made|style|wide|area|era|bound|like|friendly|funded|controlled|held|occupied|listed|trained|linked|themed|related|only|free|level|winning|winner|built"
_WORD = (
    rf"(?:(?:{_UPPER}\.-?){{1,5}}(?:{_UPPER}\b)?|\b(?:{_DOTTED})\.|\b(?:{_OWNING})['’]s\b|(?:\b[dlO]['’] ?|\b[ae]l-|\b[ei](?={_UPPER}))?+{_UPPER}[\p{{L}}\p{{M}}\p{{N}}]*+"
    rf"(?:(?:[-‐‑](?!(?:{_HYPHENED})\b)|&|['’](?!s\b)|\.(?=com\b|org\b|net\b))[\p{{L}}\p{{N}}]++)*+)"
)
_LINK = rf"(?:[ \u00a0](?:{'|'.join(LINKS)})(?=[ \u00a0]))?+"
_RUN = regex.compile(rf"(?V1)(?<![\p{{L}}\p{{N}}_@#/]|\p{{L}}[-‐‑]){_WORD}(?:(?:{_LINK}[ \u00a0]{{1,2}}|, (?=(?:Inc|Ltd|LLC|Jr|Sr|Corp|PLC)\b)){_WORD})*+(?![\p{{N}}_@$€£])")
_PART = regex.compile(rf"(?V1)(?:{'|'.join(LINKS)})(?=[ \u00a0])|{_WORD}")
_BESIDE = regex.compile(r"['’]s\b|[\p{L}\p{N}]++(?:[.'’-](?!s\b)[\p{L}\p{N}]++)*+|\S")
_OPENS = regex.compile(r"(?:^|[.!?:;…\n•*|>]|[.!?:][\"”’)\]]{1,2}|(?:^|\W)[\"“‘(\[])[\s\"“‘(\[]*$")
_MODEL = regex.compile(r"\d{3}s?$|\p{Lu}?\d+-\d|\p{Lu}\d{2,}")  # Boeing 737
# What opens a report and what signs it: NEW DELHI, Nov 17 (PTI) —   (Reporting by A. Rao)
_DAY = r",? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}(?:, \d{4})?\.?"
_SKIP = regex.compile(
    rf"(?mV1)^[ \t]*+\p{{Lu}}(?:[\p{{L}} .,'’/-]{{1,50}}?(?:(?:{_DAY})?[ ,]*\(\p{{Lu}}[\p{{L}} .&/-]{{1,30}}\)|{_DAY})\s?[-–—:]{{1,2}}|\p{{Lu}}{{2}}[\p{{Lu}} .,'’/]{{0,50}}+\s?(?:--|[-–—:]))"
    r"|[(\[]?(?:Reporting|Additional reporting|Editing|Writing) by [^\n]{1,300}|[-–—(\[ ]{1,3}(?:PTI|ANI|IANS|AP|AFP|UNI|TNN|Reuters|Jiji|Kyodo|Xinhua)[)\]]?\s*$"
)


def _parts(run, opening, counts):
    """A run of capitals as words: `[word, start, end, class]`, known names of several words as one."""
    parts = [[m[0], *m.span(), word_class(m[0])] for m in _PART.finditer(run)]
    for i in range(len(parts)):
        for n in range(min(5, len(parts) - i), 1, -1):
            if (name := run[parts[i][1] : parts[i + n - 1][2]]) in known_names():
                parts[i : i + n] = [[name, parts[i][1], parts[i + n - 1][2], "g"]]
                break
    first = parts[0]
    if opening and first[3] in "na" and (first[0].lower() in common_words() or counts[first[0].lower()]):
        first[3] = "o" if first[3] == "n" and len(parts) == 1 else "x"
    for before, part in zip(parts[-2::-1], parts[::-1]):
        if len(before[0]) == 1 and before[3] in "xa" and part[3] in "ng" and (len(part[0]) == 1 or not opening or before is not first):  # A S Rao
            before[3] = "n"
        if part[3] == "r" and before[0].lower() in words_in("role-modifiers"):  # Foreign Minister
            before[3] = "r"
        if part[0] in words_in("family-names") and part[3] in "ax" and before[0] in words_in("given-names"):  # Gordon Brown
            part[3] = "n"
        if before[3] == "g" and before[0] in words_in("given-names") and part[3] in "ng":  # Victoria Rao
            before[3] = "n"
    return parts


def _blocks(parts):
    """Cut a run where a link does not join: `of` joins after Bank, `and` between two fields, `de` and & always."""
    block = []
    for i, part in enumerate(parts):
        if part[3] == "c":
            (before, _, _, left), (after, _, _, right), link = parts[i - 1], parts[i + 1], part[0]
            joins = link == "&" or link in PARTICLES and left in "ng" and right in "ng"
            joins |= link.split()[0] in ("of", "for") and before not in words_in("company-endings") and right != "r" and any(heads(word) in ("ORG", "LOC") for word, *_ in block)
            joins |= link.startswith("and") and before in words_in("fields") and (after in words_in("fields") or heads(after) == "ORG")
            if not joins:
                yield block
                block = []
                continue
        block.append(part)
    yield block


def _cut(block):
    """The names of a block, as lists of parts: around the word that says what it is, else where no role or people stands."""
    head = find_head(tuple(part[0] for part in block))
    at = first = last = head[0] if head else 0
    while first and block[first - 1][3] in "ngac":
        first -= 1
    if first == at > 0 and head[1] != "OTHER" and (block[at - 1][0] in words_in("no-names") if block[at - 1][3] == "x" else head[1] == "ORG"):
        first -= 1  # General Motors, Black Sea
    while last + 1 < len(block) and (last > at or block[last + 1][3] == "c") and block[last + 1][3] in "ngac":
        last += 1
    if first < last:
        return [*_loose(block[:first]), block[first : last + 1], *_loose(block[last + 1 :])]
    return _loose(block)


def _loose(parts):
    """The names in parts that no word heads."""
    names = [[]]
    for i, (word, _, _, kind) in enumerate(parts):
        last = names[-1][-1] if names[-1] else None
        opener = kind == "a" and word in words_in("place-openers") and i + 1 < len(parts) and parts[i + 1][3] in "ng"
        if last and (kind not in "ngc" or last[3] == "g" and (word in words_in("given-names") or last[0].isupper() or " " in last[0] or known_names().get(word) == "OTHER")):
            names.append([])
        if kind in "ngo" or opener or kind == "c" and names[-1]:
            names[-1].append(parts[i])
    return [name for name in names if name]


def _names_in(run, opening, counts):
    """The names in a run of capitals: (start, end, does it open a sentence: True, or None where it may be a common word)."""
    if run.count(" ") > 3 * LONGEST:
        return []
    parts = _parts(run, opening, counts)
    names = [name for block in _blocks(parts) for name in _cut(block) if len(name) <= LONGEST and name[-1][2] - name[0][1] < 20 * LONGEST]
    return [(name[0][1], name[-1][2], None if name[0][3] == "o" else opening and name[0] is parts[0]) for name in names]


def _candidates(texts, counts):
    """Where names may stand, as rows (row of article, start, end, name, opens), and the votes on each name."""
    rows, votes, runs = [], defaultdict(Counter), {}
    for row, text in enumerate(texts):
        for m in _RUN.finditer(_SKIP.sub(lambda m: " " * len(m[0]), text)):
            at = m.start()
            key = (m[0], bool(_OPENS.search(text[max(0, at - 6) : at])))
            if key not in runs:
                runs[key] = _names_in(*key, counts)
            for a, b, opens in runs[key]:
                start, end, name = at + a, at + b, m[0][a:b]
                after = _BESIDE.findall(text[end : end + BESIDE])[:9]
                if not (after and _MODEL.match(after[0])):
                    votes[name].update(cue_votes(_BESIDE.findall(text[max(0, start - BESIDE // 2) : start])[-3:], after))
                    rows.append((row, start, end, name, opens))
    return rows, votes


def _kinds(votes, counts):
    """The kind of each distinct name: what the lists say, else by its words and the words beside it in all its places."""
    kinds = {}
    for name, cast in votes.items():
        words = name.split()
        plain = all(word.lower() in common_words() or counts[word.lower()] > counts[word] for word in words)
        cast.update(shape_votes(name))
        kinds[name] = known_names().get(name) or ("OTHER" if plain and max(cast.values(), default=0) < 6 else max((*KINDS, "OTHER"), key=cast.__getitem__))
    return kinds


def _people(rows, kinds):
    """Shorter names of people: {(row, "Kumar"): "A S Kiran Kumar"} in an article, {(None, "Kumar"): …} where all articles hold but one."""
    here, everywhere = {}, defaultdict(set)
    for row, name in dict.fromkeys((row, name) for row, _, _, name, _ in rows if kinds[name] == "PER" and " " in name):
        words = [word for word in name.replace(",", "").split() if word.rstrip(".") not in ("Jr", "Sr", "II", "III")]
        short = [" ".join(words[k:]) for k in range(1, len(words))] + [words[0]] * (words[0] in words_in("given-names") or "-" in words[-1])
        for part in short + [f"{words[0]} {words[-1]}"] * (len(words) > 2):
            here.setdefault((row, part), name)
            if part != words[0] or "-" in words[-1]:
                everywhere[part].add(name)
    longest = {part: max(sorted(names), key=len) for part, names in everywhere.items()}
    return here | {(None, part): full for part, full in longest.items() if all(full.endswith(name) for name in everywhere[part])}


def _links(rows, texts, kinds):
    """Short forms: {"ISRO": "Indian Space Research Organisation"} from "full (SHORT)" and "SHORT (full)", "Okafor Inc." to "Okafor"."""
    ties = Counter()
    for (row, _, end, name, _), (other, start, stop, then, _) in zip(rows, rows[1:]):
        if row == other and regex.fullmatch(r" \(\W?(?:the )?", texts[row][end:start]) and regex.match(r"[\"”’]?[),;]", texts[row][stop : stop + 2]):
            short, full = sorted((name, then), key=len)
            ties[short, full] += " " not in short and " " in full and abbreviates(short, full)
    links = {short: full for (short, full), n in sorted(ties.items(), key=lambda tie: (tie[1], tie[0])) if n}
    for name in kinds:
        base, _, last = name.rpartition(" ")
        if last in words_in("company-endings") and kinds.get(base.rstrip(",")) == kinds[name] == "ORG":
            links.setdefault(name, base.rstrip(","))
    return links


def _role(before, after):
    """The role that introduces a person: "ISRO chairman" before the name, or "president of JAXA" after it; else None."""
    roles, small = words_in("roles"), {"of", "the", "and", "for", "at"}
    words = before.split()
    if words and words[-1].rstrip(",").lower() in roles:
        i = len(words) - 1
        while i and (words[i - 1][0].isupper() or words[i - 1] in words_in("role-modifiers") | roles | small) and words[i - 1][-1] not in ".,;:”":
            i -= 1
        while i < len(words) - 1 and (words[i].lower() in common_words() - roles - words_in("role-modifiers") or words[i] in words_in("no-names")):
            i += 1
        return " ".join(words[i:]).rstrip(",")
    words = regex.sub("^, (?:(?:the|an?|its|their|his|her|who is|who was) )?", "", after).split() if after.startswith(", ") else []
    at = next((i for i, word in enumerate(words[:5]) if word.strip(",.").lower() in roles), None)
    if at is None or any(word[-1] in ",.;:" for word in words[:at]):
        return None
    end = at + 1
    while end < len(words) and words[end - 1][-1] not in ",.;:)" and (words[end][0].isupper() or words[end] in small | PARTICLES):
        end += 1
    return regex.sub(r"(?: (?:of|the|and|for|at))*[,.;:)]?$", "", " ".join(words[:end]))


def _spellings(counts, kinds):
    """One spelling for names that differ in little: {"Shigeru Ohno": "Shigeru Ono"}, the one that most articles have."""
    groups = defaultdict(list)
    for name in counts:
        groups[kinds[name], skeleton(name)].append(name)
    return {name: max(group, key=lambda n: (counts[n], len(n), n)) for group in groups.values() if len(group) > 1 for name in group}


def _canonical(rows, kinds, links, people):
    """A function from (row, name) to the one name of whom or what is named."""
    counts = Counter(name for _, name in {(row[0], row[3]) for row in rows})
    spelled, same, apart = _spellings(counts, kinds), dict(pairs("same")), set(pairs("same", " != "))

    def canonical(row, name):
        seen = [name]
        while len(seen) < 8:
            steps = (same.get(name), people.get((row, name), people.get((None, name))), spelled.get(name), links.get(name))
            name = next((step for step in steps if step and step not in seen and not {(seen[0], step), (step, seen[0])} & apart), None)
            if not name or name in (*KINDS, "OTHER"):
                break
            seen.append(name)
        return seen[-1]

    return canonical


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
    counts = Counter(word for text in texts for word in regex.findall(r"(?<![\p{L}'’-])\p{L}\p{Ll}++", text))
    rows, votes = _candidates(texts, counts)
    kinds = _kinds(votes, counts)
    links = _links(rows, texts, kinds)
    kinds |= {short: kinds[full] for short, full in links.items() if short.isupper()}
    people = _people(rows, kinds)
    canonical = _canonical(rows, kinds, links, people)
    firm = {row[3] for row in rows if row[4] is False} | set(links) | set(known_names())
    found = []
    for row, start, end, name, opens in rows:
        person = name not in known_names() and ((row, name) in people or (None, name) in people)
        kind = "PER" if person else kinds[name]
        if kind == "OTHER" or not person and (opens is None or opens and name not in firm and " " not in name):
            continue
        role = _role(texts[row][max(0, start - BESIDE) : start], texts[row][end : end + BESIDE]) if kind == "PER" else None
        found.append((row, start, end, name, kind, canonical(row, name), role))
    frame = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS | {"article_id": int})
    ids = articles["article_id"].reset_index(drop=True)
    return frame.assign(article_id=ids.take(frame["article_id"]).array)
