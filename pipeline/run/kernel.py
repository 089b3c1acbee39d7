"""The kernel that stages run in: ``python -m pipeline.run.kernel -f CONNECTION_FILE``. Nothing imports it."""

from __future__ import annotations

import sys

from ipykernel.kernelapp import IPKernelApp

from pipeline.run.orphans import die_with_parent

OPTIONS = (
    "--InteractiveShellApp.ignore_cwd=True",  # a module beside the notebook is none that a stage depends on
    "--HistoryManager.enabled=False",
    "--InteractiveShell.colors=nocolor",
    "--IPKernelApp.log_level=ERROR",
)


def main() -> None:
    die_with_parent()
    IPKernelApp.launch_instance(argv=[*sys.argv[1:], *OPTIONS])


if __name__ == "__main__":
    main()
