from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.errors import Mistakes
from pipeline.run.source import check_parameters, out_of_place, parameters, written

Make = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    "source, told",
    [
        ("!false", "is not plain Python. Leave out lines with !, % or ?; import what they would call."),
        ("files = !ls", "is not plain Python. Leave out lines with !, % or ?; import what they would call."),
        ("%%bash\nfalse", "is not plain Python. Leave out lines with !, % or ?; import what they would call."),
        ("look?", "is not plain Python. Leave out lines with !, % or ?; import what they would call."),
        ("exit()", "ends the run by itself. Raise an error, or leave it out."),
        ("quit", "ends the run by itself. Raise an error, or leave it out."),
        ("import sys\nif True:\n    sys.exit(0)", "ends the run by itself. Raise an error, or leave it out."),
        ("import os\nos._exit(0)", "ends the run by itself. Raise an error, or leave it out."),
    ],
)
def test_what_would_end_a_run_unseen_is_refused(source: str, told: str, notebook_of: Make):
    assert [str(m) for m in out_of_place("a.ipynb", notebook_of(source))] == [f"a.ipynb, cell 2: {told}"]


@pytest.mark.parametrize(
    "source", ["%matplotlib inline\n1 + 1", "await something", "text = '!false'", "exits = 3  # exit()", ""]
)
def test_plain_python_is_not_refused(source: str, notebook_of: Make):
    assert out_of_place("a.ipynb", notebook_of(source), definitions=True) == []


@pytest.mark.parametrize(
    "source", ["def f():\n    pass", "class C:\n    pass", "f = lambda: 1", "async def f():\n    pass"]
)
def test_a_shipped_notebook_defines_nothing_and_an_analysts_own_may(source: str, notebook_of: Make):
    assert out_of_place("a.ipynb", notebook_of(source)) == []
    assert [m.what for m in out_of_place("a.ipynb", notebook_of(source), definitions=True)] == ["defines something."]


def test_parameters_are_read_from_the_cell_with_that_tag_alone(notebook_of: Make):
    notebook = notebook_of("other = 1", parameters='study: str\nstudy = "tiny"\nbelow = 5')
    assert parameters(notebook) == {"study": "tiny", "below": 5}


@pytest.mark.parametrize(
    "given, told",
    [
        ({"studdy": "x"}, "a.ipynb: has no parameter 'studdy'. Did you mean 'study'?"),
        ({"n": "x"}, "a.ipynb: has no parameter 'n'. It knows: study, root."),
        ({"study": 10}, "a.ipynb: parameter 'study' is str, and int was given. Give the declared type."),
        ({"study": False}, "a.ipynb: parameter 'study' is str, and bool was given. Give the declared type."),
        ({"study": None}, "a.ipynb: parameter 'study' is str, and NoneType was given. Give the declared type."),
    ],
)
def test_unknown_and_mistyped_parameters_are_refused(given: dict[str, object], told: str, notebook_of: Make):
    with pytest.raises(Mistakes) as refused:
        check_parameters("a.ipynb", notebook_of(), given)
    assert str(refused.value) == told


def test_true_is_no_number(notebook_of: Make):
    with pytest.raises(Mistakes, match="'below' is int, and bool was given"):
        check_parameters("a.ipynb", notebook_of(parameters="below = 5"), {"below": True})


def test_all_wrong_parameters_are_told_at_once(notebook_of: Make):
    with pytest.raises(Mistakes) as refused:
        check_parameters("a.ipynb", notebook_of(), {"studdy": "x", "root": 1})
    assert len(refused.value.mistakes) == 2


def test_saving_outputs_does_not_change_what_was_written(notebook_of: Make):
    plain, saved = notebook_of("1 + 1"), notebook_of("1 + 1")
    saved["cells"][1] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}],
        "id": "abc",
    }
    saved["metadata"] = {"kernelspec": {"name": "mine", "display_name": "Mine"}}
    assert written(saved) == written(plain)
    assert written(notebook_of("1 + 2")) != written(plain)
    assert written(notebook_of("1 + 1", parameters='study = "x"')) != written(plain)
