"""Coded interviews as files, and back: the raw ones, the cleaned ones, and those that go to other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.cleaning.cleaned import Ledger
from pipeline.disclosure.quotations import judge
from pipeline.errors import Mistakes, raise_all
from pipeline.files import Workspace, inside, matching, read_bytes, read_frame, write_bytes, write_frame
from pipeline.run.stages import under
from pipeline.study import Study
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.themes.clean_coding import CleanedCoding, clean_coding
from pipeline.themes.coding import Coding
from pipeline.themes.coding_flow import ANALYSED, READ
from pipeline.themes.long_table import guarded, table_file
from pipeline.themes.measured import unfit
from pipeline.themes.opened import Opened
from pipeline.themes.read import read_coding
from pipeline.themes.refi_out import codebook_file, project_file

FOLDER = "coding"
OUT = {"codebook.qdc": "codes", "interviews.qdpx": "the whole, with texts", "interviews.csv": "the neutral table"}
"""What goes to other programs; it quotes people, so it stays under ``data/``."""
DISAGREEMENTS = "disagreements.csv"


def read_coded(workspace: Workspace, study: Study) -> Opened | None:
    """The coded interviews under ``data/raw/<study>/``; ``Mistakes`` of all their files at once."""
    coded = study.interviews.coded if study.interviews is not None else None
    if coded is None:
        return None
    folder = workspace.raw(study.name)
    names = dict.fromkeys(name for pattern in coded.file for name in matching(folder, pattern))
    files = [(name, read_bytes(inside(folder, name))) for name in names]
    try:
        return read_coding(coded, files, partial(study.where, "interviews", "coded"))
    except Mistakes as error:
        raise Mistakes(under(study.name, mistake, files) for mistake in error.mistakes) from None


def coded_lines(workspace: Workspace, study: Study) -> list[str]:
    """What the coded interviews come to, read, cleaned and counted in memory; none where the study file names none."""
    opened = read_coded(workspace, study)
    if opened is None:
        return []
    cleaned = clean_coding(opened, study)
    interview_exhibits(cleaned, study)  # what a table asks for and the coding has not is told here, too
    judge(opened, cleaned, study)
    raise_all(unfit(cleaned, study))
    steps = cleaned.flow.set_index("step")[["people", "documents", "segments"]]
    read, kept = steps.loc[READ], steps.loc[ANALYSED]
    told = f"{read['people']:,} people, {read['documents']:,} documents and {read['segments']:,} codings read"
    lines = [f"interviews: {told}; {kept['people']:,}, {kept['documents']:,} and {kept['segments']:,} analysed"]
    if alike := cleaned.maybe_one:
        lines.append(f"interviews: some names of {', '.join(alike)} differ only in capitals, blanks or the way in "
                     "which accents are written, and count as different ones")  # fmt: skip
    return lines


def save_coding(folder: Path, cleaned: CleanedCoding, texts: Mapping[str, str]) -> None:
    """texts: of the documents as they were read; only those that are analysed are written again."""
    for part in fields(Coding):
        write_frame(folder / FOLDER / f"{part.name}.parquet", getattr(cleaned.coding, part.name))
    for part in fields(Ledger):
        write_frame(folder / FOLDER / "ledger" / f"{part.name}.parquet", getattr(cleaned.ledger, part.name))
    write_frame(folder / FOLDER / "themes.parquet", cleaned.themes)
    write_frame(folder / FOLDER / "flow.parquet", cleaned.flow)
    held = {document: texts[document] for document in cleaned.coding.documents.index if document in texts}
    made = (codebook_file(cleaned.coding), project_file(cleaned.coding, held), table_file(cleaned.coding))
    for name, data in zip(OUT, made, strict=True):
        write_bytes(folder / FOLDER / name, data)


def save_disagreements(folder: Path, listed: pd.DataFrame) -> None:
    """A CSV for the coders to talk over, which a spreadsheet opens and runs nothing of. It quotes people: it stays with
    their data."""
    text = listed.astype("object").where(listed.notna(), "").astype("str").map(guarded)
    data = text.to_csv(index=False, lineterminator="\n").encode("utf-8")
    write_bytes(folder / FOLDER / DISAGREEMENTS, b"\xef\xbb\xbf" + data)


def load_coding(folder: Path) -> CleanedCoding | None:
    """What ``save_coding`` wrote; None where nothing is coded."""
    place = folder / FOLDER
    if not place.is_dir():
        return None
    coding = Coding(**{part.name: read_frame(place / f"{part.name}.parquet") for part in fields(Coding)})
    ledger = Ledger(**{part.name: read_frame(place / "ledger" / f"{part.name}.parquet") for part in fields(Ledger)})
    return CleanedCoding(coding, read_frame(place / "themes.parquet"), ledger, read_frame(place / "flow.parquet"))
