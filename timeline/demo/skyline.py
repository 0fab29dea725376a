"""Draw the picture of a demo post, a city at sunrise, so that no picture file is needed."""

import random

from PIL import Image, ImageDraw, ImageFilter

from core.pictures import Picture
from timeline.pictures import QUALITY

WIDTH, HEIGHT = 1200, 675
NIGHT, DAWN, GLOW = (38, 28, 98), (238, 128, 150), (255, 214, 170)
Colour = tuple[int, int, int]


def draw_skyline(seed: str) -> Picture:
    rng = random.Random(seed)  # noqa: S311  (a picture, not a secret)
    canvas = Image.new("RGB", (WIDTH, HEIGHT))
    sky = ImageDraw.Draw(canvas)
    for y in range(HEIGHT):
        sky.line((0, y, WIDTH, y), fill=_mix(NIGHT, DAWN, min(1, y / (HEIGHT * 0.78))))
    sun = Image.new("L", canvas.size)
    ImageDraw.Draw(sun).ellipse((720, 330, 1000, 610), fill=235)
    canvas.paste(GLOW, mask=sun.filter(ImageFilter.GaussianBlur(46)))
    for depth in range(3):
        _draw_houses(canvas, rng, depth)
    return Picture.of(canvas, quality=QUALITY)


def _draw_houses(canvas: Image.Image, rng: random.Random, depth: int) -> None:
    wall = _mix((122, 78, 146), (24, 18, 58), depth / 2)
    draw = ImageDraw.Draw(canvas)
    x = -20
    while x < WIDTH:
        width = rng.randrange(50, 110) + depth * 14
        top = HEIGHT - rng.randrange(90, 220) + depth * 42
        draw.rectangle((x, top, x + width, HEIGHT), fill=wall)
        if rng.random() < 0.3:
            draw.line((x + width // 2, top - 34, x + width // 2, top), fill=wall, width=3)
        for left in range(x + 10, x + width - 14, 20):
            for upper in range(top + 14, HEIGHT, 28):
                if depth and rng.random() < 0.13:
                    draw.rectangle((left, upper, left + 8, upper + 12), fill=GLOW)
        x += width + rng.randrange(2, 10)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
