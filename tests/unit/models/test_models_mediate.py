"""A declared mediation: from people to natural effects with their intervals, against slow standardisation."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.models.coefficients import NotEstimable
from pipeline.models.declared import declared
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.frame import frame
from pipeline.models.jackknife import jackknife
from pipeline.models.mediate import mediate
from pipeline.models.mediation import closed_form
from pipeline.models.mediation_rows import Question, lay_out
from pipeline.models.methods import methods
from pipeline.models.survey import SurveyDesign
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.mediation import mediation_table
from tests.mediated import made_up, slow_effects, slow_means

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
ALONE, WITH = "adjustment=unadjusted", "adjustment=adjusted"
SIX = ("controlled direct", "direct", "indirect", "total direct", "pure indirect", "total")


def table(n: int = 300) -> pd.DataFrame:
    """The made-up people under the names of the study's variables."""
    held = made_up(n)
    return pd.DataFrame(
        {
            "arm": np.where(held["a"] == 1, "Peer", "Usual"),
            "well": np.where(held["ym"] == 1, "Well", "Unwell"),
            "site": np.where(held["mb"] == 1, "North", np.where(held["d"] == 1, "South", "West")),
            "score": held["m"],
            "born": held["y"],
            "age": held["c"],
        }
    ).set_index(pd.Index([f"f:{i}" for i in range(n)]))


def one(study: Study, people: People) -> Modelled:
    (found,) = fit(people, study).models
    known = set(map(tuple, found.results.lookup()))
    for sentence in found.remarks:
        assert set(map(tuple, sentence.keys.values())) <= known
    return found


def value(found: Modelled, term: str, statistic: str = "estimate", level: str = "Peer", group: str = WITH) -> float:
    return found.results.get(Key("mediation", "m", term, level, group, statistic))


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


@pytest.mark.parametrize(
    ("spec", "asked"),
    [
        ("outcome: born, exposure: arm, mediator: score", Question("a", "m", "y", ("c",))),
        ("outcome: born, exposure: arm, mediator: score, interaction: false",
         Question("a", "m", "y", ("c",), interaction=False)),
        ("outcome: born, exposure: arm, mediator: site, mediator_event: North",
         Question("a", "mb", "y", ("c",), binary_mediator=True)),
        ("outcome: well, event: Well, exposure: arm, mediator: score, effect: risk ratio",
         Question("a", "m", "ym", ("c",), binary_outcome=True, scale="risk ratio")),
        ("outcome: well, event: Well, exposure: arm, mediator: site, mediator_event: North, effect: odds ratio",
         Question("a", "mb", "ym", ("c",), binary_mediator=True, binary_outcome=True, scale="odds ratio")),
    ],
)  # fmt: skip
def test_effects_are_those_of_slow_standardisation(
    study: MakeStudy, people: MakePeople, spec: str, asked: Question
) -> None:
    made = study(m=f"{{{spec}, adjust: [age]}}")
    found, raw = one(made, people(made, table())), made_up(300)
    held = 0.0 if asked.binary_mediator else float(raw[asked.mediator].mean())
    slow = slow_effects(slow_means(raw, asked, held, np.ones(300)), asked.scale)
    ratio = asked.scale != "difference"
    for term, expected in zip(SIX, slow, strict=True):
        key = Key("mediation", "m", term, "Peer", WITH, "estimate")
        if not asked.interaction and term not in ("direct", "indirect", "total"):
            assert not found.results.frame["term"].eq(term).any()
            continue
        assert found.results.get(key) == pytest.approx(math.exp(expected) if ratio else expected, rel=1e-6), term
        low, high = (found.results.get(key._replace(statistic=s)) for s in ("ci_low", "ci_high"))
        assert low < found.results.get(key) < high
        assert 0 <= value(found, term, "p") <= 1


def test_without_interaction_they_are_the_product_and_the_coefficient(study: MakeStudy, people: MakePeople) -> None:
    rows = table().assign(born=lambda t: t["born"].where(t.index != "f:9"))
    made = study(m="{outcome: born, exposure: arm, mediator: score, adjust: [age], interaction: false}")
    found = one(made, people(made, rows))
    a, b = value(found, "exposure to mediator"), value(found, "mediator to outcome", level="")
    assert value(found, "indirect") == pytest.approx(a * b)
    assert value(found, "total") == pytest.approx(value(found, "indirect") + value(found, "direct"))
    model = Key("model", "m", "arm", "Peer", WITH, "estimate")
    assert value(found, "total") == pytest.approx(found.results.get(model))
    assert value(found, "", "n", "") == 299


def test_rows_have_errors_as_in_hc3_and_clusters_linearised_ones(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: born, exposure: arm, mediator: score, adjust: [age]}"
    raw, asked = made_up(300), Question("a", "m", "y", ("c",))
    made = study(m=spec)
    rows = one(made, people(made, table()))
    expected = closed_form(lay_out(raw, asked), "HC3")
    assert value(rows, "indirect", "std_error") == pytest.approx(expected.of("tnie")[1])
    assert value(rows, "indirect", "df") == 300 - 5
    grouped = study("{kind: programme evaluation, cluster: programme}", m=spec)
    clusters = one(grouped, people(grouped, table(), cluster=[f"P{i % 15}" for i in range(300)]))
    without = np.array([closed_form(lay_out(raw[np.arange(300) % 15 != g], asked)).estimate for g in range(15)])
    apart = without[:, 2] - value(clusters, "indirect")
    error = np.sqrt(14 / 15 * apart @ apart)
    assert value(clusters, "indirect", "std_error") == pytest.approx(error)
    low = value(clusters, "indirect") - scipy.stats.t.ppf(0.975, 14) * error
    assert value(clusters, "indirect", "ci_low") == pytest.approx(low)
    assert value(clusters, "indirect", "df") == 14
    assert "few clusters for effects by way of a mediator (fewer than 20)" in said(clusters)
    assert "fewer than 20" not in said(rows)


def test_more_than_a_hundred_clusters_and_samples_are_linearised(study: MakeStudy, people: MakePeople) -> None:
    spec, raw, asked = "{outcome: born, exposure: arm, mediator: score}", made_up(300), Question("a", "m", "y")
    grouped = study("{kind: programme evaluation, cluster: programme}", m=spec)
    many = one(grouped, people(grouped, table(), cluster=[f"P{i % 101:03d}" for i in range(300)]))
    expected = closed_form(lay_out(raw, asked, np.arange(300) % 101), "linearised")
    assert value(many, "indirect", "ci_low", group=ALONE) == pytest.approx(expected.of("tnie")[2])
    weight = np.random.default_rng(1).uniform(0.5, 2, 300)
    sample = study("{kind: cross-sectional survey, weight: w}", m=spec)
    found = one(sample, people(sample, table(), weight=weight))
    expected = closed_form(lay_out(raw, asked, design=SurveyDesign.of(weight)), "linearised")
    assert value(found, "indirect", "ci_low", group=ALONE) == pytest.approx(expected.of("tnie")[2])
    assert "linearised over sampling units, t intervals" in notes(found)


def test_a_side_in_one_cluster_is_told_as_unreliable(study: MakeStudy, people: MakePeople) -> None:
    grouped = study(
        "{kind: programme evaluation, cluster: programme}", m="{outcome: born, exposure: arm, mediator: score}"
    )
    rows = table()
    cluster = np.where(rows["arm"] == "Peer", "P0", [f"P{i % 5 + 1}" for i in range(300)])
    found = one(grouped, people(grouped, rows, cluster=list(cluster)))
    assert "Unreliable: without one of the clusters (programme)" in said(found)


def notes(found: Modelled) -> str:
    held = mediation_table(found)
    return "" if held is None else " | ".join(note.template for note in held.notes)


def test_hc3_errors_of_the_total_are_those_of_a_regression(study: MakeStudy, people: MakePeople) -> None:
    """Unadjusted and without a part for the mediator the direct effect is a coefficient, and so is its error."""
    raw = made_up(80)
    found = closed_form(lay_out(raw, Question("a", "m", "y", interaction=False)), "HC3")
    x = np.column_stack([np.ones(80), raw["m"], raw["a"]])
    back = np.linalg.inv(x.T @ x)
    rest = raw["y"] - x @ (back @ x.T @ raw["y"])
    lever = np.einsum("ij,jk,ik->i", x, back, x)
    meat = x.T @ (x * ((rest / (1 - lever)) ** 2).to_numpy()[:, None])
    # the factor n / (n - 1) of units
    assert found.of("pnde")[1] == pytest.approx(np.sqrt((back @ meat @ back)[2, 2] * 80 / 79))
    low, middle = found.of("pnde")[2], found.of("pnde")[0]
    assert (middle - low) / found.of("pnde")[1] == pytest.approx(scipy.stats.t.ppf(0.975, 77))


def test_a_row_that_alone_makes_up_a_coefficient_leaves_no_interval() -> None:
    raw = made_up(120)
    raw["d"] = (np.arange(120) == 7).astype(float)
    found = closed_form(lay_out(raw, Question("a", "m", "y", ("d",))), "HC3")
    assert np.isfinite(found.estimate).all() and not np.isfinite(found.std_error).any()


def test_values_of_a_number_are_compared_as_declared_or_by_its_mean(study: MakeStudy, people: MakePeople) -> None:
    raw = made_up(300)
    rows = table().assign(age=raw["dose"].to_numpy())
    asked = Question("dose", "m", "y", low=float(raw["dose"].mean()), high=float(raw["dose"].mean()) + 1)
    made = study(m="{outcome: born, exposure: age, mediator: score}")
    found = one(made, people(made, rows))
    slow = slow_effects(slow_means(raw, asked, float(raw["m"].mean()), np.ones(300)), "difference")
    assert value(found, "indirect", level="", group=ALONE) == pytest.approx(slow[2])
    text = methods(made, "m")[0].template
    assert "compare Age at one unit (years) above its mean among those analysed with the mean itself" in text
    made = study(m="{outcome: born, exposure: age, mediator: score, compare: [-1, 2], mediator_at: 0.5}")
    found = one(made, people(made, rows))
    asked = Question("dose", "m", "y", low=-1, high=2)
    slow = slow_effects(slow_means(raw, asked, 0.5, np.ones(300)), "difference")
    for term, expected in zip(SIX, slow, strict=True):
        assert value(found, term, level="", group=ALONE) == pytest.approx(expected), term
    assert "Age at 2 years with -1 years" in methods(made, "m")[0].template
    rows["age"] = np.minimum(rows["age"], 0.5)
    made = study(m="{outcome: born, exposure: age, mediator: score}")
    found = one(made, people(made, rows))
    middle, raw["low"] = float(rows["age"].mean()), rows["age"].to_numpy()
    slow = slow_effects(
        slow_means(raw, Question("low", "m", "y", low=middle - 1, high=middle), 0.0, np.ones(300)), "difference"
    )
    assert value(found, "indirect", level="", group=ALONE) == pytest.approx(slow[2])
    assert "Age at its mean among those analysed with one unit (years) below (nobody lies one unit" in notes(found)
    two = study(m="{outcome: born, exposure: age, mediator: score}")
    found = one(two, people(two, table().assign(age=3.0 + 4 * raw["a"].to_numpy())))
    slow = slow_effects(slow_means(raw, Question("a", "m", "y"), 0.0, np.ones(300)), "difference")
    assert value(found, "total", level="", group=ALONE) == pytest.approx(slow[5])


def test_values_far_from_everybody_are_told(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: born, exposure: age, mediator: score, compare: [0, 50]}")
    assert "Beyond the data: nobody analysed has a value of Age near" in said(one(made, people(made, table())))


def test_each_level_is_compared_with_the_reference_alone(study: MakeStudy, people: MakePeople) -> None:
    rows = table()
    made = study(m="{outcome: born, exposure: site, mediator: score, adjust: [age]}")
    found = one(made, people(made, rows))
    raw = made_up(300).assign(s=(rows["site"] == "West").to_numpy(float))[(rows["site"] != "South").to_numpy()]
    expected = closed_form(lay_out(raw, Question("s", "m", "y", ("c",))), "HC3")
    assert value(found, "indirect", level="West") == pytest.approx(expected.of("tnie")[0])
    assert value(found, "indirect", "ci_high", "West") == pytest.approx(expected.of("tnie")[3])


def test_assumptions_stand_beside_the_effects_with_how_much_would_explain_them_away(
    study: MakeStudy, people: MakePeople
) -> None:
    made = study(m="{outcome: born, exposure: arm, mediator: score, adjust: [age]}")
    told = said(one(made, people(made, table())))
    assert "that Arm comes before Score and Score before Born" in told
    assert (
        "To explain the indirect effect (Peer) away, something unmeasured would have to go with both Score and" in told
    )
    assert "To explain the total effect (Peer) away" in told
    assert "with a correlation of {rho} (rho)." in told
    trial = study("{kind: trial, arm: arm}", m="{outcome: born, exposure: arm, mediator: score}")
    told = said(one(trial, people(trial, table())))
    assert "The arms were assigned by chance, Score was not:" in told
    assert "To explain the total effect" not in told


def test_proportion_mediated_stands_where_it_means_something(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: born, exposure: arm, mediator: score, adjust: [age]}"
    made = study(m=spec)
    found = one(made, people(made, table()))
    share = 100 * value(found, "indirect") / value(found, "total")
    assert value(found, "proportion mediated") == pytest.approx(share)
    assert value(found, "proportion mediated", "ci_low") < share < value(found, "proportion mediated", "ci_high")
    rng = np.random.default_rng(4)
    found = one(made, people(made, table().assign(born=rng.normal(size=300))))
    assert not found.results.frame["term"].eq("proportion mediated").any()
    assert "No proportion mediated of Peer is told: the interval of the total effect holds no effect." in said(found)


def test_a_mediator_without_an_answer_says_so(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: born, exposure: arm, mediator: site, mediator_event: North}")
    rows = table()
    rows.loc[rows["arm"] == "Peer", "site"] = "North"
    found = one(made, people(made, rows))
    assert "The mediation of Peer was not estimated: other terms of the model explain the interaction" in said(found)
    table_ = mediation_table(found)
    assert table_ is not None and "No effect by way of it was estimated." in table_.notes[0].template
    hidden = study(swap=("site: {", "site: {sensitive: true, "), m=made_spec(made))
    assert "explain the interaction" not in said(one(hidden, people(hidden, rows)))


def made_spec(made: Study) -> str:
    spec = made.models["m"]
    return f"{{outcome: {spec.outcome}, exposure: {spec.exposure}, mediator: {spec.mediator}, mediator_event: North}}"


def test_a_mediator_that_does_not_vary_is_named(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: born, exposure: arm, mediator: score}")
    told = said(one(made, people(made, table().assign(score=3.0))))
    assert "The mediation was not estimated: the mediator is the same for everyone who is left." in told


def test_clusters_are_left_out_in_no_sample_and_not_without_an_answer() -> None:
    raw, asked = made_up(60), Question("a", "m", "y")
    for laid in (lay_out(raw, asked), lay_out(raw, asked, design=SurveyDesign.of(np.ones(60)))):
        with pytest.raises(NotEstimable, match="in clusters of no sample"):
            jackknife(laid)
    with pytest.raises(NotEstimable, match="without one of the clusters there is no answer"):
        jackknife(lay_out(raw, asked, np.where(raw["a"] == 1, 0, 1 + np.arange(60) % 4)))


def test_many_clusters_of_a_logistic_model_are_left_out_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = made_up(120)
    asked = Question("a", "m", "yb", ("c",), binary_outcome=True, scale="odds ratio")
    laid = lay_out(raw, asked, np.arange(120) % 12)
    whole = jackknife(laid)
    monkeypatch.setattr("pipeline.models.jackknife.CELLS", 600)
    assert jackknife(laid).low == pytest.approx(whole.low)
    without = np.array([closed_form(lay_out(raw[np.arange(120) % 12 != g], asked)).estimate for g in range(12)])
    apart = (without - whole.estimate)[:, 1:]  # but for the controlled direct effect: the mediator's mean moves here
    assert whole.std_error[1:] == pytest.approx(np.sqrt(11 / 12 * (apart**2).sum(axis=0)), rel=1e-6)


def test_no_mediator_no_mediation(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: born, exposure: arm}")
    model = declared(made, "m")
    with pytest.raises(NotEstimable):
        mediate(model, frame(people(made, table()), made, model), None)  # type: ignore[arg-type]


@pytest.mark.parametrize("effect", ["odds ratio", "risk difference"])
def test_a_saturated_mediation_on_few_is_withheld(study: MakeStudy, people: MakePeople, effect: str) -> None:
    """Exposure, mediator and outcome are yes or no and nothing is adjusted for: paths and effects are made of eight
    counts, and three people stand in one of them."""
    eight = [(9, "Peer", "North", "Well"), (8, "Peer", "North", "Unwell"), (7, "Peer", "South", "Well"),
             (12, "Peer", "South", "Unwell"), (3, "Usual", "North", "Well"), (14, "Usual", "North", "Unwell"),
             (11, "Usual", "South", "Well"), (10, "Usual", "South", "Unwell")]  # fmt: skip

    def told(few: int) -> set[tuple[str, str]]:
        lines = [line for n, *line in eight for _ in range(few if n == 3 else n)]
        rows = pd.DataFrame(lines, columns=["arm", "site", "well"], index=[f"f:{i}" for i in range(len(lines))])
        spec = f"outcome: well, event: Well, exposure: arm, mediator: site, mediator_event: North, effect: {effect}"
        made = study(m=f"{{{spec}}}")
        results = fit(people(made, rows), made).results
        out = release(results, made.release, made)
        keys = [k for k in (Key(*key) for key in results.lookup()) if k.kind == "mediation"]
        of_rows = ("n", "df")  # printed beside the model, too
        return {(k.term, k.statistic) for k in keys if k.statistic not in of_rows and not out.withheld(k)}

    assert told(3) == set()
    assert {("indirect", "estimate"), ("mediator to outcome", "estimate")} <= told(6)


def test_an_event_is_no_way_to_few_with_another_level(study: MakeStudy, people: MakePeople) -> None:
    """A table by arm withholds three people at one site and with them those at another, whom an unadjusted path from
    arm to site would count."""
    rows = table()
    rows["site"] = np.where(np.arange(300) % 2, "North", "South")
    few = rows.index[rows["arm"] == "Peer"][:3]
    spec = "outcome: born, exposure: arm, mediator: site, mediator_event: North"

    def printed(adjust: str) -> bool:
        made = study(m=f"{{{spec}{adjust}}}")
        results = fit(people(made, rows), made).results
        group = WITH if adjust else ALONE
        return not release(results, made.release, made).withheld(
            Key("mediation", "m", "exposure to mediator", "Peer", group, "estimate")
        )

    assert printed("")
    rows.loc[few, "site"] = "West"
    assert not printed("")
    assert printed(", adjust: [age]")


@pytest.mark.parametrize("outcome", ["well, event: Well", "born"])
def test_a_yes_or_no_outcome_in_a_linear_model_is_told(study: MakeStudy, people: MakePeople, outcome: str) -> None:
    made = study(m=f"{{outcome: {outcome}, exposure: arm, mediator: score}}")
    rows = table()
    found = one(made, people(made, rows.assign(born=(rows["well"] == "Well").astype(float))))
    assert "are taken as linear here, which near 0 and 1 they are not" in said(found)
    assert not {"e_value", "e_value_limit"} & set(found.results.frame["statistic"])
    assert not found.results.frame["term"].eq("rho").any()


@pytest.mark.parametrize(
    ("spec", "words", "never"),
    [
        ("exposure: arm", "two of them, for nothing is adjusted for, and", "beyond what"),
        ("exposure: arm, adjust: [age]", "two of them beyond what the models are adjusted for, and", "nothing is adj"),
        ("exposure: kinds", "two of them beyond what the other answers tell, and", "nothing is adjusted"),
    ],
)
def test_what_stands_beside_the_exposure_is_not_denied(
    study: MakeStudy, people: MakePeople, spec: str, words: str, never: str
) -> None:
    held = study(m=f"{{outcome: born, {spec}, mediator: score}}")
    made = table(120).assign(**{"kinds=Talk": np.arange(120) % 2 * 1.0, "kinds=Visits": np.arange(120) % 3 % 2 * 1.0})
    text = said(one(held, people(held, made)))
    assert words in text and never not in text
    told = "beside each answer the other answers stand as covariates"
    assert (told in " ".join(s.template for s in methods(held, "m"))) == ("kinds" in spec)


@pytest.mark.parametrize(
    ("spec", "normal"),
    [
        ("outcome: well, event: Well, mediator: score, effect: odds ratio", True),
        ("outcome: well, event: Well, mediator: score, effect: risk ratio", True),
        ("outcome: well, event: Well, mediator: site, mediator_event: North, effect: odds ratio", False),
        ("outcome: well, event: Well, mediator: score", False),
        ("outcome: born, mediator: score", False),
    ],
)
def test_a_mediator_taken_as_normal_is_told_so(
    study: MakeStudy, people: MakePeople, spec: str, normal: bool
) -> None:
    held = study(m=f"{{exposure: arm, {spec}}}")
    found = one(held, people(held, table(200)))
    assert ("for normal around its mean" in said(found)) == normal
    text = " ".join(s.template for s in methods(held, "m"))
    assert ("taken as normal around its mean, with one variance" in text) == normal


def test_the_share_of_odds_ratios_is_not_said_to_be_of_risk(study: MakeStudy) -> None:
    for effect, scale in (("odds ratio", "excess odds"), ("risk ratio", "excess risk")):
        held = study(m=f"{{outcome: well, event: Well, exposure: arm, mediator: score, effect: {effect}}}")
        text = " ".join(s.template for s in methods(held, "m"))
        assert f"on the scale of {scale}." in text


def test_two_values_are_chances_whatever_their_codes(study: MakeStudy, people: MakePeople) -> None:
    """An outcome coded 1 and 2 is one coded 0 and 1: neither has a correlation of errors, nor an E-value by way of a
    standard deviation."""
    held, made = study(m="{outcome: born, exposure: arm, mediator: score, adjust: [age]}"), table(200)
    yes = (made["well"] == "Well").astype(float)
    zero, one_two = (one(held, people(held, made.assign(born=yes + low))) for low in (0.0, 1.0))
    assert value(one_two, "indirect") == pytest.approx(value(zero, "indirect"), rel=1e-9)
    assert said(one_two) == said(zero) and "taken as linear" in said(zero)
    assert set(zero.results.lookup()) == set(one_two.results.lookup())


@pytest.mark.parametrize("intervals", ["", ", intervals: bootstrap, draws: 1000"])
def test_an_effect_that_cannot_vary_has_no_interval_of_no_width(
    study: MakeStudy, people: MakePeople, intervals: str
) -> None:
    """All of Peer are well, so that nothing goes by way of the mediator there: the outcome has no slope by it."""
    rng = np.random.default_rng(3)
    home = np.repeat(np.arange(48), 5)
    arm = np.where(home % 2 == 0, "Peer", "Usual")
    table = pd.DataFrame(
        {
            "arm": arm,
            "score": rng.normal(size=240) + (arm == "Peer"),
            "well": np.where((arm == "Peer") | (rng.random(240) < 0.4), "Well", "Unwell"),
        },
        index=[f"f:{i}" for i in range(240)],
    )
    made = study(
        "{kind: cohort, cluster: programme}",
        m=f"{{outcome: well, event: Well, effect: risk difference, exposure: arm, mediator: score{intervals}}}",
    )
    (found,) = fit(people(made, table, cluster=home.astype(str)), made, np.random.default_rng(6)).models

    def told(term: str, statistic: str) -> float:
        return found.results.get(Key("mediation", "m", term, "Peer", "adjustment=unadjusted", statistic))

    assert told("indirect", "estimate") == pytest.approx(0, abs=1e-12)
    for statistic in ("std_error", "ci_low", "ci_high", "p"):
        assert np.isnan(told("indirect", statistic)), statistic
        assert np.isfinite(told("total", statistic)), statistic
    shares = found.results.frame.query("kind == 'mediation' and term == 'proportion'")
    assert shares["value"].isna().all()
    assert any("has no interval: the model fits one side exactly" in remark.template for remark in found.remarks)
