"""Names of what a stage leaves, for those who write it and those who look for it."""

RELEASE = "release/"
"""In the report's stage folder while it runs: what goes under ``reports/<study>/``."""
DRAFT_FOLDER = "draft"
"""Beside the stages' folders: exact numbers, never for release."""
PAGE = "report.html"
