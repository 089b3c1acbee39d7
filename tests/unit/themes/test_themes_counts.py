"""Themes and codes counted three ways, and which stand together. All interviews are made up."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import Ledger
from pipeline.errors import Mistakes
from pipeline.results import Key, Results
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import coding_of
from pipeline.themes.cooccurrence import cooccurrence
from pipeline.themes.interview_flow import flow_of_interviews, steps_told
from pipeline.themes.theme_counts import theme_counts
from pipeline.themes.told_words import definitions_to_print
from tests.coded_interviews import coded, told

#             document person role prog. code          start end coder words
ROWS = """
d1 P1 PR A Support::heard   0  9 A .
d1 P1 PR A Support::heard   0  9 B .
d1 P1 PR A Support::seen    0  9 A .
d1 P1 PR A Support::seen   30 39 A .
d1 P1 PR A Way             35 50 A .
d2 P1 PR A Support::heard   5  8 A .
d3 P2 PS B Way              5  9 A .
g1 P2 PS B Way::bus        20 30 A .
g1 P3 PS B Way::bus        40 50 A .
g1 .  .  . Way             60 70 A .
g1 .  .  . Support::heard  60 70 A .
"""
LEDGER = Ledger(pd.DataFrame(), pd.DataFrame())
THEMES = """
themes:
  Heard: {codes: ["Support::heard", "Support::seen"]}
  Way: {codes: [Way]}
tables:
  by_role: {columns: role, rows: tree, count: [people, documents, segments]}
  plain: {rows: codes, count: segments}
  book: {codebook: true}
  same: {cooccurrence: segment}
  documents: {cooccurrence: document, rows: codes}
  overlap: {cooccurrence: overlap, rows: codes}
"""


def value(results: Results, name: str, term: str, level: str, group: str = "All", statistic: str = "n") -> float:
    return results.get(Key("themes", name, term, level, group, statistic))


def people_behind(results: Results, key: Key) -> float:
    frame = results.frame
    return frame[(frame[list(Key._fields)] == list(key)).all(axis=1)]["people"].item()


def counts(results: Results, name: str, term: str, level: str, group: str = "All") -> tuple[float, ...]:
    return tuple(value(results, name, term, level, group, s) for s in ("n", "documents", "segments"))


def test_people_documents_and_segments_are_three_counts() -> None:
    study = told(THEMES)
    found = theme_counts(coded(study, ROWS), study, "by_role")
    pr, ps = "role=Recipients", "role=Supporters"
    # the same place twice (two coders, two codes of one theme) is one passage; d1 and d2 are one person's
    assert counts(found, "by_role", "theme", "Heard") == (1, 3, 2 + 1 + 1)
    assert counts(found, "by_role", "theme", "Heard", pr) == (1, 2, 3)
    assert counts(found, "by_role", "theme", "Heard", ps) == (0, 0, 0)
    assert counts(found, "by_role", "code", "Support::heard") == (1, 3, 1 + 1 + 1)
    # a code counts with what stands under it; the group's passage of no one is among all alone
    assert counts(found, "by_role", "theme", "Way") == counts(found, "by_role", "code", "Way") == (3, 3, 5)
    assert counts(found, "by_role", "theme", "Way", ps) == (2, 2, 3)
    assert counts(found, "by_role", "code", "Way::bus", ps) == (2, 1, 2)


def test_each_group_has_its_people_and_documents_at_its_head() -> None:
    study = told(THEMES)
    found = theme_counts(coded(study, ROWS), study, "by_role")
    assert [value(found, "by_role", "", "", g) for g in ("role=Recipients", "role=Supporters", "All")] == [1, 2, 3]
    assert value(found, "by_role", "", "", "role=Supporters", "documents") == 2  # d3, and the group
    assert value(found, "by_role", "", "", "All", "documents") == 4
    assert "role=Leaders" not in set(found.frame["group"])  # nobody
    assert value(found, "by_role", "theme", "Way", "role=Supporters", "denominator") == 2
    assert value(found, "by_role", "theme", "Way", "role=Supporters", "percent") == 100
    assert value(found, "by_role", "no one in particular", "", "All", "segments") == 1  # one place, two codes


def test_documents_and_segments_stand_on_the_people_behind_them() -> None:
    study = told(THEMES)
    found = theme_counts(coded(study, ROWS), study, "by_role")
    heard = Key("themes", "by_role", "theme", "Heard")
    # P1; and in the group nobody who is known, which is one person at the least
    assert people_behind(found, heard._replace(statistic="segments")) == 2
    assert people_behind(found, heard._replace(statistic="documents", group="role=Recipients")) == 1
    way = Key("themes", "by_role", "theme", "Way", "All", "segments")
    assert people_behind(found, way) == 3  # the voice in the group may be P2's or P3's


def test_what_is_not_asked_for_is_not_counted() -> None:
    study = told(THEMES)
    found = theme_counts(coded(study, ROWS), study, "plain").frame
    assert set(found.loc[found["term"] == "code", "statistic"]) == {"segments"}
    book = theme_counts(coded(study, ROWS), study, "book")
    assert counts(book, "book", "code", "Support") == (1, 3, 4)


def test_passages_without_a_place_are_known_by_their_words() -> None:
    study = told("tables: {plain: {rows: codes, count: segments}}")
    rows = "d1 P1 PR A Way . . A one\nd1 P1 PR A Way . . B one\nd1 P1 PR A Way . . A two\nd1 P1 PR A Bus . . A .\n" * 2
    found = theme_counts(coded(study, rows), study, "plain")
    assert value(found, "plain", "code", "Way", "All", "segments") == 2
    assert value(found, "plain", "code", "Bus", "All", "segments") == 2  # without place and words they may be two


def pair(results: Results, name: str, one: str, other: str) -> tuple[float, ...]:
    return tuple(value(results, name, one, other, "All", s) for s in ("n1", "n2", "n12", "cooccurrence"))


def test_themes_stand_together_by_the_declared_unit() -> None:
    study = told(THEMES)
    cleaned = coded(study, ROWS)
    assert pair(cooccurrence(cleaned, study, "same"), "same", "Heard", "Way") == (4, 5, 1, 1 / (4 + 5 - 1))
    found = cooccurrence(cleaned, study, "documents")
    assert pair(found, "documents", "Support", "Way") == (3, 3, 2, 2 / 4)
    assert pair(found, "documents", "Support::seen", "Way::bus") == (1, 1, 0, 0)
    found = cooccurrence(cleaned, study, "overlap")
    assert pair(found, "overlap", "Support::seen", "Way") == (2, 5, 1, 1 / 6)  # 30-39 and 35-50
    assert ("Way", "Way::bus") not in set(found.frame[["term", "level"]].itertuples(index=False, name=None))


def test_passages_that_only_touch_do_not_overlap_and_the_smaller_number_counts() -> None:
    study = told("tables: {over: {rows: codes, cooccurrence: overlap}}")
    rows = "d P PR A a 0 10 X .\nd P PR A b 10 20 X .\nd P PR A c 2 4 X .\nd P PR A c 6 8 X .\ne P PR A b 0 9 X ."
    found = cooccurrence(coded(study, rows), study, "over")
    assert pair(found, "over", "a", "b") == (1, 2, 0, 0)
    assert pair(found, "over", "a", "c") == (1, 2, 1, 1 / 2)  # never above 1


def test_two_themes_that_nothing_carries_have_no_coefficient() -> None:
    study = told("themes: {A: {codes: [a]}, B: {codes: [b]}}\ntables: {same: {cooccurrence: document}}")
    rows = coded(study, "d P PR A a 0 1 X .\nd P PR A b 0 1 X .")
    silent = replace(rows.coding, segments=rows.coding.segments.iloc[:0])
    found = cooccurrence(CleanedCoding(silent, rows.themes, rows.ledger, rows.flow), study, "same")
    assert math.isnan(value(found, "same", "A", "B", "All", "cooccurrence"))


def test_overlap_needs_places() -> None:
    study = told("tables: {over: {rows: codes, cooccurrence: overlap}}")
    with pytest.raises(Mistakes) as error:
        cooccurrence(coded(study, "d P PR A a 0 9 X .\nd P PR A b . . X said"), study, "over")
    assert str(error.value) == (
        "studies/made_up.yaml:9  interviews.tables.over.cooccurrence: 1 of 2 segments have no place in their text, and "
        "so nobody knows what they overlap. Write segment or document."
    )


CODES = pd.DataFrame(index=["a", "a::b", "c"])
ROLES = {"P1": "Recipients", "P2": "Supporters", "P3": "Recipients"}
SLOW = "tables:\n  t: {rows: codes, columns: role, count: [people, documents, segments]}\n"
SLOW += "  o: {rows: codes, cooccurrence: overlap}"
STUDY = told(SLOW)
segments = st.lists(
    st.tuples(st.sampled_from("def"), st.sampled_from(["P1", "P2", "P3", ""]), st.sampled_from(list(CODES.index)),
              st.integers(0, 12), st.integers(0, 6), st.sampled_from("XY")), min_size=1, max_size=25,
)  # fmt: skip


def of_tuples(drawn: list[tuple[str, str, str, int, int, str]]) -> CleanedCoding:
    names = ["document", "participant", "code", "start", "end", "coder"]
    rows = pd.DataFrame([(d, p, c, s, s + n, x) for d, p, c, s, n, x in drawn], columns=names)
    people = pd.DataFrame({"role": ROLES.values()}, index=list(ROLES))
    coding = coding_of(pd.DataFrame(index=list("def")), people, CODES, rows)
    return CleanedCoding(coding, pd.DataFrame(columns=["theme", "definition", "code"]), LEDGER, pd.DataFrame())


@settings(max_examples=25, deadline=None)
@given(segments)
def test_counts_and_overlaps_agree_with_a_slow_twin(drawn) -> None:  # type: ignore[no-untyped-def]
    """Sets of Python, one segment at a time."""
    study, cleaned = STUDY, of_tuples(drawn)
    found, together = theme_counts(cleaned, study, "t"), cooccurrence(cleaned, study, "o")
    held = {code: [r for r in drawn if r[2] == code or r[2].startswith(f"{code}::")] for code in CODES.index}
    for code, rows in held.items():
        for group, who in (("All", {"", *ROLES}), ("role=Recipients", {"P1", "P3"}), ("role=Supporters", {"P2"})):
            here = [r for r in rows if r[1] in who]
            people, passages = {r[1] for r in here} - {""}, {r[:2] + r[3:5] for r in here}
            assert counts(found, "t", "code", code, group) == (len(people), len({r[0] for r in here}), len(passages))
    for one, other in combinations(CODES.index, 2):
        if not other.startswith(f"{one}::"):
            meets = [{a[:2] + a[3:5] for a in held[x] for b in held[y]
                      if a[0] == b[0] and set(range(a[3], a[3] + a[4])) & set(range(b[3], b[3] + b[4]))}
                     for x, y in ((one, other), (other, one))]  # fmt: skip
            assert value(together, "o", one, other, "All", "n12") == min(map(len, meets))


def test_the_flow_is_results_of_people_documents_and_segments() -> None:
    study = told("""
flow: {approached: 9, not_interviewed: {declined: 4, ill: 1}, interviewed: 4, not_analysed: {not recorded: 1}}
exclude:
  - {participant: P1, because: withdrew}
codes: {drop: {Way: not discussed}}
""")
    cleaned = coded(study, ROWS)
    found = flow_of_interviews(cleaned.flow)

    def flow(step: str, reason: str = "") -> list[float]:
        rows = found.frame[(found.frame["term"] == step) & (found.frame["level"] == reason)]
        held = dict(zip(rows["statistic"], rows["value"], strict=True))
        return [held.get(s, math.nan) for s in ("people", "documents", "segments")]

    assert flow("approached")[0] == 9 and flow("not interviewed", "declined")[0] == 4
    assert flow("excluded", "withdrew") == [1, 2, 6]
    assert flow("analysed") == [2, 2, 1]
    behind = people_behind(found, Key("flow", "coded interviews", "excluded", "withdrew", "All", "segments"))
    assert behind == 1  # six segments of one person
    assert steps_told(cleaned.flow).template == (
        "Of {approached} people who were approached, {interviewed} were interviewed; the interviews of {analysed} are "
        "analysed."
    )


def test_a_definition_that_repeats_what_was_said_is_not_printed() -> None:
    book = pd.DataFrame({"definition": ["Made up: someone Listened, to me AND my worries at last", "being heard"]},
                        index=["a", "b"])  # fmt: skip
    said = pd.DataFrame({"document": ["d"], "code": ["a"], "quotation": ["she listened to me and my worries"]})
    coding = coding_of(pd.DataFrame(index=["d"]), pd.DataFrame(index=pd.Index([], dtype="str")), book, said)
    words, quoted = definitions_to_print(coding)
    assert words == {"a": "(not printed)", "b": "being heard"} and quoted == 1


@pytest.mark.parametrize("said", ["José lis\u00adtened to me late at night", "Jose\u0301 listened to me late at night"])
def test_a_definition_repeats_what_was_said_however_its_letters_are_written(said: str) -> None:
    """Texts out of PDF files have soft hyphens, and accents as signs of their own."""
    book = pd.DataFrame({"definition": ["José listened to me late"]}, index=["a"])
    segments = pd.DataFrame({"document": ["d"], "code": ["a"], "quotation": [said]})
    coding = coding_of(pd.DataFrame(index=["d"]), pd.DataFrame(index=pd.Index([], dtype="str")), book, segments)
    assert definitions_to_print(coding) == ({"a": "(not printed)"}, 1)
