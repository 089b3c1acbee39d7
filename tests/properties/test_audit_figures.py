"""Honest means, effects and sentences give no finding; corrupted ones do wherever a slow twin says that they show."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.audit import Audit, audit
from pipeline.audit.findings import IMPOSSIBLE
from tests.audit_figures import KINDS, draw, sentence, shares, tables_of


def wrong(found: Audit) -> list[str]:
    return [f.line for f in found.findings if f.kind in IMPOSSIBLE or "not possible" in f.line]


@pytest.mark.parametrize("part", range(4))
def test_on_1000_honest_tables_of_means_and_effects_nothing_is_impossible(part: int):
    seen: Counter[str] = Counter()
    for seed in range(part * 250, part * 250 + 250):
        made = draw(np.random.default_rng(seed))
        found = audit(tables_of(made))
        told = [f.line for f in found.findings if f.kind not in ("small cells", "one level")]
        assert not wrong(found), (seed, told)
        assert not told, (seed, told)
        seen["read"] += found.tables[0].figures
        seen["printed"] += len(made.means) + 1
    assert seen["read"] == seen["printed"]


@pytest.mark.parametrize("part", range(2))
def test_on_1000_honest_sentences_nothing_is_impossible_and_no_p_value_is_wrong(part: int):
    read = 0
    for seed in range(part * 500, part * 500 + 500):
        words = sentence(np.random.default_rng(50_000 + seed))
        found = audit({"article.txt": words.encode()})
        assert not wrong(found), (seed, words)
        assert [f.line for f in found.findings] == [], (seed, words)
        read += bool(found.tables[0].figures)
    assert read == 500


LEAST = {"mean": 1, "sd": 1, "n": 1, "binary sd": 1, "estimate": 1, "limit": 0.9, "p": 0.5, "count": 0.85}
"""Of what could be found, so much must be; what whole numbers do not allow is found wherever trying finds it."""


def test_one_corrupted_cell_is_found_wherever_it_can_be():
    for kind, (tried, could, found, beyond) in shares(25).items():
        assert tried == 25 and beyond == 0 and found >= LEAST[kind] * could, (kind, could, found, beyond)
    assert set(LEAST) == set(KINDS)
