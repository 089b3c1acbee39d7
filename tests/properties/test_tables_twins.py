"""The vectorised counting beside a slow and obvious twin: loops over people, one number at a time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import People
from pipeline.results import Results
from pipeline.study import parse_study
from pipeline.tables.participants import participants

LEVELS, PLACES, BOXES = ("A", "B", "C"), ("x", "y"), ("p", "q", "r")
BANDS = ((float("-inf"), 0, "<0"), (0, 10, "0-10"), (11, float("inf"), "11+"))
STUDY = parse_study(
    """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cohort}
variables:
  arm: {codes: {a: A, b: B, c: C}}
  place: {codes: {x: x, y: y}}
  number: {type: number, bands: ["<0", 0-10, 11+]}
  boxes: {type: choices, codes: {1: p, 2: q, 3: r}}
tables:
  t: {rows: [place, number, boxes], columns: arm}
release: {rule: journal}
""",
    "studies/made_up.yaml",
)
WHY = st.sampled_from(["no answer", "", "not asked", "not applicable"])
PERSON = st.fixed_dictionaries({
    "inside": st.sampled_from([True, True, True, False]),
    "arm": st.one_of(st.none(), st.sampled_from(LEVELS)), "arm why": WHY,
    "place": st.one_of(st.none(), st.sampled_from(PLACES)), "place why": WHY,
    "number": st.one_of(st.none(), st.integers(-3, 20), st.sampled_from([0.5, 10.5, -0.25])), "number why": WHY,
    "boxes": st.one_of(st.none(), st.sets(st.sampled_from(BOXES))), "boxes why": WHY,
})  # fmt: skip
Twin = dict[tuple[str, str, str, str], float]


def ticks(rows: list[dict], box: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([np.nan if r["boxes"] is None else float(box in r["boxes"]) for r in rows], dtype=float)


def people_of(rows: list[dict]) -> People:  # type: ignore[type-arg]
    frame = pd.DataFrame({
        "arm": pd.Categorical([r["arm"] for r in rows], categories=LEVELS),
        "place": pd.Categorical([r["place"] for r in rows], categories=PLACES),
        "number": np.array([np.nan if r["number"] is None else r["number"] for r in rows], dtype=float),
        **{f"boxes={box}": ticks(rows, box) for box in BOXES},
    })  # fmt: skip
    reasons = pd.DataFrame(
        {v: pd.Series([r[f"{v} why"] for r in rows], dtype="str") for v in ("arm", "place", "number", "boxes")}
    )
    keys = pd.DataFrame({"id": [str(i) for i in range(len(rows))], "wave": ""}, index=frame.index)
    inside = pd.Series([r["inside"] for r in rows], dtype=bool)
    return People({"people": frame}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))


def without(row: dict, variable: str) -> str:  # type: ignore[type-arg]
    """Why there is no value, in a table's words."""
    return {"not asked": "Not asked", "not applicable": "Not applicable"}.get(row[f"{variable} why"], "Missing")


def type7(values: list[float], p: float) -> float:
    """Hyndman & Fan 1996, definition 7, from the sorted values."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * p
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def twin(rows: list[dict]) -> Twin:  # type: ignore[type-arg]
    inside = [r for r in rows if r["inside"]]
    groups = {"All": inside}
    for row in inside:
        groups.setdefault(f"arm={row['arm'] or without(row, 'arm')}", []).append(row)
    for level in LEVELS:
        groups.setdefault(f"arm={level}", [])
    found: Twin = {}
    for group, here in groups.items():
        found["", "", group, "n"] = len(here)
        for variable in ("place", "number", "boxes"):
            answered = [r[variable] for r in here if r[variable] is not None]
            found[variable, "", group, "denominator"] = len(answered)
            for level, n in counted(variable, answered).items():
                found[variable, level, group, "n"] = n
                found[variable, level, group, "denominator"] = len(answered)
                found[variable, level, group, "percent"] = 100 * n / len(answered) if answered else math.nan
            for word in ("Missing", "Not asked", "Not applicable"):
                if any(r[variable] is None and without(r, variable) == word for r in inside):
                    found[variable, word, group, "n"] = sum(
                        r[variable] is None and without(r, variable) == word for r in here
                    )
            if variable == "number":
                found |= {("number", "", group, s): v for s, v in moments(answered).items()}
    outside = any(
        v is not None and not any(low <= v <= high for low, high, _ in BANDS[1:]) and v >= 0
        for v in (r["number"] for r in inside)
    )
    return found if outside else {k: v for k, v in found.items() if k[1] != "In no band"}


def counted(variable: str, answered: list) -> dict[str, int]:  # type: ignore[type-arg]
    if variable == "place":
        return {level: sum(a == level for a in answered) for level in PLACES}
    if variable == "boxes":
        return {box: sum(box in a for a in answered) for box in BOXES}
    counts = {label: sum(low <= a <= high and (label != "<0" or a < 0) for a in answered) for low, high, label in BANDS}
    return {**counts, "0-10": sum(0 <= a <= 10 for a in answered), "In no band": sum(10 < a < 11 for a in answered)}


def moments(values: list[float]) -> dict[str, float]:
    n = len(values)
    if n == 0:
        return dict.fromkeys(("mean", "sd", "median", "q1", "q3"), math.nan)
    mean = sum(values) / n
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)) if n > 1 else math.nan
    return {"mean": mean, "sd": sd, "median": type7(values, 0.5), "q1": type7(values, 0.25), "q3": type7(values, 0.75)}


@settings(max_examples=40, deadline=None)
@given(st.lists(PERSON, max_size=25))
def test_every_number_is_what_counting_by_hand_gives(rows: list[dict]) -> None:  # type: ignore[type-arg]
    frame = participants(people_of(rows), STUDY, "t").results.frame
    assert set(frame["kind"] + "/" + frame["name"]) == {"participants/t"}
    found = {
        k[2:]: v for k, v in zip(frame.iloc[:, :6].itertuples(index=False, name=None), frame["value"], strict=True)
    }
    expected = twin(rows)
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), key


@settings(max_examples=20, deadline=None)
@given(st.lists(PERSON, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(rows: list[dict], random) -> None:  # type: ignore[no-untyped-def, type-arg]
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (participants(people_of(r), STUDY, "t").results.frame for r in (rows, shuffled))
    assert one.iloc[:, :6].equals(other.iloc[:, :6])
    np.testing.assert_allclose(one["value"], other["value"], rtol=1e-12, atol=1e-12)
