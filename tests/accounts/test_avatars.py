import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import avatars
from accounts.avatars import SIDE, reencode
from tests.factories import make_user

ORIENTATION, RIGHT_TOP = 0x0112, 6  # upright after a rotation by 90° clockwise
GPS = 0x8825


def upload(image: Image.Image, kind: str = "PNG", **options: object) -> ContentFile:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return ContentFile(out.getvalue(), name="../../evil.php")


def reencoded(image: Image.Image, kind: str = "PNG", **options: object) -> Image.Image:
    return Image.open(reencode(upload(image, kind, **options)))


def is_close(pixel: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_upload_becomes_a_square_webp(kind):
    picture = reencoded(Image.new("RGB", (900, 500), "navy"), kind)
    assert (picture.format, picture.size, picture.mode) == ("WEBP", (SIDE, SIDE), "RGB")


def test_small_pictures_are_enlarged():
    assert reencoded(Image.new("RGB", (1, 3), "navy")).size == (SIDE, SIDE)


def test_metadata_is_removed():
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 0.0)}
    picture = reencoded(
        Image.new("RGB", (500, 500), "navy"), "JPEG", exif=exif, icc_profile=b"p" * 200
    )
    assert (dict(picture.getexif()), picture.info.get("icc_profile")) == ({}, None)


def test_a_picture_taken_sideways_is_turned_upright():
    taken = Image.new("RGB", (400, 400), "blue")
    taken.paste("red", (0, 0, 200, 400))  # red on the left, which becomes the top
    exif = Image.Exif()
    exif[ORIENTATION] = RIGHT_TOP
    picture = reencoded(taken, "JPEG", exif=exif, quality=95)
    assert is_close(picture.getpixel((200, 60)), (255, 0, 0))
    assert is_close(picture.getpixel((200, 340)), (0, 0, 255))


def test_only_the_first_frame_of_an_animation_is_kept():
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    picture = reencoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert is_close(picture.getpixel((200, 200)), (255, 0, 0))
    assert getattr(picture, "n_frames", 1) == 1


def test_transparent_areas_become_white():
    assert is_close(reencoded(Image.new("RGBA", (50, 50))).getpixel((200, 200)), (255, 255, 255))


def test_more_than_16_megapixels_are_refused_before_decoding():
    bomb = upload(Image.new("1", (4000, 4001)))
    assert bomb.size < 100_000
    with pytest.raises(ValidationError) as refused:
        reencode(bomb)
    assert refused.value.code == "too_many_pixels"


def test_a_decompression_bomb_that_pillow_refuses_is_reported_as_too_many_pixels():
    with pytest.raises(ValidationError) as refused:
        reencode(upload(Image.new("1", (14_000, 13_000))))
    assert refused.value.code == "too_many_pixels"


def test_more_than_8_megabytes_are_refused():
    with pytest.raises(ValidationError) as refused:
        reencode(ContentFile(b"\0" * (8 * 1024 * 1024 + 1), name="large.png"))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"GIF89a\x01\x00",
        b"BM" + b"\0" * 60,
    ],
)
def test_a_file_that_is_not_a_picture_is_refused(content):
    with pytest.raises(ValidationError) as refused:
        reencode(ContentFile(content, name="x.png"))
    assert refused.value.code == "unreadable"


def test_a_truncated_picture_is_refused():
    whole = upload(Image.effect_noise((300, 300), 90), "JPEG").read()
    with pytest.raises(ValidationError) as refused:
        reencode(ContentFile(whole[: len(whole) // 2], name="x.jpg"))
    assert refused.value.code == "unreadable"


@pytest.mark.django_db
def test_a_new_picture_gets_a_random_name_and_the_old_file_is_deleted(
    django_capture_on_commit_callbacks,
):
    user, storage = make_user("ana"), make_user("ben").picture.storage
    avatars.set_picture(user, reencode(upload(Image.new("RGB", (9, 9)))))
    first = user.picture.name
    assert first.startswith("avatars/") and first.endswith(".webp") and "evil" not in first
    with django_capture_on_commit_callbacks(execute=True):
        avatars.set_picture(user, reencode(upload(Image.new("RGB", (9, 9)))))
    assert (storage.exists(first), storage.exists(user.picture.name)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        avatars.remove_picture(user)
    assert user.avatar == ""


@pytest.mark.django_db
def test_a_picture_is_served_with_its_content_type(client):
    user = make_user("ana")
    avatars.set_picture(user, reencode(upload(Image.new("RGB", (9, 9)))))
    answer = client.get(user.avatar)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with user.picture.open() as kept:
        assert answer.getvalue() == kept.read()
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_form_shows_the_error_and_changes_nothing(ana, as_ana):
    page = as_ana.post(
        "/settings/profile/",
        {"name": "Eve", "upload": SimpleUploadedFile("x.png", b"hello", "image/png")},
    )
    assert "cannot be read as a JPEG, PNG, WebP or GIF picture" in page.text
    ana.refresh_from_db()
    assert (ana.name, ana.avatar) == ("Ana", "")
