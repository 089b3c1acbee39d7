"""The files of a report, the index, and what changed between two runs."""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys

import pytest

from pipeline.files import sha256
from pipeline.report import changed_numbers, changes_page, finished, index_page, report_files
from pipeline.results import KEY, Key, Number, Results
from pipeline.tables.table import Column, Row, Table
from tests.report_example import a_report, a_study, executed

NAN = float("nan")


@pytest.fixture(scope="module")
def files():
    report, released = a_report()
    made = report_files(report, released)
    made_from = {"raw": {"people.csv": "ab" * 32}, "code": "c", "parameters": {"seed": 7}}
    return finished(
        made,
        executed(report),
        study="example",
        title=report.head.title,
        made_up=True,
        made_from=made_from,
    )


def test_every_file_has_its_place(files):
    figures = [
        f"figures/{n}.{e}"
        for n in ("estimates", "missing", "scale-loneliness", "scale-support")
        for e in ("csv", "png", "svg")
    ]
    tables = [f"tables/{n}.{e}" for n in ("participants", "reliability-reliability") for e in ("csv", "html")]
    assert sorted(files) == sorted(
        [
            *figures,
            "figures/flow.png",
            "figures/flow.svg",
            "figures/reliability.png",
            "figures/reliability.svg",
            *tables,
            "layouts.json",
            "manifest.json",
            "report.docx",
            "report.html",
            "results.csv",
        ]
    )


def test_the_manifest_has_the_hash_of_every_other_file_and_no_place_or_time(files):
    manifest = json.loads(files["manifest.json"])
    assert manifest["outputs"] == {name: sha256(data) for name, data in files.items() if name != "manifest.json"}
    assert manifest["raw"] == {"people.csv": "ab" * 32}
    assert (manifest["code"], manifest["parameters"]) == ("c", {"seed": 7})
    text = files["manifest.json"].decode()
    assert os.getcwd() not in text and not re.search(r"\d{4}-\d\d-\d\d", text)


def test_every_number_of_the_page_stands_in_results(files):
    """Keys in the page and in the tables are keys of results.csv, with the same text."""
    rows = {tuple(r[k] for k in KEY): r["text"] for r in csv.DictReader(io.StringIO(files["results.csv"].decode()))}
    for name in ("report.html", "tables/participants.html"):
        found = re.findall(r'data-key="([^"]+)"[^>]*>([^<]*)<', files[name].decode())
        assert found
        for key, text in found:
            keys, text = json.loads(html.unescape(key)), html.unescape(text)
            for one in keys if isinstance(keys[0], list) else [keys]:
                shown = rows[tuple(one)]
                assert shown in text.replace("[withheld]", "[c]"), (one, text)


def test_a_spreadsheet_runs_nothing(files):
    for name in (n for n in files if n.startswith(("tables/", "figures/")) and n.endswith(".csv")):
        for row in csv.reader(io.StringIO(files[name].decode("utf-8-sig"))):
            assert not [cell for cell in row if cell.strip().startswith(("=", "+", "-", "@"))]


def test_the_index_lists_what_there_is_and_what_was_not_run(files):
    reports = {f"example/{name}": data for name, data in files.items()} | {
        "index.html": b"old",
        "broken/manifest.json": b"{",
        "broken/report.html": b"",
    }
    studies = {"example": "Example", "later <b>": "Later & other"}
    text = index_page(reports, studies).decode()
    assert '<a href="example/report.html">Support and loneliness in two made-up programmes</a>' in text
    assert text.count("Made-up data") == 1
    assert (
        "Later &amp; other" in text and "Not run here: there is no report. Type: alongside run later &lt;b&gt;" in text
    )
    assert 'href="broken/report.html"' in text
    assert index_page(dict(reversed(reports.items())), studies) == index_page(reports, studies)
    odd = {"a/manifest.json": b"[" * 100_000, "b/manifest.json": b'{"title": "\\ud800<b>"}'}
    assert "?&lt;b&gt;" in index_page({**reports, **odd}, studies).decode(), "one that is odd hides no other"
    assert "No study has a report yet." in index_page({}, {}).decode()


def numbers(**values):
    return Results.of(
        [Number(Key("participants", "who", term, "", "All", "mean"), value, 9, 1) for term, value in values.items()]
    )


LAYOUT = Table(
    "participants",
    "who",
    "Who",
    (Column("All", "All"),),
    (Row("Age", "age", form="mean"), Row("Time", "time", form="mean")),
)


def test_changes_are_counted_by_text_and_value():
    old = numbers(age=50.0, time=2.04, gone=1.0, odd=NAN, noise=0.1 + 0.2)
    new = numbers(age=51.0, time=2.0401, new=1.0, odd=NAN, noise=0.3)
    found = changed_numbers(old, new)
    assert [(key.term, a, b) for key, a, b in found.changed] == [("age", "50.0", "51.0"), ("time", "2.0", "2.0")]
    assert ([k.term for k in found.new], [k.term for k in found.gone], found.total) == (["new"], ["gone"], 5)
    assert found.sentence(recoded=1) == "1 answer recoded: 2 of 5 numbers changed, 1 new, 1 gone"
    assert (
        found.sentence(recoded=2, rows_new=35, rows_gone=1)
        == "2 answers recoded, 35 rows new, 1 row gone: 2 of 5 numbers changed, 1 new, 1 gone"
    )
    assert changed_numbers(old, old).sentence() == "No answer recoded: 0 of 5 numbers changed"


def test_the_comparison_page_marks_what_changed():
    old, new = numbers(age=50.0, time=2.0, odd=1.0), numbers(age=51.0, time=2.0, odd=2.0, fresh=1.0)
    text = changes_page(
        a_study(), old, new, [LAYOUT, LAYOUT], "1 answer recoded: 2 of 4 numbers changed", ["age: 1 answer"]
    ).decode()
    assert "<del>50.0</del> → <ins>51.0</ins>" in text
    assert "<del>1.0</del> → <ins>2.0</ins>" in text and "participants / who / odd / – / All / mean" in text
    assert text.count("2.0</td>") == 2  # unchanged, unmarked
    assert "Of all numbers, 1 numbers are new." in text
    assert "Not for release" in text and "Made-up data" in text
    same = changes_page(a_study(), old, old, [LAYOUT], "No answer recoded: 0 of 3 numbers changed").decode()
    assert "No cell of a table changed." in same and "<del>" not in same


def test_a_new_line_and_a_lost_number_are_marked_too():
    text = changes_page(a_study(), numbers(age=50.0), numbers(age=50.0, time=2.0), [LAYOUT], "x").decode()
    assert "<del>–</del> → <ins>2.0</ins>" in text


def test_marks_that_a_label_brings_are_only_words():
    layout = Table(
        "participants", "who", "Who \ue000 <b>", (Column("All", "All"),), (Row("A\ue001ge", "age", form="mean"),)
    )
    text = changes_page(a_study(), numbers(age=50.0), numbers(age=51.0), [layout], "x").decode()
    assert text.count("<main") == text.count("</main>") == 1
    assert "<b>" not in text


DETERMINED = """
import hashlib, sys
from tests.report_example import a_report, executed
from pipeline.report import page, report_files
report, released = a_report()
files = report_files(report, released) | {"page": page(executed(report))}
print(hashlib.sha256(b"".join(n.encode() + d for n, d in sorted(files.items()))).hexdigest())
"""


@pytest.mark.slow
def test_hash_seed_time_zone_locale_and_home_change_no_byte(tmp_path):
    found = set()
    for seed, zone, locale in (("1", "Pacific/Auckland", "C"), ("2", "America/New_York", "C.UTF-8")):
        home = tmp_path / seed
        (home / "matplotlib").mkdir(parents=True)
        (home / "matplotlib" / "matplotlibrc").write_text(f"font.size: {int(seed) * 9}\nsvg.fonttype: none\n")
        around = {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "HOME": str(home),
            "MPLCONFIGDIR": str(home / "matplotlib"),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ".",
        }
        ran = subprocess.run([sys.executable, "-c", DETERMINED], env=around, capture_output=True, text=True, check=True)
        found.add(ran.stdout)
    assert len(found) == 1
