"""The declared representative beside the officers that the company register shows."""

from backoffice.core.text import text
from backoffice.marketplace.company_register import Company, Officer
from backoffice.marketplace.likeness import Likeness, Verdict, alike, best, tokens


def find_representative(
    first_name: str, last_name: str, company: Company, born: str | None = None
) -> Likeness:
    """Look for a person among a company's officers; `born` is YYYY-MM, compared where known.

    A sole trader has no officers: the person is the company itself.
    """
    people = [officer for officer in company.officers if officer.last_name]
    if company.is_sole_trader and company.full_name:
        # The trade name follows in brackets.
        people.append(Officer.model_validate({"nom": company.full_name.partition("(")[0]}))
    if not people:
        return Likeness(Verdict.UNKNOWN, text("The register does not show who runs the company."))
    found = best(_compare(first_name, last_name, born, officer) for officer in people)
    if found.verdict != Verdict.DIFFERENT:
        return found
    labels = "; ".join(officer.label for officer in people[:10])
    said = text("Not among the officers that the register shows: %(officers)s.", officers=labels)
    return Likeness(Verdict.DIFFERENT, said, labels)


def _compare(first_name: str, last_name: str, born: str | None, officer: Officer) -> Likeness:
    verdict = _names(tokens(first_name), tokens(last_name), officer)
    said = text("The register shows this person: %(officer)s.", officer=officer.label)
    if verdict == Verdict.CLOSE:
        said = text("The register shows a name close to it: %(officer)s.", officer=officer.label)
    elif verdict == Verdict.SAME and born and officer.born and born != officer.born:
        verdict = Verdict.CLOSE
        said = text(
            "The same name, another birth date: %(officer)s, born in %(registered)s.",
            officer=officer.label,
            registered=officer.born,
        )
    return Likeness(verdict, said, officer.label)


def _names(first: list[str], last: list[str], officer: Officer) -> Verdict:
    """Compare names whatever their order, accents, hyphens, and how many first names are given."""
    their_last, their_first = tokens(officer.last_name or ""), tokens(officer.first_names or "")
    if not their_first:
        return _whole(first + last, their_last)
    found = {
        _ordered(first, last, their_first, their_last),
        _ordered(last, first, their_first, their_last),
    }
    return next(verdict for verdict in Verdict if verdict in found)


def _whole(ours: list[str], theirs: list[str]) -> Verdict:
    """Compare names where the register does not say which is the first."""
    if sorted(ours) == sorted(theirs):
        return Verdict.SAME
    return Verdict.CLOSE if alike(ours, theirs) or set(ours) <= set(theirs) else Verdict.DIFFERENT


def _ordered(
    first: list[str], last: list[str], their_first: list[str], their_last: list[str]
) -> Verdict:
    """Compare first with first and last with last; one half of a married name is close."""
    shares_first = bool(set(first) & set(their_first)) or "".join(first) == "".join(their_first)
    if shares_first and "".join(last) == "".join(their_last):
        return Verdict.SAME
    shares_last = bool({word for word in last if len(word) > 2} & set(their_last))
    if (shares_first or alike(first, their_first)) and (shares_last or alike(last, their_last)):
        return Verdict.CLOSE
    return Verdict.DIFFERENT
