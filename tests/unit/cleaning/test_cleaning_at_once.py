"""What the data say against a study file comes at once: a column that is not there hides no other mistake."""

from __future__ import annotations

from tests.drawn import refused


def test_missing_columns_undeclared_codes_and_ranges_of_all_tables_come_together() -> None:
    message = refused(
        """
        data:
          people: {file: a.csv, id: id}
          visits: {file: b.csv, id: v, parent: {people: who}}
        design: {kind: cohort, cluster: group}
        variables:
          age: {type: number, range: 18-99}
          sexx: {codes: {1: Women, 2: Men}}
          group: {from: grp, codes: {A: A}}
          strain: {type: number, range: 1-5, asked_of: {sexx: Women}}
          mode: {in: visits, codes: {1: Talk}}
        scales:
          low: {items: [i1, i9], range: 1-3, score: sum, max_missing: 0}
          mood: {items: [i1, i2], range: 1-3, score: sum, max_missing: 0}
        """,
        people="id | age | sex | group | strain | i1 | i2\na | 17 | 1 | A | 9 | 1 | 4\nb | 40 | 2 | A | 1 | 2 | 2",
        visits="v | who | mode\n1 | a | 7\n2 | z | 1",
    )
    assert [line.removeprefix("studies/made_up.yaml:").split(". ")[0] for line in message.splitlines()] == [
        "3  data.visits.parent.people: 1 row of visits has no row in people",
        "6  variables.age.range: 1 row lies outside the range 18-99",
        "7  variables.sexx.from: there is no column 'sexx' in people",
        "8  variables.group.from: there is no column 'grp' in people",
        "10  variables.mode: 1 row holds codes that nobody declared: '7' (1 row)",
        "12  scales.low.items: there is no column 'i9' in people",
        "13  scales.mood.range: 1 cell of 1 item lies outside 1-3: '4' (1 cell)",
    ]


def test_without_the_column_that_names_rows_only_columns_are_told() -> None:
    message = refused(
        "data: {file: a.csv, id: id}\nvariables: {age: {type: number, range: 18-99}, x: {type: text}}",
        people="idd | age\na | 17",
    )
    assert [line.split("  ", 1)[1] for line in message.splitlines()] == [
        "data.id: there is no column 'id' in people. Did you mean 'idd'?",
        "variables.x.from: there is no column 'x' in people. Look at the names in the file's first row.",
    ]
