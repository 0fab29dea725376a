import pytest

from accounts.initials import PALETTES, initials_of, palette_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ana", "A"),
        ("ana de la cruz", "AC"),
        ("  Ben   Ash ", "BA"),
        ("🔥 Ana 🔥", "A"),
        ("🔥", ""),
        ("", ""),
        ("7 Seas", "7S"),
        ("ßen", "ß"),
        ("e\u0301va", "É"),
        ("निशा", "नि"),
        ("لينا خوري", "ل"),
        ("שרה לוי", "ש"),
        ("王小明", "王"),
        ("z\u0336\u0321\u0322\u0321 x", "Z\u0336\u0321X"),
        ("1\ufe0f\u20e3 One", "1O"),
    ],
)
def test_initials_are_one_or_two_whole_letters(name, initials):
    assert initials_of(name) == initials


def test_a_palette_does_not_depend_on_the_case_of_the_handle():
    assert palette_of("ana") == palette_of("ANA") == 18


def test_palette_numbers_cover_exactly_the_available_palettes():
    assert {palette_of(f"person{number}") for number in range(1000)} == set(range(PALETTES))
