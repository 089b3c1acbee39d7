"""What a process of ours finds around itself: the same for every user, folder, time zone and number of cores."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.files import read_text, write_text

PINNED = {
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONSAFEPATH": "1",  # what lies in the working folder is no module of ours
    "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01, the first day that a ZIP (and so a Word file) can name
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "IPYKERNEL_CELL_NAME": "cell",  # or warnings name a temporary file with the process id in it
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    **dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
         "VECLIB_MAXIMUM_THREADS", "POLARS_MAX_THREADS"),
        "1",
    ),
}  # fmt: skip
_FOREIGN = ("IPYTHON", "JUPYTER", "JPY_", "MPL", "MATPLOTLIB", "DVC_", "LC_", "OMP_", "MKL_", "OPENBLAS_", "PAPERMILL")
_FOREIGN_NAMES = {
    "LANGUAGE", "COLUMNS", "LINES", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONINSPECT", "PYTHONOPTIMIZE",
    "PYTHONBREAKPOINT", "PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONMALLOC", "PYTHONTRACEMALLOC",
    "PYTHONPROFILEIMPORTTIME",
}  # fmt: skip


def surroundings(state: Path, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for kernels, stages and DVC, made from ``given`` (this process's own if not said).

    A person's own settings for Python, IPython, Jupyter, matplotlib and DVC are left out, and folders of the workspace
    (under ``state``) stand where theirs would be read.
    """
    given = os.environ if given is None else given
    kept = {k: v for k, v in given.items() if not k.startswith(_FOREIGN) and k not in _FOREIGN_NAMES}
    home = state.resolve()
    own = {
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "jupyter" / "config",
        "JUPYTER_CONFIG_PATH": home / "jupyter" / "config",
        "JUPYTER_DATA_DIR": home / "jupyter" / "data",
        "JUPYTER_PATH": home / "jupyter" / "data",
        "JUPYTER_NO_CONFIG": "1",
        "MPLCONFIGDIR": home / "matplotlib",
        "DVC_GLOBAL_CONFIG_DIR": home / "dvc" / "config",
        "DVC_SYSTEM_CONFIG_DIR": home / "dvc" / "config",
        "DVC_SITE_CACHE_DIR": home / "dvc" / "site",
        "DVC_NO_ANALYTICS": "1",
        "DVC_STUDIO_OFFLINE": "1",
        "SHELL": "/bin/sh",
        "PATH": os.pathsep.join([str(folder_of_python(home)), given.get("PATH", os.defpath)]),
    }
    return {**kept, **PINNED, **{name: str(value) for name, value in own.items()}}


def folder_of_python(state: Path) -> Path:
    """A folder in which ``python`` is this interpreter, so that ``dvc.yaml`` can say ``python`` on every machine.

    Where only ``python3`` lies beside it (a system's own Python), a launcher is laid under ``state``.
    """
    beside = Path(sys.executable).parent
    if os.name == "nt" or (beside / "python").exists():
        return beside
    launcher = state / "bin" / "python"
    text = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n'
    if not launcher.is_file() or read_text(launcher) != text:
        write_text(launcher, text)
        launcher.chmod(0o755)
    return launcher.parent
