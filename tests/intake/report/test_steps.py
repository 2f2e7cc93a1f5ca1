"""The steps of a report: what each asks, that nothing typed is lost, what is found."""

import pytest

from tests.factories.listing import gtin
from tests.factories.notice import make_online
from tests.intake.report.conftest import PATH, carried, step_of


def test_every_step_leads_to_the_next(go, report):
    shown = [step_of(go(step, report)) for step in ("kind", "about", "why", "right", "you")]
    assert shown == ["about", "why", "right", "you", "check"]


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        ("dangerous", ["about", "why", "you", "check"]),
        ("child_abuse", ["about", "why", "check"]),
        ("copyright", ["about", "why", "right", "you", "check"]),
    ],
)
def test_a_kind_is_asked_what_it_needs(go, report, kind, steps):
    step, shown = "kind", []
    report = report | {"kind": kind}
    while step != "check":
        step = step_of(go(step, report))
        shown.append(step)
    assert shown == steps


def test_each_step_carries_what_the_others_were_told(go, report):
    answer = go("you", report | {"again": "lien"}, go="kind")
    assert step_of(answer) == "kind"
    kept = carried(answer)
    assert kept.getlist("infringes") == ["product", "text"]
    assert (kept["email"], kept["good_faith"], kept["again"]) == (report["email"], "y", "lien")
    assert "kind" not in kept
    assert 'value="trademark" checked' in answer.text


def test_another_kind_and_back_loses_nothing(go, report):
    there = go("kind", report | {"kind": "dangerous"})
    assert carried(there)["number"] == "4123456"


def test_a_nul_that_nobody_types_is_dropped(go, report):
    answer = go("why", report | {"explanation": "Notre\0 marque", "name": "Claire\0"})
    assert step_of(answer) == "right"
    assert (carried(answer)["explanation"], carried(answer)["name"]) == ("Notre marque", "Claire")


class TestFound:
    def test_the_next_step_shows_what_was_found(self, go, report, listing):
        report["targets"] += "\n\nhttps://shop.example/nulle-part"
        answer = go("about", report)
        assert step_of(answer) == "why"
        assert "Bouilloire en acier" in answer.text
        assert listing.seller.display_name in answer.text
        assert "Line 3: Nothing here has this name or address." in answer.text
        assert "https://shop.example/nulle-part" in answer.text

    def test_where_nothing_is_found_the_list_is_asked_again(self, go, report):
        answer = go("about", report | {"targets": "nulle-part\nailleurs"})
        assert (answer.status_code, step_of(answer)) == (422, "about")
        assert "Line 2: Nothing here has this name or address." in answer.text
        assert ">\r\nnulle-part\nailleurs</textarea>" in answer.text

    def test_a_gtin_of_too_many_shops_is_said(self, session, go, report, listing, monkeypatch):
        number = gtin(9002)
        monkeypatch.setattr("backoffice.queues.notices.targets.SAME_GTIN_MAX", 1)
        make_online(session, listing.seller, gtin=number)
        make_online(session, gtin=number)
        answer = go("about", report | {"targets": number})
        assert "more shops sell this GTIN than the 1 we take" in answer.text


class TestRefused:
    @pytest.mark.parametrize(
        ("step", "changes", "said"),
        [
            ("kind", {"kind": ""}, "Choose what is wrong."),
            ("kind", {"kind": "autre"}, "Use one of these"),
            ("about", {"targets": "  \n "}, "Give an address, a reference or a GTIN."),
            ("about", {"targets": "bol\n" * 500}, "Send at most 50 of these."),
            ("about", {"targets": "bol\n" + "x" * 600}, "Line 2: Use at most 500 characters."),
            ("about", {"targets": "bol\u202e12"}, "Line 1: Remove the invisible"),
            ("why", {"explanation": " "}, "Say in your own words what is wrong."),
            ("why", {"explanation": "é" * 10_001}, "Use at most 10000 characters."),
            ("why", {"explanation": "Une marque\u202eeuqram"}, "Remove the invisible"),
            ("right", {"number": "018123456"}, "has the shape of EUIPO"),
            ("right", {"number": ""}, "Give the number of the right."),
            ("right", {"register": "Mairie"}, "Choose the register"),
            ("right", {"classes": "21, 46"}, "Write at most 45."),
            ("right", {"classes": "vaisselle"}, "Write a whole number."),
            ("right", {"expires_on": "demain"}, "Write the date as 1980-12-31."),
            ("right", {"holder_name": "!!"}, "Write a name with letters or digits."),
            ("right", {"holder_country": "<b>"}, "This does not have the expected form"),
            ("right", {"role": ""}, "Say whether the right is yours."),
            ("right", {"infringes": []}, "Choose at least one."),
            ("right", {"kind": "copyright", "sign": "x" * 300}, "Use at most 200 characters."),
            ("right", {"kind": "counterfeit", "right_kind": "copyright"}, "has no number"),
            ("you", {"email": "claire@"}, "This is not an e-mail address"),
            ("you", {"email": ""}, "Give your e-mail address."),
            ("you", {"name": "\u200f"}, "Remove the invisible"),
        ],
    )
    def test_is_said_beside_the_field_and_kept(self, go, report, step, changes, said):
        answer = go(step, report | changes)
        assert (answer.status_code, step_of(answer)) == (422, step)
        assert said in answer.text
        assert "<title>Error: " in answer.text
        assert report["email"] in answer.text or "email" in changes

    def test_an_international_mark_that_does_not_hold_here(self, go, report):
        changes = {"register": "WIPO", "number": "532401A", "territories": ["US"]}
        answer = go("right", report | changes)
        assert "holds here only where it designates France" in answer.text

    def test_without_the_token_everything_typed_is_kept(self, client, report):
        data = report | {"step": "why", "go": "next"}
        answer = client.post(f"{PATH}?lang=en", data=data)
        assert (answer.status_code, step_of(answer)) == (400, "why")
        assert "This page was open too long." in answer.text
        assert report["explanation"] in answer.text
        assert carried(answer)["email"] == report["email"]

    def test_a_step_that_is_none_is_the_first(self, go, report):
        assert step_of(go("nowhere", report, go="elsewhere")) == "kind"


SCRIPT = "<script>alert(1)</script>\"'"


def test_a_script_in_every_field_is_shown_as_typed(go, report):
    words = {name: SCRIPT for name, value in report.items() if isinstance(value, str)}
    for step in ("kind", "about", "why", "right", "you", "check"):
        answer = go(step, report | {"role": "agent"} | words | {"kind": report["kind"]})
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;" in answer.text


def test_it_is_told_to_nobody_and_to_no_cache(client):
    answer = client.get(PATH)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_it_speaks_both_languages(client):
    assert '<html lang="en"' in client.get(f"{PATH}?lang=en").text
    assert '<html lang="fr"' in client.get(f"{PATH}?lang=fr").text
