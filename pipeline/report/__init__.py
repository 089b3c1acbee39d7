"""Released numbers become figures, prose, one HTML page, a Word document, and the files of ``reports/<study>``.

In the notebook: ``report = write_report(study, released, tables, remarks, draft)``, ``report.show(title)`` for each
of ``SECTIONS``, and ``report_files(report, released)`` for what is saved. When it has run: ``finished(files, executed,
…)`` adds the page and the manifest, and ``index_page`` lists the studies. Between two runs: ``changed_numbers`` and
``changes_page``.
"""

from pipeline.report.changes import Changes, changed_numbers, changes_page
from pipeline.report.document import SECTIONS, write_report
from pipeline.report.html import notebook_page as page
from pipeline.report.index import index_page
from pipeline.report.published import finished, report_files
from pipeline.report.report import Report, Section
from pipeline.report.self_audit import audited

__all__ = [
    "SECTIONS", "Changes", "Report", "Section", "audited", "changed_numbers", "changes_page", "finished", "index_page",
    "page", "report_files", "write_report",
]  # fmt: skip
