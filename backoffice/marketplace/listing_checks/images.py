"""The pictures: whether there are any, whether they could be fetched, whose they are already."""

from collections.abc import Iterator

from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing_checks.facts import Reuse
from backoffice.marketplace.listing_checks.item import Item, fine, found
from backoffice.marketplace.picture import Picture, PictureState

FIELDS = ["images"]
REUSED = "reused"
NONE = found(
    Outcome.WARN, text("The listing has no picture (Reg. (EU) 2023/988 art. 22(9)(c))."),
    fields=FIELDS,
)  # fmt: skip


def look(item: Item) -> list[Finding]:
    """Look at the pictures that were fetched; the job that fetches the others asks again."""
    images, facts = item.revision.images or [], item.facts
    if not images:
        return [NONE]
    numbered = [(place, facts.pictures.get(url)) for place, url in enumerate(images, start=1)]
    ready = [(place, one) for place, one in numbered if one and one.state == PictureState.READY]
    return [_fetched(numbered), *_reused(item, ready)]


def _fetched(numbered: list[tuple[int, Picture | None]]) -> Finding:
    failed = [(place, one) for place, one in numbered if one and one.state == PictureState.FAILED]
    if failed:
        said = text("Addresses that gave no picture: %(count)s.", count=len(failed))
        lines = [_problem(place, one) for place, one in failed]
        return found(Outcome.WARN, said, lines, fields=FIELDS)
    waiting = sum(one is None or one.state == PictureState.PENDING for _, one in numbered)
    if waiting:
        said = text("Pictures being fetched: %(count)s.", count=waiting)
        return found(Outcome.UNAVAILABLE, said, fields=FIELDS)
    return fine(N_("Every address gave a picture: %(count)s."), count=len(numbered))


def _problem(place: int, picture: Picture) -> Text:
    why = Text(**picture.problem) if picture.problem else text("It gave no picture.")
    return text(
        "Picture %(number)s, %(url)s: %(why)s", number=place, url=picture.url, why=why.to_json()
    )


def _reused(item: Item, ready: list[tuple[int, Picture]]) -> Iterator[Finding]:
    """Tell which pictures another seller shows, the same or nearly."""
    rules = item.facts.rules.numbered("image_distance", item.revision.category)
    if not ready or not rules:
        return
    seller_id, label = item.revision.seller_id, N_("Pictures of others")
    uses = [
        (place, reuse)
        for place, picture in ready
        for reuse in item.facts.reuses.get((seller_id, picture.id), ())
    ]
    for rule in rules:
        near = [use for use in uses if use[1].distance <= (rule.number or 0)]
        if near:
            said = text("Another seller shows the same picture.")
            yield found(
                Outcome(rule.outcome), said, [_line(*use) for use in near], fields=FIELDS,
                part=REUSED, label=label, rule=rule.code,
            )  # fmt: skip
            return
    yield Finding(
        Outcome.PASS, text("No other seller shows these pictures."), part=REUSED, label=label
    )


def _line(place: int, reuse: Reuse) -> Text:
    return text(
        "Picture %(number)s: %(seller)s, listing %(reference)s; bits that differ: %(distance)s",
        number=place,
        seller=reuse.seller,
        reference=reuse.external_id,
        distance=reuse.distance,
    )
