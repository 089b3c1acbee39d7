"""The way back of a number: the columns that each kind of declaration reads, and what page, Word file, manifest say."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re

import docx
import pytest

from pipeline.report import finished, page, report_files
from pipeline.report.inputs import inputs_of, rows_of
from pipeline.report.ways import Cell, Ways, ways_of
from pipeline.report.ways_page import Told, island, shown
from pipeline.report.ways_told import in_short, ways_table
from pipeline.results import KEY, Key
from pipeline.study import Study, parse_study
from tests.report_example import (
    CODE,
    HOSTILE,
    a_report_with_ways,
    a_study,
    executed,
    some_numbers,
    some_told,
    some_ways,
)

STUDY = """
title: Every kind of declaration
data:
  people:
    file: people*.csv
    newest_by: sent
    id: code
    wave: wave
    waves: {1: Start, 2: Later}
    due: {date: answered, days: {2: 90}}
    parent: {sites: site}
  sites: {file: sites.csv, id: site}
  visits: {file: visits.csv, id: visit, parent: {people: who}}
design: {kind: cohort, cluster: site, weight: wt}
exclude: [{where: {status: [test]}, because: rows of the team}, {in: visits, unless: {held: [1]}, because: not held}]
population: {where: {role: [Peer]}, because: of peers alone}
function: {name: hours_from_words, changes: [hours], makes: [risk], because: written in words}
variables:
  role: {from: q1, codes: {1: Peer, 2: Other}}
  answered: {from: day, type: date, format: "%Y-%m-%d"}
  hours: {from: h, type: number}
  risk: {type: number}
  gap: {type: number, asked_of: {role: [Peer]}, missing: {blank: none}}
  kinds: {type: choices, columns: {k1: One, k2: Two}}
  helped: {count: [c1, c2, c3], max_missing: 0}
  both: {derive: {sum: [hours, risk], max_missing: 0}}
  bands: {derive: {cut: both}, bands: [0-1, 2+]}
  minutes: {derive: {from: visits, take: sum, of: length, by: who, none: 0}}
  length: {in: visits, from: mins, type: number}
  place: {in: sites, from: town, codes: {1: A, 2: B}}
scales:
  mood: {items: [m1, m2, m3, m4], range: 1-5, score: sum, max_missing: 0}
tables:
  who: {rows: [role, mood], columns: kinds}
models:
  m: {outcome: mood, exposure: hours, mediator: both, adjust: [place]}
release: {rule: journal}
"""
PEOPLE, VISITS = "people", "visits"
MODELLED = ("mood", "hours", "both", "place", "site", "wt")


@pytest.fixture(scope="module")
def study() -> Study:
    return parse_study(STUDY, "studies/every.yaml")


@pytest.mark.parametrize(
    ("name", "columns", "function"),
    [
        ("role", {PEOPLE: ("q1",)}, ""),
        ("hours", {PEOPLE: ("h",)}, "hours_from_words"),
        ("risk", {}, "hours_from_words"),
        ("gap", {PEOPLE: ("gap", "q1")}, ""),
        ("kinds", {PEOPLE: ("k1", "k2")}, ""),
        ("helped", {PEOPLE: ("c1", "c2", "c3")}, ""),
        ("both", {PEOPLE: ("h",)}, "hours_from_words"),
        ("bands", {PEOPLE: ("h",)}, "hours_from_words"),
        ("minutes", {VISITS: ("visit", "who", "held", "mins")}, ""),
        ("place", {"sites": ("town",)}, ""),
        ("mood", {PEOPLE: ("m1", "m2", "m3", "m4")}, ""),
        ("wt", {PEOPLE: ("wt",)}, ""),
        ("visit", {VISITS: ("visit",)}, ""),
    ],
)
def test_each_declaration_reads_its_columns(study, name, columns, function):
    found = inputs_of(study, name)
    assert (dict(found.columns), found.function) == (columns, function)


def test_rows_follow_from_ids_waves_parents_exclusions_and_the_population(study):
    assert rows_of(study, PEOPLE).columns == {PEOPLE: ("code", "wave", "site", "sent", "status", "day", "q1")}
    assert rows_of(study, VISITS).columns == {VISITS: ("visit", "who", "held")}
    assert rows_of(study, "sites").columns == {"sites": ("site",)}


def test_a_wide_table_s_columns_are_told_by_their_patterns():
    text = "\n".join([
        "title: Wide", 'data: {file: a.csv, id: code, wide: {1: "{}_t1", 2: "{}_t2"}}', "design: {kind: cohort}",
        "variables: {age: {type: number}}", "release: {rule: journal}",
    ])  # fmt: skip
    wide = parse_study(text, "studies/wide.yaml")
    assert inputs_of(wide, "age").columns == {PEOPLE: ("age_t1", "age_t2")}
    assert inputs_of(wide, "code").columns == {PEOPLE: ("code",)}


def ways(study: Study, *keys: Key, stage: str = "03_participants") -> Ways:
    return ways_of(study, {stage: keys}, {stage: Cell(7)}, {PEOPLE: ("people1.csv",)})


@pytest.mark.parametrize(
    ("key", "of", "rows"),
    [
        (Key("participants", "who", "role", "Peer", "kinds=One"), ("kinds", "wt", "role"), PEOPLE),
        (Key("participants", "who", "role", "Peer", "site=A;x=1"), ("kinds", "wt", "role"), PEOPLE),
        (Key("model", "m", "hours", "", "adjustment=adjusted", "df"), MODELLED, PEOPLE),
        (Key("mediation", "m", "direct", "", "adjustment=adjusted"), MODELLED, PEOPLE),
        (Key("scale", "mood", "distribution", "1–2", "role=Peer"), ("mood", "role"), PEOPLE),
        (Key("scale", "mood", "", "", "role=Peer", "weighted_mean"), ("mood", "wt", "role"), PEOPLE),
        (Key("reliability", "mood", "", "", "All", "alpha"), ("mood",), PEOPLE),
        (Key("flow", "visits", "read"), (), VISITS),
        (Key("quality", "missingness", "length", "", "All"), ("length",), VISITS),
        (Key("quality", "of my own", "else", "", "All"), (), PEOPLE),
    ],
)  # fmt: skip
def test_each_kind_of_number_follows_from_what_is_declared(study, key, of, rows):
    way = ways(study, key).numbers[key[:3]]
    assert (way.stage, way.of, way.rows) == ("03_participants", of, rows)


def test_the_stage_is_the_one_whose_results_hold_the_number(study):
    one, other = Key("scale", "mood", "", "", "All", "mean"), Key("flow", "people", "read")
    made = {"02_score": [other], "03_participants": [one], "mine": []}
    found = ways_of(study, made, {s: Cell(n) for n, s in enumerate(made, 3)}, {})
    assert {about: way.stage for about, way in found.numbers.items()} == {
        other[:3]: "02_score", one[:3]: "03_participants",
    }  # fmt: skip
    assert found.to_dict()["cells"] == {"02_score": 3, "03_participants": 4}


def test_facts_without_data_come_from_the_study_files_that_state_them():
    text = "\n".join([
        "title: Facts", "design: {kind: interviews}", "tables: {all: {kind: studies, rows: [people], studies: [a, b]}}",
        "interviews: {total: 3}", "release: {rule: none, because: printed}",
    ])  # fmt: skip
    facts = parse_study(text, "studies/facts.yaml")
    found = ways(facts, Key("themes", "interviews", "people"), Key("themes", "all", "people"), stage="05_themes")
    assert [way.files for way in found.numbers.values()] == [
        ("studies/a.yaml", "studies/b.yaml"), ("studies/facts.yaml",),
    ]  # fmt: skip


def test_the_manifest_has_a_way_for_every_kind_name_and_term():
    report, released = a_report_with_ways()
    files = finished(
        report_files(report, released), executed(report), study="example", title="t", made_up=True, made_from={},
        ways=some_ways(a_study()),
    )  # fmt: skip
    held = json.loads(files["manifest.json"])["ways"]
    wanted = {key[:3] for key in some_numbers()}
    assert {(k, n, t) for k, names in held["numbers"].items() for n, terms in names.items() for t in terms} == wanted
    assert held["declared"]["loneliness"] == {"columns": {"people": ["u1", "u2", "u3"]}}
    assert held["numbers"]["model"]["lonely"]["support"]["of"] == [
        "loneliness",
        "support",
        "age",
        "gender",
        "programme",
    ]
    assert held["raw"] == {"people": ["people.csv"]} and held["rows"]["people"]["columns"]["people"][:2] == [
        "code",
        "wave",
    ]


def test_columns_that_are_numbered_on_are_told_by_the_first_and_the_last():
    assert (
        in_short(["q1", "q2", "q3", "q5", "a09", "a10", "a11", "b", "c1", "c2"])
        == "q1 to q3, q5, a09 to a11, b, c1, c2"
    )
    assert in_short([]) == ""


def parts(told: Told | None = None) -> str:
    report, released = a_report_with_ways()
    return page(executed(report), told or some_told(released)).decode()


def the_island(text: str) -> dict:
    found = re.findall(r'<script type="application/json" id="alongside-ways">(.*?)</script>', text, re.S)
    assert len(found) == 1
    return json.loads(found[0])


def test_the_page_s_policy_lets_in_its_own_script_and_no_other():
    text = parts()
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(scripts) == 1 and text.count("<script") == 2
    wanted = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{wanted}'; base-uri 'none'; form-action 'none'"
    )


def test_without_ways_a_page_has_no_script():
    text = page(executed(a_report_with_ways()[0])).decode()
    assert "<script" not in text and "script-src" not in text


def test_the_data_hold_each_shown_number_as_results_have_it_and_nothing_of_a_withheld_one():
    held = the_island(parts())
    key = Key("participants", "participants", "gender", "Women", "programme=North", "n")
    at = held["numbers"]
    for word in key[:4]:
        at = at[word]
    assert at["programme=North"] == {"n": ["6", "6"]}
    assert held["numbers"]["participants"]["participants"]["gender"]["Men"]["programme=South"] == {"n": None}
    assert held["ways"]["participants"]["participants"]["gender"][0] == 1
    assert held["cells"][1] == ["03_participants, cell 6", "cell-03_participants"]
    assert held["cells"][0] == ["02_score, cell 5", ""], "code that is not shown has no link"
    assert held["inputs"][held["ways"]["model"]["lonely"]["support"][1]]["tables"][0]["files"] == [
        ["people.csv", "0123456789ab"]
    ]


def test_hostile_labels_end_neither_the_data_nor_the_code():
    label = "</script><!--<script>alert(1)</script>\u2028&amp;"
    study = parse_study(STUDY.replace("title: Every", "title: E"), "studies/e.yaml")
    keys = [
        Key("participants", "who", label, HOSTILE, f"role={label}", "n"),
        Key("flow", "people", "__proto__", "toString"),
    ]
    csv = ",".join(KEY) + ",value,text\n"
    for key in keys:
        csv += ",".join('"' + word.replace('"', '""') + '"' for word in key) + ",3,3\n"
    told = Told(ways_of(study, {"03_participants": keys}, {"03_participants": Cell(3, CODE)}, {}), csv.encode())
    marked = "".join(f'<td data-key="{html.escape(json.dumps([list(k)]))}">3</td>' for k in keys)
    data = island(told, shown([marked]))
    assert not set(data) & set("<>&\u2028\u2029")
    held = json.loads(data)["numbers"]
    assert held["participants"]["who"][label][HOSTILE][f"role={label}"] == {"n": ["3", "3"]}
    assert held["flow"]["people"]["__proto__"]["toString"]["All"] == {"n": ["3", "3"]}


def test_the_code_of_a_cell_is_words_in_the_page():
    text = parts()
    assert html.escape(CODE, quote=False) in text.replace("&#34;", '"') and CODE not in text
    assert text.count("03_participants, cell 6") >= 2


def test_the_last_section_has_the_ways_in_short_in_page_and_word_file():
    report, released = a_report_with_ways()
    filled = ways_table(some_ways(a_study()))
    line = next(row for row in filled.rows if row.label == "model, lonely")
    assert line.cells == (
        "04_models, cell 7", "people (people.csv): u1 to u3, s1, s2, age, gender, programme, code, wave, status",
    )  # fmt: skip
    files = report_files(report, released)
    words = [cell.text for table in docx.Document(io.BytesIO(files["report.docx"])).tables for cell in table._cells]
    assert line.cells[1] in [" ".join(w.replace("\u00a0", " ").split()) for w in words]
    assert line.cells[1] in parts()
    assert not [name for name in files if "ways" in name], "it is no table of numbers"


def test_the_same_values_give_the_same_bytes():
    one, other = some_told(a_report_with_ways()[1]), some_told(a_report_with_ways()[1])
    assert parts(one) == parts(other)
    assert json.dumps(one.ways.to_dict()) == json.dumps(other.ways.to_dict())
