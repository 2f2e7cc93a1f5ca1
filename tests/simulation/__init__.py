"""A year of a marketplace, played against the sandbox of Stripe: see `make simulate`."""
