from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person who asks. Behind `login_required` this never refuses; it tells the types so."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
