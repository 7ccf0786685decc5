"""counts and words by period -> the stretches of time that stand out: bursts and new levels."""

import numpy as np
from scipy.special import chdtri, lambertw

from utils.matrix import g2

HIT_ARTICLES = 3  # articles that a peak rests on, at least
STANDS_OUT = 1.5  # times the rate of the rest: with many words the smallest change is beyond chance, and no news
LASTS = 3  # periods that a new level stays, at least


def stretches(values):
    """The stretches of a series that stand out, by time: a list of (kind, its periods, the periods that it is seen against).

    `values` has a column a period and five rows: hits, words, articles with a hit, articles, most hits in one article. A
    "burst" is a run of neighbouring periods with at most half of the words, a "jump" the periods after a change that leaves
    three or more on each side. The run or side with the highest G2 is taken (a scan statistic, Kulldorff 1997), then the rest
    without it, or both sides of a jump, searched again. It counts if three articles have a hit and, even without the article
    that has most, its rate is 1.5 times the rest's and G2 above 2 ln(periods) x the scatter of the series: flat series of
    simulated articles whose hits come in flocks cross that in 3 of 100 cases.

    >>> hits, articles, most = [1, 1, 12, 1, 1, 1], [1, 1, 6, 1, 1, 1], [1, 1, 2, 1, 1, 1]
    >>> [(kind, inside.tolist()) for kind, inside, _ in stretches(np.array([hits, [1000] * 6, articles, [10] * 6, most], float))]
    [('burst', [2])]
    """
    found, parts, least = [], [np.arange(values.shape[1])], 2 * np.log(values.shape[1]) * _scatter(*values[:4])
    while parts:
        part = parts.pop()
        high, jump = _highest(values[:, part], part, least)
        if high.any():
            inside, rest = part[high], part[~high]
            parts += [inside, rest] if jump else [rest]
            found.append(("jump", *sorted([inside, rest], key=min, reverse=True)) if jump else ("burst", inside, rest))
    return sorted(found, key=lambda stretch: stretch[1][0])


def _scatter(n, words, articles, in_period):
    """How many times more than by chance a term's counts vary (variance / mean) while its rate stays the same.

    The greater of what the share of articles without a hit says, if hits are negative binomial (Anscombe 1950), and of the
    median squared step from period to period, which a burst or a new level hardly touches.
    """
    zeros = -np.log1p(-min(articles.sum(), in_period.sum() - 0.5) / in_period.sum()) * in_period.sum() / n.sum()
    flocks = -lambertw(-zeros * np.exp(-zeros), -1).real / zeros if zeros < 1 else 1
    steps = np.diff(n / words) ** 2 / (1 / words[1:] + 1 / words[:-1]) * words.sum() / n.sum()
    return max(1, flocks, np.median(steps) / chdtri(1, 0.5))


def _highest(values, part, least):
    """The run or level with the highest G2 against the rest, without its heaviest article: (is a period in it?, is it a jump?)."""
    (n, words, articles, _, most), size, place = values, len(part), np.arange(len(part))
    above = n * words.sum() > n.sum() * words
    first, last = np.nonzero(np.triu(np.outer(above, above)))
    run = ((first > 0) & (last < size - 1) | (last - first < LASTS - 1)) & (part[last] - part[first] == last - first)  # a longer one at an end has not fallen back
    cut = np.arange(LASTS, size - LASTS + 1)
    first, last = np.concatenate([first[run], 0 * cut, cut]), np.concatenate([last[run], cut - 1, 0 * cut + size - 1])
    jump = np.arange(len(first)) >= run.sum()
    k, w, a = (total[last + 1] - total[first] for total in (np.append(0, np.cumsum(x)) for x in (n, words, articles)))
    rest, rest_words = n.sum() - k, words.sum() - w
    k = k - np.maximum.accumulate(np.where(place >= place[:, None], most, 0), axis=1)[first, last]
    evidence = g2(k, w, k + rest, w + rest_words)
    evidence[(a < HIT_ARTICLES) | ~jump & (w > rest_words) | (k * rest_words <= STANDS_OUT * rest * w) | (evidence <= least)] = 0
    if not evidence.any():
        return np.zeros(size, bool), False
    best = np.argmax(evidence + (evidence > 0) * jump * least / 2)  # a burst has one more end to choose, so chance fits it better
    return (place >= first[best]) & (place <= last[best]), jump[best]
