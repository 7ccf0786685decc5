"""texts -> chunks between white space, each distinct one of them once, and what spreads answers about these over the texts."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from utils.words import whole

BLOCK = 1 << 23  # bytes of text that are cut at a time: what is used for it stays small, and need not be asked for anew
_FIRST = np.array([*(256**size - 1 for size in range(9)), 0], np.uint64)  # the bits of a chunk of so many bytes; none of one of nine or more


def encodable(texts):
    """The texts for Arrow; half a character (a lone surrogate, which no file in UTF-8 holds) becomes a question mark."""
    try:
        return pa.array(texts, from_pandas=True)
    except UnicodeEncodeError:
        return pa.array([text if pd.isna(text) else whole(text) for text in texts], pa.large_string(), from_pandas=True)


def changes(codes):
    """Is this entry the first of a run of equal ones?"""
    return np.append(np.ones(min(len(codes), 1), bool), codes[1:] != codes[:-1])


def coded(column):
    """A column as a categorical array; of one that is it already, pandas would look at every row."""
    return column.array if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category").array


def pieces(article, rows):
    """The first row and the one after the last of pieces of a table of words, of some `rows` each, that part no article, to be looked at one by one.

    >>> list(pieces(np.array([0, 0, 1]), 2))
    [(0, 2), (2, 3)]
    """
    in_order = (article[1:] >= article[:-1]).all()
    return pairwise([*(np.searchsorted(article, np.unique(article[::rows])).tolist() if in_order else [0]), len(article)])


def count_up(sizes):
    """0, 1, 2, … for each of some runs of these sizes, one run after the other.

    >>> count_up(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(sizes, dtype=np.int32)
    up = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32)
    up -= np.repeat(ends - sizes.astype(np.int32), sizes)
    return up


def spread(first, count, index):
    """Replace each entry i of `index` by the run first[i], first[i]+1, … of count[i]; also say where each run begins, and the end.

    >>> [part.tolist() for part in spread(np.array([7, 3, 0], np.int32), np.array([1, 2, 0], np.int32), np.array([1, 2, 0], np.int32))]
    [[3, 4, 7], [0, 2, 2, 3]]
    """
    times = take(count, index)
    begins = np.zeros(len(index) + 1, np.int32)
    np.cumsum(times, dtype=np.int32, out=begins[1:])
    run = np.empty(begins[-1] + 1, np.int32)
    run[begins[:-1]] = take(first, index)  # of an empty run this is the place of the next
    longer = np.flatnonzero(times > 1)
    times, up = times[longer], count_up(times[longer])
    run[np.repeat(begins[longer], times) + up] = np.repeat(first[index[longer]], times) + up
    return run[:-1], begins


def cut(texts):
    """Cut texts at white space and dictionary-encode: (distinct chunks, chunk at each place, text at each place).

    A chunk has the white space behind it (that at the head of a text is a chunk too); to cut at what of it is ASCII is enough here.

    >>> forms, form, text = cut(pa.array(["To go to the moon", "", "go "]))
    >>> forms.take(form).to_pylist(), text.tolist()
    (['To ', 'go ', 'to ', 'the ', 'moon', 'go '], [0, 0, 0, 0, 0, 2])
    """
    texts = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).cast(pa.large_string()).fill_null("")
    bounds = np.frombuffer(texts.buffers()[1] or b"\0" * 8, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if bounds[0] == bounds[-1]:
        return pa.array([], pa.string()), np.zeros(0, np.int32), np.zeros(0, np.int32)
    whole, firsts = np.frombuffer(texts.buffers()[2], np.uint8), np.unique(np.searchsorted(bounds, np.arange(bounds[0], bounds[-1], BLOCK)))
    blocks = ((whole[bounds[first] : bounds[last]], bounds[first : last + 1] - bounds[first]) for first, last in pairwise([*firsts, len(texts)]))
    with ThreadPoolExecutor(pa.cpu_count()) as threads:  # as well as processes, for NumPy and Arrow let others run
        encoded, counts = zip(*threads.map(_cut_block, *zip(*blocks)))
    encoded = pa.chunked_array(encoded).unify_dictionaries().chunks
    return encoded[-1].dictionary, np.concatenate([piece.indices for piece in encoded]), np.repeat(np.arange(len(texts), dtype=np.int32), np.concatenate(counts))


def _cut_block(letters, at):
    """The chunks of a block, and how many each of its texts has, which begin and end `at` some of its letters."""
    data = np.append(letters, np.zeros(8, np.uint8))  # eight bytes can be read from each place on
    blank = data <= 32
    begins = np.append(at[-1] > 0, blank[:-1] > blank[1:])
    begins[at[:-1][np.diff(at) > 0]] = True
    edges = np.append(np.flatnonzero(begins), at[-1])
    return _encode(data, edges), np.diff(np.searchsorted(edges, at))


def _encode(data, edges):
    """The chunks between some edges, dictionary-encoded. Those of eight bytes at most are numbers, which Arrow encodes several times as fast.

    A chunk's bytes are turned over, so that none is 0 (UTF-8 has no 255): what is 0 in a number lies behind its chunk.
    """
    size = np.diff(edges)
    numbers = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))[edges[:-1]]
    numbers = pa.array(~numbers & _FIRST[np.minimum(size, 9)]).dictionary_encode()
    letters = numbers.dictionary.to_numpy().astype("<u8")[:, None].view(np.uint8)
    ends = np.append(0, np.cumsum((letters > 0).sum(axis=1))).astype(np.int32)
    short = pa.Array.from_buffers(pa.string(), len(letters), [None, pa.py_buffer(ends), pa.py_buffer(~letters[letters > 0])])
    at = np.flatnonzero(size > 8)
    chunks = pa.Array.from_buffers(pa.string(), len(size), [None, pa.py_buffer(edges.astype(np.int32)), pa.py_buffer(data)])
    long = chunks.take(pa.array(at)).dictionary_encode()
    form = numbers.indices.to_numpy().copy()
    form[at] = long.indices.to_numpy() + len(short)
    return pa.DictionaryArray.from_arrays(form, pa.concat_arrays([short, long.dictionary]))


def to_numpy(array):
    """An array of Arrow as one of NumPy, copied where it must be."""
    return array.to_numpy(zero_copy_only=False)


def take(values, places):
    """`values[places]`, which Arrow does five times as fast as NumPy where the places are numbers of 32 bits."""
    return pc.take(pa.array(values), pa.array(places), boundscheck=False).to_numpy()


def rows_of(flags, codes):
    """The rows whose code has a flag; a code below 0, which is none, has not.

    >>> rows_of(np.array([False, True]), np.array([1, 0, -1, 1])).tolist()
    [0, 3]
    """
    some = take(flags.view(np.int8), codes).view(bool) if codes.min(initial=0) >= 0 else np.append(flags, False)[codes]
    return np.flatnonzero(some)


def matches(texts, pattern):
    """Which of some texts, an array of Arrow, match a pattern of its own."""
    return to_numpy(pc.match_substring_regex(texts, pattern))
