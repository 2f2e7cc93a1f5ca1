"""Tables whose rows are changed in place: what they say is true now, and no decision."""

from backoffice.admin.base import ReferenceView


class EditableView(ReferenceView):
    """A reference table with a page to change a row; each change is audited."""

    can_edit = True
    pages = ReferenceView.pages | {"edit_view"}
    details_template = "admin/editable_details.html"
    template_note = ""
