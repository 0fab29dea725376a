"""What happened to people elsewhere with pictures and names; docs/field-reports.md names each."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.colour_profiles import matrix_profile


@pytest.fixture
def worn(ana, as_ana):
    """The picture that Ana wears, once this one is uploaded in her settings."""

    def upload(image, kind, **options):
        out = io.BytesIO()
        image.save(out, kind, **options)
        file = SimpleUploadedFile("me", out.getvalue())
        as_ana.post("/settings/profile/", {"name": "Ana", "bio": "", "upload": file})
        ana.refresh_from_db()
        with ana.picture.open() as shown:
            return Image.open(shown).convert("RGB").getpixel((20, 20))

    return upload


def test_a_profile_photo_of_a_phone_was_washed_out(worn):
    photo = Image.new("RGB", (60, 60), (231, 61, 41))
    red, green, blue = worn(photo, "PNG", icc_profile=matrix_profile())
    assert (red > 240, green < 45, blue < 30) == (True, True, True)


def test_a_photo_for_print_came_out_with_its_colours_inverted(worn):
    red, green, blue = worn(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), "JPEG")
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_a_transparent_picture_became_black(worn):
    assert min(worn(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG")) > 250


@pytest.mark.parametrize(
    "name",
    [
        "\u180e",
        "\u2060",
        "\u3164",
        "\u2800",
        "\u200b" * 15,
        "\u115f\u1160\uffa0",
        " \u3164 \u2800 ",
    ],
)
def test_somebody_had_a_name_that_nobody_could_see(ana, as_ana, name):
    as_ana.post("/settings/profile/", {"name": name, "bio": ""})
    ana.refresh_from_db()
    assert ana.name == "ana"


def test_a_name_turned_the_page_around(ana, as_ana):
    as_ana.post("/settings/profile/", {"name": "\u202eihsoM", "bio": "\u202eihsoM"})
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ihsoM", "ihsoM")
