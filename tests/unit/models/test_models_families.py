"""P values of a declared family of models, adjusted together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import draft
from pipeline.models.families import families, family_methods
from pipeline.models.fit import fit
from pipeline.models.multiplicity import adjusted, adjusted_as_declared
from pipeline.results import Key
from pipeline.study import Study, parse_study
from pipeline.tables.estimates import estimates_table
from pipeline.tables.fill import fill
from tests.unit.models.conftest import HEAD

MakePeople = Callable[..., People]
NAN = math.nan


def with_family(family: str, **models: str) -> Study:
    lines = "".join(f"  {name}: {spec}\n" for name, spec in models.items())
    design = "design: {kind: cross-sectional survey}\n"
    return parse_study(f"{HEAD}{design}models:\n{lines}families:\n{family}", "studies/made_up.yaml")


PRIMARY = "  primary: {models: [one, two], adjust: holm}\n"
MODELS = {"one": "{outcome: score, exposure: site, adjust: [age]}", "two": "{outcome: born, exposure: age}"}


def table(n: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    site, age = np.repeat(["North", "South", "West"], n // 3), rng.normal(50, 10, n)
    score = rng.normal(size=n) + 0.8 * (site == "South") + 0.02 * age
    return pd.DataFrame({"site": site, "age": age, "score": score, "born": rng.normal(size=n) + 0.02 * age})


def slow(p: list[float], method: str, at: int) -> float:
    """Holm: the most that any set of tests with it in gives by Bonferroni. BH: the least over bounds from it on."""
    if method == "holm":
        others = [q for i, q in enumerate(p) if i != at]
        sets = [[p[at], *some] for k in range(len(p)) for some in itertools.combinations(others, k)]
        return max(min(1.0, len(some) * min(some)) for some in sets)
    return min(min(1.0, t * len(p) / sum(q <= t for q in p)) for t in p if t >= p[at])


@pytest.mark.parametrize("method", ["holm", "bh"])
def test_a_test_without_a_p_value_counts_as_made(method: str) -> None:
    """Of four tests two gave P: the smaller is taken four times by Holm, not twice."""
    found = adjusted_as_declared(np.array([0.01, NAN, 0.03, NAN]), method)  # type: ignore[arg-type]
    expected = {"holm": [0.04, NAN, 0.09, NAN], "bh": [0.04, NAN, 0.06, NAN]}[method]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["holm", "bh"])
def test_adjusted_values_are_those_of_the_definition_and_at_least_what_any_missing_p_would_give(method: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(200):
        p = np.round(rng.uniform(size=int(rng.integers(1, 6))) ** 2, 3)
        np.testing.assert_allclose(
            adjusted(p, method),
            [slow(p.tolist(), method, at) for at in range(len(p))],
            rtol=1e-12,  # type: ignore[arg-type]
        )
        lost = np.where(rng.uniform(size=len(p)) < 0.4, NAN, p)
        better, whole = adjusted_as_declared(lost, method), adjusted(p, method)  # type: ignore[arg-type]
        known = ~np.isnan(lost)
        assert np.isnan(better[~known]).all() and (better[known] >= whole[known] - 1e-12).all()


def test_each_level_of_the_adjusted_model_is_a_test_and_the_unadjusted_where_there_is_no_other(
    people: MakePeople,
) -> None:
    study = with_family(PRIMARY, **MODELS)
    found = fit(people(study, table()), study).results.lookup()
    one, two = Key("model", "one", "site", "", "adjustment=adjusted", "p"), Key("model", "two", "age")
    tests = [one._replace(level="South"), one._replace(level="West"),
             two._replace(group="adjustment=unadjusted", statistic="p")]  # fmt: skip
    assert families(study)[0].tests == tuple(tests)
    expected = adjusted(np.array([found[tuple(key)] for key in tests]), "holm")
    assert [found[tuple(key._replace(statistic="p_holm"))] for key in tests] == pytest.approx(list(expected))
    assert sum(key[5] == "p_holm" for key in found) == 3, "the unadjusted P values of model one are no tests of it"


def test_what_is_printed_beside_p(people: MakePeople) -> None:
    study = with_family(PRIMARY.replace("holm", "bh"), **MODELS)
    estimates = fit(people(study, table()), study)
    exact = draft(estimates.results)
    filled = [fill(estimates_table(model), exact) for model in estimates.models]
    assert [column.label for column in filled[0].columns if column.label.startswith("P")] == ["P", "P", "P (BH)"]
    assert [column.label for column in filled[1].columns if column.label.startswith("P")] == ["P", "P (BH)"]
    note = (
        "P values of 3 tests are adjusted together (Benjamini and Hochberg). They are the family ‘primary’: Site and "
        "score; Age and born."
    )
    for model in estimates.models:
        assert note in [exact.say(said) for said in estimates_table(model).notes]
        assert not any("family" in exact.say(said) for said in model.remarks)


def test_a_model_that_gave_no_p_value_is_told_and_counts(people: MakePeople) -> None:
    study = with_family(PRIMARY, **MODELS)
    held = table().assign(born=4.0)
    estimates = fit(people(study, held), study)
    found = estimates.results.lookup()
    at = Key("model", "one", "site", "South", "adjustment=adjusted", "p")
    assert found[tuple(at._replace(statistic="p_holm"))] == pytest.approx(3 * found[tuple(at)])
    exact = draft(estimates.results)
    assert exact.text(Key("model", "two", "age", "", "adjustment=unadjusted", "p_holm")) == "NA"
    said = (
        "Of the 3 tests of the family ‘primary’ 1 has no P value: it counts as a test that was made, with a P value of "
        "1, so that the others are not adjusted for fewer."
    )
    assert [[exact.say(s) for s in model.remarks].count(said) for model in estimates.models] == [1, 1]


def test_the_methods_say_which_tests_and_what_counts() -> None:
    study = with_family(PRIMARY, **MODELS)
    assert list(family_methods(study)) == [
        "The family ‘primary’ is declared in the study file: the P values of the exposures of these models (Site and "
        "score; Age and born; of the adjusted model where there is one, of several levels each). P values of 3 tests "
        "are adjusted together (Holm). (Holm 1979: the chance of any false finding in the family is held.)",
        "A test of a family that gave no P value, or whose P value is withheld, counts as one that was made, with a P "
        "value of 1: the number of tests stays as declared, the other adjusted P values are at least what they would "
        "be with it, and nothing of it can be worked out from them.",
    ]
    assert list(family_methods(with_family("  f: {models: [two], adjust: bh}\n", **MODELS)))[0] == (
        "The family ‘f’ is declared in the study file: the P values of the exposure of this model (Age and born; of "
        "the adjusted model where there is one, of several levels each). P values of 1 tests are adjusted together "
        "(Benjamini and Hochberg). (Benjamini & Hochberg 1995: the expected share of false findings among those of "
        "the family is held.)"
    )
