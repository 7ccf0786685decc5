"""articles + names -> who said what.

A quotation has its speaker by grammar: a reporting verb beside or before it and the subject of that verb, `according to`,
a possessor (Rao's claim that), a lead-in with a colon, or the speech that it goes on with. Names then say who that is.
"""

import numpy as np
import pandas as pd

from utils.chunks import coded
from utils.grammar.cast import Cast
from utils.grammar.phrases import REACH, pattern, phrase_from, read, subject
from utils.grammar.sources import attribute, carry_on, source
from utils.names import find_names
from utils.store import kept
from utils.tokens import tokenize
from utils.words import read_words

_COLUMNS = {
    "article_id": "str", "quote_id": "int32", "start": "int32", "end": "int32", "quote": "str", "speaker": "str", "speaker_start": "Int32",
    "speaker_end": "Int32", "verb": "str", "kind": "str", "actor": "str", "flags": "str",
}  # fmt: skip


def _is_speech(a, n, known):
    """Is this more than a title, a nickname, a word that is spoken of, or a word in scare quotes?"""
    mark, first, count = a.marks[n], a.first[n], a.last[n] - a.first[n] + 1
    cue, how = known[2:] if known else (None, "none")
    before = a.words[first - 1] if a.opening(first) < first else ""
    ended = a.text[mark.end - 1] in ".?!…"
    if before == "so-called" or a.words[max(first - 2, 0) : first] == ["known", "as"]:
        return False
    capital = lambda k: a.text[a.start[k]].isupper() or k > first and (a.words[k] in read_words("stopwords/en") or a.words[k][0].isdigit())
    if before and not ended and a.lead(n) != ":" and all(map(capital, range(first, first + count))):  # a title, unless called or said
        spoken = cue is not None and how == "left" and first - cue <= 3 and a.takes(cue) in ("say", "call")
        return spoken and not (a.is_a(first - 1, "named") or a.possessive(first - 1) or a.is_a(first - 1, "preposition") and before != "of")
    return not before and ended or how in ("left", "right", "later", "lead", "joins") or count > 3


def _statement(a, c, lo, hi):
    """What the cue at word c tells without marks, in the sentence from word lo to hi: (first word, word after it, noun phrase, verb)."""
    word, comma = a.words[c], lambda k: k > lo and "," in a.gap(k - 1)
    if word == "according" and (found := source(a, c)):
        begin, end = (found[0][1] + 1, hi) if c == lo else (lo, c)
        return (begin, end, found[0], "according to") if end - begin > 2 else None
    if a.verb.get(c) != ("say", "finite"):
        return None
    found, follows = subject(a, c), word in ("said", "says") and c + 1 < hi and a.near(c)
    that = found and next((k for k in range(c + 1, min(c + 6, hi)) if a.words[k] == "that" and all(map(a.near, range(c, k)))), None)
    if found and (that or follows and not a.is_a(c + 1, "no-statement")) and hi - (that or c) > 3:
        return ((that or c) + 1, hi, found, word)
    if found and word in read_words("reporting-verbs/en") and comma(found[0]) and found[0] - lo > 2:
        return (lo, found[0], found, word)
    after = phrase_from(a, c, 1) if follows and comma(c) and c - lo > 2 else None
    return (lo, c, after, word) if after else None


def _indirect(a):
    """Statements without marks that a reporting verb makes plain, at most one a sentence, as `_rows` has them."""
    for s in sorted({a.sentence[c] for c in a.cues} - {a.sentence[k] for k in a.first}):
        lo, hi = a.opens[s], a.opens[s + 1]
        lo = line.end() // 3 if s == 0 and (line := pattern("dateline").match(a.signs, 0, 3 * hi - 1)) else lo
        if found := next(filter(None, (_statement(a, c, lo, hi) for c in a.cues_in(lo, min(hi, lo + REACH)))), None):
            begin, end, span, verb = found
            yield a.start[begin], a.end[end - 1], span, verb, "indirect", "", False


def _rows(a):
    """The quotations of one article, in order: (start, end, noun phrase, verb, kind, flags, in one speech with the one before?)."""
    rows, previous = [*_indirect(a)], None
    for n, known in enumerate(carry_on(a, [attribute(a, n) for n in range(len(a.marks))])):
        mark = a.marks[n]
        if _is_speech(a, n, known):
            span, cue, cue_end, how = known or (None, None, None, "none")
            same = previous is not None and (mark.joins or how == "goes on" or cue is not None and cue == previous[0])
            opens = a.opening(a.first[n]) == a.first[n] or a.lead(n) in (":", ",")
            kind = "continued" if mark.joins else "direct" if opens and a.text[mark.start].isupper() else "partial"
            verb = " ".join(a.words[cue : cue_end + 1]) if cue is not None else None
            rows.append((mark.start, mark.end, span, verb, kind, mark.flag, same))
            previous = (cue,)
    return sorted(rows, key=lambda row: row[:2])


def _told(a, names, english):
    """The rows of one article, from quote_id on. In another language than English only a verb tells who speaks: what stands near is no cue."""
    quote_id, said, rows = -1, [], _rows(a)
    cast = Cast(a, names if rows else ())
    for start, end, span, verb, kind, flag, same in rows:
        quote_id += not same
        speaker = begin = close = actor = None
        if span and (verb or english):
            begin, close = a.start[span[0]], a.end[span[1]]
            close -= 2 if a.text[close - 2 : close] in ("’s", "'s") else 0
            speaker, actor = a.text[begin:close], cast.actor(span, said)
            said.append((actor, cast.kind.get(actor)))
            cast.spoke.append((span[0], actor))
        yield quote_id, start, end, a.text[start:end], speaker, begin, close, verb, kind, actor, flag


@kept(apart=True)
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
    columns, named = names.reindex(columns=["article_id", "start", "end", "kind", "canonical", "role"]), {}
    for article_id, name in zip(columns.pop("article_id").tolist(), zip(*(columns[column].tolist() for column in columns))):
        named.setdefault(article_id, []).append(name)
    table, languages = [], articles["language"] if "language" in articles else [None] * len(articles)
    for article_id, language, a in zip(articles["article_id"], languages, read(articles["text"], tokenize(articles, offsets=True))):
        table += [(article_id, *row) for row in _told(a, named.get(article_id, ()), pd.isna(language) or language == "en")] if a else []
    return pd.DataFrame(table, columns=list(_COLUMNS)).astype({**_COLUMNS, "article_id": articles["article_id"].dtype})


def mark_quoted(tokens, quotes):
    """The tokens with a boolean column `quoted`: does the word stand in a quotation in marks (of `find_quotes`)?

    Raises ValueError where the tokens have no offsets.

    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["“We go,” Rao said."]})
    >>> mark_quoted(tokenize(frame, offsets=True), find_quotes(frame))["quoted"].tolist()
    [True, True, False, False]
    """
    if missing := {"start", "end"} - set(tokens.columns):
        raise ValueError(f"tokens have no {' or '.join(sorted(missing, reverse=True))}; make them with tokenize(articles, offsets=True)")
    ids = coded(tokens["article_id"])
    marked = quotes[quotes["kind"].ne("indirect") & quotes["article_id"].isin(ids.categories)]
    place = pd.Index(ids.categories).get_indexer(marked["article_id"]).astype(np.int64) << 32  # article and character in one number
    opens, closes = place + marked["start"].to_numpy(), place + marked["end"].to_numpy()
    order = np.argsort(opens)
    word = (ids.codes.astype(np.int64) << 32) + tokens["start"].to_numpy()
    nearest = np.searchsorted(opens[order], word, side="right")
    return tokens.assign(quoted=word < np.append(-1, closes[order])[nearest])
