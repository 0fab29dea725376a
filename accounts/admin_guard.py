"""Staff may do nothing in the admin unless the admin class allows it.

`config.admin.Site` adds this guard to every registered admin class, and the guard adds itself to
their inlines. A class that allows nothing is therefore for superusers only, whatever Django
permissions other people have.

To do what the class allows, people also need Django's own permission.

This module is not in the package `safety.admin`, because importing that package already requires
the admin site.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern

from accounts.models import User
from accounts.staff_accounts import is_staff_account, staff_accounts

ITSELF = "self"
STANDARD_PAGES = ("changelist", "add", "history", "delete", "change")


class ClosedByDefault:
    """The last base of every admin class, with defaults that the class may override."""

    staff_rights: Collection[str] = ()  # any of view, add, change, delete
    # The field that leads from a row to its owner, or ITSELF if the row is a person. Rows of
    # staff accounts are for superusers only, except for the rights in `rights_over_staff`.
    belongs_to = ""
    rights_over_staff: Collection[str] = ()
    staff_pages: Collection[str] = ()  # names of URLs that the class adds, open to staff


class Guard:
    """The first base of every admin class, so that its checks run before the class's own."""

    staff_rights: Collection[str]
    belongs_to: str
    rights_over_staff: Collection[str]
    staff_pages: Collection[str]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opened("view", request, obj) and self._allowed("view", request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self._opened("add", request) and self._allowed("add", request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opened("change", request, obj) and self._allowed("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._opened("delete", request, obj) and self._allowed("delete", request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows for lists, searches, autocompletion, history and actions."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows if "view" in self.rights_over_staff else self._reachable(rows, request)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        rows = self._reachable(queryset, request)
        response: HttpResponse | None = super().response_action(request, rows)  # type: ignore[misc]
        return response

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out actions that name no permission, except for superusers."""
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        if _is_superuser(request):
            return actions
        return {
            name: action
            for name, action in actions.items()
            if hasattr(action[0], "allowed_permissions")
        }

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type]:
        inlines = super().get_inlines(request, obj)  # type: ignore[misc]
        return [guarded(inline) for inline in inlines]

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        model = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        allowed = {*self.staff_pages, *(f"{model}_{page}" for page in STANDARD_PAGES)}
        for pattern in urls:
            if pattern.name not in allowed:
                pattern.callback = _for_superusers(pattern.callback)
        return urls

    def _allowed(self, right: str, request: HttpRequest, *args: Any) -> bool:
        """Return whether the class itself and Django's permissions allow this."""
        return bool(getattr(super(), f"has_{right}_permission")(request, *args))

    def _opened(self, right: str, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the class gives this right to staff; superusers have every right.

        `rights_over_staff` applies to the rows of staff accounts, `staff_rights` to all others.
        """
        if _is_superuser(request):
            return True
        return right in (self.rights_over_staff if self._is_of_staff(obj) else self.staff_rights)

    def _is_of_staff(self, obj: Any) -> bool:
        if obj is None or not self.belongs_to:
            return False
        person = obj if self.belongs_to == ITSELF else getattr(obj, self.belongs_to)
        return isinstance(person, User) and is_staff_account(person)

    def _reachable(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        if _is_superuser(request) or not self.belongs_to:
            return rows
        path = "" if self.belongs_to == ITSELF else f"{self.belongs_to}__"
        return rows.exclude(staff_accounts(path))


def guarded(admin_class: type) -> type:
    """Return the class with the guard added, or the class itself if it already has the guard."""
    if issubclass(admin_class, Guard):
        return admin_class
    names = {"__module__": admin_class.__module__, "__doc__": admin_class.__doc__}
    return type(admin_class.__name__, (Guard, admin_class, ClosedByDefault), names)


def _for_superusers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)  # the view redirects visitors to the sign-in page

    return guard


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
