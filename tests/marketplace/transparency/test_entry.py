"""Entries against the database's rules: its schema, and those that no schema can say."""

import json
from datetime import UTC, date, datetime, timedelta

import jsonschema_rs
import pytest
from pydantic import ValidationError

from backoffice.dev.sandboxes.transparency import errors_of
from backoffice.marketplace.transparency.compose import SOURCES, Facts, compose
from backoffice.marketplace.transparency.entry import EEA, Entry
from backoffice.marketplace.transparency.words import words
from backoffice.queues import REGISTRY
from backoffice.queues.notices.measures import MEASURES
from config.settings import ROOT
from tests.factories.transparency import (
    AT,
    REASONS,
    entry_json,
    make_body,
    make_reason,
    make_statement,
)

DATA = ROOT.parent / "shared" / "data"
SCHEMA = DATA / "dsa_tdb_statement.schema.json"
KEYWORDS = DATA / "dsa_tdb_category_keywords.json"
needs_schema = pytest.mark.skipif(not SCHEMA.exists(), reason=f"{SCHEMA} is missing")
needs_keywords = pytest.mark.skipif(not KEYWORDS.exists(), reason=f"{KEYWORDS} is missing")
ALL = sorted({one.code for queue in REGISTRY for one in queue.actions if one.code} | set(MEASURES))


@pytest.fixture(scope="module")
def schema():
    """What the database accepts."""
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)


def problems(schema, body):
    return [f"{error.instance_path} {error.message}" for error in schema.iter_errors(body)]


def test_every_measure_has_its_words():
    assert sorted(words().measures) == sorted(ALL)


def test_every_reason_has_its_words():
    assert sorted(words().reasons) == sorted(REASONS)


@needs_schema
@pytest.mark.parametrize("measure", ALL)
def test_every_reason_times_this_measure_is_accepted(schema, measure):
    found = {code: problems(schema, make_body(code, measure=measure)) for code in REASONS}
    assert {code: said for code, said in found.items() if said} == {}


@needs_schema
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("recipient_kind", ["seller", "buyer"])
def test_every_source_and_recipient_is_accepted(schema, source, recipient_kind):
    statement = make_statement("remove_review", recipient_kind=recipient_kind, source=source)
    facts = Facts(AT, ends_at=AT + timedelta(days=90))
    body = entry_json(compose("sor-1", statement, facts, [make_reason("listing_terms")], AT))
    assert problems(schema, body) == []


@needs_schema
def test_all_reasons_together_are_accepted(schema):
    body = make_body(*REASONS)
    assert problems(schema, body) == []
    assert body["category"] not in body["category_addition"]


@needs_schema
def test_the_schema_refuses_what_is_wrong(schema):
    assert problems(schema, make_body() | {"category": "STATEMENT_CATEGORY_NONE"})


@needs_schema
def test_the_area_is_the_schema_s(schema):
    content = json.loads(SCHEMA.read_text())
    assert sorted(EEA) == content["properties"]["territorial_scope"]["items"]["enum"]


@needs_keywords
def test_keywords_are_of_their_category():
    guide = json.loads(KEYWORDS.read_text())
    for code, one in words().reasons.items():
        fitting = guide["map"][f"STATEMENT_CATEGORY_{one.category}"] + guide["any_category"]
        assert {f"KEYWORD_{word}" for word in one.keywords} <= set(fitting), code


def test_illegality_goes_before_the_terms():
    body = make_body("listing_terms", "listing_counterfeit")
    assert body["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert body["illegal_content_legal_ground"] == "CPI art. L716-9 et L335-2"
    assert "incompatible_content_ground" not in body
    assert body["category"] == "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    assert body["category_addition"] == ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"]
    assert body["category_specification"] == ["KEYWORD_TRADEMARK_INFRINGEMENT", "KEYWORD_OTHER"]
    assert body["category_specification_other"] == "Termes interdits"


def test_a_breach_of_terms_quotes_the_terms():
    body = make_body("listing_duplicate")
    assert body["incompatible_content_ground"] == "CGV 6.2"
    assert body["incompatible_content_illegal"] == "No"
    assert "illegal_content_legal_ground" not in body


def test_a_reason_added_since_is_another_breach():
    reason = make_reason("listing_terms", code="new_one")
    body = entry_json(compose("sor-1", make_statement(), Facts(AT), [reason], AT))
    assert body["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert body["category_specification_other"] == reason.label_fr


def test_days_are_those_of_paris():
    body = make_body(ends_at=datetime(2026, 7, 1, 22, tzinfo=UTC))
    assert body["application_date"] == body["content_date"] == "2026-06-10"
    assert body["end_date_visibility_restriction"] == "2026-07-02"


def test_a_termination_applies_when_it_takes_effect():
    body = make_body(measure="terminate_seller", starts_at=AT + timedelta(days=30))
    assert body["application_date"] == "2026-07-10"
    assert body["decision_account"] == "DECISION_ACCOUNT_TERMINATED"


def test_a_suspended_seller_cannot_sell_until_a_day():
    body = make_body(measure="suspend_seller", ends_at=AT + timedelta(days=30))
    assert body["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert body["end_date_service_restriction"] == "2026-07-10"


@pytest.mark.parametrize(
    ("gtin", "ean"),
    [
        ("03760000000017", "3760000000017"),
        ("00012345678905", "0012345678905"),  # of 12 digits
        ("00000096385074", "0000096385074"),  # of 8
        ("13760000000014", "3760000000017"),  # a case: the item inside has its own digit
    ],
)
def test_the_number_of_the_product_has_thirteen_digits(gtin, ean):
    assert make_body(gtin=gtin)["content_id"] == {"EAN-13": ean}


def test_without_a_number_none_is_sent():
    assert "content_id" not in make_body()


WRONG = {
    "end_date_visibility_restriction": "2026-06-09",  # the day before it begins
    "end_date_account_restriction": "2038-01-02",
    "application_date": "2019-12-31",
    "content_date": "1999-12-31",
    "content_id": {"EAN-13": "376000000001"},
    "puid": "sor 1",
    "decision_visibility": [],
    "decision_facts": "x" * 5001,
    "illegal_content_explanation": "x" * 2001,
    "incompatible_content_ground": "CGV 1",  # beside illegality
    "notes": "of nobody",
}


@pytest.mark.parametrize("field", WRONG)
def test_what_breaks_a_rule_is_refused(field):
    body = make_body()
    assert errors_of(body) == {}
    with pytest.raises(ValidationError):
        Entry.model_validate(body | {field: WRONG[field]})


def test_a_restriction_of_one_day_is_right():
    body = make_body(ends_at=AT)
    assert Entry.model_validate(body).end_date_visibility_restriction == date(2026, 6, 10)


@needs_schema
def test_only_our_own_rule_compares_the_end_with_the_beginning(schema):
    name = "end_date_visibility_restriction"
    assert problems(schema, make_body() | {name: WRONG[name]}) == []


@needs_schema
def test_long_texts_are_cut_where_the_database_ends(schema):
    reasons = [make_reason("listing_terms", text_fr=f"{n} " + "x" * 1500) for n in range(8)]
    body = entry_json(compose("sor-1", make_statement(), Facts(AT), reasons, AT))
    assert problems(schema, body) == []
    assert body["decision_facts"].endswith("…")
