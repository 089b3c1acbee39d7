"""Honest means, estimates and sentences give no impossibility; corrupted ones do wherever a slow twin says they show."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.audit import Audit, audit
from pipeline.audit.findings import IMPOSSIBLE, P_VALUE, SIGNIFICANCE
from tests.audit_figures import Drawn, draw, effects_table, means_table, sentence


def wrong(found: Audit) -> list[str]:
    return [f.line for f in found.findings if f.kind in IMPOSSIBLE or "not possible" in f.line]


def tables_of(made: Drawn) -> dict[str, bytes]:
    first = made.effects[0][0]
    return {
        "means.csv": means_table([*made.means, *made.binary]),
        "effects.csv": effects_table([e for e in made.effects if e[0] == first]),
    }


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
