"""How every chart looks: colours, fonts, axes of dates and counts, marks that lead to sentences. `charts` draws with it.

Colours are few; `show.figure` turns them into the page's own, so that a chart reads in the dark as in the light.
"""

import logging
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from utils.words import visible

INK, MUTED, RULE, PAPER = "#1b1c1e", "#6a6b6d", "#d3d4d6", "#fdfdfb"
COLORS = ("#1f6fb4", "#b34700", "#00795c", "#8d4f9f", "#8a6d00", "#5c6b7a")  # told apart by the colour-blind; 4.5:1 on white
FONT_PACKAGES = ("fontpkg_noto_sans_devanagari", "fontpkg_noto_sans_tamil", "matplotlib_fontja")
STYLE = Path(__file__).resolve().parent / "template" / "dateline.mplstyle"
WIDTH = 7.2  # inches
MANY = 1500  # dots; more of them are drawn as a grid, to be read and to keep the page small
GRID = (72, 12)  # shades across and down, where there are too many dots
LONGEST_LABEL = 44


def styled(draw):
    """Draw in the house's style, whatever the notebook has set, with fonts for Hindi, Tamil and Japanese at hand."""

    @wraps(draw)
    def drawn(*args, **kwargs):
        import matplotlib.style

        register_fonts()
        with matplotlib.style.context(STYLE):
            return draw(*args, **kwargs)

    return drawn


@cache
def register_fonts():
    """Make the fonts of `FONT_PACKAGES` known to matplotlib, once."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it warns of each weight that a font lacks
    for package in FONT_PACKAGES:
        for folder in find_spec(package).submodule_search_locations:
            for file in Path(folder).rglob("*.ttf"):
                font_manager.fontManager.addfont(file)


def new_axes(ax, height, rows=1):
    """The Axes given, or those of a new figure: one, or a column of them that share both axes."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(rows, 1, figsize=(WIDTH, height), sharex=True, sharey=True, squeeze=rows == 1)[1]


def link_marks(marks, names):
    """What each bar leads to, for `show.figure` to find: a link to "#" and its name."""
    for mark, name in zip(marks, names):
        mark.set_url(f"#{name}")


def draw_shades(ax, dates, heights, between, marks, color=COLORS[0]):
    """Many dots as a grid of shades, each stretch of days of a mark its link."""
    from matplotlib.colors import to_rgb
    from matplotlib.dates import date2num

    days = date2num(dates)
    n, x, y = np.histogram2d(days, heights, bins=GRID, range=((days.min(), days.max() + 1), between))
    shades = np.empty((*GRID[::-1], 4))
    shades[..., :3], shades[..., 3] = to_rgb(color), (n / max(n.max(), 1)).T ** 0.7
    ax.imshow(shades, extent=(x[0], x[-1], y[-1], y[0]), aspect="auto", interpolation="none", label="hits")
    ax.set_ylabel("darker: more")
    for mark, of in dates.groupby(marks) if marks is not None else ():
        ax.axvspan(of.min(), of.max() + pd.Timedelta(days=1), alpha=0, label="links").set_url(f"#{mark}")


def draw_dots(ax, x, y, color, size):
    """Dots as one path of strokes without length, a quarter of what so many markers weigh in a page."""
    from matplotlib.dates import date2num
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    if len(x):
        places = [date2num(side) if pd.api.types.is_datetime64_dtype(side) else side for side in (x, y)]
        points = np.repeat(np.unique(np.column_stack(places), axis=0), 2, axis=0)
        line = Line(points, [Line.MOVETO, Line.LINETO] * (len(points) // 2))
        line.should_simplify = False
        ax.add_patch(PathPatch(line, edgecolor=color, linewidth=size, capstyle="round", fill=False, clip_on=False, zorder=3, in_layout=False, gid="dots_0"))


@cache
def _date_ticks():
    """Matplotlib's locator of dates, which asks for them anew only where the axis has changed: a chart asks some forty times."""
    from matplotlib.dates import AutoDateLocator

    class DateTicks(AutoDateLocator):
        def __call__(self):
            asked = *self.axis.get_view_interval(), *self.maxticks.values()
            if asked != getattr(self, "asked", None):
                self.asked, self.found = asked, super().__call__()
            return self.found

    return DateTicks


def year_axis(ax):
    """Dates up the side, as years, months or days, whatever fits."""
    from matplotlib.dates import ConciseDateFormatter

    locator = _date_ticks()(minticks=4, maxticks=10)
    ax.yaxis.set_major_locator(locator)
    ax.yaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def shorten(label, length=LONGEST_LABEL):
    """A label of bounded length, cut in its middle: names differ at both ends.

    >>> shorten("a" * 10 + "b" * 10, 11)
    'aaaaa…bbbbb'
    """
    label = " ".join(visible(str(label)).split())
    return label if len(label) <= length else f"{label[: length // 2]}…{label[-(length // 2) :]}"


def round_ticks(ticks):
    """A locator of so many round numbers."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(ticks, steps=[1, 2, 5, 10])


def count_axis(ax, most):
    """Counts up the side, from zero to a little above the most."""
    ax.set_ylim(0, max(most, 1) * 1.08)
    ax.yaxis.set_major_locator(round_ticks(4))
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")


def date_axis(ax, periods):
    """A calendar along the foot, from the first `period` to the last `period_end`; with days alone where it is a week or less."""
    from matplotlib import dates

    few = len(periods) and periods["period_end"].max() - periods["period"].min() < pd.Timedelta(days=8)
    locator = dates.DayLocator() if few else _date_ticks()(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    short = lambda x, _: f"{(day := dates.num2date(x)).day} {day:%b}\n{day.year}"
    ax.xaxis.set_major_formatter(short if few else dates.ConciseDateFormatter(locator, show_offset=True))
    ax.xaxis.grid(False)
    ax.spines["bottom"].set_visible(True)
    if len(periods):
        first, last = periods["period"].min(), periods["period_end"].max()
        margin = max((last - first) * 0.015, pd.Timedelta(hours=12))
        ax.set_xlim(first - margin, last + margin)
    else:
        ax.xaxis.set_visible(False)
