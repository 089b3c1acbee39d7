"""``alongside bundle``: what is in the ZIP and what never is, the same bytes, and the check on a bare Python."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.cli import main
from pipeline.errors import Mistakes
from pipeline.files import Workspace, sha256, snapshot
from pipeline.report.published import MANIFEST
from pipeline.reproduce import bundle
from pipeline.reproduce.bundle import bundled
from pipeline.reproduce.bundle_contents import OF_THE_CHECKOUT, code_files
from pipeline.reproduce.bundle_opened import opened
from pipeline.reproduce.bundle_words import codecheck
from pipeline.reproduce.bundle_zip import zipped
from pipeline.reproduce.clean_place import clean_place
from pipeline.run.names import STAGES
from pipeline.run.stage import made_from
from pipeline.run.studies import read_study
from pipeline.run.workspace import lay_down
from pipeline.study import parse_study

PERSON = "QX-7741-made-up"
RESULTS = "kind,name,term,level,group,statistic,value,text\nflow,people,,,All,n,6,6\nflow,people,x,,All,n,,[c]\n"
SHARE = "share: {licence: CC0-1.0, because: made up}"
FETCH = f"fetch: {{url: 'https://example.org/a.csv', sha256: {'a' * 64}, contact: Dr Who}}"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Workspace]:
    """A workspace with a study, its rows, an executed notebook, and a report whose manifest fits it all."""

    def made(more: str = "", folder: str = "Ein {Pfad} für alle") -> Workspace:
        workspace = Workspace.at(tmp_path / folder)
        workspace.root.mkdir()
        lay_down(workspace.root, "tiny")
        data = f"data: {{file: people.csv, id: id, {more}}}" if more else "data: {file: people.csv, id: id}"
        study = f"title: Tiny\n{data}\ndesign: {{kind: cohort}}\nrelease: {{rule: none, because: made up}}\n"
        workspace.study_file("tiny").write_text(study, "utf-8")
        workspace.raw("tiny").mkdir(parents=True)
        (workspace.raw("tiny") / "people.csv").write_text(f"id,age\n{PERSON},30\n", "utf-8")
        (workspace.raw("tiny") / "other.csv").write_text(f"id,age\n{PERSON},30\n", "utf-8")
        workspace.stage("tiny", "01_clean").mkdir(parents=True)
        (workspace.stage("tiny", "01_clean") / "ledger.csv").write_text(PERSON, "utf-8")
        notebook = workspace.root / "notebooks/01_clean.ipynb"
        node = json.loads(notebook.read_text("utf-8"))
        code = next(cell for cell in node["cells"] if cell["cell_type"] == "code")
        code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": PERSON}]
        notebook.write_text(json.dumps(node), "utf-8")
        publish(workspace)
        return workspace

    return made


def publish(workspace: Workspace) -> None:
    folder = workspace.reports("tiny")
    folder.mkdir(parents=True, exist_ok=True)
    outputs = {"results.csv": RESULTS.encode(), "report.html": b"<p>6</p>"}
    for name, data in outputs.items():
        (folder / name).write_bytes(data)
    (folder / "notes.txt").write_text(f"not of the report: {PERSON}", "utf-8")
    known = {**made_from(workspace, "tiny"), "outputs": {n: sha256(d) for n, d in outputs.items()}, "study": "tiny"}
    (folder / MANIFEST).write_text(json.dumps(known), "utf-8")


def named(workspace: Workspace, path: str) -> None:
    """A manifest that names a file of rows among what was released."""
    file = workspace.reports("tiny") / MANIFEST
    known = json.loads(file.read_text("utf-8"))
    known["outputs"][path] = sha256((workspace.raw("tiny") / "people.csv").read_bytes())
    file.write_text(json.dumps(known), "utf-8")


OWN = {
    "README.md", "Makefile", "check.py", "bundle.json", "codecheck.yml", "ro-crate-metadata.json", "SHA256SUMS",
    "params.yaml", "dvc.yaml", ".dvc/config", ".dvcignore", "studies/tiny.yaml", *OF_THE_CHECKOUT,
    *(f"notebooks/{stage}.ipynb" for stage in STAGES),
    *(f"reports/tiny/{name}" for name in ("results.csv", "report.html", "manifest.json")),
}  # fmt: skip


def test_a_bundle_holds_exactly_this_and_no_row_of_a_person(make: Callable[..., Workspace]):
    files = bundled(make(), "tiny")
    assert {name for name in files if not name.startswith("pipeline/")} == OWN
    package = Path(bundle.__file__).parents[1]
    code = {p.relative_to(package.parent).as_posix() for p in package.rglob("*") if p.is_file()}
    assert {n for n in files if n.startswith("pipeline/")} == {n for n in code if "__pycache__" not in n}
    assert not [name for name, data in files.items() if PERSON.encode() in data]


def test_raw_data_go_along_where_the_study_file_says_so_and_then_those_alone(make: Callable[..., Workspace]):
    files = bundled(make(SHARE), "tiny")
    assert set(files) - OWN - set(code_files()) == {"data/raw/tiny/people.csv"}
    page = files["README.md"].decode()
    assert "`data/raw/tiny/people.csv`: CC0-1.0; made up." in page and "all of this can be recomputed" in page


TOLD = "title: Told\ndesign: {kind: interviews}\nrelease: {rule: none, because: made up}\n"
BESIDE = "tables: {both: {kind: studies, studies: [OTHERS], rows: [people]}}\n"
QUOTED = """
  coded: {file: a.csv}
  themes: {Night: {codes: [Night]}}
  quotations: {chosen: {Night: [{document: A, begins: I told it twice}]}}
"""


@pytest.fixture
def compare(make: Callable[..., Workspace]) -> Workspace:
    """tiny compares near, near compares far and tiny, and far has a function of its own."""
    workspace = make()
    tiny = workspace.study_file("tiny").read_text("utf-8")
    own = "variables: {age: {type: number}}\nfunction: {name: mend, changes: [age], because: made up}\n"
    for name, text in {
        "tiny": tiny + BESIDE.replace("OTHERS", "near"),
        "near": TOLD + BESIDE.replace("OTHERS", "far, tiny"),
        "far": tiny + own,
        "apart": TOLD,
    }.items():
        workspace.study_file(name).write_text(text, "utf-8")
    (workspace.root / "studies/far.py").write_text("def mend(frame):\n    return frame\n", "utf-8")
    publish(workspace)
    return workspace


def test_every_study_in_a_bundle_can_be_read_there(compare: Workspace, tmp_path: Path):
    """Those that a compared study compares, too, and the code of each; what nobody compares stays."""
    with zipfile.ZipFile(io.BytesIO(zipped(bundled(compare, "tiny")))) as archive:
        archive.extractall(tmp_path / "opened")
    there = Workspace.at(tmp_path / "opened")
    assert there.studies() == ["far", "near", "tiny"]
    for name in there.studies():
        assert read_study(there, name) == read_study(compare, name)
    assert {p.name for p in (there.root / "studies").iterdir()} == {"far.py", "far.yaml", "near.yaml", "tiny.yaml"}
    place = clean_place(compare, "tiny")
    assert place.studies() == there.studies(), "a verification lays out the same"


def test_quotations_of_a_study_that_is_compared_by_a_compared_one_hold_a_bundle_up(compare: Workspace):
    compare.study_file("far").write_text(f"{TOLD}interviews:{QUOTED}", "utf-8")
    (compare.root / "studies/far.py").unlink()
    with pytest.raises(Mistakes, match=r"studies/far\.yaml.*1 of these are not printed"):
        bundled(compare, "tiny")


def test_the_first_page_has_three_commands_and_says_what_can_t_be_checked(make: Callable[..., Workspace]):
    page = bundled(make(FETCH), "tiny", minutes=7)["README.md"].decode()
    assert re.findall(r"^\| (\d) \| `([^`]+)`", page, re.MULTILINE) == [
        ("1", "python3 check.py"), ("2", "make set-up"), ("3", "make verify"),
    ]  # fmt: skip
    assert "7 minutes (as long as it took its authors)" in page
    assert "none of these numbers can be recomputed" in page and "| flow | people | 2 | 1 |" in page
    assert "a" * 64 in page and "https://example.org/a.csv" in page and "Ask: Dr Who." in page


def test_each_command_of_the_first_page_is_one_that_there_is(make: Callable[..., Workspace]):
    files = bundled(make(), "tiny")
    targets = set(re.findall(r"^([a-z-]+):", files["Makefile"].decode(), re.MULTILINE))
    assert {"set-up", "verify"} <= targets
    for words in re.findall(r"alongside ([a-z]+)", files["Makefile"].decode() + files["README.md"].decode()):
        assert main([words, "--help"]) == 0


def test_the_same_study_gives_the_same_bytes_anywhere(make: Callable[..., Workspace], tmp_path: Path):
    roots = [make(SHARE).root, make(SHARE, folder="b").root]
    seen = []
    places = zip(roots, ("UTC", "Asia/Kathmandu"), ("C", "de_DE.UTF-8"), strict=True)
    for at, (root, zone, language) in enumerate(places):
        out = tmp_path / f"{at}.zip"
        around = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": str(at), "HOME": str(root)}
        words = [sys.executable, "-m", "pipeline", "--root", str(root), "bundle", "tiny", "--out", str(out)]
        subprocess.run(words, check=True, cwd=Path(bundle.__file__).parents[2], env=around, capture_output=True)
        seen.append(out.read_bytes())
    assert seen[0] == seen[1]
    with zipfile.ZipFile(io.BytesIO(seen[0])) as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {(e.date_time, e.external_attr, e.create_system, e.compress_type) for e in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644 << 16, 3, zipfile.ZIP_STORED)
    }
    assert str(tmp_path).encode() not in seen[0]
    assert len(opened("x.zip", seen[0], lambda name: True)) == len(entries)


@pytest.mark.parametrize(("change", "said"), [
    (lambda w: (w.reports("tiny") / "results.csv").write_text("x"), "results.csv: is not as its manifest says"),
    (lambda w: w.study_file("tiny").write_text(w.study_file("tiny").read_text() + "about: More\n"), "the study file"),
    (lambda w: (w.raw("tiny") / "people.csv").write_text("id\n1\n"), "raw data"),
    (lambda w: shutil.rmtree(w.reports("tiny")), "holds no report"),
    (lambda w: (w.reports("tiny") / MANIFEST).write_text("<<<<<<< HEAD"), f"{MANIFEST}: can't be read as a report's"),
    (lambda w: (w.reports("tiny") / MANIFEST).write_text("[" * 100_000), f"{MANIFEST}: can't be read as a report's"),
    (lambda w: (w.reports("tiny") / MANIFEST).write_text('{"outputs": []}'), f"{MANIFEST}: can't be read as a rep"),
    (lambda w: named(w, "../../data/raw/tiny/people.csv"), "tiny/people.csv: is not as its manifest says"),
    (lambda w: named(w, str(w.raw("tiny") / "people.csv")), "tiny/people.csv: is not as its manifest says"),
])  # fmt: skip
def test_a_report_that_is_not_of_what_is_here_is_not_bundled(
    make: Callable[..., Workspace], change: Callable[[Workspace], object], said: str
):
    workspace = make()
    change(workspace)
    with pytest.raises(Mistakes, match=said) as refused:
        bundled(workspace, "tiny")
    assert "alongside run tiny" in str(refused.value)


def test_data_that_may_be_shared_and_are_not_here_are_asked_for(make: Callable[..., Workspace]):
    workspace = make(SHARE)
    shutil.rmtree(workspace.raw("tiny"))
    publish(workspace)
    with pytest.raises(Mistakes, match=r"yaml:\d+  data.share: data/raw/tiny/people.csv is not there to be shared"):
        bundled(workspace, "tiny")


def test_a_package_without_its_lock_says_what_to_do(tmp_path: Path):
    (tmp_path / "pipeline").mkdir()
    with pytest.raises(Mistakes, match=r"requirements.lock.*Use the alongside of a clone"):
        code_files(tmp_path / "pipeline")


def test_a_day_is_a_day(make: Callable[..., Workspace]):
    with pytest.raises(Mistakes, match="Write it like 2026-03-31"):
        bundled(make(), "tiny", "31.3.2026")


# For machines


def test_the_codecheck_manifest_has_every_output_and_what_its_specification_asks_for(make: Callable[..., Workspace]):
    text = bundled(make(), "tiny")["codecheck.yml"].decode()
    found = YAML(typ="safe", pure=True).load(text)
    assert "\n---\n" in text and found["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert [one["file"] for one in found["manifest"]] == ["reports/tiny/report.html", "reports/tiny/results.csv"]
    assert found["paper"] == {"title": "Tiny"}
    assert "# No authors are declared: studies/tiny.yaml has no key 'authors'. Add them under paper." in text


def test_the_codecheck_manifest_names_the_authors_that_the_study_file_declares(make: Callable[..., Workspace]):
    workspace = make()
    path = workspace.study_file("tiny")
    text = path.read_text("utf-8")
    path.write_text(f"{text}authors: [{{name: 'Ann \"A.\" Lee', orcid: 0000-0002-1825-0097}}, {{name: Bo}}]\n", "utf-8")
    study = parse_study(path.read_text("utf-8"), "studies/tiny.yaml")
    found = YAML(typ="safe", pure=True).load(codecheck(study, []).decode())
    assert found["paper"]["authors"] == [{"name": 'Ann "A." Lee', "ORCID": "0000-0002-1825-0097"}, {"name": "Bo"}]


def test_the_crate_keeps_the_musts_of_its_specifications(make: Callable[..., Workspace]):
    """RO-Crate 1.2; Workflow RO-Crate 1.0; Process Run Crate and Workflow Run Crate 0.5."""
    files = bundled(make(FETCH), "tiny", "2026-03-31")
    crate = json.loads(files["ro-crate-metadata.json"])
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.2/context"
    graph = crate["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph) and all(entity["@type"] for entity in graph), "flat, each once, each typed"
    descriptor, root = by_id["ro-crate-metadata.json"], by_id["./"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert root["@type"] == "Dataset" and root["datePublished"] == "2026-03-31"
    assert all(root[key] for key in ("name", "description", "license"))
    profiles = [one["@id"] for one in root["conformsTo"]]
    assert "https://w3id.org/ro/wfrun/workflow/0.5" in profiles and "https://w3id.org/ro/wfrun/process/0.5" in profiles
    assert all(by_id[uri]["@type"] == ["CreativeWork", "Profile"] for uri in profiles)
    workflow, run = by_id[root["mainEntity"]["@id"]], by_id[root["mentions"]["@id"]]
    assert workflow["@type"] == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    language = by_id[workflow["programmingLanguage"]["@id"]]
    assert language["@type"] == "ComputerLanguage" and re.fullmatch(r"\d+\.\d+\.\d+", language["version"])
    assert run["@type"] == "CreateAction" and run["instrument"] == {"@id": workflow["@id"]}
    named = re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(graph))
    assert set(named) <= set(by_id) | {"https://w3id.org/ro/crate/1.2"}
    assert all(e.get("description") for e in graph if "File" in e["@type"]), "RO-Crate 1.2 recommends one a file"
    parts = {one["@id"] for one in root["hasPart"]}
    held = {e["@id"] for e in graph if "File" in e["@type"] or e["@type"] == "Dataset"} - {"./"}
    assert parts == held, "every data entity is a part"
    inside = {name for name in files if not name.startswith("pipeline/")} - {"ro-crate-metadata.json", "SHA256SUMS"}
    assert parts == inside | {"pipeline/", "https://example.org/a.csv"}
    assert {one["@id"] for one in run["result"]} == {name for name in files if name.startswith("reports/")}


# The check


@pytest.fixture
def unpacked(make: Callable[..., Workspace], tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(zipped(bundled(make(FETCH), "tiny")))) as archive:
        archive.extractall(tmp_path / "un packed")
    return tmp_path / "un packed"


def checked(folder: Path) -> tuple[int, str]:
    """The check as a bare interpreter runs it: isolated, without site-packages or what the environment says."""
    words = [sys.executable, "-I", "-S", "check.py"]
    done = subprocess.run(words, cwd=folder, env={}, capture_output=True, text=True, encoding="utf-8", timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_a_whole_bundle_passes_and_what_can_t_be_known_is_said(unpacked: Path):
    code, said = checked(unpacked)
    assert code == 0 and said.startswith(f"All {len(snapshot(unpacked)) - 1} files are as they were packed.")
    assert "2 numbers" in said and "1 are withheld" in said
    assert f"data/raw/tiny/people.csv, sha256 {'a' * 64}. Ask: Dr Who." in said and "flow people 2" in said


def test_what_a_run_makes_beside_it_is_passed_over(unpacked: Path):
    made = (".venv/x", ".alongside/x", "data/processed/tiny/x", "certificates/tiny.html", "reports/index.html")
    for name in (*made, "data/raw/tiny/people.csv", "dvc.lock"):
        (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).write_text("x")
    assert checked(unpacked)[0] == 0


def test_a_file_beside_packed_raw_data_is_told(make: Callable[..., Workspace], tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(zipped(bundled(make(SHARE), "tiny")))) as archive:
        archive.extractall(tmp_path / "shared")
    assert checked(tmp_path / "shared")[0] == 0
    (tmp_path / "shared/data/raw/tiny/more.csv").write_text("id\n")
    code, said = checked(tmp_path / "shared")
    assert code == 1 and "data/raw/tiny/more.csv: was not packed" in said


@pytest.mark.parametrize(("change", "said"), [
    (lambda f: (f / "reports/tiny/results.csv").write_text("x"), "reports/tiny/results.csv: is another file"),
    (lambda f: (f / "pipeline/errors.py").unlink(), "pipeline/errors.py: is not there"),
    (lambda f: (f / "pipeline/sneaked.py").write_text("x"), "pipeline/sneaked.py: was not packed"),
    (lambda f: (f / "SHA256SUMS").unlink(), "no whole bundle"),
    (lambda f: (f / "SHA256SUMS").write_text("x"), "no whole bundle"),
    (lambda f: (f / "SHA256SUMS").write_text(f"{'0' * 64}  ../../etc/hosts\n"), "../../etc/hosts: is not there"),
])  # fmt: skip
def test_a_changed_bundle_does_not_pass(unpacked: Path, change: Callable[[Path], object], said: str):
    change(unpacked)
    code, told = checked(unpacked)
    assert code == 1 and said in told and "Traceback" not in told


def test_the_check_is_as_sound_as_the_package(tmp_path: Path):
    """It ships as a text, which the package's own checks pass over."""
    root = Path(bundle.__file__).parents[2]
    text = (root / "pipeline/reproduce/bundled/check.txt").read_text("utf-8")
    words = [sys.executable, "-m", "ruff", "check", "--stdin-filename", "check.py", "-"]
    done = subprocess.run(words, cwd=root, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    imported = set(re.findall(r"^(?:import|from) ([\w.]+)", text, re.MULTILINE)) - {"__future__"}
    assert imported <= set(sys.stdlib_module_names)
