"""Every setting of the program, read once from the environment and frozen."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

ROOT = Path(__file__).resolve().parent.parent
LIVE_KEYS = ("sk_live", "rk_live")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSWORD_MEMORY_KIB_MIN = 19_456  # OWASP, Password Storage Cheat Sheet
INVENTED_SIREN = "999999998"  # of the default company, which does not exist


class Settings(BaseModel):
    """What may differ between two installations; each field is a variable in capitals."""

    # An error must not print a key.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    environment: str = Field("production", pattern="^(production|development|test)$")
    brand: str = "Marjolaine"
    base_url: str = "http://127.0.0.1:8000"
    database_url: str = "postgresql+psycopg:///backoffice"
    redis_url: str = "redis://127.0.0.1:6379/0"
    proxies: int = 0  # how many reverse proxies in front set X-Forwarded-For and -Proto
    smtp_url: str = "smtp://127.0.0.1:25"  # or smtp+starttls://, smtps://; user:password@
    contact: str = "contact@marjolaine.example"  # where people reach us (DSA art. 12)
    mail_from: str = "Marjolaine <ne-pas-repondre@marjolaine.example>"
    # Where answers to our mails go; the server must deliver `support+anything@` there too (a
    # “recipient delimiter”). The part before the @ has at most 24 characters.
    support_address: str = Field(
        "support@marjolaine.example", pattern=r"^[A-Za-z0-9._-]{1,24}@[A-Za-z0-9.-]+$"
    )
    # The mailbox that holds them: imaps://user:password@host/INBOX, or imap+starttls://; none:
    # no mailbox is read, and the mail server posts each message to /api/v1/mail instead.
    imap_url: SecretStr = SecretStr("")
    imap_done_folder: str = "Processed"  # where a message goes once it was taken; none: it stays
    files_dir: Path = ROOT / ".local" / "files"

    # The company that runs the marketplace, as its invoices must name it (CGI ann. II art. 242
    # nonies A, C. com. R123-237); of the two parts of its register, "RCS" and the town.
    company_name: str = "Marjolaine SAS"
    company_legal_form: str = "SAS"
    company_capital_minor: int = 1_000_000  # in cents
    company_line1: str = "12 rue de l’Exemple"
    company_postal_code: str = "75011"
    company_city: str = "Paris"
    company_country: str = Field("FR", pattern="^[A-Z]{2}$")
    company_siren: str = Field(INVENTED_SIREN, pattern=r"^\d{9}$")
    company_vat_number: str = "FR11999999998"
    company_register: str = "RCS Paris"

    # One secret signs sessions and links; the other two encrypt and fingerprint what is kept.
    secret_key: SecretStr = SecretStr("")
    encryption_key: SecretStr = SecretStr("")  # urlsafe base64, 32 bytes (Fernet)
    fingerprint_key: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")

    # Outside registers; the addresses are settable so that tests and development use sandboxes.
    company_register_url: str = "https://recherche-entreprises.api.gouv.fr"
    vies_url: str = "https://ec.europa.eu/taxation_customs/vies/rest-api"
    # Our own VAT number: with it VIES answers a requestIdentifier, the proof of the question.
    vies_requester: str = ""
    # The European database of statements of reasons: its address and our key; none: nothing leaves.
    transparency_url: str = "https://transparency.dsa.ec.europa.eu/api/v1"
    transparency_token: SecretStr = SecretStr("")
    # Micro and small enterprises need not declare (DSA art. 19); they may all the same.
    provider_size: str = Field("micro_small", pattern="^(micro_small|larger)$")
    transparency_voluntary: bool = False
    # Stripe: the secret key, and the secrets of the two webhook endpoints (account, Connect).
    stripe_url: str = "https://api.stripe.com"
    stripe_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_connect_webhook_secret: SecretStr = SecretStr("")
    # Hosts inside the private ranges that webhooks and clients may reach (development sandboxes).
    private_hosts: tuple[str, ...] = ()

    # Hosts of the shop, which alone notices may name by address; none: any host is ours.
    shop_hosts: tuple[str, ...] = ()

    # House rules (the default is the value of the product's description).
    lease_minutes: int = 15
    leases_max: int = 5
    undo_seconds: int = 15
    appeal_months: int = 6
    seller_reply_days: int = 4  # business days to answer a notice
    strike_months: int = 12  # how long one counts
    suspension_days_max: int = 365
    termination_notice_days: int = 30  # P2B art. 4(2)
    backup_days: int = 30  # after which no backup holds what was erased
    ship_days: int = 2  # calendar days from payment, after which an order is watched
    deliver_days: int = 4  # calendar days from payment to delivery
    message_hours: int = 24  # working hours (Monday to Saturday) a seller has to answer a buyer
    return_days: int = 30  # calendar days from delivery
    withdrawal_days: int = 14  # C. conso. L221-18
    send_back_days: int = 14  # calendar days to send goods back (C. conso. L221-23)
    dispute_reply_days: int = 5  # business days that either side has to answer
    ticket_wait_days: int = 7  # calendar days that a reply waits for the requester's answer
    ticket_reopen_days: int = 30  # calendar days from the solution in which a message re-opens it
    ticket_rating_days: int = 14  # calendar days in which who rated us may do it anew
    plan_due_days: int = 7  # calendar days to pay a month of a plan
    plan_reminder_days: tuple[int, ...] = (1, 7)  # after the due day, when reminders leave
    plan_notice_after_days: int = 14  # after the due day, when a suspension is announced
    plan_notice_days: int = 15  # from its notice to a suspension (P2B art. 4(1) asks for reasons)
    refund_hold_minor: int = 20_000  # above which a refund asks for a second person, in cents
    # What becomes of our commission when a buyer is refunded; each sale keeps what held then.
    commission_refund: str = Field("proportional", pattern="^(proportional|kept|capped)$")
    commission_kept_minor_max: int = 0  # what is kept at most, where it is `capped`
    bulk_max: int = 5000
    bulk_inline_max: int = 50
    page_size: int = 50
    counts_kept_seconds: float = 3  # figures beside links may be this old
    session_hours: int = 8
    session_idle_minutes: int = 30
    lockout_failures: int = 5
    lockout_minutes: int = 15
    password_memory_kib: int = 65_536  # that one hash fills (argon2id, RFC 9106 section 4)
    second_factor_roles: tuple[str, ...] = ("admin", "finance", "lead")
    upload_max_bytes: int = 10 * 1024 * 1024
    request_max_bytes: int = 48 * 1024 * 1024
    mail_max_bytes: int = 25 * 1024 * 1024  # of an e-mail that comes in
    import_max_bytes: int = 512 * 1024 * 1024
    webhook_days: int = 3
    outbox_lease_seconds: int = 60  # after which what a killed worker had taken is sent by another
    api_rate: str = "600 per minute"
    notices_per_address: str = "30 per hour"  # sent by the public page
    notices_per_email: str = "200 per hour"
    mail_receipts_per_hour: int = 4  # receipts to one address, so that two robots end their talk

    @model_validator(mode="after")
    def _refuse_live_money(self) -> Self:
        """Refuse to start where a test or a trial would move real money."""
        if self.stripe_is_live and self.environment != "production":
            raise ValueError(
                f"STRIPE_KEY is a live key, and ENVIRONMENT is {self.environment}: real money "
                "moves in production alone. Give a key that begins with sk_test_, or none."
            )
        return self

    @model_validator(mode="after")
    def _refuse_invented_company(self) -> Self:
        """Refuse to start where real money would be invoiced by a company that does not exist."""
        if self.stripe_is_live and self.company_siren == INVENTED_SIREN:
            raise ValueError(
                "STRIPE_KEY is a live key, and COMPANY_SIREN is the sample’s: the invoices would "
                "name a company that does not exist. Give the variables that begin with COMPANY_."
            )
        return self

    @model_validator(mode="after")
    def _refuse_weak_hashes(self) -> Self:
        """Refuse to keep passwords of real people under hashes that are cheap to guess."""
        if self.environment == "production" and self.password_memory_kib < PASSWORD_MEMORY_KIB_MIN:
            raise ValueError(
                f"PASSWORD_MEMORY_KIB is {self.password_memory_kib}: a leaked hash would be cheap "
                f"to guess. Give at least {PASSWORD_MEMORY_KIB_MIN}, or leave it out."
            )
        return self

    @property
    def stripe_is_live(self) -> bool:
        """Whether Stripe moves real money for us."""
        return self.stripe_key.get_secret_value().startswith(LIVE_KEYS)

    @property
    def stripe_is_sandbox(self) -> bool:
        """Whether it is no Stripe at all, but our own sandbox on this machine."""
        return urlsplit(self.stripe_url).hostname in LOOPBACK

    @property
    def is_development(self) -> bool:
        """Whether the demo accounts, inboxes and sandboxes exist."""
        return self.environment == "development"


def read_environment(environ: dict[str, str]) -> Settings:
    """Build the settings from environment variables; a tuple is written with commas."""
    values: dict[str, object] = {}
    for name, field in Settings.model_fields.items():
        raw = environ.get(name.upper())
        if raw is None:
            continue
        is_tuple = field.annotation is not None and "tuple" in str(field.annotation)
        values[name] = tuple(filter(None, raw.split(","))) if is_tuple else raw
    return Settings.model_validate(values)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process."""
    return read_environment(dict(os.environ))
