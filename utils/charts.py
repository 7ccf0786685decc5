"""Any table -> matplotlib Axes. The only room that draws; it never shows, saves or closes a figure.

Each chart is `f(table, *, ax=None) -> Axes`. Without `ax` it makes a figure whose height fits what is drawn.
"""

import numpy as np
import pandas as pd

from utils.style import COLORS, INK, LONGEST_LABEL, MANY, MUTED, PAPER, RULE, WIDTH, shorten, styled
from utils.style import count_axis, date_axis, draw_dots, draw_shades, link_marks, new_axes, round_ticks, year_axis


def _rows(ax, labels, height, *, around=0.8, length=LONGEST_LABEL):
    """Axes with a row a label, the first at the top: `height` inches a row, and `around` them."""
    ax, rows = new_axes(ax, around + height * max(len(labels), 1)), max(len(labels), 1)
    ax.set_yticks(np.arange(len(labels)), [shorten(label, length) for label in labels])
    ax.set_ylim(rows - 0.4, -0.6)
    return ax


@styled
def bars(table, *, label="token", value="n", mark=None, ax=None):
    """A bar a row, the first at the top: its `label` on the left, its `value` at the end; `mark` is what it links to.

    >>> ax = bars(pd.DataFrame({"token": ["moon", "rover"], "n": [3, 1]}))
    >>> [float(bar.get_width()) for bar in ax.patches], [text.get_text() for text in ax.get_yticklabels()]
    ([3.0, 1.0], ['moon', 'rover'])
    """
    ax = _rows(ax, table[label], 0.24, around=0.5)
    at, values = np.arange(len(table)), np.nan_to_num(table[value].astype(float).to_numpy(), posinf=0, neginf=0)
    drawn = ax.barh(at, values, height=0.66, color=COLORS[0])
    whole = pd.api.types.is_integer_dtype(table[value])
    ax.bar_label(drawn, [f"{v:,.0f}" if whole else f"{v:,.1f}" if v >= 1 or v == 0 else f"{v:.2g}" for v in values], padding=4, color=MUTED, fontsize=9)
    link_marks(drawn, table[mark or label])
    ax.set_xlim(0, max(values.max(initial=0), 1e-9) * 1.12)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.grid(False)
    return ax


@styled
def articles_over_time(periods, *, ax=None):
    """A bar a period, as wide as the period is long, on a real date axis: `period period_end articles`.

    With `stories`, the bar is full up to these, and pale above them: the copies.

    >>> days = pd.date_range("2020-01-01", periods=3)
    >>> ax = articles_over_time(pd.DataFrame({"period": days[:2], "period_end": days[1:], "articles": [3, 1]}))
    >>> [float(bar.get_height()) for bar in ax.patches], ax.get_ylabel()
    ([3.0, 1.0], 'articles')
    """
    ax = new_axes(ax, 2.6)
    widths = (periods["period_end"] - periods["period"]).dt.days
    copied = "stories" in periods
    bar = lambda column, **look: ax.bar(periods["period"], periods[column], width=widths * 0.92, align="edge", **look)
    drawn = bar("articles", color=COLORS[0], alpha=0.35 if copied else 1, label="copies")
    if copied:
        bar("stories", color=COLORS[0], label="stories")
        drawn = bar("articles", alpha=0, zorder=6)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderaxespad=0, handlelength=1, handletextpad=0.4)
    link_marks(drawn, periods["period"].dt.strftime("%Y-%m-%d"))
    ax.set_ylabel("articles")
    count_axis(ax, periods["articles"].max() if len(periods) else 0)
    date_axis(ax, periods)
    return ax


@styled
def contrast(table, names, *, value="log_ratio", ax=None):
    """A row a term, a dot at its Log Ratio: over-used in the first of the two `names` to the right, in the second to the left.

    `token log_ratio`, with `low high` a line for what another draw of articles could say, and with `holds` a hollow dot for what does not hold.
    Each step of the axis doubles the rate. `mark`, or else the term, is what a row links to.

    >>> ax = contrast(pd.DataFrame({"token": ["moon", "tax"], "log_ratio": [2.0, -1.0]}), ("Asahi", "Mainichi"))
    >>> [label.get_text() for label in ax.get_yticklabels()], ax.get_xlabel()
    (['moon', 'tax'], 'more in Asahi →\\n← more in Mainichi')
    """
    ax, at = _rows(ax, table["token"], 0.25, around=0.9), np.arange(len(table))
    ratio, holds = table[value].to_numpy(float), table.get("holds", pd.Series(True, table.index)).fillna(False).to_numpy(bool)
    reach = max(np.nanmax(np.abs(ratio), initial=1) * 1.25, 1.2)
    low, high = (np.clip(table[side].to_numpy(float), -reach, reach) if side in table else ratio for side in ("low", "high"))
    for color, side in ((COLORS[0], ratio >= 0), (COLORS[1], ratio < 0)):
        ax.hlines(at[side], low[side], high[side], color=color, linewidth=1.6, alpha=0.45, label="interval")
        draw_dots(ax, ratio[side], at[side], color, 7)
        draw_dots(ax, ratio[side & ~holds], at[side & ~holds], PAPER, 4.4)
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.yaxis.grid(False)
    ax.spines["bottom"].set_visible(True)
    ax.set_xlim(-reach, reach)
    link_marks(ax.barh(at, 2 * reach, 0.9, -reach, alpha=0, zorder=6, label="links"), table.get("mark", table["token"]))  # a row is a link
    step = 1 if reach < 4 else 2
    ax.set_xticks(np.arange(-int(reach) // step * step, reach, step))
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(lambda v, _: "even" if v == 0 else f"{2 ** abs(v):,.0f}×")
    ax.set_xlabel(f"more in {shorten(names[0], 32)} →\n← more in {shorten(names[1], 32)}")
    return ax


@styled
def two_rates(table, names, *, ax=None):
    """A dot a term: its rate per 10,000 words in the second of the two `names` across, in the first up, both by doubling.

    `token per_10k_target per_10k_reference`; on the dashed line both use it alike, and what one side never uses lies on the edge. The first terms of the
    table are named as far as there is room, and link to `mark` or the term. Of more than `MANY` terms the first are drawn.

    >>> two_rates(pd.DataFrame({"token": ["moon"], "per_10k_target": [4.0], "per_10k_reference": [1.0]}), ("Asahi", "Mainichi")).texts[0].get_text()
    'moon'
    """
    ax, table = new_axes(ax, 5.2), table.head(MANY)
    x, y = table["per_10k_reference"].to_numpy(float), table["per_10k_target"].to_numpy(float)
    known = np.concatenate([x[x > 0], y[y > 0]])
    least, most = (known.min() / 1.6, known.max() * 1.6) if len(known) else (0.1, 10)
    x, y, over = np.maximum(x, least), np.maximum(y, least), y >= x
    ax.set(xscale="log", yscale="log", xlim=(least / 1.25, most), ylim=(least / 1.25, most))
    ax.plot([least, most], [least, most], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label="alike")
    for color, side in ((COLORS[0], over), (COLORS[1], ~over)):
        draw_dots(ax, x[side], y[side], color, 4)
    for n, (token, mark) in enumerate(zip(table["token"].head(80), table.get("mark", table["token"]))):
        left, foot = over[n] and x[n] > least * 4, y[n] == least  # above the line there is room to the left, below it to the right
        place = {"xytext": (0, 9) if foot else (-5 if left else 5, 0), "ha": "center" if foot else "right" if left else "left"}
        link = {"url": f"#{mark}", "bbox": {"alpha": 0, "pad": 1, "url": f"#{mark}"}, "gid": "word_0", "in_layout": False}
        ax.annotate(shorten(token, 24), (x[n], y[n]), textcoords="offset points", va="center", fontsize=8.5, color=INK, **place, **link)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda v, _: f"{v:,.0f}" if v >= 1 else f"{v:g}")
        axis.minorticks_off()
    ax.set_xlabel(f"per 10,000 words in {shorten(names[1], 30)}")
    ax.set_ylabel(f"per 10,000 words in {shorten(names[0], 30)}")
    return ax


@styled
def trends(trend, *, value="per_10k", names=None, peaks=None, ax=None):
    """A small chart a term, all on the same axes: `per_10k` or `share` by period, with its interval as a band.

    A period with articles and no hit has an open dot at zero; one with no articles has none, and a grey ground.
    `names` says how to write a term; `peaks` (`token begin finish`) are shaded in its colour. Returns the Axes, an array of one a term; `ax` takes as many.

    >>> days = pd.date_range("2020-01-01", periods=2)
    >>> row = {"period": days[:1], "period_end": days[1:], "token": "moon", "n": 2, "per_10k": 5.0, "low": 1.0, "high": 9.0, "articles_in_period": 1}
    >>> [ax.get_title(loc="left") for ax in trends(pd.DataFrame(row))]
    ['moon']
    """
    terms = list(dict.fromkeys(trend["token"]))
    axes = np.ravel(new_axes(ax, 0.6 + 1.35 * max(len(terms), 1), rows=max(len(terms), 1)))
    low, high = ("low", "high") if value == "per_10k" else ("share_low", "share_high")
    top = np.nan_to_num(trend[value].max()) if len(trend) else 1
    highest = np.nan_to_num(trend[high].max(), posinf=0) if len(trend) else 1
    for term, one, color in zip(terms, axes, COLORS * len(terms)):
        _trend(one, trend[trend["token"] == term], value, low, high, color)
        for peak in peaks[peaks["token"] == term].itertuples() if peaks is not None else ():
            one.axvspan(peak.begin, peak.finish, color=color, alpha=0.1, linewidth=0, label="peak")
        one.set_title(shorten((names or {}).get(term, term.strip('"'))), color=color, y=1)  # a given place saves the search for one
        one.set_ylim(-0.06 * top, min(1.6 * top, highest) * 1.05 if top > 0 else 1)
        if value == "share":
            one.yaxis.set_major_formatter(lambda v, _: f"{v:.0%}")
        one.yaxis.set_major_locator(round_ticks(3))
        one.xaxis.grid(False)
        one.tick_params(axis="x", length=0)
    axes[-1].tick_params(axis="x", length=3)
    axes[len(axes) // 2].set_ylabel("per 10,000 words" if value == "per_10k" else "share of articles")
    date_axis(axes[-1], trend)
    return axes


def _trend(ax, rows, value, low, high, color):
    middle = rows["period"] + (rows["period_end"] - rows["period"]) / 2
    ax.fill_between(middle, rows[low].astype(float), rows[high].astype(float), color=color, alpha=0.16, linewidth=0, label="interval")
    ax.plot(middle, rows[value].astype(float), color=color, linewidth=1.8, marker="o", markersize=3.5, label="rate")
    ax.scatter(middle, rows[value].astype(float), s=220, marker="s", color=color, alpha=0, clip_on=False, zorder=6, label="links").set_urls(
        [f"#{term}|{day:%Y-%m-%d}" for term, day in zip(rows["token"].str.strip('"'), rows["period"])]
    )
    zero = rows["n"].eq(0).fillna(False).astype(bool)
    ax.plot(middle[zero], [0] * zero.sum(), linestyle="", marker="o", markersize=4, markerfacecolor=PAPER, color=color, label="zero")
    for row in rows[rows["articles_in_period"].eq(0)].itertuples():
        ax.axvspan(row.period, row.period_end, color=RULE, alpha=0.45, linewidth=0, label="no articles")


@styled
def dispersion(places, dates, *, color=COLORS[0], ax=None):
    """Where a term stands: a dot a hit, its article's date across, its place in the article down (0 start, 1 end).

    Of more than `MANY` hits a grid of shades is drawn, the darker the more.
    `places` has `date place` (see `timeline.hit_places`) and, to link its dots, `mark`; the ticks at the foot are `dates`,
    those of all articles, so that a time without the term can be told from a time without articles.

    >>> days = pd.to_datetime(["2020-01-01", "2020-03-01"])
    >>> len(dispersion(pd.DataFrame({"date": days, "place": [0.0, 0.5]}), days).collections[0].get_offsets())
    2
    """
    ax = new_axes(ax, 2.9)
    if len(places) > MANY:
        draw_shades(ax, places["date"], places["place"], (0, 1), places.get("mark"), color)
    else:
        dots = ax.scatter(places["date"], places["place"], s=16, color=color, alpha=0.6, linewidth=0, clip_on=False)
        dots.set_urls([f"#{mark}" for mark in places.get("mark", [])])
    dates = pd.Series(pd.to_datetime(dates)).dropna().sort_values()
    dates = dates[~((dates - dates.min()) // max(pd.Timedelta(days=1), (dates.max() - dates.min()) / 400)).duplicated()]  # closer ticks are one line
    ticks = np.repeat(dates.to_numpy(), 3), np.tile([1.07, 1.11, np.nan], len(dates))  # one line with gaps
    ax.plot(*ticks, color=MUTED, linewidth=1, alpha=0.7)
    ax.set_ylim(1.16, -0.04)
    ax.set_yticks([0, 0.5, 1, 1.09], ["start", "middle", "end", "articles"])
    ax.yaxis.grid(False)
    date_axis(ax, pd.DataFrame({"period": dates, "period_end": dates}))
    return ax


@styled
def trends_and_places(trend, places, dates):
    """Each term's trend and, below it on the same calendar, where in the articles it stands: two Axes a term, in a figure of their own.

    `places` is as `dispersion` has it, and says of which `token`; `trend` and `dates` are as `trends` and `dispersion` have them.
    """
    from matplotlib.figure import Figure

    terms = list(dict.fromkeys(trend["token"]))
    rows, high = 2 * max(len(terms), 1), 0.8 + 3.2 * max(len(terms), 1)
    axes = Figure(figsize=(WIDTH, high)).subplots(rows, 1, sharex=True, height_ratios=[1, 1.4] * (rows // 2))
    for ax, term, color in zip(axes[1::2], terms, COLORS * len(terms)):
        dispersion(places[places["token"] == term], dates, color=color, ax=ax)
    trends(trend, ax=axes[::2])
    return axes


@styled
def event_line(events, *, ax=None):
    """A row an event, at its time on a calendar: `begin finish label state` and, to link it, `mark`.

    A day is a dot, a month or a year a bar; filled where an article tells the event as past, hollow where it was only announced.

    >>> day = pd.to_datetime(["2019-07-22"])
    >>> ax = event_line(pd.DataFrame({"begin": day, "finish": day, "label": ["launch"], "state": ["told"]}))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['launch']
    """
    ax = _rows(ax, events["label"], 0.27, length=52)
    at, end = pd.Series(np.arange(len(events)), index=events.index), events["finish"] + pd.Timedelta(days=1)
    middle, told = events["begin"] + (end - events["begin"]) / 2, events["state"].eq("told")
    for which, width in ((told, 5), (~told, 1.5)):
        ax.hlines(at[which], events["begin"][which], end[which], color=COLORS[0], linewidth=width, alpha=0.35)
    draw_dots(ax, middle, at, COLORS[0], 7)
    draw_dots(ax, middle[~told], at[~told], PAPER, 4.4)
    ax.scatter(middle, at, s=260, marker="s", color=COLORS[0], alpha=0, zorder=6, label="links").set_urls([f"#{mark}" for mark in events.get("mark", events.index)])
    ax.grid(True, axis="y", alpha=0.5)
    date_axis(ax, events.rename(columns={"begin": "period", "finish": "period_end"}))
    return ax


@styled
def lanes(table, *, label="who", date="date", ax=None):
    """A row a name, the first at the top, and a dot on each day it has: `label date` and, to link it, `mark`; the days of a mark are one link.

    >>> ax = lanes(pd.DataFrame({"who": ["Rao", "Abe", "Rao"], "date": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-09"])}))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Rao', 'Abe']
    """
    names = list(dict.fromkeys(table[label]))
    ax, at = _rows(ax, names, 0.3), table[label].map({name: n for n, name in enumerate(names)})
    step = max(pd.Timedelta(days=1), (table[date].max() - table[date].min()) / 300)  # dots that would lie on each other are one
    draw_dots(ax, table[date].min() + (table[date] - table[date].min()) // step * step, at, COLORS[0], 6)
    for mark, rows in table.groupby("mark", sort=False) if "mark" in table else ():
        bar = ax.barh(at[rows.index[0]], rows[date].max() - rows[date].min() + 3 * step, 0.9, rows[date].min() - 1.5 * step, alpha=0, zorder=6, label="links")
        bar[0].set_url(f"#{mark}")
    date_axis(ax, pd.DataFrame({"period": table[date], "period_end": table[date]}))
    return ax


@styled
def two_clocks(dates, *, ax=None):
    """When it was said (across) and the time it spoke of (up): `said begin finish group` and, to link it, `mark`.

    On the diagonal lies the day of the article itself, below it the past, above what is to come. Each `group` has its colour. With a
    column `line` its dots are joined, and each is a link; without one the halves of a stretch of days are. A time told less exactly than a month, or with a `mod`, is a hollow dot, with
    its span where dots are joined. Of more than `MANY` dots a grid is drawn.

    >>> days = {"said": "2018-01-01", "begin": "2019-01-01", "finish": "2019-01-31"}
    >>> ax = two_clocks(pd.DataFrame({name: pd.to_datetime([day]) for name, day in days.items()}).assign(group="to come"))
    >>> ax.get_ylabel()
    'the time spoken of'
    """
    ax = new_axes(ax, 4.6)
    middle = dates["begin"] + (dates["finish"] - dates["begin"]) / 2
    if len(dates):
        first, last = dates["said"].min(), dates["said"].max()
        low, high = min(first, middle.min()), max(last, middle.max())
        ax.plot([first, last], [first, last], color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label="its own day")
        margin = max(high - low, pd.Timedelta(days=30)) * 0.04
        ax.set_ylim(low - margin, high + margin)
        year_axis(ax)
    if len(dates) > MANY:
        from matplotlib.dates import date2num

        draw_shades(ax, dates["said"], date2num(middle), ax.get_ylim(), None)
    for (group, rows), color in zip(dates.groupby("group", sort=False) if len(dates) <= MANY else (), COLORS * len(dates)):
        _clock_dots(ax, rows, middle[rows.index], color, shorten(str(group), 30))
    if "line" not in dates:
        _link_halves(ax, dates)
    if len(dates) <= MANY and dates["group"].nunique() > 1:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderaxespad=0, handletextpad=0.3, columnspacing=1.2)
    ax.set_ylabel("the time spoken of")
    date_axis(ax, pd.DataFrame({"period": dates["said"], "period_end": dates["said"]}))
    return ax


def _clock_dots(ax, rows, middle, color, name):
    vague = ((rows["finish"] - rows["begin"]).dt.days > 31).to_numpy()
    if "mod" in rows:  # about, early, before
        vague = vague | rows["mod"].notna().to_numpy()
    if "line" in rows:
        ax.vlines(rows["said"][vague], rows["begin"][vague], rows["finish"][vague], color=color, linewidth=1, alpha=0.35)
        ax.plot(rows["said"], middle, color=color, linewidth=1.2, alpha=0.6)
        ax.scatter(rows["said"], middle, s=90, marker="s", alpha=0, zorder=6, clip_on=False).set_urls([f"#{mark}" for mark in rows.get("mark", [])])
    draw_dots(ax, rows["said"], middle, color, 5)
    draw_dots(ax, rows["said"][vague], middle[vague], PAPER, 2.8)
    ax.plot([], [], marker="o", linestyle="", color=color, label=name)


def _link_halves(ax, dates):
    """What was said in a stretch of days and lies above the diagonal, or below it, is one link."""
    from matplotlib.dates import date2num

    edges = ax.get_ylim()
    for group, half in dates.groupby("group", sort=False) if "mark" in dates else ():
        starts = half.groupby("mark")["said"].min().sort_values()
        for mark, *days in zip(starts.index, starts, [*starts.iloc[1:], dates["said"].max() + pd.Timedelta(days=1)]):
            ax.fill_between(days, date2num(days), edges[1 if group == "to come" else 0], alpha=0, zorder=6).set_urls([f"#{mark}"])
