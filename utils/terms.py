"""tokens -> counts, tf-idf, dispersion, collocates, phrases, diversity: which words stand where, how often, beside which others."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaln

from utils.chunks import coded, take
from utils.context import find_hits
from utils.matrix import g2, highest_first, in_order, tally, term_matrix, totals

WINDOW, DRAWS, LIMIT = 100, 42, 0.72  # words of a window (MATTR); words drawn (HD-D); types / words at which a factor is full (MTLD)


def count_terms(tokens, *, by=None, stories=None):
    """One row a term: `token n articles per_10k`, the most frequent first (ties by word); `by` adds a column of groups.

    `n` is how often the term stands in the table, `articles` in how many articles, `per_10k` is n per 10,000 words (of
    the group). `by` names one or more columns of `tokens`; each group is counted by itself. With `stories` (a table with
    `article_id story_id`; an article that it has not is a story of its own), `stories` says in how many distinct ones.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["the moon, the mission", "moon"]})
    >>> count_terms(tokenize(frame)).values.tolist()
    [['moon', 2, 2, 4000.0], ['the', 2, 1, 4000.0], ['mission', 1, 1, 2000.0]]
    """
    by = [by] if isinstance(by, str) else list(by or [])
    if missing := [name for name in by if name not in tokens]:
        raise ValueError(f"tokens has no column {missing}; it has {list(tokens.columns)}")
    counts = _tally(tokens, by, tokens["article_id"])
    if stories is not None:
        ids = coded(tokens["article_id"])
        story = pd.factorize(stories.drop_duplicates("article_id").set_index("article_id")["story_id"].reindex(ids.categories))[0]
        story = np.where(story < 0, len(story) + np.arange(len(story)), story)
        counts.insert(counts.columns.get_loc("articles") + 1, "stories", _tally(tokens, by, pd.Series(pd.Categorical.from_codes(story[ids.codes], range(2 * len(story))), tokens.index))["articles"])
    return counts


def _tally(tokens, by, article):
    """The counts of `count_terms`, `article` saying for each row what is counted as `articles`."""
    if not by:
        return _count(tokens.assign(article_id=article))
    if tokens.empty:
        return _count(tokens).assign(**{name: tokens[name] for name in by})[[*by, "token", "n", "articles", "per_10k"]]
    groups = tokens.groupby(by, observed=True, dropna=False, sort=True)
    token = coded(tokens["token"])
    terms = token.categories
    pair, n, articles = tally(groups.ngroup().to_numpy().astype(np.int64) * len(terms) + token.codes, coded(article).codes)
    group = pair // len(terms)
    counts = pd.DataFrame({"group": group, "token": terms.to_numpy()[pair % len(terms)], "n": n, "articles": articles})
    counts = counts.astype({"token": "str"}).assign(per_10k=n / np.bincount(group, weights=n)[group] * 10_000)
    counts = counts.sort_values(["group", "n", "token"], ascending=[True, False, True], ignore_index=True)
    return pd.concat([groups.size().reset_index()[by].iloc[counts.pop("group")].reset_index(drop=True), counts], axis=1)


def _count(tokens):
    counts = totals(tokens)
    counts["per_10k"] = counts["n"] / max(counts["n"].sum(), 1) * 10_000
    return highest_first(counts[counts["n"] > 0], "n")


def tf_idf(tokens):
    """One row an article and term: `article_id token n tf idf tf_idf`, by article, the most telling term first.

    tf = n / words of the article; idf = ln(articles / articles with the term), unsmoothed (Spärck Jones 1972), so that a
    term that stands in every article has weight 0.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["moon moon rover rover", "moon launch"]})
    >>> tf_idf(tokenize(frame)).round(3).values.tolist()[0]
    ['a', 'rover', 2, 0.5, 0.693, 0.347]
    """
    matrix, terms = term_matrix(tokens)
    ids, words = coded(tokens["article_id"]).categories, matrix.sum(axis=1)
    idf = np.log((words > 0).sum() / np.maximum(np.diff(matrix.indptr), 1))
    by_id, by_word = ids.argsort(), terms.argsort().to_numpy()
    sorted_ = matrix[:, by_word].tocsr()[by_id]  # each article's terms by word; its heaviest come first when it is sorted by itself
    article, term, n = np.repeat(by_id, np.diff(sorted_.indptr)), by_word[sorted_.indices], sorted_.data.astype(np.int64)
    weight = n / words[article] * idf[term]
    order = np.concatenate([np.zeros(0, int), *(a + np.argsort(-weight[a:b], kind="stable") for a, b in pairwise(sorted_.indptr))])
    article, term, n = article[order], term[order], n[order]
    frame = {"article_id": pd.Categorical.from_codes(article, ids), "token": pd.Categorical.from_codes(term, pd.Index(terms)), "n": n}
    return pd.DataFrame(frame | {"tf": n / words[article], "idf": idf[term], "tf_idf": weight[order]}, copy=False)


def characteristic_terms(tokens, *, hide=frozenset(), limit=25, counted=None):
    """What the articles are about: `count_terms` plus `weight`, the heaviest first; a row is a term.

    `weight` is n x ln((articles + 1) / articles with the term), tf-idf over the whole collection: high for words that fill
    some articles and are not in all. With one article it is its most frequent words. `hide` leaves words out of the list (and
    changes no number); so do figures and single letters, always. Where `counted` (counts, and how many articles have words) is known, no token is looked at.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The moon, the moon of 2017, a rover."]})
    >>> characteristic_terms(tokenize(frame), hide={"the", "a", "of"}).token.tolist()
    ['moon', 'rover']
    """
    counts, articles = counted or (count_terms(tokens), tokens["article_id"].nunique())
    counts = hide_terms(counts, hide, figures=True).assign(weight=lambda shown: shown["n"] * np.log((articles + 1) / shown["articles"]))
    return highest_first(counts, "weight").head(limit)


def hide_terms(counts, words, *, figures=False):
    """The rows of a table whose `token` is not among `words`; the numbers of the others stay as they are.

    With `figures`, what begins with a figure and single letters are hidden too.

    >>> hide_terms(pd.DataFrame({"token": ["the", "moon"], "per_10k": [600.0, 20.0]}), {"the"}).values.tolist()
    [['moon', 20.0]]
    """
    shown = ~counts["token"].isin(list(words))
    return counts[shown & counts["token"].str.contains(r"^\D.") if figures else shown].reset_index(drop=True)


def pair_up(tokens, *, size=2, hide=frozenset()):
    """The phrases of two words as a token table of their own: a row is a word and the next one in its sentence.

    `article_id sentence position token`, where `token` is "joint mission" and `position` that of its first word; phrases with
    a word of `hide`, a figure or a single letter are left out. Count them as any tokens. `size` is of how many words.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["A joint lunar mission. Mission to Mars."]})
    >>> pair_up(tokenize(frame), hide={"a", "to"}).token.tolist()
    ['joint lunar', 'lunar mission']
    """
    tokens, terms, _, rows, phrase, heads = _side_by_side(tokens, size, hide, 1)
    phrase, known = pd.factorize(phrase, sort=True)
    names = _spell_out(terms, heads, known)[1]
    return tokens[["article_id", "sentence", "position"]].iloc[rows].assign(token=pd.Categorical.from_codes(phrase, names))


def _side_by_side(tokens, size, hide, min_count):
    """The tokens in order; their terms by word, and the term of each; the rows where phrases begin, and a number for each phrase.

    The last word of phrase p is term p % terms, those before it are `heads[p // terms]`. Of a rare phrase no longer one is frequent:
    where its first words stand less than `min_count` times, it is left out.
    """
    tokens, place = in_order(tokens.astype({"token": "category", "article_id": "category"}))
    by_word = pc.sort_indices(terms := pa.array(tokens["token"].cat.categories, pa.large_string())).to_numpy()
    terms, code = terms.take(by_word), take(np.argsort(by_word).astype(np.int32), tokens["token"].array.codes)
    names, sentence = pd.Series(terms, dtype="str"), tokens["sentence"].to_numpy()
    fits = take((names.str.contains(r"^\D") & (names.str.len() > 1) & ~names.isin(list(hide))).to_numpy().view(np.int8), code).view(bool)
    joined = np.append(fits[:-1] & fits[1:] & (place[1:] == place[:-1] + 1) & (sentence[1:] == sentence[:-1]), np.zeros(min(len(fits), 1), bool))
    rows = np.flatnonzero(joined if size > 1 else fits)
    phrase, heads = take(code, rows).astype(np.int64), np.arange(max(len(terms), 1))[:, None] if size > 1 else np.zeros((1, 0), int)
    for step in range(1, size):
        if step > 1:
            phrase, known = pd.factorize(phrase, sort=True)
            often = np.bincount(phrase, minlength=len(known)) >= min_count
            heads = np.column_stack([heads[known // len(terms)], known % len(terms)])
            on = np.flatnonzero(often[phrase] & joined[rows + step - 1])
            rows, phrase = rows[on], phrase[on]
        phrase = phrase * len(terms) + take(code, rows + step)
    return tokens, terms, code, rows, phrase, heads


def _spell_out(terms, heads, numbers):
    """The words of phrases, by their numbers (see `_side_by_side`), which stand in order and each once; and the phrases as text."""
    words = np.column_stack([heads[numbers // max(len(terms), 1)], numbers % max(len(terms), 1)])
    names = pd.Index(pc.binary_join_element_wise(*(terms.take(column) for column in words.T), pa.scalar(" ", pa.large_string())), dtype="str")
    _ = names.is_monotonic_increasing  # once this is known, that they are unique is known without a table of them
    return words, names


def phrases(tokens, *, size=2, min_count=3, hide=frozenset()):
    """One row a phrase of `size` words: `token n articles pmi t logdice g2`, the closest first (by logDice, ties by word).

    The phrases are those of `pair_up`; with `f` the counts of the words in the whole table, N its words, E the product of f / N^(size-1):
    - `pmi` = log2(n / E) (Church and Hanks 1990), `t` = (n - E) / sqrt(n) (Church et al. 1991);
    - `logdice` = 14 + log2(size x n / sum of f) (Rychlý 2008): 14 where the words stand only together, independent of N;
    - `g2`, log-likelihood (Dunning 1993) of the 2 x 2 table, for two words only. All are as in NLTK's finders.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["The joint mission, a joint mission, the mission"]})
    >>> phrases(tokenize(frame), min_count=2, hide={"the", "a"}).round(3).values.tolist()
    [['joint mission', 2, 1, 1.415, 0.884, 13.678, 5.178]]
    """
    tokens, terms, code, rows, phrase, heads = _side_by_side(tokens, size, hide, min_count)
    known, n, articles = tally(phrase, take(tokens["article_id"].array.codes, rows))
    known, n, articles = (column[n >= min_count] for column in (known, n, articles))
    words, names = _spell_out(terms, heads, known)
    counts, f = pd.DataFrame({"token": names, "n": n, "articles": articles}), np.bincount(code, minlength=1)[words].astype(float)
    expected = f.prod(axis=1) / float(max(len(code), 1)) ** (size - 1)
    return _associate(counts, expected, size * n / f.sum(axis=1), g2(n, f[:, 0], f[:, 1], len(code)) if size == 2 else np.nan)


def _associate(counts, expected, dice, sure):
    n = counts["n"].to_numpy(float)
    return highest_first(counts.assign(pmi=np.log2(n / expected), t=(n - expected) / np.sqrt(n), logdice=14 + np.log2(dice), g2=sure), "logdice")


def collocates(tokens, node, *, window=5, min_count=3):
    """One row a term that stands near `node`: `token n left right n_total pmi t logdice g2`, the closest first (by logDice).

    `node` is a word, phrase or pattern as in `find_in_context`. Near is within `window` words to its left or right, across sentences
    (as in AntConc) but not articles, or with `window="sentence"` in its sentence. `n`, at least `min_count`, is how often the term stands
    near a node, once though two be near, `left` and `right` on which side, `n_total` in all. A node's own words are near only to another node.
    With R the words near a node (Evert 2009), N all words, E = R x n_total / N:
    - `pmi` = log2(n / E) (Church and Hanks 1990), `t` = (n - E) / sqrt(n) (Church et al. 1991);
    - `logdice` = 14 + log2(2 n / (nodes + n_total)) (Rychlý 2008);
    - `g2`, log-likelihood (Dunning 1993) of near or not by the term or not; high as well where n is below E.
    Raises ValueError where the pattern holds no word.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["A lunar mission and a lunar rover flew by night and by day"]})
    >>> collocates(tokenize(frame), "lunar", window=1, min_count=2)[["token", "n", "left", "right", "n_total", "pmi"]].values.tolist()
    [['a', 2, 2, 0, 2, 1.7004397181410922]]
    """
    tokens, place = in_order(tokens)
    rows, length = find_hits(tokens, node)
    if window == "sentence":
        run = (place >> 32 << 32) + tokens["sentence"].to_numpy()
        begins, ends = np.searchsorted(run, run[rows]), np.searchsorted(run, run[rows], side="right")
    else:
        begins = np.searchsorted(place, place[rows] - window)  # no further than the article: the next is 2**32 places away
        ends = np.searchsorted(place, place[rows + length - 1] + window, side="right")
    edges = lambda at: np.bincount(at, minlength=len(place) + 1)
    left, right = (np.cumsum(edges(first) - edges(end))[:-1] > 0 for first, end in ((begins, rows), (rows + length, ends)))  # in one of the ranges
    near, token = left | right, coded(tokens["token"])
    chosen = {"n": near, "left": left, "right": right, "n_total": slice(None)}
    counts = {name: np.bincount(token.codes[rows], minlength=len(token.categories)) for name, rows in chosen.items()}
    table = pd.DataFrame({"token": pd.Series(token.categories, dtype="str"), **counts})
    table = table[table["n"] >= max(min_count, 1)]
    n, total, words = table["n"].to_numpy(float), table["n_total"].to_numpy(float), near.sum()
    return _associate(table, words * total / max(len(place), 1), 2 * n / (len(rows) + total), g2(n, words, total, len(place)))


def _rows_of_terms(tokens):
    """The row numbers of each term, ascending, one term after the other; and the number of the term of each."""
    matrix, terms = term_matrix(tokens.assign(article_id=pd.Categorical.from_codes(np.arange(len(tokens)), pd.RangeIndex(len(tokens)))))
    return matrix.indices, np.repeat(np.arange(len(terms)), np.diff(matrix.indptr))


def dispersion(tokens):
    """One row a term: `token n range juilland_d dp dp_norm arf`, how evenly it is spread; the most frequent first.

    `range` is in how many articles. These are the parts, v the counts in them, s their shares of all words, p = v / words of the part:
    - `juilland_d` = 1 - sd(p) / mean(p) / sqrt(parts - 1), population sd, for parts of unequal size (Gries 2020): 1 is even;
    - `dp` = sum of |v / n - s| / 2 (Gries 2008): 0 is even; `dp_norm` = dp / (1 - smallest s) (Lijffijt and Gries 2012);
    - `arf` = sum of min(d, N / n) / (N / n), d the distances from one occurrence to the next in the order of the rows, round
      from the last to the first (Savický and Hlaváčová 2002): n where they are even, 1 where they stand in a heap.
    With one part `juilland_d` and `dp_norm` are missing.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["moon sun", "moon sea sea sea"]})
    >>> dispersion(tokenize(frame)).round(3).values.tolist()[1]
    ['moon', 2, 2, 0.667, 0.167, 0.25, 1.667]
    """
    matrix, terms = term_matrix(tokens)
    words, of_term, range_ = matrix.sum(axis=1), np.repeat(np.arange(len(terms)), np.diff(matrix.indptr)), np.diff(matrix.indptr)
    add = lambda values, codes=of_term: np.bincount(codes, values, len(terms))
    n, parts, share = add(matrix.data), (words > 0).sum(), words / max(words.sum(), 1)
    here, rate = share[matrix.indices], matrix.data / words[matrix.indices]
    rows, of_row = _rows_of_terms(tokens)
    distance, first = np.diff(rows, prepend=0), np.flatnonzero(np.diff(of_row, prepend=-1))
    distance[first] = rows[first] + len(rows) - rows[np.append(first[1:], len(rows)) - 1] if len(rows) else []
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, apart = add(rate) / parts, len(rows) / n
        spread = np.sqrt((add((rate - mean[of_term]) ** 2) + (parts - range_) * mean**2) / parts)
        dp = (add(np.abs(matrix.data / n[of_term] - here)) + 1 - add(here)) / 2
        even = {"juilland_d": 1 - spread / mean / np.sqrt(parts - 1), "dp": dp, "dp_norm": dp / (1 - share[share > 0].min(initial=1))}
        arf = add(np.minimum(distance, apart[of_row]), of_row) / apart
    table = pd.DataFrame({"token": terms, "n": n.astype(np.int64), "range": range_.astype(np.int64), **even, "arf": arf})
    return highest_first(table[table["n"] > 0], "n")


def diversity(tokens):
    """One row an article that has words: `article_id words types mattr mtld hdd`, how varied its words are, whatever its length.

    - `mattr`: the mean of types / words over all windows of 100 words (Covington and McFall 2010);
    - `mtld`: words for each time that types / words falls to 0.72, read forward and backward (McCarthy and Jarvis 2010);
    - `hdd`: types / words that 42 words drawn at random are to be expected to have (McCarthy and Jarvis 2007).
    Missing where an article has fewer than 42 words (`hdd`) or 100 (the others; Koizumi and In'nami 2012).

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["moon sun " * 50]})
    >>> diversity(tokenize(frame)).round(3).values.tolist()
    [['a', 100, 2, 0.02, 3.03, 0.048]]
    """
    tokens, place = in_order(tokens)
    matrix, article = term_matrix(tokens)[0], place >> 32
    words, types = matrix.sum(axis=1), np.bincount(matrix.indices, minlength=matrix.shape[0])
    rows, term = _rows_of_terms(tokens)
    again = (term[1:] == term[:-1]) & (article[rows[1:]] == article[rows[:-1]])
    before, after = np.full(len(rows), -1), np.full(len(rows), len(rows))  # the rows where the article has the same word
    before[rows[1:][again]], after[rows[:-1][again]] = rows[:-1][again], rows[1:][again]
    closes = np.cumsum(words)
    opens, last, row = (closes - words)[article], (closes - WINDOW)[article], np.arange(len(rows))
    seen_first = np.minimum(row, last) - np.maximum(np.maximum(row - WINDOW, before) + 1, opens) + 1  # in so many windows
    mattr = np.bincount(article, np.maximum(seen_first, 0), len(words)) / WINDOW / np.maximum(words - WINDOW + 1, 1)
    log, size, others = gammaln(np.arange(words.max(initial=0) + 1) + 1), words[matrix.indices], words[matrix.indices] - matrix.data
    absent = np.exp(log[others] - log[np.maximum(others - DRAWS, 0)] - log[size] + log[np.maximum(size - DRAWS, 0)]) * (others >= DRAWS)  # from all drawn
    hdd = np.bincount(matrix.indices, 1 - absent, len(words)) / DRAWS
    mirrored, mtld = (len(rows) - 1 - after)[::-1], np.full(len(words), np.nan)
    for k in np.flatnonzero((words >= WINDOW) & (types < words)):
        begin, end = closes[k] - words[k], closes[k]
        mtld[k] = np.mean([words[k] / _factors(before[begin:end], begin), words[k] / _factors(mirrored[len(rows) - end : len(rows) - begin], len(rows) - end)])
    measures = {"mattr": np.where(words >= WINDOW, mattr, np.nan), "mtld": mtld, "hdd": np.where(words >= DRAWS, hdd, np.nan)}
    table = pd.DataFrame({"article_id": coded(tokens["article_id"]).categories, "words": words, "types": types, **measures})
    return table[table["words"] > 0].reset_index(drop=True)


def _factors(before, opens):
    """How often a text, read from row `opens` on, uses up its words (MTLD); `before` holds for each the row where it last stood."""
    factors, start, types = 0, opens, 0
    for row, earlier in enumerate(before.tolist(), opens):
        types += earlier < start
        if types / (row + 1 - start) <= LIMIT:
            factors, start, types = factors + 1, row + 1, 0
    left = opens + len(before) - start
    return factors + (1 - types / left) / (1 - LIMIT) if left else factors


def lemmatize(tokens, articles):
    """The tokens with `token` as its lemma: "launched" as "launch", by simplemma, once for each distinct word.

    `articles` has `article_id language` (ISO 639-1), or is one such code for all. Words of a language that is missing, or
    that simplemma has not, stay as they are.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "text": ["Missions launched"]})
    >>> lemmatize(tokenize(frame), "en")["token"].tolist()
    ['mission', 'launch']
    """
    from simplemma import lemmatize as lemma_of  # late: it unpacks its dictionaries
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    token, article = (coded(tokens[c]) for c in ("token", "article_id"))
    known = pd.Series(articles, article.categories) if isinstance(articles, str) else articles.set_index("article_id")["language"].reindex(article.categories)
    of_article, languages = pd.factorize(known.where(known.isin(SUPPORTED_LANGUAGES), ""))
    size = max(len(token.categories), 1)
    word = of_article[article.codes].astype(np.int64) * size + token.codes
    distinct = np.unique(word)
    lemmas = [lemma_of(term, lang=code).lower() if code else term for code, term in zip(languages[distinct // size], token.categories[distinct % size])]
    codes, names = pd.factorize(np.array(lemmas, object))
    return tokens.assign(token=pd.Categorical.from_codes(codes[np.searchsorted(distinct, word)], pd.Index(names, dtype="str")))
