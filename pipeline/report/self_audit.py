"""A report's own audit before it is published: its page and its Word file, as a reader sees them.

What arithmetic does not allow, and what differs from ``results.csv``, stops the report. A table that shows what another
source printed is audited, too; what is found there is that source's and is told in the manifest alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.audit import Asked, Finding, audit
from pipeline.audit.findings import CODE, ERRORS, FOOTNOTE
from pipeline.audit.marks import marks_in
from pipeline.errors import Mistakes, StageFailed
from pipeline.report.layouts import LAYOUTS, Layouts, layouts_from
from pipeline.report.seen import differing
from pipeline.study import Study
from pipeline.tables.printed import SUFFIX
from pipeline.tables.table import Table

STOPS = (*ERRORS, FOOTNOTE, CODE)
SEEN = ("report.html", "report.docx")
MOST = 12
"""So many are told; one fault of a writer is found in many cells."""


def audited(study: Study, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the manifest says of the audit. ``StageFailed`` for a report that must not be published."""
    layouts = layouts_from(files[LAYOUTS], LAYOUTS) if LAYOUTS in files else Layouts((), study.style, True)
    elsewhere, weighted = _labels(study, layouts.tables, _printed), _labels(study, layouts.tables, _weighted)
    findings, tables, percentages = list[Finding](), 0, 0
    for name in (n for n in SEEN if n in files):
        try:
            found = audit({name: files[name]}, Asked(rule=study.release.rule, below=study.release.below))
        except Mistakes:  # a report without any table
            continue
        findings += found.findings
        tables, percentages = tables + len(found.tables), percentages + sum(t.percentages for t in found.tables)
    own = [f for f in findings if f.kind in STOPS and f.table not in elsewhere]
    own = [f for f in own if f.table not in weighted or f.kind in (FOOTNOTE, CODE)]  # a weighted share is never n of N
    declared = {f"Table {place}": _declared(table) for place, table in enumerate(layouts.tables, 1)}
    own = [f for f in own if f.kind != FOOTNOTE or not declared.get(f.table, set()) & set(f.printed.split(", "))]
    wrong = [*(finding.line for finding in own), *differing(files, layouts.tables)]
    if wrong:
        raise StageFailed("\n".join(_lines(study, wrong)))
    others = [f.line for f in findings if f.table in elsewhere]
    return {"tables": tables, "percentages": percentages, **({"as printed elsewhere": others} if others else {})}


def _labels(study: Study, tables: tuple[Table, ...], chosen: Any) -> frozenset[str]:
    """``Table 4``, as the audit calls them: the tables of a report are counted in the order of its layouts."""
    return frozenset(f"Table {place}" for place, table in enumerate(tables, 1) if chosen(study, table))


def _printed(study: Study, table: Table) -> bool:
    spec = study.tables.get(table.name.removesuffix(SUFFIX))
    return table.name.endswith(SUFFIX) and spec is not None and bool(spec.printed)


def _weighted(study: Study, table: Table) -> bool:
    spec = study.tables.get(table.name)
    return bool(study.design.weight) and spec is not None and spec.weighted is not False


def _declared(table: Table) -> set[str]:
    """What in its declared words looks like a mark, and is a part of a label: ``Yes †``, ``online^a``."""
    sentences = [*table.notes, *(n for c in table.columns for n in c.notes)]
    sentences += [n for r in table.rows for n in (*r.notes, *(x for cell in r.cell_notes for x in cell))]
    words = [table.title, table.stub, *(w for c in table.columns for w in (c.label, c.spanner))]
    words += [w for r in table.rows for w in (r.label, r.unit, *r.texts)]
    return set[str]().union(*map(marks_in, [*words, *(s.template for s in sentences)]))


def _lines(study: Study, wrong: list[str]) -> Iterator[str]:
    yield f"{study.name}: the report did not pass its own audit and was not published; the last good one stands."
    yield from (f"  {line}" for line in wrong[:MOST])
    if len(wrong) > MOST:
        yield f"  and {len(wrong) - MOST} more of the kind."
    yield (
        "  A writer of tables, or a notebook of the study's own, prints something else than was computed, or the audit "
        "misreads a declared option. Look at that table in a draft (alongside run --draft). Without its less usual "
        "options (percent, choices, counts, missing) the report may pass; tell the makers of Alongside in any case."
    )
