"""``alongside export``: what was released, in another style and format, and nothing that was not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.disclosure import Released
from pipeline.report import report_files
from pipeline.report.export import exported
from pipeline.report.layouts import layouts_from, released_from
from pipeline.results import KEY
from pipeline.tables.fill import fill
from pipeline.tables.formats import FORMATS
from pipeline.tables.style_file import style, style_names
from tests.report_example import a_report
from tests.table_readers import READERS, agrees


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return report_files(*a_report())


@pytest.fixture
def root(tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MPLCONFIGDIR", "as it was")
    for name in ("results.csv", "layouts.json"):
        (tmp_path / "reports/demo").mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports/demo" / name).write_bytes(files[name])
    return tmp_path


def test_layouts_hold_every_table_of_the_report_and_no_number(files: dict[str, bytes]):
    report, released = a_report()
    layouts = layouts_from(files["layouts.json"], "layouts.json")
    assert [(t.kind, t.name) for t in layouts.tables] == [(b.filled.kind, b.filled.name) for b in report.tables()]
    assert (layouts.style, layouts.said) == ("plain", report.head.label)
    assert not {text for text in released.frame["text"] if "." in text} & set(files["layouts.json"].decode().split('"'))


@pytest.mark.parametrize("name", style_names())
def test_results_csv_gives_the_same_tables_as_the_numbers_that_were_released(files: dict[str, bytes], name: str):
    _, released = a_report()
    layouts = layouts_from(files["layouts.json"], "layouts.json")
    back = released_from(files["results.csv"], layouts.exact, "results.csv")
    assert back.frame[[*KEY, "withheld"]].equals(released.frame[[*KEY, "withheld"]])
    for table in layouts.tables:
        assert fill(table, back, style(name)) == fill(table, released, style(name))


@pytest.mark.parametrize("ending", FORMATS)
def test_an_export_reads_back_as_the_table_in_that_style(files: dict[str, bytes], ending: str):
    _, released = a_report()
    table = layouts_from(files["layouts.json"], "").tables[0]
    data = exported(files, "reports/demo", [table.name], "apa", ending, {})
    said = layouts_from(files["layouts.json"], "").said
    filled = fill(table, released, style("apa"))
    agrees(filled.__class__(**{**vars(filled), "title": f"{filled.title} ({said.lower()})" if said else filled.title}),
           ending, data, "Table 1")  # fmt: skip


def test_withheld_numbers_stand_in_no_export(files: dict[str, bytes]):
    hidden = layouts_from(files["layouts.json"], "")
    data = exported(files, "reports/demo", [], "bmj", "csv", {}).decode("utf-8-sig")
    assert "[c]" in data and hidden.tables
    assert all(READERS["csv"](exported(files, "reports/demo", [t.name], "bmj", "csv", {})).rows for t in hidden.tables)


def test_the_command_writes_a_file_and_says_where(root: Path, capsys: pytest.CaptureFixture[str]):
    words = ["export", "demo", "--style", "bmj", "--table", "participants", "--root", str(root)]
    assert main([*words, "--format", "docx"]) == 0
    assert capsys.readouterr().out == f"{root.as_posix()}/exports/demo/participants-bmj.docx\n"
    assert (root / "exports/demo/participants-bmj.docx").read_bytes().startswith(b"PK")
    out = root / "t.md"
    assert main([*words, "--out", str(out)]) == 0 and out.read_text().startswith("**Table 1 \\|")
    assert main(["export", "demo", "--root", str(root), "--format", "csv"]) == 0
    assert (root / "exports/demo/tables.csv").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", "--style", "bjm"], "style: there is no style 'bjm'. Did you mean 'bmj'?"),
        (["demo", "--table", "participant"], "reports/demo: has no table 'participant'. Did you mean 'participants'?"),
        (["demo", "--format", "docxx"], "format: there is no format 'docxx'. Did you mean 'docx'?"),
        (["dem"], "reports/dem: is not there. Did you mean 'demo'?"),
    ],
)
def test_a_name_that_is_not_known_is_3_with_the_nearest(root, capsys, words, told):  # type: ignore[no-untyped-def]
    assert main(["export", *words, "--root", str(root)]) == 3
    said = capsys.readouterr()
    assert said.err.startswith(told) and said.out == "" and not (root / "exports").exists()


def test_a_report_without_layouts_or_with_broken_ones_is_told(root: Path, capsys: pytest.CaptureFixture[str]):
    place = root / "reports/demo/layouts.json"
    place.write_text(json.dumps({"tables": [{"kind": 1}]}))
    assert main(["export", "demo", "--root", str(root)]) == 3
    assert (
        capsys.readouterr().err == "reports/demo/layouts.json: can't be read. Run the study again: 'alongside run'.\n"
    )
    place.unlink()
    assert main(["export", "demo", "--root", str(root)]) == 3
    assert capsys.readouterr().err == "reports/demo/layouts.json: is not there. Type 'alongside run demo'.\n"


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("name", "value"), [("indent", '"><script>alert(1)</script>'), ("kind", "none"), ("label", 1)])
def test_a_strangers_layouts_are_told_and_never_written(root: Path, capsys, ending, name, value):  # type: ignore[no-untyped-def]
    place = root / "reports/demo/layouts.json"
    noted = json.loads(place.read_text())
    noted["tables"][0]["rows"][0][name] = value
    place.write_text(json.dumps(noted))
    assert main(["export", "demo", "--root", str(root), "--format", ending]) == 3
    told = capsys.readouterr()
    assert told.err == "reports/demo/layouts.json: can't be read. Run the study again: 'alongside run'.\n"
    assert told.out == "" and not (root / "exports").exists()


def test_a_style_of_the_workspace_needs_no_code(root: Path):
    (root / "styles").mkdir()
    (root / "styles/ours.yaml").write_text("title: Ours\nlike: jama\nheads: {caption: '{label} — {title}'}\n")
    words = ["export", "demo", "--style", "ours", "--format", "csv", "--table", "participants", "--root", str(root)]
    assert main(words) == 0
    made = (root / "exports/demo/participants-ours.csv").read_text(encoding="utf-8-sig")
    assert made.startswith('"Table 1 — People, ')


def test_every_number_of_the_workbook_is_a_released_one(files: dict[str, bytes]):
    from openpyxl import load_workbook

    _, released = a_report()
    book = load_workbook(io.BytesIO(exported(files, "reports/demo", [], "", "xlsx", {})))
    rows = [tuple(c.value or "" for c in row) for row in book["Numbers"].iter_rows(min_row=2, max_col=6)]
    known = {tuple(k) for k in released.frame[KEY].itertuples(index=False)}
    assert rows and set(rows) <= known
    assert isinstance(released, Released)
