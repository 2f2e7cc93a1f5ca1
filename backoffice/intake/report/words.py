"""What the public page calls things, in words for people who report once in their life."""

from backoffice.core.text import N_
from backoffice.marketplace.right_number import Register
from backoffice.queues.notices.model import NoticeKind

KINDS = {
    NoticeKind.TRADEMARK: (N_("A trademark"), N_("name, logo, distinctive sign")),
    NoticeKind.COPYRIGHT: (N_("Copyright or an image"), N_("photo, text, drawing, portrait")),
    NoticeKind.DESIGN: (N_("A design"), N_("the look of a product")),
    NoticeKind.PATENT: (N_("A patent"), N_("a technical invention")),
    NoticeKind.COUNTERFEIT: (N_("A counterfeit"), N_("a copy of a genuine product")),
    NoticeKind.DANGEROUS: (N_("A dangerous product"), N_("examined first")),
    NoticeKind.ILLEGAL: (N_("A forbidden product or content"), ""),
    NoticeKind.CHILD_ABUSE: (
        N_("Sexual abuse of children"),
        N_("examined first, and you need not say who you are"),
    ),
    NoticeKind.BEHAVIOUR: (N_("A seller’s conduct"), N_("insults, threats, pressure")),
    NoticeKind.EXTRA_CHARGE: (N_("An extra charge"), N_("asked besides the price")),
    NoticeKind.REVIEW: (N_("A review"), ""),
    NoticeKind.MESSAGE: (N_("A message"), ""),
}
REGISTERS = {
    Register.INPI: N_("INPI, France"),
    Register.EUIPO: N_("EUIPO, European Union"),
    Register.WIPO: N_("WIPO, international"),
    Register.EPO: N_("EPO, European patents"),
    Register.EAMBROSIA: N_("eAmbrosia, geographical indications"),
}
TERRITORIES = {"FR": N_("France"), "EM": N_("European Union")}
