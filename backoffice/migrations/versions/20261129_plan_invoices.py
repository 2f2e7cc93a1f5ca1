"""Months of plans that sellers are asked to pay, and who is which customer of Stripe's."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("plan", sa.Column("stripe_price", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_plan_stripe_price"), "plan", ["stripe_price"])
    op.add_column("subscription", sa.Column("stripe_id", sa.Text(), nullable=True))
    op.create_index(op.f("ix_subscription_stripe_id"), "subscription", ["stripe_id"], unique=False)
    op.create_table(
        "billing_customer",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column("told_version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_billing_customer_seller_id")
        ),
        sa.PrimaryKeyConstraint("seller_id", name=op.f("pk_billing_customer")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_billing_customer_stripe_id")),
    )
    op.create_table(
        "plan_invoice",
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("gross_minor", "net_minor", "vat_minor")
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        *(
            sa.Column(name, TIME, nullable=False)
            for name in ("period_start", "period_end", "finalized_at", "due_at")
        ),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("hosted_url", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("failures", "reminders")),
        *(
            sa.Column(name, TIME, nullable=True)
            for name in (
                "giving_up_at",
                "reminded_at",
                "announced_at",
                "suspends_at",
                "suspended_at",
                "restored_at",
            )
        ),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'paid', 'void', 'uncollectible')",
            name=op.f("ck_plan_invoice_state"),
        ),
        sa.CheckConstraint("net_minor + vat_minor = gross_minor", name=op.f("ck_plan_invoice_vat")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_invoice_plan_id")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_plan_invoice_seller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_invoice")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_plan_invoice_stripe_id")),
    )
    op.create_index("ix_plan_invoice_seller", "plan_invoice", ["seller_id", "period_start"])
    op.create_index("ix_plan_invoice_period", "plan_invoice", ["period_start", "period_end"])
    op.create_index(
        "ix_plan_invoice_due",
        "plan_invoice",
        ["due_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_plan_invoice_suspended",
        "plan_invoice",
        ["suspended_at"],
        postgresql_where=sa.text("suspended_at is not null and restored_at is null"),
    )


def downgrade() -> None:
    raise RuntimeError("what was billed is not forgotten")
