"""Measure the quality and delay of speech on bad networks, offline and deterministically."""
