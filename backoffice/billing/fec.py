"""The FEC: the entries of a year as the tax authorities read them (LPF art. A47 A-1).

Only sealed entries are in it, by the order of their seals. It begins with the balances of classes 1
to 5; what classes 6 and 7 left of each earlier year is its result (account 120, or 129 for a loss),
until an entry allocates it (110, 119).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVarTuple
from unicodedata import normalize

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from backoffice.billing.fec_words import JOURNALS, label_of
from backoffice.billing.ledger_model import JournalEntry, JournalSeal, LedgerAccount, LedgerLine
from backoffice.core.clock import now, paris_day
from backoffice.core.refusal import NotPossible
from backoffice.core.text import text
from backoffice.marketplace.erasing.keeping import kept_legal_names
from backoffice.marketplace.seller import Seller
from config.settings import INVENTED_SIREN, get_settings

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
ENCODING = "iso-8859-15"
SEPARATOR, LINE_END = "\t", "\r\n"
Columns = TypeVarTuple("Columns")
OPENING = "AN"
PROFIT, LOSS = "120", "129"
BALANCE_SHEET = "12345"  # the classes whose balances are carried over
AT_ONCE = 5_000
CHART = aliased(LedgerAccount)  # the account itself: what a seller's own is called is a copy
FIRST_YEAR = 2000
REPLACED = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u202f": " ",
    "\u00a0": " ", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
})  # fmt: skip


class Row(NamedTuple):
    """One line of an entry; the amount in cents, a credit is negative."""

    journal: str
    number: str
    on: date
    account: tuple[str, str]  # its number and its name
    aux: tuple[str, str]
    piece_ref: str
    piece_on: date
    label: str
    amount_minor: int
    valid_on: date


def name_of(year: int) -> str:
    """Return the name of the file; raises NotPossible where our own SIREN is not given yet."""
    settings = get_settings()
    if settings.environment == "production" and settings.company_siren == INVENTED_SIREN:
        raise NotPossible(text("Set COMPANY_SIREN first: the name of the file begins with it."))
    return f"{settings.company_siren}FEC{year}1231.txt"


def fec(session: Session, year: int) -> Iterator[bytes]:
    """Yield the file of a year, piece by piece.

    Raises NotPossible before the first piece: for a year yet to come, and for entries in another
    currency than the euro, for which the books hold no rate.
    """
    if not FIRST_YEAR <= year <= paris_day(now()).year:
        raise NotPossible(text("Give a year that has begun, such as 2026."))
    first, last = date(year, 1, 1), date(year, 12, 31)
    foreign = select(LedgerLine.currency).where(LedgerLine.currency != "EUR").limit(1)
    if (currency := session.scalar(foreign)) is not None:
        raise NotPossible(text("The books hold entries in %(currency)s.", currency=currency))
    return _written(_opening(session, first), _lines(session, first, last))


def unsealed(session: Session, year: int) -> int:
    """Return how many entries of a year have no number yet: they are not in the file."""
    query = (
        select(func.count())
        .select_from(JournalEntry)
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(
            JournalEntry.booked_on.between(date(year, 1, 1), date(year, 12, 31)),
            JournalSeal.id.is_(None),
        )
    )
    return session.scalar(query) or 0


def _written(opening: Iterable[Row], rows: Iterable[Row]) -> Iterator[bytes]:
    yield SEPARATOR.join(COLUMNS).encode(ENCODING)
    for part in (opening, rows):
        for row in part:
            yield LINE_END.encode() + SEPARATOR.join(_cells(row)).encode(ENCODING)


def _cells(row: Row) -> tuple[str, ...]:
    debit, credit = max(row.amount_minor, 0), max(-row.amount_minor, 0)
    return (
        row.journal, _plain(JOURNALS.get(row.journal, row.journal)), row.number, _day(row.on),
        row.account[0], _plain(row.account[1]), _plain(row.aux[0]), _plain(row.aux[1]),
        _plain(row.piece_ref), _day(row.piece_on), _plain(row.label), _amount(debit),
        _amount(credit), "", "", _day(row.valid_on), "", "",
    )  # fmt: skip


def _lines(session: Session, first: date, last: date) -> Iterator[Row]:
    """Yield the lines of a year's entries; few are in memory at once.

    Numbers are those of the year: around its end entries of two years are sealed in turns.
    """
    columns = (
        JournalEntry.journal, JournalSeal.seq, JournalEntry.booked_on, CHART.code,
        CHART.name_fr, Seller.id, Seller.external_id, Seller.legal_name,
        JournalEntry.piece_ref, JournalEntry.source_id, JournalEntry.occurred_on,
        JournalEntry.kind, LedgerLine.amount_minor, JournalSeal.sealed_at,
    )  # fmt: skip
    query = (
        _sealed(select(*columns))
        .join(CHART, _is_chart())
        .outerjoin(Seller, Seller.id == LedgerAccount.seller_id)
        .where(JournalEntry.booked_on.between(first, last))
        .order_by(JournalSeal.id, LedgerLine.id)
        .execution_options(yield_per=AT_ONCE)
    )
    numbers, entry, kept = Counter[str](), None, kept_legal_names(session)
    for one in session.execute(query):
        if (one.journal, one.seq) != entry:
            entry = one.journal, one.seq
            numbers[one.journal] += 1
        yield Row(
            one.journal, str(numbers[one.journal]), one.booked_on, (one.code, one.name_fr),
            _aux(one, kept), one.piece_ref or one.source_id,
            one.occurred_on, label_of(one.kind), one.amount_minor,
            max(paris_day(one.sealed_at), one.booked_on),
        )  # fmt: skip


def _opening(session: Session, first: date) -> list[Row]:
    """Return the balances at the end of the year before, results of all earlier years included."""
    kept, results = kept_legal_names(session), _results(session, first)
    totals: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for one in session.execute(_balances(first)):
        if one.code[0] in BALANCE_SHEET:
            totals[(one.code, one.name_fr), _aux(one, kept)] += int(one.total)
    named = select(LedgerAccount.code, LedgerAccount.name_fr).where(
        LedgerAccount.code.in_(results), LedgerAccount.currency == "EUR",
        LedgerAccount.seller_id.is_(None),
    )  # fmt: skip
    for code, name in session.execute(named):
        totals[(code, name), ("", "")] += results[code]
    carried = sorted(totals.items(), key=lambda one: (one[0][0][0], one[0][1]))
    return [_carried(first, account, aux, total) for (account, aux), total in carried if total]


def _results(session: Session, first: date) -> Counter[str]:
    """Return what the years before a day left, on the account of profits or of losses; cents.

    A profit of one year and a loss of another are not set off: each is allocated by itself.
    """
    year = func.extract("year", JournalEntry.booked_on)
    total = func.sum(LedgerLine.amount_minor)
    query = (
        _sealed(select(year, total))
        .where(JournalEntry.booked_on < first, func.left(LedgerAccount.code, 1) > BALANCE_SHEET[-1])
        .group_by(year)
    )
    left: Counter[str] = Counter()
    for _, amount in session.execute(query):
        left[LOSS if amount > 0 else PROFIT] += int(amount)
    return left


def _balances(first: date) -> Select[str, str, int, str, str, int]:
    """Select what each account holds of sealed entries before a day."""
    total = func.sum(LedgerLine.amount_minor)
    columns = (
        CHART.code, CHART.name_fr, Seller.id, Seller.external_id, Seller.legal_name,
        total.label("total"),
    )  # fmt: skip
    return (
        _sealed(select(*columns))
        .join(CHART, _is_chart())
        .outerjoin(Seller, Seller.id == LedgerAccount.seller_id)
        .where(JournalEntry.booked_on < first)
        .group_by(CHART.code, CHART.name_fr, Seller.id, Seller.external_id, Seller.legal_name)
        .having(total != 0)
        .order_by(CHART.code, Seller.external_id)
    )  # fmt: skip


def _sealed(query: Select[*Columns]) -> Select[*Columns]:
    """Let a query read the lines of the main book whose entries are sealed."""
    return (
        query.select_from(LedgerLine)
        .join(JournalEntry, JournalEntry.id == LedgerLine.entry_id)
        .join(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .where(LedgerAccount.book == "main")
    )


def _is_chart() -> ColumnElement[bool]:
    same = and_(CHART.code == LedgerAccount.code, CHART.currency == LedgerAccount.currency)
    return and_(same, CHART.seller_id.is_(None))


def _aux(one: Any, kept: Mapping[int, str]) -> tuple[str, str]:
    """Return a seller's number and legal name; of an erased one the name kept for the accounts."""
    return one.external_id or "", kept.get(one.id) or one.legal_name or ""


def _carried(first: date, account: tuple[str, str], aux: tuple[str, str], amount: int) -> Row:
    return Row(
        OPENING, "1", first, account, aux, f"{OPENING}-{first.year}", first,
        label_of("opening"), amount, first,
    )  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02d}"


def _plain(words: str) -> str:
    """Return words without what separates, in characters that the encoding has."""
    written = " ".join(words.translate(REPLACED).split())
    return "".join(map(_in_encoding, written))


def _in_encoding(character: str) -> str:
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        base = normalize("NFKD", character).encode("ascii", "ignore").decode()
        return base or "?"
    return character
