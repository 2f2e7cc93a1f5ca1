"""Cases: telling where one is."""

import re

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from backoffice.core.case import Case
from backoffice.extensions import db
from backoffice.intake.answers import CaseState
from backoffice.intake.blueprint import blueprint
from backoffice.intake.door import door
from backoffice.intake.keys import Scope
from backoffice.intake.openapi import Answers, api
from backoffice.intake.told import tell_case

REFERENCE = re.compile(r"[A-Z]{3}-[0-9]{4}-[0-9]{6,}")


@blueprint.get("/cases/<reference>")
@door(Scope.CASES_READ)
@api.validate(resp=Answers(404, HTTP_200=CaseState), operation_id="get_case", tags=["cases"])
def get_case(reference: str) -> CaseState:
    """Tell where a case is, when it is due, and what it waits for.

    Needs the scope `cases:read`.
    """
    query = select(Case).where(Case.reference == reference)
    case = db.session.scalars(query).first() if REFERENCE.fullmatch(reference) else None
    if case is None:
        raise NotFound("There is no such case.")
    return tell_case(db.session(), case)
