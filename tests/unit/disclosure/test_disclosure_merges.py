"""Merges of levels: the fewest, in the variable's own codes, and they free what they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import merge_lines, release
from pipeline.disclosure.fewest import fewest
from pipeline.disclosure.merges import fixed_levels
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.participants import participants

STUDY = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  gender: {codes: {1: Women, 2: Men, 3: Another}}
  health: {type: ordered, codes: {1: Good, 2: Fair, 3: Poor, 4: Very poor}}
  age: {type: number, bands: [18-29, 30-44, 45-64, 65+]}
tables:
  t: {rows: [gender, health, age]}
release: {rule: journal}
"""
GENDER = {"Women": 40, "Men": 30, "Another": 3}
HEALTH = {"Good": 20, "Fair": 40, "Poor": 11, "Very poor": 2}
AGE = {20: 2, 35: 21, 50: 30, 70: 20}


def of(study: Study) -> Results:
    def label(name: str, level: str) -> str:
        codes = dict(
            zip(parse_study(STUDY, "s.yaml").variables[name].levels, study.variables[name].codes.values(), strict=True)
        )
        return codes[level]

    gender = [label("gender", lv) for lv, n in GENDER.items() for _ in range(n)]
    health = [label("health", lv) for lv, n in HEALTH.items() for _ in range(n)]
    index = pd.Index([f"made-up.csv:{i}" for i in range(len(gender))], name="row")
    frame = pd.DataFrame({
        "gender": pd.Categorical(gender, categories=list(study.variables["gender"].levels)),
        "health": pd.Categorical(health, categories=list(study.variables["health"].levels), ordered=True),
        "age": [float(a) for a, n in AGE.items() for _ in range(n)],
    }, index=index)  # fmt: skip
    reasons = pd.DataFrame("", index=index, columns=["gender", "health", "age"], dtype="str")
    keys = pd.DataFrame({"id": [str(i) for i in range(len(index))], "wave": ""}, index=index)
    people = People(
        {"people": frame},
        {"people": reasons},
        {"people": keys},
        {"people": pd.Series(True, index=index)},
        Results.of([]),
    )
    return participants(people, study, "t").results


@pytest.mark.parametrize("variable", ["gender", "health", "age"])
def test_a_proposed_merge_applied_to_the_study_frees_what_it_promises(variable: str) -> None:
    study = parse_study(STUDY, "s.yaml")
    before = release(of(study), study.release, study)
    (merge,) = [m for m in before.proposals.merges if m.variable == variable]
    key, _, value = merge.line.partition(": ")
    old = next(line for line in STUDY.splitlines() if line.startswith(f"  {variable}:"))
    start = old.index(f"{key}: ")
    end = old.index("}" if key == "codes" else "]", start) + 1
    mended = parse_study(STUDY.replace(old, old[:start] + f"{key}: {value}" + old[end:]), "s.yaml")
    after = release(of(mended), mended.release, mended)

    def gone(released):  # type: ignore[no-untyped-def]
        return int(released.frame["withheld"][released.frame["term"] == variable].sum())

    assert gone(before) - gone(after) == merge.frees > 0
    assert gone(after) == 0
    assert merge.line in merge_lines(before.proposals.merges)


def test_a_merge_is_written_with_the_own_codes_and_bands() -> None:
    study = parse_study(STUDY, "s.yaml")
    lines = {m.variable: m.line for m in release(of(study), study.release, study).proposals.merges}
    assert lines["health"] == "codes: {1: Good, 2: Fair, 3: Poor or Very poor, 4: Poor or Very poor}"
    assert lines["gender"] == "codes: {1: Women, 2: Men or Another, 3: Men or Another}"
    assert lines["age"] == 'bands: ["18-44", "45-64", "65+"]'


def test_the_reference_and_what_others_name_stay_alone() -> None:
    text = STUDY.replace("3: Another}}", "3: Another}, reference: Men}")
    study = parse_study(text, "s.yaml")
    lines = {m.variable: m.line for m in release(of(study), study.release, study).proposals.merges}
    assert lines["gender"] == "codes: {1: Women or Another, 2: Men, 3: Women or Another}"


NAMED = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
population: {where: {role: [Leader, Member]}, because: guests were not asked}
variables:
  role: {codes: {1: Leader, 2: Member, 3: Guest, 4: Visitor}}
  led: {codes: {1: "Often", 2: "Seldom"}, asked_of: {place: Home}}
  place: {codes: {1: Home, 2: Office, 3: Street}}
  mood: {codes: {1: Low, 2: Middle, 3: High}}
  site: {codes: {1: North, 2: East, 3: West}}
  sites: {derive: {regroup: site, into: {North: [North], Rest: [East, West]}}}
  dose: {codes: {1: None of it, 2: Some, 3: All of it}}
models:
  m: {outcome: mood, exposure: dose, event: High}
release: {rule: journal}
"""


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("role", {"Leader", "Member"}),  # whom the study speaks of
        ("place", {"Home"}),  # who was asked
        ("mood", {"High"}),  # the event of a model
        ("site", {"North", "East", "West"}),  # what another variable is made of
        ("dose", {"None of it"}),  # what a model compares with
        ("led", set()),
    ],
)
def test_a_level_that_another_declaration_names_is_never_put_together(variable: str, named: set[str]) -> None:
    """Else the proposed line, pasted, would stop the study at the declaration that names the level."""
    assert fixed_levels(parse_study(NAMED, "s.yaml"), variable) - {""} == named


def test_what_a_model_uses_becomes_a_new_variable_for_the_tables() -> None:
    text = STUDY.replace("release:", "models:\n  m: {outcome: age, exposure: health, adjust: [gender]}\nrelease:")
    study = parse_study(text, "s.yaml")
    found = {m.variable: m for m in release(of(study), study.release, study).proposals.merges}
    assert found["gender"].where == "variables"
    merge = found["gender"]
    assert merge.line.startswith("gender_in_tables: {label: Gender, derive: {regroup: gender, into: {Women: [Women], ")
    assert merge.also == (("tables.t", "rows: [gender_in_tables, health, age]"),)
    assert "tables.t:   # name the new variable here, instead of gender\n  rows: [gender_in_tables, health, age]\n" in (
        merge_lines([merge])
    )


def test_the_proposed_lines_pasted_at_their_places_make_a_study_that_prints_the_old_label() -> None:
    text = STUDY.replace("t: {rows: [gender, health, age]}", "t: {columns: gender, rows: [health, age]}")
    text = text.replace("release:", "models:\n  m: {outcome: age, exposure: health, adjust: [gender]}\nrelease:")
    study = parse_study(text, "s.yaml")
    merge = next(m for m in proposed_for(study) if m.variable == "gender")
    assert merge.also == (("tables.t", "columns: gender_in_tables"),)
    pasted = text.replace("variables:\n", f"variables:\n  {merge.line}\n")
    pasted = pasted.replace("columns: gender,", f"{merge.also[0][1]},")
    mended = parse_study(pasted, "s.yaml")
    assert mended.variables["gender_in_tables"].label == "Gender"
    assert mended.tables["t"].columns == ("gender_in_tables",)


def test_a_semicolon_in_a_label_hides_no_merge() -> None:
    """Columns are called by their path, in which a semicolon parts conditions: that of a label parts none."""
    text = STUDY.replace("t: {rows: [gender, health, age]}", "t: {columns: gender, rows: [health]}")
    plain = next(m for m in proposed_for(parse_study(text, "s.yaml")) if m.variable == "gender")
    text = text.replace("2: Men, 3: Another", "2: Men; trans men too, 3: Another; or none")
    found = next(m for m in proposed_for(parse_study(text, "s.yaml")) if m.variable == "gender")
    assert found.levels == {"Men; trans men too or Another; or none": ("Men; trans men too", "Another; or none")}
    assert found.frees == plain.frees > 0


def proposed_for(study: Study):  # type: ignore[no-untyped-def]
    return release(of(study), study.release, study).proposals.merges


def slowly(counts: np.ndarray, below: int, ordered: bool) -> int | None:
    """How many merges are needed, by giving every level every block."""
    best = None
    for given_blocks in itertools.product(range(len(counts)), repeat=len(counts)):
        if ordered and list(given_blocks) != sorted(given_blocks):
            continue
        sums = np.array(
            [counts[[i for i, b in enumerate(given_blocks) if b == block]].sum(axis=0) for block in set(given_blocks)]
        )
        if len(sums) > 1 and not ((sums > 0) & (sums < below)).any():
            best = min(best if best is not None else len(counts), len(counts) - len(sums))
    return best


@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=n, max_size=n)
    ),
    st.booleans(),
)
def test_no_way_needs_fewer_merges(rows: list[list[int]], ordered: bool) -> None:
    counts = np.array(rows)
    found = fewest(counts, 5, ordered)
    assert (None if found is None else len(counts) - len(found)) == slowly(counts, 5, ordered)


def test_a_cell_of_nobody_is_small_where_it_tells_on_a_sensitive_answer() -> None:
    counts = np.array([[20, 0], [30, 30], [40, 40]])
    assert fewest(counts, 5, ordered=True) == ((0,), (1,), (2,))
    assert fewest(counts, 5, ordered=True, none_is_few=True) == ((0, 1), (2,))
    assert fewest(np.array([[20, 0], [30, 0]]), 5, ordered=True, none_is_few=True) == ((0,), (1,)), "nobody at all"


def test_of_many_levels_the_smallest_are_put_together() -> None:
    counts = np.array([[n] for n in (1, 1, 1, 1, 1, 20, 30, 40, 50, 60)])
    found = fewest(counts, 5, ordered=False)
    assert found is not None and all(counts[list(b)].sum() >= 5 for b in found)


LIKERT = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  trust: {codes: {CODES}REFERENCE}
tables:
  t: {rows: [trust]}
release: {rule: journal}
"""
TRUST = {"Not at all": 3, "A little": 40, "Partly": 30, "Mostly": 20, "Fully": 3}


def likert(codes: str, reference: str = "") -> tuple[str, str]:
    """The line and the doubt of the merge that is proposed for answers of which the ends are few people's."""
    study = parse_study(LIKERT.replace("CODES", codes).replace("REFERENCE", reference), "s.yaml")
    values = [level for level, n in TRUST.items() for _ in range(n)]
    index = pd.Index([f"made-up.csv:{i}" for i in range(len(values))], name="row")
    people = People(
        {"people": pd.DataFrame({"trust": pd.Categorical(values, categories=list(TRUST))}, index=index)},
        {"people": pd.DataFrame("", index=index, columns=["trust"], dtype="str")},
        {"people": pd.DataFrame({"id": [str(i) for i in range(len(index))], "wave": ""}, index=index)},
        {"people": pd.Series(True, index=index)},
        Results.of([]),
    )
    (merge,) = release(participants(people, study, "t").results, study.release, study).proposals.merges
    assert merge.doubt in merge_lines([merge])
    return merge.line, merge.doubt


def test_of_answers_with_codes_in_a_row_neighbours_are_put_together() -> None:
    """Both ends together would be the fewest merges: of answers from little to much that is nonsense."""
    line, doubt = likert("1: Not at all, 2: A little, 3: Partly, 4: Mostly, 5: Fully")
    assert line == (
        "codes: {1: Not at all or A little, 2: Not at all or A little, 3: Partly, 4: Mostly or Fully, "
        "5: Mostly or Fully}"
    )
    assert doubt == ""
    assert likert("a: Not at all, b: A little, c: Partly, d: Mostly, e: Fully")[0] == (
        "codes: {a: Not at all or Fully, b: A little, c: Partly, d: Mostly, e: Not at all or Fully}"
    )


def test_where_neighbours_do_not_do_it_says_what_to_look_at() -> None:
    codes = "1: Not at all, 2: A little, 3: Partly, 4: Mostly, 5: Fully"
    line, doubt = likert(codes, ", reference: A little")
    assert "Not at all or Fully" in line
    assert doubt == "These levels are no neighbours: if the answers have an order, declare type: ordered first."
