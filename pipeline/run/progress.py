"""What a person sees while stages run: a bar on a terminal, a plain line a stage elsewhere."""

from __future__ import annotations

import contextlib
import sys
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
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
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
        bar.update(task, description=f"{event.study} {event.stage}")  # type: ignore[arg-type]
    else:
        bar.advance(task)  # type: ignore[arg-type]
        if event.kind == "done":
            bar.console.print(f"{event.study}  {event.stage}  {event.seconds:.0f} s")
