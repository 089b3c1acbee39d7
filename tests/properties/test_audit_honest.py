"""Honest tables give no error of arithmetic; altered ones do wherever a slow and obvious twin says that one shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pipeline.audit import Asked, Audit, audit
from pipeline.audit.findings import NOT_ADDING, NOT_CHECKED, NOT_POSSIBLE
from pipeline.audit.rounding import RULES, Percent, denominators, numerators
from tests.audit_tables import Made, Style, draw, percent, quantized, written

WRONG = (NOT_POSSIBLE, NOT_ADDING)


def wrong(found: Audit) -> list[str]:
    return [f.line for f in found.findings if f.kind in WRONG]


@pytest.mark.parametrize("part", range(4))
def test_on_1000_honest_tables_the_audit_finds_no_error_of_arithmetic(part: int):
    checked = Counter()
    for seed in range(part * 250, part * 250 + 250):
        made = draw(np.random.default_rng(seed))
        found = audit({"made.csv": written(made)})
        assert wrong(found) == [], (seed, written(made).decode())
        assert not any("not possible" in f.line for f in found.findings)
        checked["percentages"] += found.tables[0].percentages
        checked["printed"] += sum(
            of > 0 and not (made.style.withheld and 0 < n < 5)
            for g in made.groups for ns in g.counts.values() for n, of in zip(ns, g.answered, strict=True)
        )  # fmt: skip
        checked["skipped"] += any(f.kind == NOT_CHECKED for f in found.findings)
    assert checked["percentages"] > 0.98 * checked["printed"] and checked["skipped"] < 5


def test_no_alarm_on_rounded_weighted_and_forced_tables_which_say_so():
    for seed in range(60):
        made = draw(np.random.default_rng(seed))
        fives = _with_counts(made, lambda n: (n + 2) // 5 * 5)
        assert wrong(audit({"made.csv": fives}, Asked(rule="nhs"))) == []
        noted = _with_counts(replace(made, notes=["Counts are rounded to the nearest 5."]), lambda n: (n + 2) // 5 * 5)
        found = audit({"made.csv": noted})
        assert wrong(found) == [] and any(f.kind == NOT_CHECKED for f in found.findings)
        weighted = _with_counts(replace(made, notes=["Weighted percentages."]), lambda n: n + 1 + n // 3)
        assert wrong(audit({"made.csv": weighted})) == []
        assert wrong(audit({"made.csv": _with_counts(made, lambda n: n + 1 + n // 3)}, Asked(weighted=True))) == []


def _with_counts(made: Made, change) -> bytes:
    """The table with other counts beside the percentages of the true ones."""
    import tests.audit_tables as drawing

    plain = drawing._count
    drawing._count = lambda n, style: plain(change(n), style)
    try:
        return written(made)
    finally:
        drawing._count = plain


def largest_remainder(ns: list[int], of: int, scale: int) -> list[int]:
    floors = [n * scale // of for n in ns]
    order = sorted(range(len(ns)), key=lambda i: (-(ns[i] * scale % of), i))
    for i in order[: scale - sum(floors)]:
        floors[i] += 1
    return floors


def test_percentages_made_to_add_up_to_100_are_no_error_where_a_note_says_so_and_are_one_where_none_does():
    alarms = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        ns = [int(n) for n in rng.multinomial(int(rng.integers(20, 300)), rng.dirichlet(np.ones(5)))]
        shown = largest_remainder(ns, sum(ns), 100)
        lines = "\n".join(f"  Level {i}x,{n} ({p}%)" for i, (n, p) in enumerate(zip(ns, shown, strict=True)))
        table = f"Characteristic,All (N = {sum(ns)})\nRegion,\n{lines}\n"
        note = "\nPercentages were adjusted so that they add up to 100.\n"
        assert wrong(audit({"t.csv": (table + note).encode()})) == []
        possible = any(
            all(percent(n, sum(ns), 0, mode) == str(p) for n, p in zip(ns, shown, strict=True)) for mode in RULES
        )  # fmt: skip
        elsewhere = _possible([(n, str(p)) for n, p in zip(ns, shown, strict=True)], 0, range(1, sum(ns) + 1))
        assert bool(wrong(audit({"t.csv": table.encode()}))) == (not possible and not elsewhere)
        alarms += not elsewhere
    assert alarms > 30


# The twins


@pytest.mark.parametrize("rule", RULES)
def test_denominators_are_those_that_trying_every_number_finds(rule: str):
    for decimals, most in ((0, 60), (1, 60), (2, 30)):
        prints = {(n, of): percent(n, of, decimals, rule) for of in range(1, most) for n in range(of + 1)}
        for n in range(0, most, 2):
            for shown in {prints[n, of] for of in range(max(1, n), most)}:
                tried = {of for of in range(max(1, n), most) if prints[n, of] == shown}
                units = Percent(int(shown.replace(".", "")), decimals)
                span = denominators(n, units, rule)
                assert {of for of in range(1, most) if of in span} == tried, (n, shown, rule)
                of = min(tried)
                assert {k for k in range(of + 1) if k in numerators(of, units, rule)} == {
                    k for k in range(of + 1) if prints[k, of] == shown
                }


def test_two_ways_of_rounding_agree():
    for of in (8, 16, 40, 80, 125, 200):  # finite decimals alone: ties are ties
        for n in range(of + 1):
            for mode in RULES:
                assert percent(n, of, 1, mode) == quantized(n, of, 1, mode)


def _possible(pairs: list[tuple[int, str]], decimals: int, candidates: range, rules=RULES) -> bool:
    return any(
        all(n <= of and percent(n, of, decimals, rule) == p for n, p in pairs) for rule in rules for of in candidates
    )


def _impossible(groups: dict[str, list[tuple[int, str]]], made: Made, rule: str) -> set[str]:
    """The groups of which no N gives all percentages: slow and obvious."""
    found = set()
    for group in made.groups:
        pairs, whole = groups[group.name], made.totals[0]
        candidates = range(1, whole + 1)
        if group.said == "own":
            candidates = range(group.answered[0], group.answered[0] + 1)
            if not _possible(pairs, made.style.decimals, candidates) and _possible(
                pairs, made.style.decimals, range(whole, whole + 1)
            ):
                candidates = range(1, whole + 1)
        if not _possible(pairs, made.style.decimals, candidates, (rule,)):
            found.add(group.name)
    return found


def test_one_altered_figure_is_found_exactly_where_the_twin_finds_it():
    found_of, shown = 0, 0
    for seed in range(300):
        rng = np.random.default_rng(10_000 + seed)
        made = _plain(rng)
        groups = {g.name: [(ns[0], percent(ns[0], g.answered[0], made.style.decimals, made.style.mode))
                           for ns in g.counts.values()] for g in made.groups}  # fmt: skip
        name = str(rng.choice([g.name for g in made.groups]))
        place = int(rng.integers(len(groups[name])))
        groups[name][place] = _altered(groups[name][place], made.style.decimals, rng)
        result = audit({"made.csv": _printed(made, groups)})
        lines = [f for f in result.findings if f.kind == NOT_POSSIBLE]
        by_rule = {rule: _impossible(groups, made, rule) for rule in RULES}
        fewest = min(map(len, by_rule.values()))
        shown += fewest > 0
        told = {f.row.split(":")[0] for f in lines}
        found_of += name in told
        # A group of which nothing says how many answered may be questions of different people: it may go untold.
        unsaid = {g.name for g in made.groups if g.said == ""}
        assert any(
            len(wanted) == fewest and told <= wanted and wanted - told <= unsaid
            and all(f"not possible under {rule}" in f.says for f in lines)
            for rule, wanted in by_rule.items()
        ), (seed, _printed(made, groups).decode())  # fmt: skip
    assert shown > 150 and found_of > 0.9 * shown, (shown, found_of)


def _plain(rng: np.random.Generator) -> Made:
    """One column, exclusive levels, at most 150 people."""
    while True:
        made = draw(rng)
        levels = all(g.kind == "exclusive" and min(g.answered) > 0 for g in made.groups)
        if len(made.totals) == 1 and made.totals[0] <= 120 and levels:
            return replace(made, style=Style(made.style.mode, made.style.decimals, "n (p%)"))


def _altered(pair: tuple[int, str], decimals: int, rng: np.random.Generator) -> tuple[int, str]:
    n, p = pair
    step = int(rng.choice([-1, 1]))
    if rng.random() < 0.5:
        return max(0, n + step), p
    units = max(0, int(p.replace(".", "")) + step)
    return n, f"{units / 10**decimals:.{decimals}f}"


def _printed(made: Made, groups: dict[str, list[tuple[int, str]]]) -> bytes:
    lines = [f"Characteristic,All (N = {made.totals[0]})"]
    for g in made.groups:
        lines.append(f"{g.name},{g.answered[0] if g.said == 'own' else ''}")
        lines += [f"  {level},{n} ({p}%)" for level, (n, p) in zip(g.counts, groups[g.name], strict=True)]
        if g.said == "line":
            lines.append(f"  Missing,{made.totals[0] - g.answered[0]}")
    return ("\n".join(lines) + "\n").encode()


def test_a_count_altered_in_one_of_several_columns_is_found_as_a_sum():
    found = tried = 0
    for seed in range(200):
        rng = np.random.default_rng(20_000 + seed)
        totals = [int(n) for n in rng.integers(20, 200, 2)]
        ns = [[int(k) for k in rng.multinomial(n, rng.dirichlet(np.ones(4)))] for n in totals]
        counts = [[ns[0][i], ns[1][i], ns[0][i] + ns[1][i]] for i in range(4)]
        clean = _counts_alone(totals, counts)
        assert wrong(audit({"t.csv": clean})) == []
        counts[int(rng.integers(4))][int(rng.integers(3))] += 1
        tried += 1
        found += bool(wrong(audit({"t.csv": _counts_alone(totals, counts)})))
    assert found == tried


def _counts_alone(totals: list[int], counts: list[list[int]]) -> bytes:
    head = [f"A (n = {totals[0]})", f"B (n = {totals[1]})", f"Overall (n = {sum(totals)})"]
    lines = [",".join(["", *head]), ",".join(["Region", *map(str, [*totals, sum(totals)])])]
    lines += [",".join([f"  Level {i}x", *map(str, row)]) for i, row in enumerate(counts)]
    return ("\n".join(lines) + "\n").encode()
