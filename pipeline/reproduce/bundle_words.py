"""The words of a bundle: its first page, its CODECHECK manifest, and what its own check reads."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from pipeline import __version__
from pipeline.files import package_text, sha256
from pipeline.reproduce.bundle_contents import Raw
from pipeline.reproduce.diff_cells import numbers_in
from pipeline.study import Study

TEMPLATES = "bundled/"
SUMS, FACTS, CHECK, README, MAKEFILE, CODECHECK = (
    "SHA256SUMS", "bundle.json", "check.py", "README.md", "Makefile", "codecheck.yml",
)  # fmt: skip
_SECONDS = (10, 30)
"""A stage takes so long on a laptop: a rule of thumb (joo2022: 3 to 17 s a stage on two shared cores)."""


def facts(study: Study, raw: Sequence[Raw], results: bytes, stages: int, minutes: int | None) -> dict[str, Any]:
    """What page and check say of the study. Numbers are counted by the output to which they belong."""
    numbers = numbers_in(results, f"reports/{study.name}/results.csv")
    tables = Counter((key.kind, key.name) for key in numbers)
    hidden = Counter((key.kind, key.name) for key, number in numbers.items() if number.withheld)
    low, high = (max(1, math.ceil(stages * seconds / 60)) for seconds in _SECONDS)
    return {
        "study": study.name, "title": study.title, "alongside": __version__, "stages": stages,
        "made_up": study.made_up, "minutes": str(minutes) if minutes else f"{low} to {high}",
        "measured": minutes is not None, "numbers": len(numbers), "withheld": sum(hidden.values()),
        "outputs": [[kind, name, n, hidden[kind, name]] for (kind, name), n in sorted(tables.items())],
        "absent": [_absent(study, one) for one in raw if not one.files],
        "shared": [_shared(one) for one in raw if one.files], "data": bool(raw), "function": study.function is not None,
    }  # fmt: skip


def _absent(study: Study, one: Raw) -> dict[str, str]:
    fetch = one.source.fetch
    return {
        "file": f"data/raw/{study.name}/{one.source.file}", "url": fetch.url if fetch else "",
        "sha256": fetch.sha256 if fetch else "", "licence": fetch.licence if fetch else "",
        "contact": (fetch.contact if fetch else "") or "the authors of the study",
    }  # fmt: skip


def _shared(one: Raw) -> dict[str, Any]:
    share = one.source.share
    assert share is not None, "files of a table are there only where it is shared"
    return {"files": list(one.files), "licence": share.licence, "because": share.because}


def written(name: str, said: Mapping[str, Any]) -> bytes:
    """A text of the bundle from its template; Markdown and Make have no markup to escape but line ends."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 — text
    environment.filters["line"] = lambda text: " ".join(str(text).split())
    text = environment.from_string(package_text("pipeline.reproduce", f"{TEMPLATES}{name}.j2")).render(said)
    return f"{text.rstrip()}\n".encode()


def check_script() -> bytes:
    """The check, which needs nothing but Python."""
    return package_text("pipeline.reproduce", f"{TEMPLATES}check.txt").encode()


def facts_file(said: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True)}\n".encode()


def sums(files: Mapping[str, bytes]) -> bytes:
    """The manifest of a bundle, as ``sha256sum -c`` reads it, too."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def codecheck(study: Study, files: Sequence[str]) -> bytes:
    """``codecheck.yml`` after version 1.0 of its specification: the author's part. Strings are quoted as in JSON."""
    lines = ["%YAML 1.2", "---", 'version: "https://codecheck.org.uk/spec/config/1.0/"', "manifest:"]
    for path in files:
        lines += [f"  - file: {json.dumps(path, ensure_ascii=False)}", f"    comment: {json.dumps(released(path))}"]
    lines += ["paper:", f"  title: {json.dumps(' '.join(study.title.split()), ensure_ascii=False)}"]
    lines += _authors(study)
    lines += ["# Authors add under paper: reference.",
              "# The codechecker adds: codechecker, report, check_time, certificate."]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _authors(study: Study) -> list[str]:
    """As the study file declares them; in plain words where it declares none."""
    if not study.authors:
        return [f"# No authors are declared: studies/{study.name}.yaml has no key 'authors'. Add them under paper."]
    lines = ["  authors:"]
    for author in study.authors:
        lines.append(f"    - name: {json.dumps(' '.join(author.name.split()), ensure_ascii=False)}")
        lines += [f"      ORCID: {json.dumps(author.orcid)}"] if author.orcid else []
    return lines


def released(path: str) -> str:
    """What a released file is, in a few words."""
    name = path.rpartition("/")[2]
    known = {
        "results.csv": "every number of every table, figure and sentence, one a line",
        "report.html": "the report as a page", "report.docx": "the report in Word",
        "layouts.json": "which number stands in which cell of which table",
        "manifest.json": "what each number follows from",
    }  # fmt: skip
    return known.get(name, "a table" if "/tables/" in path else "a figure, or its numbers")
