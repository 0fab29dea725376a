"""Keys of people: what the code writes it reads, and nothing else is taken for an account."""

import pytest

from core import person_keys


def test_a_key_tells_whose_it_is():
    key = person_keys.of_account(12)
    assert key == "u12"
    assert (person_keys.is_account(key), person_keys.is_guest(key)) == (True, False)
    assert person_keys.account_in(key) == 12


def test_a_guests_key_is_no_accounts_even_if_its_token_is_a_number():
    key = person_keys.of_guest("12")
    assert key == "g12"
    assert (person_keys.is_account(key), person_keys.is_guest(key)) == (False, True)
    assert person_keys.account_in(key) is None


@pytest.mark.parametrize(
    "text",
    ["", "u", "12", "ux", "u-1", "u1.5", "u 1", "uu1", "u\u0661\u0662", "u²", "u" + "9" * 19],
)
def test_what_is_no_key_names_no_account(text):
    assert person_keys.account_in(text) is None


def test_accounts_among_keys_keep_their_order():
    assert person_keys.accounts_in(["u3", "gabc", "u1", "nonsense"]) == [3, 1]
