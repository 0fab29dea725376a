"""Currencies: their decimals and limits at Stripe, and amounts as text.

Amounts are integers in Stripe's minor unit: cents for EUR, yen for JPY. Sources:
docs.stripe.com/currencies, "Zero-decimal currencies", "Three-decimal currencies", "Special cases"
and "Minimum and maximum charge amounts".
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from core.refusals import Refusal

MAX_DIGITS = 8  # of an amount in the minor unit


@dataclass(frozen=True)
class Currency:
    """`exponent` is the number of decimals of Stripe's minor unit. Stripe accepts multiples of
    `step`: a three-decimal amount must end in 0, and HUF, ISK and UGX are sent with two decimals
    that must be 0. `minimum` is the smallest charge."""

    code: str
    symbol: str
    exponent: int
    minimum: int
    step: int = 1

    def format(self, amount: int) -> str:
        """Return the amount as text, e.g. "€1,250.00" or "−€1,250.00"."""
        sign = "\N{MINUS SIGN}" if amount < 0 else ""
        return f"{sign}{self.symbol}{self._value(abs(amount)):,.{self._decimals_of(amount)}f}"

    def plain(self, amount: int) -> str:
        """Return the amount as a number, e.g. "1250.00"; `parse` reads it if it is a price."""
        return f"{self._value(amount):.{self._decimals_of(amount)}f}"

    def parse(self, text: str) -> int:
        """Return the price "12.50" or "12,50" in minor units. Raises InvalidAmount if the text is
        not an amount, or Stripe would refuse to charge it."""
        amount = self._read(text)
        if amount is None:
            raise InvalidAmount(self)
        self.check(amount)
        return amount

    def parse_discount(self, text: str) -> int:
        """Return an amount that is taken off a price; it may be less than the smallest charge.
        Raises InvalidAmount if the text is not an amount, or if this amount can't be taken off."""
        amount = self._read(text)
        if amount is None or not self._is_in_range(amount, self.step):
            raise InvalidAmount(self, "an amount", self.step)
        return amount

    def fee_of(self, price: int, rate: int) -> int:
        """Return the platform's share of a price; `rate` is in hundredths of a percent.

        It is rounded down to an amount that Stripe can move, so that the host's share is one, too.
        """
        fee = price * rate // 10_000
        return fee - fee % self.step

    def _read(self, text: str) -> int | None:
        match = re.fullmatch(r"(\d{1,9})(?:[.,](\d{1,3}))?", text.strip(), re.ASCII)
        decimals = (match[2] or "") if match else ""
        if match is None or len(decimals.rstrip("0")) > self.exponent:
            return None
        fraction = decimals[: self.exponent].ljust(self.exponent, "0")
        return int(match[1] + fraction)

    def check(self, amount: int) -> None:
        """Raise InvalidAmount if Stripe would refuse to charge this amount."""
        if not self._is_in_range(amount, self.minimum):
            raise InvalidAmount(self)

    def _is_in_range(self, amount: int, minimum: int) -> bool:
        return amount >= minimum and amount % self.step == 0 and len(str(amount)) <= MAX_DIGITS

    def _decimals_of(self, amount: int) -> int:
        """Return how many decimals people use. Prices in ISK have none, although Stripe's unit is a
        hundredth; but a share of a price may be a fraction, which must not be rounded."""
        unit = 10**self.exponent
        return 0 if self.step == unit and amount % unit == 0 else self.exponent

    def _value(self, amount: int) -> Decimal:
        return Decimal(amount).scaleb(-self.exponent)


class InvalidAmount(Refusal):
    status = 422

    def __init__(
        self, currency: Currency, what: str = "a price", minimum: int | None = None
    ) -> None:
        lowest = currency.minimum if minimum is None else minimum
        highest = 10**MAX_DIGITS - currency.step
        super().__init__(
            "invalid_amount",
            f"Enter {what} between {currency.format(lowest)} and {currency.format(highest)}.",
        )


def _table() -> dict[str, Currency]:
    rows = [
        Currency("eur", "€", 2, 50),
        Currency("usd", "$", 2, 50),
        Currency("gbp", "£", 2, 30),
        Currency("aud", "A$", 2, 50),
        Currency("cad", "CA$", 2, 50),
        Currency("chf", "CHF ", 2, 50),
        Currency("czk", "CZK ", 2, 1500),
        Currency("dkk", "DKK ", 2, 250),
        Currency("huf", "HUF ", 2, 17500, step=100),
        Currency("inr", "₹", 2, 50),
        Currency("isk", "ISK ", 2, 10000, step=100),
        Currency("jpy", "¥", 0, 50),
        Currency("krw", "₩", 0, 1000),
        Currency("kwd", "KWD ", 3, 500, step=10),
        Currency("mxn", "MX$", 2, 1000),
        Currency("nok", "NOK ", 2, 300),
        Currency("nzd", "NZ$", 2, 50),
        Currency("pln", "PLN ", 2, 200),
        Currency("sek", "SEK ", 2, 300),
        Currency("sgd", "S$", 2, 50),
        Currency("tnd", "TND ", 3, 2000, step=10),
        Currency("ugx", "UGX ", 2, 200000, step=100),
    ]
    return {row.code: row for row in rows}


CURRENCIES = _table()


def format_amount(amount: int, code: str) -> str:
    return CURRENCIES[code].format(amount)
