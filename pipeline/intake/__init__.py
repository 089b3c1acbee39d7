"""One reader a format, from bytes. Cells stay text, nothing is guessed."""

from pipeline.intake.cells import Cells, Finding
from pipeline.intake.read import layout_of, newest_file, read_cells, sheet_of

__all__ = ["Cells", "Finding", "layout_of", "newest_file", "read_cells", "sheet_of"]
