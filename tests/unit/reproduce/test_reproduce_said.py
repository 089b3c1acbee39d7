"""What a verification says: the last line, the exit code, the certificate."""

from __future__ import annotations

import json
import os

import pytest

from pipeline import cli
from pipeline.errors import Mistakes
from pipeline.reproduce import verify as verifying
from pipeline.reproduce.against_lock import AgainstLock, against_lock
from pipeline.reproduce.cause import Change, changes
from pipeline.reproduce.certificate import MOST, as_json, as_page
from pipeline.reproduce.judge import judge
from pipeline.reproduce.verdict import Verification, Whole, line

ONE = "participants | t | age | | All | n | 3 | 3"
CPU = "1.234567891", "1.234567892"


def of(old, new, whole: Whole, **others) -> Verification:
    found = changes(old.manifest, new.manifest)
    return Verification("x", whole, title="X & Y", judged=judge(old, new, found, False), changes=found, **others)


def test_the_last_line_of_a_study_that_reproduces(results, state, replayed):
    files = {"results.csv": results(ONE)}
    found = of(state(files), replayed(files), Whole.REPRODUCED)
    said = "x: REPRODUCED. 1 of 1 number identical, 1 of 1 file identical. certificates/x.html"
    assert line(found, "certificates/x.html") == said and found.exit_code == 0


def test_other_code_that_gives_the_same_is_said_and_no_alarm(results, state, replayed):
    files = {"results.csv": results(ONE)}
    found = of(state(files), replayed(files, code="c2"), Whole.REPRODUCED)
    assert line(found, "").endswith("Made with other code than here.") and found.exit_code == 0


def test_the_last_line_of_one_that_does_not(results, state, replayed):
    other = results(ONE.replace("3 | 3", "4 | 4"))
    made = replayed({"results.csv": other}, raw={"people.csv": "r2"})
    found = of(state({"results.csv": results(ONE)}), made, Whole.NOT_REPRODUCED)
    assert line(found, "c.html") == (
        "x: NOT REPRODUCED. 0 of 1 number identical (1 different), 0 of 1 file identical (1 different). First part at "
        "03_participants; likely cause: data. Not as the manifest names it: raw data: people.csv. c.html"
    )
    assert found.exit_code == 5


def test_tolerance_is_told_with_what_allows_it(results, full, state, replayed):
    old, new = (results(f"model | m | age | | All | estimate | {value} | 1.23") for value in CPU)
    moved = {"python": "CPython 3.11.7", "machine": "linux other", "packages": ["pandas-3.1.0"], "lock": "l1"}
    made = replayed({"results.csv": new}, full(f"model | m | age | | All | estimate | {CPU[1]}"), environment=moved)
    found = of(state({"results.csv": old}), made, Whole.REPRODUCED)
    assert line(found, "c.html").endswith("Made with other environment than here. c.html")
    assert b"one of these is not as the manifest names it" in as_page(found)


def test_not_run_is_told_with_whom_to_ask_and_is_no_failure():
    found = Verification("x", Whole.NOT_RUN, wanted=["data/raw/x/a.csv could not be had. Ask Ann."], stand_in="It ran.")
    assert line(found, "c.html") == (
        "x: NOT RUN. data/raw/x/a.csv could not be had. Ask Ann. No number was checked. It ran. c.html"
    )
    assert found.exit_code == 0 and b"no sign that the numbers are right" in as_page(found)


def test_the_certificate_is_one_page_that_shows_each_difference_and_escapes_it(results, state, replayed):
    old = results("participants | t | <b>age</b> | | All | n | 3 | 3")
    found = of(state({"results.csv": old}), replayed({"results.csv": results(ONE)}), Whole.NOT_REPRODUCED, total=61.2)
    page = as_page(found).decode()
    assert "&lt;b&gt;age&lt;/b&gt;" in page and "X &amp; Y" in page and "http" not in page.split("<main")[1]
    assert page.count("<h1>") == 1 and 'lang="en"' in page and "61 seconds" in page
    told = json.loads(as_json(found))
    assert [n["verdict"] for n in told["numbers_that_differ"]] == ["UNEXPECTED", "MISSING"]
    assert told["numbers_that_differ"][0]["old"] == {"value": "3", "text": "3"}


HOSTILE = "<script>alert(1)</script>\nx: REPRODUCED. \x1b[2J\u202e\ud800"
"""Markup, a line of its own, a sign that clears a terminal, one that turns the line about, half a character."""


def test_a_strangers_words_are_words_on_the_certificate_and_on_the_terminal(results, state, replayed):
    files = {"results.csv": results(ONE)}
    around = {"python": HOSTILE, "machine": HOSTILE, "packages": [f"{HOSTILE}-1"], "lock": "l1"}
    old = state({**files, HOSTILE: b"x"}, raw={HOSTILE: "r1"}, parameters={"seed": HOSTILE}, environment=around)
    found = of(old, replayed(files), Whole.NOT_REPRODUCED, trouble="The replay stopped")
    page, said = as_page(found).decode(), line(found, "c.html")
    assert "<script" not in page and "&lt;script&gt;" in page
    for told in (page, said):
        assert not set("\x1b\u202e\ud800") & set(told), "nothing steers who reads it"
    assert said.count("\n") == 0 and "\nx: REPRODUCED" not in page
    told = json.loads(as_json(found))
    assert [f["file"] for f in told["files_that_differ"]] == [HOSTILE], "as it is, for a program"
    assert len(told["changed_inputs"]) == 8


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_json(results, state, replayed):
    many = results("\n".join(f"participants | t | q{i:04} | | All | n | 3 | 3" for i in range(MOST + 7)))
    found = of(state({"results.csv": many}), replayed({"results.csv": results(ONE)}), Whole.NOT_REPRODUCED)
    assert f"The first {MOST} of {MOST + 8}" in as_page(found).decode()
    assert len(json.loads(as_json(found))["numbers_that_differ"]) == MOST + 8


def test_installed_packages_against_the_lock(tmp_path):
    lock = "numpy==2.3.0 \\\n    --hash=sha256:0\ncontourpy==1.3.3 ; python < '3.12' \\\ncontourpy==1.4.0 ; x\n"
    (tmp_path / "requirements.lock").write_text(lock)
    workspace = verifying.Workspace.at(tmp_path)
    good = against_lock(workspace, ["numpy-2.3.0", "contourpy-1.3.3"])
    assert good.sentence == "Every installed package has the version that requirements.lock names."
    moved = against_lock(workspace, ["NumPy-2.4.0", "contourpy-1.4.0", "more-1"])
    assert moved.moved == (("NumPy", "2.3.0", "2.4.0"),) and moved.more == ("more-1",)
    assert against_lock(verifying.Workspace.at(tmp_path / "elsewhere"), []) == AgainstLock(False)


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "studies").mkdir()
    for name in "xy":
        (tmp_path / f"studies/{name}.yaml").write_text("title: T\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLCONFIGDIR", "as it was")
    return tmp_path


@pytest.mark.parametrize(
    ("wholes", "code"),
    [
        ([Whole.REPRODUCED, Whole.NOT_RUN], 0),
        ([Whole.UNCHANGED], 0),
        ([Whole.REPRODUCED, Whole.NOT_REPRODUCED], 5),
        ([Whole.CHANGED], 5),
    ],
)
def test_exit_codes(root, monkeypatch, capsys, wholes, code):
    found = [(Verification("x", whole), f"x: {whole}.") for whole in wholes]
    monkeypatch.setattr(verifying, "verify_studies", lambda *_, **__: found)
    assert cli.main(["verify"]) == code
    assert capsys.readouterr().out.splitlines() == [f"x: {whole}." for whole in wholes]


def test_a_name_that_no_study_has_is_3(root, capsys):
    assert cli.main(["verify", "z"]) == 3
    assert capsys.readouterr().err == "studies/z.yaml: is not there. There are: x, y.\n"


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_certificate_is_not_written_through_a_link_that_leads_out(root, capsys, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / "certificates").symlink_to(elsewhere)
    assert cli.main(["verify", "--quick"]) == 3
    assert capsys.readouterr().err.startswith("certificates: leads out of its folder.") and not [*elsewhere.iterdir()]


def test_a_study_file_that_is_not_in_order_is_not_reproduced_and_stops_no_other(root, capsys):
    assert cli.main(["verify"]) == 5
    said = capsys.readouterr().out
    assert said.count("NOT REPRODUCED. The replay could not begin: studies/") == 2


def test_what_a_change_shows_of_hashes_is_short():
    assert changes({"code": "a" * 64}, {"code": "b" * 64}) == [
        Change("code", "the code of Alongside", "code", "a" * 12, "b" * 12)
    ]
    with pytest.raises(Mistakes):
        verifying.verify_studies(verifying.Workspace.at("."), ["nobody"])


def test_what_differs_where_the_replay_stopped_is_the_likely_cause():
    code = Change("code", "the code of Alongside", "code")
    found = Verification("x", Whole.NOT_REPRODUCED, changes=[code], trouble="The replay stopped: x: FAILED")
    assert line(found, "c.html") == "x: NOT REPRODUCED. The replay stopped: x: FAILED. Likely cause: code. c.html"
    assert json.loads(as_json(found))["causes"] == ["code"]
