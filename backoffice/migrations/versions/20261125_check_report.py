"""The results of a case's checks in one row, instead of a row for each of a dozen checks."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REPORTS = """
insert into check_report (case_id, results)
select case_id, json_agg(
    jsonb_build_object(
        'name', name, 'label', label, 'outcome', outcome, 'headline', headline,
        'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    )
    || case when part = '' then '{}' else jsonb_build_object('part', part) end
    || case when source = '' then '{}' else jsonb_build_object('source', source) end
    || case when proof = '[]' then '{}' else jsonb_build_object('proof', proof) end
    || case when facts = '{}' then '{}' else jsonb_build_object('facts', facts) end
    || case when retry_at is null then '{}' else jsonb_build_object(
        'retry_at', to_char(retry_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    ) end
    order by id
)
from check_result group by case_id
"""
EVIDENCE = """
insert into check_evidence (case_id, name, part, body)
select case_id, name, part, evidence from check_result where evidence is not null
"""


def upgrade() -> None:
    op.create_table(
        "check_report",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_check_report_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_check_report")),
    )
    op.create_table(
        "check_evidence",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_check_evidence_case_id")),
        sa.PrimaryKeyConstraint("case_id", "name", "part", name=op.f("pk_check_evidence")),
    )
    op.execute(REPORTS)
    op.execute(EVIDENCE)
    op.drop_table("check_result")


def downgrade() -> None:
    raise RuntimeError("tables that hold decisions are not dropped")
