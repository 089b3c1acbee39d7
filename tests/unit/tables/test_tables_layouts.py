"""Layouts over numbers that other rooms made: models, missing answers, the flow."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.models.fit import fit_one
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import parse_study
from pipeline.tables.estimates import estimates_table, mediation_table
from pipeline.tables.flow import flow_tables
from pipeline.tables.missingness import missingness_tables

HEAD = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
release: {rule: journal}
"""
MODELS = """
variables:
  setting: {codes: {c: Clinic, h: Home, s: School}, reference: Home}
  support: {type: number, unit: point}
  lonely: {type: number}
  mood: {type: number}
  well: {codes: {y: Well, n: Unwell}}
models:
  by_setting: {outcome: well, exposure: setting, adjust: [support]}
  by_support: {outcome: mood, exposure: support, adjust: [setting], title: Support and mood}
  through: {outcome: mood, exposure: support, mediator: lonely}
"""


def drawn() -> str:
    rng = np.random.default_rng(7)
    lines = ["id setting support lonely mood well"]
    for i in range(60):
        support = rng.integers(1, 8)
        lonely = 10 - support + rng.integers(0, 3)
        mood, well = lonely + rng.integers(0, 4), "Well" if rng.random() < 0.5 else "Unwell"
        lines.append(f"{i} {('Clinic', 'Home', 'School')[i % 3]} {support} {lonely} {mood} {well}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def modelled(made):  # type: ignore[no-untyped-def]
    study, people = made(MODELS, head=HEAD, people=drawn())
    return {name: fit_one(people, study, name) for name in study.models}


def test_unadjusted_stands_beside_adjusted_below_the_reference(modelled, printed) -> None:  # type: ignore[no-untyped-def]
    held = modelled["by_setting"]
    filled = printed(estimates_table(held), held.results)
    assert filled.spanners() == [("", 1), ("Unadjusted", 3), ("Adjusted", 3)]
    assert [c.label for c in filled.columns] == ["Events / n", *["Risk difference (95% CI)", "P", "df"] * 2]
    assert [(r.label, r.indent) for r in filled.rows] == [
        ("Setting", 0),
        ("Home (reference)", 1),
        ("Clinic", 1),
        ("School", 1),
    ]
    together = {g: held.results.get(Key("model", "by_setting", "setting", "", f"adjustment={g}", "p_joint"))
                for g in ("unadjusted", "adjusted")}  # fmt: skip
    p = [f"{together[g]:.2f}" for g in ("unadjusted", "adjusted")]
    assert filled.rows[0].cells == ("", "", p[0], "", "", p[1], "")  # all levels together, and nothing else
    assert filled.rows[1].cells[0].endswith(" / 20") and filled.rows[1].cells[1:] == ("",) * 6
    clinic = {
        s: held.results.get(Key("model", "by_setting", "setting", "Clinic", "adjustment=adjusted", s))
        for s in ("estimate", "df")
    }
    assert filled.rows[2].cells[4].startswith(f"{clinic['estimate']:.2f}".replace("-", "−"))
    assert filled.rows[2].cells[6] == f"{clinic['df']:.1f}"
    assert "60 rows with every value." in filled.notes
    assert "Adjusted for Support; its own coefficient answers another question and is not shown." in filled.notes
    assert "Standard errors: robust to unequal variances (HC3)." in filled.notes
    assert "Outcome: Well; event: Well." in filled.notes


def test_a_number_is_one_line_per_unit(modelled, printed) -> None:  # type: ignore[no-untyped-def]
    held = modelled["by_support"]
    filled = printed(estimates_table(held), held.results)
    assert filled.title == "Support and mood"
    assert [row.head for row in filled.rows] == ["Support (per unit, point)"]
    assert [c.label for c in filled.columns] == ["Mean difference (95% CI)", "P", "df"] * 2
    assert filled.rows[0].cells[1] == "<0.001"


def test_clusters_and_their_likeness_stand_in_a_note(made, printed) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.replace("{kind: cross-sectional survey}", "{kind: programme evaluation, cluster: site}")
    text = MODELS.replace("variables:", "variables:\n  site: {codes: {a: A, b: B, c: C, d: D, e: E, f: F}}")
    lines = drawn().splitlines()
    table = "\n".join([f"{lines[0]} site", *(f"{line} {'ABCDEF'[i % 6]}" for i, line in enumerate(lines[1:]))])
    study, people = made(text, head=head, people=table)
    people.keys["people"]["cluster"] = people.frames["people"]["site"].astype(str)
    held = fit_one(people, study, "by_support")
    filled = printed(estimates_table(held), held.results)
    icc = held.results.get(Key("model", "by_support", "support", "", "adjustment=unadjusted", "icc"))
    assert (
        f"60 rows with every value, in 6 clusters; intraclass correlation {icc:.3f}.".replace("-", "−") in filled.notes
    )
    assert "Standard errors: cluster-robust (CR2), degrees of freedom by Satterthwaite." in filled.notes


def test_a_model_without_an_answer_says_so(made, printed) -> None:  # type: ignore[no-untyped-def]
    study, people = made(
        MODELS, head=HEAD, people="\n".join(line.replace("Unwell", "Well") for line in drawn().splitlines())
    )
    people.frames["people"]["support"] = 4.0
    held = fit_one(people, study, "by_support")
    filled = printed(estimates_table(held), held.results)
    assert filled.rows[0].cells == ("NA",) * 6
    assert "The unadjusted model was not estimated: the exposure is the same for everyone who is left." in filled.notes


def test_mediation_has_a_line_an_effect_and_a_path(modelled, printed) -> None:  # type: ignore[no-untyped-def]
    held = modelled["through"]
    table = mediation_table(held)
    assert table is not None
    filled = printed(table, held.results)
    rows = {row.label: row.cells for row in filled.rows}
    effects = ("Total", "Direct", "Indirect", "Total direct", "Pure indirect", "Controlled direct")
    lines = ["Effect on Mood", *effects, "Paths", "Support to Lonely", "Lonely to Mood"]
    assert list(rows) == lines
    assert all(" to " in rows[line][1] for line in lines if line not in ("Effect on Mood", "Paths"))
    heads = [row.head for row in filled.rows if row.unit]
    assert heads == ["Effect on Mood (mean difference)", "Paths (mean difference)"]
    assert (
        "Mediator: Lonely. Effects compare Support at one unit (point) above its mean among those analysed with the "
        "mean itself." in filled.notes
    )
    assert any(note.startswith("The outcome's model lets Lonely matter differently") for note in filled.notes)
    assert mediation_table(modelled["by_support"]) is None


WAVES = """
title: Made up
data: {file: made-up.csv, id: id, wave: w, waves: {1: Start, 2: A year}}
design: {kind: cohort, cluster: programme}
release: {rule: journal}
variables:
  age: {type: number}
  sex: {codes: {m: Men}}
  programme: {codes: {z: Z, a: A}}
"""


def missing(term: str, level: str, group: str, n: int, of: int) -> list[Number]:
    key = Key("quality", "missingness", term, level, group, "n")
    values = (("n", n), ("denominator", of), ("percent", 100 * n / of))
    return [Number(key._replace(statistic=s), v, n) for s, v in values]


def test_missing_answers_stand_by_wave_and_by_programme(printed, cells) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(WAVES, "studies/made_up.yaml")
    numbers = []
    for wave, gone in (("Start", 2), ("A year", 4)):
        for group, of in (("", 40), (";programme=A", 10), (";programme=Z", 30)):
            path = f"wave={wave}{group}"
            numbers += [
                *missing("age", "", path, gone, of),
                *missing("age", "refused", path, gone, of),
                *missing("sex", "", path, 0, of),
            ]
            numbers += missing("age", "not asked", path, 1, of)
    results = Results.of(numbers)
    by_wave, *by_programme = missingness_tables(results, study)
    filled = printed(by_wave, results)
    assert [c.label for c in filled.columns] == ["Start", "A year"]
    assert list(cells(filled).items()) == [
        ("Age", ("2 (5%)", "4 (10%)")),
        ("Age / Refused", ("2 (5%)", "4 (10%)")),
        ("Age / Not asked", ("1 (3%)", "1 (3%)")),
    ]
    assert "Nothing is missing in: Sex." in filled.notes
    assert [t.name for t in by_programme] == ["missingness_by_programme_1", "missingness_by_programme_2"]
    second = printed(by_programme[1], results)
    assert second.title == "Missing answers, by programme, A year"
    assert [c.label for c in second.columns] == ["Z", "A", "Overall"], "declared order"
    assert cells(second)["Age"] == ("4 (13%)", "4 (40%)", "4 (10%)")
    assert missingness_tables(Results.of([]), study) == ()


def flow(term: str, level: str, rows: int, people: int, group: str = ALL) -> list[Number]:
    key = Key("flow", "people", term, level, group, "rows")
    return [Number(key, rows, rows), Number(key._replace(statistic="people"), people, people)]


def test_the_flow_is_a_table_of_its_steps(printed, cells) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(WAVES, "studies/made_up.yaml")
    results = Results.of([
        *flow("read", "", 100, 60), *flow("left out", "test rows", 6, 5), *flow("left out", "no consent", 4, 3),
        *flow("kept", "", 90, 52), *flow("kept", "", 52, 52, "wave=Start"), *flow("kept", "", 38, 38, "wave=A year"),
    ])  # fmt: skip
    steps, waves = (printed(table, results) for table in flow_tables(results, study))
    assert [c.label for c in steps.columns] == ["Rows", "People"]
    assert list(cells(steps).items()) == [
        ("Read", ("100", "60")), ("Left out", ("", "")), ("Left out / test rows", ("6", "5")),
        ("Left out / no consent", ("4", "3")), ("Kept", ("90", "52")),
    ]  # fmt: skip
    assert [c.label for c in waves.columns] == ["Start", "A year"]
    assert [row.cells for row in waves.rows] == [("52", "38"), ("52", "38")]


TRIAL = WAVES.replace(", wave: w, waves: {1: Start, 2: A year}", "").replace(
    "cohort, cluster: programme", "cluster trial, cluster: programme, arm: sex"
)


def test_a_trial_shows_its_flow_by_arm_with_clusters(printed, cells) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(TRIAL.replace("m: Men", "c: Usual, p: Peer"), "studies/made_up.yaml")
    numbers = []
    for group, read, kept, empty in ((ALL, 241, 241, 6), ("sex=Peer", 137, 137, 0), ("sex=Usual", 104, 104, 6)):
        numbers += [*flow("read", "", read, read, group), *flow("kept", "", kept, kept, group)]
        numbers += flow("left out", "no one", 0, 0, group)
        numbers.append(Number(Key("flow", "people", "left out", "no one", group, "clusters"), empty, empty))
        numbers += [Number(Key("flow", "people", term, "", group, "clusters"), 42, 42) for term in ("read", "kept")]
    (table,) = flow_tables(Results.of(numbers), study)
    filled = printed(table, Results.of(numbers))
    assert filled.spanners() == [("Usual", 3), ("Peer", 3), ("All", 3)], "arms in declared order"
    assert [c.label for c in filled.columns] == ["Rows", "People", "Clusters"] * 3
    assert cells(filled)["Left out / no one"] == ("0", "0", "6", "0", "0", "0", "0", "0", "6")


def test_without_waves_programmes_and_arms_have_a_table_each(printed) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(TRIAL, "studies/made_up.yaml")
    results = Results.of(
        [n for g in (ALL, "programme=A", "programme=Z", "sex=Men") for n in missing("age", "", g, 3, 20)]
    )
    tables = missingness_tables(results, study)
    assert [(t.name, t.title) for t in tables] == [
        ("missingness", "Missing answers"),
        ("missingness_by_programme", "Missing answers, by programme"),
        ("missingness_by_sex", "Missing answers, by sex"),
    ]
    assert [c.label for c in tables[1].columns] == ["Z", "A", "Overall"]
    assert [c.label for c in tables[2].columns] == ["Men", "Overall"]
