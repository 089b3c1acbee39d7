"""Comparisons that one cluster a side can't carry, boxes one by one, and the digits of small units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.models.fit import fit
from pipeline.models.methods import methods
from pipeline.models.numbers import df_places
from pipeline.results import Key
from pipeline.study import Study, parse_study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
NESTED = "{kind: programme evaluation, cluster: programme}"


def made_up(n: int, **columns: object) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    base = {"score": rng.normal(size=n).round(2), "age": rng.integers(20, 70, n).astype(float)}
    return pd.DataFrame({**base, **columns}, index=[f"f:{i}" for i in range(n)])


WEIGHTED = "{kind: cross-sectional survey, weight: w, strata: s, psu: p}"


def drawn(psu: np.ndarray) -> dict[str, object]:
    """Keys of a sample with two strata, four units each, and unequal weights."""
    strata = np.where(psu < 4, "a", "b")
    return {"weight": 1.0 + psu % 3, "strata": strata, "psu": psu.astype(str)}


def test_a_level_in_one_sampling_unit_is_unreliable(study: MakeStudy, people: MakePeople) -> None:
    """Linearisation finds no error in a level whose people are all of one unit: its weighted residuals add up to 0."""
    psu = np.arange(80) % 8
    made = study(WEIGHTED, m="{outcome: score, exposure: arm, adjust: [age]}")
    table = made_up(80, arm=np.where(psu == 5, "Peer", "Usual"))
    (found,) = fit(people(made, table, **drawn(psu)), made).models
    assert found.remarks[0].template == (
        "Unreliable: too few sampling units have Peer ({u0}): how they differ there can't be known."
    )
    key = found.remarks[0].keys["u0"]
    assert key == Key("model", "m", "arm", "Peer", "All", "units")
    assert found.results.get(key) == 1
    p = Key("model", "m", "arm", "Peer", "adjustment=adjusted", "p")
    assert np.isnan(found.results.get(p))
    assert np.isfinite(found.results.get(p._replace(statistic="ci_low")))


def test_one_sampling_unit_against_one_has_no_interval(study: MakeStudy, people: MakePeople) -> None:
    psu = np.arange(80) % 8
    made = study(WEIGHTED, m="{outcome: score, exposure: site, adjust: [age]}")
    table = made_up(80, site=np.where(psu == 1, "North", np.where(psu == 6, "South", "West")))
    (found,) = fit(people(made, table, **drawn(psu)), made).models
    for group in ("adjustment=unadjusted", "adjustment=adjusted"):
        key = Key("model", "m", "site", "South", group, "p")
        assert np.isnan(found.results.get(key))
        assert np.isfinite(found.results.get(key._replace(statistic="estimate")))
        west = key._replace(level="West")  # against the one of North, which is taken for known
        assert np.isnan(found.results.get(west))
        assert np.isfinite(found.results.get(west._replace(statistic="ci_low")))
    said = [s.template for s in found.remarks]
    assert said[0].startswith("Too few sampling units have South ({u0}) and North ({u1}): ")
    assert said[1].startswith("Unreliable: too few sampling units have North ({u0}): ")


def test_a_domain_that_leaves_a_level_in_one_unit_counts_its_units_alone(study: MakeStudy, people: MakePeople) -> None:
    psu = np.arange(80) % 8
    made = study(WEIGHTED, m="{outcome: score, exposure: arm}")
    table = made_up(80, arm=np.where(psu % 2 == 0, "Peer", "Usual"))
    inside = ~np.isin(psu, [0, 2, 4])  # of the units with Peer the sixth alone stays
    (found,) = fit(people(made, table, domain=list(inside), **drawn(psu)), made).models
    assert found.remarks[0].template.startswith("Unreliable: too few sampling units have Peer ({u0})")


def test_a_level_in_one_cluster_beside_others_is_unreliable_too(study: MakeStudy, people: MakePeople) -> None:
    cluster = np.arange(48) % 6
    made = study(NESTED, m="{outcome: score, exposure: arm}", n="{outcome: score, exposure: born}")
    few = (cluster == 0) & (np.arange(48) > 20)
    table = made_up(48, arm=np.where(few, "Peer", "Usual"), born=few * 1.0)
    found, number = fit(people(made, table, cluster=cluster.astype(str)), made).models
    assert found.remarks[0].template.startswith("Unreliable: too few clusters (programme) have Peer ({u0}):")
    assert number.remarks[0].template.startswith(
        "Unreliable: too few clusters (programme) have one of the two values of Born:"
    )


def test_boxes_that_one_cluster_alone_left_empty(study: MakeStudy, people: MakePeople) -> None:
    cluster = np.arange(48) % 6
    made = study(NESTED, m="{outcome: score, exposure: kinds}")
    table = made_up(48, **{"kinds=Talk": (cluster > 0) * 1.0, "kinds=Visits": (np.arange(48) % 4 > 1) * 1.0})
    (found,) = fit(people(made, table, cluster=cluster.astype(str)), made).models
    assert found.remarks[0].template.startswith("Unreliable: too few clusters (programme) have Talk, not ticked ({u0})")
    assert found.results.get(found.remarks[0].keys["u0"]) == 1


def test_many_rows_of_few_people_are_few_people(study: MakeStudy, people: MakePeople) -> None:
    """Ten people with six rows each, one of them at Peer: what stands on them stands on one."""
    who = np.repeat(np.arange(10), 6)
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm}")
    table = made_up(60, arm=np.where(who == 3, "Peer", "Usual"))
    table.loc[table.index[who == 7], "score"] = np.nan
    (found,) = fit(people(made, table, id=[f"p{i}" for i in who]), made).models
    behind = found.results.frame.set_index(["term", "level", "group", "statistic"])["people"]
    assert behind["arm", "Peer", "All", "n"] == 1
    assert behind["arm", "Peer", "All", "clusters"] == 1
    assert behind["arm", "Peer", "adjustment=unadjusted", "estimate"] == 1
    assert behind["arm", "", "adjustment=unadjusted", "n"] == 9
    assert behind["score", "no answer", "All", "missing"] == behind["", "", "All", "missing"] == 1


def test_a_weight_of_zero_is_left_out_and_counted(study: MakeStudy, people: MakePeople) -> None:
    psu = np.arange(80) % 8
    made = study(WEIGHTED, m="{outcome: score, exposure: age}")
    keys = drawn(psu) | {"weight": np.where(np.arange(80) < 9, 0.0, 1.0)}
    (found,) = fit(people(made, made_up(80), **keys), made).models
    assert found.results.get(Key("model", "m", "age", "", "adjustment=unadjusted", "n")) == 80 - 9
    assert found.results.get(Key("model", "m", "weight", "a weight of zero", "All", "missing")) == 9
    assert found.fitted[0].coefficients.rows == 80 - 9


@pytest.mark.parametrize("first", [3, 5, 6])
def test_two_clusters_give_a_difference_and_no_interval(study: MakeStudy, people: MakePeople, first: int) -> None:
    arm = np.where(np.arange(13) < first, "Usual", "Peer")
    made, table = study(NESTED, m="{outcome: score, exposure: arm}"), made_up(13, arm=arm)
    (found,) = fit(people(made, table, cluster=arm), made).models
    key = Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "estimate")
    means = table.groupby("arm")["score"].mean()
    assert found.results.get(key) == pytest.approx(means["Peer"] - means["Usual"])
    for statistic in ("std_error", "df", "ci_low", "ci_high", "p"):
        assert np.isnan(found.results.get(key._replace(statistic=statistic)))
    assert found.remarks[0].template == (
        "Too few clusters (programme) have Peer ({u0}) and Usual ({u1}): "
        "how they differ can't be known, so no interval."
    )
    decimals = found.results.frame.query("statistic == 'estimate'")["decimals"]
    assert decimals.tolist() == [2]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_level_in_one_of_six_clusters_has_none_adjusted_either(
    study: MakeStudy, people: MakePeople, seed: int
) -> None:
    sizes = np.random.default_rng(seed).integers(3, 17, 6)
    cluster = np.repeat(list("abcdef"), sizes)
    site = np.repeat(["North", "South", "West", "West", "West", "West"], sizes)
    made = study(NESTED, m="{outcome: score, exposure: site, adjust: [age]}")
    (found,) = fit(people(made, made_up(len(site), site=site), cluster=cluster), made).models
    for group in ("adjustment=unadjusted", "adjustment=adjusted"):
        key = Key("model", "m", "site", "South", group, "p")
        assert np.isnan(found.results.get(key))
        west = key._replace(level="West")  # against the one of North, which is taken for known
        assert np.isnan(found.results.get(west))
        assert np.isfinite(found.results.get(west._replace(statistic="ci_low")))
    said = [s.template for s in found.remarks]
    assert said[0].startswith("Too few clusters (programme) have South ({u0}) and North ({u1}):")
    assert said[1] == (
        "Unreliable: too few clusters (programme) have North ({u0}): how they differ there can't be known."
    )
    assert [found.results.get(key) for key in found.remarks[0].keys.values()] == [1, 1]


def test_one_cluster_against_five_is_unreliable(study: MakeStudy, people: MakePeople) -> None:
    cluster = np.arange(36) % 6
    made = study(NESTED, m="{outcome: score, exposure: arm}")
    table = made_up(36, arm=np.where(cluster == 0, "Usual", "Peer"))
    (found,) = fit(people(made, table, cluster=cluster.astype(str)), made).models
    said = [s.template for s in found.remarks]
    assert said[0] == (
        "Unreliable: too few clusters (programme) have Usual ({u0}): how they differ there can't be known."
    )
    df = found.results.get(Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "df"))
    assert df == pytest.approx(5 - 1)
    assert not any("fewer than 4" in s for s in said)  # 4 less a rounding error is 4


def test_boxes_alone_are_differences_of_two_means(study: MakeStudy, people: MakePeople) -> None:
    talk, visits = np.arange(40) % 3 > 0, np.arange(40) % 4 > 1
    visits = visits | (np.arange(40) < 9)
    table = made_up(40, **{"kinds=Talk": talk * 1.0, "kinds=Visits": visits * 1.0})
    made = study(m="{outcome: score, exposure: kinds}")
    (found,) = fit(people(made, table), made).models
    for level, here in (("Talk", talk), ("Visits", visits)):
        key = Key("model", "m", "kinds", level, "adjustment=unadjusted", "estimate")
        expected = table["score"][here].mean() - table["score"][~here].mean()
        assert found.results.get(key) == pytest.approx(expected)
        assert found.results.get(key._replace(statistic="df")) == 40 - 2


def test_small_units_keep_two_digits(study: MakeStudy, people: MakePeople) -> None:
    rng = np.random.default_rng(1)
    kroner = rng.integers(100_000, 900_000, 200).astype(float)
    well = np.where(rng.random(200) < 1 / (1 + np.exp(-(kroner - 5e5) / 2e5)), "Well", "Unwell")
    table = made_up(200, age=kroner, score=3 + kroner * 2e-6 + rng.normal(0, 0.3, 200), well=well)
    made = study(m="{outcome: score, exposure: age}", o="{outcome: well, exposure: age, effect: odds ratio}")
    for found in fit(people(made, table), made).models:
        own = found.results.frame["group"].eq("adjustment=unadjusted")
        frame = found.results.frame[own].set_index("statistic")
        null = 1 if found.name == "o" else 0
        for statistic in ("estimate", "ci_low", "ci_high"):
            row = frame.loc[statistic]
            assert round(row["value"], int(row["decimals"])) != null
            assert abs(row["value"] - null) * 10 ** row["decimals"] >= 10  # two digits


def test_an_impossible_risk_difference_is_told(study: MakeStudy, people: MakePeople) -> None:
    table = made_up(6, arm=["Usual"] * 3 + ["Peer"] * 3, well=["Well", "Well", "Unwell", "Well", "Unwell", "Unwell"])
    made = study(m="{outcome: well, exposure: arm}")
    (found,) = fit(people(made, table), made).models
    assert found.results.get(Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "ci_low")) < -1
    assert any("beyond a risk difference" in s.template for s in found.remarks)
    assert any(s.template.endswith("behind the model's only coefficient.") for s in found.remarks)


def test_one_wave_has_hc3_in_words_too(study: MakeStudy) -> None:
    waves = ("{file: made-up.csv, id: person}", "{file: made-up.csv, id: person, wave: w, waves: {1: One, 2: Two}}")
    made = study(
        "{kind: cohort}", waves, m="{outcome: score, exposure: age, wave: 2}", all="{outcome: score, exposure: age}"
    )
    assert methods(made, "m")[1].template.endswith(
        "with heteroskedasticity-consistent standard errors (HC3). Where Age has two values and fewer than 5 people "
        "are on one side of a comparison, and a quarter of all or less, no P value is told, because such intervals can "
        "be too narrow."
    )
    assert "CR2" in methods(made, "all")[1].template


CHAIN = """
title: Made up
data:
  index: {file: a.csv, id: pid}
  referred: {file: b.csv, id: rid, parent: {index: pid}}
  visits: {file: c.csv, id: vid, parent: {referred: rid}}
design: {kind: cluster trial, cluster: pid, arm: arm}
variables:
  arm: {in: index, codes: {a: Usual, b: Peer}}
  well: {in: visits, codes: {y: Well, n: Unwell}}
models: {m: {of: visits, outcome: well, exposure: arm}}
release: {rule: journal}
"""


@pytest.mark.parametrize("lost", [0, 2])
def test_the_arm_two_tables_up_counts_who_has_no_row(people: MakePeople, lost: int) -> None:
    made = parse_study(CHAIN, "studies/made_up.yaml")
    arms = ["Usual"] * 8 + ["Peer"] * 8
    index = pd.DataFrame({"arm": arms}, index=[f"i:{i}" for i in range(16)])
    referred = pd.DataFrame({"arm": arms}, index=[f"r:{i}" for i in range(16)])
    who = [i for i in range(lost, 16) for _ in range(3)]  # the first ``lost`` were referred and never came
    visits = pd.DataFrame(
        {"arm": [arms[i] for i in who], "well": [["Well", "Unwell"][(j // 2) % 2] for j in range(len(who))]},
        index=[f"v:{j}" for j in range(len(who))],
    )
    held = people(
        made, visits, main="visits", cluster=[f"p{i}" for i in who], also={"index": index, "referred": referred},
        also_keys={"referred": {"parent.index": [f"p{i}" for i in range(16)]}},
        **{"parent.referred": [f"p{i}" for i in who]},
    )  # fmt: skip
    (found,) = fit(held, made).models
    assert found.results.get(Key("model", "m", "without rows", "Usual", "All", "n")) == lost
    assert found.results.get(Key("model", "m", "without rows", "Peer", "All", "denominator")) == 8
    said = [s.template for s in found.remarks]
    assert any("not formed by chance alone" in s for s in said) == (lost > 0)
    assert ("The rows of 'visits' are counted per row of 'index'." in said) == (lost == 0)


@pytest.mark.parametrize(("df", "places"), [(3.9, None), (3.96, 2), (3.999, 3), (1.0, None)])
def test_fewer_than_four_is_never_printed_as_four(df: float, places: int | None) -> None:
    assert df_places(df) == places
