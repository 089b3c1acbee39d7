"""What models without a title of their own are called: by exposure and outcome, and by what else tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.study import ModelSpec, Study

Labels = Callable[[str], str]
SAID = (
    "title", "outcome", "exposure", "wave", "waves", "moderator", "baseline", "mediator", "event", "effect",
    "clustering", "cluster", "of", "adjust",
)  # fmt: skip
"""Keys with words of their own in a title."""


def titles(study: Study, label: Labels, inside: Labels) -> dict[str, str]:
    """Name -> title, of every model whose outcome and exposure there are. label: of a variable or scale. inside: a
    label as it stands in a sentence.

    Of models that would be called alike, each is told by its wave, mediator, event, effect, clustering, cluster, table,
    covariates, then other keys: by the first of these by which they differ. Where they differ by none, the titles stay
    alike, which is a mistake of the study file (``alike``).
    """
    named = {*study.variables, *study.scales}
    found = {
        name: spec.title or f"{label(spec.exposure)} and {inside(label(spec.outcome))}"
        for name, spec in study.models.items()
        if {spec.outcome, spec.exposure} <= named
    }
    for group in _groups(found):
        ways = {name: _ways(study, study.models[name], label, inside) for name in group}
        for at in range(len(next(iter(ways.values())))):
            if len({found[name] for name in group}) == len(group):
                break
            if len({way[at] for way in ways.values()}) > 1:
                for name in group:
                    found[name] += "" if study.models[name].title else ways[name][at]
    return found


def alike(found: Mapping[str, str]) -> list[tuple[str, str]]:
    """Models with the title of an earlier one, and which."""
    return [(name, group[0]) for group in _groups(found) for name in group[1:]]


def _groups(found: Mapping[str, str]) -> list[list[str]]:
    by_title: dict[str, list[str]] = {}
    for name, title in found.items():
        by_title.setdefault(title, []).append(name)
    return [group for group in by_title.values() if len(group) > 1]


def _ways(study: Study, spec: ModelSpec, label: Labels, inside: Labels) -> tuple[str, ...]:
    source = study.sources.get(spec.of or study.main)
    waves = {**dict.fromkeys(source.wide, ""), **source.waves} if source is not None else {}
    wave = waves.get(spec.wave or "") or spec.wave
    several = ", ".join(waves.get(each) or each for each in spec.waves or ())
    adjusted = ", ".join(inside(label(name)) for name in spec.adjust if name in {*study.variables, *study.scales})
    return (
        f" at {wave}" if wave else ", all waves" if waves else "",
        f" at {several}" if several else "",
        f", by {inside(label(spec.moderator))}" if spec.moderator in {*study.variables, *study.scales} else "",
        ", with its baseline" if spec.baseline else "",
        f", by way of {inside(label(spec.mediator))}" if spec.mediator in {*study.variables, *study.scales} else "",
        f" ({spec.event})" if spec.event else "",
        f", {spec.effect}" if spec.effect else "",
        {"mixed": ", mixed model", "random slope": ", random slope", "gee": ", GEE", "robust": ""}[spec.clustering],
        f", clusters by {inside(label(spec.cluster))}" if spec.cluster in study.variables else "",
        f", table {spec.of}" if spec.of else "",
        f", adjusted for {adjusted}" if adjusted else ", without covariates",
        *(f", {_spoken(key, getattr(spec, key))}" if getattr(spec, key) != field.default else ""
          for key, field in ModelSpec.model_fields.items() if key not in SAID),
    )  # fmt: skip


def _spoken(key: str, value: object) -> str:
    """Any other key of a model, as it stands in the study file."""
    words = "no " if value is False else ""
    several = value if isinstance(value, tuple) else () if isinstance(value, bool) else (value,)
    told = ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in several)
    return f"{words}{key.replace('_', ' ')} {told}".rstrip()
