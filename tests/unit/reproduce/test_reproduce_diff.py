"""``alongside diff``: drawn numbers, layouts of a report, manifests; folders, ZIPs and what is refused."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import Mistakes
from pipeline.files import Workspace, sha256
from pipeline.report import report_files
from pipeline.reproduce.bundle_opened import opened
from pipeline.reproduce.cause import CAUSES, ENTRIES, MAPS, Change, changes
from pipeline.reproduce.diff import difference
from pipeline.reproduce.diff_cells import Cell, Printed, as_difference, cells_between, counted, largest, numbers_in
from pipeline.reproduce.diff_inputs import inputs_between, manifest_in
from pipeline.reproduce.diff_page import diff_page
from pipeline.reproduce.diff_versions import Version
from pipeline.results import KEY
from pipeline.run.records import PACKAGE
from pipeline.run.stage import made_from
from tests.report_example import a_report

HEAD = ",".join([*KEY, "value", "text"])


def drawn(table: str) -> bytes:
    """``results.csv`` from lines ``term | value | text``."""
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    lines = [f"participants,t,{term},,All,mean,{value},{text}" for term, value, text in rows]
    return "\n".join([HEAD, *lines, ""]).encode()


OLD = drawn("""
    age     | 40  | 40.0
    gone    | 1   | 1.0
    hidden  | 7   | 7.0
    same    | 3   | 3.0
    shown   |     | [c]
    zero    | 0   | 0.0
""")
NEW = drawn("""
    added   | 2   | 2.0
    age     | 42  | 42.0
    hidden  |     | [c]
    same    | 3   | 3.0
    shown   | 9   | 9.0
    zero    | 0.5 | 0.5
""")


def test_every_number_that_is_not_as_it_was_is_told_with_how():
    cells = cells_between(numbers_in(OLD, "old"), numbers_in(NEW, "new"))
    assert {c.key.term: c.kind for c in cells} == {
        "added": "added", "age": "changed", "gone": "gone", "hidden": "withheld now", "shown": "shown now",
        "zero": "changed",
    }  # fmt: skip
    by_term = {c.key.term: c for c in cells}
    assert (by_term["age"].difference, by_term["age"].relative) == (42 - 40, (42 - 40) / 40)
    assert (by_term["zero"].difference, by_term["zero"].relative) == (0.5, math.inf)
    assert by_term["hidden"].difference is None and by_term["gone"].relative is None
    assert [c.key.term for c in largest(cells)] == ["zero", "age"]
    assert counted(cells) == "2 changed, 1 added, 1 gone, 1 withheld now, 1 shown now"
    assert as_difference(by_term["age"]) == "+2 (+5%)" and as_difference(by_term["gone"]) == "–"
    many = Cell(by_term["age"].key, "changed", Printed(2.0, "2"), Printed(77_000_002.0, "77,000,002"))
    assert as_difference(many) == "+77,000,000 (+3,850,000,000%)"
    assert cells_between(numbers_in(OLD, ""), numbers_in(OLD, "")) == []


def lines(*numbers: str) -> bytes:
    return "\n".join([HEAD, *(f"model,m,age,,All,{number}" for number in numbers), ""]).encode()


def test_estimates_and_counts_stand_before_p_values_and_by_their_own_intervals():
    """A P value three times as large says little; an estimate near nought that doubled moved by a tenth of its
    interval, a count by a half of itself."""
    old = lines("estimate,0.01,0.01", "ci_low,-0.09,-0.09", "ci_high,0.11,0.11", "p,0.0001,<0.001", "n,40,40",
                "p_holm,0.0004,<0.001", "df,12,12.0", "std_error,0.05,0.05")  # fmt: skip
    new = lines("estimate,0.02,0.02", "ci_low,-0.09,-0.09", "ci_high,0.16,0.16", "p,0.0003,<0.001", "n,60,60",
                "p_holm,0.0009,<0.001", "df,90,90.0", "std_error,0.06,0.06")  # fmt: skip
    cells = largest(cells_between(numbers_in(old, ""), numbers_in(new, "")))
    assert [(c.key.statistic, round(c.moved, 4)) for c in cells] == [
        ("ci_high", 0.5), ("n", 0.5), ("std_error", 0.2), ("estimate", 0.1), ("df", 6.5), ("p", 2.0), ("p_holm", 1.25),
    ]  # fmt: skip
    assert as_difference(cells[3]) == "+0.01 (+100%)", "what is said of each stays as it was"


@pytest.mark.parametrize(("data", "said"), [
    (b"a,b\n1,2\n", "is no results.csv"),
    (b"", "is no results.csv"),
    (b"\xff\xfe", "is no results.csv"),
    (f"{HEAD}\nparticipants,t,age,,All,mean,many,1\n".encode(), "is no results.csv"),
    (f"{HEAD}\nparticipants,t,age\n".encode(), "is no results.csv"),
    (drawn("age | 1 | 1\nage | 2 | 2"), "names a number twice"),
])  # fmt: skip
def test_a_file_that_is_no_results_is_refused(data: bytes, said: str):
    with pytest.raises(Mistakes, match=said):
        numbers_in(data, "old/results.csv")


DEEP = b'{"outputs": {}, "raw": ' + b'{"a": ' * 900 + b"1" + b"}" * 901


@pytest.mark.parametrize("data", [b"[]", b"{", b'{"raw": []}', b"[" * 100_000, DEEP, b'{"code": ' + b"9" * 5000 + b"}"])
def test_a_file_that_is_no_manifest_is_refused(data: bytes):
    with pytest.raises(Mistakes, match="can't be read as a report's manifest"):
        manifest_in(data, "manifest.json")


@pytest.mark.parametrize("name", ["../../out", "/etc/out", "C:\\out", "..", "", "a\nb", "<b>"])
def test_a_manifest_whose_study_climbs_out_of_the_folder_of_pages_is_refused(name: str):
    with pytest.raises(Mistakes) as caught:
        manifest_in(json.dumps({"study": name}).encode(), "there manifest.json")
    said = "there manifest.json: names a study that is no plain name. Check where the report comes from."
    assert " ".join(str(caught.value).split()) == said


def test_inputs_that_differ_are_named_one_by_one():
    old = {
        "study_file": "1", "raw": {"a.csv": "1", "b.csv": "1"}, "notebooks": {"01_clean": "1"}, "code": "1",
        "alongside": "0.1.0", "parameters": {"seed": 1},
        "environment": {"python": "CPython 3.11.7", "packages": ["numpy-2.4.6", "a_b-1.0"], "lock": "1"},
    }  # fmt: skip
    new = {
        "study_file": "2", "raw": {"a.csv": "2", "c.csv": "1"}, "notebooks": {"01_clean": "1"}, "code": "2",
        "alongside": "0.2.0", "parameters": {"seed": 2}, "function": "1",
        "environment": {"python": "CPython 3.11.7", "packages": ["numpy-2.4.7", "new-1"], "lock": "1"},
    }  # fmt: skip
    texts = ("title: A\nmodels:\n  x: {adjust: [a]}\n  y: {adjust: [a]}\n", "title: A\nmodels:\n  x: {adjust: [b]}\n")
    assert [str(one) for one in inputs_between(old, new, texts)] == [
        "study file: models.x, models.y",
        "raw data: a.csv changed, c.csv is new, b.csv is gone",
        "the study's own function: it is new",
        "parameters: seed 1 → 2",
        "code of Alongside: 0.1.0 → 0.2.0",
        "packages: a_b 1.0 → –, new – → 1, numpy 2.4.6 → 2.4.7",
    ]
    assert inputs_between(old, old) == []


@pytest.mark.parametrize(
    ("entry", "cause", "what", "said"),
    [
        ("styles", "house style", "a house style: ours", "house styles: ours changed"),
        ("instruments", "instruments", "an instrument: ours", "instruments: ours changed"),
        ("previous", "earlier release", "the earlier release: ours", "earlier release: ours changed"),
        ("compared", "declarations", "the study file of a compared study: ours",
         "study files that it compares: ours changed"),
        ("raw", "data", "raw data: ours", "raw data: ours changed"),
        ("notebooks", "code", "a notebook: ours", "notebooks: ours changed"),
        ("parameters", "parameters", "params.yaml: ours", "parameters: ours a → b"),
    ],
)  # fmt: skip
def test_every_input_has_one_cause_that_verify_and_diff_name(entry: str, cause: str, what: str, said: str):
    old, new = {entry: {"ours": "a", "same": "c"}}, {entry: {"ours": "b", "same": "c"}}
    assert changes(old, new) == [Change(cause, what, entry, "a", "b", "ours")]
    assert [str(one) for one in inputs_between(old, new)] == [said]
    assert cause in CAUSES


def test_what_a_manifest_names_is_in_the_one_table_of_causes(bridges_made_from: dict[str, object]):
    assert set(bridges_made_from) - set(ENTRIES) == set()
    assert {n for n, v in bridges_made_from.items() if isinstance(v, dict)} <= set(MAPS)


@pytest.fixture
def bridges_made_from() -> dict[str, object]:
    return made_from(Workspace.at(PACKAGE.parent), "bridges")


# A whole report


@pytest.fixture(scope="module")
def report() -> dict[str, bytes]:
    return report_files(*a_report())


def changed(files: dict[str, bytes], times: float = 2.0) -> dict[str, bytes]:
    """The same report with another alpha."""
    rows = list(csv.reader(io.StringIO(files["results.csv"].decode())))
    at = next(i for i, row in enumerate(rows) if row[0] == "reliability" and row[5] == "alpha" and row[6])
    rows[at][6:] = [str(float(rows[at][6]) * times), f"{float(rows[at][6]) * times:.2f}"]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return {**files, "results.csv": out.getvalue().encode()}


def manifest(**more: object) -> bytes:
    return json.dumps({"study": "demo", "title": "Demo", "made_up": True, "alongside": "0.1.0", **more}).encode()


def version(files: dict[str, bytes], **more: object) -> Version:
    held = {**files, "manifest.json": manifest(**more)}
    return Version("demo", "reports/demo", held, json.loads(held["manifest.json"]))


def test_a_changed_cell_stands_in_its_table_with_both_numbers(report: dict[str, bytes]):
    found = difference(version(report, code="1"), version(changed(report), code="2"))
    assert [c.kind for c in found.cells] == ["changed"] and len(found.shown.marked) == 1
    assert found.explained() == ["Explains: code of Alongside: another state of 0.1.0"]
    text = diff_page(found).decode()
    old, new = found.cells[0].old, found.cells[0].new
    assert old and new and f"<del>{old.text}</del> → <ins>{new.text}</ins>" in text
    assert found.shown.place(found.cells[0].key).startswith("Reliability, Support")
    assert "<script" not in text and text == diff_page(found).decode()


def test_a_table_of_other_words_is_not_called_unchanged(report: dict[str, bytes]):
    layouts = json.loads(report["layouts.json"])
    first, *others = layouts["tables"]
    for part in (
        {"title": "Another"}, {"rows": first["rows"][:-1]}, {"stub": "Other"},
        {"rows": [{**first["rows"][0], "label": "Men"}, *first["rows"][1:]]},
    ):  # fmt: skip
        other = {**report, "layouts.json": json.dumps({**layouts, "tables": [{**first, **part}, *others]}).encode()}
        found = difference(version(report), version(other))
        assert len(found.shown.reworded) == 1 and not {*found.shown.reworded} & {*found.shown.same}, part
        assert f"<p>Other words or lines: {found.shown.reworded[0]}.</p>" in diff_page(found).decode()
    assert difference(version(report), version(changed(report))).shown.reworded == ()


def test_numbers_that_changed_without_a_cause_are_called_so(report: dict[str, bytes]):
    found = difference(version(report), version(changed(report)))
    assert found.explained() == [
        "None of the data, code or parameters differs, yet numbers do: see 'alongside verify'."
    ]
    same = difference(version(report, code="1"), version(report, code="2"))
    assert same.headline.startswith("the same ") and same.explained()[0].startswith("Differs without changing a number")


def test_what_a_stranger_writes_into_a_report_is_text_on_the_page(report: dict[str, bytes]):
    hostile = "<img src=x onerror=alert(1)>"
    data = report["results.csv"] + f'participants,"{hostile}",x,,All,n,1,"{hostile}"\n'.encode()
    text = diff_page(difference(version(report), version({**report, "results.csv": data}, title=hostile))).decode()
    assert "<img src=x" not in text


def test_a_strangers_words_steer_neither_a_terminal_nor_a_page(report: dict[str, bytes], tmp_path: Path, capsys):
    hostile = "a\nb: the same\x1b[2J\u202e\ud800"
    layouts = json.loads(report["layouts.json"])
    layouts["tables"].append({**layouts["tables"][0], "name": "more", "title": hostile})
    for folder, files, more in (
        ("one", {**report, "layouts.json": json.dumps(layouts).encode()}, {}),
        ("two", changed(report), {"title": hostile, "raw": {hostile: "1"}, "alongside": hostile, "code": "2"}),
    ):
        (tmp_path / folder).mkdir()
        for name in ("results.csv", "layouts.json"):
            (tmp_path / folder / name).write_bytes(files[name])
        (tmp_path / folder / "manifest.json").write_bytes(manifest(**more))
    assert main(["diff", *(str(tmp_path / f) for f in ("one", "two")), "--out", str(tmp_path / "x.html")]) == 0
    said, page = capsys.readouterr().out, (tmp_path / "x.html").read_text("utf-8")
    assert "Gone: a b: the same" in page
    assert not set("\x1b\u202e\ud800") & {*said, *page} and not any(t.startswith("b:") for t in said.splitlines())


@pytest.fixture
def root(tmp_path: Path, report: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MPLCONFIGDIR", "as it was")
    monkeypatch.chdir(tmp_path)
    for folder, files in (("reports/demo", report), ("copy/reports/demo", changed(report))):
        (tmp_path / folder).mkdir(parents=True)
        for name in ("results.csv", "layouts.json"):
            (tmp_path / folder / name).write_bytes(files[name])
        (tmp_path / folder / "manifest.json").write_bytes(manifest(study_file=sha256(b"title: A\n")))
    with zipfile.ZipFile(tmp_path / "demo.zip", "w") as archive:
        for name in ("results.csv", "layouts.json", "manifest.json"):
            archive.writestr(f"reports/demo/{name}", (tmp_path / "copy/reports/demo" / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize("new", ["copy/reports/demo", "copy/reports", "copy", "demo.zip"])
def test_a_report_a_folder_a_workspace_and_a_bundle_are_compared(
    root: Path, capsys: pytest.CaptureFixture[str], new: str
):
    assert main(["diff", "reports/demo", new]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("demo: 1 changed, of ") and said[-1].strip() == ".alongside/diff/demo.html"
    assert (root / ".alongside/diff/demo.html").is_file()


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_page_is_not_written_through_a_link_that_leads_out(
    root: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / ".alongside").symlink_to(elsewhere)
    assert main(["diff", "reports", "copy"]) == 3
    assert "leads out of its folder" in capsys.readouterr().err and not [*elsewhere.iterdir()]


def test_the_page_goes_where_it_is_told_to(root: Path):
    assert main(["diff", "reports", "copy", "--study", "demo", "--out", "d/x.html"]) == 0
    assert main(["diff", "reports", "copy", "--out", "d"]) == 0
    assert {p.name for p in (root / "d").iterdir()} == {"x.html", "demo.html"}


@pytest.mark.parametrize(("words", "said"), [
    (["reports", "studies"], "studies: holds no results.csv"),
    (["reports", "nowhere"], "nowhere: is no folder, no ZIP, and no git revision"),
    (["reports", "--", "--upload-pack=x"], "is no folder, no ZIP, and no git revision"),
    (["reports", "copy", "--study", "dmo"], "has no report of 'dmo'. Did you mean 'demo'?"),
    (["reports", "not.zip"], "not.zip: is damaged, or no ZIP."),
])  # fmt: skip
def test_what_can_t_be_compared_is_3_with_a_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
):
    (root / "studies").mkdir()
    (root / "not.zip").write_bytes(b"PK nothing")
    assert main(["diff", *words]) == 3
    assert said in capsys.readouterr().err
    assert main(["diff", "reports"]) == 2


# ZIPs that are not what they seem


def zipped(*names: str, attr: int = 0, data: bytes = b"x", packing: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.external_attr = attr
            info.compress_type = packing
            archive.writestr(info, data)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "said"), [
    (lambda: zipped("../x"), "climbs out"),
    (lambda: zipped("reports/../../x"), "climbs out"),
    (lambda: zipped("/etc/passwd"), "absolute path"),
    (lambda: zipped("C:/x"), "absolute path"),
    (lambda: zipped("a\\..\\x"), "no plain path"),
    (lambda: zipped("link", attr=0o120777 << 16), "a link or a device"),
    (lambda: zipped("fifo", attr=0o010644 << 16), "a link or a device"),
    (lambda: zipped("A/x", "a/X"), "two files of one name"),
    (lambda: zipped("x", "x"), "two files of one name"),
    (lambda: zipped(*(f"{n}" for n in range(2_001))), "2,001 files"),
    (lambda: zipped("x", data=b"\0" * 30_000_000, packing=zipfile.ZIP_DEFLATED), "times its size"),
    (lambda: zipped("x")[:-30], "is damaged, or no ZIP"),
    (lambda: b"", "is damaged, or no ZIP"),
])  # fmt: skip
def test_a_hostile_zip_is_refused_before_anything_of_it_is_read(make: Callable[[], bytes], said: str):
    read = []
    with pytest.raises(Mistakes, match=said):
        opened("theirs.zip", make(), lambda name: bool(read.append(name)))
    assert read == []
