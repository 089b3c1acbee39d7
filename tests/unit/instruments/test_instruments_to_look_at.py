"""How many gave an answer that somebody must look at: by wave, each column once, people alone."""

from __future__ import annotations

import json

from pipeline.cleaning import clean
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.intake.read import read_cells
from pipeline.study import parse_study

NINE = [f"q{n}" for n in range(1, 10)]


def counted(rows: list[tuple[str, str, int | str]], data: str, scales: dict[str, dict[str, object]]):
    """id, wave and answer to the last item of each row; the other eight are 0. The numbers by scale, item and group."""
    lines = [f"  {name}: {json.dumps({'items': NINE, 'missing': {'blank': 'skipped'}, **words})}"
             for name, words in scales.items()]  # fmt: skip
    head = f"title: Made up\ndata: {data}\ndesign: {{kind: cohort}}\nscales:\n"
    study = parse_study(head + "\n".join(lines) + "\nrelease: {rule: none, because: made up}\n", "studies/x.yaml")
    text = "\n".join(["id,visit," + ",".join(NINE), *(f"{i},{w},{'0,' * 8}{last}" for i, w, last in rows)])
    cells = read_cells(study.main, study.sources[study.main], [("a.csv", text.encode())], study.where)
    found = score(clean({study.main: cells}, study, item_ranges(study)), study)
    numbers = found.results.frame.query("name == 'to_look_at'")
    return found, {(r.term, r.level, r.group): (r.value, r.people) for r in numbers.itertuples()}


WAVES = "{file: a.csv, id: id, wave: visit, waves: {1: Start, 2: End}}"
PHQ = {"instrument": "phq-9"}


def test_each_wave_is_counted_by_itself_as_the_list_has_them() -> None:
    rows = [(f"p{n}", w, n % 3) for n in range(12) for w in "12" if w == "1" or n < 7]
    rows.append(("p99", "1", ""))
    found, told = counted(rows, WAVES, {"mood": PHQ})
    by_wave = found.flagged["wave"].value_counts().to_dict()
    assert by_wave == {"Start": 8, "End": 4}
    assert told == {("mood", "q9", "wave=Start"): (8, 13 - 8), ("mood", "q9", "wave=End"): (4, 7 - 4)}


def test_a_column_counts_once_and_without_waves_everyone_does() -> None:
    low = {**PHQ, "algorithm": "major depressive syndrome"}
    found, told = counted([(f"p{n}", "1", 3 * (n < 2)) for n in range(5)], "{file: a.csv, id: id, ignore: [visit]}",
                          {"mood": PHQ, "low": low})  # fmt: skip
    assert told == {("mood", "q9", "All"): (2, 2)}
    assert len(found.flagged) == 4, "the list names both scales"


def test_sessions_are_no_people() -> None:
    data = "{sessions: {file: a.csv, id: id, unit: sessions, ignore: [visit]}}"
    found, told = counted([(f"s{n}", "1", 1) for n in range(5)], data, {"mood": PHQ})
    assert told == {} and len(found.flagged) == 5
