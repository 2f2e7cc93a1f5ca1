"""The checks of the listings queue: those of a revision, new, changed or online."""

from backoffice.marketplace.listing_checks import listing_checks

CHECKS = listing_checks()
