"""Whatever rows come and whatever leaves: the flow adds up, and equals a count by hand."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.flow import check
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from tests.drawn import cleaned, declared

STUDY = declared("""
data:
  index: {file: a.csv, id: pid, wave: w, waves: {1: One, 2: Two}, duplicates: {keep: last, because: again}}
  visits:
    {file: b.csv, id: [peer, n], parent: {index: peer},
     duplicates: {keep: first, because: again}, orphans: {because: strangers}}
design: {kind: cluster trial, cluster: town, arm: arm}
exclude:
  - {in: index, where: {s: test}, because: test rows}
  - {in: index, unless: {s: [ok, late]}, because: no consent}
  - {in: visits, where: {s: test}, because: test rows}
variables:
  arm: {in: index, codes: {C: Control, I: Intervention}}
  m: {in: visits, type: number}
""")
person = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from("12"),
    st.sampled_from(["ok", "late", "test", "no", ""]),
    st.sampled_from("XYZ"),
    st.sampled_from("CI"),
)
visit = st.tuples(st.sampled_from("abcdz"), st.sampled_from("12"), st.sampled_from(["ok", "test"]))


def cells(columns: list[str], rows: list[tuple]) -> Cells:
    index = pd.Index([str(n) for n in range(len(rows))], name="row", dtype="str")
    return Cells("t", pd.DataFrame(rows, columns=columns, index=index, dtype="str"))


def left_by_hand(people: list[tuple], visits: list[tuple]) -> tuple[list[str], list[str]]:
    """Why each row left, ``""`` where it stayed."""
    reasons = ["test rows" if s == "test" else "" if s in ("ok", "late") else "no consent" for _, _, s, _, _ in people]
    for n, (pid, wave, *_) in enumerate(people):
        later = [m for m in range(n + 1, len(people)) if people[m][:2] == (pid, wave) and not reasons[m]]
        if not reasons[n] and later:
            reasons[n] = "duplicate: again"
    order = ["test rows", "no consent", "duplicate: again", ""]
    fate = {pid: max((reasons[n] for n, p in enumerate(people) if p[0] == pid), key=order.index) for pid, *_ in people}
    of_visits: list[str] = []
    for n, (peer, number, s) in enumerate(visits):
        earlier = [
            m
            for m in range(n)
            if visits[m][:2] == (peer, number) and of_visits[m] not in ("test rows", "duplicate: again")
        ]
        if s == "test":
            of_visits.append("test rows")
        elif earlier:
            of_visits.append("duplicate: again")
        elif peer not in fate:
            of_visits.append("no parent in index: strangers")
        else:
            of_visits.append(f"parent left out: {fate[peer]}" if fate[peer] else "")
    return reasons, of_visits


@settings(max_examples=40)
@given(st.lists(person, min_size=1, max_size=14), st.lists(visit, min_size=1, max_size=14))
def test_the_flow_adds_up_and_equals_a_count_by_hand(people: list[tuple], visits: list[tuple]) -> None:
    tables = {
        "index": cells(["pid", "w", "s", "town", "arm"], people),
        "visits": cells(["peer", "n", "s", "m"], [(*v, "1") for v in visits]),
    }
    of_people, of_visits = left_by_hand(people, visits)
    if "" not in of_people or "" not in of_visits:
        try:
            cleaned(STUDY, **tables)
        except Mistakes as caught:
            assert any("no row is left" in m.what or "leaves out every row" in m.what for m in caught.mistakes)
            return
        raise AssertionError("did not stop where no row is left")
    flow = cleaned(STUDY, **tables).flow
    check(flow.steps)
    for arm in flow.arms["arm"].unique():
        check(flow.arms[flow.arms["arm"] == arm])
    for table, by_hand, ids in (
        ("index", of_people, [p[0] for p in people]),
        ("visits", of_visits, [v[:2] for v in visits]),
    ):
        steps = flow.steps[flow.steps["table"] == table]
        for line in steps.itertuples():
            if line.step == "left out":
                assert line.rows == by_hand.count(line.reason)
        kept = steps[steps["step"] == "kept"].iloc[0]
        assert kept["rows"] == by_hand.count("")
        assert kept["people"] == len({i for i, reason in zip(ids, by_hand, strict=True) if not reason})
        assert steps["rows"].iloc[0] == len(ids) and steps["people"].iloc[0] == len(set(ids))
    towns = {town for _, _, _, town, _ in people}
    assert flow.steps.loc[flow.steps["step"] == "read", "clusters"].tolist() == [len(towns), len(towns)]
