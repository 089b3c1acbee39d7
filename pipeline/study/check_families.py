"""Families that name what is not there, or a model that another one has."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.names import absent


def check_families(study: Study) -> Iterator[Mistake]:
    """A model stands in one family once: else it is not said for how many tests its P value is adjusted."""
    held: dict[str, str] = {}
    for name, family in study.families.items():
        at = ("families", name, "models")
        for model in family.models:
            yield from absent(study, at, model, study.models, "model")
        for model in sorted({m for m in family.models if family.models.count(m) > 1}):
            yield Mistake(study.where(*at), f"the model '{model}' is named twice.", "Name it once.")
        for model in dict.fromkeys(family.models):
            if model in held:
                yield Mistake(
                    study.where(*at),
                    f"the model '{model}' stands in the family '{held[model]}', too.",
                    f"Leave it out of one of them, or put '{held[model]}' and '{name}' together.",
                )
            held.setdefault(model, name)
