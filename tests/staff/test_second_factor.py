import pytest

from backoffice.core.audit import AuditEntry
from backoffice.core.permissions import SYSTEM
from backoffice.staff import second_factor
from tests.factories.staff import TOTP_SECRET, code_of, make_staff


@pytest.fixture
def staff(session):
    return make_staff(session, role="moderator")


class TestAccept:
    def test_the_present_code(self, session, staff):
        assert second_factor.accept(session, staff, code_of())

    @pytest.mark.parametrize("steps", [-1, 1])
    def test_a_clock_half_a_minute_off(self, session, staff, steps):
        assert second_factor.accept(session, staff, code_of(steps=steps))

    @pytest.mark.parametrize("steps", [-3, 3])
    def test_not_more(self, session, staff, steps):
        assert not second_factor.accept(session, staff, code_of(steps=steps))

    def test_a_code_is_taken_once(self, session, staff):
        code = code_of()
        assert second_factor.accept(session, staff, code)
        assert not second_factor.accept(session, staff, code)

    def test_nor_one_before_it(self, session, staff):
        assert second_factor.accept(session, staff, code_of(steps=1))
        assert not second_factor.accept(session, staff, code_of())

    def test_typed_with_spaces(self, session, staff):
        code = code_of()
        assert second_factor.accept(session, staff, f" {code[:3]} {code[3:]} ")

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "٠١٢٣٤٥", "é" * 6, "\0" * 6])
    def test_what_is_no_code(self, session, staff, typed):
        assert not second_factor.accept(session, staff, typed)

    def test_without_a_second_factor_no_code_fits(self, session):
        staff = make_staff(session, role="support", totp_secret=None)
        assert not second_factor.accept(session, staff, code_of())


class TestRecoveryCodes:
    def test_each_works_once(self, session, staff):
        codes = second_factor.new_recovery_codes(session, staff)
        assert len(set(codes)) == second_factor.RECOVERY_CODES
        assert second_factor.accept(session, staff, codes[0].upper().replace("-", " "))
        assert not second_factor.accept(session, staff, codes[0])
        assert second_factor.recovery_codes_left(session, staff) == len(codes) - 1

    def test_new_ones_end_the_old(self, session, staff):
        old = second_factor.new_recovery_codes(session, staff)
        second_factor.new_recovery_codes(session, staff)
        assert not second_factor.accept(session, staff, old[0])

    def test_they_are_one_persons(self, session, staff):
        codes = second_factor.new_recovery_codes(session, make_staff(session, role="lead"))
        assert not second_factor.accept(session, staff, codes[0])


class TestEnrol:
    def test_a_code_proves_the_secret(self, session):
        staff = make_staff(session, role="support", totp_secret=None)
        assert second_factor.enrol(session, staff, TOTP_SECRET, code_of())
        assert TOTP_SECRET.encode() not in staff.totp_secret
        assert not second_factor.accept(session, staff, code_of()), "the first code is spent"
        assert second_factor.accept(session, staff, code_of(steps=1))

    def test_a_wrong_code_keeps_nothing(self, session):
        staff = make_staff(session, role="support", totp_secret=None)
        assert second_factor.enrol(session, staff, TOTP_SECRET, "000000") == []
        assert staff.totp_secret is None


def test_reset_forgets_secret_and_recovery_codes(session, staff):
    codes = second_factor.new_recovery_codes(session, staff)
    second_factor.reset(session, staff, SYSTEM)
    assert staff.totp_secret is None
    assert not second_factor.accept(session, staff, codes[0])
    verbs = session.query(AuditEntry.verb).filter_by(stream=staff.stream, actor="system").all()
    assert verbs == [("staff.second_factor_reset",)]


def test_the_qr_code_is_an_svg_without_script_or_style():
    svg = second_factor.qr_svg(TOTP_SECRET, "ines@marjolaine.example")
    assert svg.startswith("<svg ")
    assert "style=" not in svg
    assert "<script" not in svg


@pytest.mark.parametrize(
    ("roles", "required"),
    [([], False), (["moderator"], False), (["moderator", "lead"], True), (["admin"], True)],
)
def test_who_must_have_one(roles, required):
    assert second_factor.is_required(roles) is required
