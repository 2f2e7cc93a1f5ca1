"""Checks a second over the 3,000 real products, the database's answers included and not."""

import csv
import time
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backoffice.core.clock import now
from backoffice.marketplace.listing import ListingRevision
from backoffice.marketplace.listing_checks import LOOKS, Offer, examine, load_facts
from backoffice.marketplace.listing_form import ListingForm
from config.settings import ROOT
from tests.factories.seller import make_seller

PRODUCTS = ROOT.parent / "shared" / "data" / "products_openfoodfacts_3000.csv"
CHUNK = 500
ROUNDS = 5


def report(url: str) -> list[dict[str, object]]:
    """Examine every product in chunks as an import does; the best of some rounds."""
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        seller = make_seller(session)
        listed = list(products(seller.id))
        rounds = [_round(session, seller, listed) for _ in range(ROUNDS)]
        session.rollback()
    engine.dispose()
    loading, examining = (min(times) for times in zip(*rounds, strict=True))
    return [
        _row("examine", examining, listed),
        _row("load and examine", loading + examining, listed),
    ]


def products(seller_id: int) -> Iterator[tuple[ListingRevision, Offer]]:
    """Yield the products that can be listed, as an import makes them."""
    with PRODUCTS.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            body = {
                "external_id": row["ean"], "seller": "bench", "gtin": row["ean"],
                "title": row["title"], "description": row["description"],
                "category": row["category"], "price_minor": round(float(row["price"]) * 100),
                "quantity": int(row["quantity"]),
                "images": [row["image_url"]] if row["image_url"] else [],
            }  # fmt: skip
            try:
                form = ListingForm.model_validate(body)
            except ValueError:
                continue  # an import tells its line
            revision = ListingRevision(seller_id=seller_id, **form.columns())
            yield revision, Offer(None, form.external_id, form.price_minor)


def _round(session: Session, seller, listed) -> tuple[float, float]:
    """Return the seconds that loading took, and those that examining took."""
    loading = examining = 0.0
    for start in range(0, len(listed), CHUNK):
        chunk = listed[start : start + CHUNK]
        begun = time.perf_counter()
        facts = load_facts(session, seller, [one for one, _ in chunk], now())
        loaded = time.perf_counter()
        for revision, offer in chunk:
            examine(revision, offer, facts)
        loading += loaded - begun
        examining += time.perf_counter() - loaded
    return loading, examining


def _row(what: str, seconds: float, listed) -> dict[str, object]:
    return {
        "what": what,
        "listings": len(listed),
        "listings/s": round(len(listed) / seconds),
        "checks/s": round(len(listed) * len(LOOKS) / seconds),
    }
