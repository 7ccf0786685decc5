"""What is kept is what was read; what changed is read again, and nothing else."""

import os
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import utils.articles
import utils.dates
import utils.folders
import utils.store
from utils.articles import fingerprint, load_articles
from utils.dates import find_dates, find_promises
from utils.names import find_names
from utils.quotes import find_quotes
from utils.stories import find_stories
from utils.store import hash_table, in_parts, kept, write_table
from utils.tokens import tokenize

FILES = {
    "a.txt": "date 2018-06-06\nThe launch is due on Friday. “We go,” Ann Rao said.",
    "b.txt": "date 2018-06-07\nThe rover waits. Ann Rao had said that it would fly in 2019.",
    "c.csv": "id,date,text\n7,2018-06-08,The crew of the Zed Space Agency met in Lund.\n8,2018-06-08,\n",
}


@pytest.fixture
def root(folder):
    return folder(FILES)


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that were read."""
    names, read = [], utils.articles.read_bytes
    monkeypatch.setattr(utils.articles, "read_bytes", lambda name, path: names.append(name) or read(name, path))
    return names


def load(root, tmp_path, **options):
    return load_articles(root, store=tmp_path / "store", **options)


def same(one, other):
    for first, second in zip(one, other, strict=True):
        assert_frame_equal(first, second)


def test_a_store_gives_what_the_files_give_and_opens_none_again(root, tmp_path, opened):
    read = load_articles(root)
    del opened[:]
    same(load(root, tmp_path), read)
    assert sorted(opened) == ["a.txt", "b.txt", "c.csv"] and len(read[1]) == 1
    del opened[:]
    same(load(root, tmp_path), read)
    assert opened == []


def test_only_what_changed_is_read_again(root, tmp_path, opened):
    load(root, tmp_path)
    del opened[:]
    stamp = os.stat(root / "b.txt")
    os.utime(root / "b.txt", (1, 1))  # the same words, touched
    load(root, tmp_path)
    assert opened == []
    (root / "b.txt").write_text(FILES["b.txt"].replace("rover", "lover"))  # as long, and its time set back
    os.utime(root / "b.txt", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (root / "a.txt").unlink()
    (root / "d.txt").write_text("A fourth one.")
    articles, set_aside = load(root, tmp_path)
    assert opened == ["b.txt", "d.txt"]
    assert articles["article_id"].tolist() == ["b", "c#7", "d"] and "The lover waits" in articles["text"].iloc[0]
    same((articles, set_aside), load_articles(root))


def test_other_code_other_columns_and_another_folder_are_read_for_themselves(root, folder, tmp_path, opened, monkeypatch):
    load(root, tmp_path)
    other = root.parent / "other"
    (root.parent / "other").mkdir()
    (other / "a.txt").write_text("Another one.")
    assert load(other, tmp_path)[0]["text"].tolist() == ["Another one."]
    assert len(load(root, tmp_path)[0]) == 3
    del opened[:]
    assert load(root, tmp_path, columns={"text": "id"})[0]["text"].tolist()[-1] == "8" and len(opened) == 3
    load(root, tmp_path)
    del opened[:]
    monkeypatch.setattr(utils.store, "code", lambda: "newer")
    monkeypatch.setattr(utils.articles, "code", lambda: "newer")
    load(root, tmp_path)
    assert len(opened) == 3


def test_a_web_page_that_goes_leaves_its_parts_to_be_read(root, tmp_path):
    (root / "p.html").write_text("<html><body><p>One line of a page that somebody saved.</p></body></html>")
    (root / "p_files").mkdir()
    (root / "p_files" / "x.txt").write_text("What was saved along.")
    assert "page part" in load(root, tmp_path)[1]["reason"].tolist()
    (root / "p.html").unlink()
    articles, set_aside = load(root, tmp_path)
    assert "p_files/x" in articles["article_id"].tolist() and "page part" not in set_aside["reason"].tolist()


def test_a_day_that_lay_ahead_does_so_no_longer(root, tmp_path):
    day = pd.Timestamp
    assert load(root, tmp_path, today=day("2018-06-06"))[0]["flags"].str.contains("future_date").tolist() == [False, True, True]
    assert load(root, tmp_path, today=day("2018-06-07"))[0]["flags"].str.contains("future_date").tolist() == [False, False, True]


def test_a_store_that_was_cut_or_is_rubbish_is_made_anew(root, tmp_path):
    articles = load(root, tmp_path)[0]
    dates = find_dates(articles)
    for cut in (0, 9, 200):
        for file in (tmp_path / "store").rglob("*.*"):
            file.write_bytes(file.read_bytes()[:cut])
        again = load(root, tmp_path)[0]
        assert_frame_equal(again, articles)
        assert_frame_equal(find_dates(again), dates)
    assert not list((tmp_path / "store").rglob(".*.tmp"))


def test_what_a_killed_run_leaves_goes_after_an_hour(root, tmp_path):
    load(root, tmp_path)
    place = next((tmp_path / "store").iterdir())
    for name, age in (("old", 4000), ("new", 0)):
        (place / f".{name}.tmp").touch()
        os.utime(place / f".{name}.tmp", (time.time() - age,) * 2)
    load(root, tmp_path)
    assert [file.name for file in place.glob(".*.tmp")] == [".new.tmp"]


def test_a_full_disk_leaves_the_old_table_whole(tmp_path, monkeypatch):
    file, frame = tmp_path / "x.arrow", pd.DataFrame({"n": [1]})
    write_table(frame, file, "one")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(utils.store.pa.feather, "write_feather", fail)
    with pytest.raises(OSError):
        write_table(frame, file, "two")
    assert utils.store.read_table(file, "one")["n"].tolist() == [1] and utils.store.read_table(file, "two") is None
    assert [path.name for path in tmp_path.iterdir()] == ["x.arrow"]


def test_a_table_is_kept_in_one_piece_however_many_it_came_in(tmp_path):
    frame = pd.concat([pd.DataFrame({"word": ["moon"] * 10_000, "n": n}).astype({"word": "str"}) for n in range(7)], ignore_index=True)
    write_table(frame, tmp_path / "x.arrow", "key")
    with utils.store.pa.ipc.open_file(tmp_path / "x.arrow") as file:
        assert file.num_record_batches == 1
    assert_frame_equal(utils.store.read_table(tmp_path / "x.arrow", "key"), frame)
    write_table(frame.head(0), tmp_path / "none.arrow", "key")
    assert_frame_equal(utils.store.read_table(tmp_path / "none.arrow", "key"), frame.head(0))


def test_answers_are_kept_as_they_were(root, tmp_path):
    plain, articles = load_articles(root)[0], load(root, tmp_path)[0]
    for function in (tokenize, find_names, find_dates, find_quotes, find_stories):
        for _ in range(2):
            assert_frame_equal(function(articles), function(plain))
        assert (next((tmp_path / "store").iterdir()) / f"{function.__name__}.arrow").exists()


def test_only_the_same_articles_with_the_same_options_are_answered_from_the_store(root, tmp_path):
    calls = []

    @kept
    def count(articles, *, times=1, names=None):
        calls.append(len(articles))
        return pd.DataFrame({"n": [len(articles) * times]})

    articles = load(root, tmp_path)[0]
    names = pd.DataFrame({"article_id": ["a"], "name": ["Rao"]})
    assert count(articles)["n"].tolist() == count(articles)["n"].tolist() == [3] and calls == [3]
    assert count(articles.assign(own=1.5))["n"].tolist() == [3] and calls == [3]  # a column of one's own changes nothing
    assert count(articles, times=2)["n"].tolist() == [6]
    del calls[:]
    for other in (articles.head(2), articles.iloc[::-1], articles.assign(text=["x", "y", "z"]), articles.rename(columns={"title": "old"})):
        count(other), count(other)
    assert calls == [2, 2, 3, 3, 3, 3, 3, 3]
    del calls[:]
    count(articles, names=names), count(articles, names=names), count(articles, names=names.assign(name="Roy")), count(articles, times=1)
    assert calls == [3, 3, 3]  # one place for each function: the last table wins


@pytest.mark.skipif(utils.folders.fcntl is None, reason="Windows has no such locks")
def test_of_two_at_a_time_one_works_and_the_other_takes_what_it_made(root, tmp_path, opened):
    """As two kernels of a report would; a lock belongs to what has opened it, so that threads are apart as well."""
    calls = []

    @kept
    def letters(articles):
        calls.append(len(articles))
        time.sleep(0.5)
        return articles[["article_id"]].assign(n=articles["text"].str.len())

    with ThreadPoolExecutor(2) as pool:
        (one, _), (other, _) = pool.map(lambda _: load(root, tmp_path), range(2))
        assert sorted(opened) == sorted(FILES)
        assert_frame_equal(*pool.map(letters, (one, other)))
    assert calls == [3]


def test_a_table_of_a_store_can_be_saved_and_copied(root, tmp_path):
    articles = load(root, tmp_path)[0]
    articles.to_parquet(tmp_path / "mine.parquet")
    assert pd.concat([articles, articles])["article_id"].tolist() == ["a", "b", "c#7"] * 2


def test_tables_are_told_apart_by_what_they_hold():
    one = pd.DataFrame({"a": ["x", "y", None], "b": pd.Categorical(["u", "v", "u"]), "c": [1, 2, 3]})
    assert hash_table(one) == hash_table(one.copy())
    others = [one.head(2), one.tail(2), one.rename(columns={"a": "z"}), one.assign(a=["x", "y", ""]), one.assign(b=pd.Categorical(["u", "w", "u"])), one.assign(c=[1, 2, 4]), one.astype({"c": "int32"})]
    assert len({hash_table(frame) for frame in [one, *others]}) == 8


def test_an_answer_is_found_again_by_who_has_it_from_an_answer(root, tmp_path):
    articles = load_articles(root, store=tmp_path)[0]
    find_quotes(articles, names=find_names(articles))  # the names as they were made, then as they were kept
    (kept,) = tmp_path.rglob("find_quotes.arrow")
    written = kept.stat().st_mtime_ns
    find_quotes(articles, names=find_names(articles))
    assert kept.stat().st_mtime_ns == written


def test_fingerprint_is_the_same_with_a_store(root, tmp_path):
    assert fingerprint(root) == fingerprint(root, store=tmp_path / "store") == fingerprint(root, store=tmp_path / "store")


def test_parts_on_all_cores_make_the_whole(monkeypatch):
    articles = load_articles("data/articles")[0].head(30)
    names, dates = find_names(articles), find_dates(articles)
    quotes, promises = find_quotes(articles, names=names), find_promises(articles, "launch*|mission|moon")
    assert promises["article_id"].nunique() > 3
    monkeypatch.setattr(utils.store, "PART", 7)
    monkeypatch.setattr(utils.dates, "AT_ONCE", 7)
    monkeypatch.setattr(utils.articles, "PART", 50)
    assert_frame_equal(find_dates(articles), dates)
    assert_frame_equal(find_quotes(articles, names=names), quotes)
    assert_frame_equal(find_quotes(articles, names=names.sample(frac=1, random_state=0)), quotes)
    assert_frame_equal(find_promises(articles, "launch*|mission|moon"), promises)
    assert_frame_equal(load_articles("data/articles")[0].head(30), articles)
    with pytest.raises(ValueError, match="more than once"):  # in two parts nobody would see it
        find_dates(pd.concat([articles, articles.head(1)]))


def double(n):
    return 2 * n


def test_a_page_does_not_tell_that_a_process_has_grown_and_was_replaced_but_all_else():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert in_parts(warnings.warn, [("A worker stopped while some jobs were given to the executor.",)], 1, "one") == [None]
        with pytest.raises(UserWarning, match="full"):
            in_parts(warnings.warn, [("The disk is full.",)], 1, "one")


def test_parts_keep_their_order_and_one_needs_no_other_process():
    assert in_parts(double, ((n,) for n in range(40)), 40, "double") == list(range(0, 80, 2))
    assert in_parts(lambda: os.getpid(), [()], 1, "one") == [os.getpid()]


def test_on_one_core_the_work_is_done_all_the_same():
    code = "from utils.store import in_parts; print(in_parts(len, [('a',), ('bb',)], 2, 'x'))"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"LOKY_MAX_CPU_COUNT": "1"}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[1, 2]\n")


def test_helping_processes_end_with_the_one_that_was_killed_even_those_that_had_nothing_to_do_yet():
    code = "import psutil, time\nfrom utils.store import in_parts\nin_parts(len, [('a',)] * 2, 2, 'x')\nprint(*(child.pid for child in psutil.Process().children()), flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"LOKY_MAX_CPU_COUNT": "4"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as leader:
        helpers = [int(pid) for pid in leader.stdout.readline().split()]
        alive = lambda: [pid for pid in helpers if os.path.exists(f"/proc/{pid}/stat") and " Z " not in open(f"/proc/{pid}/stat").read()]
        if os.path.exists("/proc/self/stat"):
            assert len(helpers) >= 4 and alive() == helpers
        leader.kill()
        deadline = time.monotonic() + 20
        while alive() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert alive() == []
