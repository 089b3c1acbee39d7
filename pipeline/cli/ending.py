"""How a command ends: its exit code, and mistakes told in sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from pipeline.cli.commands import app
from pipeline.errors import DONE, INTERRUPTED, MISTAKE, STAGE_FAILED, AlongsideError

_GLOBAL = ("--root", "--debug")


def _globals_first(words: Sequence[str]) -> list[str]:
    """``--root X`` and ``--debug`` may stand anywhere on the line."""
    first, rest = list[str](), list[str]()
    todo = list(words)
    while todo:
        word = todo.pop(0)
        if word == "--":
            rest += [word, *todo]
            break
        if word == "--root" and todo:
            first += [word, todo.pop(0)]
        elif word.split("=", 1)[0] in _GLOBAL:
            first.append(word)
        else:
            rest.append(word)
    return first + rest


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a mistake is told in sentences, a traceback only with ``--debug``."""
    given = _globals_first(sys.argv[1:] if words is None else words)
    debug = "--debug" in given
    try:
        result = app(args=given, prog_name="alongside", standalone_mode=False)
        if result == INTERRUPTED:  # typer makes this of Ctrl-C, and says nothing
            return _interrupted()
        return result if isinstance(result, int) else DONE
    except typer.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except AlongsideError as error:
        if debug:
            raise
        typer.echo(str(error), err=True)
        return error.exit_code
    except Exception as error:
        shown = getattr(error, "show", None)
        if shown is not None and hasattr(error, "exit_code"):
            shown()
            return int(error.exit_code)
        if debug:
            raise
        if isinstance(error, PermissionError):
            named = Path(error.filename or ".").name
            mend = "Is it open in another program? Is the folder yours?"
            typer.echo(f"{named}: can't be read or written. {mend}", err=True)
            return MISTAKE
        if isinstance(error, IsADirectoryError | NotADirectoryError | FileExistsError):
            named = Path(error.filename2 or error.filename or ".").name
            what = "can't be written, for a folder stands where a file should, or a file where a folder should."
            typer.echo(f"{named}: {what} Name another place.", err=True)
            return MISTAKE
        typer.echo(
            f"Something went wrong inside Alongside ({type(error).__name__}). Run again with --debug to see where.",
            err=True,
        )
        return STAGE_FAILED


def _interrupted() -> int:
    typer.echo("Interrupted. Reports and finished stages stand as they are; type the same again to go on.", err=True)
    return INTERRUPTED
