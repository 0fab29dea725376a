"""Problems with pictures and names in comparable systems; see docs/field-reports.md."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.colour_profiles import matrix_profile


@pytest.fixture
def uploaded_pixel(ana, as_ana):
    """Upload a picture in Ana's settings; return a pixel of the picture that is then shown."""

    def upload(image, kind, **options):
        out = io.BytesIO()
        image.save(out, kind, **options)
        file = SimpleUploadedFile("me", out.getvalue())
        as_ana.post("/settings/profile/", {"name": "Ana", "bio": "", "upload": file})
        ana.refresh_from_db()
        with ana.picture.open() as shown:
            return Image.open(shown).convert("RGB").getpixel((20, 20))

    return upload


def test_a_photo_with_a_wide_colour_profile_keeps_its_colours(uploaded_pixel):
    photo = Image.new("RGB", (60, 60), (231, 61, 41))
    red, green, blue = uploaded_pixel(photo, "PNG", icc_profile=matrix_profile())
    assert (red > 240, green < 45, blue < 30) == (True, True, True)


def test_a_cmyk_photo_keeps_its_colours(uploaded_pixel):
    red, green, blue = uploaded_pixel(Image.new("CMYK", (60, 60), (0, 255, 255, 0)), "JPEG")
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_a_transparent_picture_gets_a_white_background(uploaded_pixel):
    assert min(uploaded_pixel(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG")) > 250


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
def test_an_invisible_name_is_replaced_by_the_handle(ana, as_ana, name):
    as_ana.post("/settings/profile/", {"name": name, "bio": ""})
    ana.refresh_from_db()
    assert ana.name == "ana"


def test_names_and_bios_cannot_change_the_direction_of_text(ana, as_ana):
    as_ana.post("/settings/profile/", {"name": "\u202eihsoM", "bio": "\u202eihsoM"})
    ana.refresh_from_db()
    assert (ana.name, ana.bio) == ("ihsoM", "ihsoM")
