"""The runner of `make bench`: its ratios by hand, its page from results.csv, and all of our steps on ten articles."""

import re
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import run, tell
from benchmarks.ours import FROM, KEPT, STEPS
from benchmarks.peers import PEERS

ROOT = Path(__file__).resolve().parent.parent
NONE = tell.read(Path("there is no such folder"))


def a_run(who, cpu, wall=1.0, mb=100.0, articles=1000, of=None):
    return {"step": "counts", "articles": articles, "who": who, "of": of or articles, "cpu": cpu, "wall": wall, "mb": mb}


@pytest.fixture
def made_up():
    """Three turns on 1,000 articles: nltk takes 4, 5 and 12 times our CPU, polars half of it, once; and one turn on 10,000."""
    first = [a_run("Dateline", 1.0), a_run("Dateline", 2.0), a_run("Dateline", 0.5), a_run("nltk", 4.0, 3.0), a_run("nltk", 10.0, 2.0), a_run("nltk", 6.0, 7.0)]
    small = run.summarize(pd.DataFrame([*first, a_run("polars", 0.5, 2.0, 200.0)]), NONE)
    worked_out = a_run("nltk", 60.0, 30.0, float("nan"), 10000)
    large = run.summarize(pd.DataFrame([a_run("Dateline", 100.0, 3.0, articles=10000), worked_out, a_run("polars", 5.0, 6.0, articles=10000)]), small)
    return pd.concat([small, large], ignore_index=True)


def test_medians_and_ratios_by_hand(made_up):
    columns = ["who", "runs", "cpu", "wall", "mb", "ratio", "low", "high", "wall_ratio"]
    assert made_up.loc[made_up["articles"] == 1000, columns].values.tolist() == [
        ["Dateline", 3, 1.0, 1.0, 100.0, 1.0, 1.0, 1.0, 1.0],
        ["nltk", 3, 6.0, 3.0, 100.0, 5.0, 4.0, 12.0, 3.0],
        ["polars", 1, 0.5, 2.0, 200.0, 0.5, 0.5, 0.5, 2.0],
    ]
    # From 1 to 100 seconds for ten times the articles is their square; from 0.5 to 5 is in proportion; what was not run has no growth.
    assert made_up.loc[made_up["articles"] == 10000, "growth"].round(6).fillna(-1).tolist() == [2.0, -1, 1.0]


def test_the_table_says_who_is_quicker_and_what_was_worked_out(made_up):
    small, large = tell.table(made_up, 1000), tell.table(made_up, 10000)
    assert list(small.columns) == tell.HEADS
    assert small.values.tolist() == [
        ["counts", "tokens", "Dateline", "1.00", "1.00", "100", "1", "1", "–", "3"],
        ["counts", "tokens", "nltk", "6.00", "3.00", "100", "5.0 (4.0–12)", "3.0", "–", "3"],
        ["counts", "tokens", "polars", "0.500", "2.00", "200", "**0.50: quicker**", "2.0", "–", "1"],
    ]
    assert large.loc[1].tolist() == ["counts", "tokens", "nltk", "≈ 60.0", "≈ 30.0", "–", "**≈ 0.60: quicker**", "≈ 10", "–", "0"]
    assert tell.quicker(made_up).splitlines()[0] == "**Quicker than Dateline on 1,000 articles:** counts with polars (0.50 of our CPU, 2.0 of our wall time)."
    assert "on 1,000 articles:** nobody." in tell.quicker(made_up[made_up["who"] != "polars"])


def test_what_a_larger_size_takes_is_foreseen_along_the_line_and_never_below_proportion(made_up):
    known = made_up[made_up["who"] == "polars"]
    assert run.foresee(known, "counts", "polars", 100000)["cpu"] == pytest.approx(50)
    steep = known.assign(wall=[1.0, 100.0])
    assert run.foresee(steep, "counts", "polars", 100000)["wall"] == pytest.approx(10_000)
    assert run.foresee(known.assign(wall=[5.0, 5.0]), "counts", "polars", 100000)["wall"] == pytest.approx(50)
    assert run.foresee(NONE, "counts", "polars", 100000)["wall"] == 0


def test_who_takes_too_long_is_left_out_and_a_share_is_counted_up(monkeypatch):
    asked = []
    monkeypatch.setattr(run, "measure", lambda who, *_: asked.append(who) or {"cpu": 2.0, "wall": 3.0, "mb": 50.0, "whole": 4.0})
    known = run.summarize(pd.DataFrame([a_run("Dateline", 1.0), a_run("nltk", 1.0, 13.0), a_run("pandas", 1.0, 11.0)]), NONE)
    runs = run.turns("counts", 10000, None, "/", known)
    taken = runs.groupby("who")[["cpu", "wall", "mb"]].agg(["count", "median"])
    assert "nltk" not in asked and taken.loc["nltk"].fillna(-1).tolist() == [1, 10.0, 1, 130.0, 0, -1]
    assert asked.count("pandas") == asked.count("Dateline") == 3  # a fourth time would be 16 seconds
    dates = run.turns("dates", 1000, None, "/", NONE).set_index("who").loc["dateparser"].iloc[0]
    assert (dates["of"], dates["cpu"], dates["wall"], dates["mb"]) == (10, 200.0, 300.0, 50.0)


def test_results_of_a_step_take_the_place_of_older_ones(made_up, tmp_path):
    tell.keep(made_up, tmp_path)
    other = made_up[made_up["articles"] == 1000].assign(step="tokens")
    tell.keep(other, tmp_path)
    tell.keep(made_up[(made_up["articles"] == 1000) & (made_up["who"] == "Dateline")].assign(cpu=7.0), tmp_path)
    kept = tell.read(tmp_path)
    assert kept[["articles", "step", "who", "cpu"]].values.tolist() == [
        [1000, "tokens", "Dateline", 1.0], [1000, "tokens", "nltk", 6.0], [1000, "tokens", "polars", 0.5], [1000, "counts", "Dateline", 7.0],
        [10000, "counts", "Dateline", 100.0], [10000, "counts", "nltk", 60.0], [10000, "counts", "polars", 5.0],
    ]  # fmt: skip


def test_the_chart_has_a_dot_for_each_other_library_hollow_where_worked_out(made_up):
    from matplotlib.colors import to_hex

    ax = tell.draw(made_up).axes[0]
    dots = [c for c in ax.collections if len(c.get_offsets())]
    assert [c.get_offsets().tolist() for c in dots] == [[[0.6, 0.0]], [[0.05, 0.0]]]
    assert to_hex(dots[0].get_facecolor()[0]) == tell.PAPER and to_hex(dots[1].get_facecolor()[0]) == tell.COLORS[1]
    assert "10,000" in ax.get_title(loc="left") and [t.get_text() for t in ax.get_yticklabels()] == ["counts"]


def test_the_page_is_that_of_its_results():
    results = tell.read(ROOT / "benchmarks")
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert page == tell.readme(results)
    rows = re.findall(r"^\| (?!step|---)([^|]+) \| (?:files|text|tokens) \| ([^|]+) \|", page, re.MULTILINE)
    assert rows == list(zip(results["step"], results["who"]))
    assert {who for peers in PEERS.values() for who in peers} <= set(results["who"]) and set(results["step"]) == set(STEPS)


def test_ours_alone_on_ten_articles(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(run, "RUNS", 1)
    run.main(["10", "--folder", str(tmp_path), "--peers", "no-such-python", "--steps", "counts", "--out", str(tmp_path / "out")])
    assert "Dateline alone" in capsys.readouterr().out
    found = tell.read(tmp_path / "out")
    assert found[["articles", "step", "who", "of", "runs", "ratio"]].values.tolist() == [[10, "counts", "Dateline", 10, 1, 1.0]]
    assert 0 < found["cpu"][0] < 10 and 20 < found["mb"][0] < 2000
    assert (tmp_path / "out" / "README.md").read_text(encoding="utf-8").count("| counts | tokens | Dateline |") == 1
    assert "<svg" in (tmp_path / "out" / "chart.svg").read_text(encoding="utf-8")
    assert {file.name for file in (tmp_path / "10").iterdir()} == {"articles", "articles.pkl", "tokens.pkl"}  # names, which take long, only who asks for quotes
    run.corpus(tmp_path, 10, ["quotes"])
    assert {f"{name}.pkl" for name in KEPT.values()} | {"articles"} == {file.name for file in (tmp_path / "10").iterdir()}
    for step in STEPS.keys() - {"report"}:
        assert len(STEPS[step](tmp_path / "10")()), step


def test_tables_name_every_step_and_the_makefile_has_the_target():
    assert set(FROM) <= set(STEPS) and set(PEERS) <= set(STEPS)
    assert all(re.search(rf"^\| [^|]*\b{re.escape(step)}\b", tell.NOTES, re.MULTILINE) for step in STEPS)
    assert "benchmarks.run $(SIZES)" in (ROOT / "Makefile").read_text()
