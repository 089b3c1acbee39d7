"""Random numbers: each analysis draws from a stream of its own, so that adding one changes no other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.errors import Mistakes
from pipeline.files import Workspace, read_text
from pipeline.study.tree import read_tree

if TYPE_CHECKING:
    import numpy as np

FIRST_SEED = 1
FILE = "params.yaml"


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of the analysis ``name`` (``bridges/04_models/fit``): PCG64, seeded from both by SeedSequence."""
    import numpy as np  # a run that has nothing to do needs the seeds and no stream

    words = hashlib.sha256(name.encode("utf-8")).digest()
    entropy = [seed, *(int.from_bytes(words[i : i + 4], "big") for i in range(0, len(words), 4))]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def seeds(text: str) -> dict[str, int]:
    """The seeds of ``params.yaml``, by study; ``Mistakes`` for what is no whole number from 0."""
    tree, lines = read_tree(text, FILE)
    given: Mapping[str, Any] = tree.get("seed") or {} if isinstance(tree, dict) else {}
    for study, seed in given.items():
        if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
            raise Mistakes.one(
                f"{FILE}:{lines[('seed', study)]}  seed.{study}", "is not a whole number from 0.", "Write one, like 1."
            )
    return {study: int(seed) for study, seed in given.items()}


def seed_of(workspace: Workspace, study: str) -> int:
    """The seed of a study, as ``params.yaml`` gives it."""
    file = workspace.root / FILE
    return seeds(read_text(file)).get(study, FIRST_SEED) if file.is_file() else FIRST_SEED


def with_seeds(studies: list[str], given: Mapping[str, int]) -> str:
    """The text of ``params.yaml`` for these studies; a seed that was given stays."""
    lines = [f"  {study}: {given.get(study, FIRST_SEED)}" for study in studies]
    head = (
        "# Where random numbers start, by study. Every analysis draws a stream of its own, named after itself.\nseed:"
    )
    return "\n".join([head + (" {}" if not lines else ""), *lines]) + "\n"
