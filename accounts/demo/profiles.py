"""The profiles of the demo people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    handle: str
    name: str
    bio: str
    followers: int
    follows: tuple[str, ...] = ()
    has_picture: bool = False  # without a picture, pages show initials
    staff: bool = False


PROFILES = (
    Profile(
        "ana",
        "Ana",
        "I collect the sounds of cities when nobody seems to be listening.",
        followers=640,
        follows=("ben", "cleo", "dan"),
        has_picture=True,
    ),
    Profile(
        "ben",
        "Ben",
        "I run a small radio station for people who cannot sleep. Rain, trains, and you.",
        followers=731,
        follows=("ana", "cleo", "eve"),
        has_picture=True,
    ),
    Profile(
        "cleo",
        "Cleo",
        "Bread, basslines and badly drawn maps. Ask me about rye.",
        followers=655,
        follows=("ana", "ben", "eve"),
        has_picture=True,
    ),
    Profile(
        "dan",
        "Dan",
        "Nearly there: fewer than two hundred followers to go, then I start my own Space.",
        followers=412,
        follows=("ana", "ben"),
    ),
    Profile("eve", "Eve", "Mostly here to listen.", followers=27, follows=("ana", "ben", "cleo")),
    Profile("admin", "House", "Keeps the lights on.", followers=0, staff=True),
)
