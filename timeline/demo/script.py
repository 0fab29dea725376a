"""The posts of the demo people, oldest first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    author: str
    minutes_ago: int
    text: str
    likes: int = 0
    picture_of: str = ""  # a description of the picture; "" if the post has no picture
    shares_demo_space: bool = False
    replies: tuple[tuple[str, str], ...] = ()  # (author, text)


SCRIPT = (
    Line("ana", 2 * 24 * 60, "Found: a stairwell that answers in G minor. I go back at night.", 58),
    Line(
        "dan",
        29 * 60,
        "412 of 600. At this rate I open my own room in spring, and it will be about frost.",
        37,
        replies=(("ana", "Your saddest plant gets a seat on my stage until then."),),
    ),
    Line(
        "cleo",
        22 * 60,
        "Rye, day three: it bubbles, it sulks, it smells of apples.\n"
        "Nobody panic. @eve, bring jars.",
        83,
        replies=(("eve", "Jars are packed. So is butter."), ("ben", "I can hear it from here.")),
    ),
    Line(
        "eve",
        6 * 60,
        "Listened to a goods train for an hour and it was the best hour of my week.",
        12,
    ),
    Line(
        "ana",
        95,
        "First light from the roof, six microphones and one thermos. In four minutes the first "
        "tram comes round the corner and hits that high note.",
        146,
        picture_of="A city at first light: dark roofs, a few lit windows, a low sun in pink haze.",
        replies=(("cleo", "The note is a B flat. I brought proof."), ("dan", "Save me a cup.")),
    ),
    Line(
        "ben",
        12,
        "Cannot sleep? Neither can the gutters. Come in, say nothing, stay as long as it rains.",
        64,
        shares_demo_space=True,
        replies=(("eve", "Staying."),),
    ),
)
