"""The installed packages against ``requirements.lock``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.files import Workspace, read_text
from pipeline.run.records import LOCK

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class AgainstLock:
    """there: whether a lock file lies here. pinned: how many packages it names. moved: (package, in the lock, here).
    more: installed packages that the lock does not name. (One that it names and that is not here belongs to another
    system or to an extra that was not asked for.)"""

    there: bool
    pinned: int = 0
    moved: tuple[tuple[str, str, str], ...] = ()
    more: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        if not self.there:
            return f"There is no {LOCK} here to hold the installed packages against."
        if not self.moved and not self.more:
            return f"Every installed package has the version that {LOCK} names."
        parts = [f"{len(self.moved)} installed packages have another version"] if self.moved else []
        parts += [f"{len(self.more)} are not named in it"] if self.more else []
        return f"Against {LOCK}: {'; '.join(parts)}."


def against_lock(workspace: Workspace, packages: Iterable[str]) -> AgainstLock:
    """packages: ``name-version`` of each, as the manifest has them."""
    file = workspace.root / LOCK
    if not file.is_file():
        return AgainstLock(False)
    pins = dict[str, set[str]]()  # one of several, where a package has another version for another Python
    for name, version in _PIN.findall(read_text(file)):
        pins.setdefault(_plain(name), set()).add(version)
    moved, more = list[tuple[str, str, str]](), list[str]()
    for each in packages:
        name, _, version = each.partition("-")
        pinned = pins.get(_plain(name))
        if pinned is None:
            more.append(each)
        elif version not in pinned:
            moved.append((name, " or ".join(sorted(pinned)), version))
    return AgainstLock(True, len(pins), tuple(moved), tuple(more))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
