"""The one door between people and paper."""

from pipeline.disclosure.earlier import earlier_release
from pipeline.disclosure.leaving import Leaving
from pipeline.disclosure.merges import Merge
from pipeline.disclosure.propose import lines as merge_lines
from pipeline.disclosure.release import Released, draft, release, rule_for
from pipeline.disclosure.text import as_text
from pipeline.tables.rounding import half_up

__all__ = [
    "Leaving", "Merge", "Released", "as_text", "draft", "earlier_release", "half_up", "merge_lines", "release",
    "rule_for",
]  # fmt: skip
