"""Person keys (docs/protocol.md, "Keys"): "u12" is the account 12, "g…" is a guest."""

from collections.abc import Iterable

ACCOUNT, GUEST = "u", "g"
DIGITS = 18  # maximum; every database can store a number of this length


def of_account(pk: int) -> str:
    return f"{ACCOUNT}{pk}"


def of_guest(token: str) -> str:
    return f"{GUEST}{token}"


def is_account(key: str) -> bool:
    return key.startswith(ACCOUNT)


def is_guest(key: str) -> bool:
    return key.startswith(GUEST)


def account_in(key: str) -> int | None:
    """Return the primary key of the account; None for a guest's key or an invalid one."""
    digits = key.removeprefix(ACCOUNT)
    if digits == key or not (digits.isascii() and digits.isdecimal()) or len(digits) > DIGITS:
        return None
    return int(digits)


def accounts_in(keys: Iterable[str]) -> list[int]:
    """Return the primary keys of the accounts among these person keys, in the same order."""
    return [pk for key in keys if (pk := account_in(key)) is not None]
