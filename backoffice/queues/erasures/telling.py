"""What a decision on a request tells its party, and the words that all of its e-mails share."""

from collections.abc import Callable, Iterable
from typing import Any

from backoffice.core.action import Context, Mail
from backoffice.queues.erasures.blockers import blockers_of
from backoffice.queues.erasures.foreseen import goes_and_stays, outlook_of
from backoffice.queues.outcome import outcome_context


def told(event: str, *, is_granted: bool = True) -> Callable[[Context], Iterable[Mail]]:
    """Return the mail rule of an outcome: what goes, what is kept, what it still waits for."""

    def mails(context: Context) -> Iterable[Mail]:
        erasure, party = context.subject, context.subject.party
        classes = outlook_of(context.session, erasure, context.at) if is_granted else []
        words: dict[str, Any] = {
            **outcome_context(context, party),
            "kind": erasure.kind,
            "side": party.kind,
            "facts": context.data.get("facts") or "",
            "waits": [one.told for one in blockers_of(context.session, erasure)],
            **goes_and_stays(classes, erasure.refused_classes),
        }
        yield Mail(event, party.email, party.locale, words)

    return mails


def withdrawal_mails(context: Context) -> Iterable[Mail]:
    """Confirm that nothing is closed or erased any more."""
    party = context.subject.party
    words = {**outcome_context(context, party), "kind": context.subject.kind}
    yield Mail("erasure.withdrawn", party.email, party.locale, words)
