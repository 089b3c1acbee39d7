"""Every way in which a notebook can break, or can look whole and be broken (facts on papermill 2.7 and ipykernel 7)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.run import execute as executing
from pipeline.run.execute import Limits, execute
from pipeline.run.said import SAID

Write = Callable[..., Path]
GIVEN = {"study": "tiny", "root": ".."}


@pytest.fixture
def run(folder: Path) -> Callable[..., Path]:
    """Execute a notebook of the folder into ``made.ipynb``, a failed one into ``failed.ipynb``."""

    def run_notebook(path: Path, given: dict[str, Any] | None = None, **options: Any) -> Path:
        places = {"failed": folder / "failed.ipynb", "state": folder / ".alongside"}
        return execute(path, folder / "made.ipynb", GIVEN if given is None else given, **places, **options)

    return run_notebook


def outputs(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "".join(o.get("text", "") for c in cells for o in c.get("outputs", ()))


def kept(folder: Path) -> list[str]:
    """The kept notebook's cells, in short: tags, or the start of the source."""
    cells = json.loads((folder / "failed.ipynb").read_text("utf-8"))["cells"]
    return [(c["metadata"].get("tags") or [c["source"][:10]])[0] for c in cells]


# What looks complete to papermill and is not


def test_a_killed_kernel_is_a_failure_and_is_marked(folder: Path, write: Write, run: Callable[..., Path]):
    path = write("a", "look = 1", "import signal\nsignal.raise_signal(9)", "after = 1")
    with pytest.raises(StageFailed) as broke:
        run(path)
    where = (folder / "failed.ipynb").as_posix()
    assert str(broke.value) == (
        "a.ipynb broke at its cell 3: its kernel died (killed, or out of memory). "
        f"It is kept, marked there, as {where}."
    )
    marker = "papermill-error-cell-tag"
    assert kept(folder) == [marker, "parameters", "injected-parameters", "look = 1", marker, "import sig", "after = 1"]
    assert not list(folder.glob("*made*")) and not list(folder.glob(".made*")), "working files are gone"


@pytest.mark.parametrize("way_out", ["raise SystemExit(0)", "raise SystemExit"])
def test_leaving_early_with_success_is_a_failure(write: Write, run: Callable[..., Path], way_out: str):
    with pytest.raises(StageFailed, match="a.ipynb broke at its cell 2: it raised SystemExit."):
        run(write("a", way_out, "after = 1"))


def test_shell_lines_and_ways_out_are_refused_before_a_kernel_starts(
    write: Write, run: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(executing, "_run", lambda *_: pytest.fail("a kernel was started"))
    with pytest.raises(Mistakes) as refused:
        run(write("a", "!false", "import sys\nsys.exit(0)", "exit()"))
    assert [m.where for m in refused.value.mistakes] == ["a.ipynb, cell 2", "a.ipynb, cell 3", "a.ipynb, cell 4"]


@pytest.mark.parametrize(
    "given, told",
    [
        ({"studdy": "tiny"}, "a.ipynb: has no parameter 'studdy'. Did you mean 'study'?"),
        ({"study": 10}, "a.ipynb: parameter 'study' is str, and int was given. Give the declared type."),
        ({"study": "other"}, "a.ipynb: there is no studies/other.yaml. Name a study that is there."),
        ({"root": "../.."}, "a.ipynb: there is no studies/tiny.yaml. Name a study that is there."),
        (
            {"root": "nowhere"},
            "a.ipynb: parameter 'root' is not a folder seen from the notebook's own. Write it like '..'.",
        ),
        ({"root": "/"}, "a.ipynb: parameter 'root' is not a folder seen from the notebook's own. Write it like '..'."),
    ],
)
def test_parameters_are_refused_before_a_kernel_starts(
    write: Write, run: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], told: str
):
    monkeypatch.setattr(executing, "_run", lambda *_: pytest.fail("a kernel was started"))
    with pytest.raises(Mistakes) as refused:
        run(write("a"), given)
    assert str(refused.value) == told


# What a failure leaves


def test_a_failure_leaves_the_last_good_output_as_it_was(folder: Path, write: Write, run: Callable[..., Path]):
    (folder / "made.ipynb").write_bytes(b"good")
    with pytest.raises(StageFailed, match="it raised ZeroDivisionError"):
        run(write("a", "1 / 0"))
    assert (folder / "made.ipynb").read_bytes() == b"good"


def test_a_kernel_that_does_not_start_leaves_it_too_and_says_why(
    folder: Path, write: Write, run: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    (folder / "made.ipynb").write_bytes(b"good")
    broken = folder / "python"
    broken.write_text("#!/bin/sh\necho no such thing >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(executing.sys, "executable", str(broken))
    with pytest.raises(StageFailed, match="broke before its first cell"):
        run(write("a"), limits=Limits(start=20))
    assert (folder / "made.ipynb").read_bytes() == b"good"
    assert (folder / "failed.txt").read_text() == "no such thing\n"


def test_mistakes_come_out_of_the_kernel_as_they_were_raised(folder: Path, write: Write, run: Callable[..., Path]):
    (folder / "studies" / "tiny.yaml").write_text("title: Tiny\n")
    opened = "from pipeline.run.stages import open_stage\nstage = open_stage(study, root, '01_clean')"
    with pytest.raises(Mistakes) as told:
        run(write("a", opened))
    assert any(str(m).startswith("studies/tiny.yaml:1  data: 'data' is missing.") for m in told.value.mistakes)
    assert len(told.value.mistakes) == 3
    shown = json.loads((folder / "failed.ipynb").read_text("utf-8"))["cells"][-1]["outputs"][0]
    assert shown["traceback"] == [str(m) for m in told.value.mistakes], "sentences, and not the way to them"


def test_another_error_is_named_and_not_quoted(write: Write, run: Callable[..., Path]):
    with pytest.raises(StageFailed) as broke:
        run(write("a", "raise ValueError('Ann Example, born 1950')"))
    assert "it raised ValueError" in str(broke.value) and "Ann" not in str(broke.value)


# How long it may take


def test_a_cell_has_a_time_out(write: Write, run: Callable[..., Path]):
    began = time.monotonic()
    with pytest.raises(StageFailed, match="broke at its cell 2: it took longer than it may"):
        run(write("a", "import time\ntime.sleep(120)"), limits=Limits(cell=1))
    assert time.monotonic() - began < 60


def test_all_cells_together_have_a_time_out(write: Write, run: Callable[..., Path]):
    nap = "import time\ntime.sleep(3)"
    with pytest.raises(StageFailed, match=r"broke at its cell \d: it took longer than it may"):
        run(write("a", *[nap] * 20), limits=Limits(cell=60, stage=4))


# What a kernel finds around itself

AROUND = """
import os, time, locale, sys, warnings
from ipykernel.connect import get_connection_info
print({"b", "a", "c", "d"}, time.tzname, locale.getpreferredencoding(), os.getcwd(), "startup" in dir())
print({k: v for k, v in os.environ.items() if k.endswith("_THREADS")}, os.environ["SOURCE_DATE_EPOCH"])
print(os.environ.get("MPLBACKEND"), get_connection_info(unpack=True)["transport"], sys.flags.safe_path)
print("told", file=sys.stderr)
warnings.warn("look")
object()
"""


def test_another_user_folder_time_zone_hash_seed_and_profile_give_the_same_bytes(
    folder: Path, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
):
    made = []
    for number, (zone, seed) in enumerate([("Asia/Tokyo", "1"), ("America/Lima", "77")]):
        home = tmp_path / f"home{number}"
        for profile in (home / ".ipython", home / "ipython"):
            (profile / "profile_default" / "startup").mkdir(parents=True)
            (profile / "profile_default" / "startup" / "00.py").write_text(f"startup = {number}\nprint('mine')\n")
        (home / "jupyter").mkdir()
        (home / "jupyter" / "jupyter_config.json").write_text('{"Session": {"key": "mine"}}')
        own = {
            "HOME": home,
            "IPYTHONDIR": home / "ipython",
            "JUPYTER_CONFIG_DIR": home / "jupyter",
            "TZ": zone,
            "LC_ALL": "C",
        }
        own |= {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": number + 2, "MPLBACKEND": "pdf", "PYTHONWARNINGS": "ignore"}
        for name, value in own.items():
            monkeypatch.setenv(name, str(value))
        there = tmp_path / f"Ort {number}" / "w"
        path = write("a", AROUND)
        for part in ("notebooks/a.ipynb", "studies/tiny.yaml"):
            (there / part).parent.mkdir(parents=True, exist_ok=True)
            (there / part).write_bytes((folder / part).read_bytes())
        execute(
            there / "notebooks" / path.name,
            there / "made.ipynb",
            GIVEN,
            failed=there / "failed.ipynb",
            state=there / ".alongside",
        )
        made.append((there / "made.ipynb").read_bytes())
    assert made[0] == made[1]
    said = outputs(there / "made.ipynb")
    assert "('UTC', 'UTC') utf-8 … False" in said and "cell:7: UserWarning: look" in said
    assert "'OMP_NUM_THREADS': '1'" in said and "315532800" in said
    assert "module://matplotlib_inline.backend_inline ipc True" in said or os.name == "nt"
    assert str(tmp_path) not in (there / "made.ipynb").read_text("utf-8")


# Who outlives whom

HOLDS_ON = (
    "import os, re, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))\nre.match('(a+)+$', 'a' * 60 + 'b')"
)
"""Holds the interpreter's lock, so that no thread of the kernel's own can see that its parent is gone."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the signal on a parent's end is Linux's")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_kernel_ends_with_the_process_that_started_it(folder: Path, write: Write, ending: signal.Signals):
    write("a", HOLDS_ON)
    program = (
        "from pathlib import Path\nfrom pipeline.run.execute import execute\n"
        f"execute(Path('notebooks/a.ipynb'), Path('made.ipynb'), {GIVEN}, "
        "failed=Path('failed.ipynb'), state=Path('.alongside'))"
    )
    system = folder / "tmp"  # where the system's temporary folder is for this run; its path is too long for a socket
    system.mkdir()
    around = {**os.environ, "TMPDIR": str(system)}
    runner = subprocess.Popen([sys.executable, "-c", program], cwd=folder, stderr=subprocess.DEVNULL, env=around)
    noted = folder / "notebooks" / "pid"
    assert wait_for(lambda: noted.exists() and noted.read_text() != "", 60)
    kernel = psutil.Process(int(noted.read_text()))
    written = folder / ".made.ipynb.running"
    assert {"notebook.ipynb", "log", "kernel.json"} <= {p.name for p in written.iterdir()}
    runner.send_signal(ending)
    runner.wait(timeout=30)
    assert wait_for(lambda: not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE, 10), (
        "the kernel lives on"
    )
    assert [p.name for p in system.rglob("*") if p.is_file()] == [], "what may speak of people lies beside the output"


def test_what_a_library_writes_aside_lies_beside_the_output(folder: Path, write: Write, run: Callable[..., Path]):
    made = run(write("a", "import tempfile\nfrom pathlib import Path\nPath('told').write_text(tempfile.mkdtemp())"))
    told = Path((folder / "notebooks" / "told").read_text())
    assert told.is_relative_to(folder / ".made.ipynb.running") and not told.exists() and made.exists()
    assert not list(folder.glob(".made*"))


@pytest.mark.skipif(os.name == "nt", reason="kernels talk by local sockets on POSIX alone")
def test_only_sockets_lie_in_the_systems_temporary_folder(
    folder: Path, write: Write, run: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    system = Path(tempfile.mkdtemp(prefix="s"))
    monkeypatch.setattr(tempfile, "tempdir", str(system))
    look = (
        "import stat\nfrom pathlib import Path\n"
        f"Path('told').write_text(repr([stat.S_ISSOCK(p.stat().st_mode) for p in Path({str(system)!r}).glob('*/*')]))"
    )
    run(write("a", look))
    assert (folder / "notebooks" / "told").read_text() == repr([True] * 5)
    assert list(system.iterdir()) == []
    system.rmdir()


def wait_for(happened: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.1)
    return happened()


def test_nothing_is_noted_outside_a_run(monkeypatch: pytest.MonkeyPatch):
    from pipeline.run.said import tell_when_raised

    monkeypatch.delenv(SAID, raising=False)
    tell_when_raised()
