"""articles + names -> who said what.

A quotation has its speaker by grammar: a reporting verb beside or before it and the subject of that verb, `according to`,
a possessor (Rao's claim that), a lead-in with a colon, or the speech that it goes on with. Names then say who that is.
"""

import re

import numpy as np
import pandas as pd

from utils.grammar.cast import Cast
from utils.grammar.marks import find_marks
from utils.grammar.phrases import REACH, Article, phrase_from, subject, words
from utils.grammar.sources import attribute, carry_on, source
from utils.names import find_names
from utils.tokens import tokenize
from utils.words import read_words

_HALF = re.compile("[\ud800-\udfff]")
_EMPTY = {
    "article_id": "str", "quote_id": "int32", "start": "int32", "end": "int32", "quote": "str", "speaker": "str", "speaker_start": "Int32",
    "speaker_end": "Int32", "verb": "str", "kind": "str", "actor": "str", "flags": "str",
}  # fmt: skip


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
    if (
        titled
        and count <= 3
        and before
        and a.capital(first - 1)
        and last + 1 < len(a.words)
        and a.capital(last + 1)
        and not a.text[mark.right : a.start[last + 1]].strip()
    ):
        return False
    if (
        a.words[max(first - 2, 0) : first] == ["known", "as"]
        or before == "so-called"
        or before in ("called", "titled", "entitled", "dubbed")
        and first > 1
        and a.words[first - 2] in words("named")
    ):
        return False
    if titled and before:
        return (
            near
            and a.takes(cue) in ("say", "call")
            and a.words[cue] not in ("told", "tells")
            and before not in words("preposition") - {"as", "of"}
            and before not in words("named")
            and not a.possessive(first - 1)
        )
    if before in words("named") and lead != ":" and how in ("subject", "before", "goes on", "none"):
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
        found = source(a, c)
        if not found:
            return None
        begin, end = (found[0][1] + 1, hi) if c == lo else (lo, c)
        return (a.start[begin], a.end[end - 1], found[0], "according to") if end - begin > 2 else None
    if a.verb.get(c) != ("say", "finite"):
        return None
    found = subject(a, c, lo)
    that = next((k for k in range(c + 1, min(c + 6, hi)) if a.words[k] == "that" and all(a.near(i) for i in range(c, k))), None)
    plain = word in ("said", "says") and c + 1 < hi and a.near(c) and here(c + 1) not in words("preposition") and here(c + 1) not in ("so", "no", "nothing", "yes")
    if found and (that or plain) and hi - (that or c) > 3:
        return (a.start[(that or c) + 1], a.end[hi - 1], found, word)
    comma = lambda k: k > lo and "," in a.gap(k - 1)
    if word in read_words("reporting-verbs/en") and found and comma(found[0]) and found[0] - lo > 2:
        return (a.start[lo], a.end[found[0] - 1], found, word)
    after = phrase_from(a, c, 1) if comma(c) and c + 1 < hi and a.near(c) and word in ("said", "says") and c - lo > 2 else None
    return (a.start[lo], a.end[c - 1], after, word) if after else None


def _rows(a):
    """The quotations of one article, in order."""
    found = carry_on(a, [attribute(a, n) for n in range(len(a.marks))])
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
