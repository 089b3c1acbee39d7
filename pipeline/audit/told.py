"""An audit as lines for a terminal, as JSON for a program and as a page for a reader. Same findings, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from html import escape

from pipeline.audit.audit import Audit, Checked
from pipeline.audit.findings import ERRORS, Finding, shown, without_verdict
from pipeline.audit.passages import TEXT

FORMAT = 1
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
body { color: #1a1a1a; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem }
p { margin: .25rem 0 .75rem; max-width: 46rem }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid #ccc }
thead th { border-bottom: 2px solid #1a1a1a }
tbody th { font-weight: 400; min-width: 11rem } td.says { min-width: 18rem }
.error { font-weight: 600; color: #8c1a11 } small { color: #555; display: block }
@media (prefers-color-scheme: dark) { body, thead th { color: #eee; background: #16181c; border-color: #eee }
 .error { color: #ff9d94 } small { color: #b5b5b5 } th, td { border-color: #555 } }
"""


def lines(audit: Audit) -> Iterator[str]:
    """One line a finding, then one line a table that holds counts or percentages, then one for the rest."""
    yield from (finding.line for finding in audit.findings)
    held = [t for t in audit.tables if t.groups or t.figures or t.brackets]
    for table in held:
        yield _summary(table, sum(_of(f, table) for f in audit.findings))
    if rest := sum(t not in held and t.table != TEXT for t in audit.tables):
        holds = "1 table holds" if rest == 1 else f"{rest} tables hold"
        yield f"{holds} no counts or percentages of people that were recognised."


def _of(finding: Finding, table: Checked) -> bool:
    return (finding.file, finding.table) == (table.file, table.table)


def _summary(table: Checked, found: int) -> str:
    findings = f"{found} findings" if found != 1 else "1 finding"
    where = without_verdict(", ".join(w for w in map(shown, (table.file, table.table)) if w))
    told = f"{where}: {findings if found else 'nothing found'} ({_held(table)})"
    mend = "; if such cells are n (%), write that into the heading, or say with --n of how many people the table is"
    return told + mend if table.brackets else told


def to_json(audit: Audit) -> bytes:
    """``{"format": 1, "tables": […], "findings": […]}``; the keys are those of ``Checked`` and ``Finding``."""
    value = {
        "format": FORMAT,
        "tables": [asdict(t) for t in audit.tables],
        "findings": [asdict(f) for f in audit.findings],
    }
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def to_html(audit: Audit) -> bytes:
    """One page without scripts; every word of a stranger's table is escaped."""
    errors = sum(f.kind in ERRORS for f in audit.findings)
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Audit of printed tables</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        "<h1>Audit of printed tables</h1>",
        f"<p>{len(audit.findings)} findings in {len(audit.tables)} tables; {errors} of them contradict arithmetic, "
        "the others are to be looked at. <em>Certain</em>: by arithmetic alone. <em>Likely</em>: on the condition that "
        "is said. <em>Look</em>: honest tables have it too.</p>",
    ]
    clean: list[Checked] = []
    for table in audit.tables:
        found = [f for f in audit.findings if _of(f, table)]
        if found:
            parts += _section(table, found)
        elif table.groups or table.figures or table.brackets:
            clean.append(table)
    if clean:
        parts += ["<h2>Nothing found</h2>", "<ul>", *(f"<li>{escape(_called(t))}</li>" for t in clean), "</ul>"]
    return ("\n".join([*parts, "</main>\n</body>\n</html>"]) + "\n").encode()


def _section(table: Checked, found: list[Finding]) -> Iterator[str]:
    name = escape(", ".join(w for w in (table.file, table.table) if w), quote=True)
    heads = "".join(f'<th scope="col">{w}</th>' for w in ("Where", "Finding", "What would be possible", "Kind"))
    yield f"<h2>{name}</h2>\n<p>{escape(_held(table))}.</p>"
    yield f'<div class="scroll" role="region" tabindex="0" aria-label="Findings in {name}">'
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    yield from map(_row, found)
    yield "</tbody>\n</table>\n</div>"


def _held(table: Checked) -> str:
    unread = f", {table.unread} not recognised" if table.unread else ""
    unread += f", cells like 11 (26) not understood: {table.brackets}" if table.brackets else ""
    figures = f"other figures: {table.figures}" if table.figures else ""
    counts = f"groups: {table.groups}, percentages: {table.percentages}{unread}"
    return ", ".join(w for w in (counts if table.groups or not figures else "", figures) if w)


def _called(table: Checked) -> str:
    return f"{', '.join(w for w in map(shown, (table.file, table.table)) if w)} ({_held(table)})"


def _row(finding: Finding) -> str:
    where = ", ".join(w for w in (finding.row, finding.column) if w) or "the table"
    place = f"<small>{escape(finding.place)}</small>" if finding.place else ""
    mark = ' class="error"' if finding.kind in ERRORS else ""
    return (
        f'<tr><th scope="row">{escape(where)}{place}</th><td class="says">{escape(finding.says)}</td>'
        f"<td>{escape(finding.possible)}</td><td><span{mark}>{escape(finding.kind)}</span><small>{finding.certainty}</small></td></tr>"
    )
