"""django-hordak as its manual posts, its own triggers on; run by an environment of its own."""

import sys
from datetime import date
from urllib.parse import urlsplit

import django
from django.conf import settings

from tests.bench.ledgers import pace


def configure(url):
    """Set Django up for one database."""
    parts = urlsplit(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path[1:],
                "USER": parts.username or "",
                "PASSWORD": parts.password or "",
                "HOST": parts.hostname or "",
                "PORT": parts.port or "",
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DEFAULT_CURRENCY="EUR",
        HORDAK_INTERNAL_CURRENCY="EUR",
        USE_TZ=True,
    )
    django.setup()


def main(url, wanted):
    """Make the tables and the accounts, or post."""
    configure(url)
    # Django wants to be set up before any of these.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415
    from hordak.models import Account, AccountType, Leg, Transaction  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    if wanted == "prepare":
        call_command("migrate", verbosity=0)
        for number, (code, amount) in enumerate(pace.LINES):
            kind = AccountType.asset if amount > 0 else AccountType.income
            Account.objects.create(name=code, code=str(number), type=kind, currencies=["EUR"])
        return
    known = {account.name: account for account in Account.objects.all()}

    def post_one(number):
        with transaction.atomic():
            entry = Transaction.objects.create(date=date(2026, 11, 2), description=str(number))
            for code, minor in pace.LINES:
                side = "debit" if minor > 0 else "credit"
                amount = {side: Money(abs(minor) / 100, "EUR")}
                Leg.objects.create(transaction=entry, account=known[code], **amount)

    pace.run(post_one)


if __name__ == "__main__":
    main(*sys.argv[1:])
