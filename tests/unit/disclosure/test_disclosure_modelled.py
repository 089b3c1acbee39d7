"""What a model says of its rows, by level and by event, beside what tables withhold of the same people."""

from __future__ import annotations

import pytest

from pipeline.disclosure import Released
from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import cell, many, released, seen, written

ARM = "  arm: {codes: {A: A, B: B}}"
STARTED = f"""{ARM}
  prep: {{codes: {{1: Started, 2: Not started, 3: Not known}}, missing: {{blank: not answered}}}}
  age: {{type: number, missing: {{blank: not answered}}}}"""
ESTIMATES = ("estimate", "std_error", "ci_low", "ci_high", "p")


def model(term: str = "", level: str = "", group: str = ALL, statistic: str = "n") -> Key:
    return Key("model", "m", term, level, group, statistic)


def known(found: Released, **numbers: Key) -> bool:
    return len(seen(found, numbers)) == len(numbers)


@pytest.mark.parametrize("table", ["{columns: arm, rows: [prep]}", "{columns: prep, rows: [arm], missing: footnote}"])
def test_events_by_level_are_what_a_table_says_of_the_outcome(table: str):
    """Of 52 in A 20 started, as the model says, and 30 did not: 2 are not known."""
    rows = many(
        ("A", 1, 50, 20), ("A", 2, 50, 30), ("A", 3, 50, 2), ("B", 1, 50, 22), ("B", 2, 50, 27), ("B", 3, 50, 3)
    )
    more = "models:\n  m: {outcome: prep, event: Started, exposure: arm}"
    found = released(written(STARTED, f"  t: {table}", more), "arm prep age", rows)
    turned = "columns: prep" in table
    for arm in "AB":
        answers = {
            level: cell("t", "arm", arm, f"prep={level}") if turned else cell("t", "prep", level, f"arm={arm}")
            for level in ("Started", "Not started", "Not known")
        }
        told = set(seen(found, answers)) | (
            {"Started"} if known(found, e=model("arm", arm, statistic="events")) else set()
        )
        assert "Not known" not in told
        assert {"Started", "Not started"} - told, arm
    assert known(found, e=model("arm", "A", statistic="events")), "the table gives up another number instead"


def test_events_of_those_whose_age_is_known_are_part_of_what_a_table_says():
    """Six have no age. At most two answers of A are not known: 52 less 30, less the 20 who started and have an age."""
    rows = many(
        ("A", 1, 50, 20), ("A", 2, 50, 24), ("A", 2, "", 6), ("A", 3, 50, 2),
        ("B", 1, 50, 22), ("B", 2, 50, 27), ("B", 3, 50, 3),
    )  # fmt: skip
    more = "models:\n  m: {outcome: prep, event: Started, exposure: arm, adjust: [age]}"
    found = released(written(STARTED, "  t: {columns: arm, rows: [prep]}", more), "arm prep age", rows)
    others = {level: cell("t", "prep", level, "arm=A") for level in ("Started", "Not started", "Not known")}
    told = seen(found, others)
    assert not ({"Not started"} <= told.keys() and known(found, e=model("arm", "A", statistic="events")))


def test_rows_by_level_are_those_who_answered():
    """Of 40 in each arm 38 have an outcome in A: 2 are missing, whom the table withholds."""
    rows = (
        [("A", 3 if i % 2 else 2) for i in range(38)]
        + [("A", "")] * 2
        + [("B", 1)] * 20
        + [("B", 5)] * 13
        + [("B", "")] * 7
    )
    text = f"{ARM}\n  mood: {{type: number, range: 1-5, missing: {{blank: not answered}}}}"
    found = released(
        written(text, "  t: {columns: arm, rows: [mood]}", "models:\n  m: {outcome: mood, exposure: arm}"),
        "arm mood",
        rows,
    )
    assert found.withheld(cell("t", "mood", "Missing", "arm=A"))
    assert not seen(found, {arm: model("arm", arm) for arm in "AB"})
    assert not seen(found, {s: model("arm", "B", "adjustment=unadjusted", s) for s in ESTIMATES})


def test_a_reason_for_rows_left_out_is_the_one_that_the_missing_answers_tell():
    """20 are missing, of whom 17 refused: 3 did not answer."""
    rows = [(1 + i % 5, -1 if i < 17 else "" if i < 20 else 1 + i % 2) for i in range(120)]
    text = (
        "  sex: {codes: {1: W, 2: M}, missing: {-1: refused, blank: not answered}}\n  mood: {type: number, range: 1-5}"
    )
    found = released(
        written(text, "  t: {rows: [sex]}", "models:\n  m: {outcome: mood, exposure: sex}"), "mood sex", rows
    )
    assert found.withheld(Key("quality", "missingness", "sex", "not answered", ALL, "n"))
    told = {
        "output": Key("quality", "missingness", "sex", "refused", ALL, "n"),
        "model": model("sex", "refused", statistic="missing"),
    }
    missing = {"all": model(statistic="missing"), "table": cell("t", "sex", "Missing")}
    assert not (seen(found, told) and seen(found, missing))


def test_estimates_of_an_exposure_do_not_tell_two_who_came_since_an_earlier_release():
    """17 of 30 in B and an odds ratio of 1.48 with its standard error: 15 of 32 in A, of whom two came."""
    text = f"{ARM}\n  sex: {{codes: {{W: W, M: M}}}}"
    rows = many(("A", "W", 13), ("A", "M", 17), ("B", "W", 17), ("B", "M", 13))
    models = "models:\n  m: {outcome: sex, event: W, exposure: arm, effect: odds ratio}"
    first = released(written(text, "  t: {rows: [arm]}", models), "arm sex", rows)
    later = written(text, "  t: {rows: [arm]}", models, release=", previous: earlier.csv")
    found = released(later, "arm sex", [*rows, ("A", "W"), ("A", "W")], first.to_csv())
    assert not seen(found, {s: model("arm", "B", "adjustment=unadjusted", s) for s in ESTIMATES})


BOTH = f"""{ARM}
  sex: {{codes: {{1: W, 2: M}}, missing: {{blank: not answered}}}}
  mood: {{type: number, range: 1-5, missing: {{blank: not answered}}}}
  school: {{codes: {{1: Low, 2: High}}, missing: {{blank: not answered}}}}"""


def test_rows_left_out_for_two_variables_do_not_tell_how_many_lack_both():
    """Seven lack the one, eight the other and 13 were left out: 2 lack both, as a column of the table would say."""
    rows = many(
        ("A", 1, 2, 1, 30), ("A", 2, 4, 1, 12), ("B", 1, 3, 2, 14), ("B", 2, 5, 2, 21),
        ("A", "", 3, 1, 5), ("A", "", "", 1, 2), ("B", 1, "", 2, 6),
    )  # fmt: skip
    more = "models:\n  m: {outcome: mood, exposure: arm, adjust: [sex]}"
    found = released(written(BOTH, "  t: {columns: sex, rows: [mood]}", more), "arm sex mood school", rows)
    assert found.withheld(cell("t", "mood", "Missing", "sex=Missing"))
    by_reason = {v: model(v, "not answered", statistic="missing") for v in ("sex", "mood")}
    by_table = {"mood": cell("t", "mood", "Missing"), "sex": cell("t", "", "", "sex=Missing")}
    assert not (
        seen(found, {s: model(statistic=s) for s in ("n", "missing")})
        and {*seen(found, by_reason), *seen(found, by_table)} == {"sex", "mood"}
    )


def test_a_model_in_which_few_lack_several_of_three_variables_does_not_say_how_many_rows_it_has():
    rows = many(
        ("A", 1, 2, 1, 30), ("A", 2, 4, 1, 12), ("B", 1, 3, 2, 14), ("B", 2, 5, 2, 21),
        ("A", "", 3, 1, 5), ("A", "", "", 1, 2), ("B", 1, "", 2, 6), ("B", 1, 4, "", 7),
    )  # fmt: skip
    more = "models:\n  m: {outcome: mood, exposure: arm, adjust: [sex, school]}"
    found = released(written(BOTH, "  t: {columns: sex, rows: [mood]}", more), "arm sex mood school", rows)
    assert not seen(found, {s: model(statistic=s) for s in ("n", "missing", "denominator")})


def test_a_model_of_three_variables_with_gaps_does_not_tell_of_two():
    """22, 22 and 11 lack each, 42 were left out: 13 lack two of them, of whom 10 are told and none lack all three."""
    rows = many(
        ("A", 1, 2, 1, 50), ("B", 2, 4, 2, 50), ("A", 1, "", "", 10), ("A", "", 3, "", 3), ("B", 2, "", 2, 12),
        ("A", 1, 3, "", 9), ("B", "", 4, 1, 8),
    )  # fmt: skip
    more = "models:\n  m: {outcome: mood, exposure: arm, adjust: [sex, school]}"
    tables = "  t: {columns: school, rows: [sex, mood]}\n  u: {columns: sex, rows: [mood]}"
    found = released(written(BOTH, tables, more), "arm sex mood school", rows)
    assert found.withheld(cell("t", "sex", "Missing", "school=Missing"))
    assert not seen(found, {s: model(statistic=s) for s in ("n", "missing")})


def test_rows_left_out_beside_another_variables_gaps_are_a_least_number_of_missing_answers():
    """Ten of 60 were left out and seven lack a mood, so three or more lack a sex: of the seven who are neither men nor
    Y at most four are X."""
    variables = """
  role: {codes: {R: R, S: S, T: T}}
  sex: {codes: {1: W, 2: M, 3: X, 4: Y}, missing: {blank: not answered, -1: refused}}
  mood: {type: number, range: 0-3, bands: [0-0, 1-1, 2-3], missing: {blank: not answered, -1: refused}}"""
    rows = many(
        ("R", 2, 0, 1), ("R", 2, 1, 2), ("R", 2, 2, 3), ("R", 2, 3, 2), ("R", 4, "", 1), ("R", 4, 3, 2),
        ("S", "", "", 1), ("S", -1, 0, 1), ("S", -1, 2, 1), ("S", -1, 3, 1), ("S", 2, "", 2), ("S", 2, 0, 2),
        ("S", 2, 1, 1), ("S", 2, 2, 3), ("S", 2, 3, 9), ("S", 3, 3, 3), ("S", 4, -1, 1), ("S", 4, 1, 1), ("S", 4, 2, 3),
        ("S", 4, 3, 6), ("T", 2, "", 1), ("T", 2, 2, 4), ("T", 2, 3, 5), ("T", 4, -1, 1), ("T", 4, 1, 1),
        ("T", 4, 2, 2),
    )  # fmt: skip
    more = "models:\n  m: {outcome: mood, exposure: role, adjust: [sex]}"
    found = released(written(variables, "  t: {rows: [sex, mood]}", more), "role sex mood", rows)
    assert found.withheld(cell("t", "sex", "X"))
    sexes = {level: cell("t", "sex", level) for level in ("M", "Y")}
    assert len(seen(found, sexes)) < 2 or not (
        seen(found, {s: model(statistic=s) for s in ("n", "missing")})
        and seen(found, {"t": cell("t", "mood", "Missing"), "q": Key("quality", "missingness", "mood", "", ALL, "n")})
    )


def test_those_at_a_level_of_a_model_are_not_held_against_who_was_followed():
    """50 women at the start, says a model that left nobody out, and 49 were followed: one was lost."""
    text = "  sex: {codes: {W: W, M: M}}\n  out: {codes: {0: N, 1: Y}}"
    more = "models:\n  m: {outcome: out, event: Y, exposure: sex, wave: 1}"
    people = [(i, "WM"[i % 2], i // 2 % 2) for i in range(100)]
    rows = [(i, wave, sex, out) for i, sex, out in people for wave in (1, 2) if wave == 1 or i not in (4, 17, 41)]
    data = ", wave: wave, waves: {1: Start, 2: Later}"
    found = released(written(text, "  f: {kind: followed, rows: [sex]}", more, data), "id wave sex out", rows)
    for sex in "WM":
        assert found.withheld(cell("f", "sex", sex, "wave=Later;followed=Lost"))
        followed = cell("f", "sex", sex, "wave=Later;followed=Followed")
        assert not known(found, followed=followed, n=model("sex", sex))
        assert not known(found, followed=followed, n=cell("f", "sex", sex))


def test_rows_left_out_are_not_those_without_one_variable_and_few_more():
    """Ten have no age, and of the others one has no mood: 11 are left out, and 11 less 10 is one person."""
    rows = [("AB"[i % 2], 20 + i if i > 9 else "", 1 + i % 5 if i not in (3, 40) else "") for i in range(80)]
    text = (
        f"{ARM}\n  age: {{type: number, missing: {{blank: not answered}}}}\n"
        "  mood: {type: number, range: 1-5, missing: {blank: not answered}}"
    )
    more = "models:\n  m: {outcome: mood, exposure: arm, adjust: [age]}"
    found = released(written(text, "  t: {columns: arm, rows: [age, mood]}", more), "arm age mood", rows)
    of_age = seen(found, {"missing": cell("t", "age", "Missing"), "answered": cell("t", "age", "", ALL, "denominator")})
    of_model = seen(found, {s: model(statistic=s) for s in ("n", "missing")})
    assert of_age.get("missing", 10.0) == 10 and of_model.get("missing", 11.0) == 11
    assert not (of_age and of_model)


def test_rows_left_out_are_all_reasons_of_the_only_variable_that_lacks_some():
    """Twelve lack their age, of whom nine refused: three did not answer."""
    rows = [("A" if i % 2 else "B", 1 + i % 5, -1 if i < 9 else "" if i < 12 else 30 + i % 20) for i in range(120)]
    text = (
        f"{ARM}\n  mood: {{type: number, range: 1-5}}\n"
        "  age: {type: number, missing: {-1: refused, blank: not answered}}"
    )
    found = released(
        written(text, "  t: {rows: [arm]}", "models:\n  m: {outcome: mood, exposure: arm, adjust: [age]}"),
        "arm mood age",
        rows,
    )
    assert not known(found, few=model("age", "not answered", statistic="missing"))
    refused = known(found, n=model("age", "refused", statistic="missing"))
    assert not (refused and (known(found, n=model(statistic="missing")) or known(found, n=model())))
