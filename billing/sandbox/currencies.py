"""Stripe's rules for amounts, by currency (docs.stripe.com/currencies).

This table is written independently of `billing.currencies`, so that a mistake there is not
repeated here.
"""

from billing.sandbox.errors import refused

CODES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn
bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd
gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp
lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab
pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs
tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
SUPPORTED = frozenset(CODES.split())
ZERO_DECIMAL = {
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
}  # fmt: skip
THREE_DECIMAL = {"bhd", "jod", "kwd", "omr", "tnd"}
# These currencies have no smaller unit, but Stripe still counts them in hundredths.
WHOLE_HUNDREDTHS = {"isk", "ugx"}
MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
MAXIMUM_DIGITS = {"idr": 12}
USUAL_DIGITS = 8


def check_currency(currency: str, param: str = "currency") -> str:
    """Return the code in lower case, or raise an ApiError."""
    if (code := currency.lower()) not in SUPPORTED:
        raise refused(
            f"Invalid currency: {currency[:20]}. Stripe currently supports these currencies:"
            f" {', '.join(sorted(SUPPORTED))}",
            param=param,
        )
    return code


def check_granularity(amount: int, currency: str, param: str) -> None:
    """Raise an ApiError if the last digits are not zero where they have to be."""
    step = 10 if currency in THREE_DECIMAL else 100 if currency in WHOLE_HUNDREDTHS else 1
    if amount % step:
        raise refused(
            f"Invalid amount. Amounts in {currency.upper()} must be divisible by {step}.",
            param=param,
        )


def check_charge(amount: int, currency: str, param: str) -> None:
    """Raise an ApiError if this amount can't be charged."""
    check_granularity(amount, currency, param)
    if amount < MINIMUM.get(currency, 1):
        raise refused(
            "The Checkout Session's total amount must convert to at least 50 cents."
            f" {format_amount(amount, currency)} is too small.",
            code="amount_too_small",
            param=param,
        )
    digits = MAXIMUM_DIGITS.get(currency, USUAL_DIGITS)
    if amount >= 10**digits:
        raise refused(
            f"The Checkout Session's total amount must be no more than"
            f" {format_amount(10**digits - 1, currency)}",
            code="amount_too_large",
            param=param,
        )


def format_amount(amount: int, currency: str) -> str:
    """Return an amount for people to read, e.g. "12.50 EUR"."""
    places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    sign, digits = "-" if amount < 0 else "", f"{abs(amount):0{places + 1}}"
    whole = f"{int(digits[: len(digits) - places]):,}"
    rest = f".{digits[len(digits) - places :]}" if places else ""
    return f"{sign}{whole}{rest} {currency.upper()}"
