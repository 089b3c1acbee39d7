"""Known care cascades, one YAML each: their steps in order, with labels and where these come from."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from pipeline.files import package_names, package_text
from pipeline.study.cascade import CascadeSpec
from pipeline.study.tree import read_tree

_FOLDER = "pipeline.study.cascades"


class Known(BaseModel):
    """steps: key -> label, in order; a study may leave some of them out. note: how a step is defined."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    steps: dict[str, str]
    note: str = ""
    source: str


@cache
def known_keys() -> tuple[str, ...]:
    """Keys of all known cascades, in order."""
    return tuple(sorted(name.removesuffix(".yaml") for name in package_names(_FOLDER, ".yaml")))


@cache
def known_cascade(key: str) -> Known:
    """One known cascade. KeyError where there is none of that key."""
    if key not in known_keys():
        raise KeyError(key)
    return Known.model_validate(read_tree(package_text(_FOLDER, f"{key}.yaml"), f"{key}.yaml")[0])


def known_of(spec: CascadeSpec) -> Known | None:
    """The known cascade that a declaration names; None where it names none, or one that there is not."""
    return known_cascade(spec.known) if spec.known in known_keys() else None
