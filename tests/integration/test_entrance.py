"""Many people who enter at the same time get the same answers as each person alone."""

from datetime import timedelta
from itertools import combinations

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.blocking import block
from accounts.models import User
from accounts.session_store import SessionStore
from accounts.sessions import PREVIOUS_USER, user_of, users_of
from billing.models import Offer, Reservation, Ticket
from core import rates
from spaces.actions import removals
from spaces.admission import admitted, refusal_of
from spaces.models import Space, State
from spaces.viewer import Viewer
from tests.factories import join_as_guest, make_space, put_on_stage

Viewers = dict[str, Viewer]


def make_person(**fields: object) -> User:
    """Create a person without hashing a password, because these tests create many people."""
    number = User.objects.count()
    return User.objects.create(handle=f"person_{number}", email=f"{number}@example.org", **fields)


def viewers_of(space: Space) -> Viewers:
    """Return viewers for each reason to admit or refuse somebody, and for pairs of reasons."""
    host = space.host

    def somebody(*qualities: str) -> User:
        user = make_person()
        for quality in qualities:
            match quality:
                case "closed":
                    user.is_active = False
                case "suspended":
                    user.suspended_until = timezone.now() + timedelta(days=1)
                case "no longer suspended":
                    user.suspended_until = timezone.now() - timedelta(days=1)
                case "blocked":
                    block(blocker=host, blocked=user)
                case "blocks the host":
                    block(blocker=user, blocked=host)
                case "removed":
                    removals.remove(space, user=user, by=host)
                case "on stage":
                    put_on_stage(space, user)
        user.save()
        return user

    single = [
        "closed",
        "suspended",
        "no longer suspended",
        "blocks the host",
        "on stage",
        "blocked",
        "removed",
        "with a ticket",
    ]
    people = {"anybody": somebody(), **{each: somebody(each) for each in single}}
    people |= {" and ".join(pair): somebody(*pair) for pair in combinations(single, 2)}
    found = {name: Viewer(user) for name, user in people.items()}
    found["a stranger"] = Viewer()
    found["a guest who has not joined"] = Viewer(guest="new")
    found["a guest"] = join_as_guest(space, "plain")
    found["a removed guest"] = join_as_guest(space, "removed")
    removals.remove_guest(space, key=found["a removed guest"].key, by=host)
    for name, user in people.items():
        guest = join_as_guest(space, f"formerly-{user.pk}")
        found[f"a guest who was {name}"] = Viewer(guest=guest.guest, formerly=user.pk)
    return found


def is_only_for_members(space: Space, viewers: Viewers) -> None:
    pass


def is_open_to_guests(space: Space, viewers: Viewers) -> None:
    space.open_to_guests = True


def has_ended(space: Space, viewers: Viewers) -> None:
    space.state, space.ended_at = State.ENDED, timezone.now()


def sells_tickets(space: Space, viewers: Viewers) -> None:
    space.open_to_guests = True
    terms = {"currency": "eur", "fee_rate": 0}
    offer = Offer.objects.create(space=space, seller=space.host, price=100, quantity=99, **terms)
    for name, viewer in viewers.items():
        if viewer.user and "with a ticket" in name:
            reservation = Reservation.objects.create(
                offer=offer,
                buyer=viewer.user,
                quantity=1,
                unit_price=100,
                expires_at=timezone.now(),
                **terms,
            )
            Ticket.objects.create(
                space=space,
                reservation=reservation,
                number=1,
                holder=viewer.user,
                price=100,
                fee=0,
                currency="eur",
            )


def has_a_substitute_host(space: Space, viewers: Viewers) -> None:
    """The new host blocks the former host, and everyone whom the former host blocked."""
    former, substitute = space.host, make_person()
    put_on_stage(space, substitute)
    block(blocker=substitute, blocked=former)
    space.host, space.host_before = substitute, former


def test_everybody_is_judged_together_as_they_are_alone(both_databases):
    for change in (
        is_only_for_members,
        is_open_to_guests,
        has_ended,
        sells_tickets,
        has_a_substitute_host,
    ):
        space = make_space(make_person(follower_count=600))
        viewers = {**viewers_of(space), "the host": Viewer(space.host)}
        change(space, viewers)
        space.save()
        alone = {name for name, viewer in viewers.items() if refusal_of(space, viewer) is None}
        found = admitted(space, list(viewers.values()))
        together = {name for name, viewer in viewers.items() if viewer in found}
        assert (change.__name__, together) == (change.__name__, alone)
        for name, viewer in viewers.items():
            assert (viewer in admitted(space, [viewer])) == (name in alone), name


def test_a_rule_that_cannot_judge_many_people_together_makes_nobody_known_as_admitted(
    db, settings, space, listener
):
    from spaces import admission  # noqa: PLC0415

    settings.ADMISSION_RULES = [*settings.ADMISSION_RULES, f"{__name__}.admits_everybody"]
    admission.rules.cache_clear()
    try:
        assert refusal_of(space, Viewer(listener)) is None
        assert admitted(space, [Viewer(listener)]) == set()
    finally:
        admission.rules.cache_clear()


def admits_everybody(space, viewer):
    return None


def session_with(**entries: object) -> str:
    session = SessionStore()
    session.update({name: entry for name, entry in entries.items() if entry is not None})
    session.create()
    return str(session.session_key)


def sign_in(user: User, **entries: object) -> str:
    signed_in = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return session_with(**{**signed_in, **entries})


def sessions_of_all_kinds() -> dict[str, str | None]:
    """Return the key in the cookie of each kind of browser."""
    found: dict[str, str | None] = {
        "signed in": sign_in(make_person()),
        "signed in, with a guest's token": sign_in(make_person(), guest="abc"),
        "no cookie": None,
        "an empty cookie": "",
        "a cookie that is too short": "short",
        "an unknown cookie": "x" * 32,
        "a guest": session_with(guest="t0k3n"),
        "a guest who signed out": session_with(**{"guest": "t0k3n", PREVIOUS_USER: 7}),
        "unknown backend": sign_in(make_person(), **{BACKEND_SESSION_KEY: "somewhere.Else"}),
        "no backend": sign_in(make_person(), **{BACKEND_SESSION_KEY: None}),
        "wrong hash": sign_in(make_person(), **{HASH_SESSION_KEY: "0" * 64}),
        "no hash": sign_in(make_person(), **{HASH_SESSION_KEY: None}),
        "nobody's id": sign_in(make_person(), **{SESSION_KEY: "987654"}),
        "expired": sign_in(make_person()),
        "corrupted": sign_in(make_person()),
    }
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(pk=found["expired"]).update(expire_date=past)
    Session.objects.filter(pk=found["corrupted"]).update(session_data="no:signed:data")
    closed = make_person(is_active=False)
    found["closed account"] = sign_in(closed)
    changed = make_person()
    found["changed password"] = sign_in(changed)
    changed.set_password("another good password")
    changed.save()
    return found


def test_sessions_that_are_loaded_together_have_the_users_that_they_have_alone(both_databases):
    keys = sessions_of_all_kinds()
    together = {name: SessionStore(key) for name, key in keys.items()}
    users = users_of(list(together.values()))
    unusual = set()
    for name, key in keys.items():
        alone = SessionStore(key)
        user = user_of(alone)
        if together[name] not in users:
            unusual.add(name)  # the caller asks `user_of`
            continue
        assert users[together[name]] == user, name
        assert dict(together[name].items()) == dict(alone.items()), name
        assert together[name].session_key == alone.session_key, name
    assert unusual == {
        "unknown backend",
        "wrong hash",
        "no hash",
        "no backend",
        "nobody's id",
        "closed account",
        "changed password",
    }


def test_requests_that_are_counted_together_have_the_same_limit(redis_server):
    together = rates.spend_each("2/hour", "enter", ["ana", "ben", "ana", "ana"])
    assert [refusal and refusal.code for refusal in together] == [None, None, None, "too_fast"]
    rates.spend("2/hour", "enter", "ben")
    with pytest.raises(rates.TooFast):
        rates.spend("2/hour", "enter", "ben")


def test_requests_are_allowed_while_redis_is_down(redis_server):
    redis_server.stop()
    assert rates.spend_each("1/hour", "enter", ["ana", "ana"]) == [None, None]
    redis_server.start()
