"""What a report must say of how the data became what they are: numbers, and sentences that hold their keys."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.cleaning.cleaned import Cleaned
from pipeline.cleaning.derived import Derived
from pipeline.cleaning.flow import LEFT, READ, STAYED
from pipeline.cleaning.rows import PARENT_LEFT
from pipeline.cleaning.suspicions import BETWEEN_WAVES, STRAIGHT_LINE
from pipeline.results import ALL, Key, Number, Results, Sentence
from pipeline.study import Study

NAME = "cleaning"
Told = tuple[Number, Sentence]


def flow_results(cleaned: Cleaned, study: Study) -> Results:
    """Kind ``flow``, name: table, term ``read``, ``left out`` or ``kept``, level: reason.

    Group ``All``; ``wave=…`` for what was kept in a wave; ``<arm>=…`` in trials. Statistics rows, people, and clusters
    where the design has clusters for the table.
    """
    numbers: list[Number] = []
    flow = cleaned.flow
    clustered = {t for t, part in flow.steps.groupby("table", sort=False) if part["clusters"].any()}
    for line in flow.steps.itertuples(index=False):
        numbers += _line(line.table, line.step, line.reason, ALL, line, clustered)
    for line in flow.waves.itertuples(index=False):
        numbers += _line(line.table, STAYED, "", f"wave={line.wave}", line, clustered)
    for line in flow.arms.itertuples(index=False):
        numbers += _line(line.table, line.step, line.reason, f"{study.design.arm}={line.arm}", line, clustered)
    return Results.of(numbers)


def _line(table: str, step: str, reason: str, group: str, line: object, clustered: set[str]) -> Iterator[Number]:
    """Rows and clusters are as few or many people as they stand for: a person may be found behind each."""
    for unit in ("rows", "people", "clusters"):
        if unit != "clusters" or table in clustered:
            n = int(getattr(line, unit))
            yield Number(Key("flow", table, step, reason, group, unit), n, n, 0)


def remarks(cleaned: Cleaned, derived: Derived, study: Study) -> tuple[Results, tuple[Sentence, ...]]:
    """The flow and, as kind ``quality``, name ``cleaning``, what the ledger tells; with the sentences for both."""
    told = [*_ledger(cleaned, study), *_derived(derived)]
    flow = flow_results(cleaned, study)
    results = Results.join([flow, Results.of([number for number, _ in told])])
    return results, (*_flow(cleaned), *_empty_clusters(cleaned, study), *(sentence for _, sentence in told))


def _flow(cleaned: Cleaned) -> Iterator[Sentence]:
    """One sentence a reason for which rows were left out."""
    for line in cleaned.flow.steps.itertuples(index=False):
        if line.step == LEFT and line.rows:
            n, read = (
                Key("flow", line.table, term, level, ALL, "rows") for term, level in ((LEFT, line.reason), (READ, ""))
            )
            text = f"{{n}} of {{read}} rows of {_plain(line.table)} were left out: {_plain(line.reason)}."
            yield Sentence(text, {"n": n, "read": read})


def _empty_clusters(cleaned: Cleaned, study: Study) -> Iterator[Sentence]:
    """Clusters that were randomised and in which no one follows, by arm."""
    for line in cleaned.flow.steps.itertuples(index=False):
        if line.step == LEFT and not line.rows and line.clusters and not line.reason.startswith(PARENT_LEFT):
            table, reason = line.table, line.reason
            keys = {
                "n": Key("flow", table, LEFT, reason, ALL, "clusters"),
                "all": Key("flow", table, READ, "", ALL, "clusters"),
            }
            parts = []
            arms = cleaned.flow.arms.loc[cleaned.flow.arms["table"] == table, "arm"]
            for place, arm in enumerate(dict.fromkeys(arms)):
                group = f"{study.design.arm}={arm}"
                keys[f"n{place}"] = Key("flow", table, LEFT, reason, group, "clusters")
                keys[f"all{place}"] = Key("flow", table, READ, "", group, "clusters")
                parts.append(f"{_plain(arm)} {{n{place}}} of {{all{place}}}")
            by_arm = f" ({'; '.join(parts)})" if parts else ""
            yield Sentence(f"{{n}} of {{all}} clusters have {_plain(reason)}{by_arm}.", keys)


def _ledger(cleaned: Cleaned, study: Study) -> Iterator[Told]:
    fixed = _fixed(study)
    for line in cleaned.ledger.rules.itertuples(index=False):
        if not line.cells:
            continue
        label = _label(study, line.variable)
        if line.rule == BETWEEN_WAVES and line.variable in fixed:
            yield _told(line.variable, line.rule, line.cells, f"{label} differs between the waves of {{n}} people.")
        elif line.rule == STRAIGHT_LINE and study.scales[line.variable].reverse:
            items = len(study.scales[line.variable].items)
            text = f"{label}: the same answer to all {items} items, reversed ones too, in {{n}} rows."
            yield _told(line.variable, line.rule, line.cells, text)
        elif line.rule.startswith(("answered although", "contradictory choices", "top code", "the file gives code")):
            yield _told(line.variable, line.rule, line.cells, f"{label}: {_plain(line.rule)} ({{n}} answers).")


def _derived(derived: Derived) -> Iterator[Told]:
    for name, n in derived.filled.items():
        if n:
            label = _label(derived.study, name)
            text = f"{label}: in {{n}} rows missing parts were replaced by the mean of the others."
            yield _told(name, "missing parts filled in", n, text)
    for name, n in derived.strangers.items():
        if n:
            derive = derived.study.variables[name].derive
            linked = _plain(derive.from_ or "") if derive else ""
            text = f"{_label(derived.study, name)}: {{n}} rows of {linked} belong to no one here."
            yield _told(name, "rows that belong to no one", n, text)


def _told(variable: str, rule: str, n: int, text: str) -> Told:
    key = Key("quality", NAME, variable, rule, ALL, "n")
    return Number(key, n, n, 0), Sentence(text, {"n": key})


def _fixed(study: Study) -> set[str]:
    """Variables that the analysis takes for the same at every wave: groups, conditions, the design's own."""
    design = study.design
    named = {design.cluster, design.second_cluster, design.arm, *(t.columns for t in study.tables.values())}
    named |= {gate for v in study.variables.values() for gate in v.asked_of}
    named |= {gate for s in study.scales.values() for gate in s.asked_of}
    named |= set(study.population.where) if study.population else set()
    return {name for name in named if name}


def _label(study: Study, name: str) -> str:
    part = study.variables.get(name) or study.scales.get(name)
    return _plain((part.label if part else None) or name.replace("_", " ").capitalize())


def _plain(text: str) -> str:
    """Words of the study file inside a template: a brace of theirs is no hole."""
    return text.replace("{", "(").replace("}", ")").rstrip(".")
