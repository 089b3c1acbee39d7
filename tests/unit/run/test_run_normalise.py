from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from pipeline.run.normalise import normalise, to_bytes, without_outputs


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def executed(*outputs: dict[str, Any], cell_id: str = "4fd1", began: str = "2024-05-01T10:00:00") -> dict[str, Any]:
    cell = {
        "cell_type": "code",
        "id": cell_id,
        "execution_count": 1,
        "metadata": {
            "execution": {"iopub.status.busy": began},
            "papermill": {"duration": 0.3},
            "tags": ["look"],
            "scrolled": True,
        },
        "outputs": list(outputs),
        "source": "look()",
    }
    metadata = {
        "papermill": {"start_time": began, "output_path": "/home/ann/x.ipynb"},
        "kernelspec": {"display_name": "my own", "language": "python", "name": "mine"},
        "language_info": {"name": "python", "version": "3.11.7"},
    }
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def test_times_ids_users_and_versions_are_gone():
    one, two = (
        executed(cell_id="4fd1", began="2024-05-01T10:00:00"),
        executed(cell_id="99ab", began="2025-01-01T09:30:00"),
    )
    text = to_bytes(normalise(one))
    assert text == to_bytes(normalise(two))
    for left in (b"2024", b"duration", b"ann", b"3.11", b"4fd1", b"mine", b"scrolled"):
        assert left not in text
    assert json.loads(text)["cells"][0]["metadata"] == {"tags": ["look"]}


def test_the_argument_is_not_changed_and_the_result_is_a_valid_notebook():
    given_ = executed(stream("stdout", "a"))
    before = copy.deepcopy(given_)
    nbformat.validate(nbformat.from_dict(normalise(given_)))
    assert given_ == before


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab\n", min_size=1, max_size=4)), max_size=8))
def test_how_streams_were_cut_and_mixed_is_chance(pieces: list[tuple[str, str]]):
    mixed = normalise(executed(*(stream(n, t) for n, t in pieces)))
    whole = {n: "".join(t for m, t in pieces if m == n) for n in ("stdout", "stderr")}
    assert mixed["cells"][0]["outputs"] == [stream(n, t) for n, t in whole.items() if t]
    assert normalise(mixed) == mixed


def test_streams_do_not_pass_a_picture():
    picture = {"output_type": "display_data", "data": {"image/png": "aGk=\n"}, "metadata": {}}
    kept = normalise(executed(stream("stdout", "a"), picture, stream("stdout", "b"), stream("stdout", "c")))["cells"][
        0
    ]["outputs"]
    assert [o.get("text", "picture") for o in kept] == ["a", "picture", "bc"]
    assert kept[1]["data"]["image/png"] == "aGk="


def test_addresses_and_places_are_replaced_in_every_kind_of_output():
    words = "<C at 0x7f3f07aa61d0> in /home/ann/study/notebooks and /home/ann/study"
    outputs = (
        stream("stderr", words),
        {"output_type": "error", "ename": "E", "evalue": words, "traceback": [words]},
        {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": [words]}, "metadata": {}},
    )
    kept = normalise(executed(*outputs), {"/home/ann/study": "…", "/home/ann/study/notebooks": "here"})["cells"][0][
        "outputs"
    ]
    clean = "<C at 0x…> in here and …"
    said = [kept[0]["text"], kept[1]["evalue"], kept[1]["traceback"][0], kept[2]["data"]["text/plain"]]
    assert said == [clean] * 4


def test_data_of_other_kinds_stay_as_they_are():
    mark = {"output_type": "display_data", "data": {"application/vnd.x+json": {"b": [1, 2], "a": None}}, "metadata": {}}
    assert normalise(executed(mark))["cells"][0]["outputs"] == [mark]


def test_what_a_person_wrote_is_left_without_outputs_and_without_the_injected_cell():
    notebook = executed(stream("stdout", "a"))
    injected = {**notebook["cells"][0], "metadata": {"tags": ["injected-parameters"]}, "source": "study = 'x'"}
    bare = without_outputs({**notebook, "cells": [injected, *notebook["cells"]]})
    assert [(c["source"], c["outputs"], c["execution_count"]) for c in bare["cells"]] == [("look()", [], None)]
