"""The committed reports against a replay: a verdict for every number and file, and a cause for each that parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.report.published import MANIFEST, RESULTS
from pipeline.reproduce.alike import Pairs, alike
from pipeline.reproduce.cause import (
    AROUND,
    CAUSES,
    DECLARATIONS,
    EDITED,
    ENTRIES,
    ENVIRONMENT,
    UNKNOWN,
    Change,
    first_stage,
    likely,
)  # fmt: skip
from pipeline.reproduce.committed import Committed
from pipeline.reproduce.numbers import GOOD, Number, Verdict, compare_numbers
from pipeline.reproduce.replay import Replay
from pipeline.reproduce.tolerance import Shown
from pipeline.results import KEY
from pipeline.study.format import CODED

_FROM_THE_STUDY_FILE = ("study", "title", "made_up")
_FROM_INPUTS = ("audit", "ways")
"""What a run finds of its own report: other inputs give other words there."""
_TOLD_APART = (*ENTRIES, "outputs")


@dataclass(frozen=True)
class File:
    """A file of either side, by its path within ``reports/<study>``. where: ``committed``, or ``on this disk``."""

    name: str
    verdict: Verdict
    causes: tuple[str, ...] = ()
    where: str = "committed"


@dataclass(frozen=True)
class Judged:
    """numbers, files: all of them. causes: of the numbers that part. stage: the first at which numbers part."""

    numbers: tuple[Number, ...]
    files: tuple[File, ...]
    causes: tuple[str, ...]
    stage: str

    @property
    def parted_numbers(self) -> list[Number]:
        return [number for number in self.numbers if number.verdict not in GOOD]

    @property
    def parted_files(self) -> list[File]:
        return [file for file in self.files if file.verdict not in GOOD]

    @property
    def all_causes(self) -> tuple[str, ...]:
        """Of numbers and files, the likeliest first."""
        found = {*self.causes, *(cause for file in self.parted_files for cause in file.causes)}
        return tuple(cause for cause in CAUSES if cause in found)


def judge(state: Committed, replayed: Replay, found: Sequence[Change], rounded: bool) -> Judged:
    """found: what the numbers follow from and is not as the committed manifest names it."""
    numbers = tuple(compare_numbers(state.files.get(RESULTS, b""), replayed.results, replayed.full, rounded))
    if strict := _strict(found):
        numbers = tuple(replace(n, verdict=Verdict.DIFFERENT) if n.verdict is Verdict.WITHIN else n for n in numbers)
    pairs = _pairs(numbers)
    names = sorted((state.files.keys() | replayed.files.keys()) - {MANIFEST})
    files = [_file(state, replayed, name, pairs, found) for name in names]
    if strict:
        files = [replace(f, verdict=Verdict.DIFFERENT) if f.verdict is Verdict.WITHIN else f for f in files]
    files += [*_manifest(state, replayed, files, found), *_on_disk(state, replayed)]
    parted = [number for number in numbers if number.verdict not in GOOD]
    causes = likely(state, RESULTS, found) if parted else ()
    own = {replayed.own[n.key] for n in parted if n.key in replayed.own}
    kinds = ["themes" if n.key[:2] == ("flow", CODED) else n.key[0] for n in parted if n.key not in replayed.own]
    return Judged(numbers, tuple(files), causes, first_stage(kinds, own) if parted or any_parted(files) else "")


def _strict(found: Sequence[Change]) -> bool:
    """Tolerances are for machines and packages. Where these are as the manifest names them, there are none."""
    return all(change.cause != ENVIRONMENT for change in found)


def any_parted(files: Sequence[File]) -> bool:
    return any(file.verdict not in GOOD for file in files)


def _file(state: Committed, replayed: Replay, name: str, pairs: Pairs, found: Sequence[Change]) -> File:
    old, new = state.files.get(name), replayed.files.get(name)
    if old == new:
        return File(name, Verdict.IDENTICAL)
    causes = likely(state, name, found)
    if old is None:
        return File(name, Verdict.MISSING, causes)
    if new is None:
        return File(name, Verdict.UNEXPECTED, causes)
    if state.as_made(name) and alike(name, old, new, pairs):
        return File(name, Verdict.WITHIN, causes)
    return File(name, Verdict.DIFFERENT, causes)


def _pairs(numbers: Sequence[Number]) -> Pairs:
    def sides(old: Shown, new: Shown) -> Iterator[tuple[str, str]]:
        yield from zip(old, new, strict=True)

    within = [n for n in numbers if n.verdict is Verdict.WITHIN]
    return frozenset(pair for n in within if n.old and n.new for pair in sides(n.old, n.new))


def _manifest(state: Committed, replayed: Replay, files: Sequence[File], found: Sequence[Change]) -> Iterator[File]:
    """The manifest where it says something that neither an input nor a file that parts explains.

    It names the packages and the machine, so that it is seldom the same to the byte; what it names is told in words.
    """
    old, new = state.manifest, replayed.manifest
    if MANIFEST not in state.files:
        yield File(MANIFEST, Verdict.MISSING, (EDITED,))
    elif not old:
        yield File(MANIFEST, Verdict.DIFFERENT, (UNKNOWN,))
    else:
        same = {file.name for file in files if file.verdict is Verdict.IDENTICAL}
        outputs = {name for name in same if not state.as_made(name)}
        outputs |= old["outputs"].keys() - {file.name for file in files}  # files that are nowhere
        declared = any(change.cause == DECLARATIONS for change in found)
        words = {w for w in old.keys() | new.keys() if w not in _TOLD_APART and old.get(w) != new.get(w)}
        if old.get("code") != new.get("code"):
            words -= {"alongside"}  # its version, which goes with its code
        around = old.get("environment")
        words |= around.keys() - AROUND if isinstance(around, dict) else set()
        follows = words & set(_FROM_INPUTS) if found else set()
        words -= follows
        if outputs or (words - set(_FROM_THE_STUDY_FILE)) or (words and not declared):
            yield File(MANIFEST, Verdict.DIFFERENT, (EDITED,))
        elif follows:
            yield File(MANIFEST, Verdict.DIFFERENT, likely(state, MANIFEST, found))


def _on_disk(state: Committed, replayed: Replay) -> Iterator[File]:
    """Files here that are neither as git HEAD has them nor as the replay makes them: someone edited them since."""
    if state.on_disk is None:
        return
    for name in sorted((state.files.keys() | state.on_disk.keys()) - {MANIFEST}):
        here = state.on_disk.get(name)
        if here != state.files.get(name) and here != replayed.files.get(name):
            yield File(name, Verdict.MISSING if here is None else Verdict.DIFFERENT, (EDITED,), "on this disk")


def key_words(key: tuple[str, ...]) -> str:
    """A number's key in one line, without what is empty."""
    return " / ".join(part for part in key[: len(KEY)] if part)
