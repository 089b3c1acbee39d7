"""The interviews of a study."""

from pipeline.themes.clean_coding import CleanedCoding, clean_coding
from pipeline.themes.coding import Coding
from pipeline.themes.interviews import Interviewed, interviews
from pipeline.themes.measured import Measured, measured
from pipeline.themes.read import read_coding

__all__ = [
    "CleanedCoding",
    "Coding",
    "Interviewed",
    "Measured",
    "clean_coding",
    "interviews",
    "measured",
    "read_coding",
]
