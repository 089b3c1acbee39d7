"""What a study file declares of a model, made definite: kinds, levels, reference, effect, errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.instruments.registry import rule
from pipeline.models.asked import asked_only_at, label_of_wave, later_waves
from pipeline.models.titles import titles
from pipeline.study import Study

Effect = Literal[
    "mean difference", "risk difference", "odds ratio", "risk ratio", "rate ratio", "cumulative odds ratio"
]
Clustering = Literal["robust", "mixed", "random slope", "gee"]
MIXED: tuple[Clustering, ...] = ("mixed", "random slope")
"""Linear mixed models: a random intercept for each cluster, without and with a random slope of the exposure."""
Intervals = Literal["usual", "monte carlo", "bootstrap", "bca"]
DRAWS = 5000
"""Draws of a mediation whose intervals are drawn, if not declared."""
ORDERED: Effect = "cumulative odds ratio"
RATIOS = ("odds ratio", "risk ratio", "rate ratio", ORDERED)
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
    rate, how long or how many were at risk; None where everybody was alike. mediator_event: as event, of a mediator.
    compare: two values of an exposure that is a number, for a mediation; None: by its mean. clustering: how clusters
    are allowed for. intervals: of a mediation's effects; draws: how many, where they are drawn. moderator_at: values of
    a moderator that is a number; empty: by its mean and SD. waves: labels of those that stand in one model, in order;
    empty where one wave does, or all rows alike. baseline: the outcome's answer at ``baseline_wave``, in every model.
    at_baseline: names of terms that were asked there and not later, and are read there. splines: covariate -> number of
    knots. by_person: of several waves, whether people, and not clusters that hold them, are what differs by chance as a
    whole. unit: what the ids of the table are, in the plural. repeated: whether an id may have several rows.
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
    mediator_event: str = ""
    mediator_at: float | None = None
    interaction: bool = True
    compare: tuple[float, float] | None = None
    clustering: Clustering = "robust"
    intervals: Intervals = "usual"
    draws: int = DRAWS
    moderator: Term | None = None
    moderator_at: tuple[float, ...] = ()
    waves: tuple[str, ...] = ()
    baseline: Term | None = None
    baseline_wave: str = ""
    at_baseline: tuple[str, ...] = ()
    splines: Mapping[str, int] = field(default_factory=dict)
    by_person: bool = False
    unit: str = "people"
    repeated: bool = False

    @property
    def at(self) -> str:
        """`` at 3 months``, `` at 3 months and 6 months``, or nothing."""
        named = self.waves or ((self.wave,) if self.wave else ())
        return f" at {', '.join(named[:-1])}{' and ' if named[1:] else ''}{named[-1]}" if named else ""

    @property
    def analysed(self) -> str:
        """What one row each stands for, in the plural: ``people``, ``sessions``; of several waves at once, ``rows``."""
        return "rows" if self.repeated else self.unit

    @property
    def ratio(self) -> bool:
        """Whether coefficients are logs of what is shown."""
        return self.effect in RATIOS

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term whose value a row must have, outcome first."""
        return (self.outcome, self.exposure, *((self.mediator,) if self.mediator else ()), *self.always, *self.adjust,
                *((self.moderator,) if self.moderator else ()), *((self.time,) if self.time else ()))  # fmt: skip

    @property
    def always(self) -> tuple[Term, ...]:
        """Covariates of the unadjusted model, too."""
        return (self.baseline,) if self.baseline else ()

    def words_of(self, adjustment: str) -> str:
        """``adjusted``; ``unadjusted``, which with a baseline is adjusted for that alone."""
        return "adjusted for baseline alone" if self.always and adjustment == "unadjusted" else adjustment

    @property
    def sensitive(self) -> bool:
        through = self.mediator is not None and self.mediator.sensitive
        by = self.moderator is not None and self.moderator.sensitive
        return self.outcome.sensitive or self.exposure.sensitive or through or by


def declared(study: Study, name: str) -> Declared:
    """The model called ``name``, in full. Call ``check_models`` first."""
    spec = study.models[name]
    table = spec.of or study.main
    outcome, exposure = term(study, spec.outcome), term(study, spec.exposure)
    first = label_of_wave(study, spec, spec.baseline) if spec.baseline else ""
    cluster = spec.cluster or study.design.cluster or ""
    event = "" if spec.effect == ORDERED else _event(spec.outcome, spec.event, study)
    default: Effect = "mean difference" if outcome.kind == "number" else "risk difference"
    return Declared(
        name=name,
        title=titles_of(study)[name],
        table=table,
        outcome=outcome,
        event=event,
        exposure=exposure,
        adjust=tuple(term(study, n) for n in spec.adjust),
        mediator=term(study, spec.mediator) if spec.mediator else None,
        effect=spec.effect or default,
        wave=label_of_wave(study, spec, spec.wave) if spec.wave else "",
        cluster=cluster,
        survey=study.design.weight is not None,
        randomised=study.design.kind in TRIALS and spec.exposure == study.design.arm,
        time=term(study, spec.time) if spec.time else None,
        mediator_event=_event(spec.mediator, spec.mediator_event, study) if spec.mediator else "",
        mediator_at=spec.mediator_at,
        interaction=spec.interaction is not False,
        compare=spec.compare,
        clustering=spec.clustering,
        intervals=spec.intervals or "usual",
        draws=spec.draws or DRAWS,
        moderator=term(study, spec.moderator) if spec.moderator else None,
        moderator_at=spec.moderator_at or (),
        waves=later_waves(study, spec) if spec.waves else (),
        baseline=_at(outcome, event, first) if first else None,
        baseline_wave=first,
        at_baseline=asked_only_at(study, spec, first) if first else (),
        splines=dict(spec.splines),
        by_person=bool(spec.waves) and (not cluster or is_id(study, cluster, table)),
        unit=study.sources[table].unit,
        repeated=bool(study.sources[table].waves or study.sources[table].wide) and not spec.wave,
    )


def _at(outcome: Term, event: str, wave: str) -> Term:
    """The outcome as a covariate. Of boxes that can be ticked, the one that is the event."""
    levels = (event,) if outcome.kind == "choices" else outcome.levels
    return replace(outcome, name=f"{outcome.name} at {wave}", label=f"{outcome.label} at {wave}", levels=levels)


def titles_of(study: Study) -> dict[str, str]:
    """What each model is called."""
    return titles(study, lambda name: term(study, name).label, _lower)


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


def is_id(study: Study, cluster: str, table: str) -> bool:
    """Whether a cluster is named by the id column of a table, whose rows of several waves are a person's."""
    return study.sources[table].id == (cluster,) and cluster not in study.variables


def _event(name: str, event: str | None, study: Study) -> str:
    levels = study.levels_of(name)
    return (event or levels[0]) if levels else ""


def called(study: Study, cluster: str, table: str = "") -> str:
    """What one cluster is called, inside a sentence; of the ids of a model's own ``table``, a person."""
    if table and is_id(study, cluster, table):
        return "person"
    variable = study.variables.get(cluster)
    if variable and variable.label:
        return _lower(variable.label)
    tables = [name for name, source in study.sources.items() if source.id == (cluster,)]
    return f"row of the table '{tables[0]}'" if tables and variable is None else cluster.replace("_", " ")


def _lower(label: str) -> str:
    """A label inside a sentence; abbreviations stay (``HIV test``)."""
    _, *rest = label.split(" ")
    named = bool(rest) and rest[0][:1].isupper() and rest[0][1:3].islower()  # Patient Health Questionnaire
    return label if named or label[1:2].isupper() else label[:1].lower() + label[1:]
