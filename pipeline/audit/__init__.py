"""Printed tables, checked for what arithmetic does not allow."""

from pipeline.audit.audit import Asked, Audit, Checked, audit
from pipeline.audit.findings import Finding
from pipeline.audit.read import read_tables

__all__ = ["Asked", "Audit", "Checked", "Finding", "audit", "read_tables"]
