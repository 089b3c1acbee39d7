"""What else is told of the answers to a scale's items: ways found by trying every table that fits what is printed."""

from __future__ import annotations

import pytest

from pipeline.disclosure import Released
from pipeline.results import ALL, Key
from tests.unit.disclosure.test_disclosure_patterns import ALPHA, ITEMS, NEITHER, ONCE, TWICE, people
from tests.unit.disclosure.whole import cell, many, released

YES = '{codes: {0: "Not", 1: "Yes"}}'


def made(text: str, *counts: int) -> Released:
    return released(text, "sex a b", people(*counts))


def test_items_by_each_other_beside_a_histogram() -> None:
    """13 of 60 say yes to the first, 10 twice: 3 say yes to the first alone, whom a crossed table withholds."""
    found = made(NEITHER.replace("rows: [sex]", "rows: [qb], columns: qa"), 10, 3, 12, 35)
    assert found.value(TWICE) == 10
    assert found.withheld(cell("t", "qb", "Yes", "qa=Yes"))
    assert found.withheld(cell("t", "qb", "Yes"))
    assert found.withheld(cell("t", "", group="qa=Yes"))
    assert found.withheld(ALPHA)


def test_boxes_that_are_items() -> None:
    """9 + 12 - (60 - 42) = 3."""
    box = "  box: {type: choices, columns: {a: Aa, b: Bb}, ticked: 1, unticked: 0}\nscales:"
    found = made(NEITHER.replace("scales:", box).replace("rows: [sex]", "rows: [box]"), 3, 6, 9, 42)
    assert found.withheld(TWICE)
    assert found.withheld(cell("t", "box", "Aa"))


def test_who_was_asked_because_of_an_item() -> None:
    """Not applicable: 45 and 45; 15 + 15 - (60 - 33) = 3."""
    more = ("  x: {codes: {1: One, 2: Two}, asked_of: {qa: Yes}, missing: {blank: not said}}\n"
            "  y: {codes: {1: One, 2: Two}, asked_of: {qb: Yes}, missing: {blank: not said}}\nscales:")  # fmt: skip
    rows = [(1 + at % 2, *row) for at, row in enumerate(many(
        (1, 1, 1, 1, 1), (1, 1, 2, 2, 2), (1, 0, 1, "", 7), (1, 0, 2, "", 5), (0, 1, "", 1, 6), (0, 1, "", 2, 6),
        (0, 0, "", "", 33)))]  # fmt: skip
    text = NEITHER.replace("scales:", more.replace("Yes}", '"Yes"}')).replace("rows: [sex]", "rows: [x, y]")
    found = released(text, "sex a b x y", rows)
    assert found.withheld(TWICE)
    assert found.withheld(cell("t", "x", "Not applicable"))
    assert found.withheld(Key("quality", "missingness", "x", "not applicable", ALL, "n"))


def test_events_of_models_of_items() -> None:
    """7 + 7 and 8 + 9 events, 32 neither: 14 + 17 - 28 = 3."""
    models = "".join(f'  {m}: {{outcome: {q}, event: "Yes", exposure: sex}}\n' for m, q in (("m", "qa"), ("k", "qb")))
    models = f"models:\n{models}release:"
    found = made(NEITHER.replace("release:", models), 3, 11, 14, 32)
    assert found.withheld(TWICE)
    assert found.withheld(Key("model", "m", "sex", "Women", ALL, "events"))


def scale(name: str, items: str) -> str:
    return f"  {name}: {{items: [{items}], range: 0-1, score: sum, max_missing: 0, label: {name}, high_means: worse}}\n"


def test_scales_of_one_item_each() -> None:
    text = NEITHER.replace("tables:", scale("ia", "a") + scale("ib", "b") + "tables:")
    found = made(text, 3, 6, 9, 42)
    assert found.withheld(TWICE)
    assert found.withheld(Key("scale", "ia", "distribution", "0.5–1", ALL, "n"))
    assert found.withheld(Key("scale", "ia", statistic="mean"))


def test_alpha_of_a_scale_that_holds_all_items_of_another() -> None:
    """Alpha of the total without its third item is that of the part; of 4,416 tables one has all that is printed."""
    text = NEITHER.replace("tables:", scale("tot", "a, b, c") + "tables:")
    rows = many((1, 1, 0, 3), (1, 0, 1, 8), (1, 0, 0, 6), (0, 1, 1, 10), (0, 1, 0, 9), (0, 0, 1, 12), (0, 0, 0, 12))
    found = released(text, "sex a b c", [(1 + at % 2, *row) for at, row in enumerate(rows)])
    assert found.withheld(TWICE)
    assert found.withheld(Key("reliability", "tot", statistic="alpha"))
    assert found.withheld(Key("reliability", "tot", "c", statistic="alpha_dropped"))


def found_keys(found: Released) -> list[Key]:
    return [Key(*row) for row in found.frame.iloc[:, :6].itertuples(index=False, name=None)]


def test_alpha_by_a_variable_beside_a_withheld_count_of_everyone() -> None:
    """Four tables of the women and eight of the men have the alphas; those that add up to 32 neither leave 3."""
    text = NEITHER.replace("high_means: worse}", "high_means: worse, reliability: {by: sex}}")
    women, men = ((1, 1, 1, 1), (1, 1, 0, 6), (1, 0, 1, 5), (1, 0, 0, 14)), ((2, 1, 1, 2), (2, 1, 0, 5), (2, 0, 1, 7))
    rows = many(*women, *men, (2, 0, 0, 18))
    found = released(text, "sex a b", rows)
    assert found.withheld(TWICE) and found.withheld(ONCE)
    assert found.withheld(ALPHA._replace(group="sex=Women"))
    assert found.withheld(ALPHA._replace(group="sex=Men"))


WAVES = """
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Later}}
design: {kind: cohort}
variables:
  sex: {codes: {1: Women, 2: Men}}
  band: {derive: {cut: mood}, bands: [0-0, 1-1, 2-2]}
scales:
  mood: {items: [a, b], range: 0-1, score: sum, max_missing: 0, label: Mood, high_means: worse, reliability: {by: sex}}
tables:
  t: {wave: 2, rows: [band], columns: sex}
release: {rule: journal, below: 5}
"""


def test_alpha_of_a_level_at_a_wave_beside_a_table_of_that_wave() -> None:
    """A table at a wave does not say so in its groups; beside 15 women with one yes, alpha leaves 3 with two."""
    rows: list[tuple[object, ...]] = []
    for at, (sex, a, b) in enumerate(many((1, 1, 1, 3), (1, 1, 0, 8), (1, 0, 1, 7), (1, 0, 0, 15),
                                          (2, 1, 1, 9), (2, 1, 0, 8), (2, 0, 1, 7), (2, 0, 0, 15))):  # fmt: skip
        rows += [(at, 1, sex, at % 2, at // 2 % 2), (at, 2, sex, a, b)]
    found = released(WAVES, "id w sex a b", rows)
    assert found.withheld(cell("t", "band", "2-2", "sex=Women"))
    assert found.withheld(ALPHA._replace(group="wave=Later;sex=Women"))
    assert not found.withheld(ALPHA._replace(group="wave=Later"))


@pytest.mark.parametrize("three", [False, True])
def test_scores_that_rest_on_fewer_items_are_missing_answers_less_twice_the_missing_scores(three: bool) -> None:
    """9 + 8 - 2 x 7 = 3; of three items, of which nobody left out the last, 8 + 5 - 2 x 5 = 3."""
    text = NEITHER.replace("max_missing: 0", "max_missing: 1, missing: {9: no answer}")
    text = text.replace('"Yes"}', '"Yes"}, missing: {9: no answer}').replace("rows: [sex]", "rows: [qa, qb]")
    rows = many((9, 9, 7), (9, 1, 2), (1, 9, 1), (1, 1, 15), (1, 0, 10), (0, 1, 12), (0, 0, 12))
    if three:
        more = '  qc: {from: c, codes: {0: "Not", 1: "Yes"}, missing: {9: no answer}}\nscales:'
        text = text.replace("scales:", more).replace("[a, b]", "[a, b, c]").replace("[qa, qb]", "[qa, qb, qc]")
        rows = many((9, 9, 1, 3), (9, 9, 0, 2), (9, 1, 0, 1), (9, 0, 1, 1), (9, 1, 1, 1), (1, 1, 1, 15), (1, 0, 0, 10),
                    (0, 1, 1, 12), (0, 0, 0, 12))  # fmt: skip
    found = released(text, "sex a b c" if three else "sex a b", [(1, *row) for row in rows])
    assert found.withheld(Key("quality", "prorated", "mood", statistic="n"))
    assert found.withheld(Key("quality", "missingness", "qa", statistic="n"))


def test_one_yes_or_no_at_two_waves() -> None:
    """32 and 23 yes, ICC 0.51 of 60: nobody but 12 and 3 changed their answer."""
    text = WAVES.replace("[a, b]", "[a]").replace(", reliability: {by: sex}", "")
    before = "qa: {from: a, codes: {0: Not, 1: Yes}}\n  before: {derive: {at_wave: 1, of: qa}}"
    text = text.replace("band: {derive: {cut: mood}, bands: [0-0, 1-1, 2-2]}", before)
    text = text.replace("0: Not, 1: Yes", '0: "Not", 1: "Yes"').replace("[band], columns: sex", "[qa], columns: before")
    rows: list[tuple[object, ...]] = []
    for at, (a, b) in enumerate(many((1, 1, 20), (1, 0, 12), (0, 1, 3), (0, 0, 25))):
        rows += [(at, 1, 1, a), (at, 2, 1, b)]
    found = released(text, "id w sex a", rows)
    assert found.withheld(cell("t", "qa", "Yes", "before=Not"))
    keys = found_keys(found)
    assert not any(key.statistic == "icc" and not found.withheld(key) for key in keys)


def test_of_people_at_an_end_one_pattern_is_known() -> None:
    """582 of 600 have none of six: of 18 others alpha, 0.25, says that 3 have two (five would make it 0.34)."""
    text = NEITHER.replace("items: [a, b]", "items: [a, b, c, d, e, f]")
    text = text.replace("  qa:", "  qz:").replace("  qb:", "  qy:")
    rows = [[0] * 6 for _ in range(600)]
    for at in range(15):
        rows[at][at % 6] = 1
    for at, pair in enumerate(((0, 1), (2, 4), (3, 5)), 15):
        rows[at][pair[0]] = rows[at][pair[1]] = 1
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("  qz", "  qy")))
    found = released(text, "sex a b c d e f", [(1 + at % 2, *row) for at, row in enumerate(rows)])
    assert found.withheld(Key("scale", "mood", "distribution", "1.5–2.5", ALL, "n"))
    assert found.withheld(ALPHA)


def test_how_a_model_of_the_scores_leaves_them_spread() -> None:
    """The histogram leaves 3, 4 or 5; a residual SD of 0.58 and an error of 0.15 leave 3."""
    found = made(NEITHER.replace("release:", "models:\n  m: {outcome: mood, exposure: sex}\nrelease:"), 3, 6, 9, 42)
    of_model = found.frame[found.frame["kind"] == "model"]
    spread = of_model[of_model["statistic"].isin(("residual_sd", "std_error", "ci_low", "estimate", "statistic"))]
    assert len(spread) and spread["withheld"].all()
    enough = made(NEITHER.replace("release:", "models:\n  m: {outcome: mood, exposure: sex}\nrelease:"), 6, 6, 9, 39)
    kept = enough.frame[(enough.frame["kind"] == "model") & (enough.frame["statistic"] == "residual_sd")]
    assert len(kept) and not kept["withheld"].any()


def test_boxes_counted_and_cut_beside_each_of_them() -> None:
    """9 + 12 - (60 - 42) = 3 ticked both."""
    without = NEITHER[: NEITHER.index("scales:")] + NEITHER[NEITHER.index("tables:") :]
    counted = 'both: {count: [a, b], except: ["0"], max_missing: 0, bands: [0-0, 1-1, 2-2]}'
    text = without.replace("variables:", f"variables:\n  {counted}")
    found = made(text.replace("rows: [sex]", "rows: [both, qa, qb]"), 3, 6, 9, 42)
    assert found.withheld(cell("t", "both", "2-2"))
    assert found.withheld(cell("t", "qa", "Yes"))


def test_items_of_an_earlier_release() -> None:
    """9 and 12 yes stood in it: now 42 neither would leave 3."""
    without = ITEMS[: ITEMS.index("scales:")] + ITEMS[ITEMS.index("tables:") :]
    before = made(without, 3, 6, 9, 42)
    assert before.value(cell("t", "qa", "Yes")) == 9
    text = NEITHER.replace("below: 5", "below: 5, previous: earlier.csv")
    found = released(text, "sex a b", people(3, 6, 9, 42), earlier=before.to_csv())
    assert found.withheld(TWICE._replace(level="0–0.5"))
