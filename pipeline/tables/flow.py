"""Every row accounted for, as a table: read, left out and why, kept; and what was kept at each wave."""

from __future__ import annotations

from pipeline.errors import StageFailed
from pipeline.results import ALL, Results
from pipeline.study import Study
from pipeline.tables.table import Column, Row, Table

COUNTED = {"rows": "Rows", "people": "People", "clusters": "Clusters"}


def flow_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """For each raw table its steps by rows, people and clusters (in trials by arm, too); with waves, the kept at each.

    Over kind ``flow``: name: raw table; term: ``read``, ``left out``, ``kept``; level: reason; group: ``All``,
    ``<arm>=…``, ``wave=…``.
    """
    flow = results.frame[results.frame["kind"] == "flow"]
    made: list[Table] = []
    for table, source in study.sources.items():
        here = flow[flow["name"] == table]
        if here.empty:
            continue
        counted = {**COUNTED, "people": source.unit.capitalize()}
        title = f"Flow of rows and {source.unit}" + (f" in the table '{table}'" if len(study.sources) > 1 else "")
        statistics = [s for s in COUNTED if (here["statistic"] == s).any()]
        steps = dict.fromkeys(
            here.loc[~here["group"].str.startswith("wave="), ["term", "level"]].itertuples(index=False, name=None)
        )
        columns = _columns(study, list(dict.fromkeys(here["group"])), {s: counted[s] for s in statistics})
        made.append(Table("flow", table, title, columns, _steps(study, steps), (), "Step"))
        waves = [w for w in source.wave_labels.values() if (here["group"] == f"wave={w}").any()]
        if waves:
            lines = tuple(
                Row(counted[s], "kept", form=s, kind="statistic", name=table) for s in statistics
            )
            kept = tuple(Column(f"wave={w}", w) for w in waves)
            made.append(Table("flow", f"{table}_waves", f"{title}: kept at each wave", kept, lines, (), "Kept"))
    return tuple(made)


def _columns(study: Study, groups: list[str], statistics: dict[str, str]) -> tuple[Column, ...]:
    """Rows, people and clusters of each arm, then of all."""
    before = f"{study.design.arm}="
    arms = [(g, g.removeprefix(before)) for g in groups if study.design.arm and g.startswith(before)]
    order = study.levels_of(study.design.arm) if study.design.arm else ()
    arms.sort(key=lambda arm: (order.index(arm[1]) if arm[1] in order else len(order), arm[1]))
    shown = [*arms, (ALL, "All" if arms else "")]
    return tuple(Column(g, word, None, s, label) for g, label in shown for s, word in statistics.items())


def _steps(study: Study, steps: dict[tuple[str, str], None]) -> tuple[Row, ...]:
    form = "rows"
    found = [level for term, level in steps if term == "left out" and level]
    declared = [rule.because for rule in study.exclude if rule.because in found]
    reasons = list(dict.fromkeys([*declared, *found]))
    rows = [Row("Read", "read", form=form)]
    if ("left out", "") in steps:
        rows.append(Row("Left out", "left out", form=form))
    elif reasons:
        rows.append(Row("Left out", "left out"))
    rows += [Row(reason, "left out", reason, form, "level", 1) for reason in reasons]
    rows.append(Row("Kept", "kept", form=form))
    unknown = {term for term, _ in steps} - {"read", "left out", "kept"}
    if unknown:
        raise StageFailed(f"flow: steps without a line in its table: {', '.join(sorted(unknown))}")
    return tuple(rows)
