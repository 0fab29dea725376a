"""A redrawn picture looks as it did on the machine that it comes from."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from core.pictures import redraw
from tests.colour_profiles import grey_profile, matrix_profile

NEAR = 6  # of 255: what JPEG and WebP change
RED = (231, 61, 41)  # in Display P3
RED_IN_SRGB = (250, 31, 14)


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def drawn(content, side=40):
    picture = redraw(ContentFile(content, name="x"), shape="within", side=side, quality=90)
    return Image.open(picture.file).convert("RGB")


def is_near(found, wanted):
    return all(abs(one - other) <= NEAR for one, other in zip(found, wanted, strict=True))


def grey(shade, mode="L"):
    return Image.new(mode, (40, 40), shade)


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (encoded(grey(128 * 256, "I;16")), (128, 128, 128)),
        (encoded(grey(40 * 256 + 255, "I;16")), (40, 40, 40)),
        (encoded(grey(200)), (200, 200, 200)),
        (encoded(grey(1, "1")), (255, 255, 255)),
        (encoded(grey((90, 255), "LA")), (90, 90, 90)),
        (encoded(grey((90, 0), "LA")), (255, 255, 255)),  # transparent: on white
        (encoded(grey((10, 200, 30, 255), "RGBA")), (10, 200, 30)),
        (encoded(grey((10, 200, 30, 0), "RGBA")), (255, 255, 255)),
        (encoded(grey((10, 200, 30), "RGB").quantize(4)), (10, 200, 30)),
        (encoded(grey((10, 200, 30), "RGB"), transparency=(10, 200, 30)), (255, 255, 255)),
        (encoded(grey((255, 255, 0, 0), "CMYK"), "JPEG", quality=95), (0, 0, 255)),
        (encoded(grey(120), "JPEG"), (120, 120, 120)),
        (encoded(grey(120), "GIF"), (120, 120, 120)),
    ],
    ids=lambda given: f"{len(given)} bytes" if isinstance(given, bytes) else str(given),
)
def test_every_kind_of_pixel_keeps_its_colour(content, colour):
    assert is_near(drawn(content).getpixel((20, 20)), colour)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_colours_of_an_iphone_survive(kind):
    photo = encoded(grey(RED, "RGB"), kind, icc_profile=matrix_profile(), quality=95)
    picture = drawn(photo)
    assert is_near(picture.getpixel((20, 20)), RED_IN_SRGB)
    assert "icc_profile" not in picture.info


def test_what_is_transparent_keeps_its_colours_as_well():
    photo = encoded(grey((*RED, 255), "RGBA"), icc_profile=matrix_profile())
    assert is_near(drawn(photo).getpixel((20, 20)), RED_IN_SRGB)


def test_grey_has_profiles_too():
    dark = drawn(encoded(grey(128), icc_profile=grey_profile(gamma=1.0)))
    assert is_near(dark.getpixel((20, 20)), (188, 188, 188))  # half of the light


def test_grey_with_a_profile_for_colours_stays_grey():
    red, green, blue = drawn(encoded(grey(128), icc_profile=matrix_profile())).getpixel((20, 20))
    assert max(red, green, blue) - min(red, green, blue) <= NEAR


@pytest.mark.parametrize(
    "profile",
    [b"no profile", matrix_profile()[:200], grey_profile(gamma=2.2), b"\0" * 4000],
    ids=["words", "cut off", "of grey", "zeros"],
)
def test_a_profile_that_makes_no_sense_is_passed_over(profile):
    assert is_near(drawn(encoded(grey(RED, "RGB"), icc_profile=profile)).getpixel((20, 20)), RED)


def corners():
    """Red above on the left, blue elsewhere."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste("red", (0, 0, 20, 10))
    return image


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [
        (1, "above left"),
        (2, "above right"),
        (3, "below right"),
        (4, "below left"),
        (5, "above left"),
        (6, "above right"),
        (7, "below right"),
        (8, "below left"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_picture_stands_as_its_camera_was_held(kind, orientation, red_at):
    exif = Image.Exif()
    exif[274] = orientation
    picture = drawn(encoded(corners(), kind, exif=exif, quality=95))
    width, height = picture.size
    assert (width > height) is (orientation < 5)
    places = {
        f"{row} {column}": (round(width * x), round(height * y))
        for row, y in (("above", 0.2), ("below", 0.8))
        for column, x in (("left", 0.2), ("right", 0.8))
    }
    reds = [place for place, at in places.items() if picture.getpixel(at)[0] > 150]
    assert reds == [red_at]


def test_a_broken_exif_harms_no_picture():
    exif = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    assert drawn(encoded(corners(), "JPEG", exif=exif)).size == (40, 20)


NOISE = Image.effect_noise((200, 200), 80)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
def test_what_is_cut_off_is_refused(kind, part):
    whole = encoded(NOISE, kind)
    with pytest.raises(ValidationError) as refused:
        drawn(whole[: int(len(whole) * part)])
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("missing", [1, 4, 8, 12, 13, 17])
def test_a_png_without_its_last_bytes_is_refused(missing):
    with pytest.raises(ValidationError):
        drawn(encoded(NOISE)[:-missing])


def test_a_png_of_which_a_byte_was_changed_is_refused():
    changed = bytearray(encoded(NOISE))
    changed[5000] ^= 255
    with pytest.raises(ValidationError):
        drawn(bytes(changed))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_its_first_frame(kind):
    frames = [grey((250, 0, 0), "RGB"), grey((0, 0, 250), "RGB")]
    moving = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert is_near(drawn(moving).getpixel((20, 20)), (250, 0, 0))
