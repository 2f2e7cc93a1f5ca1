"""Measurements, run by `make bench`: ratios against peers and the bare limit in one run."""
