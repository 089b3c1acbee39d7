"""``alongside audit``: lines, exit codes, the page and the JSON file."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pipeline.audit import Asked, audit
from pipeline.audit.told import lines, to_html, to_json
from pipeline.cli import main
from tests.unit.audit.joo import as_csv, as_html

FINDING = {key: {"type": "string"} for key in
           ("kind", "file", "table", "row", "column", "printed", "says", "possible", "certainty", "place")}  # fmt: skip
TABLE = {"file": {"type": "string"}, "table": {"type": "string"}, "groups": {"type": "integer"},
         "percentages": {"type": "integer"}, "unread": {"type": "integer"}, "figures": {"type": "integer"},
         "brackets": {"type": "integer"}}  # fmt: skip


def closed(properties: dict[str, dict[str, str]]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


SCHEMA = {
    **closed({"format": {"const": "1"}}),
    "properties": {
        "format": {"const": 1}, "tables": {"type": "array", "items": closed(TABLE)},
        "findings": {"type": "array", "items": closed(FINDING)},
    },
    "required": ["format", "tables", "findings"],
}  # fmt: skip


def test_findings_are_told_one_a_line_and_the_exit_code_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    table = tmp_path / "table.csv"
    table.write_bytes(as_csv())
    assert main(["audit", str(table)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 14 + 1 and told[-1] == "table.csv, Table 1: 14 findings (groups: 6, percentages: 20)"
    assert sum("not possible" in line for line in told) == 3


def test_page_and_json_are_the_same_bytes_twice_and_hold_no_path(tmp_path: Path):
    outputs = []
    for folder in ("one", "another"):
        (tmp_path / folder).mkdir()
        table, page, values = (tmp_path / folder / name for name in ("t.html", "page.html", "found.json"))
        table.write_bytes(as_html())
        assert main(["audit", str(table), "--html", str(page), "--json", str(values), "--n", "43"]) == 0
        outputs.append((page.read_bytes(), values.read_bytes()))
    assert outputs[0] == outputs[1] and str(tmp_path).encode() not in outputs[0][0] + outputs[0][1]
    jsonschema.validate(json.loads(outputs[0][1]), SCHEMA)


def test_markup_in_a_table_is_escaped_on_the_page():
    table = b'Sex,n (%)\n<script>alert(1)</script>"&,12 (130%)\n'
    found = audit({'<b onclick="x">.csv': table})
    page = to_html(found).decode()
    assert "<script>" not in page and "<b onclick" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert json.loads(to_json(found))["findings"][0]["row"].startswith("<script>")


def test_every_file_that_can_not_be_read_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "b.docx").write_bytes(b"x")
    assert main(["audit", str(tmp_path / "a.pdf"), str(tmp_path / "b.docx")]) == 3
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["a.pdf", "b.docx"]
    assert main(["audit", str(tmp_path / "none.csv"), str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert "none.csv: is not there. Name a file: a table as CSV, XLSX, HTML or DOCX, or the article as JATS" in told
    assert "is a folder." in told


@pytest.mark.parametrize("out", ["there", "t.csv/x.html"])
def test_a_page_that_can_t_be_put_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str):
    (tmp_path / "there").mkdir()
    (tmp_path / "t.csv").write_text("Group,n (%)\nMen,12 (30%)\nWomen,28 (70%)\n")
    assert main(["audit", str(tmp_path / "t.csv"), "--html", str(tmp_path / out)]) == 3
    said = capsys.readouterr().err
    assert said.startswith(f"{out.split('/')[0]}: can't be written, for a folder stands where a file should")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.csv", "there"]


def test_a_table_is_never_overwritten_and_options_must_mean_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    table = tmp_path / "t.html"
    table.write_bytes(as_html())
    for options in (["--html", str(table)], ["--rule", "opensafly"], ["--n", "0"], ["--below", "0"],
                    ["--html", str(tmp_path / "x"), "--json", str(tmp_path / "x")]):  # fmt: skip
        assert main(["audit", str(table), *options]) == 3
    assert table.read_bytes() == as_html()
    assert capsys.readouterr().err.splitlines() == [
        "--html: t.html is one of the tables. Give the page a name of its own.",
        "--rule: there is no release rule 'opensafly'. Did you mean 'opensafely'?",
        "--n: a study has one person at least. Write the number of people, e.g. --n 43.",
        "--below: is 1 or more. Write the smallest count that may be printed, e.g. --below 5.",
        "--json: x is the page's name too. Give each a name of its own.",
    ]


def test_rounded_and_weighted_tables_are_not_checked_and_it_is_said_why():
    head = "Characteristic,n,%\nSex (N = 55),,\n  Women,35,12\n  Men,20,61\n"
    for note, asked, why in (
        ("", Asked(weighted=True), "percentages are weighted, as --weighted says"),
        ("", Asked(rule="opensafely"), "counts are rounded under 'opensafely'"),
        (
            "Weighted to the census.",
            Asked(),
            "the table says that it is weighted, and weighted percentages are never n of N",
        ),
        ("Counts are rounded to the nearest 5.", Asked(), "the table says that its counts are rounded"),
    ):
        told = [f.line for f in audit({"t.csv": f"{head}\n{note}\n".encode()}, asked).findings]
        assert told == [f"t.csv: percentages and sums are not checked: {why} [not checked, look]"]
    assert any("not possible" in f.line for f in audit({"t.csv": head.encode() + b"\nUnweighted.\n"}).findings)


def test_counts_that_a_rule_does_not_leave():
    table = b"Characteristic,n,%\nSex,,\n  Women,13,30\n  Men,5,12\n  Other,30,58\n"
    says = [f.says for f in audit({"t.csv": table}, Asked(rule="nhs")).findings]
    assert says[0] == "2 of 3 counts are none that 'nhs' leaves: Sex: Women = 13 and Sex: Men = 5"
    midpoint = b"Characteristic,n,%\nSex,,\n  Women,9,30\n  Men,12,12\n"
    assert [f.says for f in audit({"t.csv": midpoint}, Asked(rule="midpoint6")).findings][0].endswith("Sex: Men = 12")


def test_the_same_people_counted_differently_in_two_tables():
    one = b"Characteristic,All (N = 40)\nSex,\n  Women,30 (75%)\n  Men,10 (25%)\n"
    other = one.replace(b"30 (75%)", b"31 (78%)").replace(b"10 (25%)", b"9 (23%)")
    found = audit({"a.csv": one, "b.csv": other}).findings
    assert [f.says for f in found if f.kind == "n differs"] == [
        "31 here and 30 in a.csv, both of N = 40",
        "9 here and 10 in a.csv, both of N = 40",
    ]


def test_nothing_found_is_said_too():
    found = audit(
        {"a.csv": b"Characteristic,All (N = 40)\nSex,\n  Women,30 (75%)\n  Men,10 (25%)\n", "b.csv": b"A,B\nx,y\n"}
    )
    assert list(lines(found)) == [
        "a.csv: nothing found (groups: 1, percentages: 2)",
        "1 table holds no counts or percentages of people that were recognised.",
    ]
    assert b"<h2>Nothing found</h2>" in to_html(found)
