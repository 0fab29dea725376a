"""Person keys are read back as they were written, and no other text names an account."""

import pytest

from core import person_keys


def test_an_account_key_names_its_account():
    key = person_keys.of_account(12)
    assert key == "u12"
    assert (person_keys.is_account(key), person_keys.is_guest(key)) == (True, False)
    assert person_keys.account_in(key) == 12


def test_a_guest_key_names_no_account_even_if_its_token_is_a_number():
    key = person_keys.of_guest("12")
    assert key == "g12"
    assert (person_keys.is_account(key), person_keys.is_guest(key)) == (False, True)
    assert person_keys.account_in(key) is None


@pytest.mark.parametrize(
    "text",
    ["", "u", "12", "ux", "u-1", "u1.5", "u 1", "uu1", "u\u0661\u0662", "u²", "u" + "9" * 19],
)
def test_invalid_keys_name_no_account(text):
    assert person_keys.account_in(text) is None


def test_accounts_among_keys_keep_their_order():
    assert person_keys.accounts_in(["u3", "gabc", "u1", "nonsense"]) == [3, 1]
