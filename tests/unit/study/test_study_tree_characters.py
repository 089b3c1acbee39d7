"""Characters that no page and no Word document can hold do not get past the study file."""

import pytest

from pipeline.errors import Mistakes
from pipeline.study.tree import read_tree


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\x1f", "\\e", "\\uFFFF", "\\u202e", "\u202e", "\u2066"])
def test_a_control_character_is_a_mistake_with_its_line(escape):
    with pytest.raises(Mistakes) as error:
        read_tree(f'a: 1\ntitle: "x{escape}y"\n', "studies/x.yaml")
    assert (
        str(error.value)
        == "studies/x.yaml:2  title: holds a control character. Leave it out; a line break is all that a text needs."
    )


def test_a_key_may_not_hold_one_either():
    with pytest.raises(Mistakes, match=r"studies/x.yaml:1: has a key with a control character\. Leave it out\."):
        read_tree('"x\\0": 1\n', "studies/x.yaml")


def test_line_breaks_tabs_and_letters_of_every_script_stay():
    tree, _ = read_tree(
        'a: "x\\ty\\nz"\nb: "æøå 漢字 \\U0001F600"\nc: >-\n  one\n  two\nd: |\n  one\n  two\n', "studies/x.yaml"
    )
    assert tree == {"a": "x\ty\nz", "b": "æøå 漢字 \U0001f600", "c": "one two", "d": "one\ntwo\n"}
