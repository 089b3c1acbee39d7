"""Where intervals hold what they say: looked up in what was simulated, never to look better than it is."""

from __future__ import annotations

from itertools import product

import pytest

from pipeline.models import domain
from pipeline.models.domain import Condition, Standing, measured, standing

TABLE = (
    Condition("one", "within", 7, 60, 0.2, 91.0),
    Condition("one", "within", 7, 210, 0.2, 96.0),
    Condition("one", "within", 20, 60, 0.05, 95.5),
    Condition("one", "within", 20, 600, 0.2, 92.5),
    Condition("one", "within", 40, 120, 0.2, 95.0),
    Condition("one", "between", 7, 60, 0.2, 89.9),
    Condition("one", "between", 20, 60, 0.2, 98.0),
    Condition("one", "people", 0, 30, 0.0, 88.0),
    Condition("one", "people", 0, 120, 0.0, 95.0),
)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "measured", lambda: TABLE)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("kind", "clusters", "rows", "coverage"),
    [
        ("within", 7, 60, 91.0),  # whichever number of people
        ("within", 19, 5000, 91.0),  # the nearest that is not larger
        ("within", 20, 60, 92.5),  # the worst there
        ("within", 40, 119, 92.5),  # too few people for what was simulated with 40 clusters
        ("within", 40, 120, 95.0),
        ("within", 900, 120, 95.0),
        ("within", 6, 5000, None),
        ("within", 40, 59, None),
        ("between", 7, 60, 89.9),
        ("between", 25, 60, 98.0),
        ("people", 0, 29, None),
        ("people", 0, 119, 88.0),
        ("people", 0, 120, 95.0),
    ],
)
def test_a_model_is_held_against_the_worst_that_is_no_easier(
    kind: domain.Kind, clusters: int, rows: int, coverage: float | None
) -> None:
    found = standing("one", kind, clusters, rows)
    assert found is not None and found.coverage == coverage


@pytest.mark.usefixtures("table")
def test_what_was_not_simulated_is_not_judged() -> None:
    assert standing("another", "within", 40, 500) is None
    assert standing("one", "within", 7, 60) != standing("one", "between", 7, 60)


@pytest.mark.usefixtures("table")
def test_smaller_than_all_that_was_simulated_has_no_p_where_the_smallest_has_none() -> None:
    few, fine = standing("one", "between", 3, 60), standing("one", "within", 3, 60)
    assert few is not None and not few.has_p and not few.within
    assert fine is not None and fine.has_p and not fine.within


@pytest.mark.parametrize(
    ("coverage", "within", "has_p"),
    [(95, True, True), (93, True, True), (97, True, True), (92.95, False, True), (97.05, False, True),
     (90, False, True), (89.95, False, False)],
)  # fmt: skip
def test_the_band_and_where_p_ends(coverage: float, within: bool, has_p: bool) -> None:
    assert (Standing(coverage, coverage).within, Standing(coverage, coverage).has_p) == (within, has_p)


def test_fewer_clusters_or_people_never_look_better() -> None:
    """Over the committed table: coverage, and whether there is a P value at all."""
    kinds = {(line.estimator, line.exposure) for line in measured()}
    clusters, rows = (0, 2, 4, 5, 7, 9, 10, 20, 39, 40, 1000), (10, 29, 30, 59, 60, 119, 120, 600, 5000)
    for name, kind in kinds:
        found = {(c, r): standing(name, kind, c, r) for c, r in product(clusters, rows)}  # type: ignore[arg-type]
        for (c, r), (more_c, more_r) in product(found, found):
            few, many = found[c, r], found[more_c, more_r]
            if c <= more_c and r <= more_r and few is not None and many is not None:
                assert few.least <= many.least and (not few.has_p or many.has_p)
                assert few.coverage is None or (many.coverage is not None and few.coverage <= many.coverage)


def test_the_table_is_whole() -> None:
    lines = measured()
    assert len({line[:5] for line in lines}) == len(lines)
    assert all(0 <= line.coverage <= 100 for line in lines)
    assert {line.exposure for line in lines} == {"within", "between", "people"}
