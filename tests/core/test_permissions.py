"""The policy: each role may what it should, nobody more."""

import pytest

from backoffice.core.permissions import LEADING, MODERATION, QUEUES, ROLES, SUPPORT, Actor


def person(*roles: str) -> Actor:
    return Actor("staff", 1, "Somebody", frozenset(roles))


@pytest.mark.parametrize("noun", sorted(QUEUES))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_the_queue_s_own_people_decide(role, noun):
    works = {"moderator": MODERATION, "support": SUPPORT, "lead": QUEUES}.get(role, frozenset())
    assert person(role).may(f"{noun}:approve") == (noun in works)
    assert person(role).may(f"{noun}:claim") == (noun in works)


@pytest.mark.parametrize("verb", sorted(LEADING))
def test_only_a_lead_confirms_assigns_and_overrides(verb):
    allowed = [role for role in ROLES if person(role).may(f"registration:{verb}")]
    assert allowed == ["lead"]


def test_an_admin_alone_decides_no_case_and_sees_none():
    assert not any(person("admin").may(f"{noun}:read") for noun in QUEUES)


def test_an_auditor_reads_everything_and_changes_nothing():
    assert all(person("auditor").may(f"{noun}:read") for noun in QUEUES)
    pages = ROLES["auditor"].pages
    assert {page.partition(":")[2] for page in pages} <= {"read", "own"}


def test_roles_add_up():
    both = person("moderator", "finance")
    assert both.may("listing:approve")
    assert both.may("billing:export")


def test_nobody_without_a_role_may_anything():
    assert not person().may("desk:read")
    assert not person("no_such_role").may("desk:read")
