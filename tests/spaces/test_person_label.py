"""The label of a person's button in a room, as the server renders it."""

from spaces.templatetags.people import person_label

ANA = {"id": "u1", "name": "Ana"}


def test_a_label_says_name_role_and_state():
    assert person_label(ANA, "host", muted=True) == "Ana, host, muted"
    assert person_label(ANA, "cohost", me="u2", hand=True) == "Ana, co-host, hand raised"


def test_the_label_of_the_viewer_says_you():
    assert person_label(ANA, "speaker", me="u1") == "Ana (you), speaker"


def test_a_label_mentions_a_block_where_the_visible_text_does():
    assert person_label(ANA, "speaker", blocked=["u1"]) == "Ana, speaker, you blocked this person"
    assert person_label(ANA, "listener", blocked=["u1"]) == "Ana, you blocked this person, listener"


def test_the_label_in_the_template_for_the_script_names_nobody():
    assert person_label(None, "listener", blocked=["u1"]) == "listener"
