from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in user, with its type for the type checker.

    Views with `login_required` always have a user; elsewhere, raise PermissionDenied if nobody is
    signed in.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
