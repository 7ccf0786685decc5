"""dates mentioned in the text -> events, and the promises that slipped."""

import re
from bisect import bisect_left
from functools import cache, partial

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from utils.chunks import changes, coded
from utils.context import find_hits, period_of, spell
from utils.dates import find_promises
from utils.grammar.lexicon import word_class
from utils.names import find_names
from utils.prose import period, when
from utils.terms import count_terms, hide_terms
from utils.timeline import articles_over_time, choose_freq, on_axis
from utils.tokens import tokenize
from utils.words import read_words

MONTH = 30.44  # days
VAGUE = 400  # days; what is dated more vaguely is no event
ALIKE = 0.25  # of the shorter sentence's telling terms: two sentences on one date that share so many speak of one event
NEAR = 45  # characters before a date, where the word for what happened stands
CHOSEN = 1000  # articles, evenly from first to last, in which it is counted of what most is promised
SAMPLE = 500  # articles in which it is seen who is a person, a body or a place
DATES = 60  # that are looked at, those named in most articles
ENOUGH = 5  # names of things that are promised; with fewer, common nouns are followed too
NOUN = r"(?:the|an?|its|their) {}(?=[.,]| (?:of|in|to|on|at|is|was|will|has|that|by|from|for|with)\b)"
FEW = 12  # events of one date that a sentence is compared with, those that say most


def group_events(mentions, tokens, articles, *, hide=frozenset(), limit=20):
    """The events that the articles date: one row an event, by date; of more than `limit` those in most articles.

    `begin finish precision` (the day, month or year named), `words` (its telling terms), `n` (how often it is named),
    `articles`, `first_said last_said` (days of publication), `state` ("told" where an article speaks of it as past,
    "announced" where all speak of it as coming), `weight`, `label` (date and words) and in `spans` all its mentions (`article_id sentence start end`).
    Mentions of one date are one event where their sentences share telling terms.

    >>> from utils.dates import find_dates
    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-07-23"]), "text": ["The rocket was launched on 22 July 2019."]})
    >>> group_events(find_dates(frame), tokenize(frame), frame)[["begin", "articles", "state"]].astype(str).values.tolist()
    [['2019-07-22', '1', 'told']]
    """
    spans, weights, names = _telling(_dated(mentions, articles), tokens, articles, hide)
    spans["event"] = -1
    for _, day in spans.groupby(["begin", "unit"], sort=False):
        spans.loc[day.index, "event"] = _alike(weights[day["of"].to_numpy()]) + spans["event"].max() + 1
    best = spans.groupby("event").agg(articles=("article_id", "nunique"), weight=("weight", "first")).sort_values(["articles", "weight"], ascending=False, kind="stable")
    columns = ["begin", "finish", "precision", "words", "n", "articles", "first_said", "last_said", "state", "weight", "spans"]
    events = pd.DataFrame([_event(spans[spans["event"] == event], weights, names) for event in best.index[:limit]], columns=columns)
    terms = sorted({term for words in events["words"] for term in words})
    written = dict(zip(terms, spell(terms, tokens, articles)))
    events["words"] = [_headline([written[word] for word in words]) for words in events["words"]]
    events["label"] = [f"{when(row.begin, row.finish)} · {row.words}" for row in events.itertuples()]
    return events.sort_values(["begin", "finish"], kind="stable", ignore_index=True)


def _headline(words, length=3):
    """Of words, the best first, a few: a name counts for two places, for it says most."""
    best = sorted(range(len(words)), key=lambda n: n / 2 if words[n] != words[n].lower() else n)[:length]
    return ", ".join(words[n] for n in best)


def spans_of(events):
    """The mentions behind events, as `context.behind` takes them: `article_id sentence start end mark name`, the mark being the row.

    >>> spans_of(pd.DataFrame({"spans": [[("a", 0, 4, 8)]], "label": ["launch"]})).values.tolist()
    [['a', 0, 4, 8, '0', 'launch']]
    """
    rows = [(*span, str(row.Index), row.label) for row in events.itertuples() for span in row.spans]
    return pd.DataFrame(rows, columns=["article_id", "sentence", "start", "end", "mark", "name"]).astype({"sentence": int, "start": int, "end": int})


def on_two_clocks(mentions, articles, *, far=5):
    """The dates that can be drawn on two clocks: `mentions` on the calendar with `said`, the day of the article, `group` ("to come"
    or "past"), and `mark name` for the sentences behind all that was said of one group in one period.

    Left out are undated articles, and times so far from their article (more than `far` years and the span of all articles) that the rest could not be seen beside them.

    >>> from utils.dates import find_dates
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-07-20"]), "text": ["The launch is on 22 July 2019."]})
    >>> on_two_clocks(find_dates(frame), frame).group.tolist()
    ['to come']
    """
    articles = on_axis(articles)
    placed = _placed(mentions, articles)
    placed = placed[_near(placed, articles, far)].reset_index(drop=True)
    placed["group"] = (placed["finish"] > placed["said"]).map({True: "to come", False: "past"}).astype("str")
    freq = choose_freq(articles, per_bin=8)
    day = placed["article_id"].map(period_of(articles, articles_over_time(articles, freq=freq))).astype("str")
    names = {first: f", said {period(pd.Timestamp(first), freq)}" for first in day.dropna().unique()}
    return placed.assign(mark=placed["group"] + "|" + day, name=placed["group"].str.capitalize() + day.map(names).astype("str")).dropna(subset="mark")


def _placed(mentions, articles):
    """The mentions of a point on the calendar, with the day on which each was said."""
    placed = mentions[mentions["begin"].notna() & mentions["type"].isin(["DATE", "TIME"])]
    return placed.merge(articles[["article_id", "date"]].rename(columns={"date": "said"}), on="article_id")


def _near(placed, articles, far=5):
    """Which times lie so close to what they are `said` on that they can be drawn beside each other."""
    widest = max(pd.Timedelta(days=365 * far), articles["date"].max() - articles["date"].min())
    return (placed["begin"] - placed["said"]).abs().le(widest) & (placed["finish"] - placed["said"]).abs().le(widest)


def _dated(mentions, articles):
    """The mentions of the dates that most articles name."""
    placed = _placed(mentions[["article_id", "sentence", "start", "end", "type", "begin", "finish", "precision", "tense"]], articles)
    placed = placed[((placed["finish"] - placed["begin"]).dt.days < VAGUE) & (placed["said"].isna() | _near(placed, articles))]
    placed = placed.assign(unit=placed["precision"].replace("time", "day"))
    often = placed.groupby(["begin", "unit"])["article_id"].nunique().nlargest(DATES)
    return placed.merge(often.rename("often").reset_index(), on=["begin", "unit"])


def _telling(spans, tokens, articles, hide):
    """Spans, those that say most first, with `weight`, that of the terms of their sentence (the fewer articles hold one the more) over the
    root of their number, and the number `of` the sentence; a sparse matrix of these weights, a row a sentence, a column a term; the terms."""
    counts = hide_terms(count_terms(tokens), hide)
    size = tokens["article_id"].nunique()
    counts = counts[counts["token"].str.contains(r"^\D..") & (counts["articles"] > (1 if size > FEW else 0))]  # what one article says names no event of many
    weighed = np.log((size + 1) / counts.set_index("token")["articles"]) ** (size > FEW)  # of a few articles it would only tell what is rare
    (rows, keys, wanted), term = _in_sentences(tokens, spans), coded(tokens["token"])
    codes, weighed, (sentences, of) = term.codes[rows], weighed.reindex(term.categories).to_numpy(), np.unique(wanted, return_inverse=True)
    ids, lines = coded(tokens["article_id"]), articles[articles["article_id"].isin(spans["article_id"].unique())].reindex(columns=["article_id", "dateline"])
    opens = tokenize(lines.rename(columns={"dateline": "text"}))  # in its article nothing of a dateline tells
    at, word = ids.categories.get_indexer(opens["article_id"]), term.categories.get_indexer(opens["token"])
    kept = np.flatnonzero(~np.isnan(weighed[codes]) & ~np.isin(ids.codes[rows].astype(np.int64) * len(weighed) + codes, (at * len(weighed) + word)[word >= 0]))
    sentence, codes = np.searchsorted(sentences, keys[kept]), codes[kept]
    once = np.sort(np.unique(sentence * len(weighed) + codes, return_index=True)[1])
    once = once[np.argsort(sentence[once], kind="stable")]
    bounds = np.append(0, np.cumsum(np.bincount(sentence[once], minlength=len(sentences))))
    weights = csr_array((weighed[codes[once]], codes[once], bounds), shape=(len(sentences), len(weighed)))
    weight = weights.sum(axis=1) / np.maximum(np.diff(bounds), 1) ** 0.5
    return spans.assign(of=of, weight=weight[of]).sort_values("weight", ascending=False, kind="stable", ignore_index=True), weights, term.categories


def _in_sentences(tokens, spans):
    """The rows of the tokens in the sentences of some spans, a number for the sentence of each, and of each span."""
    ids, sentence = coded(tokens["article_id"]), tokens["sentence"].to_numpy()
    article = ids.codes
    number = lambda codes, sentences: np.asarray(codes, np.int64) << 32 | np.asarray(sentences, np.int64)
    opens = np.flatnonzero(changes(article) | changes(sentence))
    size = np.diff(np.append(opens, len(tokens)))
    keys, wanted = number(article[opens], sentence[opens]), number(ids.categories.get_indexer(spans["article_id"]), spans["sentence"])
    within = np.isin(keys, wanted)
    return np.flatnonzero(np.repeat(within, size)), np.repeat(keys[within], size[within]), wanted


def _alike(weights):
    """The number of the event of each sentence on one date, a row of `weights` each, those that tell most first.

    A sentence goes to the event whose first sentence it shares most with, of the first few; else it is an event by itself.
    """
    total, event, n = weights.sum(axis=1), np.full(weights.shape[0], -1), 0
    best, likest = np.zeros(len(event)), event.copy()  # so far: how much of its terms a sentence shares, and with which event
    row = 0
    while row < len(event) and n < FEW:
        if best[row] >= ALIKE:
            event[row] = likest[row]
        else:
            first = np.zeros(weights.shape[1])
            first[weights.indices[weights.indptr[row] : weights.indptr[row + 1]]] = 1
            shared = weights @ first / np.maximum(np.minimum(total, total[row]), 1e-9)
            likest[shared > best], best = n, np.maximum(best, shared)
            event[row], n = n, n + 1
        row += 1
    alone = best[row:] < ALIKE
    event[row:] = np.where(alone, n + np.cumsum(alone) - 1, likest[row:])
    return event


def _event(own, weights, names):
    """What there is to say of an event, whose mentions these are."""
    told, head = weights[own["of"].to_numpy()], own.iloc[0]
    words = pd.Series(dict(zip(told.indices, told.data)), dtype=float) * pd.Series(told.indices).value_counts() ** 0.5
    words = names[words.sort_values(ascending=False, kind="stable").index[:10].to_numpy(int)].tolist()
    state = "told" if own["tense"].eq("past").any() else "announced"
    spans = list(own[["article_id", "sentence", "start", "end"]].itertuples(index=False, name=None))
    return head["begin"], head["finish"], head["unit"], words, len(own), own["article_id"].nunique(), own["said"].min(), own["said"].max(), state, head["weight"], spans


def ledger(articles, tokens, *, mentions, about=(), hide=frozenset(), limit=5):
    """Who said when that something would be when: one row a promise, by thing and day.

    The columns of `find_promises`, and `about` (the thing, as it is mostly written), `source`, `middle` (of the days promised) and
    `moved` (by how many months that lies later than in the promise before), `happened` (the day, where an article dates it within the promised time)
    and `outcome` (kept, moved on, open, passed). `about` holds words or patterns, each a thing;
    without any, the `limit` names (or, where names are few, nouns) that most is promised of, of more than a thousand articles in a thousand of them, evenly chosen.

    >>> from utils.dates import find_dates
    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-06-06"]), "text": ["The launch is due in 2020."]})
    >>> ledger(frame, tokenize(frame), mentions=find_dates(frame), about=["launch"])[["about", "begin", "outcome"]].astype(str).values.tolist()
    [['launch', '2020-01-01', 'open']]
    """
    names = list(about) or _named(mentions, tokens, articles, hide)
    if about:
        parts = [find_promises(articles, name, mentions=mentions, tokens=tokens).assign(about=name.strip('"')) for name in names]
        found = pd.concat(parts, ignore_index=True)
    else:
        step = -(-len(articles) // CHOSEN) or 1
        found = find_promises(articles.iloc[::step], "|".join(names) or "none", mentions=mentions, tokens=tokens)
        found["about"] = found["thing"].str.lower().map(written := {name.lower(): name for name in names})
        if step > 1 and len(most := found.dropna(subset=["said", "begin", "about"])["about"].value_counts().index[:limit]):
            found = find_promises(articles, "|".join(most), mentions=mentions, tokens=tokens)
            found["about"] = found["thing"].str.lower().map(written)
    found = found.dropna(subset=["said", "begin", "about"])
    order = names if about else found["about"].value_counts().index[:limit]
    found = found[found["about"].isin([name.strip('"') for name in order])]
    found = found.drop_duplicates(["about", "article_id", "begin", "finish"])
    found["middle"] = found["begin"] + (found["finish"] - found["begin"]) / 2
    found = found.sort_values(["about", "said", "article_id", "start"], ignore_index=True)
    found["moved"] = found.groupby("about")["middle"].diff().dt.days / MONTH
    found["happened"] = _happened(found, mentions, tokens, articles, hide)
    found["outcome"] = _outcome(found, on_axis(articles)["date"].max())
    return found.merge(articles[["article_id", "source"]], on="article_id", how="left") if "source" in articles else found.assign(source=None)


def thin(promises, *, most=100):
    """At most so many rows, of each thing evenly from its first to its last: enough to be drawn and read.

    >>> thin(pd.DataFrame({"about": "launch", "n": range(4)}), most=2).n.tolist()
    [0, 2]
    """
    if len(promises) <= most:
        return promises
    nth, size = promises.groupby("about").cumcount(), promises["about"].map(promises["about"].value_counts())
    share = max(most // promises["about"].nunique(), 1)
    return promises[(nth * share // size) != ((nth - 1) * share // size)].reset_index(drop=True)


def _happened(promises, mentions, tokens, articles, hide):
    """When, within the promised time, what was promised is told to have happened: the first day that an article dates so.

    Both are a day or a month, the second in the past, in a sentence with the thing; one of the words close before it must be, by its lemma,
    one of those before the promised time (will be launched in …, was launched on …). Where none is, nothing is said.
    """
    from simplemma import lemmatize  # late: it unpacks its dictionaries

    days, stem, text = pd.Series(pd.NaT, promises.index, "datetime64[s]").to_numpy(copy=True), cache(partial(lemmatize, lang="en")), {}
    near = lambda row: {stem(word) for word in re.findall(r"[^\W\d_]{3,}", text[row.article_id][max(row.start - NEAR, 0) : row.start].lower()) if word not in hide}
    promises = promises[(promises["finish"] - promises["begin"]).dt.days < 32]  # in a whole year too much else happens
    past = mentions[(mentions["tense"] == "past") & ((mentions["finish"] - mentions["begin"]).dt.days < 32)]
    for about, own in promises.groupby("about"):
        hits = tokens.iloc[find_hits(tokens, about)[0]][["article_id", "sentence"]].drop_duplicates()
        rows = past[past["begin"].between(own["begin"].min(), own["finish"].max())]
        rows = rows.merge(hits.astype({"article_id": past["article_id"].dtype})).sort_values("begin")
        named = articles[articles["article_id"].isin([*own["article_id"], *rows["article_id"]])]
        text |= zip(named["article_id"], named["text"])
        names = {stem(word) for word in re.findall(r"[^\W\d_]+", about.lower())}
        places = {}  # of each word: the mentions that it stands before
        for k, row in enumerate(rows.itertuples()):
            for word in near(row) - names:
                places.setdefault(word, []).append(k)
        # counted from the promised time and from the first day after it was said, whichever is later
        begin = rows["begin"].to_numpy()
        first = np.maximum(np.searchsorted(begin, own["begin"]), np.searchsorted(begin, own["said"], side="right"))
        for promise, a, b in zip(own.itertuples(), first.tolist(), np.searchsorted(begin, own["finish"], side="right").tolist()):
            words = [places[word] for word in near(promise) & places.keys()] if a < b else ()
            k = min((at[n] for at in words if (n := bisect_left(at, a)) < len(at)), default=b)
            if k < b:
                days[promise.Index] = begin[k]
    return pd.Series(days)


def _outcome(promises, last):
    """kept: an article dates it within the promised time; moved on: a later promise names a later time; open: the promised time
    goes beyond the `last` article; passed: none of these."""
    later = pd.to_datetime(promises.groupby("about")["begin"].transform(lambda begin: begin[::-1].cummax().shift()[::-1]))
    cases = promises["happened"].notna(), later > promises["finish"], promises["finish"] > last
    return pd.Series(np.select(cases, ["kept", "moved on", "open"], "passed"), index=promises.index, dtype="str")


def _named(mentions, tokens, articles, hide, most=60):
    """The names that stand in most sentences with a time to come, as they are written; nobody's, no body's and no place's: those
    promise, and are not promised. Nor a time's (Easter), nor a people's or an office's (Indians, Justice). Where such names are few,
    common nouns (the berth) too."""
    words = tokens[["article_id", "token"]].iloc[_in_sentences(tokens, mentions[mentions["tense"].isin(["promised", "coming"])])[0]]
    counts = words["token"].value_counts().rename_axis("token").reset_index().query("count > 0").astype({"token": "str"}).sort_values(["count", "token"], ascending=[False, True])
    counts = hide_terms(counts, hide, figures=True)
    told = words.loc[words["token"].isin(counts["token"]), "article_id"].drop_duplicates().head(SAMPLE)
    terms, seen = counts["token"].head(3 * most).tolist(), articles[articles["article_id"].isin(told)]
    opens = seen["dateline"].dropna() if "dateline" in seen else ()
    who, text = [*find_names(seen)["name"].unique(), *mentions["expression"].unique(), *opens], " ".join(seen["text"])  # Ann Rao, Easter, LUND (AP)
    who = {word.lower() for said in who for word in [said, *re.findall(r"[\w'’-]+", said)]}
    forms = [form for form in spell(terms, tokens, articles) if form.lower() not in who]
    found = lambda form, pattern: form in text and re.search(rf"(?<![\w-]){pattern.format(re.escape(form))}(?![\w-])", text)
    # Not a word, too; and not only where a capital begins a sentence.
    names = [form for form in forms if form != form.lower() and word_class(form) in "ng" and not found(form.lower(), "{}") and re.search(rf"[^\W\d_A-Z],? {re.escape(form)}(?![\w-])", text)]
    if len(names) < ENOUGH:
        often = words.drop_duplicates()["token"].value_counts()
        speak = read_words("quotes/en-speaker") | read_words("names/org-nouns") | read_words("names/place-nouns")
        names += [form for form in forms if form == form.lower() and form not in speak and often[form] > 2 and found(form, NOUN)]
    return names[:most]


def slips(promises):
    """How promised times moved: one row a thing of a `ledger`, the most promised first.

    `about promises`, `first last` (promised for when, and said when, in words), `moved` (months by which the last promised time lies
    later than the first; missing where both were said on one day), `months_per_year` (moved over the years between the two sayings; missing where these are less than a
    quarter of a year), and `kept`, how many were told to have come in time.

    >>> days = pd.to_datetime(pd.Series(["2018-01-01", "2020-01-01"]))
    >>> rows = pd.DataFrame({"about": "moon", "said": days, "begin": days + pd.Timedelta(days=365), "finish": days + pd.Timedelta(days=365), "outcome": "open"})
    >>> slips(rows.assign(middle=rows["begin"])).round(1)[["promises", "moved", "months_per_year", "kept"]].values.tolist()
    [[2.0, 24.0, 12.0, 0.0]]
    """
    rows = []
    for about, own in promises.groupby("about", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        years = (last["said"] - first["said"]).days / 365.25
        moved = (last["middle"] - first["middle"]).days / MONTH if years > 0 else np.nan
        ends = [f"{when(row['begin'], row['finish'])} (said in {row['said']:%B %Y})" for row in (first, last)]
        rows.append([about, len(own), *ends, moved, moved / years if years > 0.25 else np.nan, (own["outcome"] == "kept").sum()])
    columns = ["about", "promises", "first", "last", "moved", "months_per_year", "kept"]
    return pd.DataFrame(rows, columns=columns).sort_values("promises", ascending=False, kind="stable", ignore_index=True)


def look_up(mentions, moment=""):
    """The mentions of a day, a month or a year: "2019-09-07" (that day), "2019-09" (it, and its days), "2019".

    Without a `moment` it is the day or month that most articles name. Raises ValueError where it is no date.

    >>> from utils.dates import find_dates
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2019-07-20"]), "text": ["The launch is on 22 July 2019, the landing in 2020."]})
    >>> look_up(find_dates(frame), "2019").expression.tolist()
    ['22 July 2019']
    """
    if not moment:
        short = (mentions["finish"] - mentions["begin"]).dt.days < 32
        if not short.any():
            return mentions[short]
        begin, finish = mentions.loc[short, ["begin", "finish", "article_id"]].groupby(["begin", "finish"])["article_id"].nunique().idxmax()
    else:
        span = pd.Period(moment)
        begin, finish = span.start_time.normalize(), span.end_time.normalize()
    return mentions[(mentions["begin"] >= begin) & (mentions["finish"] <= finish)]
