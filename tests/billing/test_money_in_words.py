"""Amounts as text, and what Stripe needs in words."""

import pytest

from billing.currencies import CURRENCIES
from billing.page_data import missing_in_words


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [
        ("eur", 123450, "1234.50"),
        ("jpy", 600, "600"),
        ("isk", 10000, "100"),
        ("kwd", 1250, "1.250"),
    ],
)
def test_what_the_form_shows_is_what_it_reads(code, amount, text):
    currency = CURRENCIES[code]
    assert (currency.plain(amount), currency.parse(text)) == (text, amount)


def test_each_need_is_named_once_and_unknown_ones_vaguely():
    names = ["identity.individual.given_name", "identity.individual.surname", "new.thing"]
    assert missing_in_words(names) == ["Your name", "More about you"]
