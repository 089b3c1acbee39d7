"""Models that are withheld: what of them, why, and what to write so that some of it may be printed."""

from __future__ import annotations

from pipeline.disclosure import Released
from pipeline.report.blocks import Code, Listing, Strong
from pipeline.report.withheld import withheld_blocks
from pipeline.report.withheld_models import withheld_models
from pipeline.results import Key
from pipeline.study import parse_study
from tests.unit.disclosure.whole import released, written

VARIABLES = """  gender: {codes: {1: Women, 2: Men}, missing: {-99: refused}}
  site: {codes: {A: A, B: B, C: C}, missing: {-99: refused}}
  age: {type: number, missing: {-99: refused}}
  calls: {type: number}
  months: {type: number}
  health: {type: ordered, codes: {1: Poor, 2: Fair, 3: Good}, missing: {-99: refused}}
  health_two: {derive: {regroup: health, into: {Poor or fair: [Poor, Fair], Good: [Good]}}}"""
TABLES = "  t: {rows: [calls]}"
RATE = "outcome: calls, exposure: site, effect: rate ratio, time: months"
COLUMNS = "gender site age calls months health"


def rows(n: int = 120, refused: dict[str, int] | None = None) -> list[list[object]]:
    """refused: column -> how many did."""
    held: list[list[object]] = [
        [1 + i % 2, "ABC"[i % 3], 20 + i % 50, (7 * i) % 11, 1 + i % 6, 1 + (i // 2) % 3] for i in range(n)
    ]
    for column, many in (refused or {}).items():
        for i in range(many):
            held[5 * i + 1][COLUMNS.split().index(column)] = -99
    return held


def said(text: str, made: Released) -> list[str]:
    """Every line of the part on what was withheld, in words."""
    words = []
    for block in withheld_blocks(parse_study(text, "studies/made_up.yaml"), made, ()):
        pieces = block.items if isinstance(block, Listing) else [block.pieces]  # type: ignore[attr-defined]
        words += ["".join(str(getattr(p, "text", p)) for p in line) for line in pieces]
    return words


def estimated(made: Released, name: str = "m") -> bool:
    key = Key("model", name, "site", "B", "adjustment=adjusted", "estimate")
    return not made.withheld(key)


def remedy(models: str, refused: dict[str, int]) -> tuple[list[str], Released]:
    text = written(VARIABLES, TABLES, f"models:\n{models}")
    made = released(text, COLUMNS, rows(refused=refused))
    study = parse_study(text, "studies/made_up.yaml")
    blocks = list(withheld_models(study, made))
    items = blocks[1].items if blocks else ()  # type: ignore[attr-defined]
    plain = ["".join(str(p.text) if isinstance(p, Code | Strong) else str(p) for p in item) for item in items]
    return plain, made


def test_a_rate_model_that_three_refusals_of_a_covariate_cost() -> None:
    found, made = remedy(f"  m: {{title: Calls, {RATE}, adjust: [gender, age]}}", {"gender": 3})
    assert not estimated(made)
    assert found == [
        "Calls: few rows are left out of it, and its counts would tell how many. Of those without gender (refused): "
        "leave gender out, under models.m: adjust: [age], or count them as a level of it, under variables.gender, in "
        'codes: {…, "-99": Refused} instead of in missing. If it is still withheld then, put levels of site together, '
        "under variables: site_in_models: {derive: {regroup: site, into: {…}}}, and name that as the exposure."
    ]


def test_what_is_proposed_for_a_covariate_leaves_the_estimates() -> None:
    without, made = remedy(f"  m: {{{RATE}, adjust: [age]}}", {"gender": 3})
    assert without == [] and estimated(made)
    counted = VARIABLES.replace("codes: {1: Women, 2: Men}, missing: {-99: refused}",
                                'codes: {1: Women, 2: Men, "-99": Refused}')  # fmt: skip
    text = written(counted, TABLES, f"models:\n  m: {{{RATE}, adjust: [gender]}}")
    assert estimated(released(text, COLUMNS, rows(refused={"gender": 3})))


def test_three_who_did_not_say_where_they_are_can_be_left_out() -> None:
    found, made = remedy(f"  m: {{title: Calls, {RATE}, adjust: [age]}}", {"site": 3})
    assert not estimated(made)
    line = '- {where: {site: ["-99"]}, because: few people without a value}'
    assert found == [
        "Calls: few rows are left out of it, and its counts would tell how many. Of those without site (refused): "
        f"leave these people out of the study, under exclude: {line}. If it is still withheld then, put levels of site "
        "together, under variables: site_in_models: {derive: {regroup: site, into: {…}}}, and name that as the "
        "exposure."
    ]
    text = written(VARIABLES, TABLES, f"models:\n  m: {{{RATE}, adjust: [age]}}\nexclude:\n  {line}")
    assert estimated(released(text, COLUMNS, rows(refused={"site": 3})))


def test_few_in_a_group_without_anybody_left_out() -> None:
    few = [["B" if i > 2 else "C", *row[2:]] if row[1] == "C" else row[1:] for i, row in enumerate(rows())]
    text = written(VARIABLES, TABLES, f"models:\n  m: {{title: Calls, {RATE}}}")
    made = released(text, "site age calls months health gender", [[*row, 1] for row in few])
    study = parse_study(text, "studies/made_up.yaml")
    _, items = withheld_models(study, made)
    assert "".join(str(getattr(p, "text", p)) for p in items.items[0]) == (  # type: ignore[attr-defined]
        "Calls: a group that is compared, or those of it with one of the answers, are few: put levels of site "
        "together, under variables: site_in_models: {derive: {regroup: site, into: {…}}}, and name that as the "
        "exposure."
    )


def test_all_numbers_is_not_said_of_a_model_whose_estimate_is_printed() -> None:
    """Two refused: how many rows there are goes, and with it the degrees of freedom; the odds ratio stays."""
    models = "  m: {title: Age and health, outcome: health_two, event: Good, exposure: age, effect: odds ratio}"
    text = written(VARIABLES, TABLES, f"models:\n{models}")
    made = released(text, COLUMNS, rows(refused={"health": 2}))
    key = Key("model", "m", "age", "", "adjustment=unadjusted", "estimate")
    assert not made.withheld(key)
    lines = said(text, made)
    assert "How many rows it has, how many there were and how many were left out." in lines
    assert not any("ll numbers" in line for line in lines)
    assert not any("No estimate of these models" in line for line in lines)


def test_gaps_of_a_question_that_was_regrouped_are_told_once() -> None:
    text = written(VARIABLES, TABLES, "models:\n  m: {outcome: health, exposure: age, effect: cumulative odds ratio}")
    for refused in (2, 20):
        made = released(text, COLUMNS, rows(refused={"health": refused}))
        gaps = made.frame[(made.frame["kind"] == "quality") & (made.frame["name"] == "missingness")]
        assert "health" in set(gaps["term"]) and "health_two" not in set(gaps["term"])
