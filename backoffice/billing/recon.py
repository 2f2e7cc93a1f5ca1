"""Matching what moved at Stripe with the entries of the books: set by set, in the database.

A move and an entry belong together when both are of one object of Stripe's and move the same
amount of account 517; several of one object (a refund and its failure) are taken in their order.
What is left of an object on both sides, moving the same way, differs.
"""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backoffice.billing.recon_model import ReconBalance, ReconMatch
from backoffice.core.clock import now

ADJUSTING = "recon_adjustment"
"""What an adjusting entry rests on: it is part of the row that it adjusts."""

WAITING = "select from recon_adjustment a where a.match_id = m.id and a.state = 'asked'"
# Looked at anew: the entry that it should have been may have come meanwhile.
PART = f"""
update recon_match m
set state = 'missing_in_ledger', entry_id = null, ledger_minor = 0,
  difference_minor = -stripe_minor
where state = 'differs' and not exists ({WAITING})
"""  # noqa: S608 (constants)
NEW_MOVES = """
insert into recon_match (txn_id, source_id, state, currency, stripe_minor, ledger_minor,
  difference_minor, moved_at, at, reason)
select id, source_id, 'missing_in_ledger', currency, net_minor, 0, -net_minor, created_at, :at, ''
from stripe_balance_txn t
where account is null and not exists (select from recon_match m where m.txn_id = t.id)
"""
NEW_ENTRIES = """
insert into recon_match (entry_id, source_id, state, currency, stripe_minor, ledger_minor,
  difference_minor, moved_at, at, reason)
select e.id, e.source_id, 'missing_at_stripe', moved.currency, 0, moved.amount_minor,
  moved.amount_minor, e.occurred_on::timestamp at time zone 'Europe/Paris', e.posted_at, ''
from (
  select l.entry_id, l.currency, sum(l.amount_minor) as amount_minor
  from ledger_line l
  where l.account_id in (select id from ledger_account where code = '517')
    and not exists (select from recon_match m where m.entry_id = l.entry_id)
  group by l.entry_id, l.currency
) moved
join journal_entry e on e.id = moved.entry_id
where e.source_type <> :adjusting
"""
# Both rows of a pair become the one of the move; what was asked of the other goes with it.
PAIR = """
with side as materialized (
  select id, txn_id, entry_id, source_id, currency, ledger_minor, {alike} as alike,
    row_number() over (
      partition by state, source_id, currency, {alike} order by moved_at, at, id
    ) as place
  from recon_match m
  where state in ('missing_in_ledger', 'missing_at_stripe') and source_id <> ''
    and not exists ({waiting})
), pair as materialized (
  select move.id, entry.id as other_id, entry.entry_id, entry.ledger_minor
  from side move join side entry using (source_id, currency, alike, place)
  where move.txn_id is not null and entry.entry_id is not null
), kept as (
  update recon_adjustment a set match_id = pair.id from pair where a.match_id = pair.other_id
), gone as (
  delete from recon_match m using pair where m.id = pair.other_id
)
update recon_match m
set entry_id = pair.entry_id, ledger_minor = pair.ledger_minor, at = :at,
  difference_minor = pair.ledger_minor - m.stripe_minor,
  state = case when pair.ledger_minor = m.stripe_minor then 'matched' else 'differs' end
from pair where m.id = pair.id
"""
SAME_AMOUNT, SAME_WAY = "stripe_minor + ledger_minor", "sign(stripe_minor + ledger_minor)"


def match(session: Session) -> None:
    """Bring every row up to what is known of both sides; one process at a time."""
    session.flush()
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("recon_match", 0))))
    at = now()
    session.execute(sql(PART))
    session.execute(sql(NEW_MOVES), {"at": at})
    session.execute(sql(NEW_ENTRIES), {"adjusting": ADJUSTING})
    for alike in (SAME_AMOUNT, SAME_WAY):
        session.execute(sql(PAIR.format(alike=alike, waiting=WAITING)), {"at": at})
    session.expire_all()


def note_balances(session: Session, held: Mapping[str, int]) -> None:
    """Write down what Stripe says we have (cents, by currency) beside what the books say."""
    at = now()
    sums = select(
        ReconMatch.currency, func.sum(ReconMatch.ledger_minor), func.sum(ReconMatch.stripe_minor)
    ).group_by(ReconMatch.currency)
    found = {currency: (int(ledger), int(txns)) for currency, ledger, txns in session.execute(sums)}
    for currency in sorted(held.keys() | found.keys()):
        ledger_minor, txns_minor = found.get(currency, (0, 0))
        values = {
            "stripe_minor": held.get(currency, 0), "stripe_seen_at": at,
            "txns_minor": txns_minor, "ledger_minor": ledger_minor, "ledger_seen_at": at,
        }  # fmt: skip
        row = insert(ReconBalance).values(currency=currency, **values)
        session.execute(row.on_conflict_do_update(index_elements=["currency"], set_=values))
    session.expire_all()
