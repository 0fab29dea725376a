"""What people post to a Space, as Hypothesis draws it."""

from hypothesis import strategies as st

PEOPLE = 16  # more than there are seats
Command = tuple[str, dict[str, str]]
OF_ONE: list[Command] = [  # what one does for oneself, or to the whole room
    ("request/", {}),
    ("request/cancel/", {}),
    ("invitation/accept/", {}),
    ("invitation/decline/", {}),
    ("microphone/", {"muted": "false"}),
    ("microphone/", {"muted": "true"}),
    ("hand/", {"raised": "true"}),
    ("step-down/", {}),
    ("mute-all/", {}),
    ("lock/", {"locked": "true"}),
    ("lock/", {"locked": "false"}),
    ("music-mode/", {"on": "true"}),
    ("music-mode/", {"on": "false"}),
    ("chat/", {"text": "Good evening"}),
    ("chat/mode/", {"paused": "true", "slow_mode": "0"}),
    ("chat/mode/", {"paused": "false", "slow_mode": "10"}),
    ("details/", {"title": "Another title", "topics": "music"}),
    ("end/", {}),
]
TO_ANOTHER: list[Command] = [
    ("accept/", {}),
    ("decline/", {}),
    ("invite/", {}),
    ("invite/", {"role": "cohost"}),
    ("uninvite/", {}),
    ("mute/", {}),
    ("lower-hand/", {}),
    ("move/", {}),
    ("remove/", {"reason": "Shouting"}),
    ("readmit/", {}),
    ("hand-over/", {}),
]
# What changes somebody's place in the room, and what makes that possible.
BEFORE: list[Command | None] = [None, ("invite/", {}), ("invite/", {"role": "cohost"})]
HAPPENING = st.sampled_from(
    [
        ("request/", {}),
        ("invitation/accept/", {}),
        ("step-down/", {}),
        ("accept/", {}),
        ("invite/", {}),
        ("move/", {}),
        ("remove/", {"reason": "Shouting"}),
        ("hand-over/", {}),
    ]
)
ANSWERS = {204, 403, 404, 409, 429}

person = st.integers(0, PEOPLE - 1)
command = st.one_of(
    st.tuples(person, st.sampled_from(OF_ONE), st.none()),
    st.tuples(person, st.sampled_from(TO_ANOTHER), person),
    # Hosts do most of what is done to others; were it by chance, almost all would be refused.
    st.tuples(st.just(-1), st.sampled_from(TO_ANOTHER), person),
)
