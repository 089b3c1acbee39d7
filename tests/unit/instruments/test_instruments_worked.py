"""Every worked value of the published instruments: answers in, score out, and what a wrong script would have made."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipeline.instruments import card, registry, rule
from pipeline.instruments.alarms import against
from pipeline.instruments.reliability import reliability
from pipeline.instruments.scores import scale_score, scored_items
from pipeline.study import Scale

NAN = math.nan


def scored(answers: list[float], **words: object) -> float:
    """The score of one person who gave these answers."""
    value, _ = scale_score(*ruled(answers, **words))
    return float(value.iloc[0])


def ruled(answers: list[float], **words: object):
    items = [f"i{n + 1}" for n in range(len(answers))]
    found = rule("s", Scale.model_validate({"items": items, **words}))
    return pd.DataFrame([answers], columns=items, dtype=float), found


def band(answers: list[float], **words: object) -> str:
    _, found = ruled(answers, **words)
    value = scored(answers, **words)
    (label,) = [label for label, interval in found.bands.items() if value in interval]
    return label


ALL_ALIKE = [
    ("ucla-20", 2, 49), ("ucla-20", 1, 47), ("djg-6", 2, 6), ("djg-11", 2, 11), ("lsns-6", 2, 12), ("mspss", 4, 4),
    ("mos-sss", 3, 50), ("mos-sss-8", 3, 50), ("isel-12", 3, 18), ("k10", 2, 20), ("ces-d-20", 0, 12),
    ("ces-d-10", 0, 6), ("epds", 0, 21), ("who-5", 3, 60), ("rses", 3, 15), ("pss-10", 0, 16), ("pss-4", 0, 8),
    ("ras-24", 3, 72), ("paid", 2, 50), ("ucla-3", 2, 6), ("gse", 4, 40), ("k6", 2, 12), ("gad-7", 3, 21),
    ("hiv-stigma-12", 2, 24), ("hiv-stigma-40", 1, 38 + 2 * 4), ("wai-sr", 5, 60),
    ("dufss", 4, 32),
]  # fmt: skip


@pytest.mark.parametrize(("key", "answer", "expected"), ALL_ALIKE)
def test_everyone_who_answers_all_items_alike_scores(key, answer, expected):
    assert scored([answer] * card(key).items, instrument=key) == pytest.approx(expected, abs=1e-12)


def test_phq9_total_and_algorithm_where_item_nine_counts_at_one():
    answers = [2, 2, 2, 2, 1, 0, 0, 0, 1]
    major = {"instrument": "phq-9", "algorithm": "major depressive syndrome"}
    other = {"instrument": "phq-9", "algorithm": "other depressive syndrome"}
    assert scored(answers, instrument="phq-9") == 10
    assert (scored(answers, **major), scored(answers, **other)) == (1, 0)
    assert scored([2, 2, 2, 2, 1, 0, 0, 0, 0], **major) == 0  # four symptoms
    assert scored([2, 2, 2, 2, 1, 0, 0, 0, 0], **other) == 1
    assert scored([1, 1, 2, 2, 2, 2, 2, 2, 3], **major) == 0  # seven, and neither of the first two
    assert scored([0, 3, 0, 0, 0, 0, 0, 0, 0], **other) == 0  # one alone
    assert math.isnan(scored([3] * 8 + [NAN], **major))  # the missing one might have counted


def test_phq9_bands_are_of_the_unrounded_prorated_score():
    eight = [1, 0, 1, 0, 1, 0, 1, 0, NAN]
    assert scored(eight, instrument="phq-9") == 4.5
    assert band(eight, instrument="phq-9") == "Minimal"  # rounded it would be 5: Mild
    eight = [2, 2, 2, 2, 2, 1, 1, 1, NAN]
    assert scored(eight, instrument="phq-9") == 14.625
    assert band(eight, instrument="phq-9") == "Moderate"  # rounded it would be 15
    assert math.isnan(scored([1] * 6 + [NAN] * 3, instrument="phq-9"))


@pytest.mark.parametrize(("key", "score", "label"), [
    ("ucla-3", [2, 2, 1], "Not lonely"), ("ucla-3", [2, 2, 2], "Lonely"),
    ("djg-6", [1, 3, 3, 1, 3, 3], "Not lonely"), ("djg-6", [3, 3, 3, 3, 3, 1], "Moderately lonely"),
    ("djg-6", [3, 1, 1, 3, 1, 1], "Severely lonely"),
    ("djg-11", [1] * 11, "Moderately lonely"), ("djg-11", [2] * 11, "Very severely lonely"),
    ("lsns-6", [2] * 6, "Not at risk"), ("lsns-6", [2, 2, 2, 2, 2, 1], "At risk of isolation"),
    ("osss-3", [2, 3, 3], "Poor"), ("osss-3", [3, 3, 3], "Moderate"), ("osss-3", [4, 4, 4], "Strong"),
    ("phq-2", [1, 1], "Below 3"), ("phq-2", [2, 1], "3 or more"), ("phq-8", [1] * 8, "Below 10"),
    ("phq-4", [1, 1, 1, 0], "Mild"), ("phq-4", [3, 3, 3, 0], "Severe"),
    ("gad-7", [2, 2, 2, 2, 2, 0, 0], "Moderate"), ("gad-2", [3, 0], "3 or more"),
    ("k6", [2, 2, 2, 2, 2, 2], "Below 13"), ("k6", [3, 2, 2, 2, 2, 2], "13 or more"),
    ("k10", [2] * 10, "Moderate"), ("k10", [3] * 10, "Very high"),
    ("ces-d-20", [1] * 4 + [1] * 16, "16 or more"), ("ces-d-10", [0] * 10, "Below 10"),
    ("epds", [0] * 10, "13 or more"),
    ("who-5", [1, 1, 2, 1, 2], "28 or less"), ("who-5", [3, 3, 2, 2, 2], "Above 28 to 50"),
    ("who-5", [3, 3, 3, 3, 1], "Above 50"),
    ("rses", [3] * 10, "Normal"), ("rses", [3, 0, 3, 3, 0, 0, 3, 0, 0, 3], "High"), ("paid", [2] * 20, "40 or more"),
    ("sni", [1, 155, 3, 0], "Isolated"), ("sni", [1, 156, 3, 0], "Not isolated"),
])  # fmt: skip
def test_cut_offs_hold_at_their_edges(key, score, label):
    assert band(score, instrument=key) == label


def test_adherence_puts_each_item_onto_0_to_100_and_takes_the_mean():
    frame, found = ruled([3, 4, 5], instrument="art-adherence-3")
    assert scored_items(frame, found).iloc[0].tolist() == pytest.approx([90, 60, 80])
    assert scored([3, 4, 5], instrument="art-adherence-3") == pytest.approx(76.67, abs=0.005)
    assert scored([0, 6, 6], instrument="art-adherence-3") == 100
    assert scored([30, 1, 1], instrument="art-adherence-3") == 0


def test_the_network_index_counts_four_kinds_of_ties():
    assert scored([1, 156, 4, 1], instrument="sni") == 4
    assert scored([0, 155, 3, 0], instrument="sni") == 0


def test_de_jong_gierveld_counts_more_or_less_on_both_sides_and_one_missing_item_as_none():
    emotional, social = [3, 1, 1, 3, 1, 3], [1, 3, 3, 1, 3, 1]  # yes to lacks and no to ties; the other way round
    assert (scored(emotional, instrument="djg-6"), scored(social, instrument="djg-6")) == (6, 0)
    assert scored([3, 1, 1, 3, 1, NAN], instrument="djg-6") == 5  # not 6, as a mean of the others would give
    assert math.isnan(scored([3, 1, 1, 3, NAN, NAN], instrument="djg-6"))
    assert scored([2] * 10 + [NAN], instrument="djg-11") == 10
    assert math.isnan(scored([2] * 9 + [NAN] * 2, instrument="djg-11"))
    assert math.isnan(scored([2, 2, NAN], instrument="djg-6", subscale="emotional"))
    assert scored([3, 2, 1], instrument="djg-6", subscale="emotional") == 2
    assert scored([3, 2, 1], instrument="djg-6", subscale="social") == 2
    assert scored([1] * 6, instrument="djg-11", subscale="emotional") == 0
    assert scored([1] * 5, instrument="djg-11", subscale="social") == 5


def test_essi_scores_a_partner_four_or_two():
    assert scored([1] * 6 + [2], instrument="essi") == 8
    assert scored([5] * 6 + [1], instrument="essi") == 34


def test_osss_runs_from_3_to_14():
    assert (scored([1, 1, 1], instrument="osss-3"), scored([4, 5, 5], instrument="osss-3")) == (3, 14)
    other_way = {"instrument": "osss-3", "reversed_at_source": ["i2", "i3"]}
    assert (scored([1, 5, 5], **other_way), scored([4, 1, 1], **other_way)) == (3, 14)


def test_skipped_items_of_the_k10_are_not_missing():
    asked = [2, 1, NAN, 2, 1, NAN, 2, 2, 2, 2]
    assert scored(asked, instrument="k10") == 2 * 6 + 1 * 4
    assert not scale_score(*ruled(asked, instrument="k10"))[1].iloc[0]
    assert math.isnan(scored([2, 2, NAN, *[2] * 7], instrument="k10"))  # asked, and not answered
    assert math.isnan(scored([2, NAN, NAN, *[2] * 7], instrument="k10"))


@pytest.mark.parametrize(("key", "most"), [("ces-d-20", 4), ("ces-d-10", 2)])
def test_ces_d_needs_all_items_unless_a_study_says_how_many_may_be_missing(key, most):
    n = card(key).items
    one_gone = [1] * (n - 1) + [NAN]
    assert math.isnan(scored(one_gone, instrument=key))
    some = {"instrument": key, "max_missing": most}
    answers = [1.0] * n
    answers[:most] = [NAN] * most
    points = [3 - 1 if i in card(key).reverse else 1 for i in range(1, n + 1)][most:]
    assert scored(answers, **some) == pytest.approx(sum(points) / len(points) * n)
    answers[most] = NAN
    assert math.isnan(scored(answers, **some))


def test_a_script_that_leaves_item_twelve_out_of_friends_is_not_ours():
    """It divides the sum of 6, 7 and 9 by four: a person with nothing but sixes has 4.5 there."""
    answers = dict(zip(range(1, 13), [6.0] * 12, strict=True))
    wrong = (answers[6] + answers[7] + answers[9]) / 4
    friends = card("mspss").subscales["friends"].items
    assert scored([answers[i] for i in friends], instrument="mspss", subscale="friends") == 6 != wrong
    assert friends == (6, 7, 9, 12)


def test_alpha_of_items_that_were_left_unreversed_is_told_by_the_items_themselves():
    rng = np.random.default_rng(5)
    mood = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4)) / 2
    answers = pd.DataFrame(np.clip(np.rint(mood + 2), 0, 4), columns=["i1", "i2", "i3", "i4"])
    answers[["i2", "i3"]] = 4 - answers[["i2", "i3"]]  # as people tick them: 2 and 3 are asked the other way round
    right = rule("s", Scale(instrument="pss-4", items=("i1", "i2", "i3", "i4")))
    twice = rule("s", Scale(instrument="pss-4", items=right.items, reversed_at_source=("i2", "i3")))
    assert reliability(scored_items(answers, right)).alpha > 0.8
    assert reliability(scored_items(answers, twice)).alpha < 0
    assert against(scored_items(answers, right)) == []
    assert against(scored_items(answers, twice)) != []


def test_a_finished_score_is_taken_as_it_stands():
    assert scored([-0.594], instrument="eq-5d") == -0.594
    assert scored([47.25], instrument="sf-12", subscale="physical component") == 47.25
    assert math.isnan(scored([NAN], instrument="pam-13"))


SUBSCALES = [
    ("mos-sss", "grouped", "tangible", (9, 10, 11, 12)),
    ("mos-sss", "as administered", "tangible", (1, 4, 11, 14)),
    ("isel-12", None, "appraisal", (2, 4, 6, 11)), ("isel-12", None, "belonging", (1, 5, 7, 9)),
    ("isel-12", None, "tangible", (3, 8, 10, 12)), ("wai-sr", None, "goal", (4, 6, 8, 11)),
    ("wai-sr", None, "task", (1, 2, 10, 12)), ("wai-sr", None, "bond", (3, 5, 7, 9)),
    ("lsns-6", None, "friends", (4, 5, 6)), ("mspss", None, "significant other", (1, 2, 5, 10)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "form", "subscale", "items"), SUBSCALES)
def test_subscales_have_the_items_of_the_published_form(key, form, subscale, items):
    assert card(key).parts_of(form)[subscale].items == items


@pytest.mark.parametrize("form", ["grouped", "as administered"])
def test_one_item_of_the_mos_survey_counts_in_the_total_alone(form):
    held = sorted(i for part in card("mos-sss").parts_of(form).values() for i in part.items)
    (alone,) = set(range(1, 20)) - set(held)
    assert len(held) == 18 and alone == {"grouped": 19, "as administered": 13}[form]


def test_a_subscale_of_reversed_items_is_scored_in_the_direction_of_support():
    assert scored([0, 3, 0, 3], instrument="isel-12", subscale="belonging") == 3 + 3 + 3 + 3  # 1 and 7 are reversed
    assert scored([3, 0, 3, 0], instrument="isel-12", subscale="belonging") == 0


@pytest.mark.parametrize("key", sorted(registry()))
def test_high_answers_mean_what_the_card_says_and_bounds_hold(key):
    """Whoever gives the answer with most points to every item has the highest score there is; likewise the least."""
    found = rule("s", Scale(instrument=key, items=tuple(f"i{n}" for n in range(1, card(key).items + 1))))
    for end, edge in zip((0, 1), found.limits, strict=True):
        answers = []
        for points in found.points:
            codes = np.append(np.arange(points.codes.low, points.codes.high), points.codes.high)
            gained = points.of(codes)
            answers.append(float(codes[np.nanargmax(gained) if end else np.nanargmin(gained)]))
        assert scored(answers, instrument=key) == pytest.approx(edge)


def test_dufss_adds_up_as_sabi_says_and_its_parts_make_the_whole():
    answers = [5, 4, 3, 2, 1, 2, 3, 4]
    assert scored(answers, instrument="dufss") == 24
    assert scored(answers[2:7], instrument="dufss", subscale="confidant") == 3 + 2 + 1 + 2 + 3
    assert scored([5, 4, 4], instrument="dufss", subscale="affective") == 13
    turned = {"reversed_at_source": [f"i{n}" for n in range(1, 9)]}
    assert (scored([1] * 8, instrument="dufss", **turned), scored([1] * 8, instrument="dufss")) == (40, 8)
    assert math.isnan(scored([*answers[:7], NAN], instrument="dufss"))


def test_an_algorithm_gives_a_point_to_every_answer_that_must_be_looked_at():
    """The list is made from points: an algorithm that gave such an answer none would lose it."""
    for key, found in registry().items():
        for algorithm in found.algorithms.values():
            for item, flag in found.flags.items():
                (given,) = [p for p in algorithm.points if item in p.items]
                codes = range(int(found.range_of(item).low), int(found.range_of(item).high) + 1)
                assert all((code >= given.at_least) for code in codes if code > flag.above), key
