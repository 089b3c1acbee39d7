"""Alarms ring for what is wrong and many people have, and for nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.instruments.alarms import alarms, hurried, repeated
from pipeline.instruments.registry import rule
from pipeline.study import Scale

MOOD = {"items": [f"i{j}" for j in range(1, 7)], "range": "0-3", "score": "sum", "max_missing": 0, "label": "Mood"}


def found(of, alphas=(0.8,), **more):
    return [s.template for s in alarms(rule("mood", Scale(**{**MOOD, **more})), of, list(alphas))]


def answers(people=100, low=0, high=3, items=6, seed=1):
    drawn = np.random.default_rng(seed).integers(low, high + 1, (people, items))
    drawn[:, 0] = np.where(drawn[:, 0] == drawn[:, 1], (drawn[:, 0] - low + 1) % (high - low + 1) + low, drawn[:, 0])
    return pd.DataFrame(drawn.astype(float), columns=[f"i{j}" for j in range(1, items + 1)])


def test_honest_answers_ring_nothing():
    assert found(answers()) == []
    assert list(repeated(answers(items=18), "people")) == []


def test_alpha_below_zero_and_alpha_that_is_too_high():
    assert found(answers(), [0.7, -0.1]) == [
        "Mood: alpha is below zero, so that items speak against each other. Is one to be reversed, or was one reversed "
        "twice?"
    ]
    assert found(answers(), [0.96]) == [
        "Mood: alpha is so high that items may ask one thing in several words, or be copies."
    ]
    assert found(answers(), [0.95, 0.0, float("nan")]) == []


@pytest.mark.parametrize(
    ("people", "answer", "reverse", "rings"),
    [
        (10, 1, [], True),
        (9, 1, [], False),
        (10, 0, [], False),
        (10, 3, [], False),
        (10, 0, ["i2"], True),
        (10, 3, ["i2"], True),
    ],
)
def test_one_answer_to_every_item(people, answer, reverse, rings):
    items = answers()
    items.iloc[:people] = answer
    said = found(items, reverse=reverse)
    assert bool(said) == rings
    if rings:
        why = "though some are worded the other way round" if reverse else "and none that is an end of the range"
        assert said == [
            f"Mood: many gave one and the same answer to every item, {why}. They may not have read them."
        ]


def test_the_middle_answer_fits_items_of_either_direction():
    items = answers(high=4)
    items.iloc[:30] = 2
    assert found(items, range="0-4", reverse=["i2"]) == []
    assert len(found(items, range="0-4")) == 1


def test_many_people_need_a_larger_number_of_lines():
    items = answers(people=1000)
    items.iloc[:49] = 1
    assert found(items) == []
    items.iloc[:51] = 1
    assert len(found(items)) == 1


def test_three_items_alike_are_no_line():
    items = answers(items=3)
    items[:] = 1
    items.iloc[0], items.iloc[1] = 0, 3
    assert found(items, items=["i1", "i2", "i3"]) == []


def test_answers_from_another_base():
    below = "Do its codes begin at another number than the range says, or does the range belong to another form?"
    assert found(answers(low=1, high=4), range="0-4") == [f"Mood: nobody gave the lowest answer to any item. {below}"]
    assert found(answers(), range="0-4") == [f"Mood: nobody gave the highest answer to any item. {below}"]
    assert found(answers(low=1), range="0-4") == [
        f"Mood: nobody gave the lowest or the highest answer to any item. {below}"
    ]
    assert found(answers(people=49), range="0-4") == []


def test_copies_ring_and_straight_lines_are_no_copies():
    items = answers(people=200, items=15)
    assert list(repeated(items, "people")) == []
    lines = items.copy()
    lines.iloc[:80] = 0
    assert list(repeated(lines, "people")) == []
    items.iloc[10:20] = items.iloc[:10].to_numpy()
    assert [s.template for s in repeated(items, "people")] == [
        "people: many share the very same answers to every item of every scale with somebody else. Rows may be copies, "
        "or filled in by a program."
    ]
    assert list(repeated(items.iloc[:, :14], "people")) == []


def test_a_gap_takes_a_person_out_of_every_alarm():
    items = answers()
    items.iloc[:20] = 1
    items.iloc[:20, 5] = np.nan
    assert found(items) == []


@pytest.mark.parametrize("words", [
    {"instrument": "osss-3", "items": ["i1", "i2", "i3"]},  # items with several ranges
    {"instrument": "k6", "items": [f"i{n}" for n in range(1, 7)], "reversed_at_source": ["i1"]},
])  # fmt: skip
def test_one_code_that_is_not_one_answer_is_no_straight_line(words: dict[str, object]) -> None:
    found = rule("s", Scale.model_validate(words))
    items = pd.DataFrame({item: np.tile([0.0, 1, 2, 2, 2, 4], 20) for item in found.items})
    assert list(alarms(found, items, [])) == []


@pytest.mark.parametrize(("fast", "seconds", "rings"), [(10, 35.9, True), (9, 35.9, False), (10, 36.0, False)])
def test_haste_is_less_than_two_seconds_for_each_item_that_was_answered(fast, seconds, rings):
    """Eighteen items: 36 seconds. Who answered four in no time may have stopped there."""
    took, items = pd.Series(300.0, index=range(100)), answers(items=18)
    took[:fast] = seconds
    took[90:] = 1.0
    items.iloc[90:, 4:] = np.nan
    took[80] = np.nan
    said = [s.template for s in hurried(items, took, "people {1}")]
    assert said == [
        "people {{1}}: many answered in less than two seconds for each item of the scales, which is too little time to "
        "read them."
    ] * rings


def test_haste_must_be_that_of_many():
    took = pd.Series(300.0, index=range(1000))
    took[:49] = 1.0
    assert not list(hurried(answers(1000, items=18), took, "people"))
    took[:50] = 1.0
    assert list(hurried(answers(1000, items=18), took, "people"))
