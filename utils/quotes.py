"""articles + names -> who said what.

A quotation has its speaker by grammar: a reporting verb beside or before it and the subject of that verb, `according to`,
a possessor (Rao's claim that), a lead-in with a colon, or the speech that it goes on with. Names then say who that is.
"""

import re

import numpy as np
import pandas as pd

from utils.cast import Cast
from utils.marks import find_marks
from utils.names import find_names
from utils.phrases import (  # fmt: skip
    BE, DETERMINERS, PREPOSITIONS, PRONOUNS, REACH, SKIPPED, Article, back, can_speak, first_subject, group, is_noun, nouns, phrase_from, phrases, subject, takes,
)
from utils.tokens import tokenize
from utils.words import read_words

_HALF = re.compile("[\ud800-\udfff]")
_EMPTY = {
    "article_id": "str", "quote_id": "int32", "start": "int32", "end": "int32", "quote": "str", "speaker": "str", "speaker_start": "Int32",
    "speaker_end": "Int32", "verb": "str", "kind": "str", "actor": "str", "flags": "str",
}  # fmt: skip


def _controlled(a, c, lo):
    """The subject of a verb that has none of its own (…, calling it; and said; declined to say)."""
    for before in reversed(a.cues_in(max(lo, c - REACH), c)):
        found = subject(a, before, lo) if before in a.verb else None
        if found and can_speak(a, found):
            return found
    return first_subject(a, lo, c)


def _source(a, c):
    """Whose words the cue at word c announces: (noun phrase, cue's last word), else None."""
    lo, word = a.opening(c), a.words[c]
    if tuple(a.words[c : c + 2]) in phrases() and word in ("according", "per"):
        skip = c + (2 if word == "according" else 1)
        found = phrase_from(a, skip) if skip < a.closing(c) else None
        return found and (found, c + 1 if word == "according" else c)
    if word in nouns("speech") and a.words[c - 2 : c] == ["in", "the"] and a.words[c + 1 : c + 2] == ["of"] and c + 2 < a.closing(c):
        found = phrase_from(a, c + 2)  # in the words of Rao
        return found and (found, c)
    if word in nouns("speech") and (found := _possessor(a, c, lo)):
        return found, c
    if c not in a.verb:
        return None
    kind, tense = a.verb[c]
    j, passive = back(a, c - 1, lo)
    if passive and tense == "finite":
        return (found, c + 1) if a.words[c + 1 : c + 2] == ["by"] and c + 2 < a.closing(c) and (found := phrase_from(a, c + 2)) else None
    if a.words[c - 2 : c] == ["quoted", "as"] and c - 2 >= lo:
        found = subject(a, c - 2, lo)
    elif tense == "finite" or tense == "base" and j >= lo and (j < c - 1 or a.words[j] in PRONOUNS or a.words[j].endswith("s") or "," in a.gap(j)) or a.words[c - 1] in BE:
        found = subject(a, c, lo)
    else:
        found = None
    if tense == "ing" and (own := subject(a, c, lo)) and own[0] > lo and can_speak(a, own):  # with Rao, her aide, saying; shows aides fretting
        if a.words[own[0] - 1] == "with" or a.near(c - 1) and a.words[own[0] - 1] not in PREPOSITIONS:
            return (own, c)
    if tense == "finite" and c > lo and a.words[c - 1] in PREPOSITIONS:  # to chants of
        return None
    if found and kind == "think" and not can_speak(a, found):
        return None
    if found or tense == "base" and a.words[c - 1] not in ("to", "and", "or") and j == c - 1:
        return found and (found, c)
    determined = word in nouns("speech") or c > lo and (a.words[c - 1] in DETERMINERS or a.possessive(c - 1))
    return None if determined else ((found, c) if (found := _controlled(a, c, lo)) else None)


def _possessor(a, c, lo):
    """Who made the statement that the noun at word c names: Rao's claim, her claim, a claim by Rao."""
    k = c - 1
    while k >= max(lo, c - 3) and a.near(k) and not a.lowly(k) and not a.possessive(k):
        k -= 1
    if k >= lo and a.near(k) and a.words[k] in ("his", "her", "their", "my"):
        return (k, k, k, k)
    if k >= lo and a.near(k) and a.possessive(k) and (first := group(a, k, lo)) is not None:
        return (first, k, first, k)
    return phrase_from(a, c + 2) if c + 2 < a.closing(c) and a.words[c + 1] in ("by", "from") and a.near(c) else None


def _from_left(a, lo, hi):
    """The cue before a quotation and its source: the nearest one that stands at it or takes speech, else the nearest."""
    other = None
    for c in reversed(a.cues_in(max(lo, hi - REACH), hi)[-6:]):
        found = _source(a, c)
        if found and (takes(a, c) == "say" or a.words[c] == "according" or hi - found[1] <= 4 and takes(a, c) == "call"):
            return (found[0], c, found[1])
        other = other or found and (found[0], c, found[1])
    return other


def _from_right(a, n, r):
    """The attribution that follows a quotation at word r: said X; X, a doctor, said; according to X."""
    if r >= len(a.words) or a.quote[r] >= 0:
        return None
    mark, following = a.marks[n], a.marks[n + 1].left if n + 1 < len(a.marks) and a.sentence[a.first[n + 1]] == a.sentence[r] else 0
    if a.sentence[r] != a.sentence[a.last[n]] and a.text[max(following - 3, 0) : following].rstrip().endswith((":", ",")):
        return None  # “Sad!” The senator replied: “…”
    between, ended = a.text[mark.right : a.start[r]], a.text[mark.end - 1] if not a.text[a.start[r]].islower() else ","
    if "\n\n" in between or ended in ".;" and not between.lstrip().startswith((",", "—", "–", "-")) or re.search("[.:;]", between):
        return None
    for c in a.cues_in(r, min(r + 30, a.closing(r)))[:3]:
        word = a.words[c]
        if (word in ("according", "per") and c - r < 2 or word in nouns("speech") and a.words[r] == "in" and c - r < 4) and (found := _source(a, c)):
            return (found[0], c, found[1])
        if a.verb.get(c, ("", ""))[1] == "finite":
            skip = c + 1 if c == r or c == r + 1 and a.words[r] in SKIPPED | {"so"} else 0
            after = phrase_from(a, skip) if skip and skip < a.closing(c) and a.near(c) and takes(a, c) == "say" and word not in ("told", "tells") else None
            before = None if skip else subject(a, c, r)
            if after or before and (before[0] == r or before[0] == r + 1 and a.words[r] == "as" or group(a, before[0] - 1, r) == r):
                return (after or before, c, c)
    signed = re.fullmatch(r"\s*[—–-]+\s*", between) and (a.capital(r) or is_noun(a, r)) and phrase_from(a, r)
    if signed and (signed[1] + 1 == a.closing(r) or not a.near(signed[1])):  # “…” — Rao
        return (signed, None, None)
    if a.words[r] == "by" and r + 1 < a.closing(r) and (found := phrase_from(a, r + 1)):
        return (found, r, r)
    return None


def _attribute(a, n):
    """The source of quotation n by a cue in its sentence: (noun phrase, first, last word of the cue, how near), else None."""
    mark, first, after = a.marks[n], a.first[n], a.last[n] + 1
    lead = a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:]
    lo = a.opening(first)
    if lo == first and lead in (":", ",") and first:
        lo = a.opening(first - 1)
    left, right = _from_left(a, lo, first), _from_right(a, n, after)
    if left and (lead == ":" or first - left[2] <= (6 if lead == "," else 1 if takes(a, left[1]) == "say" else 3)):
        return (*left, "left")
    if right and not (right[1] == after and a.words[after] == "by" and left):
        return (*right, "right")
    if left:
        return (*left, "left")
    if lead == ":" and (found := first_subject(a, lo, first)):
        return (found, None, None, "lead")
    for c in a.cues_in(after + 1, min(a.closing(first), after + REACH))[:6]:
        if takes(a, c) == "say" and a.words[c] not in ("told", "tells") and "," in a.gap(c - 1) and c + 1 < a.closing(c) and a.near(c) and (found := phrase_from(a, c + 1)):
            return (found, c, c, "later")
        found = _source(a, c)
        if found and (found[0][0] > after and not a.near(found[0][0] - 1) or a.words[c] == "according"):
            return (*found[:1], c, found[1], "later")
    if lo + 1 < first and a.words[lo] == "for" and a.capital(lo + 1) and (found := phrase_from(a, lo + 1)):  # For Rao, it was “…”
        return (found, None, None, "lead")
    return None


def _carry_on(a, found):
    """Give quotations without a cue of their own the speaker that the text goes on with: in the sentence, before it, in the speech."""
    of_sentence = {}
    for n, known in enumerate(found):
        first, s = a.first[n], a.sentence[a.first[n]]
        if n and known and _coordinated(a, n):
            found[n] = known = found[n - 1] and (*found[n - 1][:3], known[3])
        if n and not known and a.marks[n].joins:
            found[n] = known = found[n - 1] and (*found[n - 1][:3], "joins")
        if not known:
            known_subject = first_subject(a, a.opening(first), first)
            found[n] = known = (known_subject, None, None, "subject") if known_subject else _from_before(a, s, of_sentence, found)
        of_sentence[s] = n
    for n in reversed(range(len(found) - 1)):  # a speech over paragraphs may name its speaker only in a later one
        if a.marks[n + 1].joins and (not found[n] or found[n][3] in ("before", "subject", "goes on")) and found[n + 1]:
            found[n] = found[n + 1]
    return found


def _coordinated(a, n):
    """Does a quotation stand beside the one before, as in “this” and the “that”?"""
    between = range(a.last[n - 1] + 1, a.first[n])
    same = a.sentence[a.first[n - 1]] == a.sentence[a.first[n]] and any(a.words[k] in ("and", "or") for k in between)
    return same and all(a.words[k] in ("and", "or", "the", "a", "an", "as", "not") for k in between) and not re.search("[.:;]", a.text[a.marks[n - 1].right : a.marks[n].left])


def _from_before(a, s, of_sentence, found):
    """The speaker of the sentences before sentence s: who is quoted there, or says something, or is spoken of."""
    for before in range(s - 1, max(s - 4, -1), -1):
        if before in of_sentence:
            known = found[of_sentence[before]]
            return known and (*known[:3], "goes on" if before == s - 1 else "before")
        lo, hi = a.opens[before], a.opens[before + 1]
        left = _from_left(a, lo, hi)
        spoken_of = left[0] if left else first_subject(a, lo, hi)
        if spoken_of:
            return (spoken_of, None, None, "before")
    return None


def _is_speech(a, n, known):
    """Is this more than a title, a nickname, a word that is spoken of, or a word in scare quotes?"""
    mark, first, last = a.marks[n], a.first[n], a.last[n]
    how, cue = (known[3], known[2]) if known else ("none", None)
    inside, count = range(first, last + 1), last - first + 1
    before = a.words[first - 1] if first and a.sentence[first - 1] == a.sentence[first] else ""
    lead = a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:]
    alone = not before and a.text[mark.end - 1] in ".?!…"
    capitals = [k for k in inside if a.text[a.start[k]].isupper()]
    titled = bool(capitals) and all(k in capitals or a.words[k] in read_words("stopwords/en") or a.words[k][0].isdigit() for k in inside)
    near = cue is not None and how == "left" and first - cue <= 3
    titled = titled and first in capitals and a.text[mark.end - 1] not in ".?!…" and not (lead == ":" or lead == "," and near)
    if titled and count <= 3 and before and a.capital(first - 1) and last + 1 < len(a.words) and a.capital(last + 1) and not a.text[mark.right : a.start[last + 1]].strip():
        return False
    if a.words[max(first - 2, 0) : first] == ["known", "as"] or before == "so-called" or before in ("called", "titled", "entitled", "dubbed") and first > 1 and a.words[first - 2] in nouns("named"):
        return False
    if titled and before:
        return near and takes(a, cue) in ("say", "call") and a.words[cue] not in ("told", "tells") and before not in PREPOSITIONS - {"as", "of"} and before not in nouns("named") and not a.possessive(first - 1)
    if before in nouns("named") and lead != ":" and how in ("subject", "before", "goes on", "none"):
        return False
    return alone or how in ("left", "right", "later", "lead", "joins") or count > 3


def _indirect(a):
    """Statements without marks that a reporting verb makes plain: (start, end, noun phrase, verb), at most one a sentence."""
    quoted = {a.sentence[k] for k in a.first}
    for s in sorted({a.sentence[k] for k in a.cues} - quoted):
        lo, hi = a.opens[s], a.opens[s + 1]
        for c in a.cues_in(lo, min(hi, lo + REACH)):
            found = _statement(a, c, lo, hi)
            if found:
                yield found
                break


def _statement(a, c, lo, hi):
    word, here = a.words[c], lambda k: a.words[k] if k < hi else ""
    if word == "according" and here(c + 1) == "to":
        found = _source(a, c)
        if not found:
            return None
        begin, end = (found[0][1] + 1, hi) if c == lo else (lo, c)
        return (a.start[begin], a.end[end - 1], found[0], "according to") if end - begin > 2 else None
    if a.verb.get(c) != ("say", "finite"):
        return None
    found = subject(a, c, lo)
    that = next((k for k in range(c + 1, min(c + 6, hi)) if a.words[k] == "that" and all(a.near(i) for i in range(c, k))), None)
    plain = word in ("said", "says") and c + 1 < hi and a.near(c) and here(c + 1) not in PREPOSITIONS and here(c + 1) not in ("so", "no", "nothing", "yes")
    if found and (that or plain) and hi - (that or c) > 3:
        return (a.start[(that or c) + 1], a.end[hi - 1], found, word)
    comma = lambda k: k > lo and "," in a.gap(k - 1)
    if word in read_words("reporting-verbs/en") and found and comma(found[0]) and found[0] - lo > 2:
        return (a.start[lo], a.end[found[0] - 1], found, word)
    after = phrase_from(a, c + 1) if comma(c) and c + 1 < hi and a.near(c) and word in ("said", "says") and c - lo > 2 else None
    return (a.start[lo], a.end[c - 1], after, word) if after else None


def _rows(a):
    """The quotations of one article, in order."""
    found = _carry_on(a, [_attribute(a, n) for n in range(len(a.marks))])
    rows, previous = [], None
    for n, known in enumerate(found):
        mark = a.marks[n]
        if not _is_speech(a, n, known):
            continue
        span, cue, cue_end, how = known or (None, None, None, "none")
        same = previous is not None and (mark.joins or how == "goes on" or known and cue is not None and found[previous] and found[previous][1] == cue)
        opens = a.opening(a.first[n]) == a.first[n] or a.text[max(mark.left - 3, 0) : mark.left].rstrip()[-1:] in (":", ",")
        kind = "continued" if mark.joins else "direct" if opens and a.text[mark.start].isupper() else "partial"
        verb = " ".join(a.words[cue : cue_end + 1]) if cue is not None else None
        rows.append((mark.start, mark.end, span, verb, kind, mark.flag, same))
        previous = n
    rows += [(start, end, span, verb, "indirect", "", False) for start, end, span, verb in _indirect(a)]
    return sorted(rows, key=lambda row: row[:2])


def find_quotes(articles, *, names=None):
    """One row a quotation: `article_id quote_id start end quote speaker speaker_start speaker_end verb kind actor flags`.

    `text[start:end]` is `quote`, the words inside the marks (characters, end exclusive); `quote_id` counts the speeches of an
    article from 0, so that the parts of one ("…," X said. "…") share it. `speaker` is the one who speaks as written there
    (`he`, `the JAXA director`), `actor` the name that stands for, `verb` the cue in lower case (`said`, `according to`); all
    are missing where nothing tells. `kind`: direct (whole sentences), partial (words in a sentence of the writer's),
    continued (the speech of the paragraph before goes on), indirect (no marks; a reporting verb makes it plain). `flags` is
    `open` where the closing mark is lost and the end was set by rule. Titles, nicknames, words that are spoken of and words
    in scare quotes are no rows. `names` is a table as of `find_names` (`article_id start end kind canonical`, and `role` if
    known); without one, `find_names` makes it.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["“We go,” Ann Rao, the minister, said. She called it “the last chance”."]})
    >>> find_quotes(frame)[["quote", "speaker", "verb", "kind"]].values.tolist()
    [['We go,', 'Ann Rao', 'said', 'direct'], ['the last chance', 'She', 'called', 'partial']]
    """
    names = find_names(articles) if names is None else names
    tokens = tokenize(articles, offsets=True)
    vocabulary = tokens["token"].cat.categories.tolist()
    codes, ids = tokens["token"].cat.codes.to_numpy(), tokens["article_id"].cat.codes.to_numpy()
    bounds = np.searchsorted(ids, np.arange(len(articles) + 1))
    start, end, sentence = (tokens[c].to_numpy() for c in ("start", "end", "sentence"))
    named = _names_by_article(names)
    table = []
    for i, (article_id, text) in enumerate(zip(articles["article_id"], articles["text"])):
        part = slice(bounds[i], bounds[i + 1])
        if part.start < part.stop:
            text = _HALF.sub("?", text)  # as the tokens have it: half a character cannot stand in a column of text
            marks = [m for m in find_marks(text) if np.searchsorted(start[part], m.start) < np.searchsorted(start[part], m.end)]
            a = Article(text, [vocabulary[c] for c in codes[part]], start[part], end[part], sentence[part], marks)
            table += [(article_id, *row) for row in _told(a, Cast(a, named.get(article_id, ())))]
    return pd.DataFrame(table, columns=list(_EMPTY)).astype({**_EMPTY, "article_id": articles["article_id"].dtype})


def _names_by_article(names):
    columns = [names[c] if c in names else [None] * len(names) for c in ("start", "end", "kind", "canonical", "role")] if names is not None else [()] * 5
    named = {}
    for article_id, *row in zip(names["article_id"] if names is not None else (), *columns):
        named.setdefault(article_id, []).append(row)
    return named


def _told(a, cast):
    """The rows of one article, from quote_id on."""
    quote_id, said = -1, []
    for start, end, span, verb, kind, flag, same in _rows(a):
        quote_id += not same
        if not span:
            yield quote_id, start, end, a.text[start:end], None, None, None, verb, kind, None, flag
            continue
        begin, close = a.start[span[0]], a.end[span[1]]
        close -= 2 if a.text[close - 2 : close] in ("’s", "'s") else 0
        actor = cast.actor(span, said)
        said.append((actor, cast.kind.get(actor)))
        cast.spoke.append((span[0], actor))
        yield quote_id, start, end, a.text[start:end], a.text[begin:close], begin, close, verb, kind, actor, flag


def mark_quoted(tokens, quotes):
    """The tokens with a boolean column `quoted`: does the word stand in a quotation in marks (of `find_quotes`)?

    Raises ValueError where the tokens have no offsets.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["“We go,” Rao said."]})
    >>> mark_quoted(tokenize(frame, offsets=True), find_quotes(frame))["quoted"].tolist()
    [True, True, False, False]
    """
    if missing := {"start", "end"} - set(tokens.columns):
        raise ValueError(f"tokens have no {' or '.join(sorted(missing, reverse=True))}; make them with tokenize(articles, offsets=True)")
    ids = tokens["article_id"].astype("category").cat
    marked = quotes[quotes["kind"].ne("indirect") & quotes["article_id"].isin(ids.categories)]
    place = pd.Index(ids.categories).get_indexer(marked["article_id"]).astype(np.int64) << 32  # article and character in one number
    opens, closes = place + marked["start"].to_numpy(), place + marked["end"].to_numpy()
    order = np.argsort(opens)
    word = (ids.codes.to_numpy().astype(np.int64) << 32) + tokens["start"].to_numpy()
    nearest = np.searchsorted(opens[order], word, side="right")
    return tokens.assign(quoted=word < np.append(-1, closes[order])[nearest])
