"""Measurements behind `make bench`; not in the wheel."""
