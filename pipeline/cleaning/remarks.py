"""What a report must say of how the data became what they are: numbers, and sentences that hold their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.cleaning.alike import ALIKE, LATER_ONLY
from pipeline.cleaning.cleaned import Cleaned
from pipeline.cleaning.derived import Derived
from pipeline.cleaning.flow import LEFT, READ, STAYED
from pipeline.cleaning.no_people import TRIED
from pipeline.cleaning.rows import PARENT_LEFT
from pipeline.cleaning.stated import NAME, Told, label_of, stated
from pipeline.cleaning.suspicions import BETWEEN_WAVES, STRAIGHT_LINE
from pipeline.intake.numbers import number_text
from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Study


def flow_results(cleaned: Cleaned, study: Study) -> Results:
    """Kind ``flow``, name: table, term ``read``, ``left out`` or ``kept``, level: reason.

    Group ``All``; ``wave=…`` for what was kept in a wave; ``<arm>=…`` in trials. Statistics rows, people, and clusters
    where the design has clusters for the table.
    """
    numbers: list[Number] = []
    flow = cleaned.flow
    clustered = {t for t, part in flow.steps.groupby("table", sort=False) if part["clusters"].any()}
    persons = _clusters_are_people(study)
    lines = [(line, line.step, line.reason, ALL) for line in flow.steps.itertuples(index=False)]
    lines += [(line, STAYED, "", f"wave={line.wave}") for line in flow.waves.itertuples(index=False)]
    lines += [(line, line.step, line.reason, f"{study.design.arm}={line.arm}")
              for line in flow.arms.itertuples(index=False)]  # fmt: skip
    for line, step, reason, group in lines:
        for unit in ("rows", "people", "clusters"):
            if unit != "clusters" or line.table in clustered:
                n = int(getattr(line, unit))
                behind = int(line.people) if unit == "clusters" and line.people and not persons else n
                numbers.append(Number(Key("flow", line.table, step, reason, group, unit), n, behind, 0))
    return Results.of(numbers)


def _clusters_are_people(study: Study) -> bool:
    """Whether a cluster is named by the id of a person, such as who referred the others: then few are few people."""
    cluster = study.design.cluster
    variable = study.variables.get(cluster or "")
    column = variable.from_ or cluster if variable else cluster
    return any(source.unit == "people" and column in source.id for source in study.sources.values())


def remarks(cleaned: Cleaned, derived: Derived, study: Study) -> tuple[Results, tuple[Sentence, ...]]:
    """The flow and, as kind ``quality``, name ``cleaning``, what the ledger tells; with the sentences for both.

    What the declarations say of gaps and codes (``stated``) comes before what the data made of them.
    """
    told = [*stated(study), *_ledger(cleaned, study), *_derived(derived)]
    flow = flow_results(cleaned, study)
    results = Results.join([flow, Results.of([number for numbers, _ in told for number in numbers])])
    return results, (*_flow(cleaned), *_empty_clusters(cleaned, study), *(sentence for _, sentence in told))


def _flow(cleaned: Cleaned) -> Iterator[Sentence]:
    """One sentence a reason for which rows were left out."""
    for line in cleaned.flow.steps.itertuples(index=False):
        if line.step == LEFT and line.rows:
            n, read = (
                Key("flow", line.table, term, level, ALL, "rows") for term, level in ((LEFT, line.reason), (READ, ""))
            )
            text = f"{{n}} of {{read}} rows of {_words(line.table)} were left out: {_words(line.reason)}."
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
                parts.append(f"{_words(arm)} {{n{place}}} of {{all{place}}}")
            by_arm = f" ({'; '.join(parts)})" if parts else ""
            yield Sentence(f"{{n}} of {{all}} clusters have {_words(reason)}{by_arm}.", keys)


def _ledger(cleaned: Cleaned, study: Study) -> Iterator[Told]:
    fixed = _fixed(study)
    for line in cleaned.ledger.rules.itertuples(index=False):
        if not line.cells:
            continue
        if line.rule in (ALIKE, LATER_ONLY, TRIED):
            yield _of_rows(line.table, line.rule, line.cells)
            continue
        label = label_of(study, line.variable)
        if line.rule == BETWEEN_WAVES and line.variable in fixed:
            yield _told(line.variable, line.rule, line.cells, f"{label} differs between the waves of {{n}} people.")
        elif line.rule == STRAIGHT_LINE and study.scales[line.variable].reverse:
            text = f"{label}: the same answer to all {{items}} items, reversed ones too, in {{n}} rows."
            items = Key("quality", NAME, line.variable, line.rule, ALL, "items")
            number = Number(items, len(study.scales[line.variable].items), NOBODY)
            yield _told(line.variable, line.rule, line.cells, text, {"items": number})
        elif study.function and line.rule == f"studies/{study.name}.py":
            text = f"{label}: a function of the study's own ({line.rule}) changed {{n}} cells."
            yield _told(line.variable, line.rule, line.cells, text)
        elif line.rule.startswith("top code"):
            top = Key("quality", NAME, line.variable, line.rule, ALL, "top_code")
            value = study.variables[line.variable].top_code or 0.0
            number = Number(top, value, NOBODY, len(number_text(value).partition(".")[2]))
            text = f"{label}: {{top}} stands for itself and above ({{n}} answers)."
            yield _told(line.variable, line.rule, line.cells, text, {"top": number})
        elif line.rule.startswith(("answered although", "contradictory choices", "the file gives code")):
            yield _told(line.variable, line.rule, line.cells, f"{label}: {_words(line.rule)} ({{n}} answers).")


def _of_rows(table: str, rule: str, n: int) -> Told:
    """How many came late stays here: with the people of both waves it would give how few were lost."""
    if rule == LATER_ONLY:
        return (), Sentence(f"{_words(table)}: some people have a row at a later wave and none at the first.")
    if rule == TRIED:
        text = f"{_words(table)}: {{n}} rows that the survey tool marks as previews or tests were taken for people's."
        return _told(table, rule, n, text)
    text = f"{_words(table)}: {{n}} {ALIKE}; they were taken for different ones."
    return _told(table, rule, n, text)


def _derived(derived: Derived) -> Iterator[Told]:
    for name, n in derived.filled.items():
        if n:
            label = label_of(derived.study, name)
            text = f"{label}: in {{n}} rows missing parts were replaced by the mean of the others."
            yield _told(name, "missing parts filled in", n, text)
    for name, n in derived.strangers.items():
        if n:
            derive = derived.study.variables[name].derive
            linked = _words(derive.from_ or "") if derive else ""
            text = f"{label_of(derived.study, name)}: {{n}} rows of {linked} belong to no one here."
            yield _told(name, "rows that belong to no one", n, text)


def _told(variable: str, rule: str, n: int, text: str, more: Mapping[str, Number] | None = None) -> Told:
    """more: hole of the text -> a further number that it shows."""
    key = Key("quality", NAME, variable, rule, ALL, "n")
    others = more or {}
    keys = {"n": key, **{hole: number.key for hole, number in others.items()}}
    return (Number(key, n, n, 0), *others.values()), Sentence(text, keys)


def _words(text: str) -> str:
    """Words of the study file inside a sentence."""
    return literal(text.rstrip("."))


def _fixed(study: Study) -> set[str]:
    """Variables that the analysis takes for the same at every wave: groups, conditions, the design's own."""
    design = study.design
    named = {design.cluster, design.second_cluster, design.arm, *(c for t in study.tables.values() for c in t.columns)}
    named |= {c.by for c in study.cascades.values() if c.by}
    named |= {gate for v in study.variables.values() for gate in v.asked_of}
    named |= {gate for s in study.scales.values() for gate in s.asked_of}
    named |= set(study.population.where) if study.population else set()
    return {name for name in named if name}
