"""What the notebooks read and write: ``open_stage`` and the edges between typed values and files.

In a run, a stage writes into a folder beside its own, which takes the place of the old one when all cells have run. In
JupyterLab it writes into its own folder at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import Mistake, Mistakes, StageFailed, raise_all
from pipeline.files import Workspace, inside, matching, read_bytes, read_json, write_bytes, write_json
from pipeline.results import Results, Sentence
from pipeline.run.frames import (
    load_cleaned,
    load_people,
    remarks_from_json,
    remarks_to_json,
    save_cleaned,
    save_people,
    save_scoring,
)
from pipeline.run.locks import one_writer
from pipeline.run.names import CLEAN, SCORE, THEMES, needs, stages_of
from pipeline.run.places import BESIDE, DRAFT, FULL, MERGES, RELEASE
from pipeline.run.said import tell_when_raised
from pipeline.run.seeds import seed_of, stream
from pipeline.run.studies import read_study
from pipeline.study import Study

if TYPE_CHECKING:  # a stage depends on the rooms that it imports, and no stage needs all of these
    import numpy as np
    import pandas as pd

    from pipeline.cleaning.cleaned import Cleaned, People
    from pipeline.disclosure import Released
    from pipeline.disclosure.earlier import Earlier
    from pipeline.disclosure.quotations import Judged, Quotation
    from pipeline.instruments.scores import Scores
    from pipeline.intake.cells import Cells
    from pipeline.report.ways import Ways
    from pipeline.tables.style import Style
    from pipeline.tables.table import Table
    from pipeline.themes.clean_coding import CleanedCoding
    from pipeline.themes.opened import Opened

__all__ = ["Stage", "open_stage", "read_study"]


def open_stage(study: str, root: str, stage: str) -> Stage:
    """A stage of a study, from a notebook whose folder sees the workspace at ``root``."""
    tell_when_raised()
    workspace = Workspace.at(root)
    return Stage(workspace, read_study(workspace, study), stage)


@dataclass(frozen=True)
class Stage:
    """What a notebook holds of its study, and where its values come from and go to."""

    workspace: Workspace
    study: Study
    name: str

    @property
    def folder(self) -> Path:
        """Where this stage's values go."""
        beside = os.environ.get(BESIDE)
        return Path(beside) if beside else self.workspace.stage(self.study.name, self.name)

    def cells(self) -> dict[str, Cells]:
        """Every table of raw data as text, by name; ``Mistakes`` of all of them at once."""
        from pipeline.intake.read import read_cells

        if self.study.data is None and self.name == CLEAN:
            raise StageFailed(f"studies/{self.study.name}.yaml has no data; its first stage is {THEMES}.")
        folder, found, wrong = self.workspace.raw(self.study.name), {}, list[Mistake]()
        for name, source in self.study.sources.items():
            files = [(file, read_bytes(inside(folder, file))) for file in matching(folder, source.file)]
            try:
                found[name] = read_cells(name, source, files, partial(self.study.at, name))
            except Mistakes as error:
                wrong += [under(self.study.name, mistake, files) for mistake in error.mistakes]
        raise_all(wrong)
        return found

    def coded(self) -> Opened | None:
        """The coded interviews as their files have them; None where the study file names none."""
        from pipeline.run.codings import read_coded

        return read_coded(self.workspace, self.study)

    def save_coding(self, cleaned: CleanedCoding, texts: Mapping[str, str]) -> None:
        """Frames, ledger and flow for later stages, and the coding as files that other programs open."""
        from pipeline.run.codings import save_coding

        with one_writer(self.workspace, self.study.name):
            save_coding(self.folder, cleaned, texts)

    def save_quotations(self, judged: Judged) -> None:
        """Quotations for the door and for their second reader; they stay under ``data/``."""
        from pipeline.run.quotations import save_quotations

        with one_writer(self.workspace, self.study.name):
            save_quotations(self.folder, judged)
    def save_disagreements(self, listed: pd.DataFrame) -> None:
        """What coders differ on, for them alone."""
        from pipeline.run.codings import save_disagreements

        with one_writer(self.workspace, self.study.name):
            save_disagreements(self.folder, listed)

    def function(self) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
        """The study's own function, if its file names one and the user allows these very bytes by their hash."""
        from pipeline.run.function import own_function

        return own_function(self.workspace, self.study)

    def compared(self) -> dict[str, Study]:
        """The studies that a table of this one compares, by the names of their files."""
        return {name: read_study(self.workspace, name) for name in self.study.compared}

    def save_cleaned(self, cleaned: Cleaned) -> None:
        with one_writer(self.workspace, self.study.name):
            save_cleaned(self.folder, cleaned)

    def cleaned(self) -> Cleaned:
        return load_cleaned(self._made_by(CLEAN))

    def save_people(self, people: People) -> None:
        with one_writer(self.workspace, self.study.name):
            save_people(self.folder, people)

    def save_scoring(self, scores: Scores) -> None:
        """Beside the scores, who has one that rests on fewer items, and answers that somebody must look at."""
        with one_writer(self.workspace, self.study.name):
            save_scoring(self.folder, scores)

    def people(self) -> People:
        return load_people(self._made_by(SCORE))

    def save(
        self,
        *,
        results: Results | None = None,
        tables: Sequence[Table] | None = None,
        remarks: Mapping[str, Sequence[Sentence]] | Sequence[Sentence] | None = None,
    ) -> None:
        """Numbers, layouts and sentences of this stage, for the report. remarks: by what they are about, or a list."""
        with one_writer(self.workspace, self.study.name):
            if results is not None:
                write_bytes(self.folder / "results.csv", results.to_csv())
            if tables is not None:
                write_json(self.folder / "tables.json", [t.to_dict() for t in tables])
            if remarks is not None:
                about = remarks if isinstance(remarks, Mapping) else {"": remarks}
                write_json(self.folder / "remarks.json", remarks_to_json(about))

    def results(self) -> Results:
        """Every number of the stages that this one reads."""
        return Results.join(Results.from_csv(read_bytes(file)) for file in self._files("results.csv"))

    def tables(self) -> list[Table]:
        """Every layout of the stages that this one reads, in their order."""
        from pipeline.tables.table import table_from_dict

        return [table_from_dict(noted) for file in self._files("tables.json") for noted in read_json(file)]

    def remarks(self) -> dict[str, tuple[Sentence, ...]]:
        """Every sentence of the stages that this one reads, by what it is about (a model's name; ``""``: the study)."""
        return remarks_from_json(noted for file in self._files("remarks.json") for noted in read_json(file))

    @property
    def drafting(self) -> bool:
        """Whether exact numbers are wanted, which never leave ``data/``."""
        return DRAFT in os.environ

    def release(self) -> Released:
        """Every number of the stages before this one through the one door, at once; in a draft, as they are.

        The unrounded twin is kept beside the stages, for tests and for ``verify`` on this machine.
        """
        from pipeline.disclosure import draft, merge_lines, release

        numbers = self.results()
        quoted = self._quotations()
        if self.drafting:
            return draft(numbers).with_quotations(quoted)
        released = release(numbers, self.study.release, self.study, self._earlier())
        folder = self.folder if BESIDE in os.environ else self.workspace.processed(self.study.name)
        with one_writer(self.workspace, self.study.name):
            write_bytes(folder / FULL, numbers.to_csv())
            write_bytes(folder / MERGES, merge_lines(released.proposals.merges, released.proposals.few).encode())
        return released.with_quotations(quoted)

    def _quotations(self) -> Sequence[Quotation]:
        """Words of people that may be printed, also in a draft: those without consent or clearance are in no report."""
        from pipeline.disclosure.quotations import released_quotations
        from pipeline.run.quotations import load_quotations

        return released_quotations(load_quotations(self.workspace.stage(self.study.name, THEMES)), self.study.release)

    def _earlier(self) -> Earlier | None:
        """The release that the study file names as an earlier one; ``Mistakes`` where it is not to be had."""
        from pipeline.disclosure import earlier_release

        named = self.study.release.previous
        if named is None:
            return None
        where = self.study.where("release", "previous")
        if named == f"reports/{self.study.name}/results.csv":
            raise Mistakes.one(where, "this file is written anew by every run.", "Name a copy of what was released.")
        path = inside(self.workspace.root, named)
        if not path.is_file():
            mend = "Name the results.csv of the earlier release, from the workspace's root."
            raise Mistakes.one(where, f"{named} is not there.", mend)
        return earlier_release(read_bytes(path), named)

    def save_release(self, files: Mapping[str, bytes]) -> None:
        """What may leave the machine; ``alongside run`` puts it under ``reports/`` when all cells have run."""
        with one_writer(self.workspace, self.study.name):
            for name, data in files.items():
                write_bytes(inside(self.folder / RELEASE, name), data)

    def style(self) -> Style:
        """The house style that the study file names, of the workspace or of those that ship."""
        from pipeline.tables.style_file import style

        return style(self.study.style, self.workspace.styles())

    def ways(self) -> Ways:
        """Where each number of the stages that this one reads comes from: notebook, cell, raw columns."""
        from pipeline.run.ways import ways

        return ways(self.workspace, self.study)

    def rng(self, name: str) -> np.random.Generator:
        """The random stream of an analysis of this stage."""
        return stream(seed_of(self.workspace, self.study.name), f"{self.study.name}/{self.name}/{name}")

    def _made_by(self, stage: str) -> Path:
        folder = self.workspace.stage(self.study.name, stage)
        if not folder.is_dir():
            place = f"data/processed/{self.study.name}/{stage}"
            raise StageFailed(
                f"{self.name} reads what {stage} makes, and {place} is not there. Run notebooks/{stage}.ipynb first."
            )
        return folder

    def _files(self, name: str) -> list[Path]:
        stages = needs(self.name, stages_of(self.workspace, self.study.name))
        return [path for stage in stages if (path := self._made_by(stage) / name).is_file()]


def under(study: str, mistake: Mistake, files: Sequence[tuple[str, bytes]]) -> Mistake:
    """A mistake of a raw file, with the folder in which that lies."""
    of_file = any(mistake.where.startswith(file) for file, _ in files)
    return replace(mistake, where=f"data/raw/{study}/{mistake.where}") if of_file else mistake
