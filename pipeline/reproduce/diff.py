"""``alongside diff OLD NEW``: two versions of a report, cell by cell, from released numbers and manifests alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.files import Workspace, inside, write_bytes
from pipeline.reproduce.diff_cells import Cell, as_difference, cells_between, counted, largest, numbers_in
from pipeline.reproduce.diff_inputs import NO_MANIFEST, Input, inputs_between
from pipeline.reproduce.diff_tables import Shown, shown_tables
from pipeline.reproduce.diff_versions import Version, versions
from pipeline.reproduce.elsewhere import plain
from pipeline.run.places import MANIFEST, RESULTS

FOLDER = "diff"
"""Under ``.alongside/``: where the pages go unless ``--out`` says otherwise."""
MOST_TOLD = 10


@dataclass(frozen=True)
class Difference:
    """Two versions of one study's report. total: how many numbers the new one has. inputs: None without manifests."""

    old: Version
    new: Version
    total: int
    cells: tuple[Cell, ...]
    inputs: tuple[Input, ...] | None
    shown: Shown

    @property
    def headline(self) -> str:
        if not self.cells:
            return f"the same {self.total:,} numbers"
        return f"{counted(self.cells)}, of {self.total:,} numbers"

    def explained(self) -> list[str]:
        """What may explain the changes, a line each."""
        if self.inputs is None:
            return [f"Explains: not known; {NO_MANIFEST}."]
        if not self.inputs:
            said = "None of the data, code or parameters differs"
            return [f"{said}, yet numbers do: see 'alongside verify'." if self.cells else f"{said}."]
        if not self.cells:
            return [f"Differs without changing a number: {one}" for one in self.inputs]
        if len(self.inputs) == 1:
            return [f"Explains: {self.inputs[0]}"]
        return ["Explain, together or apart:", *(f"  {one}" for one in self.inputs)]


def difference(old: Version, new: Version) -> Difference:
    """Compare two versions; ``Mistakes`` for files that can't be read."""
    before, now = (numbers_in(v.files[RESULTS], f"{v.place} {RESULTS}") for v in (old, new))
    inputs = None
    if MANIFEST in old.files and MANIFEST in new.files:
        inputs = tuple(inputs_between(old.manifest, new.manifest, (old.declared, new.declared)))
    cells = cells_between(before, now)
    return Difference(old, new, len(now), tuple(cells), inputs, shown_tables(old, new))


def diff_lines(workspace: Workspace, old: str, new: str, studies: Sequence[str], out: Path | None) -> list[str]:
    """Compare every study that both have (or those named), write a page a study, and say what differs in lines."""
    from pipeline.reproduce.diff_page import diff_page  # drawn in a browser's words, which takes a second to import

    before, now = versions(workspace, old), versions(workspace, new)
    names = _chosen(before, now, studies, (old, new))
    pages = _pages(workspace, names, out)
    lines = []
    for name in names:
        found = difference(before[name], now[name])
        lines += [f"{plain(name)}: {found.headline}", *(f"  {line}" for line in found.explained())]
        lines += [f"  {line}" for line in _told(found)]
        lines += [f"  Other words or lines: {title}" for title in found.shown.reworded]
        write_bytes(pages[name], diff_page(found))
        lines.append(f"  {plain(pages[name].as_posix())}")
    for name in sorted({*before} ^ {*now}) if not studies else ():
        lines.append(f"{plain(name)}: only in {old if name in before else new}")
    return lines


def _told(found: Difference) -> list[str]:
    """The largest changes, with where a reader sees them."""
    changed = largest(found.cells)
    lines = [
        plain(f"{found.shown.place(c.key)}: {c.old.text if c.old else '–'} → {c.new.text if c.new else '–'}")
        + f"   {as_difference(c)}"
        for c in changed[:MOST_TOLD]
    ]
    left = len(changed) - len(lines)
    return lines + ([f"and {left:,} more"] if left else [])


def _chosen(
    before: dict[str, Version], now: dict[str, Version], studies: Sequence[str], named: tuple[str, str]
) -> list[str]:
    both = sorted({*before} & {*now})
    if not studies:
        if not both:
            has = [f"{word} has {', '.join(some)}" for word, some in zip(named, (before, now), strict=True)]
            what = f"have no study in common: {' and '.join(has)}."
            raise Mistakes.one(f"{named[0]} and {named[1]}", what, "Name two versions of one study.")
        return both
    raise_all(
        Mistake(word, f"has no report of '{study}'.", closest(study, some) or f"It has: {', '.join(sorted(some))}.")
        for word, some in zip(named, (before, now), strict=True)
        for study in dict.fromkeys(studies)
        if study not in some
    )
    return list(dict.fromkeys(studies))


def _pages(workspace: Workspace, names: Sequence[str], out: Path | None) -> dict[str, Path]:
    """Where each study's page goes. out: a file for one study, a folder for several."""
    if out is not None and out.suffix.lower() in (".html", ".htm"):
        if len(names) > 1:
            raise Mistakes.one(str(out), f"is one page, for {len(names)} studies.", "Name a folder, or add --study.")
        return {names[0]: out}
    folder = out if out is not None else inside(workspace.root, f".alongside/{FOLDER}")
    return {name: folder / f"{name}.html" for name in names}
