"""Every stage from raw data, in a clean place, as processes of its own, without any cache; watched while it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import psutil

from pipeline.files import Workspace, read_bytes, read_text, snapshot
from pipeline.report.published import MANIFEST, RESULTS
from pipeline.results import KEY
from pipeline.run.events import LOG, event
from pipeline.run.names import STAGES
from pipeline.run.places import FULL
from pipeline.run.records import PACKAGE

_T = TypeVar("_T")
_EVERY = 0.3  # seconds between two looks at the memory
_MIB = 2**20


@dataclass(frozen=True)
class Replay:
    """What a replay made. files: by path within ``reports/<study>``; full: every number before release.

    seconds: by stage. memory: the most that all its processes held at a time, in MiB. trouble: what it said where it
    did not come to its end.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    full: bytes = b",".join(word.encode() for word in [*KEY, "value"]) + b"\n"
    seconds: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0
    memory: int = 0
    trouble: str = ""
    own: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """The analyst's own stage that wrote a number, by its key."""

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads(self.files[MANIFEST])) if MANIFEST in self.files else {}

    @property
    def results(self) -> bytes:
        return self.files.get(RESULTS, b"")


def replay(place: Workspace, study: str, meanwhile: Callable[[], _T]) -> tuple[Replay, _T]:
    """Run all stages of the study in a clean place; ``meanwhile`` is called while they run, in this process."""
    command = [sys.executable, "-m", "pipeline.reproduce.child", study, str(place.root.resolve())]
    began, said = time.monotonic(), list[str]()
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", errors="replace", start_new_session=os.name != "nt",
    ) as process:  # fmt: skip
        memory = _Memory(process.pid)
        watchers = [threading.Thread(target=memory.watch), threading.Thread(target=_hear, args=(process, study, said))]
        for watcher in watchers:
            watcher.start()
        try:
            done = meanwhile()
            process.wait()
        except BaseException:
            process.terminate()  # it ends DVC and its stages
            raise
        finally:
            process.wait()
            memory.ended.set()
            for watcher in watchers:
                watcher.join()
    return _made(place, study, process.returncode, said, time.monotonic() - began, memory.peak // _MIB), done


def _environment() -> dict[str, str]:
    """This process's own; the code that runs there is the code that runs here, wherever it lies."""
    kept = {k: v for k, v in os.environ.items() if k != "ALONGSIDE_DATA"}
    kept["PYTHONSAFEPATH"] = "1"  # and not a folder 'pipeline' that happens to lie where the command was typed
    home = PACKAGE.parent
    if home.name not in ("site-packages", "dist-packages"):
        kept["PYTHONPATH"] = os.pathsep.join([str(home), *filter(None, [kept.get("PYTHONPATH")])])
    return kept


def _hear(process: subprocess.Popen[str], study: str, said: list[str]) -> None:
    """Hand on the lines that tell of stages as they come; keep the others, which say what went wrong."""
    for line in process.stderr or ():
        if line.startswith(f"{study}  "):
            print(line, end="", file=sys.stderr, flush=True)
        else:
            said.append(line)


def _made(place: Workspace, study: str, code: int, said: list[str], total: float, memory: int) -> Replay:
    log = place.state() / LOG
    told = [event(line) for line in read_text(log).splitlines()] if log.is_file() else []
    seconds = {e.stage: e.seconds for e in told if e is not None and e.kind == "done"}
    if code:
        trouble = "".join(said).strip() or f"it ended with exit code {code}"
        return Replay(seconds=seconds, total=total, memory=memory, trouble=trouble)
    full = read_bytes(place.processed(study) / FULL)
    files = snapshot(place.reports(study))
    return Replay(files, full, seconds, total, memory, own=_own_numbers(place, study, seconds))


def _own_numbers(place: Workspace, study: str, stages: Mapping[str, float]) -> dict[tuple[str, ...], str]:
    from pipeline.reproduce.numbers import unrounded

    own = [stage for stage in stages if stage not in STAGES]
    files = {stage: place.stage(study, stage) / RESULTS for stage in own}
    return {key: stage for stage, path in files.items() if path.is_file() for key in unrounded(read_bytes(path))}


class _Memory:
    """The most memory that a process and all that descend from it held at a time, in bytes."""

    def __init__(self, pid: int):
        self.pid, self.peak, self.ended = pid, 0, threading.Event()

    def watch(self) -> None:
        while not self.ended.wait(_EVERY):
            try:
                root = psutil.Process(self.pid)
                self.peak = max(self.peak, sum(map(_held, [root, *root.children(recursive=True)])))
            except psutil.Error:
                return


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended since it was counted
        return 0
