"""The countries in which hosts can be paid, with the currency that the form proposes.

Source: docs.stripe.com/connect/accounts-v2, "Supported countries". Only Stripe's answer shows
whether it pays out to an account (`billing.models.HostAccount.may_sell`).
"""

COUNTRIES = {  # ISO 3166, in lower case: name, currency
    "au": ("Australia", "aud"),
    "at": ("Austria", "eur"),
    "be": ("Belgium", "eur"),
    "bg": ("Bulgaria", "eur"),
    "ca": ("Canada", "cad"),
    "hr": ("Croatia", "eur"),
    "cy": ("Cyprus", "eur"),
    "cz": ("Czechia", "czk"),
    "dk": ("Denmark", "dkk"),
    "ee": ("Estonia", "eur"),
    "fi": ("Finland", "eur"),
    "fr": ("France", "eur"),
    "de": ("Germany", "eur"),
    "gr": ("Greece", "eur"),
    "hu": ("Hungary", "huf"),
    "ie": ("Ireland", "eur"),
    "it": ("Italy", "eur"),
    "jp": ("Japan", "jpy"),
    "lv": ("Latvia", "eur"),
    "lt": ("Lithuania", "eur"),
    "lu": ("Luxembourg", "eur"),
    "mt": ("Malta", "eur"),
    "nl": ("Netherlands", "eur"),
    "nz": ("New Zealand", "nzd"),
    "no": ("Norway", "nok"),
    "pl": ("Poland", "pln"),
    "pt": ("Portugal", "eur"),
    "sg": ("Singapore", "sgd"),
    "sk": ("Slovakia", "eur"),
    "si": ("Slovenia", "eur"),
    "es": ("Spain", "eur"),
    "se": ("Sweden", "sek"),
    "ch": ("Switzerland", "chf"),
    "gb": ("United Kingdom", "gbp"),
    "us": ("United States", "usd"),
}


def name_of(country: str) -> str:
    return COUNTRIES[country][0] if country in COUNTRIES else country.upper()


def currency_of(country: str) -> str:
    return COUNTRIES[country][1] if country in COUNTRIES else "eur"
