"""Random streams of analyses within one that is handed on: each is named after itself, so that none moves another."""

from __future__ import annotations

import hashlib

import numpy as np


def own(rng: np.random.Generator | None, *names: str) -> np.random.Generator:
    """The stream of ``names`` (a model, a level of its exposure) under the seed that ``rng`` started from.

    ``rng`` itself is not drawn from: what comes of it depends neither on what it gave before nor on other names.
    PCG64, seeded by SeedSequence from the words of the seed and of the names' SHA-256. Raises ``ValueError`` without
    an ``rng``, or for one that does not know its seed.
    """
    if rng is None:
        raise ValueError(f"{' '.join(names)}: intervals are drawn, and no random stream was handed on (fit's rng)")
    seed = rng.bit_generator.seed_seq
    if not isinstance(seed, np.random.SeedSequence):
        raise ValueError("the random stream does not know its seed; make it with numpy's default_rng")
    words = hashlib.sha256("\0".join(names).encode("utf-8")).digest()
    start = np.atleast_1d(np.asarray(seed.entropy, dtype=object)).tolist()
    entropy = [*start, *(int.from_bytes(words[i : i + 4], "big") for i in range(0, len(words), 4))]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy, spawn_key=seed.spawn_key)))
