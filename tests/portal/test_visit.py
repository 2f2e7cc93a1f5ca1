"""Links: whom they let in, what an opened page may do, what is said to everybody else."""

from datetime import timedelta

import pytest

from backoffice.core import clock
from backoffice.core.decision import current_decision
from backoffice.core.link import PortalLink, Scope, give_link
from backoffice.core.secrets import token
from tests.factories.appeal import (
    APPROVAL,
    act,
    link_of,
    pass_undo,
    path_of,
    refusal,
    refused_by,
    registration_case,
)

LONG = clock.now() + timedelta(days=900)


def link_to(session, case, party, **more) -> PortalLink:
    more = {"scope": Scope.ANSWER, "expires_at": LONG, **more}
    return give_link(session, case, party=party, **more)


class TestWhoComesIn:
    @pytest.mark.parametrize(
        "word",
        ["x", "1", "-", "1-", "0-AAAA", "1-é", "٣-AAAA", "9" * 30 + "-a", "%01", "1-" + "A" * 43],
    )
    def test_a_malformed_token_is_answered_with_what_to_do(self, client, word):
        answer = client.get(f"/p/{word}?lang=en")
        assert answer.status_code == 404
        assert "Open the e-mail we sent you" in answer.text

    def test_a_nul_byte_is_not_found(self, client):
        assert client.get("/p/%00").status_code == 404

    def test_a_forged_signature_opens_nothing(self, client, contest_path):
        last = "A" if contest_path[-1] != "A" else "B"
        assert client.get(contest_path[:-1] + last).status_code == 404

    def test_another_link_s_signature_opens_nothing(self, client, session, case):
        party = ("seller", case.seller_id)
        one, other = (token("p", link_to(session, case, party).id) for _ in range(2))
        mixed = f"{one.partition('-')[0]}-{other.partition('-')[2]}"
        assert client.get(f"/p/{mixed}").status_code == 404

    def test_a_token_made_for_another_purpose_opens_nothing(self, client, session, case):
        link = link_to(session, case, ("seller", case.seller_id))
        assert client.get(f"/p/{token('invitation', link.id)}").status_code == 404

    def test_a_link_of_somebody_who_is_not_the_party_opens_nothing(self, client, session, case):
        link = link_to(session, case, ("seller", case.seller_id + 1))
        assert client.get(path_of(link)).status_code == 404

    def test_a_revoked_link_says_so(self, client, session, case):
        link = link_to(session, case, ("seller", case.seller_id))
        link.revoked_at = clock.now()
        session.flush()
        answer = client.get(path_of(link), headers={"Accept-Language": "en"})
        assert answer.status_code == 410
        assert case.title not in answer.text

    def test_a_link_past_the_time_to_contest_names_the_other_ways(
        self, client, session, refused, contest_path
    ):
        link_of(session, refused).expires_at = clock.now() - timedelta(seconds=1)
        session.flush()
        for answer in (client.get(f"{contest_path}?lang=en"), client.post(contest_path)):
            assert answer.status_code in (400, 410)
        answer = client.get(f"{contest_path}?lang=en")
        assert "out-of-court dispute settlement body" in answer.text
        assert "competent court" in answer.text


class TestOpening:
    def test_it_changes_nothing(self, client, ask, contest_path, everything):
        path = ask("last_name", "document:kbis")
        before = everything()
        for address in (path, f"{path}?lang=en", contest_path, f"{path}x"):
            client.get(address)
            client.head(address)
            client.options(address)
        assert everything() == before

    def test_nobody_learns_keeps_or_indexes_the_address(self, client, contest_path):
        for path in (contest_path, f"{contest_path}x"):
            headers = client.get(path).headers
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert "noindex" in headers["X-Robots-Tag"]

    def test_it_speaks_the_party_s_language_until_told_otherwise(self, client, session, moderator):
        decision = act(
            session, registration_case(session, locale="en"), "reject", moderator, refusal(session)
        )
        pass_undo(session, decision)
        path = path_of(link_of(session, decision))
        french = {"Accept-Language": "fr"}
        assert '<html lang="en"' in client.get(path, headers=french).text
        assert '<html lang="fr"' in client.get(f"{path}?lang=fr").text
        assert '<html lang="fr"' in client.get(path).text


class TestWhatIsTold:
    def test_a_decision_that_may_be_undone_is_not_told(self, client, session, case, moderator):
        decision = act(session, case, "reject", moderator, refusal(session))
        path = path_of(link_of(session, decision))
        assert decision.facts not in client.get(path).text
        pass_undo(session, decision)
        assert decision.facts in client.get(path).text

    def test_nor_what_an_appeal_decided(self, client, session, refused, contest_path, lead):
        by = act(session, refused.case, "override", lead, {"action": "reject", **refusal(session)})
        assert refused.facts not in client.get(contest_path).text
        pass_undo(session, by, current_decision(session, refused.case))
        assert refused.facts in client.get(contest_path).text

    def test_a_question_that_may_be_taken_back_is_not_told(self, client, session, case, moderator):
        until = (clock.now() + timedelta(days=7)).date()
        data = {"question": "Quel est le vrai nom ?", "until": until}
        decision = act(session, case, "request_info", moderator, data)
        path = path_of(link_of(session, decision))
        assert "Quel est le vrai nom" not in client.get(path).text
        pass_undo(session, decision)
        assert "Quel est le vrai nom" in client.get(path).text

    def test_notes_and_names_of_the_staff_stay_inside(self, client, session, case, ask, moderator):
        path = ask()
        act(session, case, "note", moderator, {"body": "Sent le faux."})
        shown = client.get(path).text
        assert "Sent le faux" not in shown
        assert moderator.name not in shown

    def test_a_remark_of_an_approval_stays_inside(self, client, session, case, moderator):
        data = {**APPROVAL, "facts": "Voisin du maire."}
        decision = act(session, case, "approve", moderator, data)
        pass_undo(session, decision)
        shown = client.get(path_of(link_of(session, decision)) + "?lang=en").text
        assert "Your registration is approved" in shown
        assert "Voisin du maire" not in shown

    def test_the_statement_says_facts_rule_and_until_when(self, client, refused, contest_path):
        shown = client.get(f"{contest_path}?lang=en").text
        reason = refused.reasons[0]
        for words in (
            refused.facts,
            reason.text_fr,
            reason.rule,
            "without automatic",
            "Contest below",
        ):
            assert words in shown

    def test_what_was_typed_is_text_not_markup(self, client, ask):
        assert "<b>x</b>" not in client.get(ask(question="<b>x</b>")).text


class TestDocuments:
    def test_its_own_originals_download_and_never_open(self, client, case, ask):
        path = ask()
        shown = client.get(path).text
        number = shown.partition(f"{path}/documents/")[2].partition('"')[0]
        with client.get(f"{path}/documents/{number}") as answer:
            assert answer.data.startswith(b"%PDF")
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_another_party_s_document_is_not_there(self, client, session, case, ask, moderator):
        path = ask()
        number = client.get(path).text.partition(f"{path}/documents/")[2].partition('"')[0]
        other = path_of(link_of(session, refused_by(session, moderator)))
        assert client.get(f"{other}/documents/{number}").status_code == 404
        assert client.get(f"{path}/documents/99999999").status_code == 404
