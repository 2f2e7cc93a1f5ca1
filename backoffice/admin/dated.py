"""Dated tables with long rows: a change begins as a copy of the row that it replaces."""

from typing import Any

from flask import request

from backoffice.admin.base import ReferenceView
from backoffice.core.clock import now


class CopyingView(ReferenceView):
    """A reference table whose new row may be begun from another: `/new/?like=<number>`."""

    details_template = "admin/dated_details.html"

    def create_form(self, obj: Any = None) -> Any:
        """Show a copy of the row asked for, to hold from now."""
        like = request.args.get("like", "")
        if request.method == "GET" and like.isdigit() and (row := self.get_one(like)):
            form = super().create_form(row)
            if "starts_at" in form:
                form.starts_at.process_data(now().replace(second=0, microsecond=0))
            if "ends_at" in form:
                form.ends_at.process_data(None)
            return form
        return super().create_form(obj)
