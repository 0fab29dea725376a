"""Stripe's numbers of test cards (docs.stripe.com/testing), and what the sandbox does with them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    number: str
    label: str  # for people
    brand: str = "visa"
    decline_code: str = ""  # declined for this reason
    needs_authentication: bool = False  # 3-D Secure
    refund: str = "succeeds"  # or "is_pending", or "fails"
    is_disputed: bool = False  # by its owner, right after the payment


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "Succeeds"),
        Card("4000000000000077", "Succeeds; the money is available at once"),
        Card("5555555555554444", "Succeeds (Mastercard)", brand="mastercard"),
        Card("4000002500003155", "Asks for 3-D Secure", needs_authentication=True),
        Card("4000000000000002", "Is declined", decline_code="generic_decline"),
        Card("4000000000009995", "Has too little money", decline_code="insufficient_funds"),
        Card("4000000000007726", "Succeeds; a refund is pending at first", refund="is_pending"),
        Card("4000000000005126", "Succeeds; a refund fails later", refund="fails"),
        Card("4000000000000259", "Succeeds; the payment is disputed", is_disputed=True),
    )
}
UNKNOWN = Card("", "", decline_code="test_mode_live_card")
DECLINED = {  # code: the words that the buyer sees
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "test_mode_live_card": (
        "Your card was declined. Your request was in test mode, but used a non test card."
    ),
}


def find(number: str) -> Card:
    """Return the test card with this number, or UNKNOWN, which is declined."""
    return CARDS.get("".join(number.split()).replace("-", ""), UNKNOWN)
