"""What people may call themselves, and Spaces: a line that can be seen and turns nothing around."""

import pytest

from accounts.forms.one_line import OneLineField


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Ana \t of\nPorto ", "Ana of Porto"),
        ("Ana\0", "Ana"),
        ("Ana\u202egnp.exe", "Anagnp.exe"),
        ("Mi\u0301ra", "M\u00edra"),
        ("\u2067ليلى\u2069", "ليلى"),
        ("\u200fليلى", "\u200fليلى"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u200b\u200b", ""),
        ("\u3164\u2800", ""),
    ],
)
def test_a_line_is_read_as_people_see_it(written, read):
    assert OneLineField(required=False).clean(written) == read


def test_a_name_that_nobody_can_see_is_the_handle(ana, as_ana):
    as_ana.post("/settings/profile/", {"name": "\u200b\u200b", "bio": ""})
    ana.refresh_from_db()
    assert ana.name == "ana"
