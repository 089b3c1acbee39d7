"""Writes the made-up study ``bridges``: python data/raw/bridges/generate.py [TARGET_DIR]

Every person, answer and programme in it is invented. The same bytes come out every time.
It needs numpy and the standard library. Without a target the files are written beside this one.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(target: Path) -> None:
    """Write every file of the study below ``target``."""
    sys.dont_write_bytecode = True   # before the import: no __pycache__ among raw data
    from made_up.study import make

    for name, content in make().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
