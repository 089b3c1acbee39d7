"""A study's own function: what it may write, what the ledger says of it, and that nothing slips through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning import Cleaned, clean, join, not_run
from pipeline.errors import Mistakes, StageFailed
from tests.drawn import declared, drawn

STUDY = """
variables:
  risk:  {type: ordered, codes: {l: Low, h: High}, label: Risk}
  sex:   {codes: {1: Women, 2: Men}}
  hours: {type: number, range: 0-24, missing: {blank: not answered}}
  seen:  {type: date, format: "%d.%m.%Y", missing: {blank: not answered}}
  note:  {type: text, missing: {blank: not answered}}
function: {name: f, makes: [risk], changes: [hours, seen, note], because: hours were written in words}
"""
PEOPLE = """
id | sex | hours | seen       | note
a  | 1   | 3     | 01.02.2020 | one
b  | 2   |       | 02.02.2020 | two
c  | 2   | 5     |            | three
"""
Own = Callable[[pd.DataFrame], pd.DataFrame]


def run(own: Own | None, study: str = STUDY) -> Cleaned:
    return clean({"people": drawn(PEOPLE)}, declared(study), own=own)


def good(frame: pd.DataFrame) -> pd.DataFrame:
    frame["risk"] = np.where(frame["hours"] > 2, "High", None)
    frame["hours"] = [3, 7, np.nan]
    frame["seen"] = pd.Timestamp(2020, 2, 2)
    return frame


def test_what_it_writes_is_typed_as_declared_and_stands_in_its_place():
    cleaned = run(good)
    frame, reasons = cleaned.responses["people"], cleaned.reasons["people"]
    assert list(frame) == list(reasons) == ["risk", "sex", "hours", "seen", "note"]
    assert frame["risk"].dtype == pd.CategoricalDtype(pd.Index(["Low", "High"], dtype="str"), ordered=True)
    assert frame["risk"].astype(object).where(frame["risk"].notna(), None).tolist() == ["High", None, "High"]
    assert frame["hours"].dtype == float and frame["hours"].tolist()[:2] == [3, 7]
    assert str(frame["seen"].dtype) == "datetime64[s]" and str(frame["note"].dtype) == "str"
    left = "left missing by the study's own function"
    assert reasons["risk"].tolist() == ["", left, ""] and reasons["hours"].tolist() == ["", "", left]
    assert reasons["seen"].tolist() == ["", "", ""]


def test_every_cell_that_it_changed_stands_in_the_ledger_and_every_variable_in_its_rules():
    ledger, place = run(good).ledger, "studies/made_up.py"
    mine = ledger.changes[ledger.changes["rule"] == place]
    assert list(mine[["row", "variable", "before", "after"]].itertuples(index=False, name=None)) == [
        ("2", "risk", "", "High"),
        ("4", "risk", "", "High"),
        ("3", "hours", "", "7"),
        ("4", "hours", "5", "missing: left missing by the study's own function"),
        ("2", "seen", "2020-02-01", "2020-02-02"),
        ("4", "seen", "", "2020-02-02"),
    ]
    rules = ledger.rules[ledger.rules["rule"] == place]
    assert dict(zip(rules["variable"], rules["cells"], strict=True)) == {"risk": 2, "hours": 2, "seen": 2, "note": 0}
    assert set(rules["because"]) == {"hours were written in words"}


def test_the_report_says_how_many_cells_it_changed():
    study = declared(STUDY)
    people = join(run(good), {}, {}, study)
    (said,) = [r.template for r in people.remarks if r.template.startswith("Risk")]
    assert said == "Risk: a function of the study's own (studies/made_up.py) changed {n} cells."


def returns(change: Callable[[pd.DataFrame], object]) -> Own:
    def own(frame: pd.DataFrame) -> pd.DataFrame:
        made = change(frame)
        return frame if made is None else made  # type: ignore[return-value]

    return own


HERE = "studies/made_up.py, f: "
REFUSED = {
    "no frame": (lambda f: 3, HERE + "returned int. Return the frame that it was given, changed."),
    "a row less": (
        lambda f: f.iloc[:2],
        HERE + "returned 2 rows of 3. Keep every row; rows are left out by 'exclude' in the study file.",
    ),
    "another order": (
        lambda f: f.iloc[::-1],
        HERE + "returned rows in another order. Keep the frame's index as it was given.",
    ),
    "a column more": (
        lambda f: f.assign(new=1),
        HERE + "returned 1 columns that nobody declared. Return the given columns; declare a new variable and name it "
        "in 'makes'.",
    ),
    "a column less": (
        lambda f: f.drop(columns="sex"),
        HERE + "did not return 'sex' once. Return the given columns; declare a new variable and name it in 'makes'.",
    ),
    "a column that it may not": (
        lambda f: f.assign(sex="Men"),
        HERE + "changed 'sex' in 1 rows. Name sex in 'changes' of the study file, if it may.",
    ),
    "another level": (
        lambda f: f.assign(risk="Ann Example"),
        "studies/made_up.py: gave 3 values that are no levels of 'risk'. Its levels are: Low, High.",
    ),
    "out of range": (
        lambda f: f.assign(hours=[1, 25, np.inf]),
        "studies/made_up.py: gave 1 values that are no numbers of 'hours'. "
        "Return numbers, and NaN where there is none.",
    ),
    "too much": (
        lambda f: f.assign(hours=[1, 25, -1]),
        "studies/made_up.py: gave 2 values that are no numbers of 'hours'. Its range is 0-24.",
    ),
    "text for a date": (
        lambda f: f.assign(seen="2020-01-01"),
        "studies/made_up.py: gave 3 values that are no dates of 'seen'. Return dates (datetime64).",
    ),
    "a number for text": (
        lambda f: f.assign(note=3),
        "studies/made_up.py: gave 3 values that are no text of 'note'. Return text.",
    ),
}


@pytest.mark.parametrize("change, told", REFUSED.values(), ids=REFUSED)
def test_what_it_may_not_return_is_refused_with_counts(change: Callable[[pd.DataFrame], object], told: str):
    with pytest.raises(Mistakes) as refused:
        run(returns(change))
    assert str(refused.value) == told


def test_what_it_is_given_is_a_copy():
    kept = []

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        kept.append(frame)
        return frame.copy()

    cleaned = run(own)
    kept[0].loc[:, "hours"] = 24.0
    assert cleaned.responses["people"]["hours"].tolist()[0] == 3


def test_a_study_that_names_one_is_not_cleaned_without_it():
    with pytest.raises(StageFailed, match="names a function of its own, and none was handed in"):
        run(None)


def test_a_check_leaves_everything_and_makes_nothing():
    frame = run(not_run).responses["people"]
    assert frame["risk"].isna().all() and frame["hours"].tolist()[0] == 3


def test_a_variable_that_it_makes_needs_no_column_and_one_that_it_changes_does():
    with pytest.raises(Mistakes) as refused:
        run(good, STUDY.replace("hours: {type", "hours: {from: hrs, type"))
    assert "there is no column 'hrs' in people." in str(refused.value) and "risk" not in str(refused.value)


DECLARED_WRONGLY = {
    "nothing": ("{name: f, because: x}", "say with 'makes' and 'changes' which variables it may write."),
    "unknown": ("{name: f, makes: [rsk], because: x}", "there is no variable 'rsk'. Did you mean 'risk'?"),
    "twice": ("{name: f, makes: [risk], changes: [risk], because: x}", "'risk' stands there twice."),
    "derived": ("{name: f, changes: [late], because: x}", "'late' is derived, which happens after the function."),
    "a gate": ("{name: f, changes: [sex], because: x}", "'sex' decides who was asked, which is read before."),
    "design": ("{name: f, changes: [site], because: x}", "'site' is part of the design, which is read before."),
    "code": ("{name: 'os.system', makes: [risk], because: x}", "does not look right."),
}


@pytest.mark.parametrize("function, told", DECLARED_WRONGLY.values(), ids=DECLARED_WRONGLY)
def test_a_declaration_that_can_not_work_is_told_with_its_line(function: str, told: str):
    study = STUDY.replace(STUDY.split("function: ")[1], f"{function}\n").replace(
        "variables:\n",
        "design: {kind: cohort, cluster: site}\nvariables:\n  site: {codes: {1: One}}\n"
        "  late: {derive: {difference: [hours, hours]}}\n  why: {type: text, asked_of: {sex: Women}}\n",
    )
    with pytest.raises(Mistakes) as refused:
        declared(study)
    assert told in str(refused.value) and "studies/made_up.yaml:1" in str(refused.value)


def test_a_variable_that_is_made_has_no_codes_of_a_column_and_the_message_names_the_key():
    study = STUDY.replace("label: Risk}", "label: Risk, missing: {blank: not answered}}")
    with pytest.raises(Mistakes) as refused:
        declared(study)
    assert str(refused.value) == (
        "studies/made_up.yaml:2  variables.risk.missing: 'missing' of 'risk' is for what is read from a column, and "
        "the function makes 'risk'. Take that away here: what the function leaves missing has its reason."
    )
