"""P values against statistics, intervals against estimates, effects against counts: printed examples and twins."""

from __future__ import annotations

import pytest
from scipy import stats

from pipeline.audit import Finding, audit
from pipeline.audit.effects import (
    Two,
    chi_square,
    fisher,
    needed_to_treat,
    odds_ratio,
    relative_reduction,
    risk_difference,
    risk_ratio,
    share,
    wilson,
)
from pipeline.audit.findings import EFFECT, IMPOSSIBLE, INTERVAL, INTERVAL_NOT_POSSIBLE, N_DIFFERS
from pipeline.audit.pvalues import p_of

Z = 1.959964
DENNIS = Two(40, 297, 78, 315)


def told(words: str, name: str = "a.txt") -> list[Finding]:
    return list(audit({name: words.encode()}).findings)


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        # statcheck's own examples
        ("t(28) = 2.20, p = .03", []),
        ("Both were significant, t(28) = 2.20, p = .03, t(28) = 1.23, p = .04.", ["significance"]),
        ("The effect was very significant (t(48) = 1.02, p < .05)", ["significance"]),
        ("chi2(1, N = 11,455) = 16.78, p <.001", []),
        ("chi2(1, n = 81) = 3.25, p = 0.07", []),
        # forms that journals print
        ("t(28) = −2·20, P = 0·036", []),
        ("t(28) = 2,20; p = 0,036", []),
        ("t = 2.20, df = 28, p = .036", []),
        ("F(2, 45) = 3.10, P = .055", []),
        ("F(2, 45) = 3.10, P = .045", ["significance"]),
        ("χ²(1, N = 612) = 12.53, P < .001", []),
        ("r(98) = .25, p = .012", []),
        ("r(98) = .25, p = .12", ["significance"]),
        ("z = 1.96; p = .050", []),
        ("z = 2.50; p = .03", ["P value"]),
        ("t(28) = 2.20, p = .018", ["one-sided"]),
        ("t(28) = 2.20, d = 0.81, p = .036", []),
        ("t(28) = 2.20, ns", ["significance"]),
        ("t(28) = 1.20, n.s.", []),
        ("F(1, 45) = 99.10, p = .000", ["P value"]),
        ("r(20) = 1.20, p = .01", ["statistic not possible"]),
        ("F(2, 45) = -3.10, p = .05", ["statistic not possible"]),
    ],
)  # fmt: skip
def test_p_values_of_printed_tests(words: str, kinds: list[str]):
    assert [f.kind for f in told(words)] == kinds


def test_p_values_are_those_of_scipys_distributions():
    for value in (0.0, 0.4, 1.96, 7.5):
        for df in (1, 4.5, 28, 300):
            assert p_of("t", value, df, 0) == pytest.approx(2 * stats.t.sf(value, df), rel=1e-9)
            assert p_of("F", value, df, 17) == pytest.approx(stats.f.sf(value, df, 17), rel=1e-9)
            assert p_of("χ²", value, df, 0) == pytest.approx(stats.chi2.sf(value, df), rel=1e-9)
        assert p_of("z", value, 0, 0) == pytest.approx(2 * stats.norm.sf(value), rel=1e-9)


def test_a_statistic_its_df_and_its_p_value_in_columns_of_their_own():
    table = "Outcome,t,df,P\nMood,2.20,28,.036\nSleep,1.02,48,<.05\n"
    found = told(table, "t.csv")
    assert [(f.row, f.kind) for f in found] == [("Sleep", "significance")]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("OR 1.50 (95% CI 0.90 to 2.50)", []),
        ("OR 1.50 (95% CI 1.60 to 2.50)", [INTERVAL_NOT_POSSIBLE]),
        ("OR 1.50 (95% CI 1.10 to 2.50)", [INTERVAL]),
        ("mean difference −1.2 (95% CI −2.3 to −0.1; P = .20)", ["significance"]),
        ("OR 1.50 [95% CI: 0.90, 2.50], P = .04", ["significance"]),
        ("NNT 20 (95% CI 10 to -50)", []),
        ("HR 0.70 (95% CI -0.20 to 0.90)", [INTERVAL_NOT_POSSIBLE]),
        ("41 of 43 (95.3%, 95% CI 84.5 to 98.7)", []),
        ("41 of 43 (95.3%, 95% CI 81.5 to 98.7)", [INTERVAL]),
        ("A range of 3 or 4 (2 to 9) sessions", []),
    ],
)  # fmt: skip
def test_intervals(words: str, kinds: list[str]):
    assert [f.kind for f in told(words)] == kinds


def test_an_interval_against_its_standard_error_in_a_table():
    head = "Variable,B,SE,95% CI,P\n"
    assert not told(f"{head}Age,0.50,0.10,0.30 to 0.70,<.001\n", "t.csv")
    assert [f.kind for f in told(f"{head}Age,0.50,0.20,0.30 to 0.70,<.001\n", "t.csv")] == [INTERVAL]


def test_the_cited_trials_figures_come_out_as_recomputed():
    assert chi_square(DENNIS)["Pearson"] == pytest.approx(12.53, abs=0.005)
    assert chi_square(DENNIS)["Yates"] == pytest.approx(11.81, abs=0.005)
    reduction, nnt = relative_reduction(DENNIS, Z), needed_to_treat(DENNIS, Z)
    assert reduction is not None and nnt is not None
    assert (f"{reduction.value:.3f}", *(f"{v:.2f}" for v in reduction.intervals["log"])) == ("0.456", "0.23", "0.62")
    assert f"{nnt.value:.2f}" == "8.85"
    assert [f"{v:.1f}" for v in nnt.intervals["Wald"]] == ["5.7", "19.4"]
    assert [f"{v:.1f}" for v in nnt.intervals["Newcombe"]] == ["5.7", "19.7"]


def test_the_cited_trials_print_is_not_reproduced_and_never_called_impossible():
    found = told(
        "EPDS above 12 in 40/297 against 78/315: chi-square 12.5, relative risk reduction 0.46 (0.24–0.62), "
        "NNT 8.8 (5.9–19.6), N at 12 weeks 613."
    )
    assert [(f.kind, f.says) for f in found] == [
        (N_DIFFERS, "N at 12 weeks 613: the two groups (40/297 against 78/315) add up to 612"),
        (INTERVAL, "relative risk reduction 0.46 (0.24 to 0.62) is not reproduced by log from 40/297 against 78/315"),
        (INTERVAL, "NNT 8.8 (5.9 to 19.6) is not reproduced by Wald/Newcombe from 40/297 against 78/315"),
    ]
    assert [f.possible.split(";")[0] for f in found[1:]] == [
        "recomputed 0.456 (0.23 to 0.62 by log)",
        "recomputed 8.85 (5.7 to 19.4 by Wald and 5.7 to 19.7 by Newcombe)",
    ]
    assert not any("possible" in f.line or f.kind in IMPOSSIBLE for f in found)


@pytest.mark.parametrize("two", [DENNIS, Two(3, 20, 9, 25), Two(50, 60, 20, 55)])
def test_effects_agree_with_scipy_and_statsmodels(two: Two):
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    table = [[two.a, two.n - two.a], [two.c, two.m - two.c]]
    for correction, name in ((False, "Pearson"), (True, "Yates")):
        assert chi_square(two)[name] == pytest.approx(stats.chi2_contingency(table, correction=correction)[0])
    assert fisher(two) == pytest.approx(stats.fisher_exact(table)[1], rel=1e-6)
    counts = (two.a, two.n, two.c, two.m)
    for found, compare, method, name in (
        (risk_difference(two, Z), "diff", "newcomb", "Newcombe"), (risk_difference(two, Z), "diff", "wald", "Wald"),
        (risk_ratio(two, Z), "ratio", "log", "log"), (odds_ratio(two, Z), "or", "logit", "log"),
    ):  # fmt: skip
        assert found is not None
        assert found.intervals[name] == pytest.approx(
            confint_proportions_2indep(*counts, compare=compare, method=method), rel=1e-5
        )
    assert wilson(two.a, two.n, Z) == pytest.approx(proportion_confint(two.a, two.n, method="wilson"), rel=1e-5)
    one = share(two.a, two.n, 95, Z).intervals
    one["Wald"] = (max(0.0, one["Wald"][0]), min(1.0, one["Wald"][1]))  # as statsmodels cuts it
    for name, method in (("exact", "beta"), ("Agresti–Coull", "agresti_coull"), ("Wald", "normal")):
        assert one[name] == pytest.approx(proportion_confint(two.a, two.n, method=method), rel=1e-5)


def test_effects_in_a_table_and_in_words():
    head = 'Outcome,Peer (n = 297),Usual (n = 315),"RR (95% CI)",P\n'
    assert not [
        f
        for f in told(f"{head}Low mood,40 (13%),78 (25%),0.54 (0.38 to 0.77),<.001\n", "t.csv")
        if f.kind != "one level"
    ]
    (found,) = (
        f for f in told(f"{head}Low mood,40 (13%),78 (25%),0.64 (0.45 to 0.91),.01\n", "t.csv") if f.kind == EFFECT
    )
    assert found.says == "RR 0.64 (0.45 to 0.91) does not follow from 40/297 against 78/315: RR would be 0.54"
    assert not told("In 40/297 against 78/315 the adjusted odds ratio was 0.70 (95% CI 0.49 to 1.00).")
    assert [f.kind for f in told("Seen in 40/297 against 78/315 (NNT 12).")] == [EFFECT]
    assert not told("Seen in 40/297 against 78/315 (NNT 9; risk difference 11.3%; OR 0.47).")
