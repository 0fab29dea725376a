"""Commands that people post to a Space, as Hypothesis strategies."""

from hypothesis import strategies as st

PEOPLE = 16  # more people than seats
Command = tuple[str, dict[str, str]]
OWN_COMMANDS: list[Command] = [  # those that concern oneself or the whole room
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
    ("move-to-listeners/", {}),
    ("remove/", {"reason": "Shouting"}),
    ("readmit/", {}),
    ("hand-over/", {}),
]
# What can happen to one person at the same time, and an invitation that may come before it.
BEFORE: list[Command | None] = [None, ("invite/", {}), ("invite/", {"role": "cohost"})]
COMMANDS_ABOUT_ONE = st.sampled_from(
    [
        ("request/", {}),
        ("invitation/accept/", {}),
        ("step-down/", {}),
        ("accept/", {}),
        ("invite/", {}),
        ("move-to-listeners/", {}),
        ("remove/", {"reason": "Shouting"}),
        ("hand-over/", {}),
    ]
)
ANSWERS = {204, 403, 404, 409, 429}

person = st.integers(0, PEOPLE - 1)
command = st.one_of(
    st.tuples(person, st.sampled_from(OWN_COMMANDS), st.none()),
    st.tuples(person, st.sampled_from(TO_ANOTHER), person),
    # Let the host do most acts upon others: if chosen at random, almost all would be refused.
    st.tuples(st.just(-1), st.sampled_from(TO_ANOTHER), person),
)
