"""The command line: ``commands`` says what there is to type, ``ending`` what comes back."""

from pipeline.cli.ending import main

__all__ = ["main"]
