"""What is drawn: heights, labels and places, not pixels."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import dates as mdates
from matplotlib.colors import to_rgb

from utils.charts import articles_over_time, bars, contrast, dispersion, event_line, lanes, trends, two_clocks, two_rates
from utils.style import COLORS, MANY, PAPER, shorten
from utils.svg import NARROW, draw_svg
from utils.timeline import articles_over_time as by_period
from utils.timeline import hit_places, term_trend
from utils.tokens import tokenize

HOSTILE = ["A$AP $x^{2", "_under^score_", "<b>&amp;", "हिन्दी शब्द", "தமிழ் சொல்", "日本語の語", "x" * 300]


def draw(ax):
    """Draw it for good: text that cannot be laid out, or a glyph that no font has, shows only now."""
    plt.gcf().savefig(io.BytesIO(), format="svg")
    return ax


def test_bars_have_the_heights_and_labels_of_the_table():
    table = pd.DataFrame({"token": ["moon", "rover", "pole"], "n": [1200, 7, 0]})
    ax = draw(bars(table))
    assert [bar.get_width() for bar in ax.patches] == [1200, 7, 0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["moon", "rover", "pole"]
    assert [text.get_text() for text in ax.texts] == ["1,200", "7", "0"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first row stands at the top


@pytest.mark.filterwarnings("error")
def test_labels_are_text_and_never_formulas_and_every_script_has_its_font():
    ax = draw(bars(pd.DataFrame({"token": HOSTILE, "n": range(len(HOSTILE))})))
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert shown[:6] == HOSTILE[:6] and len(shown[6]) < 50
    assert not any(label.get_parse_math() for label in ax.get_yticklabels())


@pytest.mark.parametrize("rows", [0, 1, 3, 300])
def test_labels_do_not_overlap_however_many(rows):
    ax = draw(bars(pd.DataFrame({"token": [f"term {n}" for n in range(rows)], "n": range(rows)})))
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert len(boxes) == rows
    assert all(upper.y0 >= lower.y1 - 1 for upper, lower in zip(boxes, boxes[1:]))


def test_a_bar_is_as_wide_as_its_period_and_stands_on_its_days(frame):
    periods = by_period(frame("a", "b", "c", dates=["2020-01-31", "2020-03-01", "2020-03-02"]), freq="month")
    ax = draw(articles_over_time(periods))
    assert [bar.get_height() for bar in ax.patches] == [1, 0, 2]
    assert [mdates.num2date(bar.get_x()).strftime("%Y-%m-%d") for bar in ax.patches] == ["2020-01-01", "2020-02-01", "2020-03-01"]
    assert [round(bar.get_width() / 0.92) for bar in ax.patches] == [31, 29, 31]
    assert (ax.get_yticks() % 1 == 0).all()


def test_trends_draw_zero_and_no_articles_apart(frame):
    articles = frame("moon sun", "sun", "moon", dates=["2020-01-05", "2020-02-05", "2020-04-01"])
    trend = term_trend(tokenize(articles), articles, ["moon", "sun"], freq="month")
    moon, sun = draw(trends(trend))
    lines = {line.get_label(): line for line in moon.get_lines()}
    assert moon.get_title(loc="left") == "moon" and sun.get_title(loc="left") == "sun"
    np.testing.assert_array_equal(lines["rate"].get_ydata(), [5000, 0, np.nan, 10000])
    assert len(lines["zero"].get_ydata()) == 1
    grounds = [patch for patch in moon.patches if patch.get_label() == "no articles"]
    assert len(grounds) == 1 and mdates.num2date(grounds[0].get_x()).strftime("%Y-%m-%d") == "2020-03-01"
    assert moon.get_shared_y_axes().joined(moon, sun)


def test_shares_are_drawn_in_percent(frame):
    articles = frame("moon", "sun", "sun", "sun", dates=["2020-01-05", "2020-01-06", "2020-02-01", "2020-03-01"])
    (ax,) = draw(trends(term_trend(tokenize(articles), articles, "moon", freq="month"), value="share"))
    assert ax.get_lines()[0].get_ydata().tolist() == [0.5, 0, 0]
    assert all(label.get_text().endswith("%") for label in ax.get_yticklabels())


def test_dispersion_puts_a_dot_on_every_hit(frame):
    articles = frame("moon a moon", "sun", dates=["2020-01-05", "2020-02-05"])
    ax = draw(dispersion(hit_places(tokenize(articles), articles, "moon"), articles["date"]))
    dots = ax.collections[0].get_offsets()
    assert dots[:, 1].tolist() == [0, 1] and np.isfinite(ax.get_lines()[0].get_ydata()).sum() == 2 * 2  # two ticks, of two ends each
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the start of an article is at the top


def test_many_dots_are_a_grid_that_is_darkest_where_most_hits_are_and_leads_to_them():
    dates = pd.Series(pd.date_range("2020-01-01", periods=MANY + 1))
    places = pd.DataFrame({"date": dates, "place": 0.9, "mark": dates.dt.strftime("m|%Y-01-01")})
    places.loc[len(places)] = [dates[0], 0.1, "m|2020-01-01"]
    ax = dispersion(places, dates)
    shades = ax.images[0].get_array()[..., 3]
    assert shades[10].min() > 0.9 and shades[1, 0] > 0 and shades[1, 1:].max() == 0 and shades[5].max() == 0
    assert [patch.get_url() for patch in ax.patches] == [f"#m|{year}-01-01" for year in range(2020, 2025)]
    assert len(ax.lines[0].get_xdata()) <= 3 * 401


def test_of_nothing_an_empty_chart(frame):
    articles = frame("moon")
    draw(bars(pd.DataFrame({"token": [], "n": []})))
    draw(articles_over_time(by_period(articles)))
    draw(trends(term_trend(tokenize(articles), articles, ["moon"])))
    draw(dispersion(hit_places(tokenize(articles), articles, "moon"), articles["date"]))


def test_given_axes_are_drawn_on_and_come_back():
    figure, axes = plt.subplots(1, 2)
    table = pd.DataFrame({"token": ["a"], "n": [1]})
    assert bars(table, ax=axes[1]) is axes[1] and not axes[0].patches
    assert figure.get_size_inches().tolist() == plt.rcParams["figure.figsize"]


def test_colours_are_told_apart_on_paper():
    def luminance(color):
        parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in zip((0.2126, 0.7152, 0.0722), parts))

    assert all(1.05 / (luminance(color) + 0.05) >= 4.5 for color in COLORS)


def test_long_labels_keep_both_ends():
    assert shorten("India and Japan " * 9).startswith("India and Japan") and shorten("a  b\n c") == "a b c"


def test_what_cannot_be_drawn_is_no_crash(frame):
    ax = draw(bars(pd.DataFrame({"token": ["a", "b", "c"], "n": [np.nan, np.inf, 0.04]})))
    assert [text.get_text() for text in ax.texts] == ["0.0", "0.0", "0.04"]
    articles = frame("🚀", "🚀", dates=["2020-01-01", "2020-02-01"])
    draw(trends(term_trend(tokenize(articles), articles, ["moon"], freq="month")))


def test_one_day_is_labelled_as_a_day(frame):
    ax = draw(articles_over_time(by_period(frame("a", dates=["2020-01-02"]))))
    assert "2 Jan\n2020" in [label.get_text() for label in ax.get_xticklabels()]


def test_events_stand_at_their_time_filled_when_told_and_hollow_when_announced():
    days = pd.to_datetime(["2019-07-22", "2024-01-01"])
    table = pd.DataFrame({"begin": days, "finish": pd.to_datetime(["2019-07-22", "2024-12-31"]), "label": ["22 July 2019 · left", "2024 · mission"], "state": ["told", "announced"]})
    ax = event_line(table)
    links = ax.collections[-1]
    assert [url for url in links.get_urls()] == ["#0", "#1"]
    assert mdates.num2date(links.get_offsets()[1][0]).strftime("%Y-%m") == "2024-07" and links.get_offsets()[:, 1].tolist() == [0, 1]
    assert [text.get_text() for text in ax.get_yticklabels()] == table["label"].tolist()
    dots = [patch for patch in ax.patches if len(patch.get_path().vertices)]
    assert len(dots[0].get_path().vertices) == 4 and dots[1].get_path().vertices[:, 1].tolist() == [1, 1]  # only the announced one is hollow


def test_two_clocks_put_the_day_of_saying_across_and_the_time_spoken_of_up():
    said = pd.to_datetime(["2018-01-01", "2019-01-01"])
    table = pd.DataFrame({"said": said, "begin": pd.to_datetime(["2019-06-01", "2018-06-01"]), "finish": pd.to_datetime(["2019-06-30", "2018-06-01"]), "group": ["to come", "past"], "mark": ["a", "b"]})
    ax = two_clocks(table)
    diagonal = ax.lines[0].get_xydata()
    assert (diagonal[:, 0] == diagonal[:, 1]).all()
    heights = sorted({round(patch.get_path().vertices[0][1]) for patch in ax.patches})
    assert [mdates.num2date(h).strftime("%Y-%m") for h in heights] == ["2018-06", "2019-06"]
    halves = {collection.get_urls()[0]: collection.get_paths()[0].vertices[:, 1] for collection in ax.collections if collection.get_urls()}
    assert halves["#a"].max() == ax.get_ylim()[1] and halves["#b"].min() == ax.get_ylim()[0]
    assert ax.get_legend() is not None


def test_an_uncertain_time_is_a_hollow_dot():
    day = pd.to_datetime(["2018-01-01"])
    table = pd.DataFrame({"said": day, "begin": day, "finish": day, "group": "past", "mod": ["APPROX"]})
    assert len(two_clocks(table).patches) == 2 and len(two_clocks(table.assign(mod=None)).patches) == 1  # the second is the paper within


def test_a_line_of_promises_links_each_of_its_dots():
    said = pd.to_datetime(["2018-01-01", "2019-01-01"])
    table = pd.DataFrame({"said": said, "begin": said, "finish": said, "group": "x", "mark": ["a", "b"], "line": True})
    assert two_clocks(table).collections[-1].get_urls() == ["#a", "#b"]


def test_lanes_have_a_row_a_name_and_a_link_a_mark():
    table = pd.DataFrame({"who": ["Ann", "Bob", "Ann"], "date": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"]), "mark": ["a", "b", "a"]})
    ax = lanes(table)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Ann", "Bob"]
    dots, *links = ax.patches
    assert sorted(dots.get_path().vertices[::2, 1]) == [0, 0, 1] and mdates.num2date(dots.get_path().vertices[:, 0].max()).strftime("%F") == "2020-01-03"
    assert [link.get_url() for link in links] == ["#a", "#b"] and links[0].get_width() > links[1].get_width() and [link.get_y() + 0.45 for link in links] == [0, 1]


def spots(ax, color):
    """The centres of the dots of a colour that `draw_dots` has drawn."""
    drawn = [patch for patch in ax.patches if patch.get_edgecolor()[:3] == to_rgb(color) and not patch.get_fill()]
    return sorted(tuple(point) for patch in drawn for point in patch.get_path().vertices[::2].round(6).tolist())


def test_a_contrast_has_its_sides_its_intervals_and_hollow_dots_for_what_does_not_hold():
    table = pd.DataFrame({"token": ["moon", "rover", "tax"], "log_ratio": [2.0, 1.0, -1.5], "low": [1.0, -0.5, -9.0], "high": [2.4, 2.0, -0.5], "holds": [True, False, True]})
    ax = draw(contrast(table, ("Asahi", "The $5 Post")))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["moon", "rover", "tax"] and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert spots(ax, COLORS[0]) == [(1, 1), (2, 0)] and spots(ax, COLORS[1]) == [(-1.5, 2)] and spots(ax, PAPER) == [(1, 1)]
    right, left = (lines.get_segments() for lines in ax.collections if lines.get_label() == "interval")
    assert [line[:, 0].tolist() for line in right] == [[1, 2.4], [-0.5, 2]] and left[0][1][0] == -0.5
    assert left[0][0][0] == ax.get_xlim()[0]  # what has no end goes to the edge
    assert ax.get_xlabel() == "more in Asahi →\n← more in The $5 Post" and "4×" in [label.get_text() for label in ax.get_xticklabels()]
    assert [bar.get_url() for bar in ax.containers[0]] == ["#moon", "#rover", "#tax"]


def test_two_rates_stand_on_both_scales_and_what_one_side_lacks_on_the_edge():
    table = pd.DataFrame({"token": ["moon", "tax", "ice"], "per_10k_target": [8.0, 0.0, 1.0], "per_10k_reference": [2.0, 4.0, 1.0]})
    ax = draw(two_rates(table, ("Asahi", "Mainichi")))
    edge = round(1 / 1.6, 6)
    assert ax.get_xscale() == ax.get_yscale() == "log" and spots(ax, COLORS[0]) == [(1, 1), (2, 8)] and spots(ax, COLORS[1]) == [(4, edge)]
    assert ax.get_ylabel().endswith("Asahi") and ax.get_xlabel().endswith("Mainichi")
    assert [text.get_text() for text in ax.texts] == ["moon", "tax", "ice"] and ax.texts[0].get_url() == "#moon"


def test_of_words_that_would_lie_on_each_other_the_first_stays():
    table = pd.DataFrame({"token": ["moon", "lune", "luna", "tax"], "per_10k_target": [8.0, 8.0, 8.0, 1.0], "per_10k_reference": [2.0, 2.0, 2.02, 40.0]})
    svg = draw_svg(two_rates(table, ("A", "B")).figure, NARROW, "alt")
    assert ">moon<" in svg and ">tax<" in svg and ">lune<" not in svg and ">luna<" not in svg


def test_no_terms_draw_empty_axes():
    nothing = pd.DataFrame({"token": pd.Series(dtype="str"), **dict.fromkeys(["log_ratio", "per_10k_target", "per_10k_reference"], pd.Series(dtype=float))})
    draw(contrast(nothing, ("a", "b")))
    draw(two_rates(nothing, ("a", "b")))


def test_copies_are_the_pale_part_of_a_bar(frame):
    periods = by_period(frame("a", "b", "c", dates=["2020-01-31", "2020-03-01", "2020-03-02"]), freq="month").assign(stories=[1, 0, 1])
    articles, stories, links = draw(articles_over_time(periods)).containers
    assert [bar.get_height() for bar in articles] == [1, 0, 2] and articles[0].get_alpha() == 0.35
    assert [bar.get_height() for bar in stories] == [1, 0, 1] and stories[0].get_alpha() is None
    assert [bar.get_url() for bar in links] == ["#2020-01-01", "#2020-02-01", "#2020-03-01"] and [bar.get_height() for bar in links] == [1, 0, 2]


def test_peaks_are_shaded_where_they_are(frame):
    articles = frame("moon sun", "sun", "moon", dates=["2020-01-05", "2020-02-05", "2020-04-01"])
    trend = term_trend(tokenize(articles), articles, ["moon", "sun"], freq="month")
    peaks = pd.DataFrame({"token": ["sun"], "begin": pd.to_datetime(["2020-02-01"]), "finish": pd.to_datetime(["2020-03-01"])})
    moon, sun = ([patch for patch in ax.patches if patch.get_label() == "peak"] for ax in draw(trends(trend, peaks=peaks)))
    assert not moon and [mdates.num2date(patch.get_x()).strftime("%Y-%m-%d") for patch in sun] == ["2020-02-01"] and sun[0].get_width() == 29
