"""Events out of dates, and promises that slip: answers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from utils.articles import load_articles
from utils.clean import clean
from utils.dates import find_dates
from utils.events import ALIKE, FEW, _alike, group_events, ledger, look_up, on_two_clocks, slips, spans_of, thin
from utils.prose import when
from utils.tokens import tokenize

BRIEFS = [
    ("a", "2018-01-10", "The bridge will be opened in June 2019. Trams stopped on 9 January 2018."),
    ("b", "2019-05-02", "The bridge will be opened in March 2020, the city said. It rained on 1 May 2019."),
    ("c", "2020-03-20", "The bridge was opened on 19 March 2020. A tram was the first to cross."),
    ("d", "2020-03-25", "Crowds came when the bridge was opened on 19 March 2020."),
    ("e", None, "The bridge may be painted in 2022."),
]


@pytest.fixture(scope="module")
def town():
    frame = pd.DataFrame(BRIEFS, columns=["article_id", "date", "text"]).assign(date=lambda f: pd.to_datetime(f["date"]).astype("datetime64[s]"), source="press")
    return frame, tokenize(frame), find_dates(frame)


def test_two_articles_on_one_day_are_one_event_and_another_day_is_another(town):
    articles, tokens, mentions = town
    events = group_events(mentions, tokens, articles, hide={"the", "was", "on", "in", "be", "will", "it", "said"})
    opened = events[events["begin"] == "2020-03-19"].iloc[0]
    assert (opened["articles"], opened["n"], opened["state"], str(opened["first_said"].date())) == (2, 2, "told", "2020-03-20")
    assert opened["label"].startswith("19 March 2020 · ") and "bridge" in opened["label"] + opened["words"]
    planned = events[events["begin"] == "2019-06-01"].iloc[0]
    assert planned["state"] == "announced" and planned["articles"] == 1
    assert events["begin"].is_monotonic_increasing
    spans = spans_of(events)
    assert len(spans) == events["n"].sum() and set(spans["mark"]) == set(events.index.astype(str))


def test_of_many_events_those_in_most_articles_stay(town):
    articles, tokens, mentions = town
    assert group_events(mentions, tokens, articles, limit=1)["begin"].dt.strftime("%F").tolist() == ["2020-03-19"]


def test_the_ledger_follows_a_promise_until_it_is_kept(town):
    articles, tokens, mentions = town
    rows = ledger(articles, tokens, mentions=mentions, about=["bridge"], hide={"the", "was", "will", "be"})
    assert rows["said"].dt.strftime("%F").tolist() == ["2018-01-10", "2019-05-02"]
    assert rows["begin"].dt.strftime("%F").tolist() == ["2019-06-01", "2020-03-01"]
    assert rows["outcome"].tolist() == ["moved on", "kept"] and str(rows["happened"].iloc[1].date()) == "2020-03-19"
    assert rows["moved"].round(1).fillna(0).tolist() == [0, 9.0]
    one = slips(rows).iloc[0]
    assert (one["about"], one["promises"], one["kept"]) == ("bridge", 2, 1)
    assert one["first"] == "June 2019 (said in January 2018)" and one["last"] == "March 2020 (said in May 2019)"
    assert round(one["moved"], 1) == 9.0 and round(one["months_per_year"], 1) == round(9.0 / (477 / 365.25), 1)


def test_of_many_articles_some_tell_what_is_promised_and_all_are_read_for_it(monkeypatch):
    texts = [f"We learn that Zedlift will fly in {2020 + n}." for n in range(4)] + ["We learn that Yakkart will drive in 2031."]
    frame = pd.DataFrame({"article_id": list("abcde"), "date": pd.to_datetime(["2019-01-01"] * 5), "text": texts})
    tokens, mentions = tokenize(frame), find_dates(frame)
    seen = {most: (monkeypatch.setattr("utils.events.CHOSEN", most), ledger(frame, tokens, mentions=mentions))[1] for most in (5, 2)}
    assert seen[5]["about"].tolist() == ["Yakkart"] + ["Zedlift"] * 4
    assert seen[2]["about"].tolist() == ["Zedlift"] * 4 and seen[2]["begin"].dt.year.tolist() == [2020, 2021, 2022, 2023]  # of a and d, that stand for all


def test_a_holiday_and_a_people_are_no_things_that_are_promised():
    texts = ["Shops in town hope that Easter will be busy. The new Zephyr train will run by Easter for the many Indians in Leeds.", "The plan is dropped, and Zephyr trains will come by Christmas, so the Indians said. Both Christmas and Easter are quiet."]
    frame = pd.DataFrame({"article_id": ["a", "b"], "date": pd.to_datetime(["2023-02-06", "2023-11-08"]), "text": texts})
    rows = ledger(frame, tokenize(frame), mentions=find_dates(frame))
    assert rows["about"].unique().tolist() == ["Zephyr"] and rows["begin"].dt.strftime("%F").tolist() == ["2023-04-09", "2023-12-25"]


def test_where_no_name_is_promised_the_nouns_are_followed():
    texts = ["The port will open the berth on 1 March, said Ann Rao.", "The berth will open on 8 March, the port said.", "The opening of the berth is put off to 15 March, the port said."]
    frame = pd.DataFrame({"article_id": list("abc"), "date": pd.to_datetime(["2023-02-22", "2023-03-01", "2023-03-07"]), "text": texts})
    rows = ledger(frame, tokenize(frame), mentions=find_dates(frame), hide={"said"})
    assert rows["about"].unique().tolist() == ["berth"] and rows["begin"].dt.strftime("%F").tolist() == ["2023-03-01", "2023-03-08", "2023-03-15"]


def test_of_many_promises_some_of_each_thing_stay_from_first_to_last():
    rows = pd.DataFrame({"about": ["a"] * 90 + ["b"] * 10, "said": range(100)})
    kept = thin(rows, most=20)
    assert kept["about"].value_counts().to_dict() == {"a": 10, "b": 10} and kept["said"].tolist()[:2] == [0, 9]
    assert thin(rows, most=1)["about"].tolist() == ["a", "b"] and len(thin(rows)) == 100


def test_a_misdated_article_to_come_does_not_make_promises_pass(town):
    articles, tokens, mentions = town
    late = pd.DataFrame({"article_id": ["z"], "date": pd.to_datetime(["2999-01-01"]), "text": ["Nothing."], "source": "press", "flags": "future_date"})
    with_late = pd.concat([articles.assign(flags=""), late], ignore_index=True)
    plain, both = (ledger(frame, tokens, mentions=mentions, about=["bridge"]) for frame in (articles, with_late))
    assert plain["outcome"].tolist() == both["outcome"].tolist()


def test_an_undated_article_promises_nothing_that_can_be_placed(town):
    articles, tokens, mentions = town
    assert "e" not in set(ledger(articles, tokens, mentions=mentions, about=["bridge"])["article_id"])
    assert "e" not in set(on_two_clocks(mentions, articles)["article_id"])


def test_the_two_clocks_part_what_lies_ahead_from_what_lies_behind(town):
    articles, _, mentions = town
    rows = on_two_clocks(mentions, articles)
    ahead = rows[rows["group"] == "to come"]
    assert set(zip(ahead["article_id"], ahead["begin"].dt.strftime("%F"))) == {("a", "2019-06-01"), ("b", "2020-03-01")}
    assert rows["mark"].str.fullmatch(r"(past|to come)\|\d{4}-\d\d-\d\d").all() and rows["name"].str.contains(", said ").all()


def test_a_time_too_far_from_its_article_is_left_out_of_the_two_clocks():
    frame = pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-01-10"]), "text": ["Built in 1870, it will close on 1 March 2018."]})
    assert on_two_clocks(find_dates(frame), frame)["begin"].dt.year.tolist() == [2018]


def test_a_day_or_a_month_can_be_looked_up(town):
    mentions = town[2]
    assert look_up(mentions, "2020-03-19")["article_id"].tolist() == ["c", "d"]
    assert set(look_up(mentions, "2020-03")["article_id"]) == {"b", "c", "d"}
    assert look_up(mentions)["begin"].dt.strftime("%F").unique().tolist() == ["2020-03-19"]
    with pytest.raises(ValueError):
        look_up(mentions, "some day")


def test_without_articles_or_dates_there_are_no_events_and_no_promises():
    for frame in (load_articles("data/articles")[0].head(0), pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2018-01-10"]), "text": ["Nothing is dated."]})):
        tokens, mentions = tokenize(frame), find_dates(frame)
        assert group_events(mentions, tokens, frame).empty and ledger(frame, tokens, mentions=mentions).empty
        assert on_two_clocks(mentions, frame).empty and look_up(mentions).empty and slips(ledger(frame, tokens, mentions=mentions)).empty
        assert spans_of(group_events(mentions, tokens, frame)).empty


def test_the_sample_tells_how_the_joint_mission_and_chandrayaan_2_slipped():
    articles, _ = load_articles("data/articles")
    mentions, tokens = find_dates(articles), tokenize(articles)
    rows = ledger(articles, tokens, mentions=mentions, about=["lupex|chandrayaan-5|joint * mission|polar mission|polar expedition", "chandrayaan-2"])
    told = {about: [f"{row.said:%Y-%m} {when(row.begin, row.finish)}" for row in own.itertuples()] for about, own in rows.groupby("about", sort=False)}
    second = told.pop("chandrayaan-2")
    (joint,) = told.values()
    for promise in ("2019-08 2023", "2019-12 2024", "2021-11 2024", "2023-08 2024–2025", "2023-10 2025", "2025-08 2027–2028"):
        assert promise in joint, promise
    for promise in ("2017-03 first quarter of 2018", "2017-11 March 2018", "2018-03 April 2018", "2019-01 March 2019", "2019-07 22 July 2019"):
        assert promise in second, promise
    assert not any("2021" in promise for promise in second)  # of the launch of another craft


def test_nothing_of_a_dateline_names_an_event_or_is_promised():
    text = "STORVIK, March 14 (Coast Wire) - The night ferry will sail again on 2 May 2023, said Lena Moberg."
    articles = clean(pd.DataFrame({"article_id": ["a"], "date": pd.to_datetime(["2023-03-14"]), "text": [text]}))
    told = lambda frame: " ".join(group_events(find_dates(frame), tokenize(frame), frame, hide={"the", "will", "on"})["label"])
    promised = lambda frame: ledger(frame, tokenize(frame), mentions=find_dates(frame), hide={"the", "will", "on"})["about"].tolist()
    assert "2 May 2023 · night, ferry" in told(articles) and "STORVIK" not in told(articles) and "Wire" not in promised(articles)
    unknown = articles.drop(columns="dateline")
    assert "STORVIK" in told(unknown) and "Wire" in promised(unknown)


def _alike_one_by_one(weights):
    """As `_alike`, a sentence after the other and a term after the other."""
    heads, events, n = [], [], 0
    for row in weights.toarray():
        shares = [sum(row[(row > 0) & (head > 0)]) / max(min(row.sum(), head.sum()), 1e-9) for head in heads]
        if shares and max(shares) >= ALIKE:
            events.append(shares.index(max(shares)))
            continue
        heads += [row] * (len(heads) < FEW)
        events.append(n)
        n += 1
    return events


@pytest.mark.parametrize("size", [0, 1, 2, 40, 400])
def test_sentences_of_one_date_are_parted_as_one_by_one(size):
    rng = np.random.default_rng(size)
    terms = rng.integers(1, 9, 60)  # whole weights, so that no order of adding matters
    rows = [dict.fromkeys(rng.choice(60, rng.integers(0, 12), replace=False)) for _ in range(size)]
    at = [(n, term) for n, row in enumerate(rows) for term in row]
    weights = csr_array((terms[[term for _, term in at]].astype(float), ([n for n, _ in at], [term for _, term in at])) if at else (size, 60), shape=(size, 60))
    events = _alike(weights).tolist()
    assert events == _alike_one_by_one(weights)
    assert size < 400 or max(events) > FEW and len(set(events)) < size
