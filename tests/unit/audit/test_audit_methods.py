"""The less usual intervals and P values of two groups against SciPy's, statsmodels' and trying."""

from __future__ import annotations

from math import isclose, log, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.stats import contingency
from statsmodels.stats.proportion import confint_proportions_2indep as independent

from pipeline.audit import audit
from pipeline.audit.effects import Two
from pipeline.audit.methods import exact_odds, more_p_values, odds_ratios, risk_differences, risk_ratios

Z = 1.959964
SOME = [Two(40, 297, 78, 315), Two(3, 50, 8, 40), Two(103, 104, 133, 139), Two(1, 12, 9, 11), Two(18, 48, 1, 13)]


def near(found: tuple[float, float], said: tuple[float, float]) -> bool:
    return all(isclose(a, b, rel_tol=1e-5, abs_tol=1e-7) for a, b in zip(found, said, strict=True))


@pytest.mark.parametrize("two", SOME)
def test_exact_odds_ratios_are_scipys(two: Two) -> None:
    said = contingency.odds_ratio([[two.a, two.n - two.a], [two.c, two.m - two.c]], kind="conditional")
    assert near(exact_odds(two, Z), tuple(said.confidence_interval(0.95)))
    assert isclose(dict(odds_ratios(two, Z))["conditional OR"].value, said.statistic, rel_tol=1e-6)


def test_an_exact_interval_of_a_table_with_an_empty_cell_is_open() -> None:
    assert exact_odds(Two(0, 10, 5, 12), Z)[0] == 0.0
    assert exact_odds(Two(10, 10, 5, 12), Z)[1] == float("inf")
    said = contingency.odds_ratio([[0, 10], [5, 7]], kind="conditional").confidence_interval(0.95)
    assert isclose(exact_odds(Two(0, 10, 5, 12), Z)[1], said.high, rel_tol=1e-6)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")  # statsmodels' own, at the ends
@pytest.mark.parametrize("two", SOME)
def test_score_and_corrected_intervals_are_statsmodels(two: Two) -> None:
    counts = (two.a, two.n, two.c, two.m)
    ratio, odds, apart = (dict(f(two, Z)) for f in (risk_ratios, odds_ratios, risk_differences))
    for name, corrected in (("score", False), ("Miettinen–Nurminen", True)):
        said = independent(*counts, method="score", compare="ratio", correction=corrected)
        assert near(ratio["RR"].intervals[name], said)
        said = independent(*counts, method="score", compare="odds-ratio", correction=corrected)
        assert near(odds["OR"].intervals[name], said)
    assert near(ratio["RR"].intervals["Walter"], independent(*counts, method="log-adjusted", compare="ratio"))
    said = independent(*counts, method="logit-adjusted", compare="odds-ratio")
    assert near(odds["OR with ½ added"].intervals["Haldane"], said)
    said = independent(*counts, method="agresti-caffo", compare="diff")
    assert near(apart["risk difference"].intervals["Agresti–Caffo"], said)


@given(st.integers(5, 60), st.integers(5, 60), st.data())
@settings(max_examples=40, deadline=None)
def test_a_differences_score_interval_is_that_of_trying(n: int, m: int, data: st.DataObject) -> None:
    """Statsmodels stops short of some limits (3/50 against 8/40), so the restricted maximum is searched for."""
    two = Two(data.draw(st.integers(1, n - 1)), n, data.draw(st.integers(1, m - 1)), m)
    for by, z in zip(risk_differences(two, Z)[0][1].intervals["score"], (Z, -Z), strict=True):
        assume(-0.97 < by < 0.97)

        def unlikely(q: float, by: float = by) -> float:
            p = q + by
            return -(two.a * log(p) + (n - two.a) * log(1 - p) + two.c * log(q) + (m - two.c) * log(1 - q))

        ends = (max(1e-9, 1e-9 - by), min(1 - 1e-9, 1 - 1e-9 - by))
        q = optimize.minimize_scalar(unlikely, bounds=ends, method="bounded", options={"xatol": 1e-11}).x
        p = q + by
        found = (two.a / n - two.c / m - by) / sqrt(p * (1 - p) / n + q * (1 - q) / m)
        assert isclose(found, z, abs_tol=1e-4)


@pytest.mark.parametrize("two", SOME)
def test_p_values_are_scipys(two: Two) -> None:
    table = [[two.a, two.n - two.a], [two.c, two.m - two.c]]
    found = more_p_values(two)
    said = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")[1]
    assert isclose(found["likelihood ratio"], said, rel_tol=1e-9)
    sides = [stats.fisher_exact(table, alternative=way)[1] for way in ("less", "greater")]
    assert isclose(found["Fisher doubled"], min(1.0, 2 * min(sides)), rel_tol=1e-7)
    own = stats.hypergeom.pmf(two.a, two.n + two.m, two.n, two.a + two.c)
    assert isclose(found["mid-P"], stats.fisher_exact(table)[1] - own / 2, rel_tol=1e-6)


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("OR 0.26 (95% CI 0.04 to 1.18)", []),  # exact, as SciPy gives it
        ("OR 0.26 (95% CI 0.06 to 1.03)", []),  # log
        ("OR 0.26 (95% CI 0.06 to 1.40)", ["interval"]),
        ("OR 0.60 (95% CI 0.30 to 1.20)", ["effect"]),
    ],
)
def test_an_interval_is_told_of_only_where_no_method_gives_it(said: str, kinds: list[str]) -> None:
    words = f"Relapse was seen in 3/50 against 8/40 people ({said})."
    assert [f.kind for f in audit({"a.txt": words.encode()}).findings] == kinds


@pytest.mark.parametrize(
    ("p", "kinds"),
    [(".0004", []), ("< .001", []), (".0006", []), (".0002", ["one-sided"]), (".02", ["P value"])],
)
def test_a_p_value_behind_two_groups_in_words(p: str, kinds: list[str]) -> None:
    sign = "" if p.startswith("<") else "= "
    words = f"Depression was seen in 40/297 against 78/315 mothers (P {sign}{p})."
    assert [f.kind for f in audit({"a.txt": words.encode()}).findings] == kinds


def test_a_p_value_of_an_adjusted_model_is_not_held_against_counts() -> None:
    words = "After adjustment for age it was seen in 40/297 against 78/315 mothers (P = .02)."
    assert not audit({"a.txt": words.encode()}).findings
