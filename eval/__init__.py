"""Measurements: `python -m eval run SUITE`."""
