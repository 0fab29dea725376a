"""How texts that people write are cleaned before they are stored.

Python (core/text/written_text.py) and JavaScript (static/js/text/written-text.js) must keep the
same characters, so that both count the same length.
"""

ONE_LINE = {  # written text: stored text
    "  Ana \t of\nPorto ": "Ana of Porto",
    "a\r\nb\u2028c\u3000d": "a b c d",
    "Ana\0": "Ana",
    "Ana\u202egnp.exe": "Anagnp.exe",
    "Mi\u0301ra": "M\u00edra",
    "\u2067ليلى\u2069": "ليلى",
    "\u200fليلى": "\u200fليلى",
    # emoji of several characters stay whole
    "👩\u200d🚀": "👩\u200d🚀",
    "❤\ufe0f 1\ufe0f\u20e3 👍🏽": "❤\ufe0f 1\ufe0f\u20e3 👍🏽",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": "🏴"
    "\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🇵🇹": "🇵🇹",
    "\U0001fae8": "\U0001fae8",  # newer than Unicode 14, the version of Python 3.11
    "क्\u200dष": "क्\u200dष",
    ".": ".",
    # no visible character
    "": "",
    " \t\r\n": "",
    "\u200b\u200b": "",
    "\u3164\u2800\u115f\u1160\uffa0": "",
    "\ufe0f\ufe0f": "",
    "\u180b": "",
    "\u034f": "",
    "\u17b4\u17b5": "",
    "\u200d\u200c\u2060\ufeff\u00ad": "",
    "\u200e\u200f\u061c": "",
    "\u202e\u2066": "",
    "\U000e0041\U000e0101": "",
    "\ufffc\U0001d159": "",
    "\ufffe\ufdd0": "",
}
LINES = {
    "One\r\nTwo\rThree\nFour": "One\nTwo\nThree\nFour",
    "One\r\n\r\n\r\n\r\nTwo\r\n": "One\n\nTwo",
    "\r\n \r\nOne \r\n \u200b \r\nTwo": "One\n\nTwo",
    "a\u202eb\r\nc": "ab\nc",
    "\r\n\u3164\r\n\ufe0f": "",
}
