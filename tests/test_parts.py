"""Parts of a folder counted apart: their sum is the whole, whatever the parts, whoever counts them, and whoever dies over it."""

import os
import signal
import sys
import time
import types

import nbformat
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from utils.articles import load_articles
from utils.compare import keyness, keyness_of_counts
from utils.folders import ROOT
from utils.parts import ARTICLES, SUMMARY, WORDS, add_up, count_parts, find_parts, open_client, sizes_of, summarize, terms_of, trend_of
from utils.terms import characteristic_terms, count_terms
from utils.timeline import term_trend
from utils.tokens import tokenize

TERMS = ["moon", "joint mission", "launch*", "moon|lunar", "nowhere"]
PATTERNS = TERMS[1:]


def assert_same(summary, articles):
    """All tables of a summary are those of the articles in memory: columns, types, order, numbers."""
    tokens = tokenize(articles)
    group = articles["source"].astype("str").to_numpy()[tokens["article_id"].cat.codes]
    tokens = tokens.assign(group=pd.Series(group, tokens.index, dtype="str"))
    counts, by_group = terms_of(summary), terms_of(summary, by="group")
    assert_frame_equal(counts, count_terms(tokens))
    assert_frame_equal(by_group, count_terms(tokens, by="group"))
    for freq in ("month", "quarter", "year"):
        assert_frame_equal(trend_of(summary, TERMS, freq=freq), term_trend(tokens, articles, TERMS, freq=freq))
    here, there = (by_group[side].drop(columns="group") for side in (by_group["group"].eq("x"), by_group["group"].eq("y")))
    target, reference = (tokens[tokens["group"].eq(name)] for name in ("x", "y"))
    assert_frame_equal(keyness_of_counts(here, there, min_count=1), keyness(target, reference, min_count=1))
    sizes = sizes_of(summary, "group")
    assert_frame_equal(characteristic_terms(None, counted=(counts, sizes["with_words"].sum())), characteristic_terms(tokens))
    assert sizes["articles"].sum() == len(articles) and sizes["words"].sum() == len(tokens)


@pytest.fixture
def articles(frame):
    """Two sources and one that is not known, an undated article, one that lies ahead, one without a word."""
    texts = ["The moon, the Moon.", "A joint mission launched.", "Lunar launch; the moon!", "Moon", "!?", "A launch of the moon.", "The joint mission: moon, moon, moon."]
    dates = ["2019-05-01", "2019-05-31", "2020-01-01", None, "2020-02-02", "2031-01-01", "2019-07-04"]
    made = frame(*texts, dates=dates).assign(source=pd.Series(["x", "y", "x", "y", "x", None, "y"], dtype="str"), flags="")
    return made.assign(flags=made["flags"].where(made["date"].ne("2031-01-01"), "future_date"))


def test_a_summary_is_what_one_counts_by_hand(articles):
    summary = summarize(articles, patterns=["launch*"])
    assert list(summary.dtypes.astype(str)) == ["str", "datetime64[s]", "str", "int64", "int64", "int64"]
    known = summary.fillna({"group": "-"}).itertuples()
    rows = {(row.token, str(row.period)[:7], row.group): (row.n, row.articles, row.most_in_one) for row in known}
    assert rows["moon", "2019-05", "x"] == (2, 1, 2) and rows["moon", "2019-07", "y"] == (3, 1, 3) and rows["moon", "NaT", "y"] == (1, 1, 1)
    assert rows["\nlaunch*", "2019-05", "y"] == (1, 1, 1) and rows["\nlaunch*", "NaT", "-"] == (1, 1, 1) and ("\nlaunch*", "2019-07", "y") not in rows
    assert rows[ARTICLES, "2020-02", "x"] == (1, 1, 1) and (WORDS, "2020-02", "x") not in rows  # an article, and not a word in it
    assert rows[WORDS, "2019-05", "x"] == (4, 1, 4)


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_the_sum_of_parts_is_the_whole(articles, parts):
    summaries = [summarize(articles.iloc[n::parts], patterns=PATTERNS) for n in range(parts)]
    assert_same(add_up([*summaries, summarize(articles.head(0), patterns=PATTERNS)]), articles)
    assert_same(add_up([add_up(summaries[:2]), add_up([summarize(articles.head(0)), *summaries[2:]])]), articles)


def test_the_articles_are_not_changed_and_their_order_does_not_matter(articles):
    before, turned = articles.copy(), articles.iloc[::-1]
    assert_frame_equal(terms_of(summarize(turned)), terms_of(summarize(articles)))
    assert_frame_equal(trend_of(summarize(turned), TERMS), trend_of(summarize(articles), TERMS))
    assert_frame_equal(articles, before)


def test_a_summary_of_nothing_makes_the_same_tables(articles):
    nothing, something = summarize(articles.head(0)), summarize(articles)
    assert nothing.empty and nothing.dtypes.equals(something.dtypes)
    tables = [[terms_of(one), terms_of(one, by="group"), sizes_of(one, "period"), trend_of(one, ["moon"])] for one in (nothing, something)]
    assert all(none.empty and len(some) and none.dtypes.equals(some.dtypes) for none, some in zip(*tables))


def test_without_a_source_there_is_one_group_and_another_freq_is_refused(frame):
    assert summarize(frame("moon")).group.isna().all()
    with pytest.raises(ValueError, match="'fortnight'; it has day, week"):
        summarize(frame("moon"), freq="fortnight")


def test_finer_bins_leave_out_what_is_dated_to_a_month(frame):
    made = frame("moon", "moon", dates=["2019-05-01", "2019-05-02"]).assign(date_precision=["month", "day"])
    assert trend_of(summarize(made, freq="day"), ["moon"], freq="day")["n"].tolist() == [1]
    assert trend_of(summarize(made), ["moon"])["n"].tolist() == [2]


def test_parts_hold_every_file_once_and_what_belongs_together(folder):
    names = ["a.txt", "a.html", "a_files/b.js", "ab.txt", "b.csv.gz", "b.csv", "c/a.txt", "d.parquet", "e.txt"]
    root = folder({name: "x" * (9_000_000 if name == "d.parquet" else 40) for name in names})
    parts = find_parts(root, size=4)
    assert sorted(name for part in parts for name in part) == sorted(names)
    together = [{"a.txt", "a.html", "a_files/b.js"}, {"b.csv", "b.csv.gz"}]
    assert all(any(group <= set(part) for part in parts) for group in together)
    assert ["d.parquet"] in parts  # some nine thousand articles
    assert find_parts(root, size=10**9) == ["a.html a.txt a_files/b.js ab.txt b.csv b.csv.gz c/a.txt d.parquet e.txt".split()]
    assert find_parts(root / "a.txt") == [["a.txt"]]


def test_an_article_has_the_id_in_its_part_that_it_has_in_the_whole(folder):
    records = '{"text": "Fourth"}\n{"text": "Fifth"}'
    root = folder({"a.txt": "One moon.", "a.text": "Another moon.", "b.txt": "Third.", "c.jsonl": records, "bad.txt": "\0\1"})
    parts = find_parts(root, size=1)
    apart = [load_articles(root, files=files) for files in parts]
    whole, aside = load_articles(root)
    assert len(parts) == 4 and {"a.txt", "a.text"} <= set(whole["article_id"]) and sorted(pd.concat([one for one, _ in apart])["article_id"]) == sorted(whole["article_id"])
    assert sum(len(rest) for _, rest in apart) == len(aside) == 1


@pytest.mark.parametrize("size", [1000, 60, 25])
def test_the_sample_in_parts_is_the_sample(size):
    articles, _ = load_articles("data/articles")
    assert_same(count_parts("data/articles", find_parts("data/articles", size=size), patterns=PATTERNS), articles)


def test_cleaning_sees_a_part_and_without_it_parts_agree(folder):
    story = lambda n: f" date 2020-01-0{n} The {['red', 'blue', 'old', 'new'][n - 1]} probe number {n} has landed in a crater.\n\nMoon letter of the month\n"
    root = folder({f"paper/{n}.txt": story(n) for n in range(1, 5)})
    whole, parts = find_parts(root), find_parts(root, size=1)
    letters = lambda parts, **how: terms_of(count_parts(root, parts, **how)).set_index("token")["n"].get("letter", 0)
    assert (letters(whole), letters(parts)) == (0, 4)  # a line that comes back is known by coming back
    assert letters(whole, cleaned=False) == letters(parts, cleaned=False) == 4


def test_what_was_set_aside_is_counted(folder):
    root = folder({"a.txt": "moon", "b.txt": "", "c.bin": b"\0\1\2"})
    assert sizes_of(count_parts(root, find_parts(root, size=1)), "group")["set_aside"].sum() == 2


def test_few_parts_need_no_other_process(monkeypatch):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    assert open_client([["a.txt"]] * 2) is None


def test_without_dask_there_is_no_client(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert open_client([["a.txt"]] * 99, workers=2) is None


@pytest.fixture(scope="module")
def client():
    pytest.importorskip("distributed")
    with open_client([], workers=2) as client:
        yield client


def test_two_processes_give_what_one_gives(client):
    articles, _ = load_articles("data/articles")
    summary = count_parts("data/articles", find_parts("data/articles", size=25), client=client, patterns=PATTERNS)
    assert summary.npartitions == 2 and summary.dtypes.astype(str).to_dict() == {name: str(dtype) for name, dtype in SUMMARY.items()}
    assert_frame_equal(terms_of(summary), count_terms(tokenize(articles)))
    assert_frame_equal(trend_of(summary, TERMS, freq="year"), term_trend(tokenize(articles), articles, TERMS, freq="year"))
    assert_same(summary.compute(), articles)


def test_a_worker_that_is_killed_changes_nothing(client):
    parts = find_parts("data/articles", size=12)
    workers = client.run(os.getpid)
    summary = count_parts("data/articles", parts, client=client, patterns=PATTERNS, freq="quarter")
    while not any(client.processing().values()):
        time.sleep(0.01)
    killed = max(client.processing(), key=lambda worker: len(client.processing()[worker]))
    os.kill(workers[killed], signal.SIGKILL)
    alone = count_parts("data/articles", parts, patterns=PATTERNS, freq="quarter")
    assert_frame_equal(terms_of(summary), terms_of(alone))
    assert_frame_equal(trend_of(summary, TERMS, freq="quarter"), trend_of(alone, TERMS, freq="quarter"))
    assert workers[killed] not in client.run(os.getpid).values()  # it did die


def test_the_scheduler_that_the_environment_names_is_taken(client, monkeypatch):
    import dask

    with dask.config.set({"scheduler-address": client.scheduler.address}):  # as Dask reads DASK_SCHEDULER_ADDRESS when it is imported
        with open_client([["a.txt"]]) as other:
            assert other.scheduler.address == client.scheduler.address and other.cluster is None


def test_a_notebook_of_a_report_may_start_processes(monkeypatch):
    from multiprocessing.spawn import get_preparation_data

    from IPython.core.interactiveshell import InteractiveShell

    from utils.pages import RESET

    main = types.ModuleType("__main__")
    main.__spec__ = None
    shell = InteractiveShell(user_module=main)
    shell.history_manager.enabled = False
    shell.run_cell("kept = 1")
    shell.run_cell(RESET).raise_error()
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert not hasattr(main, "kept") and get_preparation_data("worker")["name"] == "worker"


def test_a_folder_that_is_kept_is_counted_from_the_store(folder, tmp_path, monkeypatch):
    """The same numbers, and neither a file that is read again nor a process that is started."""
    root = folder({f"{source}/{n}.txt": f"date 2019-0{n}-01\nThe moon and the {n} launches." for source in "xy" for n in range(1, 6)} | {"empty.txt": ""})
    parts = find_parts(root, size=3)
    files = count_parts(root, parts)
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path / "store"))
    load_articles(root)
    monkeypatch.setattr("utils.articles.read_bytes", None)
    order = ["token", "period", "group"]
    kept = count_parts(root, parts).sort_values(order, ignore_index=True)
    assert_frame_equal(kept, files.sort_values(order, ignore_index=True))
    assert len(parts) > 3 and open_client(parts) is None


def test_the_notebook_knows_no_third_answer_to_clean():
    cells = [cell.source for cell in nbformat.read(ROOT / "notebooks/08-million.ipynb", as_version=4).cells if cell.cell_type == "code"]
    known = {}
    exec("\n".join(cells[:3]), known)
    with pytest.raises(ValueError, match="CLEAN has no 'maybe'; it has yes, no"):
        exec(cells[3], known | {"CLEAN": "maybe"})
