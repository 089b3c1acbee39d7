"""Verdicts on files, and causes: what the committed manifest names against what the replay's does."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
import zlib

import pytest

from pipeline.reproduce.cause import (
    CODE,
    DATA,
    DECLARATIONS,
    EDITED,
    ENVIRONMENT,
    INSTRUMENTS,
    NOT_THESE,
    PARAMETERS,
    PREVIOUS,
    STYLE,
    UNKNOWN,
    changes,
    first_stage,
)  # fmt: skip
from pipeline.reproduce.judge import judge
from pipeline.reproduce.numbers import Verdict

ONE = "participants | t | age | | All | n | 3 | 3"
TWO = "participants | t | age | | All | n | 4 | 4"
MOVED = {"python": "CPython 3.11.7", "machine": "linux x86_64", "packages": ["pandas-3.2.0"], "lock": "l1"}


def judged(old, new, rounded=True):
    return judge(old, new, changes(old.manifest, new.manifest), rounded)


def told(found) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {f.name: (str(f.verdict), f.causes) for f in found.parted_files}


def test_the_same_is_identical_whatever_the_manifest_says_of_packages(results, state, replayed):
    files = {"results.csv": results(ONE), "report.html": b"<p>3</p>"}
    found = judged(state(files), replayed(files, environment=MOVED))
    assert not found.parted_files and not found.parted_numbers
    assert [f.verdict for f in found.files] == [Verdict.IDENTICAL] * 2, "the manifest is told in words"


@pytest.mark.parametrize(("entry", "value", "cause"), [
    ("raw", {"people.csv": "r2"}, DATA),
    ("study_file", "s2", DECLARATIONS),
    ("compared", {"other": "s2"}, DECLARATIONS),
    ("previous", {"sent/results.csv": "p1"}, PREVIOUS),
    ("styles", {"ours": "y1"}, STYLE),
    ("instruments", {"phq9": "i2"}, INSTRUMENTS),
    ("parameters", {"study": "x", "seed": 2}, PARAMETERS),
    ("function", "f2", CODE),
    ("notebooks", {"01_clean": "n2"}, CODE),
    ("code", "c2", CODE),
    ("environment", MOVED, ENVIRONMENT),
])  # fmt: skip
def test_a_difference_is_put_down_to_the_input_that_changed(results, state, replayed, entry, value, cause):
    old = state({"results.csv": results(ONE)})
    found = judged(old, replayed({"results.csv": results(TWO)}, **{entry: value}))
    assert found.causes == (cause,) and found.stage == "03_participants"
    assert told(found) == {"results.csv": ("DIFFERENT", (cause,))}


def test_an_edited_file_is_named_and_right_numbers_stay_right(results, state, replayed):
    files = {"results.csv": results(ONE), "report.html": b"<p>3</p>"}
    found = judged(state(files, {"report.html": b"<p>8</p>"}), replayed(files, raw={"people.csv": "r2"}))
    assert found.parted_numbers == [] and told(found) == {"report.html": ("DIFFERENT", (EDITED,))}
    assert found.stage == "06_report"


def test_a_file_made_to_fit_its_manifest_is_not_what_these_inputs_give(results, state, replayed):
    found = judged(state({"results.csv": results(TWO)}), replayed({"results.csv": results(ONE)}))
    assert found.all_causes == (NOT_THESE,)


@pytest.mark.parametrize(
    "moved", [{"machine": "linux other"}, {"lock": "l2"}, {"machine": "linux other", "lock": "l2"}]
)
def test_another_machine_alone_does_not_explain_what_no_tolerance_forgives(results, state, replayed, moved):
    here = {**state({}).manifest["environment"], **moved}
    found = judged(state({"results.csv": results(TWO)}), replayed({"results.csv": results(ONE)}, environment=here))
    assert found.all_causes == (ENVIRONMENT, NOT_THESE) and [f.causes for f in found.parted_files] == [found.causes]


def test_deleted_and_added_files(results, state, replayed):
    files = {"results.csv": results(ONE), "figures/flow.svg": b"<svg/>"}
    old = state(files, {"figures/flow.svg": None, "figures/more.svg": b"<svg/>"})
    assert told(judged(old, replayed(files))) == {
        "figures/flow.svg": ("MISSING", (EDITED,)), "figures/more.svg": ("UNEXPECTED", (EDITED,))
    }  # fmt: skip


def test_a_manifest_that_says_something_else_was_edited(results, state, replayed):
    files = {"results.csv": results(ONE)}
    assert told(judged(state(files, title="Y"), replayed(files))) == {"manifest.json": ("DIFFERENT", (EDITED,))}
    assert told(judged(state(files, title="Y", study_file="s0"), replayed(files))) == {}, "the study file has it"
    assert told(judged(state(files, {"manifest.json": b"{"}), replayed(files)))["manifest.json"][1] == (UNKNOWN,)
    assert told(judged(state(files, {"manifest.json": None}), replayed(files)))["manifest.json"][0] == "MISSING"


@pytest.mark.parametrize(
    "data",
    [b"[" * 100_000, b'{"outputs": {}, "raw": ' + b'{"a": ' * 900 + b"1" + b"}" * 901, b'{"outputs": 1}', b"\xff"],
)
def test_a_committed_manifest_that_can_t_be_read_is_told(results, state, replayed, data):
    files = {"results.csv": results(ONE)}
    old = state(files, {"manifest.json": data})
    assert old.manifest == {} and told(judged(old, replayed(files)))["manifest.json"] == ("DIFFERENT", (UNKNOWN,))


@pytest.mark.parametrize(("entry", "said"), [
    ("outputs", {"figures/more.svg": "0" * 64}),
    ("outputs", {"../../studies/x.yaml": "0" * 64}),
    ("alongside", "9.0.0"),
    ("environment", {"checked": "by a journal"}),
])  # fmt: skip
def test_what_nothing_stands_for_in_a_manifest_was_edited(results, state, replayed, entry, said):
    files = {"results.csv": results(ONE)}
    made = state(files).manifest
    said = said if entry == "alongside" else {**made[entry], **said}
    old = state(files, {"manifest.json": json.dumps({**made, entry: said}).encode()})
    assert told(judged(old, replayed(files))) == {"manifest.json": ("DIFFERENT", (EDITED,))}


@pytest.mark.parametrize("entry", ["audit", "ways"])
def test_what_a_run_finds_of_its_report_goes_with_its_inputs(results, state, replayed, entry):
    files = {"results.csv": results(ONE)}
    old = state(files, **{entry: {"tables": ["1"]}})
    for changed, causes in ({"styles": {"ours": "y1"}}, (STYLE,)), ({"code": "c2"}, (CODE,)), ({}, (EDITED,)):
        found = judged(old, replayed(files, **{entry: {"tables": ["2"]}}, **changed))
        assert told(found) == {"manifest.json": ("DIFFERENT", causes)}
    assert told(judged(state(files, title="Y", **{entry: 1}), replayed(files, code="c2", **{entry: 2}))) == {
        "manifest.json": ("DIFFERENT", (EDITED,))
    }


def test_the_version_of_alongside_goes_with_its_code(results, state, replayed):
    files = {"results.csv": results(ONE)}
    assert told(judged(state(files), replayed(files, alongside="0.2.0", code="c2"))) == {}


def test_tolerance_is_for_other_machines_alone(results, full, state, replayed):
    old, new = (
        results(f"model | m | age | | All | estimate | {value} | 1.23") for value in ("1.234567891", "1.234567892")
    )
    value = full("model | m | age | | All | estimate | 1.2345678915")
    for others, verdict in (
        ({}, "DIFFERENT"),
        ({"environment": MOVED}, "WITHIN TOLERANCE"),
        ({"code": "c2"}, "DIFFERENT"),
    ):
        found = judged(state({"results.csv": old}), replayed({"results.csv": new}, value, **others), rounded=False)
        assert {str(n.verdict) for n in found.numbers} | {str(f.verdict) for f in found.files} == {verdict}


def document(words: str, day: int = 1, more: str = "") -> bytes:
    """more: words of a second part of the same name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed, warnings.catch_warnings(action="ignore"):
        for each in filter(None, (words, more)):
            packed.writestr(zipfile.ZipInfo("word/document.xml", (1980, 1, day, 0, 0, 0)), each)
    return out.getvalue()


def damaged() -> bytes:
    """A packed part whose bytes were turned over: neither zipfile nor zlib has a word of its own for all of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", "<w>1.5</w>" * 9)
    return out.getvalue().replace(out.getvalue()[47:57], bytes(b ^ 0xFF for b in out.getvalue()[47:57]))


def picture(width: int) -> bytes:
    """The head of a PNG that says how large it is, and nothing behind it."""
    head = struct.pack(">4sIIBBBBB", b"IHDR", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(("name", "old", "new", "verdict"), [
    ("a.svg", b"<path d='M 1.0000001 2'/>", b"<path d='M 1.0000002 2'/>", Verdict.WITHIN),
    ("a.svg", b"<path d='M 1.0 2'/>", b"<path d='M 1.1 2'/>", Verdict.DIFFERENT),
    ("a.html", b"<td>1.50</td>", b"<td>1.60</td>", Verdict.DIFFERENT),
    ("a.html", b"<td>15</td>", b"<td>16</td>", Verdict.DIFFERENT),
    ("a.html", b"<td>1.5000001</td>", b"<th>1.5000002</th>", Verdict.DIFFERENT),
    ("a.docx", document("<w>1.5</w>", 1), document("<w>1.5</w>", 2), Verdict.WITHIN),
    ("a.docx", document("<w>1.5</w>"), document("<w>1.6</w>"), Verdict.DIFFERENT),
    ("a.docx", b"no zip", document("<w>1.6</w>"), Verdict.DIFFERENT),
    ("a.png", b"no picture", b"another", Verdict.DIFFERENT),
    ("a.png", picture(2**31 - 1), picture(2), Verdict.DIFFERENT),
    ("a.docx", document("<w>1.6</w>", more="<w>1.5</w>"), document("<w>1.5</w>"), Verdict.DIFFERENT),
    ("a.docx", damaged(), document("<w>1.5</w>"), Verdict.DIFFERENT),
    ("a.html", b"<img src='data:image/png;base64,A'>", b"<img src='data:image/png;base64,AAAA'>", Verdict.DIFFERENT),
])  # fmt: skip
def test_files_that_say_the_same(state, replayed, name, old, new, verdict):
    found = judged(state({name: old}), replayed({name: new}, environment=MOVED))
    assert [f.verdict for f in found.files] == [verdict]


def test_a_package_of_two_versions_is_told(state, replayed):
    both = {**MOVED, "packages": ["pandas-3.1.0", "pandas-9.0.0", "numpy-2.3.0"]}
    found = changes(state({}).manifest, replayed({}, environment=both).manifest)
    assert [(c.what, c.old, c.new) for c in found] == [
        ("package numpy", "not installed", "2.3.0"), ("package pandas", "3.1.0", "3.1.0 and 9.0.0")
    ]  # fmt: skip


def test_the_first_stage_at_which_they_part():
    assert first_stage(["model", "flow"]) == "01_clean"
    assert first_stage(["reliability", "themes"]) == "02_score"
    assert first_stage(["mediation", "agreement"]) == "04_models"
    assert first_stage([]) == "06_report"
    assert first_stage([], ["weights"]) == "weights", "an analyst's own stage"
