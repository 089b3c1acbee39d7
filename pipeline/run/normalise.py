"""An executed notebook with everything taken out that another run, user or folder would have written differently."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Notebook = dict[str, Any]
"""A notebook as JSON holds it (nbformat 4)."""

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
INJECTED = "injected-parameters"
_KEPT_OF_A_CELL = ("tags", "jupyter", "slideshow")
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,}(?=>)")


def normalise(notebook: Notebook, places: Mapping[str, str] | None = None) -> Notebook:
    """A new notebook of the same cells and outputs, alike for alike inputs; doing it twice changes nothing.

    Gone: times, papermill's and Jupyter's records, random cell ids (cells are numbered), memory addresses, the Python
    version. Streams are merged. ``places``: text of outputs to replace, longest first (an absolute path: a word).
    """
    replace = sorted((places or {}).items(), key=lambda pair: (-len(pair[0]), pair[0]))
    cells = [_cell(cell, number, replace) for number, cell in enumerate(notebook["cells"], 1)]
    return {
        "cells": cells,
        "metadata": {"kernelspec": KERNELSPEC, "language_info": LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def without_outputs(notebook: Notebook) -> Notebook:
    """What a person wrote: no outputs, no counts, no cell that a run put in."""
    bare = normalise({**notebook, "cells": [c for c in notebook["cells"] if INJECTED not in tags(c)]})
    empty: dict[str, Any] = {"outputs": [], "execution_count": None}
    return {**bare, "cells": [{**c, **empty} if c["cell_type"] == "code" else c for c in bare["cells"]]}


def to_bytes(notebook: Notebook) -> bytes:
    """As Jupyter writes it, with sorted keys."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


def tags(cell: Mapping[str, Any]) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", []))


def text(value: str | list[str]) -> str:
    """Text that nbformat keeps whole or as lines."""
    return value if isinstance(value, str) else "".join(value)


def _cell(cell: Mapping[str, Any], number: int, replace: list[tuple[str, str]]) -> dict[str, Any]:
    metadata = {key: cell["metadata"][key] for key in _KEPT_OF_A_CELL if cell.get("metadata", {}).get(key)}
    same = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number:02d}",
        "metadata": metadata,
        "source": text(cell["source"]),
    }
    if cell["cell_type"] != "code":
        return {**same, "attachments": cell["attachments"]} if cell.get("attachments") else same
    outputs = _streams_merged([_output(o, replace) for o in cell.get("outputs", [])])
    return {**same, "execution_count": cell.get("execution_count"), "outputs": outputs}


def _output(output: Mapping[str, Any], replace: list[tuple[str, str]]) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": _clean(text(output["text"]), replace)}
    if kind == "error":
        trace = [_clean(line, replace) for line in output["traceback"]]
        return {
            "output_type": kind,
            "ename": output["ename"],
            "evalue": _clean(output["evalue"], replace),
            "traceback": trace,
        }
    data = {mime: _data(mime, value, replace) for mime, value in output["data"].items()}
    same = {"output_type": kind, "data": data, "metadata": dict(output.get("metadata", {}))}
    return {**same, "execution_count": output.get("execution_count")} if kind == "execute_result" else same


def _data(mime: str, value: Any, replace: list[tuple[str, str]]) -> Any:
    if mime.startswith("image/") and mime != "image/svg+xml":
        return text(value).rstrip("\n")
    return _clean(text(value), replace) if isinstance(value, str | list) else value


def _clean(words: str, replace: list[tuple[str, str]]) -> str:
    for found, instead in replace:
        words = words.replace(found, instead)
    return _ADDRESS.sub("0x…", words)


def _streams_merged(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In each stretch of streams, stdout first and then stderr, in one piece each: how they were cut is chance."""
    merged: list[dict[str, Any]] = []
    stretch: dict[str, str] = {}

    def close() -> None:
        merged.extend(
            {"output_type": "stream", "name": n, "text": stretch[n]} for n in ("stdout", "stderr") if n in stretch
        )
        stretch.clear()

    for output in outputs:
        if output["output_type"] == "stream":
            stretch[output["name"]] = stretch.get(output["name"], "") + output["text"]
        else:
            close()
            merged.append(output)
    close()
    return merged
