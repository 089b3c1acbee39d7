"""Care cascades at the door: no small count follows from a cascade and all that is printed of its steps beside it."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.results import Key
from tests.unit.disclosure.cascade_attack import APART, NO, NONE, YES, Attack, Study, Who, small_counts, small_sets
from tests.unit.disclosure.whole import released, written

CELLS = {YES: "1", NO: "0", NONE: "", APART: ""}


def declared(study: Study, tables: str, by: bool = True, sensitive: str = "", more: str = "") -> str:
    variables = [f"  site: {{codes: {{{', '.join(f'{s}: {s}' for s in study.sites)}}}}}"]
    for step in study.steps:
        asked = f', asked_of: {{{study.asked[step]}: "Yes"}}' if step in study.asked else ""
        secret = ", sensitive: true" if step == sensitive else ""
        variables.append(f'  {step}: {{codes: {{1: "Yes", 0: "No"}}, missing: {{blank: not answered}}{asked}{secret}}}')
    said = f"steps: [{', '.join(study.steps)}], reached: {study.reached}{', by: site' if by else ''}"
    return written("\n".join(variables), f"  {tables}", f"cascades:\n  c: {{{said}}}\n{more}")


def drawn(study: Study, n: int, rng: np.random.Generator, odd: float, gap: float) -> list[Who]:
    """Made-up people, most of whom take the steps in order. odd: share of answers that fall out of order."""
    people = []
    for _ in range(n):
        site = str(rng.choice(study.sites, p=_shares(len(study.sites))))
        going, said = True, {}
        for step in study.steps:
            going &= bool(rng.random() < 0.72)
            answer = (YES if going else NO) if rng.random() > odd else str(rng.choice([YES, NO]))
            answer = NONE if rng.random() < gap else answer
            if step in study.asked and said[study.asked[step]] in (NO, APART):
                answer = APART
            going &= answer == YES or rng.random() < odd
            said[step] = answer
        people.append((site, *said.values()))
    return people


def _shares(n: int) -> list[float]:
    weights = [2.0 / (1 + i) for i in range(n)]
    return [w / sum(weights) for w in weights]


def rows_of(people: list[Who]) -> list[tuple[str, ...]]:
    return [(site, *(CELLS[a] for a in answers)) for site, *answers in people]


def attacked(study: Study, people: list[Who], text: str, sets: bool = True) -> tuple[list[str], int]:
    """The small counts that follow, of how many. sets: those of answers to several steps at once, too."""
    rows = rows_of(people)
    found = released(text, " ".join(["site", *study.steps]), rows)
    attack = Attack(study, found)
    columns = (
        all(f"{s}" in text.partition("rows: [")[2].partition("]")[0] for s in study.steps) and "columns: site" in text
    )
    tests = list(small_counts(study, people, 5, ", by: site" in text, columns))
    if sets and not found.frame.query("kind == 'cascade'")["withheld"].all():
        tests += small_sets(study, people, 5)
    return [name for name, test, told in tests if attack.follows(test, told, 5)], len(tests)


THREE = ("a", "b", "c")
STUDIES = {
    "strict": Study(THREE, "strict", ("X", "Y", "Z")),
    "any": Study(THREE, "any", ("X", "Y", "Z")),
    "strict, each asked of those before": Study(THREE, "strict", ("X", "Y"), {"b": "a", "c": "b"}),
    "any, each asked of those before": Study(THREE, "any", ("X", "Y"), {"b": "a", "c": "b"}),
    "strict, one asked": Study(THREE, "strict", ("X", "Y"), {"c": "a"}),
    "any, one asked": Study(THREE, "any", ("X", "Y"), {"c": "a"}),
    "strict, two steps": Study(("a", "b"), "strict", ("X", "Y", "Z")),
}
TABLES = (
    "t: {rows: [a, b], columns: site}",
    "t: {rows: [site]}",
    "t: {rows: [a, b, c], columns: site}",
    "t: {rows: [a, b, c]}",
)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", STUDIES)
def test_no_small_count_follows(kind: str, seed: int) -> None:
    study, rng = STUDIES[kind], np.random.default_rng([seed, len(kind)])
    people = drawn(
        study, int(rng.integers(30, 140)), rng, float(rng.choice([0.0, 0.08, 0.2])), float(rng.choice([0, 0.05]))
    )
    table = TABLES[seed % len(TABLES)]
    table = table.replace(", c]", "]") if len(study.steps) == 2 else table
    lost, of = attacked(study, people, declared(study, table, by=seed % 3 != 2))
    assert lost == [], f"{len(lost)} of {of}"


def test_the_attacker_finds_what_is_printed_without_a_door() -> None:
    """With every number printed, all small counts are known: the attack can fail."""
    study, rng = STUDIES["strict"], np.random.default_rng(5)
    people = drawn(study, 60, rng, 0.1, 0.05)
    text = declared(study, TABLES[2]).replace("rule: journal, below: 5", "rule: none, because: a test")
    lost, of = attacked(study, people, text, sets=False)
    assert len(lost) > 0.6 * of > 5


def test_a_large_cascade_is_printed_whole() -> None:
    study = STUDIES["strict"]
    people = (
        [("X", YES, YES, YES)] * 30 + [("X", YES, YES, NO)] * 10 + [("Y", YES, NO, NO)] * 12 + [("Y", NO, NO, NO)] * 9
    )
    people += [("Z", YES, YES, YES)] * 20 + [("Z", YES, NO, NO)] * 8
    rows = rows_of(people)
    found = released(declared(study, TABLES[2]), "site a b c", rows)
    gone = found.frame[(found.frame["kind"] == "cascade") & found.frame["withheld"]]
    assert gone.empty
    assert found.value(Key("cascade", "c", "b", "of the step before", "All", "percent")) == 75  # 60 of 80


def test_a_table_of_the_second_step_by_the_first_is_the_same_fact() -> None:
    """Of a strict cascade: who has a yes to both reached the second."""
    study = Study(("a", "b", "c"), "strict", ("X", "Y"))
    for seed in range(4):
        rng = np.random.default_rng([seed, 77])
        people = drawn(study, int(rng.integers(40, 120)), rng, 0.15, 0.05)
        lost, of = attacked(study, people, declared(study, "t: {rows: [b], columns: a}", by=seed % 2 == 0))
        assert lost == [], f"{len(lost)} of {of}"


CROSSED = {
    "a table of two steps": ("t: {rows: [c], columns: b}", ""),
    "columns of two steps": ("t: {rows: [site], columns: [a, b]}", ""),
    "a model of two steps": ("t: {rows: [a]}", "models:\n  m: {outcome: c, exposure: site, adjust: [a]}"),
    "a question asked of those with two": ("t: {rows: [a]}", "  late: {codes: {1: A, 2: B}, missing: {blank: none}, "
                                           'asked_of: {a: "Yes", b: "Yes"}}'),
    "how many of them": ("t: {rows: [a]}", "  boxes: {count: [a, b], except: 0, max_missing: 0}"),
}  # fmt: skip


@pytest.mark.parametrize("how", CROSSED)
def test_where_two_steps_are_told_together_their_answers_are_counted_together(how: str) -> None:
    """Three of X said yes to the first and the last step alone: by no step of its own are they few."""
    study = Study(("a", "b", "c"), "any", ("X", "Y"))
    table, more = CROSSED[how]
    text = declared(study, table, by=False, more="" if more.startswith("  ") else more)
    text = text.replace("\ntables:", f"\n{more}\ntables:") if more.startswith("  ") else text
    many: list[Who] = [("X", YES, YES, YES), ("Y", YES, YES, NO), ("Y", YES, NO, NO), ("X", NO, NO, NO)]
    many += [("Y", NO, YES, YES)]
    for few, printed in ((0, True), (3, False), (40, True)):
        people = [who for who in many for _ in range(40)] + [("X", YES, NO, YES)] * few
        rows = [(*(CELLS.get(v, v) for v in who), "1" if who[1:3] == (YES, YES) else "") for who in people]
        own = released(text, "site a b c late", rows).frame.query("kind == 'cascade'")
        assert len(own) and own["withheld"].any() != printed and own["withheld"].all() != printed
        alone = released(declared(study, "t: {rows: [a]}", by=False), "site a b c late", rows)
        assert not alone.frame.query("kind == 'cascade'")["withheld"].any() or few == 3


def test_of_a_sensitive_step_that_everybody_reached_is_few() -> None:
    """All 20 of X who were tested were positive: nobody may be told."""
    study = Study(("a", "b"), "strict", ("X", "Y", "Z"))
    people = [("X", YES, YES)] * 20 + [("Y", YES, YES)] * 25 + [("Y", YES, NO)] * 15 + [("X", NO, NO)] * 10
    people += [("Z", YES, YES)] * 30 + [("Z", YES, NO)] * 20 + [("Z", NO, NO)] * 12 + [("Y", NO, NO)] * 11
    rows = rows_of(people)

    def left(w: Who) -> bool:
        return w[0] == "X" and study.furthest(w) == 1 and w[2] == NO

    for secret, least in (("b", 5), ("", 0)):
        found = released(declared(study, "t: {rows: [site]}", sensitive=secret), "site a b", rows)
        assert Attack(study, found).most(left) >= least
        assert found.withheld(Key("cascade", "c", "b", "no", "site=X")) == bool(secret)


def test_a_small_count_of_a_steps_own_table_is_not_told_by_the_cascade() -> None:
    """Three at Y said no; those who were tested less those who were not are told elsewhere."""
    study = Study(("a", "b"), "strict", ("X", "Y"))
    people = (
        [("X", YES, YES)] * 30
        + [("X", NO, NO)] * 20
        + [("Y", YES, YES)] * 20
        + [("Y", YES, NO)] * 9
        + [("Y", NO, NO)] * 3
    )
    people += [("X", YES, NO)] * 8
    lost, of = attacked(study, people, declared(study, "t: {rows: [a, b], columns: site}"))
    assert of and not lost


@pytest.mark.parametrize("rule", ["midpoint6", "opensafely", "acro", "cms"])
def test_every_rule_prints_a_cascade_and_no_small_count(rule: str) -> None:
    study, rng = STUDIES["strict"], np.random.default_rng(3)
    people = drawn(study, 600, rng, 0.0, 0.0)
    text = declared(study, TABLES[2]).replace("rule: journal, below: 5", f"rule: {rule}")
    own = released(text, "site a b c", rows_of(people)).frame.query("kind == 'cascade' and statistic == 'n'")
    shown = own[~own["withheld"]]["value"]
    least = {"opensafely": 8, "acro": 10, "cms": 11}.get(rule, 0)
    assert len(shown) == len(own) and not shown.between(1, least - 1).any()
    if rule in ("midpoint6", "opensafely"):
        assert all(value % 5 == 0 if rule == "opensafely" else (value - 3) % 6 == 0 or not value for value in shown)


def levels_shown(text: str, people: list[Who], earlier: bytes | None = None) -> set[str]:
    """Levels of which a number is printed; none where one is that others beside it are not."""
    found = released(text, " ".join(["site", "a", "b", "c"][: len(people[0])]), rows_of(people), earlier)
    own = found.frame.query("kind == 'cascade'")
    shown = set(own[~own["withheld"]]["level"])
    assert not shown & set(own[own["withheld"]]["level"])
    return shown


REACHED = {"", "of the step before", "of the start"}


@pytest.mark.parametrize("kind", STUDIES)
def test_a_cascade_in_columns_is_printed_and_of_some_who_were_asked(kind: str) -> None:
    study = STUDIES[kind]
    people = drawn(study, 400, np.random.default_rng(8), 0.0, 0.0)
    assert levels_shown(declared(study, "t: {rows: [site]}"), people) > REACHED


def test_where_few_are_not_known_how_many_reached_a_step_is_printed_alone() -> None:
    """Unless another output tells of a step: then what the lines hide would follow."""
    study = STUDIES["strict"]
    people = drawn(study, 400, np.random.default_rng(8), 0.0, 0.0)
    here = next(i for i, who in enumerate(people) if who == ("Y", YES, YES, NO))
    people[here] = ("Y", YES, YES, NONE)
    assert levels_shown(declared(study, "t: {rows: [site]}"), people) == REACHED
    found = released(declared(study, "t: {rows: [site]}"), "site a b c", rows_of(people)).frame
    assert found[(found["kind"] == "quality") & found["term"].isin(study.steps)]["withheld"].all()
    assert levels_shown(declared(study, "t: {rows: [site, a]}"), people) == set()


def test_where_a_count_of_a_step_is_withheld_elsewhere_nothing_is_printed() -> None:
    """Three of those with a yes to the first step came late, as a table tells; it keeps what it tells of the others."""
    study = STUDIES["strict"]
    people = drawn(study, 400, np.random.default_rng(8), 0.0, 0.0)
    more = '  late: {codes: {1: A, 2: B}, missing: {blank: none}, asked_of: {a: "Yes"}}\ntables:'
    text = declared(study, "t: {rows: [site, late]}").replace("tables:", more, 1)
    for few, printed in ((3, False), (30, True)):
        asked = [i for i, who in enumerate(people) if who[1] == YES]
        late = {i: "1" if place < few else "2" for place, i in enumerate(asked)}
        rows = [(*row, late.get(i, "")) for i, row in enumerate(rows_of(people))]
        found = released(text, "site a b c late", rows).frame
        assert found[found["kind"] == "cascade"]["withheld"].any() != printed
        assert found[found["kind"] == "cascade"]["withheld"].all() != printed
        others = found.query("kind == 'participants' and term == 'late' and level == 'Not applicable'")
        assert len(others) and not others["withheld"].any()


def test_where_few_left_at_a_step_nothing_is_printed() -> None:
    study = STUDIES["strict"]
    people: list[Who] = [("X", YES, YES, YES)] * 30 + [("X", YES, YES, NO)] * 9 + [("Y", YES, NO, NO)] * 20
    text = declared(study, "t: {rows: [site]}", by=False)
    assert levels_shown(text, people) > REACHED
    assert levels_shown(text, people + [("Y", NO, NO, NO)] * 4) == set()


def test_beside_an_earlier_release_a_cascade_is_printed_as_it_was_or_not_at_all() -> None:
    """Seven people more, of whom two reached the first step alone."""
    study = STUDIES["strict"]
    people: list[Who] = [("X", YES, YES, YES)] * 30 + [("X", YES, YES, NO)] * 9 + [("Y", YES, NO, NO)] * 20
    text = declared(study, "t: {rows: [site]}", by=False)
    before = released(text, "site a b c", rows_of(people)).to_csv()
    text = text.replace("below: 5", "below: 5, previous: before.csv")
    assert levels_shown(text, people, before) > REACHED
    more: list[Who] = [("X", YES, YES, YES)] * 5 + [("Y", YES, NO, NO)] * 2
    assert levels_shown(text, people + more, before) == set()


def test_a_table_of_a_step_in_other_columns_parts_the_cascade_by_them() -> None:
    """Of each site many left at each step; of the two who did so of those with a job none is told."""
    study = STUDIES["strict"]
    people: list[Who] = [("X", YES, YES, YES)] * 30 + [("X", YES, YES, NO)] * 9 + [("Y", YES, NO, NO)] * 20
    more = '  job: {codes: {1: "Yes", 0: "No"}}\ntables:'
    for few, printed in ((2, False), (9, True)):
        rows = [(*row, int(i < 15 or 30 <= i < 30 + few)) for i, row in enumerate(rows_of(people))]
        shown = {}
        for table in ("t: {rows: [a], columns: job}", "t: {rows: [site], columns: job}"):
            text = declared(study, table, by=False).replace("tables:", more, 1)
            own = released(text, "site a b c job", rows).frame.query("kind == 'cascade'")
            shown[table[11]] = not own["withheld"].any()
        assert shown == {"a": printed, "s": True}
