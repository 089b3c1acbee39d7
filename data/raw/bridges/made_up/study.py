"""All parts put together: the files of the study by path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from made_up import coders, files, truth
from made_up import parameters as p
from made_up.answers import Sheets
from made_up.follow_up import FollowUp, follow
from made_up.interviews import interviews
from made_up.people import People, Session, hours_so_far, make_people, make_sessions
from made_up.project import project
from made_up.questions import NEW_QUESTION, WORDING_CHANGED
from made_up.responses import next_quarter, this_quarter
from made_up.scores import Scores, make_scores


@dataclass(frozen=True)
class Cast:
    """Everybody, their sessions and the hours of these before each wave, their scores, and who answers when."""

    people: People
    sessions: list[Session]
    hours: np.ndarray
    scores: Scores
    follow_up: FollowUp


def cast() -> Cast:
    """All that is so before a questionnaire is filled in."""
    people = make_people()
    sessions = make_sessions(people)
    hours = hours_so_far(people, sessions)
    scores = make_scores(people, hours)
    return Cast(people, sessions, hours, scores, follow(people, scores))


def make() -> dict[str, bytes]:
    """Path below the study's folder: content."""
    c = cast()
    people, scores, follow_up = c.people, c.scores, c.follow_up
    sheets = Sheets(people, scores, follow_up)
    first = this_quarter(people, sheets, follow_up)
    second, change = next_quarter(people, sheets, follow_up, first)
    encounters = files.with_mess(people, c.sessions)
    talks = interviews()
    work = coders.work(talks)
    told = {
        "made_up": True,
        "seed": p.SEED,
        **truth.equations(scores),
        "exports": {
            "bridges_2025q3.csv": truth.of_export(people, scores, first),
            "bridges_2025q4.csv": truth.of_export(people, scores, second),
        },
        "mess_of_the_first": truth.of_mess(first),
        "encounters": truth.of_encounters(people, encounters, c.hours),
        "next_quarter": truth.of_change(people, first, second, change),
        "interviews": coders.truth(talks, work),
    }
    return {
        "exports/bridges_2025q3.csv": files.export(people, first),
        "next_quarter/bridges_2025q4.csv": files.export(people, second, (NEW_QUESTION,), WORDING_CHANGED),
        "programmes.csv": files.programmes(),
        "encounters.csv": files.encounters(encounters),
        "interviews.qdpx": project(talks, work),
        "truth.yaml": ("# Written by generate.py. Every person here is made up.\n" + truth.written(told)).encode(),
    }
