"""No table that a study file can ask for fails its own audit, and a fault in any of them does."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from pipeline.audit import Asked, audit
from pipeline.audit.findings import CODE, FOOTNOTE
from pipeline.report.seen import differing
from pipeline.report.self_audit import STOPS
from tests.drawn_options import JOURNAL, NONE, Printed, pairs, printed

PLAIN: dict[str, Any] = {
    "percent": "column", "columns": "programme", "overall": "true", "counts": "n", "missing": "row",
    "choices": "people", "intervals": "none", "weighted": False, "waves": 1, "people": 340, "blanks": 0.04,
    "rule": NONE,
}  # fmt: skip


def wrong(made: Printed, page: bytes | None = None) -> list[str]:
    """By arithmetic and words alone, as ``audited`` counts them."""
    rule = made.study.release.rule
    found = audit({"report.html": page or made.page}, Asked(rule=rule, below=made.study.release.below)).findings
    weighted = bool(made.study.design.weight)
    return [f.line for f in found if f.kind in STOPS and (not weighted or f.kind in (FOOTNOTE, CODE))]


def other(made: Printed, page: bytes | None = None) -> list[str]:
    """Than ``results.csv`` has it."""
    return differing({"results.csv": made.released.to_csv(), "report.html": page or made.page}, [made.table])


@pytest.mark.parametrize("rule", [NONE, JOURNAL])
def test_no_option_and_no_two_of_them_make_a_table_that_fails_its_own_audit(rule: str, monkeypatch):
    door = import_module("pipeline.disclosure.release")
    monkeypatch.setattr(door, "_proposals", lambda *given: ((), given[-1], ()))  # slow, and not asked for
    checked = Counter[str]()
    for seed, options in enumerate(pairs(np.random.default_rng(1), rule=rule)):
        made = printed(options, seed)
        assert wrong(made) + other(made) == [], (seed, options)
        checked[options["percent"]] += made.page.count(b"%)")
    assert min(checked[percent] for percent in ("column", "row", "cell")) > 100


@pytest.mark.parametrize("columns", ["programme", "[programme, trust]", "trust"])
@pytest.mark.parametrize("overall", ["true", "first", "false"])
@pytest.mark.parametrize("percent", ["column", "row", "cell"])
def test_a_percentage_altered_by_two_is_not_possible_whatever_percentages_are_of(percent, overall, columns):
    made = printed({**PLAIN, "percent": percent, "overall": overall, "columns": columns}, 3)
    before, shown = re.search(r"<th[^>]*>Women</th>.*?>([0-9]+ \()([0-9.]+)%\)", made.page.decode(), re.S).groups()
    off = f"{before}{float(shown) + 2:.1f}%)"
    page = made.page.replace(f">{before}{shown}%)".encode(), f">{off}".encode(), 1)
    assert page != made.page
    assert any("is not possible" in line and off in line for line in wrong(made, page))
    assert any(f"prints '{off}'" in line for line in other(made, page))


def test_a_share_of_answers_is_held_against_the_answers_given():
    made = printed({**PLAIN, "choices": "answers", "percent": "row"}, 3)
    before, shown = re.search(r"<th[^>]*>Visits</th>.*?>([0-9]+ \()([0-9.]+)%\)", made.page.decode(), re.S).groups()
    page = made.page.replace(f">{before}{shown}%)".encode(), f">{before}{float(shown) + 2:.1f}%)".encode(), 1)
    assert any("its line 'Answers given' says" in line for line in wrong(made, page))


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        (r"(<th[^>]*>Men</th>\s*<td[^>]*>(?:<span[^>]*>)?)[0-9]+ \(", r"\g<1>7 (", "is not possible"),
        (r"(<th[^>]*>Missing</th>\s*<td[^>]*>)[0-9]+", r"\g<1>77", "does not add up"),
        (r"(<th[^>]*>Men</th>\s*<td[^>]*>)<span[^>]*>[^<]*</span>", r"\g<1>[z]", "code '[z]' is not in the legend"),
        (r"(<th[^>]*>)Men(</th>)", r"\g<1>Men<sup>q</sup>\g<2>", "mark q has no footnote"),
    ],
)
def test_one_fault_of_each_kind_stops_a_report(pattern, new, said):
    made = printed(PLAIN, 3)
    page, times = re.subn(pattern, new, made.page.decode(), count=1)
    assert times == 1 and wrong(made) == []
    assert any(said in line for line in wrong(made, page.encode()))


def test_the_largest_denominator_of_a_table_may_be_no_cell_s():
    """Of 340 people columns of fewer than 100 each, and a line of fewer than 100 in a table of 340."""
    for options in ({"columns": "[programme, trust]", "overall": "false", "missing": "footnote"}, {"percent": "row"}):
        for rule in (NONE, JOURNAL):
            made = printed({**PLAIN, "people": 180, **options, "rule": rule}, 5)
            assert wrong(made) + other(made) == []


def test_the_last_letter_of_a_word_is_no_mark_where_marks_are_raised():
    """A fourth footnote made ``Not asked`` a level called ``Not aske``, and those not asked were counted as answers."""
    made = printed({**PLAIN, "missing": "footnote", "waves": 2}, 16)
    assert made.page.count(b"<sup>") > 8 and made.page.count(b">Not asked</th>") > 3
    assert wrong(made) == []
