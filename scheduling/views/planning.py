"""The forms to schedule a Space, to change it and to cancel it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import hosting
from accounts.models import Follow, User
from accounts.viewer import signed_in
from core import once, rates, responses
from core.refusals import Refusal
from core.time_zones import city
from notifications import zones
from scheduling import rules
from scheduling.actions import cancelling, planning
from scheduling.forms import (
    CancelForm,
    EditForm,
    PlanForm,
    ScheduleForm,
    new_plan_values,
    plan_values,
)
from spaces.models import Space

SCHEDULING = "30/hour"
SUGGESTED = 50  # people whom the host follows, offered as co-hosts


@login_required
def schedule(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    eligibility = hosting.eligibility(user)
    if not eligibility.may_host:
        return render(request, "spaces/gate.html", {"eligibility": eligibility}, status=403)
    zone = zones.of(user)
    initial = new_plan_values(timezone.now().astimezone(zone), str(zone))
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "once": once.new_name(), "suggested": suggested(user)} | details_for(
        form
    )
    if request.method != "POST":
        return render(request, "scheduling/schedule.html", context)
    if not form.is_valid():
        return _redisplay(request, "scheduling/schedule.html", context, form)
    sent = ("schedule", user.pk, request.POST.get("once", "")[: once.MAX_NAME_LENGTH])
    content = (*sent, form.cleaned_data["title"], form.plan().local_date, form.plan().local_time)
    try:
        if not once.begin(*content):
            return _show_created(user, form)
        try:
            rates.spend(SCHEDULING, "schedule", user.key)
            invited = form.cleaned_data["cohosts"]
            space, note = planning.schedule(
                host=user, plan=form.plan(), invited=invited, **form.series()
            )
        except Refusal:
            once.undo(*content)
            raise
    except Refusal as refusal:
        return _refuse(request, "scheduling/schedule.html", context, form, refusal)
    _remember_zone(user, form)
    messages.success(request, f"Scheduled. {note}".strip())
    return redirect(space)


@login_required
def edit(request: HttpRequest, space_id: str) -> HttpResponse:
    space, user = _space_of_host(request, space_id)
    schedule = space.schedule
    form = EditForm(
        request.POST if request.method == "POST" else None,
        initial=plan_values(space, schedule),
        schedule=schedule,
    )
    context = {"form": form, "space": space, "schedule": schedule} | details_for(form)
    if request.method != "POST":
        return render(request, "scheduling/edit.html", context)
    if not form.is_valid():
        return _redisplay(request, "scheduling/edit.html", context, form)
    try:
        rates.spend(SCHEDULING, "edit", user.key)
        following = form.cleaned_data["and_following"]
        note = planning.edit(space, by=user, plan=form.plan(), and_following=bool(following))
    except rules.BadTime as refusal:
        return _refuse(request, "scheduling/edit.html", context, form, refusal)
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=space)
    return responses.done(request, to=space, message=f"Saved. {note}".strip())


@login_required
def cancel(request: HttpRequest, space_id: str) -> HttpResponse:
    space, user = _space_of_host(request, space_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "space": space, "schedule": space.schedule}
    if request.method != "POST":
        return render(request, "scheduling/cancel.html", context)
    if not form.is_valid():
        return _redisplay(request, "scheduling/cancel.html", context, form)
    data = form.cleaned_data
    try:
        count = cancelling.cancel(
            space, by=user, reason=data["reason"], and_following=bool(data["and_following"])
        )
    except Refusal as refusal:
        return responses.refuse(request, refusal, to=space)
    message = "Cancelled." if count == 1 else f"{count} Spaces cancelled."
    return responses.done(request, to=space, message=message)


def details_for(form: PlanForm) -> dict[str, Any]:
    """Return what the page shows besides the form's fields."""
    zone = str(form["zone"].value() or "")
    return {"zone_name": city(zone) or zone, "max_occurrences": rules.MAX_OCCURRENCES}


def suggested(host: User) -> list[User]:
    """Return people whom the form suggests as co-hosts: those whom the host follows."""
    follows = Follow.objects.filter(follower=host, followed__is_active=True)
    return [
        each.followed for each in follows.select_related("followed").order_by("-pk")[:SUGGESTED]
    ]


def _space_of_host(request: HttpRequest, space_id: str) -> tuple[Space, User]:
    """Return a Space that the signed-in person has scheduled; 404 for other people's Spaces."""
    user = signed_in(request)
    planned = Space.objects.filter(host=user, schedule__isnull=False).select_related("host")
    return get_object_or_404(planned, public_id=space_id), user


def _redisplay(
    request: HttpRequest, template: str, context: dict[str, Any], form: Any
) -> HttpResponse:
    return responses.redisplay(request, template, context, why=responses.first_error(form))


def _refuse(
    request: HttpRequest, template: str, context: dict[str, Any], form: PlanForm, refusal: Refusal
) -> HttpResponse:
    """Show the form again, with the refusal next to the time if that is the reason."""
    form.add_error("time" if isinstance(refusal, rules.BadTime) else None, refusal.message)
    return responses.redisplay(request, template, context, why=refusal)


def _show_created(user: User, form: PlanForm) -> HttpResponse:
    """Redirect to the Space that the first of two equal requests (a double tap) created."""
    same = Space.objects.scheduled().filter(host=user, title=form.cleaned_data["title"])
    created = same.order_by("-pk").first()
    return redirect(created) if created else redirect("scheduling:schedule")


def _remember_zone(user: User, form: PlanForm) -> None:
    if str(zones.of(user)) == "UTC":
        zones.remember(user, form.cleaned_data["zone"])
