"""Draw abstract pictures for the demo from a seed, so that no picture files are needed."""

import colorsys
import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

from accounts.avatars import SIDE

Colour = tuple[int, int, int]


def draw_picture(seed: str) -> bytes:
    """Return a square WebP; the same seed gives the same picture."""
    rng = random.Random(seed)  # noqa: S311  (a picture, not a secret)
    hue = rng.random()
    canvas = Image.new("RGB", (SIDE, SIDE), _colour(hue, 0.34, 0.75))
    for _ in range(5):
        _glow(canvas, rng, _colour(hue + rng.uniform(-0.14, 0.14), 0.55, 0.85))
    _petals(canvas, rng, _colour(hue + 0.08, 0.8, 0.95))
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=88)
    return out.getvalue()


def _glow(canvas: Image.Image, rng: random.Random, colour: Colour) -> None:
    x, y = (rng.uniform(0, SIDE) for _ in "xy")
    radius = rng.uniform(0.25, 0.5) * SIDE
    mask = Image.new("L", canvas.size)
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=190)
    canvas.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(SIDE / 7)))


def _petals(canvas: Image.Image, rng: random.Random, colour: Colour) -> None:
    count, turn = rng.choice((5, 6, 7, 8)), rng.uniform(0, math.tau)
    reach, half = SIDE * rng.uniform(0.24, 0.3), SIDE * rng.uniform(0.12, 0.16)
    for petal in range(count):
        angle = turn + math.tau * petal / count
        x, y = SIDE / 2 + reach * math.cos(angle), SIDE / 2 + reach * math.sin(angle)
        mask = Image.new("L", canvas.size)
        ImageDraw.Draw(mask).ellipse((x - half, y - half, x + half, y + half), fill=120)
        canvas.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(2)))


def _colour(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
