"""A party's statements of reasons as files: its own alone, and only of what is final."""

from datetime import timedelta

import pytest

from backoffice.core.clock import now
from backoffice.core.decision import Statement
from backoffice.core.link import Scope, give_link
from backoffice.notify.statement import keep_pdf
from tests.factories.appeal import (
    APPROVAL,
    OVERTURN,
    act,
    appeal_against,
    link_of,
    pass_undo,
    path_of,
    refusal,
    refused_by,
)
from tests.factories.mail_parts import STATEMENT
from tests.factories.statement import read_pdf

FORMS = ("pdf", "html")


def addresses(path: str, statement: Statement) -> list[str]:
    """Return where a link gives a statement, in both forms."""
    return [f"{path}/statements/{statement.id}.{form}" for form in FORMS]


def statuses(client, path: str, statement: Statement) -> list[int]:
    """Return what a link answers for both forms of a statement."""
    return [
        client.get(address, buffered=True).status_code for address in addresses(path, statement)
    ]


@pytest.fixture
def statement(refused):
    """The statement of a refusal."""
    (statement,) = refused.statements
    return statement


def test_the_page_leads_to_both_forms(client, contest_path, statement):
    html = client.get(contest_path).text
    for address in addresses(contest_path, statement):
        assert f'href="{address}"' in html


def test_the_pdf_is_saved_under_its_name(client, contest_path, refused, statement):
    answer = client.get(f"{contest_path}/statements/{statement.id}.pdf", buffered=True)
    assert answer.mimetype == "application/pdf"
    kind, named = answer.headers["Content-Disposition"].split("; ", 1)
    assert kind == "attachment"
    assert f"expos%C3%A9-des-motifs-{refused.case.reference}.pdf" in named
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert refused.facts in read_pdf(answer.data)


def test_the_page_stands_alone_and_may_do_nothing(client, contest_path, refused, statement):
    answer = client.get(f"{contest_path}/statements/{statement.id}.html?lang=en")
    assert answer.mimetype == "text/html"
    assert refused.facts in answer.text
    assert '<html lang="fr">' in answer.text  # the language in which it was sent
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_what_was_sent_is_what_is_given(client, session, app, contest_path, statement):
    statement.parts = {**statement.parts, "facts": "Ce qui fut envoyé."}
    with app.app_context():
        sent = keep_pdf(statement)
    statement.parts = {**statement.parts, "facts": "Autre chose."}
    session.flush()
    address = f"{contest_path}/statements/{statement.id}.pdf"
    assert client.get(address, buffered=True).data == sent


def test_looking_keeps_nothing(client, contest_path, statement, everything):
    before = everything()
    assert statuses(client, contest_path, statement) == [200, 200]
    assert everything() == before
    assert statement.document_key is None


def test_another_party_s_statement_is_not_there(client, session, contest_path, moderator):
    (other,) = refused_by(session, moderator).statements
    assert statuses(client, contest_path, other) == [404, 404]


def test_nor_one_of_the_same_decision_that_another_party_was_sent(
    client, session, contest_path, refused
):
    other = Statement(
        recipient_kind="notifier",
        recipient_id=refused.case.seller_id,
        locale="fr",
        parts=STATEMENT,
        sha256="0" * 64,
    )
    refused.statements.append(other)
    session.flush()
    assert statuses(client, contest_path, other) == [404, 404]
    assert f"/statements/{other.id}." not in client.get(contest_path).text


def test_several_of_one_decision_are_all_there(client, session, contest_path, refused, statement):
    second = Statement(
        recipient_kind=statement.recipient_kind,
        recipient_id=statement.recipient_id,
        locale="fr",
        parts={**statement.parts, "about": "Bouilloire rouge"},
        sha256="0" * 64,
    )
    refused.statements.append(second)
    session.flush()
    html = client.get(contest_path).text
    for one in (statement, second):
        assert all(f'href="{address}"' in html for address in addresses(contest_path, one))
        assert statuses(client, contest_path, one) == [200, 200]
    assert "Bouilloire rouge" in html
    named = client.get(f"{contest_path}/statements/{second.id}.pdf", buffered=True)
    assert f"{refused.case.reference}-2.pdf" in named.headers["Content-Disposition"]


def test_nor_before_it_is_final(client, session, case, moderator):
    decision = act(session, case, "reject", moderator, refusal(session))
    path, (statement,) = path_of(link_of(session, decision)), decision.statements
    assert statuses(client, path, statement) == [404, 404]
    pass_undo(session, decision)
    assert statuses(client, path, statement) == [200, 200]


def test_nor_after_it_was_undone(client, session, case, moderator):
    decision = act(session, case, "reject", moderator, refusal(session))
    path, (statement,) = path_of(link_of(session, decision)), decision.statements
    act(session, case, "undo", moderator)
    assert statuses(client, path, statement) == [404, 404]


def test_nor_after_another_decision_replaced_it(
    client, session, contest_path, refused, statement, lead
):
    by = act(session, refused.case, "override", lead, {"action": "approve", **APPROVAL})
    pass_undo(session, by)
    assert statuses(client, contest_path, statement) == [404, 404]


def test_an_appeal_s_answer_is_there_from_both_links(client, session, contest_path, refused, lead):
    appeal = appeal_against(session, refused)
    decision = act(session, appeal, "overturn", lead, OVERTURN)
    (answer,) = decision.statements
    assert statuses(client, contest_path, answer) == [404, 404]
    pass_undo(session, decision)
    party = (answer.recipient_kind, answer.recipient_id)
    own = give_link(
        session, appeal, party=party, scope=Scope.ANSWER, expires_at=now() + timedelta(days=9)
    )
    for path in (contest_path, path_of(own)):
        assert statuses(client, path, answer) == [200, 200]
        assert addresses(path, answer)[0] in client.get(path).text


@pytest.mark.parametrize("number", ["0", "99999999", "99999999999999999999999", "-1", "x"])
@pytest.mark.parametrize("form", [*FORMS, "txt"])
def test_what_is_no_statement_is_not_there(client, contest_path, number, form):
    assert client.get(f"{contest_path}/statements/{number}.{form}").status_code == 404


def test_a_dead_link_gives_nothing(client, session, refused, contest_path, statement):
    link_of(session, refused).expires_at = now() - timedelta(seconds=1)
    session.flush()
    assert statuses(client, contest_path, statement) == [410, 410]
