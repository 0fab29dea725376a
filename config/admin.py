"""The admin site: guarded model admins, our own sign-in, and a wider content security policy."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.sites import UnfoldAdminSite

from accounts.admin_guard import guarded

View = Callable[..., HttpResponse]


class Site(UnfoldAdminSite):
    site_title = site_header = "Spaces"
    index_title = "For the staff"

    def register(
        self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any
    ) -> None:
        """Add the guard (accounts.admin_guard) to each class that an app registers."""
        super().register(model_or_iterable, guarded(admin_class or ModelAdmin), **options)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use the site's own sign-in, with its rate limits and second factors."""
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Use the site's own page to change a password, with its rules."""
        return redirect("account_change_password")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Allow eval and inline styles, which Unfold's Alpine.js needs, on admin pages only."""
        allowed = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
        return cast(View, csp_update(allowed)(super().admin_view(view, cacheable)))
