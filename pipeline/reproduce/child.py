"""The replay's own process: ``python -m pipeline.reproduce.child STUDY ROOT``. It ends with the one that
started it, however that one ended."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from pipeline.errors import INTERRUPTED, AlongsideError
from pipeline.files import Workspace
from pipeline.run.orphans import end_with_ancestors
from pipeline.run.pipeline import run_studies


def main(words: list[str]) -> int:
    """Run every stage of one study of a workspace; what goes wrong is said on stderr."""
    study, root = words
    workspace = Workspace.at(root)
    os.environ["MPLCONFIGDIR"] = str((workspace.state() / "matplotlib").resolve())  # there may be no home
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        end_with_ancestors()
        return max(outcome.exit_code for outcome in run_studies(workspace, [study]))
    except KeyboardInterrupt:
        return INTERRUPTED
    except AlongsideError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C, so that DVC and its stages are ended, too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
