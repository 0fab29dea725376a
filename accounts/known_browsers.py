"""The browsers in which a person has signed in before.

Each browser has a signed cookie with the person keys of the people who signed in there. A person is
notified of a sign-in with a browser whose cookie lacks their key, because somebody else may have
used their password.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.signals import new_browser_signed_in

COOKIE, SALT = "known_people", "accounts.known_browsers"
AGE = timedelta(days=400)  # browsers keep no cookie longer
MAX_PEOPLE = 10  # people per browser
# People are not notified of sign-ins to an account that is younger than this, because people who
# sign up may confirm their address in another browser.
NEW_ACCOUNT = timedelta(days=1)


def note_sign_in(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember that the person signed in here. If this is their first sign-in with this browser,
    notify them, unless their account is new."""
    known = _people(request)
    if user.key not in known and timezone.now() - user.date_joined > NEW_ACCOUNT:
        user_agent = request.headers.get("User-Agent", "")
        new_browser_signed_in.send(User, user=user, user_agent=user_agent)
    keys = [user.key, *(key for key in known if key != user.key)][:MAX_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps(keys, salt=SALT),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> list[str]:
    try:
        found: list[str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return []
    return found
