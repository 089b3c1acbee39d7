"""Intervals of a declared mediation by draws: what is asked, what is said, and what moves them and what does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.errors import Mistakes
from pipeline.models.check import check_models
from pipeline.models.coefficients import NotEstimable
from pipeline.models.drawn import as_coefficients, by_draws, p_of
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.mediation import NaturalEffects, bootstrap, closed_form, monte_carlo, proportion_mediated
from pipeline.models.mediation_rows import Question, lay_out
from pipeline.models.methods import methods
from pipeline.models.natural_effects import EFFECTS
from pipeline.models.resample import bca
from pipeline.models.streams import own
from pipeline.models.survey import SurveyDesign
from pipeline.models.two_models import Both
from pipeline.models.units import by_unit
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.mediation import mediation_table
from tests.mediated import made_up

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
ASKED = Question("a", "m", "y", ("c",))
SPEC = "outcome: born, exposure: arm, mediator: score, adjust: [age]"
CLUSTERED = "{kind: programme evaluation, cluster: programme}"
SAMPLE = "{kind: cross-sectional survey, weight: w, strata: s, psu: u}"
TERMS = ("controlled direct", "direct", "indirect", "total direct", "pure indirect", "total")


def table(n: int = 300) -> pd.DataFrame:
    held = made_up(n)
    return pd.DataFrame(
        {
            "arm": np.where(held["a"] == 1, "Peer", "Usual"),
            "well": np.where(held["ym"] == 1, "Well", "Unwell"),
            "site": np.where(held["mb"] == 1, "North", np.where(held["d"] == 1, "South", "West")),
            "score": held["m"], "born": held["y"], "age": held["c"],
        }
    ).set_index(pd.Index([f"f:{i}" for i in range(n)]))  # fmt: skip


def drawn(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def one(study: Study, people: People, name: str = "m", seed: int = 1) -> Modelled:
    found = {model.name: model for model in fit(people, study, drawn(seed)).models}[name]
    known = set(map(tuple, found.results.lookup()))
    for sentence in found.remarks:
        assert set(map(tuple, sentence.keys.values())) <= known
    return found


def numbers(found: Modelled, level: str = "Peer") -> dict[str, np.ndarray]:
    base = Key("mediation", found.name, "", level, "adjustment=adjusted")
    return {
        s: np.array([found.results.get(base._replace(term=t, statistic=s)) for t in TERMS])
        for s in ("estimate", "std_error", "ci_low", "ci_high", "p")
    }


def notes(found: Modelled) -> str:
    held = mediation_table(found)
    return "" if held is None else " | ".join(note.template for note in held.notes)


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


@pytest.mark.parametrize("kind", ["monte carlo", "bootstrap", "bca"])
@pytest.mark.parametrize("way", ["rows", "clusters", "sample"])
def test_what_is_printed_are_the_limits_of_draws_of_the_models_own_stream(
    study: MakeStudy, people: MakePeople, kind: str, way: str
) -> None:
    raw, spec = made_up(300), f"{{{SPEC}, intervals: {kind}, draws: 1000}}"
    unit = np.arange(300) % 60
    if way == "sample":
        if kind == "bca":
            return
        weight, strata = drawn(2).uniform(0.5, 2, 300), unit // 20
        made = study(SAMPLE, m=spec)
        held = people(made, table(), weight=weight, strata=list(strata.astype(str)), psu=[f"{u:02d}" for u in unit])
        laid = lay_out(raw, ASKED, design=SurveyDesign.of(weight, strata, unit))
    elif way == "clusters":
        made = study(CLUSTERED, m=spec)
        held = people(made, table(), cluster=[f"P{u:02d}" for u in unit])
        laid = lay_out(raw, ASKED, unit)
    else:
        made = study(m=spec)
        held, laid = people(made, table()), lay_out(raw, ASKED)
    rng = own(drawn(), "mediation", "m", "Peer")
    if kind == "monte carlo":
        known = monte_carlo(laid, 1000, rng, "HC3" if way == "rows" else "linearised")
    else:
        known = bootstrap(laid, 1000, rng, "BCa" if kind == "bca" else "percentile")
    told = numbers(one(made, held))
    assert told["estimate"] == pytest.approx(closed_form(laid, "linearised").estimate)
    assert told["ci_low"] == pytest.approx(known.low, rel=1e-7)
    assert told["ci_high"] == pytest.approx(known.high, rel=1e-7)
    assert told["std_error"] == pytest.approx(known.draws.std(axis=0, ddof=1), rel=1e-7)
    assert told["p"] == pytest.approx(p_of(known))


@pytest.mark.parametrize("kind", ["monte carlo", "bootstrap", "bca"])
def test_the_same_bytes_twice_and_other_models_do_not_move_them(
    study: MakeStudy, people: MakePeople, kind: str
) -> None:
    spec = f"{{{SPEC}, intervals: {kind}, draws: 1000}}"
    other = "{outcome: born, exposure: site, mediator: score, intervals: bootstrap, draws: 1000}"
    alone = study(m=spec)
    first = one(alone, people(alone, table())).results
    assert one(alone, people(alone, table())).results.frame.equals(first.frame)
    for models in ({"first": other, "m": spec}, {"m": spec, "last": other}):
        among = study(**models)
        assert one(among, people(among, table())).results.frame.equals(first.frame)
    turned = study(m=spec, first=other)
    held = people(turned, table())
    rng = drawn()
    rng.random(17)  # what was drawn before does not count, either
    found = {model.name: model for model in fit(held, turned, rng).models}["m"]
    assert found.results.frame.equals(first.frame)
    assert rng.random() == drawn().random(18)[-1]
    named, seeded = study(n=spec), one(alone, people(alone, table()), seed=2)
    assert (numbers(seeded)["ci_low"] != numbers(one(alone, people(alone, table())))["ci_low"]).all()
    differently = numbers(one(named, people(named, table()), "n"))
    assert (differently["ci_low"] != numbers(one(alone, people(alone, table())))["ci_low"]).all()


def test_a_level_has_a_stream_of_its_own(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: born, exposure: site, mediator: score, adjust: [age], intervals: bootstrap, draws: 1000}"
    usual = study(m=spec)
    turned = study(swap=("{p: North, q: South, r: West}", "{p: North, r: West, q: South}"), m=spec)
    both = [numbers(one(made, people(made, table())), "West") for made in (usual, turned)]
    assert (both[0]["ci_low"] == both[1]["ci_low"]).all()


def test_without_a_stream_nothing_is_drawn(study: MakeStudy, people: MakePeople) -> None:
    made = study(m=f"{{{SPEC}, intervals: bootstrap}}")
    with pytest.raises(ValueError, match="no random stream was handed on"):
        fit(people(made, table()), made)
    made = study(m=f"{{{SPEC}}}")
    with_one = fit(people(made, table()), made, drawn()).results.frame
    assert fit(people(made, table()), made).results.frame.equals(with_one)


def test_draws_are_as_many_as_declared(study: MakeStudy, people: MakePeople) -> None:
    for text, count in (("", 5000), (", draws: 1500", 1500)):
        made = study(m=f"{{{SPEC}, intervals: bootstrap{text}}}")
        found = one(made, people(made, table()))
        assert found.mediated is not None and found.mediated.through[0].found is not None
        assert len(found.mediated.through[0].found.draws) == count
        assert f"{count:,} bootstrap draws of rows" in notes(found)
        assert f"each of {count:,} draws" in methods(made, "m")[0].template


# Monte Carlo beside the closed form


@pytest.mark.parametrize("way", ["model", "HC3", "clusters", "sample"])
def test_monte_carlo_agrees_with_the_closed_form_within_its_error(way: str) -> None:
    """At fixed covariates, for Monte Carlo holds fast what effects are averaged over. The products of coefficients are
    nearly normal with so many rows; a standard deviation of B draws has a relative error of 1 / sqrt(2 B), a 2.5%
    quantile one of 2.67 standard errors / sqrt(B)."""
    count, raw, asked = 4000, made_up(4000), replace(ASKED, at={"c": 0.3})
    design = SurveyDesign.of(drawn(2).uniform(0.5, 2, 4000), np.arange(4000) % 8, np.arange(4000) % 800)
    unit = {"clusters": np.arange(4000) % 400}.get(way)
    laid = lay_out(raw, asked, unit, design if way == "sample" else None)
    errors = way if way in ("model", "HC3") else "linearised"
    exact, found = closed_form(laid, errors), monte_carlo(laid, count, drawn(4), errors)  # type: ignore[arg-type]
    assert found.estimate == pytest.approx(exact.estimate)
    assert found.std_error == pytest.approx(exact.std_error, rel=4 / np.sqrt(2 * count))
    for mine, known in ((found.low, exact.low), (found.high, exact.high)):
        assert (np.abs(mine - known) < 4 * 2.67 * exact.std_error / np.sqrt(count)).all()


def test_monte_carlo_of_rows_has_the_errors_of_hc3(study: MakeStudy, people: MakePeople) -> None:
    """Where one arm varies four times as much, the models' own errors are another thing."""
    raw = made_up(400)
    rare = (np.arange(400) % 8 == 0).astype(float)
    noise = drawn(3).normal(size=400) * np.where(rare == 1, 4, 1)
    raw = raw.assign(a=rare, y=raw["m"] + 0.3 * rare + noise)
    laid = lay_out(raw, replace(ASKED, at={"c": 0.0}))
    found, robust = by_draws(laid, "monte carlo", 4000, drawn()), closed_form(laid, "HC3")
    assert found.errors == "HC3"
    assert found.std_error == pytest.approx(robust.std_error, rel=0.05)
    assert abs(found.std_error / closed_form(laid, "model").std_error - 1).max() > 0.3


# P values


def shifted(found: NaturalEffects, by: float) -> NaturalEffects:
    low, high = found.low + by, found.high + by
    return replace(found, estimate=found.estimate + by, draws=found.draws + by, low=low, high=high)


@pytest.mark.parametrize("kind", ["monte carlo", "bootstrap", "bca"])
def test_p_is_the_level_at_which_a_limit_is_no_effect(kind: str) -> None:
    found = by_draws(lay_out(made_up(200), ASKED), kind, 2000, drawn())
    for by in (-0.35, -0.1, 0.05):
        moved = shifted(found, by)
        for i, p in enumerate(p_of(moved)):
            if not 0.002 < p < 0.98:
                continue
            if kind == "bca":
                influence = by_unit(Both.of(moved.laid).effect_influence(), moved.laid.units)
                limits = bca(moved.draws, moved.estimate, influence, 1 - p)
                low, high = float(limits.low[i]), float(limits.high[i])
            else:
                low, high = np.quantile(moved.draws[:, i], [p / 2, 1 - p / 2])
            step = 12 * np.sort(np.abs(moved.draws[:, i]))[1]  # of the draws next to no effect, some apart
            assert min(abs(low), abs(high)) < max(step, 0.02 * found.std_error[i]), (EFFECTS[i], p)


@pytest.mark.parametrize("kind", ["monte carlo", "bootstrap", "bca"])
def test_p_is_below_five_percent_where_the_interval_leaves_out_no_effect(kind: str) -> None:
    found = by_draws(lay_out(made_up(200), ASKED), kind, 1000, drawn())
    sides = []
    for by in np.linspace(-1, 0.4, 41):
        moved = shifted(found, float(by))
        out, p = (moved.low > 0) | (moved.high < 0), p_of(moved)
        sides += list(out)
        nearer = np.where(np.abs(moved.low) < np.abs(moved.high), moved.low, moved.high)
        between = ((moved.draws > np.minimum(nearer, 0)) & (moved.draws < np.maximum(nearer, 0))).sum(axis=0)
        clear = between > 2  # a limit lies between two draws, P counts whole ones
        assert ((p < 0.05) == out)[clear].all()
    assert 0.2 < np.mean(sides) < 0.98


def test_p_is_never_nought_and_never_above_one() -> None:
    found = bootstrap(lay_out(made_up(300), ASKED), 1000, drawn())
    assert p_of(shifted(found, 50.0)) == pytest.approx(2 / 1001)
    middle = shifted(found, 0.0)
    middle = replace(middle, draws=middle.draws - np.median(middle.draws, axis=0))
    assert (p_of(middle) <= 1).all() and (p_of(middle) > 0.99).all()


def test_draws_have_no_degrees_of_freedom_and_one_level() -> None:
    found = as_coefficients(bootstrap(lay_out(made_up(100), ASKED), 200, drawn()))
    assert np.isnan(found.df).all() and not found.few.any()
    with pytest.raises(ValueError, match="at 95 percent"):
        found.interval(0.9)


def test_a_proportion_has_bca_limits_as_its_effects_have() -> None:
    """Its influence is that of a ratio, from the rows' on both effects, here by leaving out a row in turn."""
    raw = made_up(120)
    raw["y"] += 2 * raw["a"]
    laid = lay_out(raw, replace(ASKED, held=1.0))
    found, told = bootstrap(laid, 2000, drawn(), "BCa"), proportion_mediated(bootstrap(laid, 2000, drawn(), "BCa"))
    share = (found.draws[:, 2] / found.draws[:, 5])[:, None]
    whole = found.estimate[2] / found.estimate[5]
    without = []
    for i in range(120):
        left = closed_form(lay_out(raw.drop(index=i), replace(ASKED, held=1.0))).estimate
        without.append(whole - left[2] / left[5])
    known = bca(share, np.array([whole]), np.array(without)[:, None])
    assert (told.low, told.high) == pytest.approx((known.low[0], known.high[0]), abs=0.03 * float(share.std()))
    plain = np.quantile(share, [0.025, 0.975])
    assert abs(told.low - plain[0]) > 0.06 * float(share.std())


# What is refused, and what is said


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{outcome: born, exposure: arm, intervals: bca}",
         "models.m.intervals: 'intervals' is of a mediator, and the model has none. Leave 'intervals' out."),
        ("{outcome: born, exposure: arm, draws: 2000}",
         "models.m.draws: 'draws' is of a mediator, and the model has none. Leave 'draws' out."),
        (f"{{{SPEC}, draws: 2000}}",
         "models.m.draws: nothing is drawn for the usual intervals. Write intervals: monte carlo, intervals: bootstrap "
         "or intervals: bca, or leave 'draws' out."),
        (f"{{{SPEC}, intervals: usual, draws: 2000}}",
         "models.m.draws: nothing is drawn for the usual intervals. Write intervals: monte carlo, intervals: bootstrap "
         "or intervals: bca, or leave 'draws' out."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_line(study: MakeStudy, spec: str, expected: str) -> None:
    (mistake,) = check_models(study(m=spec))
    assert str(mistake).split("  ", 1)[1] == expected
    assert mistake.where.startswith("studies/made_up.yaml:")


def test_bca_is_refused_for_a_sample(study: MakeStudy) -> None:
    (mistake,) = check_models(study("{kind: cross-sectional survey, weight: w}", m=f"{{{SPEC}, intervals: bca}}"))
    assert "the design has weights. Write intervals: bootstrap" in str(mistake)


@pytest.mark.parametrize("draws", ["999", "100001", "2.5", "many"])
def test_too_few_draws_are_refused(study: MakeStudy, draws: str) -> None:
    with pytest.raises(Mistakes, match="models.m.draws"):
        study(m=f"{{{SPEC}, intervals: bootstrap, draws: {draws}}}")


@pytest.mark.parametrize(
    ("kind", "clusters", "mend"),
    [("bca", 19, "Leave 'intervals' out, or write intervals: bootstrap."),
     ("monte carlo", 19, "Leave 'intervals' out, or write intervals: bootstrap."),
     ("bca", 9, "Leave 'intervals' out."), ("bootstrap", 9, "Leave 'intervals' out.")],
)  # fmt: skip
def test_too_few_clusters_stop_the_stage_at_the_line(
    study: MakeStudy, people: MakePeople, kind: str, clusters: int, mend: str
) -> None:
    made = study(CLUSTERED, m=f"{{{SPEC}, intervals: {kind}, draws: 1000}}")
    with pytest.raises(Mistakes) as refused:
        one(made, people(made, table(), cluster=[f"P{i % clusters:02d}" for i in range(300)]))
    least = 10 if kind == "bootstrap" else 20
    assert str(refused.value).startswith("studies/made_up.yaml:")
    assert str(refused.value).endswith(
        f"models.m.intervals: fewer than {least} clusters are left, too few for intervals of this kind. {mend}"
    )
    made = study(CLUSTERED, m=f"{{{SPEC}, intervals: {kind}, draws: 1000}}")
    assert numbers(one(made, people(made, table(), cluster=[f"P{i % least:02d}" for i in range(300)])))


def test_few_clusters_of_a_bootstrap_are_told_as_unreliable(study: MakeStudy, people: MakePeople) -> None:
    made = study(CLUSTERED, m=f"{{{SPEC}, intervals: bootstrap, draws: 1000}}")
    for clusters, few in ((19, True), (20, False)):
        told = said(one(made, people(made, table(), cluster=[f"P{i % clusters:02d}" for i in range(300)])))
        assert ("Unreliable: there are few clusters to draw from (fewer than 20)" in told) == few
        assert "t intervals" not in told


def test_draws_without_an_answer_are_told_and_not_counted(study: MakeStudy, people: MakePeople) -> None:
    made = study(m=f"{{{SPEC.replace('[age]', '[site]')}, intervals: bootstrap, draws: 1000}}")
    for few, expected in ((2, "Unreliable: in more than one of twenty draws"), (5, "Some draws (up to one of twenty)")):
        rows = table()
        rows["site"] = np.where(np.arange(300) < few, "West", "North")
        told = said(one(made, people(made, rows)))
        assert expected in told
        assert "{" not in next(part for part in told.split(" | ") if part.startswith(expected))


def test_a_single_unit_of_a_stratum_is_told(study: MakeStudy, people: MakePeople) -> None:
    strata = np.where(np.arange(300) % 30 == 0, 9, np.arange(300) % 3)
    psu = [f"{i % 30:02d}" for i in range(300)]
    for kind, told_so in (("bootstrap", True), ("monte carlo", False)):
        made = study(SAMPLE, m=f"{{{SPEC}, intervals: {kind}, draws: 1000}}")
        held = people(made, table(), weight=[1.0] * 300, strata=list(strata.astype(str)), psu=psu)
        assert ("stay as they are in every draw" in said(one(made, held))) == told_so


def test_methods_and_notes_name_the_intervals(study: MakeStudy, people: MakePeople) -> None:
    for kind, words in (
        ("monte carlo", "percentiles of 5,000 draws of both models' coefficients from normal distributions"),
        ("bootstrap", "Their intervals are percentiles of both models fitted anew to each of 5,000 draws"),
        ("bca", "bias-corrected and accelerated limits (BCa; Efron 1987) of both models fitted anew"),
    ):
        made = study(m=f"{{{SPEC}, intervals: {kind}}}")
        text = methods(made, "m")[0].template
        assert words in text and "the delta method" not in text
        assert "the seed stands in params.yaml" in text
    made = study(SAMPLE, m=f"{{{SPEC}, intervals: bootstrap}}")
    assert "Rao & Wu 1988" in methods(made, "m")[0].template
    usual = study(m=f"{{{SPEC}, intervals: usual}}")
    assert "delta method" in notes(one(usual, people(usual, table())))


@pytest.mark.parametrize("effect", ["risk ratio", "odds ratio"])
def test_ratios_are_told_themselves(study: MakeStudy, people: MakePeople, effect: str) -> None:
    made = study(m=f"{{outcome: well, event: Well, exposure: arm, mediator: score, adjust: [age], effect: {effect}, "
                   "intervals: bootstrap, draws: 1000}")  # fmt: skip
    raw = made_up(300)
    laid = lay_out(raw, Question("a", "m", "ym", ("c",), binary_outcome=True, scale=effect))  # type: ignore[arg-type]
    known = bootstrap(laid, 1000, own(drawn(), "mediation", "m", "Peer"))
    told = numbers(one(made, people(made, table())))
    assert told["ci_low"] == pytest.approx(np.exp(known.low), rel=1e-6)
    assert told["std_error"] == pytest.approx(known.std_error, rel=1e-6)


def test_drawn_numbers_stand_on_the_same_people(study: MakeStudy, people: MakePeople) -> None:
    rows = table()
    rows["arm"] = np.where(np.arange(300) < 4, "Peer", "Usual")
    spec = "outcome: born, exposure: arm, mediator: score, interaction: false"
    printed = []
    for intervals in ("usual", "bootstrap"):
        made = study(m=f"{{{spec}, intervals: {intervals}}}")
        results = fit(people(made, rows), made, drawn()).results
        out = release(results, made.release, made)
        keys = [k for k in (Key(*key) for key in results.lookup()) if k.kind == "mediation" and k.term == "indirect"]
        printed.append({k.statistic for k in keys if k.statistic != "df" and not out.withheld(k)})
    assert printed == [set(), set()]


def test_streams_are_named_and_leave_theirs_alone() -> None:
    rng = drawn()
    first = own(rng, "a", "b").random(3)
    assert (own(drawn(), "a", "b").random(3) == first).all()
    for other in (own(rng, "ab"), own(rng, "a", "b", ""), own(rng, "b", "a"), own(drawn(2), "a", "b")):
        assert (other.random(3) != first).all()
    spawned = np.random.default_rng(np.random.SeedSequence([1, 2, 3])).spawn(2)
    assert (own(spawned[0], "a").random(3) != own(spawned[1], "a").random(3)).all()
    assert rng.random() == drawn().random()
    with pytest.raises(ValueError, match="does not know its seed"):
        own(np.random.Generator(np.random.PCG64(_NoSeed())), "a")


class _NoSeed(np.random.bit_generator.ISeedSequence):
    def generate_state(self, n_words: int, dtype: type = np.uint32) -> np.ndarray:
        return np.arange(1, n_words + 1).astype(dtype)


def test_errors_that_are_not_known_are_refused() -> None:
    raw = made_up(60).assign(d=(np.arange(60) == 0).astype(float))
    with pytest.raises(NotEstimable, match="a row alone makes up a coefficient"):
        monte_carlo(lay_out(raw, replace(ASKED, adjust=("d",))), 200, drawn(), "HC3")
