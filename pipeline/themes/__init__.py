"""The interviews of a study."""

from pipeline.themes.interviews import Interviewed, interviews

__all__ = ["Interviewed", "interviews"]
