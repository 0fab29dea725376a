"""The qualities that a listener may choose from."""

FULL = "full"
SAVER = "saver"
QUALITIES = frozenset({FULL, SAVER})
