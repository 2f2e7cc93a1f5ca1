"""What a shop may send of an order and of its events."""

import json

import pytest
from pydantic import ValidationError

from backoffice.core.typed_text import InvalidFields
from backoffice.marketplace.order_form import OrderEventForm, OrderForm
from tests.factories.order import event_body, order_body


def read(body, model=OrderForm):
    """Read a body as the API does, sums included."""
    form = model.model_validate_json(json.dumps(body))
    form.check()
    return form


def wrong(body) -> dict[str, tuple[str, dict]]:
    with pytest.raises(InvalidFields) as refused:
        read(body)
    return {name: (said.msgid, said.values) for name, said in refused.value.errors.items()}


def places(body, model=OrderForm) -> set[tuple[int | str, ...]]:
    with pytest.raises(ValidationError) as refused:
        read(body, model)
    return {tuple(one["loc"]) for one in refused.value.errors()}


def test_the_example_holds():
    form = read(order_body())
    assert (form.total_minor, len(form.lines)) == (13700, 2)
    assert form.ordered_at.isoformat() == "2026-06-05T16:12:00+00:00"


def test_a_wrong_sum_of_a_line_says_what_it_should_be():
    body = order_body()
    body["lines"][0]["total_minor"] = 11900
    found = wrong(body)
    assert set(found) == {"lines/0/total_minor", "total_minor"}
    msgid, values = found["lines/0/total_minor"]
    assert msgid == "This should be %(minor)s, that is %(amount)s."
    assert values == {"minor": 11800, "amount": {"fr": "118,00\u00a0€", "en": "€118.00"}}
    assert found["total_minor"][1]["minor"] == 13800


def test_a_wrong_total_says_what_it_should_be():
    assert wrong(order_body(total_minor=13699))["total_minor"][1]["minor"] == 13700


def test_two_lines_of_one_number_are_refused():
    body = order_body()
    body["lines"][1]["external_id"] = "1"
    assert set(wrong(body)) == {"lines/1/external_id"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"currency": "USD"}, "currency"),
        ({"lines": []}, "lines"),
        ({"total_minor": 0}, "total_minor"),
        ({"total_minor": 13700.0}, "total_minor"),
        ({"ordered_at": "2026-06-05T18:12:00"}, "ordered_at"),
        ({"ordered_at": "2199-06-05T18:12:00Z"}, "ordered_at"),
        ({"buyer": {"external_id": "c-1", "name": "Claire", "email": "nulle part"}}, "buyer"),
        ({"payment": {"charge": "pi_123"}}, "payment"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_no_order_says_is_refused_where_it_stands(changes, place):
    assert {loc[0] for loc in places(order_body(**changes))} == {place}


def test_more_lines_than_a_parcel_list_holds_are_refused():
    lines = order_body()["lines"][:1] * 201
    assert places(order_body(lines=lines)) == {("lines",)}


def test_shipped_names_carrier_and_tracking():
    body = event_body()
    del body["tracking_number"]
    with pytest.raises(InvalidFields) as refused:
        read(body, OrderEventForm)
    assert set(refused.value.errors) == {"tracking_number"}
    assert read(event_body(), OrderEventForm).data() == {
        "carrier": "Colissimo",
        "tracking_number": "6A12345678901",
    }


@pytest.mark.parametrize("changes", [{"type": "lost"}, {"at": "2026-06-07T10:30:00"}])
def test_an_event_that_cannot_be_is_refused(changes):
    assert places(event_body(**changes), OrderEventForm) == {(next(iter(changes)),)}
