"""What one part of a study file says of another: names that must be there, words that must fit together."""

from __future__ import annotations

from pipeline.errors import Mistake, in_file_order
from pipeline.study.check_coders import check_coders
from pipeline.study.check_data import check_data
from pipeline.study.check_described import check_described
from pipeline.study.check_interviews import check_interviews
from pipeline.study.check_outputs import check_outputs
from pipeline.study.check_reliability import check_reliability
from pipeline.study.check_responses import check_responses
from pipeline.study.check_variables import check_variables
from pipeline.study.format import Study
from pipeline.study.function import check_function
from pipeline.study.names import check_names


def check(study: Study) -> list[Mistake]:
    """Every mistake that the file alone can show, in file order."""
    found = [*check_names(study), *check_data(study), *check_described(study), *check_interviews(study)]
    found += check_coders(study)
    if study.data is not None:
        found += [*check_variables(study), *check_outputs(study), *check_responses(study), *check_function(study)]
        found += check_reliability(study)
    return in_file_order(found)
