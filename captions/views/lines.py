"""The lines before those in the snapshot, for people who read back."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.models import User
from captions.snapshot_part import lines_before
from core import responses
from core.refusals import Refusal
from spaces.models import Space
from spaces.views.room_data import for_readers

DIGITS = 18  # every database can store a number of this length


@for_readers
def earlier(request: HttpRequest, space: Space) -> HttpResponse:
    before = request.GET.get("before", "")
    if not (before.isascii() and before.isdecimal()) or len(before) > DIGITS:
        refusal = Refusal("bad_before", "before is the id of a line", status=400)
        return responses.refusal_json(refusal)
    user = request.user
    reader = user if isinstance(user, User) else None
    return JsonResponse(lines_before(space, int(before), reader))
