"""What a study needs of a table, and what it takes: nothing else."""

from __future__ import annotations

from tests.drawn import cleaned, declared, refused


def test_columns_that_are_not_there_all_at_once_with_the_nearest() -> None:
    message = refused(
        """
        data: {file: a.csv, id: idd, ignore: [left]}
        exclude: [{where: {statsu: 1}, because: x}]
        variables:
          age: {from: aeg, type: number}
          kinds: {columns: {kind1: One, kind3: Three}}
          help: {count: [help1, help2], max_missing: 0}
          left: {type: text}
        scales:
          low: {items: [item1, item2], range: 1-4, score: sum, max_missing: 0}
        """,
        people="id | status | age | kind1 | kind2 | help1 | item1 | zzz",
    )
    there = "there is no column "
    assert message.splitlines() == [
        f"studies/made_up.yaml:1  data.id: {there}'idd' in people. Did you mean 'id'?",
        f"studies/made_up.yaml:2  exclude.0.where.statsu: {there}'statsu' in people. Did you mean 'status'?",
        f"studies/made_up.yaml:4  variables.age.from: {there}'aeg' in people. Did you mean 'age'?",
        f"studies/made_up.yaml:5  variables.kinds.columns: {there}'kind3' in people. Did you mean 'kind2'?",
        f"studies/made_up.yaml:6  variables.help.count: {there}'help2' in people. Did you mean 'help1'?",
        f"studies/made_up.yaml:7  variables.left.from: {there}'left' in people. It is left out by 'ignore'.",
        f"studies/made_up.yaml:9  scales.low.items: {there}'item2' in people. Did you mean 'item1'?",
    ]


def test_a_name_that_is_near_nothing_says_where_to_look() -> None:
    assert refused("variables: {age: {type: number}}", people="id | zzz") == (
        "studies/made_up.yaml:1  variables.age.from: there is no column 'age' in people. "
        "Look at the names in the file's first row."
    )


def test_a_column_that_nobody_declared_cannot_slip_through() -> None:
    found = cleaned("variables: {age: {type: number}}", people="id | age | name\na | 3 | Somebody")
    assert list(found.responses["people"]) == ["age"]
    assert list(found.keys["people"]) == ["id", "wave"]


def test_no_argument_is_changed() -> None:
    from tests.drawn import drawn

    table = drawn("id | age\na | ␣3")
    before = table.text.copy()
    cleaned(declared("variables: {age: {type: number}}"), people=table)
    assert table.text.equals(before)
