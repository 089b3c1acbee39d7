"""What tests ask for that a machine may lack: real data, a browser, a word processor; and R's reference values.

Where it is absent a test says "not run: …". With ``ALONGSIDE_REQUIRE_ALL=1``, as in CI, its absence is a failure.
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NoReturn

import hypothesis
import hypothesis.configuration
import pytest

GOLDEN = Path(__file__).parent / "golden"

# The same examples on every machine and in every run, and nothing kept in the work tree.
hypothesis.configuration.set_hypothesis_home_dir(Path(sys.prefix, "cache", "hypothesis"))
hypothesis.settings.register_profile("alongside", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("alongside")

MEANS = {
    "browser": (("chromium", "chromium-browser", "google-chrome", "chrome"), "Chromium (Debian: chromium)"),
    "soffice": (("soffice", "libreoffice"), "LibreOffice Writer (Debian: libreoffice-writer-nogui)"),
    "pdftoppm": (("pdftoppm",), "Poppler's tools (Debian: poppler-utils)"),
    "git": (("git",), "git"),
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Last of all, how many of R's values were compared; the tests say it, wherever they ran."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    for report in reporter.stats.get("passed", ()) if reporter is not None else ():
        for name, words in getattr(report, "user_properties", ()):
            if name == "golden":
                reporter.write_line(str(words))


def not_run(reason: str) -> NoReturn:
    """Leave the test out with its reason, or fail where nothing may be left out."""
    if os.environ.get("ALONGSIDE_REQUIRE_ALL") == "1":
        pytest.fail(f"not run: {reason}", pytrace=False)
    pytest.skip(f"not run: {reason}")


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """``require("browser")`` is the program's path; one of browser, soffice, pdftoppm, git."""

    def path_of(means: str) -> str:
        names, what = MEANS[means]
        found = next(filter(None, map(shutil.which, names)), None)
        return found or not_run(f"{what} is not on this machine")

    return path_of


@pytest.fixture(scope="session")
def real_data() -> Callable[..., Path]:
    """``real_data("gss2018", "GSS2018.dta")`` is the path of a real raw file; ``real_data()`` is the folder of all."""

    def path_to(*parts: str) -> Path:
        named = os.environ.get("ALONGSIDE_DATA")
        if not named:
            not_run("set ALONGSIDE_DATA to the folder that holds real raw data as <study>/<file>")
        path = Path(named, *parts).resolve()
        return path if path.exists() else not_run(f"{'/'.join(parts) or named} is not where ALONGSIDE_DATA says")

    return path_to


@pytest.fixture(scope="session")
def golden_folder(real_data: Callable[..., Path]) -> Path:
    """The folder of the rows that R's values were made from and that are not committed (pbc.csv and others)."""
    folder = real_data().parent.parent / "golden"
    return folder if folder.exists() else not_run("no folder golden/ lies beside the data that ALONGSIDE_DATA names")


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str, str, str], float]:
    """R's value for (case, analysis, term, statistic), from ``golden.csv`` (made by ``golden.R``)."""
    with (GOLDEN / "golden.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    values = {(r["case"], r["analysis"], r["term"], r["statistic"]): float(r["value"]) for r in rows}
    assert len(values) == len(rows), "golden.csv names a value twice"

    def value(case: str, analysis: str, term: str, statistic: str) -> float:
        key = (case, analysis, term, statistic)
        near = sorted(k[1:] for k in values if k[0] == case and k[1][:12] == analysis[:12])
        assert key in values, f"golden.csv has no {key}; near it: {near[:8]}"
        return values[key]

    return value
