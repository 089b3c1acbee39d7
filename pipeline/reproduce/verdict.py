"""What came of a verification: one value, from which the last line and the certificate are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.errors import DONE, NOT_REPRODUCED
from pipeline.reproduce.against_lock import AgainstLock
from pipeline.reproduce.cause import OWN, Change
from pipeline.reproduce.judge import Judged
from pipeline.reproduce.numbers import Verdict, counted


class Whole(StrEnum):
    """The verdict on a study."""

    REPRODUCED = "REPRODUCED"
    NOT_REPRODUCED = "NOT REPRODUCED"
    NOT_RUN = "NOT RUN"
    UNCHANGED = "UNCHANGED"
    """``--quick``: every hash is as the manifest says; nothing was run."""
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Verification:
    """trouble: why nothing could be judged, or why the check can't be trusted. wanted: raw data that are not to be had,
    a line a file. stand_in: what came of the stages on made-up data, where that was tried."""

    study: str
    whole: Whole
    title: str = ""
    made_up: bool | str = False
    source: str = ""
    judged: Judged | None = None
    changes: Sequence[Change] = ()
    lock: AgainstLock = field(default_factory=lambda: AgainstLock(False))
    python: str = ""
    machine: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    total: float = 0.0
    memory: int = 0
    proof: str = ""
    trouble: str = ""
    wanted: Sequence[str] = ()
    stand_in: str = ""
    not_drawn: Sequence[str] = ()
    kept: str = ""

    @property
    def exit_code(self) -> int:
        return NOT_REPRODUCED if self.whole in (Whole.NOT_REPRODUCED, Whole.CHANGED) else DONE

    @property
    def quick(self) -> bool:
        return self.whole in (Whole.UNCHANGED, Whole.CHANGED)

    def numbers(self) -> dict[str, int]:
        return counted(n.verdict for n in self.judged.numbers) if self.judged else {}

    def files(self) -> dict[str, int]:
        return counted(f.verdict for f in self.judged.files) if self.judged else {}

    def own_changes(self) -> list[Change]:
        """Changed inputs that make the study another one, whatever its numbers are."""
        return [c for c in self.changes if c.cause in OWN or c.entry in ("function", "notebooks")]

    @property
    def causes(self) -> tuple[str, ...]:
        """The likeliest causes of what parts, in words."""
        found = self.judged.all_causes if self.judged else ()
        own = tuple(dict.fromkeys(c.cause for c in self.own_changes()))
        stopped = tuple(dict.fromkeys(c.cause for c in self.changes)) if self.judged is None and self.trouble else ()
        return found or own or stopped


def line(found: Verification, certificate: str) -> str:
    """The last line on a terminal."""
    return " ".join(filter(None, [f"{found.study}: {found.whole}.", " ".join(sentences(found)), certificate]))


def sentences(found: Verification) -> list[str]:
    """What stands behind the verdict, in a few plain sentences."""
    if found.whole is Whole.NOT_RUN:
        return _not_run(found)
    said = [f"{found.trouble.rstrip('.')}."] if found.trouble else []
    if found.judged is None:
        causes = f"Likely cause: {', '.join(found.causes)}." if found.causes else ""
        return [*said, *filter(None, [causes]), *_other_inputs(found)]
    numbers = [] if found.quick else [_of("number", found.numbers())]
    said.append(f"{', '.join([*numbers, _of('file', found.files())])}.")
    if found.judged.parted_numbers or found.judged.parted_files:
        first = f"First part at {found.judged.stage}; " if found.judged.parted_numbers else ""
        words = f"{first}likely cause: {', '.join(found.judged.all_causes)}."
        said.append(words[:1].upper() + words[1:])
    return [*said, *_other_inputs(found)]


def _not_run(found: Verification) -> list[str]:
    said = [" ".join(found.wanted), "No number was checked."]
    return [*said, *([found.stand_in] if found.stand_in else [])]


def _of(what: str, counts: Mapping[str, int]) -> str:
    total, same = sum(counts.values()), counts[Verdict.IDENTICAL]
    words = f"{same:,} of {total:,} {what}{'s' * (total != 1)} identical"
    others = [(v, counts[v]) for v in Verdict if v not in (Verdict.IDENTICAL, Verdict.NOT_RUN) and counts[v]]
    return words + (f" ({', '.join(f'{n:,} {v.lower()}' for v, n in others)})" if others else "")


def _other_inputs(found: Verification) -> list[str]:
    """What is not as the manifest names it, where that alone is to be told."""
    if own := found.own_changes():
        names = list(dict.fromkeys(change.what for change in own))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return [f"Not as the manifest names it: {', '.join(names[:3])}{more}."]
    rest = list(dict.fromkeys(change.cause for change in found.changes))
    return [f"Made with other {' and '.join(rest)} than here."] if rest and found.whole is Whole.REPRODUCED else []
