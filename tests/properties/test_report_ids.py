"""Ids in a page: different words give different ids, whatever the words hold."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables.as_html import ident, to_html
from pipeline.tables.table import Filled, FilledColumn, FilledRow

WORD = st.text(alphabet='aB_-. /7é.2d\n"<', max_size=6)


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, min_size=1, max_size=4))
def test_different_words_give_different_ids(one, other):
    assert (ident(*one) == ident(*other)) == (one == other)
    assert re.fullmatch(r"[A-Za-z0-9_.-]*", ident(*one))


@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD))
def test_two_tables_share_no_id_with_all_their_parts(one, other):
    def ids(kind, name):
        rows = (FilledRow("Age", "variable", 0, ("1",)), FilledRow("Old", "level", 1, ("1",)))
        filled = Filled(name, "Title", "Stub", (FilledColumn("A", spanner="S"),), rows, ("A note.",), kind)
        return re.findall(r' id="([^"]*)"', to_html(filled))

    first, second = ids(*one), ids(*other)
    assert len(set(first)) == len(first) == 8
    if one != other:
        assert not set(first) & set(second)
