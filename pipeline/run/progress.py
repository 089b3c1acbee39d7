"""What a person sees while stages run: on a terminal a bar with the stage at work and for how long, elsewhere a plain
line a stage that ended."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from pipeline.run.events import Event

if TYPE_CHECKING:
    from rich.progress import Progress

Shown = Callable[[Event], None]


@contextlib.contextmanager
def shown(total: int, out: TextIO | None = None) -> Iterator[Shown]:
    """A function to be called with each event of ``total`` stages."""
    out = sys.stderr if out is None else out
    if not out.isatty():
        yield lambda event: _line(event, out)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )  # fmt: skip
    from rich.text import Text

    class Since(ProgressColumn):
        """How long the stage has been at work: the longest takes minutes, and someone waits."""

        def render(self, task: Task) -> Text:
            began = task.fields.get("began")
            return Text("" if began is None else f"{time.monotonic() - began:.0f} s")

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        Since(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=out), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda event: _bar(event, bar, task)


def _line(event: Event, out: TextIO) -> None:
    if event.kind == "done":
        print(f"{event.study}  {event.stage}  {event.seconds:.0f} s", file=out, flush=True)
    elif event.kind in ("failed", "interrupted"):
        print(f"{event.study}  {event.stage}  {event.kind}", file=out, flush=True)


def _bar(event: Event, bar: Progress, task: object) -> None:
    if event.kind == "started":
        bar.update(task, description=f"{event.study} {event.stage}", began=time.monotonic())  # type: ignore[arg-type]
    else:
        bar.advance(task)  # type: ignore[arg-type]
        if event.kind == "done":
            bar.console.print(f"{event.study}  {event.stage}  {event.seconds:.0f} s")
