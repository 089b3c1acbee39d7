"""What a person sees while stages run, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
import time

import pytest

from pipeline.run.events import Event
from pipeline.run.progress import shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_the_stage_at_work_and_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    out = Terminal()
    began = time.monotonic()
    with shown(2, out) as show:
        show(Event("started", "tiny", "05_themes"))
        show(Event("done", "tiny", "05_themes", 4.2))
        show(Event("started", "tiny", "06_report"))
        monkeypatch.setattr(time, "monotonic", lambda: began + 125)
        time.sleep(0.4)  # the bar draws itself anew ten times a second, without any event
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out.getvalue())
    assert "tiny  05_themes  4 s" in said
    assert re.search(r"tiny 06_report 12[45] s .* 1/2", said), said


def test_elsewhere_there_is_a_line_a_stage_and_no_sign_of_a_terminal() -> None:
    out = io.StringIO()
    with shown(2, out) as show:
        show(Event("started", "tiny", "05_themes"))
        show(Event("done", "tiny", "05_themes", 4.2))
        show(Event("started", "tiny", "06_report"))
        show(Event("failed", "tiny", "06_report"))
    assert out.getvalue() == "tiny  05_themes  4 s\ntiny  06_report  failed\n"
