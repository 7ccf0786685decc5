"""A term explorer and an article reader: widgets in JupyterLab, where a report has a static figure. The only room that imports ipywidgets.

Each gives one output that holds both: a front end that knows widgets shows those, all others the figure.
"""

import json
import os
import re
from difflib import get_close_matches
from functools import partial
from itertools import chain, pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from utils.articles import labels
from utils.charts import trends_and_places
from utils.context import evidence, find_hits, find_in_context, fits, parse_pattern
from utils.dates import find_dates
from utils.folders import ROOT
from utils.names import find_names
from utils.prose import count, day, listing, span
from utils.quotes import find_quotes
from utils.show import Output, escape, figure, note, passages
from utils.style import GRID, MANY
from utils.svg import calendar, sketch
from utils.terms import characteristic_terms
from utils.timeline import articles_over_time, choose_freq, on_axis, rates
from utils.words import common_words

VIEW = "application/vnd.jupyter.widget-view+json"
SENTENCES, LISTED = 10, 200  # that stand below a chart; articles in the reader's list
_quote = partial(json.dumps, ensure_ascii=False)
WIDE = {"width": "46rem", "max_width": "100%"}
LOOKS = {  # of what is marked in an article: told apart without colours, too
    "words": "background: var(--mark, #ffe58a); color: var(--mark-ink, #1b1c1e)",
    "dates": "border-bottom: 3px double var(--c2, #d9651a)",
    "names": "font-weight: 700",
    "quotations": "font-style: italic; background: color-mix(in srgb, currentColor 9%, transparent)",
}
STYLE = f"<style>{(ROOT / 'utils' / 'template' / 'widget.css').read_text(encoding='utf-8')}</style>".replace("/* words */", LOOKS["words"])


class Live(Output):
    """A static figure, and the `widget` that stands in its place where one can be shown."""

    def __init__(self, static, widget):
        super().__init__(static.markup, static.text, static.facts)
        self.widget = widget

    def _repr_mimebundle_(self, **kwargs):
        return super()._repr_mimebundle_() | {VIEW: self.widget._repr_mimebundle_()[VIEW]}


def explore(articles, tokens, terms=()):
    """Terms to type, words, phrases or patterns as in `find_in_context`: their trend, where in the articles they stand, their sentences.

    `terms` are the first to be shown; without any it is the most characteristic one. In JupyterLab type others, parted by
    commas; below stands the line of code that makes the same again. In a report the figure of `terms` stands. Raises
    ValueError where a term holds no word.

    >>> from utils.tokens import tokenize
    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": ["The moon and the moon."]})
    >>> explore(frame, tokenize(frame), "moon").text.split(".")[0]
    '“moon” stands 2 times in 1 of 1 article'
    """
    articles = articles if "date" in articles else articles.assign(date=pd.to_datetime(None))
    terms = [terms] if isinstance(terms, str) else list(dict.fromkeys(terms)) or characteristic_terms(tokens, hide=common_words(), limit=1)["token"].tolist()
    if not terms:
        return note("There are no words to explore.")
    index = _Index(articles, tokens)
    found = index.look_up(terms)
    behind = evidence(articles, tokens, terms, periods=index.periods, limit=2)
    static = figure(trends_and_places(found.trend, found.places, index.days), title=found.title, caption=found.caption, alt=found.alt, data=found.trend, evidence=behind, articles=articles, empty=found.title)
    return Live(static, _term_widget(index, terms)) if _is_live() else static


def _is_live():
    """Is there a front end that may show widgets? Behind a report there is none."""
    from IPython import get_ipython

    return "DATELINE_REPORT" not in os.environ and hasattr(get_ipython(), "kernel")


class _Index:
    """A token table that answers at once: the rows of each term, and of each article its day, its period, its words."""

    def __init__(self, articles, tokens):
        freq = choose_freq(articles)
        self.articles, self.freq, self.periods = articles, freq, articles_over_time(articles, freq=freq)
        self.tokens = tokens.astype({"article_id": "category", "token": "category"})
        token, ids = self.tokens["token"].array, self.tokens["article_id"].array
        places = token.codes, np.arange(len(tokens), dtype=np.int32)
        self.rows = csr_array((np.ones(len(tokens), bool), places), shape=(len(token.categories), len(tokens)))
        self.n = np.diff(self.rows.indptr)
        self.terms, self.article = pa.array(token.categories, pa.large_string()), ids.codes
        self.position, self.sentence = (tokens[column].to_numpy() for column in ("position", "sentence"))
        self.words, self.last = np.bincount(self.article, minlength=len(ids.categories)), np.ones(len(ids.categories), np.int32)
        np.maximum.at(self.last, self.article, self.position)
        self.at = pd.Index(articles["article_id"]).get_indexer(ids.categories)
        self.between = span(placed := on_axis(articles, freq=freq))
        self.date = placed.set_index("article_id")["date"].astype("datetime64[s]").reindex(ids.categories).to_numpy()
        self.period = np.where(np.isnat(self.date), 0, np.searchsorted(self.periods["period"].to_numpy(), self.date, side="right")) - 1
        self.dated, self.in_time = self.period >= 0, np.argsort(self.date, kind="stable")  # undated ones last
        self.sizes, self.days, self.foot = self._by_period(self.words), np.unique(self.date[self.dated]), calendar(self.periods)
        self.number = self.date.astype("datetime64[D]").astype(float)  # days since 1970, as charts have them
        first, last = self.number[self.dated].min(initial=np.inf), self.number[self.dated].max(initial=-np.inf) + 1
        self.across = np.where(self.dated, (self.number - first) / (last - first) * GRID[0], 0).astype(np.int32) if len(self.days) else self.period

    def nearest(self, term):
        """What to say of a term that no article has: words that are written nearly so, of those that begin as it does and are frequent."""
        plain = [re.sub(r"\\(.)", r"\1", word[1:-1]) for words in parse_pattern(term) for word in words if not fits(self.terms, word).any()]
        frequent = self.terms.take(np.argsort(-self.n, kind="stable"))
        near = [get_close_matches(word, frequent.filter(pc.starts_with(frequent, word[:1])).to_pylist()[:2000], 2, 0.7) for word in plain]
        near = list(dict.fromkeys(chain.from_iterable(near)))
        return f" “{term}” stands nowhere{f'; written nearly so: {listing(near)}' if near else '' if plain else '; its words do, not next to each other'}."

    def _by_period(self, values):
        return np.bincount(self.period[self.dated], values[self.dated], len(self.periods)).astype(int)

    def find(self, pattern):
        """As `find_hits`, which looks only where the rarest word of a phrase says that it may stand."""
        return find_hits(self.tokens, pattern, near=np.sort(np.concatenate([*map(self._starts, parse_pattern(pattern))]), kind="stable"))

    def _starts(self, words):
        known = [np.flatnonzero(fits(self.terms, word)[:-1]) for word in words]
        k = min(range(len(words)), key=lambda k: self.n[known[k]].sum())
        at = np.concatenate([self.rows.indices[:0], *(self.rows.indices[self.rows.indptr[n] : self.rows.indptr[n + 1]] for n in known[k])]) - k
        return np.sort(at[at >= 0], kind="stable")

    def look_up(self, terms):
        """All that the explorer tells of some terms."""
        return _Found(self, terms, [self.find(term) for term in terms])

    def counts(self, term, in_article):
        """The counts of a term by period, for `rates`, from those by article."""
        most = np.zeros(len(self.periods), int)
        np.maximum.at(most, self.period[self.dated], in_article[self.dated])
        found = {"n": self._by_period(in_article), "tokens": self.sizes, "articles": self._by_period(in_article > 0), "most_in_one": most}
        return self.periods.rename(columns={"articles": "articles_in_period"}).assign(token=term, **found)

    def places(self, rows):
        """Where hits stand: (their articles, their places in these), without those of articles that are not on the axis."""
        article = self.article[rows]
        if not self.dated.all():
            rows, article = rows[self.dated[article]], article[self.dated[article]]
        return article, self.position[rows] / self.last[article]

    def spots(self, rows):
        """`places` for `sketch`: dots, or of many a grid of counts."""
        article, place = self.places(rows)
        if len(article) <= MANY:
            return self.number[article], place
        down = np.minimum((place * GRID[1]).astype(np.int32), GRID[1] - 1)
        return np.bincount(self.across[article] * GRID[1] + down, minlength=GRID[0] * GRID[1]).reshape(GRID)

    def sentences(self, pattern, rows, longest):
        """(Some sentences that hold a hit, evenly from the first to the last; their articles; how many there are)."""
        article, sentence = self.article[rows], self.sentence[rows]
        opens = np.flatnonzero(np.append(np.ones(min(len(rows), 1), bool), (article[1:] != article[:-1]) | (sentence[1:] != sentence[:-1])))
        opens = opens[np.argsort(article[opens], kind="stable")]
        n = np.bincount(article[opens], minlength=len(self.words))
        upto, wanted = np.cumsum(n[self.in_time]), np.unique(np.arange(SENTENCES) * len(opens) // SENTENCES)[: len(opens)]
        held = self.in_time[at := np.searchsorted(upto, wanted, side="right")]
        chosen = opens[np.cumsum(n)[held] - upto[at] + wanted]
        seen = np.zeros(len(n), bool)
        seen[held] = True
        near = np.unique(rows[seen[article]][:, None] + np.arange(longest))
        shown = self.articles.iloc[self.at[np.unique(held)]]
        found = find_in_context(shown, pattern, tokens=self.tokens.iloc[near[near < len(self.tokens)]])
        places = set(zip(self.tokens["article_id"].array[rows[chosen]], sentence[chosen]))
        return found[[place in places for place in zip(found["article_id"], found["sentence"])]], shown, len(opens)


class _Found:
    """What is told of some terms: `trend places title caption alt`, the drawing and the sentences."""

    def __init__(self, index, terms, hits):
        self.index, self.terms, self.hits = index, terms, hits
        in_article = [np.bincount(index.article[rows], minlength=len(index.words)) for rows, _ in hits]
        self.trend = rates(pd.concat([index.counts(*term) for term in zip(terms, in_article)], ignore_index=True))
        told = [f"“{term}” stands {count(n.sum(), 'time')} in {np.count_nonzero(n):,}" for term, n in zip(terms, in_article)]
        self.title = f"{listing(told)} of {count(len(index.articles), 'article')}"
        below = "hits by their place in the article, darker where there are more" if max(len(rows) for rows, _ in hits) > MANY else "each hit by its place in the article"
        self.caption = f"Above: hits per 10,000 words by {index.freq}, with a 95 % interval. Below: {below}. {index.between}."
        self.alt = f"Line charts of {listing(terms)} by {index.freq}, each above a chart of where in the articles the hits stand."

    @property
    def places(self):
        """Where in its article, and on which day, each hit stands: `token date place`."""
        found = [(term, *self.index.places(rows)) for term, (rows, _) in zip(self.terms, self.hits)]
        return pd.concat([pd.DataFrame({"token": term, "date": self.index.date[article], "place": place}) for term, article, place in found], ignore_index=True)

    def sketch(self):
        """The figure for a widget, which is drawn once, and fast."""
        if self.trend.empty:
            return note(f"{self.title}. No article has a date, so there is nothing to draw over time.").markup
        trends = [trend for _, trend in self.trend.groupby("token", sort=False)]
        markup = sketch(trends, [self.index.spots(rows) for rows, _ in self.hits], self.index.days, self.index.foot, self.alt)
        told = "".join([self.caption, *(self.index.nearest(term) for term, (rows, _) in zip(self.terms, self.hits) if not len(rows))])
        return f'<figure><figcaption><strong>{escape(self.title)}</strong></figcaption>{markup}<p class="caption">{escape(told)}</p></figure>'

    def passages(self):
        rows, lengths = (np.concatenate(parts) for parts in zip(*self.hits))
        contexts, shown, total = self.index.sentences("|".join(self.terms), np.sort(rows, kind="stable"), lengths.max(initial=1))
        return passages(contexts, shown, title="The sentences", limit=SENTENCES, total=total, empty="No sentence holds it.").markup


def _boxed(*markup):
    return f'<div class="dateline">{"".join(markup)}</div>'


def _code(*lines):
    return _boxed(f'<p class="caption">The same again, as code:</p><pre tabindex="0">{escape(chr(10).join(lines))}</pre>')


def _term_widget(index, terms):
    from ipywidgets import HTML, Text, VBox

    words = Text(", ".join(terms), description="Words", placeholder="moon, joint mission, launch*", continuous_update=False, layout=WIDE)
    chart, sentences, code = HTML(), HTML(), HTML()

    def answer(_=None):
        try:
            chosen = list(dict.fromkeys(filter(None, map(str.strip, words.value.split(","))))) or [""]
            found = index.look_up(chosen)
            chart.value = STYLE + _boxed(found.sketch())  # on its way while the sentences are looked up
            sentences.value = _boxed(found.passages())
            imports = "from utils.context import find_in_context", "from utils.timeline import term_trend"
            code.value = _code(*imports, f"display(term_trend(tokens, articles, {_quote(chosen)}))", f"find_in_context(articles, {_quote('|'.join(chosen))}, tokens=tokens)")
        except ValueError as error:  # a pattern without a word
            chart.value, sentences.value, code.value = STYLE + _boxed(note(str(error)).markup), "", ""

    words.observe(answer, "value")
    answer()
    return VBox([words, chart, sentences, code])


def read(articles, article_id=None, *, words=""):
    """An article to read, with `words` (a pattern as in `find_in_context`), dates, names and quotations marked.

    Without `article_id` it is the first by date. In JupyterLab choose others from a list or by their number in it, the list narrowed by
    letters of title or text. Dates, names and quotations are found in the one article that is open. Raises ValueError where there is no such
    article, or where `words` holds no word.

    >>> frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2017-11-18"]), "text": ["We fly on Friday, said Ann Rao."]})
    >>> read(frame, "a", words="fly").text
    'We fly on Friday, said Ann Rao. 18 November 2017. Marked: 1 word, 1 date, 1 name, 1 quotation.'
    """
    articles = articles if "date" in articles else articles.assign(date=pd.to_datetime(None))
    if articles.empty:
        return note("There are no articles to read.")
    article_id = articles.sort_values(["date", "article_id"])["article_id"].iloc[0] if article_id is None else article_id
    static = _page(articles, article_id, words)
    return Live(static, _reader(articles, article_id, words)) if _is_live() else static


def _page(articles, article_id, words):
    one = articles[articles["article_id"] == article_id]
    if one.empty:
        raise ValueError(f"no article is called {article_id!r}; some are {listing(articles['article_id'].head(3))}")
    names = find_names(one)
    found = {"words": find_in_context(one, words)} if words else {}
    found |= {"dates": find_dates(one), "names": names, "quotations": find_quotes(one, names=names)}
    tips = {"dates": "value", "names": "canonical", "quotations": "speaker"}
    spans = [(row.start, row.end, kind, getattr(row, tips.get(kind, ""), None)) for kind, table in found.items() for row in table.itertuples()]
    article, title, told = one.iloc[0], labels(one, length=120).item(), {kind: count(len(table), kind[:-1]) for kind, table in found.items()}
    about = [day(article["date"], article.get("date_precision")), article.get("source"), article.get("path", article_id)]
    about = " · ".join(escape(part) for part in about if pd.notna(part))
    legend = ", ".join(f'<span style="{LOOKS[kind]}">{n}</span>' for kind, n in told.items())
    markup = f'<figure class="article"><figcaption class="title"><strong>{escape(title)}</strong></figcaption><p class="where">{about}</p>'
    body = f'<div style="white-space: pre-wrap; overflow-wrap: anywhere">{_marked(article["text"], spans)}</div>'
    return Output(f'{markup}{body}<p class="caption">Marked: {legend}.</p></figure>', f"{title} {day(article['date'])}. Marked: {', '.join(told.values())}.")


def _marked(text, spans):
    """A text as HTML with its spans marked, which may lie in each other: it is cut at every end of one."""
    cuts, markup = sorted({0, len(text), *(place for span in spans for place in span[:2])}), ""
    for begin, finish in pairwise(cuts):
        over = [(LOOKS[kind], tip) for start, end, kind, tip in spans if start <= begin and finish <= end]
        tips = " · ".join(escape(tip) for _, tip in over if pd.notna(tip))
        part = escape(text[begin:finish])
        markup += f'<span style="{"; ".join(look for look, _ in over)}" title="{tips}">{part}</span>' if over else part
    return markup


def _reader(articles, article_id, words):
    from ipywidgets import HTML, BoundedIntText, HBox, Select, Text, VBox, link

    articles = articles.sort_values(["date", "article_id"])
    texts = articles["text"] + "\n" + articles["title"].fillna("") if "title" in articles else articles["text"]
    find, mark = (Text(value, description=name, placeholder=hint, continuous_update=False) for name, value, hint in (("Find", "", "letters of title or text"), ("Mark", words, "moon, launch*")))
    choice, told, page, code = Select(description="Article", rows=6, layout=WIDE), HTML(), HTML(), HTML()
    number = BoundedIntText(1, min=1, max=LISTED, description="Number", layout={"width": "10rem"})  # in a list JupyterLab takes the arrow keys for itself

    def narrow(_=None):
        found = articles[texts.str.contains(find.value, case=False, regex=False)]
        shown = pd.concat([found[found["article_id"] == article_id], found]).drop_duplicates("article_id").head(LISTED)
        told.value = _boxed(f'<p class="caption" role="status">{len(shown):,} of {count(len(articles), "article")} listed</p>')
        choice.options = [(f"{day(date)}: {label}", name) for date, label, name in zip(shown["date"], labels(shown), shown["article_id"])]
        choice.index, number.max = 0 if len(shown) else None, max(len(shown), 1)

    def open_page(_=None):
        try:
            page.value = STYLE + _boxed(_page(articles, choice.value, mark.value).markup) if choice.value is not None else ""
            code.value = _code("from utils.explore import read", f"read(articles, {_quote(choice.value)}, words={_quote(mark.value)})")
        except ValueError as error:  # a pattern without a word
            page.value, code.value = STYLE + _boxed(note(str(error)).markup), ""

    narrow()
    open_page()
    link((choice, "index"), (number, "value"), (lambda index: (index or 0) + 1, lambda value: value - 1 if choice.options else None))
    for box, answer in ((find, narrow), (choice, open_page), (mark, open_page)):
        box.observe(answer, "value")
    return VBox([HBox([find, mark, number], layout={"flex_flow": "row wrap"}), choice, told, page, code])
