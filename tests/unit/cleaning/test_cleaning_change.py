"""Who rose or fell: by the smallest change that matters, and by the reliable change index."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning import clean, join
from pipeline.cleaning.derive import changed, reliable_difference
from pipeline.cleaning.reasons import Reasons
from pipeline.errors import Mistakes
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.intake.read import read_cells
from pipeline.study import parse_study

STUDY = """\
title: Made up
data: {{file: a.csv, id: id, wave: w, waves: {{1: Before, 2: After}}}}
design: {{kind: before-after}}
variables:
  before: {{derive: {{at_wave: 1, of: lonely}}}}
  after: {{derive: {{at_wave: 2, of: lonely}}}}
  moved: {{derive: {{change: [after, before], {how}}}}}
scales:
  lonely: {{instrument: ucla-3, items: [a, b, c], missing: {{blank: skipped}}}}
release: {{rule: none, because: made up}}
"""


def moved(how: str, *scores: tuple[int | None, int | None]) -> pd.Series:
    """Levels at the first wave, of people with these sums before and after (None: an item skipped)."""
    study = parse_study(STUDY.format(how=how), "studies/x.yaml")
    rows = ["id,w,a,b,c"]
    for n, waves in enumerate(scores):
        for wave, total in enumerate(waves, 1):
            answers = ["", "1", "1"] if total is None else [str(v) for v in shared(total)]
            rows.append(",".join([f"p{n}", str(wave), *answers]))
    cells = read_cells("people", study.sources["people"], [("a.csv", "\n".join(rows).encode())], study.where)
    cleaned = clean({"people": cells}, study, item_ranges(study))
    found = score(cleaned, study)
    people = join(cleaned, found.frames, found.reasons, study)
    first = people.keys["people"]["wave"] == "Before"
    return people.frames["people"].loc[first, "moved"].reset_index(drop=True)


def shared(total: int) -> list[int]:
    """Three answers of 1 to 3 that add up."""
    return [1 + min(max(total - 3 - 2 * k, 0), 2) for k in range(3)]


def test_the_worked_example_of_jacobson_and_truax():
    """Before 32.5, after 47.5; standard deviation 7.5, reliability 0.80: an index of 3.16."""
    error = reliable_difference(7.5, 0.80) / 1.96
    assert error == pytest.approx(4.74, abs=0.005)
    assert (47.5 - 32.5) / error == pytest.approx(3.16, abs=0.005)


def test_a_change_by_points_counts_from_the_least_on():
    found = moved("least: 2", (3, 5), (5, 3), (3, 4), (6, 6), (None, 5), (5, None))
    assert found.tolist()[:4] == ["Rose by 2 or more", "Fell by 2 or more", "Changed by less than 2",
                                  "Changed by less than 2"]  # fmt: skip
    assert found.isna().tolist() == [False] * 4 + [True] * 2
    assert list(found.cat.categories) == ["Fell by 2 or more", "Changed by less than 2", "Rose by 2 or more"]


def test_a_reliable_change_exceeds_the_error_of_measurement_by_the_spread_of_the_earlier_scores():
    scores = [(3, 3), (4, 8), (5, 7), (6, 8), (7, 3), (8, 6), (9, 9), (5, 5)]
    sd = np.std([before for before, _ in scores], ddof=1)
    least = 1.96 * sd * math.sqrt(2 * 0.2)
    assert 2 < least < 4
    words = {1: "Rose reliably", 0: "No reliable change", -1: "Fell reliably"}
    expected = [words[int(np.sign(b - a)) if abs(b - a) > least else 0] for a, b in scores]
    assert moved("reliability: 0.8", *scores).tolist() == expected
    assert expected.count("Rose reliably") == expected.count("Fell reliably") == 1


def test_a_spread_from_elsewhere_is_taken():
    scores = [(3, 5), (9, 3), (5, 6)]
    assert moved("reliability: 0.8, sd: 1", *scores).tolist() == ["Rose reliably", "Fell reliably",
                                                                 "No reliable change"]  # fmt: skip
    assert moved("reliability: 0.8, sd: 10", *scores).tolist() == ["No reliable change"] * 3


def test_a_change_of_exactly_the_error_is_none_and_of_exactly_the_least_is_one():
    later, earlier = pd.Series([2.0, 0.1 + 0.2]), pd.Series([1.0, 0.0])
    none = [Reasons.of(pd.Series(["", ""]))] * 2
    assert changed(later, earlier, none, list("dnu"), 1.0, beyond=True)[0].tolist() == ["n", "n"]
    assert changed(later, earlier, none, list("dnu"), 0.3, beyond=False)[0].tolist() == ["u", "u"]


@pytest.mark.parametrize(("how", "said"), [
    ("least: 2, reliability: 0.8", "'change' needs 'least' (the smallest that counts) or 'reliability' (of the score)"),
    ("sd: 3, least: 2", "'sd' belongs to 'reliability'"),
    ("reliability: 1", "less than 1"),
])  # fmt: skip
def test_a_change_needs_one_measure(how, said):
    with pytest.raises(Mistakes) as error:
        parse_study(STUDY.format(how=how), "studies/x.yaml")
    assert said in str(error.value)


def test_a_change_is_of_numbers():
    text = (
        STUDY.format(how="least: 1")
        .replace("[after, before]", "[after, arm]")
        .replace("variables:\n", "variables:\n  arm: {codes: {1: A, 2: B}}\n")
    )
    with pytest.raises(Mistakes, match="'arm' is a category. This needs a number or a count."):
        parse_study(text, "studies/x.yaml")
