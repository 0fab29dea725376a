"""A re-encoded picture keeps the colours and the orientation of the original."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from core.pictures import reencode
from tests.colour_profiles import grey_profile, matrix_profile

TOLERANCE = 6  # of 255: JPEG and WebP are lossy
RED = (231, 61, 41)  # in Display P3
RED_IN_SRGB = (250, 31, 14)


def encoded(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def reencoded(content, side=40):
    picture = reencode(ContentFile(content, name="x"), shape="within", side=side, quality=90)
    return Image.open(picture.file).convert("RGB")


def is_close(found, wanted):
    return all(abs(one - other) <= TOLERANCE for one, other in zip(found, wanted, strict=True))


def plain_image(shade, mode="L"):
    return Image.new(mode, (40, 40), shade)


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (encoded(plain_image(128 * 256, "I;16")), (128, 128, 128)),
        (encoded(plain_image(40 * 256 + 255, "I;16")), (40, 40, 40)),
        (encoded(plain_image(200)), (200, 200, 200)),
        (encoded(plain_image(1, "1")), (255, 255, 255)),
        (encoded(plain_image((90, 255), "LA")), (90, 90, 90)),
        (encoded(plain_image((90, 0), "LA")), (255, 255, 255)),  # transparent: on white
        (encoded(plain_image((10, 200, 30, 255), "RGBA")), (10, 200, 30)),
        (encoded(plain_image((10, 200, 30, 0), "RGBA")), (255, 255, 255)),
        (encoded(plain_image((10, 200, 30), "RGB").quantize(4)), (10, 200, 30)),
        (encoded(plain_image((10, 200, 30), "RGB"), transparency=(10, 200, 30)), (255, 255, 255)),
        (encoded(plain_image((255, 255, 0, 0), "CMYK"), "JPEG", quality=95), (0, 0, 255)),
        (encoded(plain_image(120), "JPEG"), (120, 120, 120)),
        (encoded(plain_image(120), "GIF"), (120, 120, 120)),
    ],
    ids=lambda given: f"{len(given)} bytes" if isinstance(given, bytes) else str(given),
)
def test_every_pixel_format_keeps_its_colour(content, colour):
    assert is_close(reencoded(content).getpixel((20, 20)), colour)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_display_p3_colours_are_converted_to_srgb(kind):
    photo = encoded(plain_image(RED, "RGB"), kind, icc_profile=matrix_profile(), quality=95)
    picture = reencoded(photo)
    assert is_close(picture.getpixel((20, 20)), RED_IN_SRGB)
    assert "icc_profile" not in picture.info


def test_transparent_pictures_keep_their_colours_too():
    photo = encoded(plain_image((*RED, 255), "RGBA"), icc_profile=matrix_profile())
    assert is_close(reencoded(photo).getpixel((20, 20)), RED_IN_SRGB)


def test_grey_profiles_are_applied_too():
    dark = reencoded(encoded(plain_image(128), icc_profile=grey_profile(gamma=1.0)))
    assert is_close(dark.getpixel((20, 20)), (188, 188, 188))  # half of the light, in sRGB


def test_grey_with_a_colour_profile_stays_grey():
    red, green, blue = reencoded(encoded(plain_image(128), icc_profile=matrix_profile())).getpixel(
        (20, 20)
    )
    assert max(red, green, blue) - min(red, green, blue) <= TOLERANCE


@pytest.mark.parametrize(
    "profile",
    [b"no profile", matrix_profile()[:200], grey_profile(gamma=2.2), b"\0" * 4000],
    ids=["text", "cut off", "for grey", "zeros"],
)
def test_an_invalid_profile_is_ignored(profile):
    assert is_close(
        reencoded(encoded(plain_image(RED, "RGB"), icc_profile=profile)).getpixel((20, 20)), RED
    )


def picture_with_red_corner():
    """A blue picture whose upper left quarter is red."""
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
def test_a_picture_is_rotated_as_its_exif_data_says(kind, orientation, red_at):
    exif = Image.Exif()
    exif[274] = orientation
    picture = reencoded(encoded(picture_with_red_corner(), kind, exif=exif, quality=95))
    width, height = picture.size
    assert (width > height) is (orientation < 5)
    places = {
        f"{row} {column}": (round(width * x), round(height * y))
        for row, y in (("above", 0.2), ("below", 0.8))
        for column, x in (("left", 0.2), ("right", 0.8))
    }
    reds = [place for place, at in places.items() if picture.getpixel(at)[0] > 150]
    assert reds == [red_at]


def test_broken_exif_data_is_ignored():
    exif = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    assert reencoded(encoded(picture_with_red_corner(), "JPEG", exif=exif)).size == (40, 20)


NOISE = Image.effect_noise((200, 200), 80)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.2, 0.9, 0.999])
def test_a_picture_that_was_cut_off_is_refused(kind, part):
    whole = encoded(NOISE, kind)
    with pytest.raises(ValidationError) as refused:
        reencoded(whole[: int(len(whole) * part)])
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("missing", [1, 4, 8, 12, 13, 17])
def test_a_png_without_its_last_bytes_is_refused(missing):
    with pytest.raises(ValidationError):
        reencoded(encoded(NOISE)[:-missing])


def test_a_png_with_a_changed_byte_is_refused():
    changed = bytearray(encoded(NOISE))
    changed[5000] ^= 255
    with pytest.raises(ValidationError):
        reencoded(bytes(changed))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_only_the_first_frame_of_an_animation_is_drawn(kind):
    frames = [plain_image((250, 0, 0), "RGB"), plain_image((0, 0, 250), "RGB")]
    animation = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert is_close(reencoded(animation).getpixel((20, 20)), (250, 0, 0))
