"""The checks of the notices queue; each says what it found with its proof, none decides."""

from backoffice.core.checks import Check
from backoffice.core.text import N_
from backoffice.queues.notices.looks import report, right, sellers, targets

CHECKS = (
    Check("complete", N_("Complete notice"), report.complete),
    Check("repeated", N_("Reported before"), report.repeated),
    Check("notifier", N_("Notifier’s record"), report.record),
    Check("number", N_("Number of the right"), right.number),
    Check("protection", N_("Protection"), right.protection),
    Check("territory", N_("Territory"), right.territory),
    Check("classes", N_("Classes of Nice"), right.classes),
    Check("holder", N_("Holder of the right"), right.holder),
    Check("mandate", N_("Mandate"), right.mandate),
    Check("online", N_("Online now"), targets.online),
    Check("elsewhere", N_("The same elsewhere"), targets.elsewhere),
    Check("standing", N_("Sellers’ record"), sellers.standing),
    Check("authorised", N_("Authorised sellers"), sellers.authorised),
)
