"""Measure what a cascade costs: `python -m bench.cascade`."""
