"""A model without each cluster: refits by hand, clusters that may not be named, blocks whose cells are large enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import People
from pipeline.disclosure.release import rule_for
from pipeline.models.declared import Declared, Term
from pipeline.models.domain import Standing
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.frame import Frame
from pipeline.models.leave_one_out import blocks, smallest
from pipeline.results import Key
from pipeline.study import Release, Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
OF_SITES = "{kind: cohort, cluster: site}"
SITES = ("North", "South", "West")
MANY = ("North", "South", "West", "East", "Isle", "Hill", "Dale", "Moor")


def named(sites: tuple[str, ...]) -> tuple[str, str]:
    """The head's three sites -> these."""
    codes = ", ".join(f"s{i}: {name}" for i, name in enumerate(sites))
    return "codes: {p: North, q: South, r: West}", f"codes: {{{codes}}}"


def rows(n: int = 120, seed: int = 1, sites: tuple[str, ...] = SITES) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    made = pd.DataFrame({"site": np.array(sites)[np.arange(n) % len(sites)], "age": rng.normal(50, 9, n)})
    made["arm"] = np.where(rng.random(n) < 0.5, "Peer", "Usual")
    made["score"] = rng.normal(size=n) + (made["arm"] == "Peer") * (made["site"] != "West") * 0.5
    made["well"] = np.where(rng.random(n) < 0.4 + 0.2 * (made["arm"] == "Peer"), "Well", "Unwell")
    return made


def told(found: Modelled, level: str = "Peer", part: str = "adjusted") -> dict[str, dict[str, float]]:
    """Names of what is left out -> statistic -> value."""
    made: dict[str, dict[str, float]] = {}
    for key, value in found.results.lookup().items():
        if key[3] == level and key[4].startswith(f"adjustment={part};without="):
            made.setdefault(key[4].partition(";without=")[2], {})[key[5]] = value
    return made


@pytest.mark.parametrize(
    "spec",
    [
        "{outcome: score, exposure: arm, adjust: [age]}",
        "{outcome: well, event: Well, exposure: arm, adjust: [age], effect: odds ratio}",
        "{outcome: well, event: Well, exposure: arm, adjust: [age], effect: risk ratio}",
    ],
)
def test_each_is_the_model_of_the_rows_that_remain(study: MakeStudy, people: MakePeople, spec: str) -> None:
    made, table = study(OF_SITES, swap=named(MANY), m=spec), rows(480, sites=MANY)
    (whole,) = fit(people(made, table, cluster=list(table["site"])), made).models
    found = told(whole)
    assert list(found) == sorted(MANY)
    for site in SITES:
        rest = table[table["site"] != site].reset_index(drop=True)
        (alone,) = fit(people(made, rest, cluster=list(rest["site"])), made).models
        for statistic in ("estimate", "ci_low", "ci_high"):
            key = Key("model", "m", "arm", "Peer", "adjustment=adjusted", statistic)
            assert np.isfinite(found[site][statistic])
            assert found[site][statistic] == pytest.approx(alone.results.get(key), rel=1e-9)


NOT_NAMED = [
    ("{kind: cohort, cluster: programme}", ("", ""), "programme"),  # a text: whatever stands in it may be a name
    ("{kind: cohort, cluster: site}", ("site: {", "site: {sensitive: true, "), "site"),
    ("{kind: cohort, cluster: born, second_cluster: site}", ("", ""), "site"),  # supporters
    ("{kind: cohort}", ("", ""), "person"),
]


@pytest.mark.parametrize(("design", "swap", "cluster"), NOT_NAMED)
def test_clusters_that_are_not_declared_by_name_are_neither_named_nor_left_out(
    study: MakeStudy, people: MakePeople, design: str, swap: tuple[str, str], cluster: str
) -> None:
    spec = f"{{outcome: score, exposure: arm{f', cluster: {cluster}' if 'second' in design else ''}}}"
    made, table = study(design, swap=swap, m=spec), rows()
    table["programme"] = table["site"]
    keys = {"id": [f"p{i % 40}" for i in range(120)]} if cluster == "person" else {"cluster": list(table["site"])}
    (found,) = fit(people(made, table, **keys), made).models
    assert not found.results.frame["group"].str.contains("without").any()


def test_small_ones_are_left_out_together(study: MakeStudy, people: MakePeople) -> None:
    five = "codes: {p: North, q: South, r: West, s: East, t: Isle}"
    made = study(OF_SITES, swap=("codes: {p: North, q: South, r: West}", five),
                 m="{outcome: well, event: Well, exposure: arm, effect: odds ratio}")  # fmt: skip
    table = pd.concat([rows(180), rows(12, 3).assign(site="Isle"), rows(60, 4).assign(site="East")], ignore_index=True)
    (found,) = fit(people(made, table, cluster=list(table["site"])), made).models
    assert list(told(found, part="unadjusted")) == ["East + Isle", "North", "South", "West"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 14)] * 4), min_size=3, max_size=7))
def test_every_sum_of_blocks_has_cells_of_nobody_or_of_enough(cells: list[tuple[int, ...]]) -> None:
    """Whatever is subtracted from whatever: blocks and what remains are unions of blocks."""
    made, held = _framed(cells)
    found = blocks(made, held, np.arange(len(cells)), 5)
    assert sorted(code for block in found for code in block) == (list(range(len(cells))) if found else [])
    assert not found or len(found) >= 3
    sums = [np.sum([cells[code] for code in block], axis=0) for block in found]
    for chosen in range(1, 2 ** len(sums)):
        union = np.sum([one for i, one in enumerate(sums) if chosen >> i & 1], axis=0)
        assert not ((union > 0) & (union < 5)).any()


def _framed(cells: list[tuple[int, ...]]) -> tuple[Declared, Frame]:
    """Peers with the event and without it, others likewise, of each cluster."""
    terms = Term("well", "Well", "category", ("Unwell",), "Well"), Term("arm", "Arm", "category", ("Peer",), "Usual")
    model = Declared(
        name="m", title="", table="people", outcome=terms[0], event="Well", exposure=terms[1], adjust=(), mediator=None,
        effect="odds ratio", wave="", cluster="site", survey=False, randomised=False,
    )  # fmt: skip
    of = [(peer, well, i) for i, own in enumerate(cells)
          for (peer, well), n in zip([(1, 1), (1, 0), (0, 1), (0, 0)], own, strict=True) for _ in range(n)]  # fmt: skip
    peer, well, cluster = np.array(of, dtype=np.int64).reshape(-1, 3).T
    every = np.ones(len(of), dtype=bool)
    held = Frame(
        y=well.astype(float), exposure=pd.DataFrame({"arm=Peer": peer * 1.0}), adjust=pd.DataFrame(), mediator=None,
        population=every, used=every, cluster=cluster, grouped="site", design=None,
        person=np.arange(len(of)), missing=(),
    )  # fmt: skip
    return model, held


def test_the_least_count_is_the_rules_own() -> None:
    """The door knows more than this room; what is withheld must not be less."""
    for rule in get_args(Release.model_fields["rule"].annotation):
        release = Release(rule=rule, below=7, because="public-use file")
        known = rule_for(release)
        if known is None:
            assert smallest(release) == 1
        else:
            assert smallest(release) == (None if known.rounded else known.smallest)


def test_a_cluster_without_which_there_is_no_answer_has_none(study: MakeStudy, people: MakePeople) -> None:
    made, table = study(OF_SITES, m="{outcome: score, exposure: arm}"), rows()
    table["arm"] = np.where((table["site"] == "West") & (np.arange(120) < 90), "Peer", "Usual")
    (found,) = fit(people(made, table, cluster=list(table["site"])), made).models
    assert np.isnan(told(found, part="unadjusted")["West"]["estimate"])
    assert np.isfinite(told(found, part="unadjusted")["North"]["estimate"])


def whole_sites(n: int = 400) -> pd.DataFrame:
    """Two sites of peers against four without: without a peers' one, one is left."""
    table = rows(n, sites=MANY[:6])
    table["arm"] = np.where(table["site"].isin(MANY[:2]), "Peer", "Usual")
    table["score"] += table["site"].map({name: 0.5 * at for at, name in enumerate(MANY)})
    return table


def finite(found: dict[str, dict[str, float]], statistic: str) -> set[str]:
    return {name for name, values in found.items() if np.isfinite(values[statistic])}


@pytest.mark.parametrize(
    "spec",
    [
        "{outcome: score, exposure: arm, adjust: [age], clustering: mixed}",  # 4 degrees of freedom remain
        "{outcome: score, exposure: arm, adjust: [age]}",
        "{outcome: well, event: Well, exposure: arm, adjust: [age], effect: odds ratio}",
    ],
)
def test_a_side_left_in_one_cluster_has_an_estimate_and_no_interval(
    study: MakeStudy, people: MakePeople, spec: str
) -> None:
    """What is left of 2 against 4 is 1 against 4: its CR2 interval would be a quarter as wide, and hold the truth in
    77 to 79 of 100."""
    made, table = study(OF_SITES, swap=named(MANY[:6]), m=spec), whole_sites()
    (whole,) = fit(people(made, table, cluster=list(table["site"])), made).models
    found = told(whole)
    assert finite(found, "estimate") == set(MANY[:6])
    for end in ("ci_low", "ci_high"):
        assert not finite(found, end) & set(MANY[:2])
    rest = table[table["site"] != "North"].reset_index(drop=True)
    (alone,) = fit(people(made, rest, cluster=list(rest["site"])), made).models
    key = Key("model", "m", "arm", "Peer", "adjustment=adjusted", "estimate")
    assert found["North"]["estimate"] == pytest.approx(alone.results.get(key), rel=1e-9)


def test_few_degrees_of_freedom_leave_no_interval(study: MakeStudy, people: MakePeople) -> None:
    """Both arms in all sites: of four without one, CR2 has 2 degrees of freedom or so, and of seven more than 4."""
    for sites, have in ((MANY[:4], set()), (MANY, set(MANY))):
        made, table = study(OF_SITES, swap=named(sites), m="{outcome: score, exposure: arm}"), rows(480, sites=sites)
        (whole,) = fit(people(made, table, cluster=list(table["site"])), made).models
        found = told(whole, part="unadjusted")
        assert finite(found, "estimate") == set(sites)
        assert finite(found, "ci_low") == finite(found, "ci_high") == have


def test_a_refit_that_would_have_no_p_has_no_interval(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, table = study(OF_SITES, swap=named(MANY), m="{outcome: score, exposure: arm}"), rows(320, sites=MANY)
    monkeypatch.setattr("pipeline.models.leave_one_out.standing_of", lambda *_: Standing(89.0, 89.0))
    (whole,) = fit(people(made, table, cluster=list(table["site"])), made).models
    assert finite(told(whole, part="unadjusted"), "estimate") == set(MANY)
    assert not finite(told(whole, part="unadjusted"), "ci_low")


@pytest.mark.parametrize(("many", "refits"), [(5, 0), (6, 6)])
def test_a_mixed_model_is_refitted_where_five_clusters_are_left(
    study: MakeStudy, people: MakePeople, many: int, refits: int
) -> None:
    spec, sites = "{outcome: score, exposure: arm, clustering: mixed}", MANY[:many]
    made, table = study(OF_SITES, swap=named(sites), m=spec), rows(360, sites=sites)
    (whole,) = fit(people(made, table, cluster=list(table["site"])), made).models
    found = told(whole, part="unadjusted")
    assert len(found) == refits and finite(found, "estimate") == set(found)
    assert any("With 6 to 40 clusters" in line.template for line in whole.methods)
