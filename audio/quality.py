"""What a listener may choose between."""

FULL = "full"
SAVER = "saver"
QUALITIES = frozenset({FULL, SAVER})
