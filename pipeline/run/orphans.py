"""No process of ours outlives the one that started it, however that one ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import psutil

from pipeline.errors import StageFailed

_PR_SET_PDEATHSIG = 1
_EVERY = 0.5  # seconds
RUN = "ALONGSIDE_RUN"
"""Holds the process id of the run that a stage belongs to; not set where a person types ``dvc repro``."""
_SHELLS = ("sh", "dash", "bash", "cmd.exe")


def die_with_parent() -> None:
    """On Linux, have the kernel of the operating system kill this process when its parent ends."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the signal was asked for
        os.kill(os.getpid(), signal.SIGKILL)


def end_with_ancestors() -> None:
    """End this process (as SIGTERM does) when one of those that started it ends: the shell, DVC, the run.

    ``kill -9`` on DVC leaves the shell of its stage alive, so that watching the parent alone would not do. StageFailed
    where the run is gone already: its DVC may still start stages.
    """
    run = os.environ.get(RUN)
    watched: list[psutil.Process] = []
    for ancestor in psutil.Process().parents():
        watched.append(ancestor)
        if str(ancestor.pid) == run or (run is None and ancestor.name() not in _SHELLS):
            break
    if run is not None and run not in {str(p.pid) for p in watched}:
        raise StageFailed("The run that this stage belongs to has ended.")
    threading.Thread(target=_watch, args=(watched,), daemon=True).start()


def _watch(processes: list[psutil.Process]) -> None:
    while all(map(_lives, processes)):
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def _lives(process: psutil.Process) -> bool:
    """Whether it is still the same process, not only the same id, and not one that waits for its parent to look."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
