"""Rights in the admin: every registered class and every right, over members and over staff.

A class that is not listed here is for superusers only. If this test fails for a new class, decide
what staff need, and never give access to what controls people's rights or sign-in.
"""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.utils import timezone

from accounts.admin_guard import STANDARD_PAGES, Guard
from accounts.models import User
from billing.models import (
    Difference,
    DiscountCode,
    HostAccount,
    Offer,
    Posting,
    Refund,
    Reservation,
    Ticket,
    Transfer,
)
from config.admin import Site
from notifications.models import Broadcast, Delivery, UndeliverableAddress
from safety.models import Report, StaffAct, Suspension
from scheduling.models import Schedule
from spaces.actions import feedback
from spaces.models import Feedback, Mood, RoomEvent, Space, Topic
from tests.billing import rows
from tests.factories import make_space, make_staff, make_user, signed_in
from tests.safety.moderation import open_case
from tests.scheduling.hosting import schedule

pytestmark = pytest.mark.django_db
RIGHTS = {"view", "add", "change", "delete"}
ACCOUNTS = {
    "member": {},
    "staff": {"is_staff": True},
    "superuser": {"is_staff": True, "is_superuser": True},
}
READ_ONLY = ({"view"}, {"view"})
BILLING = (
    Difference,
    DiscountCode,
    HostAccount,
    Offer,
    Posting,
    Refund,
    Reservation,
    Ticket,
    Transfer,
)
# What staff with every permission may do with the objects of members, and with those of staff.
STAFF_MAY: dict[type, tuple[set[str], set[str]]] = {
    User: ({"view", "change"}, set()),
    UserSession: ({"view", "delete"}, set()),
    Report: ({"view", "change"}, {"view"}),
    Suspension: READ_ONLY,
    StaffAct: READ_ONLY,
    Space: READ_ONLY,
    Schedule: READ_ONLY,
    RoomEvent: READ_ONLY,
    Feedback: READ_ONLY,
    Topic: (RIGHTS, RIGHTS),
    Delivery: READ_ONLY,
    Broadcast: READ_ONLY,
    **dict.fromkeys(BILLING, READ_ONLY),
}
NOBODY_MAY: dict[type, set[str]] = {
    User: {"delete"},
    Authenticator: {"add"},
    UserSession: {"add"},
    Report: {"add", "delete"},
    UndeliverableAddress: {"add", "change"},
    **dict.fromkeys(
        (Suspension, StaffAct, Space, Schedule, RoomEvent, Feedback, Delivery, Broadcast, *BILLING),
        RIGHTS - {"view"},
    ),
}
# The pages that staff may open besides Django's standard pages.
EXTRA_PAGES_FOR_STAFF = {"safety_report_picture", "billing_difference_compare"}


def make_journal_line(person):
    return make_space(person).journal.last()


def make_delivery(person):
    times = dict.fromkeys(("due_at", "next_try_at", "late_at"), timezone.now())
    return Delivery.objects.create(kind="report", subject="x", user=person, channel="push", **times)


def make_feedback(person):
    feedback.give(make_space(), user=person, mood=Mood.GOOD, line="The trams!")
    return Feedback.objects.get()


MAKERS: dict[type, Any] = {
    User: lambda person: person,
    Group: lambda person: person.groups.create(name="Moderators"),
    EmailAddress: lambda person: EmailAddress.objects.create(user=person, email=person.email),
    Authenticator: lambda person: Authenticator.objects.create(user=person, type="totp", data={}),
    UserSession: lambda person: UserSession.objects.create(
        user=person, ip="192.0.2.7", session_key="key"
    ),
    Report: lambda person: open_case(person, by=make_user()),
    Suspension: lambda person: Suspension.objects.create(user=person, reason="x", by=make_user()),
    StaffAct: lambda person: StaffAct.objects.create(actor=person, subject=person, act="warn"),
    Space: make_space,
    Schedule: lambda person: schedule(person).schedule,
    RoomEvent: make_journal_line,
    Feedback: make_feedback,
    Delivery: make_delivery,
    Broadcast: lambda person: Broadcast.objects.create(
        kind="went_live", subject="x", due_at=timezone.now(), next_at=timezone.now()
    ),
    UndeliverableAddress: lambda person: UndeliverableAddress.objects.create(
        user=person, email=person.email
    ),
    Difference: rows.make_difference,
    DiscountCode: rows.make_discount_code,
    HostAccount: rows.make_account,
    Offer: rows.make_offer,
    Posting: rows.make_posting,
    Refund: rows.make_refund,
    Reservation: rows.make_reservation,
    Ticket: rows.make_ticket,
    Transfer: rows.make_transfer,
    Topic: lambda person: Topic.objects.create(name="Trams", slug="trams"),
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def make_row(model, person):
    assert model in MAKERS, f"Say in this file how a {model.__name__} is made."
    return MAKERS[model](person)


def expected(model, *, actor, target):
    if actor == "superuser":
        return RIGHTS - NOBODY_MAY.get(model, set())
    of_members, of_staff = STAFF_MAY.get(model, (set(), set()))
    return of_members if target == "member" else of_staff


def rights_of(actor, model, row):
    request = RequestFactory().get("/")
    request.user = actor
    found = admin.site.get_model_admin(model)
    return {
        right
        for right in RIGHTS - {"add"}
        if getattr(found, f"has_{right}_permission")(request, row)
    }


def rights_on_pages(client, model, row):
    """The rights that the pages grant: a refusal is a 403 or a redirect to the front page."""
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    answers = {
        "add": [client.get(f"{base}add/")],
        "change": [client.post(f"{base}{row.pk}/change/", {})],
        "delete": [client.get(f"{base}{row.pk}/delete/")],
        "view": [client.get(f"{base}{row.pk}/{page}/") for page in ("change", "history")],
    }
    found = {right for right, given in answers.items() if all(map(is_open, given))}
    assert {right for right, given in answers.items() if any(map(is_open, given))} == found
    listed = client.get(base)
    assert (is_open(listed) and row in listed.context["cl"].queryset) == ("view" in found)
    return found


def is_open(answer):
    assert answer.status_code in {200, 302, 403}
    return answer.status_code == 200 or (answer.status_code == 302 and answer.url != "/admin/")


@pytest.mark.parametrize("target", ACCOUNTS)
@pytest.mark.parametrize("actor", ["staff", "superuser"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_staff_and_superusers_have_the_listed_rights_over_every_model(model, actor, target):
    person = make_user("tara", followers=600, **ACCOUNTS[target])
    row = make_row(model, person)
    user = make_staff() if actor == "staff" else make_user("root", **ACCOUNTS["superuser"])
    allowed = expected(model, actor=actor, target=target)
    assert rights_of(user, model, row) == allowed - {"add"}
    if actor == "superuser" and target != "member":
        return  # requesting the pages is slow, so once is enough
    # Adding does not concern an existing person.
    allowed_to_add = expected(model, actor=actor, target="member") & {"add"}
    assert rights_on_pages(signed_in(user), model, row) == (allowed - {"add"}) | allowed_to_add


def test_the_guard_comes_first_in_every_class():
    for found in admin.site._registry.values():
        assert type(found).__mro__[1] is Guard


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_extra_pages_of_a_class_are_closed_to_staff_unless_listed(model):
    client, row = signed_in(make_staff()), make_row(model, make_user("tara", followers=600))
    found = admin.site.get_model_admin(model)
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    names = {f"{model._meta.app_label}_{model._meta.model_name}_{page}" for page in STANDARD_PAGES}
    for pattern in found.get_urls():
        if pattern.name in names | EXTRA_PAGES_FOR_STAFF:
            continue
        for key in ("<path:object_id>", "<id>", "<int:pk>"):
            route = str(pattern.pattern).replace(key, str(row.pk))
            if "<" not in route:
                assert client.get(base + route).status_code == 403
                break
        else:
            pytest.fail(f"Say in this test how {pattern} is requested.")


class Toy(admin.ModelAdmin):
    """A class written without any knowledge of the guard."""

    class Rows(admin.TabularInline):
        model = EmailAddress

    inlines = (Rows,)
    actions = ("promote",)

    def promote(self, request, people):
        people.update(is_superuser=True)


@pytest.mark.parametrize(("actor", "open"), [("staff", False), ("superuser", True)])
def test_a_new_class_is_for_superusers_only(actor, open):
    site = Site(name="toy")
    site.register(User, Toy)
    toy, request = site.get_model_admin(User), RequestFactory().get("/")
    request.user = make_staff() if actor == "staff" else make_user(**ACCOUNTS["superuser"])
    rights = [getattr(toy, f"has_{right}_permission")(request) for right in RIGHTS]
    assert rights == [open] * 4
    assert toy.get_model_perms(request) == dict.fromkeys(RIGHTS, open)
    assert ("promote" in toy.get_actions(request)) is open
    assert bool(toy.get_inline_instances(request, None)) is open
