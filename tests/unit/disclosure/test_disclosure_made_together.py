"""Adjusted P values, tests of two waves, degrees of freedom of clusters, ratios of odds: equations for people."""

from __future__ import annotations

import itertools
from typing import Literal

import numpy as np
import pytest
import scipy

from pipeline.disclosure.text import as_text
from pipeline.models.multiplicity import adjusted
from pipeline.results import ALL, Key
from pipeline.tables.compare import of_counts, of_paired_levels
from tests.unit.disclosure.whole import cell, many, released, seen

HEAD = """
title: Made up
data: {{file: a.csv, id: id{data}}}
design: {{kind: {kind}}}
variables:
{variables}
{rest}
release: {{rule: {rule}}}
"""


@pytest.mark.parametrize(("adjust", "of_y"), [("holm", (6, 10)), ("bh", (9, 13))])
def test_an_adjusted_p_value_is_not_the_p_value_of_a_withheld_line(
    adjust: Literal["holm", "bh"], of_y: tuple[int, int]
) -> None:
    """Of 30 in A and 20 in B; twelve and two are X2."""

    def p_of(a: int, b: int) -> float:
        return of_counts(np.array([[30 - a, 20 - b], [a, b]])).p

    rows = [
        (arm, 1 + (i < x), 1 + (i < y))
        for arm, n, x, y in (("A", 30, 12, of_y[0]), ("B", 20, 2, of_y[1])) for i in range(n)
    ]  # fmt: skip
    text = HEAD.format(
        data="", kind="programme evaluation", rule="journal",
        variables="  arm: {codes: {A: A, B: B}}\n  x: {codes: {1: X1, 2: X2}}\n  y: {codes: {1: Y1, 2: Y2}}",
        rest=f"tables:\n  t: {{rows: [x, y], columns: arm, tests: {{family: all, adjust: {adjust}}}}}",
    )  # fmt: skip
    found = released(text, "arm x y", rows)
    told = [as_text("p", adjusted(np.array([p_of(14 - k, k), p_of(*of_y)]), adjust)[1]) for k in range(15)]
    assert [k for k, p in enumerate(told) if p == told[2]] == [2], "beside P of y it would tell how many of B are X2"
    assert found.withheld(cell("t", "x", statistic="p")) and not found.withheld(cell("t", "y", statistic="p"))
    assert found.withheld(cell("t", "y", statistic="p_adjusted"))


def two_waves(moved: dict[tuple[int, int], int]) -> list[tuple[object, ...]]:
    people = [pair for pair, n in moved.items() for _ in range(n)]
    return [(i, wave, pair[wave - 1]) for i, pair in enumerate(people) for wave in (1, 2)]


WAVES = ", wave: wave, waves: {1: Start, 2: End}"


def of_waves(codes: str, sensitive: str = "") -> str:
    variables = f"  x: {{{sensitive}codes: {{{codes}}}}}"
    return HEAD.format(data=WAVES, kind="before-after", rule="journal", variables=variables,
                       rest="tables:\n  t: {rows: [x], waves: [1, 2], tests: true}")  # fmt: skip


def test_mcnemar_tells_how_few_changed_their_answer() -> None:
    rows = two_waves({(1, 1): 20, (1, 2): 9, (2, 1): 2, (2, 2): 20})
    found = released(of_waves("1: 'On', 2: 'Off'"), "id wave x", rows)
    fits = [k for k in range(23) if round(scipy.stats.binomtest(k, 2 * k + 7).pvalue, 2) == 0.07]
    assert fits == [2], "29 of 51 before and 22 after, P = 0.07: two went the other way"
    assert found.value(cell("t", "x", "On", "wave=Start")) == 29
    assert found.withheld(cell("t", "x", statistic="p"))


def test_mcnemar_stays_where_many_changed() -> None:
    rows = two_waves({(1, 1): 20, (1, 2): 9, (2, 1): 5, (2, 2): 20})
    found = released(of_waves("1: 'On', 2: 'Off'"), "id wave x", rows)
    assert not found.withheld(cell("t", "x", statistic="p"))


def test_of_a_sensitive_answer_nobody_who_changed_is_few() -> None:
    rows = two_waves({(1, 1): 20, (1, 2): 9, (2, 2): 20})
    plain, delicate = (released(of_waves("1: 'On', 2: 'Off'", s), "id wave x", rows) for s in ("", "sensitive: true, "))
    assert not plain.withheld(cell("t", "x", statistic="p")) and delicate.withheld(cell("t", "x", statistic="p"))


def test_stuart_and_maxwell_tell_who_went_where() -> None:
    true = np.array([[7, 2, 0], [4, 5, 0], [1, 4, 7]])
    said = round(of_paired_levels(true).statistic, 2)
    before, after = true.sum(axis=1), true.sum(axis=0)
    fits = []
    for a, b, c, d in itertools.product(range(10), repeat=4):
        table = np.array([[a, b, before[0] - a - b], [c, d, before[1] - c - d], [0, 0, 0]])
        table[2] = after - table[:2].sum(axis=0)
        try:
            same = (table >= 0).all() and abs(of_paired_levels(table).statistic - said) < 0.005
        except ValueError:  # too few changed
            continue
        if same:
            fits.append(table.tolist())
    assert fits == [true.tolist()], "one table alone has these margins and this statistic"
    rows = two_waves({(i + 1, j + 1): int(n) for (i, j), n in np.ndenumerate(true)})
    found = released(of_waves("1: Bad, 2: Fair, 3: Good"), "id wave x", rows)
    test = {s: cell("t", "x", statistic=s) for s in ("p", "statistic", "df")}
    assert not seen(found, test)


def test_degrees_of_freedom_tell_how_a_cluster_is_split() -> None:
    sizes = {"A": (14, 11), "B": (12, 16), "C": (2, 18), "D": (12, 9), "E": (20, 9), "F": (9, 13)}
    people = [(c, s, n) for c, both in sizes.items() for s, n in zip((1, 2), both, strict=True)]
    rows = [(c, s, (i * 7 + s) % 30) for c, s, n in people for i in range(n)]
    text = HEAD.format(
        data="", kind="programme evaluation, cluster: p", rule="journal",
        variables="  p: {codes: {A: A, B: B, C: C, D: D, E: E, F: F}}\n  s: {codes: {1: Women, 2: Men}}\n"
                  "  y: {type: number}",
        rest="tables:\n  t: {rows: [s], columns: p}\n  u: {rows: [y], columns: s, tests: true}\n"
             "models:\n  m: {outcome: y, exposure: s}",
    )  # fmt: skip
    found = released(text, "p s y", rows)
    assert found.withheld(cell("t", "s", "Women", "p=C"))
    assert found.withheld(cell("u", "y", statistic="df2"))
    model = found.frame.query("kind == 'model' and statistic == 'df'")
    assert len(model) and model["withheld"].all()
    assert not found.withheld(cell("u", "y", statistic="p")) and not found.withheld(cell("u", "y", statistic="df"))
    of_a_number = released(text.replace("exposure: s", "exposure: y").replace("outcome: y", "outcome: s, event: Men"),
                           "p s y", rows).frame  # fmt: skip
    assert not of_a_number.query("kind == 'model' and statistic == 'df'")["withheld"].any()
    alone = released(text.replace("  t: {rows: [s], columns: p}\n", ""), "p s y", rows)
    assert not alone.withheld(cell("u", "y", statistic="df2")), "no table says how many each cluster has"


@pytest.mark.parametrize("effect", ["odds ratio", "risk difference"])
def test_a_model_does_not_tell_which_small_count_was_rounded(effect: str) -> None:
    text = HEAD.format(
        data="", kind="programme evaluation", rule="midpoint6",
        variables="  arm: {codes: {A: A, B: B}}\n  x: {codes: {1: Well, 2: Ill}}",
        rest=f"models:\n  m: {{outcome: x, event: Ill, exposure: arm, effect: {effect}}}",
    )  # fmt: skip
    found = released(text, "arm x", many(("A", 1, 20), ("A", 2, 3), ("B", 1, 18), ("B", 2, 14)))
    assert found.value(Key("model", "m", "arm", "A", ALL, "events")) == 3, "of 1 to 6"
    told = found.frame.query("term == 'arm' and statistic in ('estimate', 'std_error', 'ci_low', 'ci_high', 'p')")
    assert (told["group"] == "adjustment=unadjusted").sum() == 5 and told["withheld"].all()
    many_ill = many(("A", 1, 20), ("A", 2, 8), ("B", 1, 18), ("B", 2, 14))
    assert not released(text, "arm x", many_ill).withheld(
        Key("model", "m", "arm", "B", "adjustment=unadjusted", "estimate")
    )


def test_models_do_not_tell_how_few_were_left_out_of_one() -> None:
    """Three of B did not say x; z everyone said, so that its model would tell how many are in B, x's how many said."""
    text = HEAD.format(
        data="", kind="programme evaluation", rule="midpoint6",
        variables="  arm: {codes: {A: A, B: B}}\n  x: {codes: {1: Well, 2: Ill}, missing: {blank: no answer}}\n"
                  "  z: {codes: {1: Up, 2: Down}}",
        rest="models:\n  mx: {outcome: x, event: Ill, exposure: arm}\n  mz: {outcome: z, event: Down, exposure: arm}",
    )  # fmt: skip
    rows = many(("A", 1, 1, 30), ("A", 2, 2, 11), ("B", 1, 1, 24), ("B", 2, 2, 9), ("B", "", 1, 3))
    found = released(text, "arm x z", rows)
    shown = {m: Key("model", m, "arm", "B", "adjustment=unadjusted", "estimate") for m in ("mx", "mz")}
    assert list(seen(found, shown)) == ["mz"]
