"""A page's script finds elements by `data-part`.

A room is part of a page with a navigation, so the two must not use the same names: the badge of the
chat once showed the number of notifications.
"""

import re

from django.conf import settings

PART = re.compile(r'data-part="([\w-]+)"')


def parts(folder):
    templates = (settings.BASE_DIR / "templates" / folder).glob("*.html")
    return {name for template in templates for name in PART.findall(template.read_text())}


def test_the_room_and_what_surrounds_it_have_different_parts():
    of_avatars = {"picture", "initials"}  # scripts search for these only inside an avatar
    assert parts("spaces/room") & parts("components") == of_avatars
