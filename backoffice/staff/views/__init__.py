"""The pages of this room, one module per part; importing them fills the blueprint."""

from backoffice.staff.views import account, enrolment, links, people, sign_in

__all__ = ["account", "enrolment", "links", "people", "sign_in"]
