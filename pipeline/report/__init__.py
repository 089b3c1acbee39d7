"""Released numbers become figures, prose, one HTML page, a Word document, and the files of ``reports/<study>``.

In the notebook: ``report = write_report(study, released, tables, remarks, draft)``, ``report.show(title)`` for each of
``SECTIONS``, and ``report_files(report, released, …)`` for what is published. After it has run: ``page(executed)``.
"""

from pipeline.report.document import SECTIONS, write_report
from pipeline.report.html import notebook_page as page
from pipeline.report.report import Report, Section

__all__ = ["SECTIONS", "Report", "Section", "page", "write_report"]
