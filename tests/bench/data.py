"""Many cases at once: plausible registrations, made by the database itself."""

from sqlalchemy import Engine, text

SELLERS = """
insert into seller (external_id, status, status_reason, status_at, plan, version, created_at,
  legal_name, vat_exempt, siren, siret, line1, postal_code, city, country, first_name, last_name,
  email, phone, contact_email, locale, address_key)
select 'bench-' || n, 'applicant', '', now(), (array['essentiel','pro','premium'])[1 + n % 3], 1,
  now(), 'Maison ' || n, false, lpad((100000000 + n)::text, 9, '0'),
  lpad((10000000000000 + n)::text, 14, '0'), n || ' rue des Lilas', '75011', 'Paris', 'FR',
  'Jeanne', 'Martin ' || n, 'j' || n || '@example.com', '+331' || lpad(n::text, 8, '0'),
  'c' || n || '@example.com', 'fr', n || 'ruedeslilas75011'
from generate_series(1, cast(:last as int)) n
"""

REGISTRATIONS = """
insert into registration (seller_id, attempt, plan, body_sha256, received_at, traceability,
  legal_name, vat_exempt, siren, siret, line1, postal_code, city, country, first_name, last_name,
  email, phone, contact_email, locale, address_key)
select id, 1, plan, '', now(), '{}', legal_name, false, siren, siret, line1, postal_code, city,
  country, first_name, last_name, email, phone, contact_email, locale, address_key
from seller where external_id like 'bench-%' order by id
"""

CASES = """
insert into cases (reference, queue, kind, subject_id, seller_id, title, words, version, state,
  flags, rank, channel, received_at, due_at, warn_at, deadline_id, barred, check_counts)
select 'REG-2026-' || lpad(r.id::text, greatest(6, length(r.id::text)), '0'), 'registrations',
  '', r.id, r.seller_id,
  r.legal_name,
  to_tsvector('simple', lower(r.legal_name) || ' paris ' || (array['ceramique','linge','cycles',
    'jouets','livres','outils','savons','cafe','miel','papier'])[1 + r.id % 10]),
  1, 'open', '{}', 0, 'api', now() - (r.id % 1000) * interval '1 minute',
  now() + (r.id % 100000) * interval '1 second', now() + (r.id % 80000) * interval '1 second',
  (select id from deadline where queue = 'registrations' limit 1), '{}', '{"pass": 11}'
from registration r
"""

KEYS = """
insert into case_key (case_id, kind, value)
select c.id, k.kind, k.value from cases c join registration r on r.id = c.subject_id,
  lateral (values ('reference', lower(c.reference)), ('siren', r.siren), ('siret', r.siret),
    ('email', r.email)) as k(kind, value)
"""


def fill(engine: Engine, number: int) -> None:
    """Add this many open registration cases and bring the planner's figures up to date."""
    with engine.begin() as connection:
        connection.execute(text(SELLERS), {"last": number})
        for statement in (REGISTRATIONS, CASES, KEYS):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
