"""The profiles of the demo people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    handle: str
    name: str
    bio: str
    followers: int
    follows: tuple[str, ...] = ()
    painted: bool = False  # has a picture; others show their initials
    staff: bool = False


CAST = (
    Role(
        "ana",
        "Ana",
        "I collect the sounds that cities make before they remember that we are listening.",
        followers=640,
        follows=("ben", "cleo", "dan"),
        painted=True,
    ),
    Role(
        "ben",
        "Ben",
        "Keeps a small radio for people who cannot sleep. Rain, trains, and you.",
        followers=731,
        follows=("ana", "cleo", "eve"),
        painted=True,
    ),
    Role(
        "cleo",
        "Cleo",
        "Bread, basslines and badly drawn maps. Ask me about rye.",
        followers=655,
        follows=("ana", "ben", "eve"),
        painted=True,
    ),
    Role(
        "dan",
        "Dan",
        "Nearly there: a few hundred listeners to go, then I open my own room.",
        followers=412,
        follows=("ana", "ben"),
    ),
    Role("eve", "Eve", "Mostly here to listen.", followers=27, follows=("ana", "ben", "cleo")),
    Role("admin", "House", "Keeps the lights on.", followers=0, staff=True),
)
