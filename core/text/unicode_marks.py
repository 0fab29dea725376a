"""Properties of characters that Python's `unicodedata` does not contain (Unicode 17.0).

The regular expressions of browsers know these properties;
tests/core/text/test_unicode_marks.py compares both.
"""


def _expand(ranges: str) -> frozenset[str]:
    """Return the characters of hexadecimal ranges such as "37e 700-70a"."""
    pairs = (each.partition("-")[::2] for each in ranges.split())
    found = ((int(first, 16), int(last or first, 16)) for first, last in pairs)
    return frozenset(chr(code) for first, last in found for code in range(first, last + 1))


# Terminal_Punctuation, without ASCII: marks that end a sentence or a part of a sentence.
TERMINAL_PUNCTUATION = _expand(
    """
    37e 387 589 5c3 60c 61b 61d-61f 6d4 700-70a 70c 7f8-7f9 830-835 837-83e 85e 964-965 e5a-e5b
    f08 f0d-f12 104a-104b 1361-1368 166e 16eb-16ed 1735-1736 17d4-17d6 17da 1802-1805 1808-1809
    1944-1945 1aa8-1aab 1b4e-1b4f 1b5a-1b5b 1b5d-1b5f 1b7d-1b7f 1c3b-1c3f 1c7e-1c7f 2024 203c-203d
    2047-2049 2cf9-2cfb 2e2e 2e3c 2e41 2e4c 2e4e-2e4f 2e53-2e54 3001-3002 a4fe-a4ff a60d-a60f
    a6f3-a6f7 a876-a877 a8ce-a8cf a92f a9c7-a9c9 aa5d-aa5f aadf aaf0-aaf1 abeb fe12 fe15-fe16
    fe50-fe52 fe54-fe57 ff01 ff0c ff0e ff1a-ff1b ff1f ff61 ff64 1039f 103d0 10857 1091f 10a56-10a57
    10af0-10af5 10b3a-10b3f 10b99-10b9c 10f55-10f59 10f86-10f89 11047-1104d 110be-110c1 11141-11143
    111c5-111c6 111cd 111de-111df 11238-1123c 112a9 113d4-113d5 1144b-1144d 1145a-1145b 115c2-115c5
    115c9-115d7 11641-11642 1173c-1173e 11944 11946 11a42-11a43 11a9b-11a9c 11aa1-11aa2 11c41-11c43
    11c71 11ef7-11ef8 11f43-11f44 12470-12474 16a6e-16a6f 16af5 16b37-16b39 16b44 16d6e-16d6f
    16e97-16e98 1bc9f 1da87-1da8a
    """
)

# Default_Ignorable_Code_Point: invisible characters, such as joiners and variation selectors.
DEFAULT_IGNORABLE = _expand(
    """
    ad 34f 61c 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 3164 fe00-fe0f feff ffa0
    fff0-fff8 1bca0-1bca3 1d173-1d17a e0000-e0fff
    """
)
