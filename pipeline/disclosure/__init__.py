"""The one door between people and paper."""

from pipeline.disclosure.release import Released, draft, release, rule_for
from pipeline.disclosure.text import as_text, half_up

__all__ = ["Released", "as_text", "draft", "half_up", "release", "rule_for"]
