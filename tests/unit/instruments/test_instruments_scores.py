"""Instruments: cards of the registry, scoring, missing rules and alpha."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning import clean, join
from pipeline.disclosure import release
from pipeline.instruments import Subscale, check_scales, item_ranges, registry, rule
from pipeline.instruments.registry import from_cuts, part_of
from pipeline.instruments.scores import (
    ITEMS_MISSING,
    against,
    scale_score,
    score,
    scored_items,
    why_missing,
)
from pipeline.intake.read import read_cells
from pipeline.results import Key, Results
from pipeline.study import Scale, parse_study
from pipeline.tables.scales import scores_results

NAN = math.nan


def frame(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[f"i{n + 1}" for n in range(len(rows[0]))], dtype=float)


def scale(items: int, **words: object) -> Scale:
    return Scale.model_validate({"items": [f"i{n + 1}" for n in range(items)], **words})


def test_a_reversed_item_is_low_plus_high_less_the_answer():
    turned = rule("s", scale(3, range="1-5", score="mean", max_missing=0, reverse=["i2"]))
    value, prorated = scale_score(frame([5, 1, 3]), turned)
    assert value[0] == (5 + (1 + 5 - 1) + 3) / 3
    assert not prorated[0]


def test_phq9_takes_up_to_two_missing_items_by_the_persons_mean_and_bands_the_unrounded_score():
    phq = rule("phq", scale(9, instrument="phq-9"))
    value, prorated = scale_score(
        frame([2, 2, 2, 2, 1, 0, 0, 0, 1], [1, 0, 1, 0, 1, 0, 1, 0, NAN], [1, 1, 1, 1, 1, 1, NAN, NAN, NAN]), phq
    )
    assert value[0] == 10
    assert value[1] == 4 / 8 * 9 == 4.5
    assert math.isnan(value[2])
    assert prorated.tolist() == [False, True, False]
    assert [label for label, band in phq.bands.items() if 4.5 in band] == ["Minimal"]
    assert [label for label, band in phq.bands.items() if 14.625 in band] == ["Moderate"]


def test_ucla3_and_mspss_need_every_item_and_gse_forgives_three():
    assert math.isnan(scale_score(frame([1, 2, NAN]), rule("u", scale(3, instrument="ucla-3")))[0][0])
    assert scale_score(frame([3, 3, 3]), rule("u", scale(3, instrument="ucla-3")))[0][0] == 9
    assert scale_score(frame([4] * 12), rule("m", scale(12, instrument="mspss")))[0][0] == 4
    assert math.isnan(scale_score(frame([4] * 11 + [NAN]), rule("m", scale(12, instrument="mspss")))[0][0])
    gse = rule("g", scale(10, instrument="gse"))
    assert scale_score(frame([4] * 7 + [NAN] * 3), gse)[0][0] == 40
    assert math.isnan(scale_score(frame([4] * 6 + [NAN] * 4), gse)[0][0])


def test_mspss_friends_include_item_twelve():
    card = registry()["mspss"]
    assert card.subscales["friends"].items == (6, 7, 9, 12)
    assert sorted(i for part in card.subscales.values() for i in part.items) == list(range(1, 13))


def test_a_subscale_is_scored_by_its_instrument_and_needs_every_item():
    part = rule("m", scale(4, instrument="mspss", subscale="friends"))
    assert scale_score(frame([1, 2, 3, 7]), part)[0][0] == (1 + 2 + 3 + 7) / 4
    assert math.isnan(scale_score(frame([1, 2, 3, NAN]), part)[0][0])
    assert part.limits == (1, 7)
    assert part.label == "Multidimensional Scale of Perceived Social Support, friends subscale"
    assert "no rule for missing items of the subscale" in part.source


def test_a_subscale_reverses_the_items_that_its_form_reverses_and_has_no_bands_of_the_whole():
    body = Subscale(items=(5, 6, 2))
    card = registry()["phq-9"].model_copy(update={"reverse": (2, 5), "subscales": {"body": body}})
    part = part_of(card, "body")
    assert (part.items, part.reverse, part.bands, part.max_missing) == (3, (1, 3), {}, 0)
    assert part_of(card, None) is card


TWELVE = ", ".join(f"m{i}" for i in range(1, 13))


@pytest.mark.parametrize(("items", "found"), [
    ("m6, m7, m9, m12", []),
    ("m6, m7, m9, m11",
     ["studies/x.yaml:6  scales.friends.items: 'friends' are the items 6, 7, 9, 12 of the form, and these are others "
      "of 'mood'. Write items: [m6, m7, m9, m12]."]),
    ("n6, n7, n9, n12", []),  # of another time
])  # fmt: skip
def test_a_subscale_beside_its_whole_has_the_forms_items(items, found):
    text = STUDY.format(words=f"instrument: mspss, items: [{TWELVE}]").replace(
        "release:", f"  friends: {{instrument: mspss, subscale: friends, items: [{items}]}}\nrelease:"
    )
    assert [str(m) for m in check_scales(parse_study(text, "studies/x.yaml"))] == found


def test_a_whole_and_its_subscales_are_scored_from_the_same_answers():
    text = STUDY.format(words=f"instrument: mspss, items: [{TWELVE}], missing: {{blank: skipped}}").replace(
        "release:",
        "  friends: {instrument: mspss, subscale: friends, items: [m6, m7, m9, m12], missing: {blank: skipped}, "
        "label: '{n} friends'}\nrelease:",
    )
    study = parse_study(text, "studies/x.yaml")
    rows = [["1", *map(str, [4] * 5 + [7, 7, 4, 7, 4, 4, 7])], ["2", *["4"] * 11, ""]]
    scores = score(drawn(study, ["id", *TWELVE.split(", ")], rows), study)
    assert scores.frames["people"]["mood"].tolist()[0] == (8 * 4 + 4 * 7) / 12
    assert scores.frames["people"]["friends"].tolist()[0] == 7
    assert scores.frames["people"].iloc[1].isna().all()


def drawn(study, columns, rows):
    """Cleaned answers of a drawn export; a blank is declared missing by the scales."""
    text = "\n".join(",".join(row) for row in [columns, *rows])
    cells = read_cells("people", study.sources["people"], [("a.csv", text.encode())], study.where)
    return clean({"people": cells}, study, item_ranges(study))


def test_what_a_study_file_sets_otherwise_is_said_in_the_source_and_in_a_remark():
    text = STUDY.format(words="instrument: ucla-3, items: [a, b, c], max_missing: 1, bands: {No: 3-4, Yes: 5-9}, "
                              "missing: {blank: not answered}")  # fmt: skip
    study = parse_study(text, "studies/x.yaml")
    found = rule("mood", study.scales["mood"])
    assert found.source.endswith(
        "; in this study max_missing 1 instead of the card's 0; in this study bands of its own instead of the card's"
    )
    assert "(scoring: certain)" in found.source
    scores = score(drawn(study, ["id", "a", "b", "c"], [["1", "1", "2", ""], ["2", "3", "3", "3"]]), study)
    (remark,) = scores.remarks
    told = {hole: scores.results.get(key) for hole, key in remark.keys.items()}
    assert told == {"n": 1, "scored": 2, "items": 3, "max_missing": 1, "card_max_missing": 0}
    assert remark.template == (
        "UCLA Loneliness Scale, three-item form: up to {max_missing} of {items} items may be missing and are replaced "
        "by the person's mean of the others; so it was for {n} of {scored} scores. The study file says so: "
        "max_missing {max_missing} instead of {card_max_missing} of the instrument. "
        "Its bands are the study file's own, and not the instrument's."
    )


def test_what_a_study_file_repeats_is_no_change():
    found = rule("mood", scale(9, instrument="phq-9", max_missing=2))
    assert (found.card_max_missing, found.own_bands) == (None, False)
    assert "in this study" not in found.source
    assert "bands: Kroenke et al. 2001" in found.source


@pytest.mark.parametrize("name", sorted(registry()))
def test_every_card_is_whole(name):
    card = registry()[name]
    assert all(1 <= i <= card.items for part in card.subscales.values() for i in part.items)
    assert card.citation and card.licence and card.missing_source
    assert all(1 <= i <= card.items for i in card.reverse)
    low, high = rule(name, scale(card.items, instrument=name)).limits
    assert all(low <= band.low <= high for band in from_cuts(card.bands).values())
    assert bool(card.bands) == bool(card.bands_source)


def test_items_that_count_from_0_are_turned_within_their_range():
    turned = rule("s", scale(2, range="0-3", score="sum", max_missing=0, reverse=["i1"]))
    assert scale_score(frame([0, 0], [3, 3], [1, 2]), turned)[0].tolist() == [0 + 3 - 0 + 0, 0 + 3 - 3 + 3, 2 + 2]
    below = rule("s", scale(2, range="-2-2", score="sum", max_missing=0, reverse=["i1"]))
    assert scale_score(frame([-2, 1]), below)[0][0] == (-2 + 2 - -2) + 1


def test_why_a_score_is_missing():
    score = pd.Series([NAN, NAN, NAN, 3.0])
    reasons = pd.DataFrame({"i1": ["not asked", "not asked", "refused", ""], "i2": ["not asked", "refused", "", ""]})
    assert why_missing(score, reasons).tolist() == ["not asked", ITEMS_MISSING, ITEMS_MISSING, ""]


item = st.one_of(st.just(NAN), st.integers(1, 5).map(float))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(item, min_size=4, max_size=4), min_size=1, max_size=6),
    st.integers(0, 3),
    st.sampled_from(["sum", "mean"]),
)
def test_scoring_equals_its_slow_obvious_twin(rows, allowed, kind):
    found = rule("s", scale(4, range="1-5", score=kind, max_missing=allowed, reverse=["i3"]))
    value, prorated = scale_score(frame(*rows), found)
    for row, got, was_prorated in zip(rows, value, prorated, strict=True):
        turned = [6 - x if n == 2 else x for n, x in enumerate(row)]
        there = [x for x in turned if not math.isnan(x)]
        if not there or len(row) - len(there) > allowed:
            assert math.isnan(got) and not was_prorated
            continue
        mean = sum(there) / len(there)
        assert got == pytest.approx(mean * 4 if kind == "sum" else mean, abs=1e-12)
        assert was_prorated == (len(there) < 4)


STUDY = """\
title: Made up
data: {{file: a.csv, id: id}}
design: {{kind: cohort}}
scales:
  mood: {{{words}}}
release: {{rule: journal}}
"""


@pytest.mark.parametrize(("words", "sentence"), [
    ("instrument: phq9, items: [a]", "studies/x.yaml:5  scales.mood.instrument: there is no instrument 'phq9'. "
                                     "Did you mean 'phq-9'?"),
    ("instrument: ucla-3, items: [a, b]",
     "studies/x.yaml:5  scales.mood.items: ucla-3 has 3 items, 2 are named. Name them all, in the order of the "
     "published form."),
    ("instrument: ucla-3, items: [a, b, c], score: mean",
     "studies/x.yaml:5  scales.mood.score: ucla-3 brings its own 'score'. Leave it out (use 'coded' for another "
     "base), or leave out "
     "'instrument' and declare the scale."),
    ("instrument: mspss, subscale: famly, items: [a, b, c, d]",
     "studies/x.yaml:5  scales.mood.subscale: mspss has no subscale 'famly'. Did you mean 'family'?"),
    ("instrument: phq-9, subscale: family, items: [a]",
     "studies/x.yaml:5  scales.mood.subscale: phq-9 has no subscale 'family'. Known: none."),
    ("instrument: mspss, subscale: friends, items: [a, b, c]",
     "studies/x.yaml:5  scales.mood.items: mspss, friends, has 4 items, 3 are named. Name them all, in the order of "
     "the published form."),
    ("subscale: friends, items: [a], range: 1-5, score: sum, max_missing: 0",
     "studies/x.yaml:5  scales.mood.subscale: names no instrument to be a part of. Add 'instrument', or leave "
     "'subscale' out."),
    ("items: [a, b], range: 1-5, score: sum, max_missing: 2",
     "studies/x.yaml:5  scales.mood.max_missing: 2 of 2 items may be missing. At least one item must be answered."),
])  # fmt: skip
def test_what_the_registry_says_against_a_scale(words, sentence):
    study = parse_study(STUDY.format(words=words), "studies/x.yaml")
    assert [str(m) for m in check_scales(study)] == [sentence]


@pytest.mark.parametrize("waves", [False, True])
@pytest.mark.parametrize(("prorated", "gone"), [(2, 0), (2, 8), (7, 2), (3, 3)])
def test_alphas_people_never_give_a_small_count_of_missing_answers_back(prorated, gone, waves):
    """Beside the number of scores and of people: those with a replaced item, and those without a score."""
    head = STUDY.format(words="items: [a, b, c], range: 1-5, score: mean, max_missing: 1, missing: {blank: skipped}")
    if waves:
        head = head.replace("id: id}", "id: id, wave: w, waves: {1: One, 2: Two}}")
    study = parse_study(head, "studies/x.yaml")
    rng = np.random.default_rng(1)
    rows = []
    for wave in ("1", "2") if waves else ("",):
        for i in range(60):
            blank = 1 if i < prorated else 2 if i < prorated + gone else 0
            answers = [""] * blank + [str(v) for v in rng.integers(1, 6, 3 - blank)]
            rows.append([str(i), *answers, *([wave] if waves else [])])
    columns = ["id", "a", "b", "c", *(["w"] if waves else [])]
    made = drawn(study, columns, rows)
    scores = score(made, study)
    people = join(made, scores.frames, scores.reasons, study)
    found = release(Results.join([scores.results, people.results, scores_results(people, study)]), study.release)
    for group in ("wave=One", "wave=Two") if waves else ("All",):
        complete = Key("reliability", "mood", "", "", group)
        scored, without = Key("scale", "mood", "", "", group), Key("scale", "mood", "", "", group, "missing")
        shown = {key: found.value(key) for key in (complete, scored, without) if not found.withheld(key)}
        assert not ({complete, scored} <= set(shown) and 0 < shown[scored] - shown[complete] < 5)
        assert complete not in shown or not 0 < 60 - shown[complete] < 5
        ends = [complete._replace(statistic=s) for s in ("ci_low", "ci_high")]
        assert all(found.withheld(end) == (complete not in shown) for end in ends), "alpha and its interval give n"
        assert not (without in shown and 0 < shown[without] < 5)
    if (prorated, gone) == (7, 2):  # those without a score are few: everything but the total would tell of them
        assert found.withheld(scored)


@pytest.mark.parametrize("reverse, odd", [(["i2"], []), ([], ["i2"]), (["i1", "i2"], ["i1"])])
def test_an_item_that_goes_against_the_others_is_named(reverse, odd):
    mood = np.arange(60) % 5 + 1.0
    noise = (np.arange(60) * 7 % 3 - 1) * 0.5
    items = pd.DataFrame({"i1": mood, "i2": 6 - mood, "i3": mood + noise, "i4": mood - noise})
    found = rule("s", scale(4, range="1-5", score="mean", max_missing=0, reverse=reverse))
    assert against(scored_items(items, found)) == odd


def test_items_of_few_people_or_without_a_spread_go_against_nothing():
    assert against(frame([1, 5], [5, 1], [3, 3])) == []
    assert against(frame(*([3.0, 1.0 + n % 4] for n in range(50)))) == []


ODD = """title: T
data: {file: a.csv, id: id}
design: {kind: cohort}
scales:
  mood: {items: [a, b, c], range: 1-5, score: mean, max_missing: 0}
release: {rule: journal}
"""


def test_the_report_names_the_item_beside_the_scores():
    study = parse_study(ODD, "studies/odd.yaml")
    rows = "".join(f"{n},{n % 5 + 1},{5 - n % 5},{n % 5 + 1}\n" for n in range(40))
    cells = read_cells("people", study.sources["people"], [("a.csv", f"id,a,b,c\n{rows}".encode())], str)
    scores = score(clean({"people": cells}, study), study)
    released = release(scores.results, study.release, study)
    assert released.say(scores.remarks[0]) == (
        "Mood: a score needs all 3 items (40 scores). 1 of its items (b) goes against the others: an item to be "
        "reversed and not yet so, or reversed twice?"
    )


def test_reliability_in_the_results_is_of_turned_items_wave_by_wave():
    """Each number under the name of its own item, of those who answered every item at that wave."""
    study = parse_study(
        """title: T
data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
design: {kind: cohort}
scales:
  mood: {items: [a, b, c], range: 1-5, score: mean, max_missing: 0, reverse: [b], missing: {blank: skipped}}
release: {rule: journal}
""",
        "studies/x.yaml",
    )
    rng = np.random.default_rng(5)
    answers = {}
    for wave in ("1", "2"):
        mood = rng.integers(1, 6, 60)
        a, b, c = (np.clip(mood + rng.integers(-d, d + 1, 60), 1, 5) for d in (1, 2, 3))
        answers[wave] = pd.DataFrame({"a": a, "b": 6 - b, "c": c})
    rows = [
        [str(i), *("" if (wave, i, name) == ("2", 7, "c") else str(part.loc[i, name]) for name in "abc"), wave]
        for wave, part in answers.items()
        for i in part.index
    ]
    found = score(drawn(study, ["id", "a", "b", "c", "w"], rows), study).results
    answers["2"] = answers["2"].drop(index=7)
    for wave, label in (("1", "One"), ("2", "Two")):
        x = answers[wave].assign(b=6 - answers[wave]["b"]).to_numpy(float)
        key = Key("reliability", "mood", "", "", f"wave={label}")

        def alpha(part):
            k = part.shape[1]
            return k / (k - 1) * (1 - part.var(axis=0, ddof=1).sum() / part.sum(axis=1).var(ddof=1))

        assert found.get(key) == len(x) == (60 if wave == "1" else 59)
        assert found.get(key._replace(statistic="alpha")) == pytest.approx(alpha(x))
        for at, name in enumerate("abc"):
            others = np.delete(x, at, axis=1)
            item = key._replace(term=name)
            r = np.corrcoef(x[:, at], others.sum(axis=1))[0, 1]
            assert found.get(item._replace(statistic="item_rest")) == pytest.approx(r)
            assert found.get(item._replace(statistic="alpha_dropped")) == pytest.approx(alpha(others))
