"""Texts of people inside of our sentences, where no markup can separate them, e.g. in e-mails."""

import unicodedata

RIGHT_TO_LEFT = {"R", "AL", "AN"}  # bidirectional classes, UAX #9
ISOLATE, POP = "\u2068", "\u2069"  # FSI and PDI


def isolated(text: str) -> str:
    """Return a text so that it does not reorder what is around it, e.g. an amount that follows an
    Arabic title. Only a text with right-to-left characters needs that."""
    if any(unicodedata.bidirectional(each) in RIGHT_TO_LEFT for each in text):
        return f"{ISOLATE}{text}{POP}"
    return text
