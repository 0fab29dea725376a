"""The qualities of the mix that a person may choose from."""

FULL = "full"
SAVER = "saver"
QUALITIES = frozenset({FULL, SAVER})
