"""articles -> near-duplicates, distinct stories.

Two articles are one story where one was made out of the other's text: a wire copy, a shortened or an updated version. Who
shares a background box, a template or quotations with another tells a story of his own. Candidates share runs of words;
each pair is then compared word by word, and five shares decide.
"""

import re
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from utils.chunks import coded, pieces
from utils.store import kept
from utils.tokens import split_sentences, tokenize
from utils.words import stopwords, whole

RUN = 5  # words in a row that count as shared: shorter runs are phrases that anybody writes
SAMPLE = 4  # of all runs one in so many is looked at to find candidates
NEXT = 4  # an article is compared with so many of those that come next among all that hold a run
WINDOWS = 5  # a run that stands in more windows of `days` days is the house's own phrase, and tells nothing
COLLECTION = 20  # an article so many times as long as another is a collection, no version of it
LEAD = 50  # words that tell what an article is about
NEAR = 3  # words from a shared run at which a figure or a name fills a slot of it
CERTAIN = 0.9  # an undated article is joined from this overlap on: nothing but its words speaks for it
ALIGNED = 1000  # sentences of a text, and words of a passage, that are aligned one by one; difflib takes too long over more
AT_ONCE = 500_000  # words that are compared at a time
# The decision: weights of shares from 0 to 1, fitted by logistic regression to pairs of our own making, and rounded.
KEPT = 6  # of the shorter article's own words (neither quoted nor the house's), those in shared runs
TOPIC = 4  # of the content words of a lead, those that the other article has; the lesser of the two
SPREAD = 2  # the same by fifths of the longer article, their median: a round-up is about other things too
PIECES = 2.5  # of shared words, those outside the longest run (full at PIECED): a box is one piece, an edited text many
PIECED = 0.3
SLOTS = -5  # ten times the names and figures beside shared runs that only one has, by shared words: a template's slots
BIAS = -8
ALIKE = -3  # the least that an article scores with the first of its story, if it came to it by others
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, so that products keep all 64 bits


@kept
def find_stories(articles, *, days=7, tokens=None):
    """One row an article, in their order: `article_id story_id first overlap`.

    `story_id` is the `article_id` of the story's earliest article (of one day the longest, then by id), `first` says whether
    it is this one. `overlap` is the share (0 to 1) of the words of the shorter of two articles that stand in runs of five or
    more in both, this one and the one that it was joined with; missing for the first. Two articles are joined when at
    most `days` days lie between them; a story may go on for longer. One without a day (undated, or a month) is joined with
    what it nearly repeats. Each is joined with one article before it, so that no round-up joins two stories. Give `tokens`
    to save time. Raises ValueError for `days` below 0.

    >>> text = "The lake is rising, the mayor of Lund said, and forty families have left their homes by the southern shore."
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": [text, "LUND (Wire) - " + text], "date": pd.to_datetime(["2019-05-02", "2019-05-03"])})
    >>> find_stories(frame).values.tolist()
    [['a', 'a', True, nan], ['b', 'a', False, 1.0]]
    """
    if days < 0:
        raise ValueError(f"days is {days!r}; give the most days that may lie between two copies, 0 or more")
    (words, copy, key, holder), day = _sketches(articles, tokenize(articles) if tokens is None else tokens), _days(articles)
    order = np.lexsort((articles["article_id"].to_numpy(object).astype(str), -words, np.nan_to_num(day, nan=np.inf)))
    place = np.argsort(order)
    words, copy, day = words[order], copy[order], day[order]
    joined, overlap = _copies(words, copy, day, days)
    own = joined[place[holder]] < 0  # of a text that was printed often its first print stands for all
    pairs, common = _candidates(key[own], place[holder[own]], words, day, days)
    _join(joined, overlap, articles.iloc[order], pairs, words, day, common)
    root = _roots(joined)
    ids = articles["article_id"].reset_index(drop=True)
    story = ids.iloc[order[root[place]]].reset_index(drop=True)
    return pd.DataFrame({"article_id": ids, "story_id": story, "first": joined[place] < 0, "overlap": overlap[place]})


def one_per_story(articles, stories, *, count="stories"):
    """The articles that are the first of their story (of `find_stories`): give these, and everything counts stories. To count
    "articles" all of them stay. Raises ValueError for another `count`.

    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["Rain fell on Lund all day."] * 2})
    >>> one_per_story(frame, find_stories(frame))["article_id"].tolist()
    ['a']
    """
    if count not in ("articles", "stories"):
        raise ValueError(f"COUNT has no {count!r}; it has articles, stories")
    return articles[articles["article_id"].isin(stories.loc[stories["first"], "article_id"])] if count == "stories" else articles


def largest_stories(articles, stories):
    """One row a story of more than one article: `story_id articles sources first last words`, the largest first.

    `sources` is how many, `first` and `last` its days, `words` those of its first article (counted at white space).

    >>> frame = pd.DataFrame({"article_id": ["a", "b", "c"], "text": ["Rain fell on Lund all day."] * 2 + ["Sun."], "source": ["x", "y", "y"]})
    >>> largest_stories(frame, find_stories(frame))[["story_id", "articles", "sources", "words"]].values.tolist()
    [['a', 2, 2, 6]]
    """
    table = articles.reindex(columns=["article_id", "date", "source", "text"]).merge(stories[["article_id", "story_id"]], on="article_id")
    table["date"] = pd.to_datetime(table["date"])
    found = table.groupby("story_id", observed=True).agg(articles=("article_id", "size"), sources=("source", "nunique"), first=("date", "min"), last=("date", "max"))
    found = found[found["articles"] > 1].reset_index()
    text = table[table["article_id"].isin(found["story_id"])].set_index("article_id")["text"]
    found["words"] = found["story_id"].map(text.str.split().str.len()).astype("int64")
    return found.sort_values(["articles", "story_id"], ascending=[False, True], ignore_index=True)


def changes(before, after):
    """What became of a text: rows of `kind before after` from its beginning to its end, for a view side by side.

    `kind` is same, removed, added or changed; each row is a run of words of that kind with the white space behind it, so that
    the columns joined are the two texts. Sentences are aligned first and the words of changed ones then (Python's difflib).
    Of a text of more than a thousand sentences the rest is one row.

    >>> changes("Two men died. It rained.", "Three men died. It rained. A street was shut.").values.tolist()
    [['changed', 'Two ', 'Three '], ['same', 'men died. It rained.', 'men died. It rained. '], ['added', '', 'A street was shut.']]
    """
    sides = _sentences(whole(before)), _sentences(whole(after))
    rows = []
    for kind, old, new in _aligned(*sides):
        old_words, new_words = (re.findall(r"\s*\S+\s*", "".join(side)) for side in (old, new))
        rows += [(kind, old, new)] if kind != "changed" else _aligned(old_words, new_words)
    merged = []
    for kind, old, new in rows:
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + "".join(old), merged[-1][2] + "".join(new))
        else:
            merged.append((kind, "".join(old), "".join(new)))
    return pd.DataFrame(merged, columns=["kind", "before", "after"], dtype="str")


def _sentences(text):
    """The sentences of a text with what stands around them."""
    starts = split_sentences(pd.DataFrame({"article_id": [0], "text": [text]}))["start"].tolist()
    return [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)])] if text else []


def _aligned(old, new):
    """(kind, of the old, of the new) for two lists of pieces."""
    kinds = {"equal": "same", "delete": "removed", "insert": "added", "replace": "changed"}
    keys = [[" ".join(piece.split()) for piece in side[:ALIGNED]] for side in (old, new)]
    rows = [(kinds[kind], old[a:b], new[c:d]) for kind, a, b, c, d in SequenceMatcher(None, *keys).get_opcodes()]
    rest = old[ALIGNED:], new[ALIGNED:]
    return rows + [("changed" if all(rest) else "removed" if rest[0] else "added", *rest)] if any(rest) else rows


def _days(articles):
    """Days as numbers; missing where the day is not known."""
    dates = articles["date"] if "date" in articles else pd.Series(pd.NaT, index=articles.index)
    if "date_precision" in articles:
        dates = dates.where(articles["date_precision"].ne("month"))
    return (pd.to_datetime(dates) - pd.Timestamp(0)).dt.days.to_numpy(float)


def _hashes(token):
    """A number for each word that a categorical counts into; the same for the same word, whoever has it."""
    return pd.util.hash_array(token.categories.to_numpy(object), categorize=False)


def _runs(words):
    """A number for each run of RUN words at its first; the same for the same words, whoever has them."""
    runs = np.zeros(len(words), np.uint64)
    for k in range(RUN):
        runs[: len(words) - k] = runs[: len(words) - k] * _MIX + words[k:]
    return runs ^ (runs >> np.uint64(29))


def _sketches(articles, tokens):
    """How many words each article has, a number for its whole text, and a sample of its runs: their keys and who holds them."""
    words, copy, keys, holders = np.zeros(len(articles), np.int64), np.zeros(len(articles), np.uint64), [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    token, ids = (coded(tokens[column]) for column in ("token", "article_id"))
    hashes, row = _hashes(token), pd.Index(articles["article_id"]).get_indexer(ids.categories)
    for first, last in pieces(ids.codes, 1 << 21):
        article, word = row[ids.codes[first:last]], hashes[token.codes[first:last]]
        article, word = article[known := article >= 0], word[known]  # without words of articles that are not among these
        run, within = _runs(word), np.zeros(len(article), bool)
        within[: 1 - RUN] = article[RUN - 1 :] == article[: 1 - RUN]  # does a run that starts here end in its article?
        taken = np.flatnonzero((run & np.uint64(SAMPLE - 1) == 0) & within)
        opens = np.flatnonzero(np.append(True, np.diff(article) != 0)[: len(article)])
        if len(opens):
            count = np.diff(np.append(opens, len(article)))
            turn = np.cumprod(np.full(count.max(), _MIX))[np.arange(len(article)) - np.repeat(opens, count)]
            words[article[opens]], copy[article[opens]] = count, np.add.reduceat(word * turn, opens)
        keys.append(run[taken])
        holders.append(article[taken])
    return words, copy, np.concatenate(keys), np.concatenate(holders)


def _copies(words, copy, day, days):
    """Exact copies, each joined with the print before it: the place of the first of them (or -1), and their overlap."""
    joined, overlap = np.full(len(words), -1), np.full(len(words), np.nan)
    order = np.lexsort((np.arange(len(words)), copy))
    order = order[words[order] >= RUN]
    follows = (copy[order][1:] == copy[order][:-1]) & ~(np.diff(day[order]) > days)
    opens = np.append(True, ~follows)[: len(order)]
    first = order[opens][np.cumsum(opens) - 1]
    joined[order[~opens]], overlap[order[~opens]] = first[~opens], 1.0
    return joined, overlap


def _candidates(key, holder, words, day, days):
    """Pairs of articles that share runs and lie near each other in time, the earlier first; and the runs that are the house's."""
    bits = np.uint64(max(len(words).bit_length(), 1))
    packed = np.sort(key >> bits << bits | holder.astype(np.uint64))  # a run and who holds it, in one number: that sorts fast
    packed = packed[np.append(True, packed[1:] != packed[:-1])[: len(packed)]]
    run, holder = packed >> bits, (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    group = np.cumsum(np.append(True, run[1:] != run[:-1])[: len(run)]) - 1
    window = day[holder] // max(days, 1)
    new = (group[1:] == group[:-1]) & (window[1:] > window[:-1])
    common = (np.bincount(group[1:][new], minlength=group[-1] + 1 if len(group) else 0) >= WINDOWS)[group]
    group, holder, house = group[~common], holder[~common], np.unique(run[common])
    near = [np.zeros(0, np.int64)]
    for k in range(1, NEXT + 1):
        meet = np.flatnonzero((group[k:] == group[:-k]) & ~(day[holder[k:]] - day[holder[:-k]] > days))
        near.append(holder[meet] * len(words) + holder[meet + k])
    pair, shared = np.unique(np.concatenate(near), return_counts=True)
    pair = np.stack([pair // max(len(words), 1), pair % max(len(words), 1)], axis=1)
    held = np.bincount(holder, minlength=len(words))[pair].min(axis=1)
    shorter, longer = words[pair].min(axis=1), words[pair].max(axis=1)
    return pair[(shared > 1) & (shared > 0.1 * held) & (longer <= COLLECTION * shorter)], (house, bits)


def _join(joined, overlap, articles, pairs, words, day, house):
    """Join each later article of a pair with its best match before it, but leave none in a story whose first it is nothing like."""
    score, shared = _compare_all(articles, pairs, words, house)
    keep = (score > 0) & ((shared >= CERTAIN) | ~np.isnan(day[pairs].sum(axis=1)))
    earlier, later, score, shared = *pairs[keep].T, score[keep], shared[keep]
    order = np.lexsort((earlier, -score, later))
    best = order[np.append(True, np.diff(later[order]) != 0)[: len(order)]]
    joined[later[best]], overlap[later[best]] = earlier[best], shared[best]
    checked = joined.copy()
    while len(far := later[best][(root := _roots(joined))[later[best]] != checked[later[best]]]):
        score = _compare_all(articles, np.stack([root[far], far], axis=1), words, house)[0]
        checked[far] = root[far]
        strange = np.zeros(len(joined), bool)
        strange[far] = score < ALIKE
        cut = far[strange[far] & ~strange[joined[far]]]  # what was made out of a stranger stays with it
        again = far[strange[far] & strange[joined[far]]]
        joined[cut], overlap[cut], checked[cut], checked[again] = -1, np.nan, cut, -1


def _roots(joined):
    """The first article of each one's story."""
    root = np.where(joined < 0, np.arange(len(joined)), joined)
    while (root != root[root]).any():
        root = root[root]
    return root


def _compare_all(articles, pairs, words, house):
    size = np.cumsum(words[pairs].sum(axis=1)) // AT_ONCE
    return np.concatenate([*(_compare(articles, pairs[size == part], house) for part in np.unique(size)), np.zeros((0, 2))]).T


def _read(articles, house):
    """The words of articles, and what each is."""
    table = tokenize(articles, offsets=True)
    token, article = table["token"].array, table["article_id"].array.codes
    run = _runs(word := _hashes(token)[token.codes])
    text = articles["text"].fillna("")
    letters = np.frombuffer("".join(text).encode("utf-32-le", "surrogatepass"), np.uint32)
    opens = np.cumsum([0, *text.str.len()])[: len(articles)]
    at = table["start"].to_numpy() + opens[article]
    marks = np.cumsum(np.isin(letters, [ord(mark) for mark in '“”"„«»']))
    paragraphs = np.sort(np.append(opens, np.flatnonzero((letters[1:] == 10) & (letters[:-1] == 10))))
    paragraph = paragraphs[np.searchsorted(paragraphs, at, side="right") - 1] if len(at) else at
    kinds, kind = np.unique(letters[at], return_inverse=True)
    capital = np.array([chr(letter).isupper() for letter in kinds], bool)[kind]
    opening = np.append(True, (np.diff(table["sentence"]) != 0) | (np.diff(article) != 0))[: len(at)]
    plain = token.categories.isin(stopwords("en"))[token.codes]
    figure = np.asarray(token.categories.str.contains(r"\d"), bool)[token.codes]
    common = _among(run >> house[1], house[0])
    common = _widen(common, article, range(-RUN, 2 * RUN))  # one run in SAMPLE is known, so the words between two of them are the house's too
    own = ~common & ((marks[at] - marks[paragraph]) % 2 == 0)
    return pd.DataFrame({"word": word, "run": run, "plain": plain, "figure": figure, "fact": figure | capital & ~opening & ~plain, "own": own, "article": article})


def _compare(articles, pairs, house):
    """Score and overlap of pairs of articles."""
    known = np.unique(pairs)
    read = _read(articles.iloc[known], house)
    bounds = np.searchsorted(read["article"], np.arange(len(known) + 1))
    pairs = np.searchsorted(known, pairs)
    swap = np.diff(bounds[pairs + 1] - bounds[pairs], axis=1) < 0
    pairs = np.where(swap, pairs[:, ::-1], pairs)  # the shorter first
    short, long = (_side(read, bounds[side], bounds[side + 1]) for side in pairs.T)
    short, long = _meet(short, long), _meet(long, short)

    def mean(side, of, what, group=1, groups=1):
        pair = side["pair"][of] * groups + (group[of] if groups > 1 else 0)
        return np.bincount(pair, side[what][of], len(pairs) * groups) / np.maximum(np.bincount(pair, minlength=len(pairs) * groups), 1)

    content = ~long["plain"] & ~long["figure"]
    fifths = mean(long, content, "known", long["position"] * 5 // long["count"], 5).reshape(-1, 5)
    topics = [mean(side, ~side["plain"] & (side["position"] < LEAD), "known") for side in (short, long)]
    shared = [np.bincount(side["pair"], side["shared"], len(pairs)) for side in (short, long)]
    slots = sum(np.bincount(side["pair"], side["slot"], len(pairs)) for side in (short, long)) / (sum(shared) + 10)
    pieces = 1 - _longest(short["shared"], short["pair"], len(pairs)) / np.maximum(shared[0], 1)
    score = BIAS + KEPT * mean(short, short["own"], "shared") + TOPIC * np.minimum(*topics) + SPREAD * np.median(fifths, axis=1)
    score += PIECES * np.minimum(pieces / PIECED, 1) + SLOTS * np.minimum(10 * slots, 1.5)
    return np.stack([score, mean(short, short["count"] > 0, "shared")], axis=1)


def _side(read, first, last):
    """The words of one side of each pair."""
    count = last - first
    pair = np.repeat(np.arange(len(first)), count)
    position = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    side = {name: column.to_numpy()[first[pair] + position] for name, column in read.items()}
    return side | {"pair": pair, "position": position, "count": count[pair], "whole": position <= count[pair] - RUN}


def _meet(side, other):
    """A side and which of its words the other one has: `known` anywhere, `shared` in a run, `slot` a fact in place of another."""
    of_pair, of_other = (part["pair"].astype(np.uint64) * _MIX for part in (side, other))
    known = _among(side["word"] ^ of_pair, other["word"] ^ of_other)
    hit = side["whole"] & _among(side["run"] ^ of_pair, (other["run"] ^ of_other)[other["whole"]])
    shared = _widen(hit, side["pair"], range(RUN))
    beside = _widen(shared, side["pair"], range(-NEAR, NEAR + 1))
    return side | {"known": known, "shared": shared, "slot": beside & ~shared & ~known & side["fact"]}


def _among(values, others):
    """Is each of the values one of the others? (Sorting is several times as fast here as the table that np.isin makes.)"""
    others = np.append(np.sort(others), ~np.uint64(0))
    return others[np.searchsorted(others[:-1], values)] == values


def _before(flags, group, k):
    """Is there a flag k places before this one (behind it, if k is negative), in the same group?"""
    there = np.arange(len(flags)) - k
    inside = (there >= 0) & (there < len(flags))
    there = there[inside]
    found = np.zeros(len(flags), bool)
    found[inside] = flags[there] & (group[there] == group[inside])
    return found


def _widen(flags, group, steps):
    """The flags, and the places in the same group that lie so many steps behind one."""
    return np.logical_or.reduce([_before(flags, group, k) for k in steps])


def _longest(flags, group, groups):
    """The length of the longest run of flags in each group."""
    opens = flags & ~_before(flags, group, 1)
    run = np.cumsum(opens)[flags] - 1
    longest = np.zeros(groups, np.int64)
    np.maximum.at(longest, group[opens], np.bincount(run, minlength=opens.sum()))
    return longest
