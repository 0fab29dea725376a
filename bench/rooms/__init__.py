"""Measure what a room costs a node: `python -m bench.rooms`."""
