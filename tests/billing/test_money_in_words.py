"""Amounts as text, and what Stripe needs in words."""

from datetime import timedelta

import pytest

from billing.currencies import CURRENCIES
from billing.page_data import missing_in_words, refund_policy


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [
        ("eur", 123450, "1234.50"),
        ("jpy", 600, "600"),
        ("isk", 10000, "100"),
        ("kwd", 1250, "1.250"),
    ],
)
def test_the_form_reads_the_amount_that_it_shows(code, amount, text):
    currency = CURRENCIES[code]
    assert (currency.plain(amount), currency.parse(text)) == (text, amount)


@pytest.mark.parametrize(
    ("code", "amount", "words", "number"),
    [
        ("eur", -123450, "−€1,234.50", "-1234.50"),
        ("jpy", -60, "−¥60", "-60"),
        ("kwd", 1055, "KWD 1.055", "1.055"),
        ("huf", 175000, "HUF 1,750", "1750"),
        ("huf", 1750, "HUF 17.50", "17.50"),
        ("isk", -10, "−ISK 0.10", "-0.10"),
        ("ugx", 0, "UGX 0", "0"),
    ],
)
def test_no_amount_is_rounded(code, amount, words, number):
    """A share of a price may be a fraction of the smallest coin."""
    currency = CURRENCIES[code]
    assert (currency.format(amount), currency.plain(amount)) == (words, number)


@pytest.mark.parametrize(
    ("code", "price", "fee"),
    [("eur", 1255, 125), ("jpy", 155, 15), ("kwd", 1550, 150), ("huf", 17500, 1700)],
)
def test_stripe_can_move_both_shares_of_a_price(code, price, fee):
    currency = CURRENCIES[code]
    assert currency.fee_of(price, 1000) == fee
    assert (price - fee) % currency.step == 0


def test_each_missing_detail_is_named_once_and_unknown_details_in_general_words():
    names = ["identity.individual.given_name", "identity.individual.surname", "new.thing"]
    assert missing_in_words(names) == ["Your name", "More about you"]


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "until 1 hour before the start."), (0, "until the start.")],
)
def test_the_policy_says_until_when_a_ticket_can_be_returned(settings, hours, words):
    settings.BUYERS_REFUND_UNTIL = timedelta(hours=hours)
    assert f"You can return a ticket {words}" in refund_policy()
    assert f"Buyers can return a ticket {words}" in refund_policy(is_seller=True)
