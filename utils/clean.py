"""articles -> articles whose text is the story: mojibake mended, lines of the page left out, words broken over lines joined.

News saved from the web holds what its page holds: share lines, cookie notes, headlines of other stories. A line is left out
where it reads like one of those in `data/boilerplate`, or where it comes back in story after story of its source; a sentence
of a story is not, however often papers print it. Nothing is thrown away unseen: see `left_out` and `boilerplate`.
"""

import re
from collections import Counter
from functools import cache
from itertools import takewhile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import regex
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from utils.chunks import matches
from utils.dating import date_of_line
from utils.words import DATA, guess_language, read_words, whole

# UTF-8 that was read as Windows-1252, Latin-1 or Mac Roman: a first byte and a later one, as letters. ftfy then decides.
MOJIBAKE = "[Â-ôà-ô][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[\u0080-\u009f]|‚Ä|√[©®±§°≥]"
# A word broken at a line end: readers join wrapped lines with a soft hyphen behind the hyphen, or leave the line end.
BROKEN = re.compile(r"([^\W\d_]{1,40})(-\u00ad|-\n|\u00ad\n?|- (?=[a-z]))(\w{1,40})")
BREAK = "\u00ad|-\n|[^ \n]- [a-z]"  # where there may be one, for Arrow
FINISHED = re.compile(r"(?:[.!?。！？।॥؟:*][\"'”’»)\]」』]*|[\"”’»)\]」』])\s*$")
SENTENCE = r"[.!?。！？।॥؟:][\"'”’»)\]」』]*$"
SPACE = "".join(rf"\x{{{n:x}}}" for n in range(0x3001) if chr(n).isspace())  # for Arrow, whose \s is that of ASCII
STOP = re.compile(r"[.,:…。।][\"”’)\]]*\s*$")  # no headline ends so
GLUED = r"[a-z]{4}[.!?][A-Z][a-z]|[a-z]\)[a-z]{2}"  # on Friday.The   (JAXA)and
LONG, STORY_LINE = 600, 60  # characters: what is longer is no line of a page, may be a line by which copies of a story are known
REPEATED, HEAD = 24, 6  # words above which what repeats may be a story's background; lines among which an article may state its day
MARKS = str.maketrans(dict.fromkeys(":|»›>–—-•*·▪/.,;!?)]", " "))
QUOTES = "\"'“‘«„「『"
CUTS = re.compile(r"\s*(?=[(\[])|(?<=…)\s*|(?<=\.\.\.)\s*|(?<=[.!?”\"»)]) +")  # where a tail may begin
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
DATELINE = regex.compile(
    rf"""^[^\w"“‘«']{{0,3}}(?P<given>(?P<place>\p{{Lu}}[\p{{L}}.'’-]*(?:(?:[ ]|[ ]?/[ ]?|,[ ])(?:(?:de|da|do|la|of|the)[ ])?\p{{Lu}}[\p{{L}}.'’-]*){{0,4}}?)
    (?:[ ]?\[[^\]\n]{{2,30}}\])?(?P<day>,?[ ](?:{MONTH}[ ]\d{{1,2}}|\d{{1,2}}[ ]{MONTH})(?:,?[ ]\d{{4}})?)?
    (?:[ ,]*\((?P<agency>[^()\n]{{2,40}})\))?)\s?(?P<mark>--+|[–—:]|-(?=\s)|$)""",
    regex.VERBOSE,
)


def clean(articles):
    """The articles, in their order, with `text` (and `title`, `standfirst`) mended, `flags` added to, and three columns more.

    `flags` gains mojibake (mended), hyphens (words broken over lines joined), boilerplate (lines left out), only_boilerplate
    (nothing but such lines: kept), glued (sentences without a space between: kept, `split_sentences` parts them), cut (the
    text breaks off). `dateline` is place, day and agency as the report opens with them, and stays in the text; `agency` who
    it names, or signs. `left_out` is what was taken from the text, a line each, its kind and a colon before it. Missing
    where there is none. A frame needs `article_id` and `text`; by `source` and `date` repeated lines are told more surely.

    >>> text = "LUND, May 4 (AP) — The lake is rising. It rose by a foot.\\n\\nAlso read: Ten walks for May"
    >>> row = clean(pd.DataFrame({"article_id": ["a"], "text": [text]})).iloc[0]
    >>> row["text"].endswith("a foot."), row["dateline"], row["agency"], row["left_out"], row["flags"]
    (True, 'LUND, May 4 (AP)', 'AP', 'related: Also read: Ten walks for May', 'boilerplate')
    """
    frame = articles.copy()
    mended = pd.Series(False, frame.index)
    for name in frame.columns.intersection(["title", "standfirst", "text"]):
        texts = frame[name].astype("str") if frame[name].isna().all() else frame[name]
        frame[name] = _change(texts, MOJIBAKE, _mend)
        mended |= (frame[name] != texts) & texts.notna()
    if "language" in frame and mended.any():
        frame.loc[mended, "language"] = frame.loc[mended, "text"].map(guess_language)
    joined = _change(frame["text"], BREAK, _joiner(frame["text"]))
    hyphens = (joined != frame["text"]) & joined.notna()
    frame["text"], left_out, flags = _leave_out(frame.assign(text=joined))
    texts = frame["text"].fillna("")
    ends = texts.str.slice(-20)
    cut = (~ends.str.contains(FINISHED) | ends.str.contains(r"(?:\.\.\.|…)\W*$")) & (texts != "")
    told = {"mojibake": mended, "hyphens": hyphens, "glued": texts.str.contains(GLUED), "cut": cut}
    words = [frame["flags"].fillna("") if "flags" in frame else [""] * len(frame), flags, *([name * flag for flag in told[name]] for name in told)]
    places, agencies = _datelines(texts, left_out)
    flags = [" ".join(dict.fromkeys(" ".join(row).split())) for row in zip(*words)]
    added = {"flags": flags, "dateline": places, "agency": agencies, "left_out": [whole(out) or None for out in left_out]}
    return frame.assign(**{name: pd.Series(values, frame.index, dtype="str") for name, values in added.items()})


def boilerplate(articles):
    """One row a line that `clean` left out: `line articles kind example`, the most frequent first.

    `articles` is in how many, `example` the `article_id` of the first. `kind` is a heading of `data/boilerplate`, or repeated
    (it came back in story after story), headline (it stood below a heading for other stories), or date (the article's own, at its head).

    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "text": ["It rained.\\n\\nADVERTISEMENT\\n\\nThen it stopped.", "It rained on.\\n\\nShare this"]})
    >>> boilerplate(clean(frame)).values.tolist()
    [['ADVERTISEMENT', 1, 'advert', 'a'], ['Share this', 1, 'share', 'b']]
    """
    lines = articles.loc[articles["left_out"].notna(), ["article_id", "left_out"]]
    lines = lines.assign(left_out=lines["left_out"].str.split("\n")).explode("left_out")
    lines[["kind", "line"]] = lines["left_out"].astype("str").str.extract(r"^(\w+): (.*)$")
    table = lines.groupby(["line", "kind"])["article_id"].agg(articles="nunique", example="first").reset_index()
    return table.sort_values(["articles", "line", "kind"], ascending=[False, True, True], ignore_index=True)[["line", "articles", "kind", "example"]]


def _change(texts, pattern, change):
    """The texts, changed where they hold a pattern."""
    odd = texts.str.contains(pattern).fillna(False).astype(bool)
    return texts.where(~odd, pd.Series(map(change, texts[odd]), texts.index[odd], dtype=texts.dtype).reindex(texts.index)) if odd.any() else texts


def _mend(text):
    """A text without mojibake, line by line: one may be right and the next wrong."""
    from ftfy import fix_encoding  # late: few need it

    return "\n".join(map(fix_encoding, text.split("\n")))


def _joiner(texts):
    """What joins words that were broken over lines: by how the folder writes them elsewhere, else by what the halves are."""
    broken = {text: BROKEN.sub(" ", text) for text in texts[texts.str.contains(BREAK).fillna(False).astype(bool)]}
    halves = {(left.lower(), right.lower()) for text in broken for left, _, right in BROKEN.findall(text)}
    asked = {form + mark for left, right in halves for form in (left, right, left + right, f"{left}-{right}") for mark in ("", ",", ".")}
    seen = Counter()
    for text in texts.fillna("") if broken else ():
        seen.update(word.rstrip(",.") for word in asked.intersection(broken.get(text, text).lower().split()))

    def join(match):
        left, mark, right = match[1].lower(), match[2], match[3].lower()
        whole, parted, whole_word = seen[left + right], seen[f"{left}-{right}"], seen[left] and seen[right]
        open_end = right in ("and", "or", "to") and not whole  # pre- and post-war
        if mark[0] == "\u00ad" or match[3][0].islower() and not open_end and (whole > parted or not (parted or whole_word or mark == "- ")):
            return match[1] + match[3]
        return match[0] if mark == "- " else f"{match[1]}-{' ' * open_end}{match[3]}"

    return lambda text: BROKEN.sub(join, text)


def _leave_out(frame):
    """`(texts, what was left out of them, what is to be flagged)`, one each an article."""
    texts, left_out, flags = frame["text"].fillna("").tolist(), [""] * len(frame), [""] * len(frame)
    lines, kinds, rows = _lines(texts)
    kinds[_repeated(rows, frame) & (kinds == "")] = "repeated"
    _headlines(lines, kinds, rows)
    _own_dates(lines, kinds, rows, frame)
    cuts = np.where(kinds == "", rows["size"], 0)
    for row, at, kind in _tails(lines, kinds, rows):
        cuts[row], kinds[row] = at, kind
    article = rows["article"].to_numpy()
    for number in np.unique(article[kinds != ""]):
        own = range(*np.searchsorted(article, [number, number + 1]))
        written = dict(zip(own, (line for line in texts[number].split("\n") if line.strip())))
        kept = [row for row in own if cuts[row]]
        story = ("\n\n" if "\n\n" in texts[number] else "\n").join(written[row][: cuts[row]].rstrip() for row in kept)
        flags[number] = "only_boilerplate"
        if re.search(r"[^\W\d_]", story):
            texts[number], flags[number] = story, "boilerplate" + " cut" * ("cut" in kinds[kept[-1] : own.stop])
            left_out[number] = "\n".join(f"{kinds[row]}: {' '.join(written[row][cuts[row] :].split())}" for row in own if kinds[row])
    return pd.Series(texts, frame.index, dtype=frame["text"].dtype).where(frame["text"].notna()), left_out, flags


def _lines(texts):
    """`(lines with something on them, their kinds, what else is known of them)`. Each distinct line is looked at once by Arrow,
    and closer only where it may be a line of a page."""
    lines = pc.split_pattern(pa.array([whole(text) for text in texts], pa.large_string()), "\n")
    lines, article = pc.list_flatten(lines), pc.list_parent_indices(lines)
    filled = pc.match_substring_regex(lines, f"[^{SPACE}]")
    lines, article = lines.filter(filled).dictionary_encode(), article.filter(filled).to_numpy()
    code, forms = lines.indices.to_numpy(), lines.dictionary
    size, finished = pc.utf8_length(forms).to_numpy(), _finished(forms)
    closer = np.flatnonzero((size <= LONG) & (~finished | _may_open(forms) | (np.bincount(code, minlength=len(forms)) > 2)))
    looked = forms.take(closer).to_pylist()
    keys, page = list(map(_key, looked)), read_words("boilerplate/reader-words")
    known = {
        "kind": (list(map(_kind, looked, keys)), object, ""), "key": (pd.factorize(np.array(keys, dtype=object))[0] + 1, int, 0),
        "page": ([line.lstrip()[0] not in QUOTES and not page.isdisjoint(key.split()) for line, key in zip(looked, keys)], bool, False),
        "short": ([key.count(" ") < REPEATED and bool(re.search(r"[^\W\d_]", key)) for key in keys], bool, False),
        "digits": (["0" in key for key in keys], bool, False),
    }  # fmt: skip
    spread = lambda values, dtype, blank: pd.Series(values, closer, dtype).reindex(range(len(forms)), fill_value=blank)
    known = pd.DataFrame({name: spread(*told) for name, told in known.items()})
    rows = known.assign(size=size, finished=finished, free=known["kind"] == "").take(code).reset_index(drop=True)
    return lines, rows.pop("kind").to_numpy(object, copy=True), rows.assign(article=article, code=code)


def _finished(lines):
    """Which lines end as a sentence does."""
    return matches(pc.utf8_slice_codeunits(pc.utf8_rtrim_whitespace(lines), -9), SENTENCE)


def _key(line):
    """A line as `data/boilerplate` writes it.

    >>> _key("• ALSO READ | Isro’s 3rd try"), _key("(With inputs from PTI.)"), _key("Updated - 12:30 IST")
    ("also read: isro's 0rd try", '(with inputs from pti', 'updated: 0 ist')
    """
    text = re.sub(r"\d+(?:[.,:/-]\d+)*", "0", " ".join(line.lower().replace("’", "'").replace("&", " and ").split()))
    text = re.sub(r" ?(?:[:|»›>–—]| [-/]+(?= )) ?", ": ", re.sub(r"[(\[]\W*", "(", text))
    return re.sub(r"[^\w:'(©]+", " ", text).strip(" :'") + "." * (re.search(r"(?<!\.\.)[.?。।]$", text) is not None)


def _may_open(lines):
    """Which lines begin with the first words of a pattern? A quick look, since most lines of a story need no closer one."""
    return matches(pc.utf8_slice_codeunits(lines, 0, 60), _openings())


@cache
def _openings():
    """A pattern, for Arrow, of the first words that open those of `_signs`."""
    gap, seconds = f"[{re.escape(''.join(map(chr, MARKS)))}{SPACE}]", {}
    for first in filter(None, _signs()):
        words = re.escape(first).replace(r"\ ", " ").replace("0", r"\p{Nd}+").replace(r"\(", r"[(\[]").replace("'", "['’]").split()
        seconds.setdefault(words[0], []).append("".join(f"{gap}+{word}" for word in words[1:]))
    return f"(?i)^{gap}*(?:{'|'.join(f'{first}(?:{chr(124).join(others)})' for first, others in seconds.items())})(?:{gap}|$)"


@cache
def _signs():
    """The patterns of `data/boilerplate` by their first words: {"also read": [(pattern, kind), …]}; under "" those that open with …"""
    signs, kind = {"": []}, ""
    signed = "", "(", "by ", "from ", "source: ", "sources: ", "inputs from ", "with inputs from ", "photo: ", "image: ", "credit: "
    agencies = [opens + agency.lower() + ending for agency in sorted(read_words("names/agencies")) for opens in signed for ending in ("", ".")]
    lines = [line for file in sorted((DATA / "boilerplate").glob("??.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    for line in [*lines, "[agency]", *agencies]:
        if line.startswith("["):
            kind = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            words = " ".join(r"(?:\S+ ){0,4}\S*[^\s.]" if word == "_" else re.escape(word) for word in line.replace("…", "").split())
            more = 80 if "……" in line else 25
            opens, ends = rf"(?:\S+ ){{0,{more}}}" * line.startswith("…"), rf"(?: \S+){{0,{more}}}\.?" * line.endswith("…") or r"\.?" * line.startswith("(")
            first = "" if opens else " ".join(takewhile(lambda word: word not in ("_", "…", "……"), line.translate(MARKS).split()[:2]))
            signs.setdefault(first, []).append((re.compile(f"{opens}{words}:?{ends}"), kind))
    return signs


def _kind(line, key):
    """Which kind of line of a page this is, or "". What opens with a quotation mark is none."""
    first, *others = key.translate(MARKS).split() or [""]  # a full stop is a line without a word
    if not first or line.lstrip()[0] in QUOTES:
        return ""
    kinds = [kind for opening in ("", first, " ".join([first, *others[:1]])) for pattern, kind in _signs().get(opening, ()) if pattern.fullmatch(key)]
    if not kinds and others and len(key) < 90 and all(_alone(word) for word in (first, *others)):  # Facebook Twitter WhatsApp Email
        return _alone(first)
    agency, *codes = line.split()[:10]
    coded = codes and agency in read_words("names/agencies") and all(re.fullmatch("[A-Z]{2,4}", code) for code in codes)  # PTI KSU GMS RS
    return kinds[0] if kinds else "agency" * bool(coded)


@cache
def _alone(word):
    """The kind of a word that makes a line of a page by itself, or ""."""
    return next((kind for pattern, kind in _signs().get(word, ()) if pattern.fullmatch(word)), "")


def _repeated(rows, frame):
    """Is this line one that its source prints over and over? Not what copies of a story share, nor a sentence that a story may hold."""
    story, size = _stories(rows, frame), len(frame)
    source = pd.factorize(frame["source"], use_na_sentinel=False)[0] if "source" in frame else np.zeros(size, int)
    dates = pd.to_datetime(frame["date"], errors="coerce") if "date" in frame else pd.Series(pd.NaT, frame.index)
    day = np.where(dates.isna(), -1 - np.arange(size), dates.dt.normalize().astype("int64"))  # undated articles may well be of different days
    rows = rows.assign(**{name: values[rows["article"]] for name, values in {"story": story, "source": source, "day": day}.items()})
    total = pd.DataFrame({"source": source, "story": story}).groupby("source")["story"].nunique().reindex(rows["source"]).to_numpy()
    place = ["source", "key"]
    may = rows["short"] & rows["free"]
    may &= rows[place].duplicated(keep=False)
    n, days, forms = rows[may].groupby(place)[["story", "day", "code"]].transform("nunique").reindex(rows.index, fill_value=0).to_numpy().T
    many, most = ((n >= 5) & (n >= total * share) for share in (0.5, 0.8))
    often = (n >= 3) & (n >= total / 50) & (days >= 2) & (~rows["digits"] | (forms == 1) | most & ~rows["finished"])
    solid = rows["finished"] & rows["free"] & ~(often & rows["page"])
    before = solid.groupby(rows["article"]).cumsum()
    edge = (before == 0) | (before == solid.groupby(rows["article"]).transform("sum"))  # before the first sentence of the story, or behind its last
    edge = edge.groupby([rows[name] for name in place]).transform("mean") >= 0.8
    return (often & np.where(rows["finished"], edge & rows["page"], edge | many)).to_numpy()


def _stories(rows, frame):
    """A number for each article, the same for those that share at least half of the lines of the shorter."""
    rank = pd.factorize(frame["article_id"], sort=True)[0]
    lines = rows[(rows["size"] >= STORY_LINE) & rows["free"]].drop_duplicates(["article", "code"])
    lines = lines.iloc[np.lexsort((rank[lines["article"]], lines["code"]))]
    again = (lines["code"] == lines["code"].shift()).to_numpy()
    pairs = pd.DataFrame({"one": lines["article"].shift(fill_value=0)[again], "two": lines["article"][again], "shared": lines["size"][again]})
    shared = pairs.groupby(["one", "two"], as_index=False)["shared"].sum()
    whole = np.bincount(lines["article"], lines["size"], len(frame))
    shared = shared[shared["shared"] >= np.minimum(whole[shared["one"]], whole[shared["two"]]) / 2]
    graph = sparse.coo_matrix((np.ones(len(shared)), (shared["one"], shared["two"])), shape=(len(frame),) * 2)
    return connected_components(graph, directed=False)[1]


def _headlines(lines, kinds, rows):
    """Mark what stands below a heading for other stories: a few short lines that no full stop ends."""
    article = rows["article"].to_numpy()
    for heading in np.flatnonzero(kinds == "list"):
        for at in range(heading + 1, min(heading + 11, len(lines))):
            line = lines[at].as_py()
            if article[at] != article[heading] or kinds[at] or line.count(" ") >= 20 or STOP.search(line[-20:]):
                break
            kinds[at] = "headline"


def _own_dates(lines, kinds, rows, frame):
    """Mark what says no more at the head of an article than the day of it, which the table tells; of any other day it may be a heading."""
    days = pd.to_datetime(frame["date"], errors="coerce").to_numpy("datetime64[D]") if "date" in frame else np.zeros(len(frame))
    near = np.flatnonzero((kinds == "") & (rows["size"] <= 60) & (rows.groupby("article").cumcount() < HEAD))
    near = near[matches(lines.take(near).cast(pa.large_string()), r"\d{4}|\d[./-]\d")]
    said = list(map(date_of_line, lines.take(near).to_pylist()))
    kinds[near[[day == own for day, own in zip(said, days[rows["article"].to_numpy()[near]])]]] = "date"


def _tails(lines, kinds, rows):
    """What of the page is glued to the end of a paragraph: (line, where it starts, kind); brackets anywhere, all else at the end of a text."""
    free = np.flatnonzero(kinds == "")
    final = ~rows["article"].iloc[free].duplicated(keep="last").to_numpy()
    near = final | matches(lines.dictionary, rf"[)\]][{SPACE}]*$")[lines.indices.to_numpy()[free]]
    found = []
    for row, ends, line in zip(free[near], final[near], lines.take(free[near]).to_pylist()):
        line = line.rstrip()
        cuts = CUTS.finditer(line, max(len(line) - LONG, 1))
        found += [(row, cut.start(), line[cut.end() :]) for cut in cuts if cut.end() < len(line) and (ends or line[cut.end()] in "([")]
    tails = pa.array([tail for *_, tail in found], pa.large_string())
    done = -1
    for number in np.flatnonzero(_may_open(tails) | ~_finished(tails)):
        row, at, tail = found[number]
        if row != done and (kind := _kind(tail, _key(tail))):
            yield row, at, kind
            done = row


def _datelines(texts, left_out):
    """Two lists: the datelines as written, and the agency that they or a sign-off name."""
    agencies = read_words("names/agencies")
    known = {place.lower() for place in read_words("names/places")} | {line.split("=")[0].lower() for line in read_words("names/countries")}
    places, signed = [], []
    for text, out in zip(texts, left_out):
        heads = (DATELINE.match(line.strip()) for line in text[:2000].split("\n")[:8] if line)
        found = next((match for match in heads if match and _opens(match, known, agencies)), None)
        credit = [word for line in out.split("\n") if line.startswith("agency: ") for word in re.findall(r"\w+", line[8:]) if word in agencies]
        places.append(found["given"] if found else None)
        signed.append(found["agency"] if found and found["agency"] else next(iter(credit), None))
    return places, signed


def _opens(match, known, agencies):
    """Is this the head of a report, and not a kicker, a speaker or a title?"""
    place = match["place"]
    if place.lower() in read_words("boilerplate/no-places") or place in agencies:
        return False
    if match["day"] or not match["mark"]:
        return bool(match["day"])
    if not (match["agency"] or FINISHED.search(match.string)):  # a title: Tokyo: what comes next
        return False
    sure = {place.lower(), re.split(" ?[/,] ?", place.lower())[0]} & known or agencies & set(re.findall(r"\w+", match["agency"] or ""))
    return sure or place.isupper() and place not in read_words("names/organisations") and (match["mark"] != ":" or len(place) > 5)
