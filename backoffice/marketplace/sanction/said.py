"""Where somebody stands, in one sentence."""

from backoffice.core.text import N_, Text, text
from backoffice.marketplace.sanction.model import SanctionKind
from backoffice.marketplace.sanction.tally import Standing

SUGGESTED = {
    SanctionKind.WARNING: N_("suggested: a warning"),
    SanctionKind.STRIKE: N_("suggested: a strike"),
    SanctionKind.SUSPENSION: N_("suggested: a suspension of %(days)s days"),
    SanctionKind.TERMINATION: N_("suggested: the end of the account"),
}


NAMES = {
    SanctionKind.WARNING: N_("Warning"),
    SanctionKind.STRIKE: N_("Strike"),
    SanctionKind.SUSPENSION: N_("Suspension"),
    SanctionKind.TERMINATION: N_("End of the account"),
}


def said_of(known: Standing) -> Text:
    """Return what stands against somebody, with the measure that it suggests."""
    counts = {"warnings": known.warnings, "strikes": known.strikes, "weight": known.weight}
    if known.suggested is None:
        return text("warnings %(warnings)s, strikes %(strikes)s, weight %(weight)s", **counts)
    suggested = text(SUGGESTED[known.suggested.kind], days=known.suggested.days)
    return text("warnings %(warnings)s, strikes %(strikes)s, weight %(weight)s; %(suggested)s",
                **counts, suggested=suggested.to_json())  # fmt: skip
