"""Locks that end with their process, however it ended: one writer a study, one DVC a workspace."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from filelock import FileLock, Timeout

from pipeline.errors import StageFailed
from pipeline.files import Workspace

PATIENCE = 5.0  # seconds
HELD = "ALONGSIDE_HOLDS"
"""Names the study whose lock the parent of a kernel holds, so that the kernel may write."""


class Busy(StageFailed):
    """Another process holds the lock."""


@contextlib.contextmanager
def one_run(workspace: Workspace) -> Iterator[None]:
    """One run a workspace; StageFailed with a sentence where another is at work. (A status is, for some seconds.)"""
    sentence = "Another 'alongside run' is at work in this workspace. Let it finish, or end it, and run again."
    with _locked(workspace, "run", sentence, wait=PATIENCE):
        yield


@contextlib.contextmanager
def no_run(workspace: Workspace) -> Iterator[bool]:
    """Whether no run is at work; none begins before the end of the block where this is so."""
    with contextlib.ExitStack() as stack:
        free = True
        try:
            stack.enter_context(_locked(workspace, "run", "", wait=0))
        except Busy:
            free = False
        yield free


@contextlib.contextmanager
def one_writer(workspace: Workspace, study: str) -> Iterator[None]:
    """One writer of a study's outputs; nothing to do where the parent process holds the lock for this one."""
    if os.environ.get(HELD) == study:
        yield
        return
    sentence = f"{study}: a stage of another run is still writing its outputs. Let it finish, or end it, and run again."
    with _locked(workspace, f"study-{study}", sentence, wait=PATIENCE):
        yield


@contextlib.contextmanager
def _locked(workspace: Workspace, name: str, sentence: str, wait: float) -> Iterator[None]:
    folder = workspace.state() / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{name}.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise Busy(sentence) from None
    try:
        yield
    finally:
        lock.release()
