"""A real browser, and every kind of page that there is, made from made-up numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.audit.audit import audit
from pipeline.audit.told import to_html as audit_page
from pipeline.disclosure import draft
from pipeline.report import changes_page, index_page, page, report_files
from pipeline.reproduce.against_lock import AgainstLock
from pipeline.reproduce.cause import changes
from pipeline.reproduce.certificate import as_page
from pipeline.reproduce.committed import Committed
from pipeline.reproduce.diff import difference
from pipeline.reproduce.diff_page import diff_page
from pipeline.reproduce.diff_versions import Version
from pipeline.reproduce.judge import judge
from pipeline.reproduce.replay import Replay
from pipeline.reproduce.verdict import Verification, Whole
from pipeline.results import Key, Number, Results
from pipeline.tables.fill import fill
from pipeline.tables.formats import FORMATS
from pipeline.tables.table import Column, Filled, Row, Table
from tests.report_example import a_report, a_report_with_ways, a_study, executed, some_told

SIZES = {"phone": (360, 740), "desk": (1280, 900)}


@pytest.fixture(scope="session")
def browser(require: Any) -> Iterator[Any]:
    program = require("browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


IMPOSSIBLE = "Group,North (n = 13)\nGender,\n  Women,6 (61%)\n  Men,7 (39%)\n"
LEFT = {"Missing": 2, "Not asked": 4, "Not applicable": 0}


def counted() -> Filled:
    """So many levels that a phone has to scroll, in three columns under one heading, with what each is of."""
    groups = {f"site={name}": name for name in ("North", "South", "West")}
    numbers, rows = [], [Row("Support", "support", form="denominator")]
    for group in groups:
        numbers += [Number(Key("participants", "p", "", "", group, "n"), 46, 46)]
        numbers += [Number(Key("participants", "p", "support", "", group, "denominator"), 40, 40)]
        for reason, n in LEFT.items():
            numbers += [Number(Key("participants", "p", "support", reason, group, "n"), n, n)]
        for level in map(str, range(1, 31)):
            for statistic, value in (("n", 10), ("denominator", 40), ("percent", 25.0)):
                numbers += [Number(Key("participants", "p", "support", level, group, statistic), value, 40)]
    rows += [Row(f"Level {n}", "support", str(n), "count", "level", 1) for n in range(1, 31)]
    heads = ((path, name, Key("participants", "p", "", "", path, "n")) for path, name in groups.items())
    columns = tuple(Column(path, name, head, spanner="Site") for path, name, head in heads)
    return fill(Table("participants", "p", "People, by site", columns, tuple(rows)), draft(Results.of(numbers)))


def certificate() -> bytes:
    """One on which every list stands: numbers, files, inputs, stages, packages."""
    rows = "kind,name,term,level,group,statistic,value,text\nparticipants,t,age,,All,n,{0},{0}\n"
    files = {"results.csv": rows.format(3).encode(), "figures/<b>.svg": b""}
    made = {"python": "CPython 3.11.7", "machine": "linux", "packages": ["pandas-3.1.0"]}
    told = json.dumps({"outputs": {}, "raw": {"a.csv": "1"}, "environment": made}).encode()
    state = Committed({**files, "manifest.json": told}, "as drawn")
    replayed = Replay({"results.csv": rows.format(4).encode(), "manifest.json": b'{"outputs": {}}'})
    found = changes(state.manifest, replayed.manifest)
    return as_page(
        Verification(
            "x", Whole.NOT_REPRODUCED, title="X & Y", made_up=True, source="git HEAD", changes=found, total=61.0,
            judged=judge(state, replayed, found, True), lock=AgainstLock(True, 2, (("pandas", "3.1.0", "3.2.0"),)),
            seconds={"01_clean": 2.5}, python=made["python"], machine=made["machine"], kept="data/processed/x/.verify",
        )
    )  # fmt: skip


def two_versions() -> bytes:
    """A comparison in which a number changed, one came and one went."""
    files = report_files(*a_report())
    head, *rows = files["results.csv"].decode().splitlines()
    at = next(i for i, row in enumerate(rows) if row.startswith("reliability,") and ",alpha," in row)
    other = [*rows[:at], re.sub(r",[^,]*,[^,]*$", ",0.5,0.50", rows[at]), "model,zz,zz,,All,n,3,3", *rows[at + 2 :]]
    told = {"study": "demo", "title": "Demo <b>", "made_up": True, "raw": {"a.csv": "1"}}
    old, new = (
        Version("demo", place, {**files, "results.csv": data, "manifest.json": b""}, {**told, "code": place})
        for place, data in (("old", files["results.csv"]), ("new", "\n".join([head, *sorted(other), ""]).encode()))
    )
    return diff_page(difference(old, new))


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    key = Key("participants", "participants", "gender", "Women", "programme=North", "n")
    old, new = (Results.of([Number(key, n, n)]) for n in (4, 5))
    layout = Table(
        "participants",
        "participants",
        "People",
        (Column("programme=North", "North"),),
        (Row("Women", "gender", "Women", "n"),),
    )
    made = {
        "report": page(executed(a_report_with_ways()[0]), some_told(a_report_with_ways()[1])),
        "index": index_page(
            {"example/report.html": b"", "example/manifest.json": b'{"title": "Example", "made_up": true}'},
            {"other": "Other"},
        ),
        "changes": changes_page(a_study(), old, new, [layout], "1 answer recoded: 1 of 1 numbers changed"),
        "export": FORMATS["html"]([(counted(), "Table 1")]),
        "certificate": certificate(),
        "diff": two_versions(),
        "audit": audit_page(audit({"table.csv": IMPOSSIBLE.encode()})),
    }
    for name, data in made.items():
        (folder / f"{name}.html").write_bytes(data)
    return {name: folder / f"{name}.html" for name in made}
