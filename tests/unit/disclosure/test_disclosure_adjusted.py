"""Adjusted P values of a family tell nothing of a P value that is withheld."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.disclosure import Released, release
from pipeline.models.families import families, family_values
from pipeline.models.multiplicity import adjusted
from pipeline.results import Key, Number, Results
from pipeline.study import Release, Study, parse_study
from tests.unit.disclosure.test_disclosure_freedom import fitting, model

NAMES = ("a", "b", "c", "d")
Values = dict[str, float]


def study(adjust: str = "holm", rule: str = "journal") -> Study:
    models = "".join(f"  {name}: {{title: {name}, outcome: y, exposure: x}}\n" for name in NAMES)
    return parse_study(
        "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nvariables:\n  x: {type: number}\n"
        f"  y: {{type: number}}\nmodels:\n{models}families:\n  f: {{models: [a, b, c, d], adjust: {adjust}}}\n"
        f"release: {{rule: {rule}}}\n",
        "studies/x.yaml",
    )


def key(name: str, statistic: str) -> Key:
    return Key("model", name, "x", "", "adjustment=unadjusted", statistic)


def printed(p: Values, few: str = "", adjust: str = "holm") -> Released:
    """few: models of which the P values stand on three people."""
    declared = study(adjust)
    (family,) = families(declared)
    numbers = [Number(key(name, "p"), value, 3 if name in few else 40) for name, value in p.items()]
    held = {n.key: n.people for n in numbers}
    better = family_values(family, {n.key: n.value for n in numbers})
    numbers += [Number(k, v, held[k._replace(statistic="p")]) for k, v in better.items()]
    return release(Results.of(numbers), declared.release, declared)


@pytest.mark.parametrize("adjust", ["holm", "bh"])
def test_with_nothing_withheld_they_are_printed_as_they_are(adjust: str) -> None:
    p = {"a": 0.011, "b": 0.002, "c": 0.3, "d": 0.02}
    found = printed(p, adjust=adjust)
    expected = adjusted(np.array(list(p.values())), adjust)  # type: ignore[arg-type]
    for name, value in zip(NAMES, expected, strict=True):
        at = key(name, f"p_{adjust}")
        assert found.value(at) == pytest.approx(value, abs=0.5 * 10.0 ** -(found.decimals(at) or 0))


@pytest.mark.parametrize("adjust", ["holm", "bh"])
def test_nothing_printed_depends_on_a_withheld_p_value(adjust: str) -> None:
    """Whether it is the smallest, the greatest or in between: every released number is the same, and that of a test
    whose P value counts as 1. Before, b = 0.004 made a = 0.0112 three times itself, and b = 0.04 four times."""
    shown = {"a": 0.0112, "c": 0.0113, "d": 0.2}
    made = [printed({"a": shown["a"], "b": b, "c": shown["c"], "d": shown["d"]}, "b", adjust)
            for b in (0.0001, 0.0037, 0.01125, 0.04, 0.9999, math.nan)]  # fmt: skip
    texts = {tuple(found.frame["text"]) for found in made}
    assert len(texts) == 1
    assert made[0].text(key("b", "p")) == made[0].text(key("b", f"p_{adjust}")) == "[c]"
    expected = adjusted(np.array([0.0112, 1.0, 0.0113, 0.2]), adjust)[[0, 2, 3]]  # type: ignore[arg-type]
    for name, value in zip("acd", expected, strict=True):
        at = key(name, f"p_{adjust}")
        assert made[0].value(at) == pytest.approx(value, abs=0.5 * 10.0 ** -(made[0].decimals(at) or 0))


def test_an_adjusted_p_value_goes_with_its_own_whatever_it_stands_on() -> None:
    """The P value of b is withheld with a count by level; its adjusted one, of many people, goes along."""
    declared = study()
    numbers = [Number(key(name, "p"), 0.01, 3 if name == "b" else 40) for name in NAMES]
    numbers += [Number(key(name, "p_holm"), 0.04, 400) for name in NAMES]
    found = release(Results.of(numbers), declared.release, declared)
    assert [found.withheld(key(name, "p_holm")) for name in NAMES] == [False, True, False, False]


def test_without_a_study_no_family_is_known_and_none_is_printed() -> None:
    found = release(Results.of([Number(key("a", "p"), 0.01, 40), Number(key("a", "p_holm"), 0.04, 40)]),
                    Release(rule="journal"))  # fmt: skip
    assert (found.text(key("a", "p")), found.text(key("a", "p_holm"))) == ("0.01", "[c]")


def left_out(middle: float) -> list[Number]:
    """Three of 86 were left out of model a, which so does not say how many rows it has."""
    declared = study()
    own = [n._replace(key=n.key._replace(name="a", term=n.key.term and "x", level=""))
           for n in model(3, 5, middle=middle)]  # fmt: skip
    tests = [n for n in own if n.key == key("a", "p")] + [Number(key(name, "p"), 0.9, 40) for name in NAMES[1:]]
    better = family_values(families(declared)[0], {n.key: n.value for n in tests})
    return [*own, *tests[1:], *(Number(k, v, 40) for k, v in better.items())]


def rows_possible(found: Released, adjusted_p: float) -> set[int]:
    """Degrees of freedom that print what is printed of model a, and its P value four times as so many hundredths."""
    frame = found.frame[(found.frame["name"] == "a") & found.frame["term"].isin(["", "x"])]
    words = ("estimate", "ci_low", "ci_high", "std_error", "p")
    line = frame[frame["statistic"].isin(words)].assign(name="m", level="Peer", term="arm").reset_index(drop=True)
    return fitting(Released(line), p=((adjusted_p - 0.005) / 4, (adjusted_p + 0.005) / 4), among=range(66, 85))


@pytest.mark.parametrize(("middle", "lost"), [(-1.35, True), (-1.25, False)])
def test_no_further_digits_of_a_p_value_give_degrees_of_freedom_back(middle: float, lost: bool) -> None:
    """With two digits of P there is room for ten rows fewer; 0.53 of four tests is 0.131 to 0.134, and leaves none."""
    declared = study()
    found = release(Results.of(left_out(middle)), declared.release, declared)
    assert not found.withheld(key("a", "p")) and found.withheld(key("a", "std_error"))
    assert found.withheld(key("a", "p_holm")) == lost
    exact = next(n.value for n in left_out(middle) if n.key == key("a", "p_holm"))
    possible = rows_possible(found, round(exact, 2))
    assert 81 in possible and (min(possible) > 81 - 10) == lost


def test_one_that_goes_for_its_digits_counts_as_1_for_the_others() -> None:
    """As does one whose own P value is withheld: a second-smallest P value is taken four times, not three times."""
    declared = study()
    numbers = [n for n in left_out(-1.35) if n.key.name != "b"]
    numbers += [Number(key("b", s), v, 40) for s, v in (("p", 0.2), ("p_holm", 0.6))]
    found = release(Results.of(numbers), declared.release, declared)
    assert [found.text(key(name, "p_holm")) for name in "ab"] == ["[c]", "0.80"]
