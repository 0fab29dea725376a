from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts import hosting
from accounts.models import User
from spaces.cards import live_cards


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The live Spaces: what people come for."""
    user = request.user if isinstance(request.user, User) else None
    context = {
        "live": live_cards(request.user),
        "standing": hosting.standing(user) if user else None,
    }
    return render(request, "timeline/home.html", context)
