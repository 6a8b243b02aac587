"""Reports in the forms that people and machines read. Each is one function from a report to a string."""

from .as_html import report_html
from .as_json import cases_json, report_json
from .as_junit import report_junit
from .as_markdown import report_markdown
from .as_text import cases_text, report_text, summary

__all__ = [
    "cases_json",
    "cases_text",
    "report_html",
    "report_json",
    "report_junit",
    "report_markdown",
    "report_text",
    "summary",
]
