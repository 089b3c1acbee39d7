"""The set-up: never taken for whole when it is not, never redone when it is; the installers are stand-ins here."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LOCK = """\
six==1.0 \\
    --hash=sha256:aa
uv==2.0 ; sys_platform != 'x' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
zip==3.0 \\
    --hash=sha256:dd
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "clone é x"
    folder.mkdir()
    (folder / "requirements.lock").write_text(LOCK, "utf-8")
    return folder


class Stand:
    """Makes the folders that `venv`, pip and uv would make, and fails or breaks off where it is told to."""

    def __init__(self, environment: Any, fails: tuple[str, ...] = (), breaks_off: str = ""):
        self.environment, self.fails, self.breaks_off = environment, fails, breaks_off
        self.calls: list[str] = []

    def __call__(self, words: list[str], **options: Any) -> None:
        call = " ".join(words).replace(str(self.environment.root), "").replace(sys.executable, "python")
        self.calls.append(call)
        if "-m venv" in call:
            self.environment.packages().mkdir(parents=True)
            self.environment.bin.mkdir()
            self.environment.python.touch()
        else:
            (self.environment.packages() / "six-1.0.dist-info").mkdir()
            if self.breaks_off and self.breaks_off in call:
                raise KeyboardInterrupt
            if any(part in call for part in self.fails):
                raise subprocess.CalledProcessError(2, words)
            only_uv = "cache/uv.lock" in call
            for name in ("uv-2.0",) if only_uv else ("uv-2.0", "zip-3.0"):
                (self.environment.packages() / f"{name}.dist-info").mkdir(exist_ok=True)
            if only_uv:
                (self.environment.packages() / "six-1.0.dist-info").rmdir()


@pytest.fixture
def run(set_up: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[bool, list[str]]]:
    """Set `checkout` up once: whether it became whole, and what was called."""

    def once(only: str | None = None, path_uv: str | None = "/bin/uv", **told: Any) -> tuple[bool, list[str]]:
        monkeypatch.setattr(set_up.shutil, "which", lambda name: path_uv)
        environment = set_up.Environment(checkout)
        stand = Stand(environment, **told)
        return set_up.set_up(environment, set_up.Installers(environment, stand), only), stand.calls

    return once


PIP = "/.venv/bin/python -I -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps -r "
UV = " pip install --quiet --python /.venv/bin/python --require-hashes --no-deps -r /requirements.lock"
NEW = "python -I -m venv /.venv"


def test_uv_on_the_path_comes_first_and_needs_no_pip(run: Callable[..., Any]) -> None:
    assert run() == (True, ["python -I -m venv --without-pip /.venv", "/bin/uv" + UV])


def test_uv_is_fetched_by_its_line_of_the_lock(run: Callable[..., Any], set_up: ModuleType, checkout: Path) -> None:
    assert run(path_uv=None) == (True, [NEW, PIP + "/.venv/cache/uv.lock", "/.venv/bin/uv" + UV])
    assert set_up.uv_from_lock(LOCK) == "".join(LOCK.splitlines(keepends=True)[2:5])
    assert not (checkout / ".venv" / "cache").exists()


def test_pip_is_the_last_resort(run: Callable[..., Any], capfd: pytest.CaptureFixture[str]) -> None:
    done, calls = run(fails=("/uv pip",))
    assert done
    assert [call for call in calls if "-m venv" in call] == ["python -I -m venv --without-pip /.venv", NEW, NEW]
    assert calls[-1] == PIP + "/requirements.lock"
    told = [line for line in capfd.readouterr().err.splitlines() if line.startswith("That did not work")]
    assert told == ["That did not work: uv ended with 2."] * 2


def test_a_person_may_ask_for_pip_alone(run: Callable[..., Any]) -> None:
    assert run(only="pip") == (True, [NEW, PIP + "/requirements.lock"])


def test_a_whole_set_up_is_left_alone(run: Callable[..., Any]) -> None:
    run()
    assert run() == (True, [])


def test_where_every_way_fails_nothing_is_left(run: Callable[..., Any], checkout: Path) -> None:
    assert run(fails=("install",))[0] is False
    assert not (checkout / ".venv").exists()


def test_what_was_broken_off_is_started_afresh(run: Callable[..., Any], checkout: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(breaks_off="install")
    assert (checkout / ".venv" / "bin" / "python").exists()
    (checkout / ".venv" / "half").touch()
    done, calls = run()
    assert done and len(calls) == 2
    assert not (checkout / ".venv" / "half").exists()


def change_lock(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text(LOCK.replace("1.0", "1.1"), "utf-8")


def lose_python(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()


def lose_package(checkout: Path) -> None:
    next(checkout.rglob("zip-3.0.dist-info")).rmdir()


def upgrade_by_hand(checkout: Path) -> None:
    found = next(checkout.rglob("zip-3.0.dist-info"))
    found.rename(found.with_name("zip-4.0.dist-info"))


def half_a_stamp(checkout: Path) -> None:
    stamp = checkout / ".venv" / "set-up.json"
    stamp.write_text(stamp.read_text("utf-8")[:-9], "utf-8")


def empty_stamp(checkout: Path) -> None:
    (checkout / ".venv" / "set-up.json").write_text("{}", "utf-8")


def a_file_in_its_place(checkout: Path) -> None:
    (checkout / ".venv").rename(checkout / "elsewhere")
    (checkout / ".venv").touch()


DAMAGE = [change_lock, lose_python, lose_package, upgrade_by_hand, half_a_stamp, empty_stamp, a_file_in_its_place]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_broken_or_old_set_up_is_made_again(
    run: Callable[..., Any], checkout: Path, damage: Callable[[Path], None]
) -> None:
    run()
    damage(checkout)
    done, calls = run()
    assert done and len(calls) == 2
    assert run() == (True, [])


def test_another_python_or_folder_makes_it_again(
    run: Callable[..., Any], set_up: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    with monkeypatch.context() as patch:
        patch.setattr(set_up.platform, "python_version", lambda: "3.99.0")
        assert not set_up.Environment(checkout).is_whole()
    assert set_up.Environment(checkout).is_whole()
    moved = checkout.rename(checkout.with_name("moved"))
    assert not set_up.Environment(moved).is_whole()


def test_a_linked_environment_loses_its_link_alone(set_up: ModuleType, checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "kept").touch()
    (checkout / ".venv").symlink_to(tmp_path / "theirs")
    set_up.Environment(checkout).remove()
    assert (tmp_path / "theirs" / "kept").exists() and not (checkout / ".venv").exists()


@pytest.mark.parametrize(("home", "inside"), [("writable", False), ("", True), ("not there", True)])
def test_caches_stay_inside_where_home_takes_none(
    set_up: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, inside: bool
) -> None:
    (tmp_path / "writable").mkdir()
    for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / home) if home else "")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    settings = set_up.own_settings(set_up.Environment(checkout))
    assert settings.get("UV_CACHE_DIR") == (str(checkout / ".venv/cache/uv") if inside else None)
    assert settings.get("PIP_CACHE_DIR") == (str(checkout / ".venv/cache/pip") if inside else None)
    assert not {"PYTHONPATH", "PIP_USER"} & set(settings)


def test_the_command_runs_from_anywhere_and_takes_nothing_from_there(
    set_up: ModuleType, checkout: Path, tmp_path: Path
) -> None:
    """A real environment: folders with a blank, an accent and a quotation mark, and a trap in the working folder."""
    root = checkout.rename(checkout.with_name("it's é x"))
    (root / "pipeline").mkdir()
    (root / "pipeline" / "__init__.py").touch()
    (root / "pipeline" / "cli.py").write_text("import sys\n\ndef main():\n    print(sys.argv[1:])\n    return 5\n")
    environment = set_up.Environment(root)
    set_up.Installers(environment).new("--without-pip")
    environment.add_project()
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "pipeline.py").write_text("raise SystemExit('taken from the working folder')")
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    command = [str(environment.bin / "alongside"), "run", "a b"]
    done = subprocess.run(command, cwd=trap, env=clean, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (5, "['run', 'a b']\n", "")
    assert (environment.packages() / "alongside.pth").read_text("ascii") == "../../../..\n"


def test_a_second_set_up_waits(set_up: ModuleType, checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def second() -> None:
        with set_up.alone(checkout):
            order.append("second")

    with set_up.alone(checkout):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert capfd.readouterr().err == "Another set-up is at work in this folder: waiting for it.\n"


def test_an_old_python_is_told_so(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(set_up.sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(set_up.sys, "argv", ["set_up.py"])
    monkeypatch.setattr(set_up.platform, "python_version", lambda: "3.10.4")
    assert set_up.main() == 1
    told = "This Python is 3.10.4; 3.11 or later is needed: make PYTHON=python3.12 …\n"
    assert capsys.readouterr().err == told
