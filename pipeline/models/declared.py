"""What a study file declares of a model, made definite: kinds, levels, reference, effect, errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import Mistake, closest
from pipeline.instruments.registry import rule
from pipeline.study import ModelSpec, Study

Effect = Literal["mean difference", "risk difference", "odds ratio", "risk ratio", "rate ratio"]
RATIOS = ("odds ratio", "risk ratio", "rate ratio")
OF_EVENTS = ("risk difference", "odds ratio", "risk ratio")
TRIALS = ("trial", "cluster trial")


@dataclass(frozen=True)
class Term:
    """A variable or scale as it enters a model.

    kind: ``number`` is one column; ``category`` one a level but the reference; ``choices`` one a box, ticked or not.
    levels: those with a column, in declared order. reference: the level that they are compared with.
    """

    name: str
    label: str
    kind: Literal["number", "category", "choices"]
    levels: tuple[str, ...] = ()
    reference: str = ""
    unit: str = ""
    sensitive: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns in a design matrix."""
        return (self.name,) if self.kind == "number" else tuple(f"{self.name}={level}" for level in self.levels)

    @property
    def shown(self) -> tuple[str, ...]:
        """The ``level`` of each of its columns in results."""
        return ("",) if self.kind == "number" else self.levels


@dataclass(frozen=True)
class Declared:
    """A model that ``check_models`` has found in order.

    event: the outcome's level that counts as 1, "" for numbers. wave: its label, "" where the model reads all rows of
    its table. cluster: as declared, "" where nothing is. randomised: the exposure is the arm of a trial. time: of a
    rate, how long or how many were at risk; None where everybody was alike.
    """

    name: str
    title: str
    table: str
    outcome: Term
    event: str
    exposure: Term
    adjust: tuple[Term, ...]
    mediator: Term | None
    effect: Effect
    wave: str
    cluster: str
    survey: bool
    randomised: bool
    time: Term | None = None

    @property
    def ratio(self) -> bool:
        """Whether coefficients are logs of what is shown."""
        return self.effect in RATIOS

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term whose value a row must have, outcome first."""
        return (self.outcome, self.exposure, *((self.mediator,) if self.mediator else ()), *self.adjust,
                *((self.time,) if self.time else ()))  # fmt: skip

    @property
    def sensitive(self) -> bool:
        return self.outcome.sensitive or self.exposure.sensitive


def declared(study: Study, name: str) -> Declared:
    """The model called ``name``, in full. Call ``check_models`` first."""
    spec = study.models[name]
    table = spec.of or study.main
    outcome, exposure = term(study, spec.outcome), term(study, spec.exposure)
    source = study.sources[table]
    default: Effect = "mean difference" if outcome.kind == "number" else "risk difference"
    return Declared(
        name=name,
        title=spec.title or f"{exposure.label} and {_lower(outcome.label)}",
        table=table,
        outcome=outcome,
        event=_event(spec, study),
        exposure=exposure,
        adjust=tuple(term(study, n) for n in spec.adjust),
        mediator=term(study, spec.mediator) if spec.mediator else None,
        effect=spec.effect or default,
        wave=({**{w: w for w in source.wide}, **source.waves}).get(spec.wave, spec.wave) if spec.wave else "",
        cluster=spec.cluster or study.design.cluster or "",
        survey=study.design.weight is not None,
        randomised=study.design.kind in TRIALS and spec.exposure == study.design.arm,
        time=term(study, spec.time) if spec.time else None,
    )


def way_to_arm(study: Study, model: Declared) -> tuple[str, ...]:
    """Tables from the parent of a trial's modelled table up to the one that holds the arm; empty where it holds it."""
    arm = study.variables.get(model.exposure.name)
    holder = (arm.in_ if arm else None) or study.main
    if not model.randomised or holder == model.table:
        return ()
    ways: list[tuple[str, ...]] = [(parent,) for parent in study.sources[model.table].parent]
    while ways:
        way = ways.pop(0)
        if way[-1] == holder:
            return way
        ways += [(*way, parent) for parent in study.sources[way[-1]].parent if parent not in way]
    return ()


def term(study: Study, name: str) -> Term:
    """A variable or scale as a term; scales and numbers are one column each."""
    if name in study.scales:
        return Term(name, rule(name, study.scales[name]).label, "number", sensitive=study.is_sensitive(name))
    variable, sensitive = study.variables[name], study.is_sensitive(name)
    label = variable.label or name.replace("_", " ").capitalize()
    kind, levels = study.kind_of(name), study.levels_of(name)
    if kind in ("number", "count"):
        return Term(name, label, "number", unit=variable.unit or "", sensitive=sensitive)
    if kind == "choices":
        return Term(name, label, "choices", levels, "not ticked", sensitive=sensitive)
    reference = study.reference_of(name)
    levels = tuple(level for level in levels if level != reference)
    return Term(name, label, "category", levels, reference, sensitive=sensitive)


def _event(spec: ModelSpec, study: Study) -> str:
    levels = study.levels_of(spec.outcome)
    return (spec.event or levels[0]) if levels else ""


def called(study: Study, cluster: str) -> str:
    """What one cluster is called, inside a sentence."""
    variable = study.variables.get(cluster)
    if variable and variable.label:
        return _lower(variable.label)
    tables = [name for name, source in study.sources.items() if source.id == (cluster,)]
    return f"row of the table '{tables[0]}'" if tables and variable is None else cluster.replace("_", " ")


def _lower(label: str) -> str:
    """A label inside a sentence; abbreviations stay (``HIV test``)."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def check_models(study: Study) -> list[Mistake]:
    """What a study's models ask for and this version can't or mustn't do, from the study file alone."""
    return [mistake for name in study.models for mistake in _check(study, name)]


def _check(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    for part, named in (("outcome", (spec.outcome,)), ("exposure", (spec.exposure,)), ("adjust", spec.adjust)):
        for used in named:
            kind = study.kind_of(used)
            if kind in ("text", "date"):
                yield Mistake(
                    study.where(*at, part),
                    f"'{used}' is of type {kind}, which no model can take.",
                    "Derive a number or a category from it.",
                )
    yield from _check_outcome(study, name)
    if spec.mediator and study.kind_of(spec.mediator) not in ("number", "count"):
        yield Mistake(
            study.where(*at, "mediator"), f"the mediator '{spec.mediator}' is not a number.", "Use a scale or a number."
        )
    if spec.mediator and spec.effect in RATIOS:
        yield Mistake(
            study.where(*at, "effect"),
            f"a product of coefficients has no meaning for {spec.effect}s.",
            "Write effect: risk difference, or leave the mediator out.",
        )
    if spec.time and (spec.effect != "rate ratio" or study.kind_of(spec.time) not in ("number", "count")):
        yield Mistake(
            study.where(*at, "time"),
            f"'{spec.time}' is not the number that a rate is of."
            if spec.effect == "rate ratio"
            else "only a rate ratio is of a time at risk.",
            "Name a number, such as months or members." if spec.effect == "rate ratio" else "Leave 'time' out.",
        )
    known = [n for n in (study.design.cluster, study.design.second_cluster) if n]
    known += [n for n in study.variables if study.kind_of(n) in ("category", "text")]
    if spec.cluster and spec.cluster not in known:
        yield Mistake(
            study.where(*at, "cluster"),
            f"there is no cluster '{spec.cluster}'.",
            closest(spec.cluster, known) or "Name the design's cluster, its second_cluster, or a variable.",
        )


def _check_outcome(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    levels, choices = study.levels_of(spec.outcome), study.kind_of(spec.outcome) == "choices"
    if not levels:
        if spec.effect == "rate ratio" and spec.outcome in study.scales:
            yield Mistake(
                study.where(*at, "effect"),
                f"a rate is of something counted, and '{spec.outcome}' is a score.",
                "Write effect: mean difference.",
            )
        if spec.effect in OF_EVENTS:
            yield Mistake(
                study.where(*at, "effect"),
                f"the effect '{spec.effect}' needs an outcome with two levels, and '{spec.outcome}' is a number.",
                "Write effect: mean difference, or derive a category with 'cut' and 'regroup'.",
            )
        if spec.event:
            yield Mistake(
                study.where(*at, "event"), f"'{spec.outcome}' is a number and has no events.", "Leave 'event' out."
            )
        return
    if spec.effect in ("mean difference", "rate ratio"):
        yield Mistake(
            study.where(*at, "effect"),
            f"'{spec.outcome}' has levels, and levels have no mean.",
            "Write effect: risk difference, effect: risk ratio or effect: odds ratio.",
        )
    if spec.event is None and (len(levels) != 2 or choices):
        yield Mistake(
            study.where(*at, "outcome"),
            f"'{spec.outcome}' has {len(levels)} levels, and none is named as the event.",
            f"Add event: {levels[0]} (or another), or regroup it into two levels.",
        )
    if len(levels) < 2 and not choices:
        yield Mistake(
            study.where(*at, "outcome"), f"'{spec.outcome}' has one level only.", "Name an outcome that varies."
        )
