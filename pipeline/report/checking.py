"""The report's last section: how a reader can hold it against what it was made from."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import __version__
from pipeline.report.blocks import Block, Code, Listing, Paragraph, Pieces, TableBlock
from pipeline.report.ways import Ways
from pipeline.report.ways_told import ways_table
from pipeline.study import Study


def checking(study: Study, ways: Ways | None = None) -> Iterator[Block]:
    """ways: None in a notebook that does not hand them on; its report has no table of them."""
    yield Paragraph((
        "Every number in this report, in its tables, its figures and its sentences, stands in ", Code("results.csv"),
        " beside it, one row each, under the key that says which table, variable, level, group and statistic it is. "
        "No number was typed by hand.",
    ))  # fmt: skip
    yield Listing(tuple(_steps(study)))
    if ways is not None and ways.numbers:
        yield Paragraph((
            "In the page, a click on a number of a table or a sentence, or Enter where it has the focus, shows its way "
            "back: its row of results, the notebook cell that computes it, and the raw columns that it follows from. ",
            Code("manifest.json"), " has all of them; the table below has them in short.",
        ))  # fmt: skip
        yield TableBlock(ways_table(ways), "", apart=True)


def _steps(study: Study) -> Iterator[Pieces]:
    name = study.name
    if study.data is not None:
        raw, manifest = Code(f"data/raw/{name}"), Code("manifest.json")
        yield ("Put the raw files under ", raw, "; ", manifest, " beside this report has the SHA-256 of each.")
    version = f" with Alongside {__version__}, and the Python and the versions of packages that the same file names."
    yield ("Run ", Code(f"alongside run {name}"), version)
    same = (
        " with this one: on the same kind of computer every file is the same, byte for byte; on another, numbers may "
        "differ in the last digits that are not printed."
    )
    yield ("Compare the new ", Code(f"reports/{name}"), same)
    counted = "; each change that was made to an answer on the way was counted." if study.data is not None else "."
    yield ("What was declared, and so decided, stands in ", Code(f"studies/{name}.yaml"), counted)
