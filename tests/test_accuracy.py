"""The runner of accuracy: what it writes for a scorer, counted by hand in one made-up text of each task."""

import json

from benchmarks import accuracy

TEXT = "The mayor spoke on 3 May 2019. “We build,” Ann Okafor said."
SCORER = "import sys\nprint(open(sys.argv[1]).read(), open(sys.argv[2]).read(), sep='')\n"  # prints what it was given


def found(tmp_path, task):
    folder, scoring = tmp_path / "gold" / task, tmp_path / "scoring"
    folder.mkdir(parents=True)
    scoring.mkdir()
    (folder / "made.jsonl").write_text(json.dumps({"id": "a", "date": "2019-05-06", "text": TEXT}) + "\n" + json.dumps({"id": "b", "text": ""}) + "\n")
    (scoring / accuracy.TASKS[task][1]).write_text(SCORER)
    accuracy.main([str(folder.parent), str(scoring), "--keep", str(tmp_path / "kept")])
    return {record.pop("id"): record for record in map(json.loads, (tmp_path / "kept" / f"{task}-made.jsonl").read_text().splitlines())}


def test_dates(tmp_path, capfd):
    day = {"start": 19, "end": 29, "value": "2019-05-03", "type": "DATE"}
    assert found(tmp_path, "temporal") == {"a": {"spans": [day]}, "b": {"spans": []}}
    printed = capfd.readouterr().out
    assert printed.startswith("temporal/made.jsonl\n") and TEXT[:20] in printed and '"value": "2019-05-03"' in printed


def test_names(tmp_path):
    assert found(tmp_path, "ner") == {"a": {"entities": [{"start": 43, "end": 53, "type": "PER"}]}, "b": {"entities": []}}


def test_quotations_and_their_speakers(tmp_path):
    (quote,) = found(tmp_path, "quotes")["a"]["quotes"]
    assert TEXT[quote["start"] : quote["end"]].strip("“”,") == "We build" and (quote["speaker"], quote["speaker_start"], quote["speaker_end"]) == ("Ann Okafor", 43, 53)


def test_sentences_and_words(tmp_path):
    cut = found(tmp_path, "segmentation")
    assert cut["a"]["sentences"] == [[0, 30], [31, 59]] and cut["b"] == {"sentences": [], "tokens": []}
    assert [TEXT[a:b] for a, b in cut["a"]["tokens"]][-4:] == ["build", "Ann", "Okafor", "said"]
