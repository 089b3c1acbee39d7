"""At which waves a model's variables were asked, by declaration."""

from __future__ import annotations

from pipeline.study import ModelSpec, Study


def asked(study: Study, name: str) -> frozenset[str] | None:
    """Labels of the waves at which a row can have a value of a variable or scale; None where nothing is said of it.

    What is made of others was asked where all of these were; an answer carried to every wave stands at each.
    """
    part = study.variables.get(name) or study.scales.get(name)
    if part is None:
        return None
    if part.asked_at:
        labels = study.sources[study.source_of(name)].wave_labels
        return frozenset(labels.get(wave, wave) for wave in part.asked_at)
    derive = study.variables[name].derive if name in study.variables else None
    if derive is None or derive.form in ("at_wave", "from_"):
        return None
    found = [waves for one in derive.parts if (waves := asked(study, one)) is not None]
    return frozenset.intersection(*found) if found else None


def same_at_every_wave(study: Study, name: str, table: str) -> bool:
    """Whether a person's rows of a table all have the same value: it is a parent's, or carried from one wave."""
    derive = study.variables[name].derive if name in study.variables else None
    return study.source_of(name) != table or (derive is not None and derive.form in ("at_wave", "from_"))


def label_of_wave(study: Study, spec: ModelSpec, wave: str) -> str:
    """Of a code or a label."""
    return study.sources[spec.of or study.main].wave_labels.get(wave, wave)


def later_waves(study: Study, spec: ModelSpec) -> tuple[str, ...]:
    """Labels of the waves that a model is of, in the order in which they come."""
    order = list(study.sources[spec.of or study.main].wave_labels.values())
    named = {label_of_wave(study, spec, wave) for wave in (*spec.waves, *([spec.wave] if spec.wave else []))}
    return tuple(wave for wave in order if wave in named)


def asked_only_at(study: Study, spec: ModelSpec, first: str) -> tuple[str, ...]:
    """Of what a model reads beside its outcome (exposure, mediator, covariates, moderator, time at risk) that which was
    asked at the wave ``first`` and at none of the model's own: it would be missing for everybody."""
    table, later, found = spec.of or study.main, set(later_waves(study, spec)), []
    more = (spec.moderator, spec.time)
    for name in dict.fromkeys(filter(None, (spec.exposure, spec.mediator, *spec.adjust, *more))):
        waves = asked(study, name)
        if waves is not None and study.source_of(name) == table and first in waves and not waves & later:
            found.append(name)
    return tuple(found)
