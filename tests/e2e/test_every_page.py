"""Every page of the site, with difficult content: axe finds nothing, and nothing overflows.

With PICTURES=folder in the environment there are screenshots too, as in test_every_state.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from spaces.urls import writes
from tests.e2e.album import Album
from tests.e2e.conftest import OpenRoom
from tests.fixtures.chromium import Chromium
from tests.fixtures.stack import PASSWORD, Stack

Walk = Callable[[Page, dict[str, str]], None]

SIGNED_OUT = {
    "welcome": "/",
    "entrance-sign-in": "/accounts/login/",
    "entrance-sign-up": "/accounts/signup/",
    "entrance-forgotten": "/accounts/password/reset/",
    "entrance-forgotten-sent": "/accounts/password/reset/done/",
    "entrance-new-password": "/accounts/password/reset/key/{reset}/",  # redirects to hide the key
    "entrance-new-password-wrong": "/accounts/password/reset/key/1-nothing/",
    "entrance-new-password-done": "/accounts/password/reset/key/done/",
    "entrance-confirm": "/accounts/confirm-email/{confirm}/",
    "entrance-confirm-wrong": "/accounts/confirm-email/nothing/",
    "entrance-confirm-sent": "/accounts/confirm-email/",
    "entrance-inactive": "/accounts/inactive/",
    "entrance-keep-account": "/settings/keep/{keep}/",
    "entrance-keep-account-gone": "/settings/keep/nothing/",
    "entrance-unsubscribe": "/notifications/unsubscribe/{unsubscribe}/",
    "entrance-unsubscribe-gone": "/notifications/unsubscribe/nothing/",
    "offline": "/offline/",
    "stranger-spaces": "/spaces/",
    "stranger-said": "/spaces/?q=Bahnhofsuhr",
    "stranger-space": "/spaces/{live}/",
    "stranger-over": "/spaces/{over}/",
    "stranger-scheduled": "/spaces/{planned}/",
    "stranger-ticketed": "/spaces/{sold}/",
    "stranger-claim": "/tickets/claim/{claim}/",
    "stranger-profile": "/@layla_al_andalu/",
    "stranger-post": "/@layla_al_andalu/posts/{wall}/",
}
READER = {
    "home": "/",
    "spaces": "/spaces/",
    "spaces-found": "/spaces/?q=rain",
    "spaces-found-none": "/spaces/?q=Donaudampfschifffahrtskapitaensmuetze",
    "spaces-found-said": "/spaces/?q=Bahnhofsuhr",
    "spaces-topic": "/spaces/?topic=hard-1",
    "space": "/spaces/{live}/",
    "space-over": "/spaces/{over}/",
    "transcript": "/spaces/{over}/transcript/",
    "transcript-found": "/spaces/{over}/transcript/?q=Bahnhofsuhr",
    "transcript-found-none": "/spaces/{over}/transcript/?q=Donaudampfschifffahrtskapitaensmuetze",
    "scheduled": "/spaces/{planned}/",
    "cancelled": "/spaces/{gone}/",
    "upcoming": "/spaces/upcoming/",
    "upcoming-host": "/spaces/upcoming/?host=layla_al_andalu",
    "upcoming-none": "/spaces/upcoming/?q=Donaudampfschifffahrtskapitaensmuetze",
    "schedule-own": "/schedule/",
    "ticket-card": "/spaces/{sold}/",
    "ticket-card-unpaid": "/spaces/{own}/",
    "ticket-buy": "/spaces/{sold}/tickets/",
    "ticket-buy-code": "/spaces/{sold}/tickets/?code=unterbrechungsfrei-1",
    "ticket-buy-code-free": "/spaces/{sold}/tickets/?code=free",
    "ticket-buy-code-wrong": "/spaces/{sold}/tickets/?code=Donaudampfschifffahrtskapitaensmuetze",
    "ticket-buy-unpaid": "/spaces/{own}/tickets/",
    "ticket-bought": "/purchases/{paid}/",
    "ticket-unpaid": "/purchases/{held}/",
    "tickets": "/tickets/",
    "ticket": "/tickets/{ticket}/",
    "ticket-gift": "/tickets/{gift}/",
    "ticket-refunded": "/tickets/{back}/",
    "ticket-return": "/tickets/{ticket}/refund/",
    "ticket-claim": "/tickets/claim/{claim}/",
    "payouts-none": "/payouts/",
    "gate": "/spaces/start/",
    "gate-schedule": "/spaces/schedule/",
    "compose": "/compose/",
    "compose-share": "/compose/?space={live}",
    "profile-own": "/@maximiliane_von/",
    "profile-rtl": "/@layla_al_andalu/",
    "profile-blocked": "/@emoji_only/",
    "profile-blocks": "/@does_not_want/",
    "profile-bare": "/@bare/",
    "posts": "/@layla_al_andalu/posts/",
    "posts-none": "/@bare/posts/",
    "followers": "/@ana/followers/",
    "followers-none": "/@bare/followers/",
    "following": "/@layla_al_andalu/following/",
    "following-none": "/@bare/following/",
    "post": "/@layla_al_andalu/posts/{wall}/",
    "reply": "/@layla_al_andalu/posts/{reply}/",
    "block": "/@layla_al_andalu/block/",
    "report-person": "/report/?person=layla_al_andalu",
    "report-space": "/report/?space={live}",
    "report-post": "/report/?post={wall}",
    "report-own": "/report/?person=maximiliane_von",
    "notifications": "/notifications/",
    "settings": "/settings/",
    "settings-profile": "/settings/profile/",
    "settings-notifications": "/settings/notifications/",
    "settings-blocked": "/settings/blocked/",
    "settings-data": "/settings/data/",
    "settings-email": "/accounts/email/",
    "settings-password": "/accounts/password/change/",
    "settings-sessions": "/accounts/sessions/",
    "settings-steps-none": "/accounts/2fa/",
    "settings-passkeys-none": "/accounts/2fa/webauthn/",
    "calendar-none": "/schedule/calendar/",
    "sign-out": "/accounts/logout/",
}
ERROR_PAGES = {
    "error-404": "/nothing/",
    "error-403": "/@maximiliane_von/block/",
    "error-405": "/@ana/follow/",
}
NEWCOMER = {
    "home-empty": "/",
    "start": "/spaces/start/",
    "schedule": "/spaces/schedule/",
    "schedule-invited": "/schedule/",
    "scheduled-own": "/spaces/{own}/",
    "scheduled-asked": "/spaces/{asked}/",
    "scheduled-edit": "/spaces/{own}/edit/",
    "scheduled-cancel": "/spaces/{own}/cancel/",
    "tickets-none": "/tickets/",
    "ticket-taken": "/tickets/claim/{taken}/",
    "payouts": "/payouts/",
    "sell": "/spaces/{sold}/tickets/sell/",
    "sales": "/spaces/{sold}/tickets/sales/",
    "sales-none": "/spaces/{own}/tickets/sales/",
    "codes": "/spaces/{sold}/tickets/codes/",
    "codes-none": "/spaces/{own}/tickets/codes/",
    "statement": "/spaces/{sold}/tickets/statement/",
    "statement-none": "/spaces/{own}/tickets/statement/",
    "sales-refund": "/spaces/{sold}/tickets/{ticket}/refund/",
    "notifications-none": "/notifications/",
    "settings-notifications-none": "/settings/notifications/",
    "settings-blocked-none": "/settings/blocked/",
    "profile-own-bare": "/@bare/",
    "settings-data-none": "/settings/data/",
    "calendar": "/schedule/calendar/",
    "settings-delete": "/settings/delete/",
    "settings-app": "/accounts/2fa/totp/activate/",
    "settings-passkey-add": "/accounts/2fa/webauthn/add/",
}
REAUTHENTICATION = {  # where people confirm who they are before they change security settings
    "prove-code": "/accounts/2fa/reauthenticate/",
    "prove-passkey": "/accounts/2fa/webauthn/reauthenticate/",
    "prove": "/accounts/reauthenticate/",
}
SECURED = {
    "settings-steps": "/accounts/2fa/",
    "settings-app-off": "/accounts/2fa/totp/deactivate/",
    "settings-codes": "/accounts/2fa/recovery-codes/",
    "settings-codes-new": "/accounts/2fa/recovery-codes/generate/",
    "settings-passkeys": "/accounts/2fa/webauthn/",
    "settings-passkey-rename": "/accounts/2fa/webauthn/keys/{key}/edit/",
    "settings-passkey-remove": "/accounts/2fa/webauthn/keys/{key}/remove/",
}
STAFF = {
    "staff": "/admin/",
    "staff-queue": "/admin/safety/report/",
    "staff-queue-closed": "/admin/safety/report/?queue=closed",
    "staff-report-space": "/admin/safety/report/{report}/change/",
    "staff-report-post": "/admin/safety/report/{post_report}/change/",
    "staff-report-closed": "/admin/safety/report/{closed_report}/change/",
    "staff-appeal": "/admin/safety/report/{appeal}/change/",
    "staff-suspension": "/admin/safety/suspension/{suspension}/change/",
    "staff-log": "/admin/safety/staffact/",
    "staff-people": "/admin/accounts/user/",
    "staff-person": "/admin/accounts/user/{person}/change/",
    "staff-person-password": "/admin/accounts/user/{person}/password/",
    "staff-group": "/admin/auth/group/{group}/change/",
    "staff-deliveries": "/admin/notifications/delivery/",
    "staff-space": "/admin/spaces/space/{space}/change/",
    "staff-offer": "/admin/billing/offer/{offer}/change/",
    "staff-difference": "/admin/billing/difference/{difference}/change/",
    "staff-topic-new": "/admin/spaces/topic/add/",
    "staff-topic-history": "/admin/spaces/topic/{topic}/history/",
    "staff-topic-delete": "/admin/spaces/topic/{topic}/delete/",
    "staff-app": "/admin/spaces/",
}
# The admin renders these pages from the fields of a model, like some of the pages above, so they
# are only loaded.
STAFF_ALIKE = {
    "staff-suspensions": "/admin/safety/suspension/",
    "staff-act": "/admin/safety/staffact/{act}/change/",
    "staff-person-new": "/admin/accounts/user/add/",
    "staff-groups": "/admin/auth/group/",
    "staff-addresses": "/admin/account/emailaddress/",
    "staff-address": "/admin/account/emailaddress/{address}/change/",
    "staff-steps": "/admin/mfa/authenticator/",
    "staff-step": "/admin/mfa/authenticator/{key}/change/",
    "staff-sessions": "/admin/usersessions/usersession/",
    "staff-session": "/admin/usersessions/usersession/{session}/change/",
    "staff-delivery": "/admin/notifications/delivery/{delivery}/change/",
    "staff-broadcasts": "/admin/notifications/broadcast/",
    "staff-broadcast": "/admin/notifications/broadcast/{broadcast}/change/",
    "staff-bounced": "/admin/notifications/undeliverableaddress/",
    "staff-bounced-one": "/admin/notifications/undeliverableaddress/{bounced}/change/",
    "staff-spaces": "/admin/spaces/space/",
    "staff-schedules": "/admin/scheduling/schedule/",
    "staff-schedule": "/admin/scheduling/schedule/{schedule}/change/",
    "staff-offers": "/admin/billing/offer/",
    "staff-codes": "/admin/billing/discountcode/",
    "staff-code": "/admin/billing/discountcode/{discount}/change/",
    "staff-tickets": "/admin/billing/ticket/",
    "staff-ticket": "/admin/billing/ticket/{ticket}/change/",
    "staff-reservations": "/admin/billing/reservation/",
    "staff-reservation": "/admin/billing/reservation/{paid}/change/",
    "staff-refunds": "/admin/billing/refund/",
    "staff-refund": "/admin/billing/refund/{refund}/change/",
    "staff-transfers": "/admin/billing/transfer/",
    "staff-transfer": "/admin/billing/transfer/{transfer}/change/",
    "staff-postings": "/admin/billing/posting/",
    "staff-posting": "/admin/billing/posting/{posting}/change/",
    "staff-differences": "/admin/billing/difference/",
    "staff-accounts": "/admin/billing/hostaccount/",
    "staff-account": "/admin/billing/hostaccount/{account}/change/",
    "staff-events": "/admin/spaces/roomevent/",
    "staff-event": "/admin/spaces/roomevent/{event}/change/",
    "staff-feedbacks": "/admin/spaces/feedback/",
    "staff-feedback": "/admin/spaces/feedback/{feedback}/change/",
    "staff-topics": "/admin/spaces/topic/",
    "staff-topic": "/admin/spaces/topic/{topic}/change/",
}
SECOND_STEP = "/accounts/2fa/authenticate/"
SUSPENDED = {"suspended": "/suspended/"}
EXPECTED_STATUS = {
    "entrance-keep-account-gone": 404,
    "entrance-unsubscribe-gone": 404,
    "gate": 403,
    "gate-schedule": 403,
    "ticket-buy-code-wrong": 409,
    "suspended": 403,
    "error-403": 403,
    "error-404": 404,
    "error-405": 405,
}
PAGES = [SIGNED_OUT, READER, NEWCOMER, REAUTHENTICATION, SECURED, STAFF, STAFF_ALIKE, SUSPENDED]

# Not pages for people: endpoints for scripts and forms, and redirects.
NOT_PAGES = {
    *(f"spaces:{each.name}" for each in writes),
    *(f"spaces:{name}" for name in ("snapshot", "events", "listeners", "requests", "guests")),
    *(f"spaces:{name}" for name in ("bar", "busiest", "log", "removed")),
    *(f"spaces:{name}" for name in ("hls", "hls_access")),
    *(f"accounts:{name}" for name in ("follow", "unfollow", "unblock", "sign_out_everywhere")),
    *("accounts:request_export", "accounts:download_export"),
    *(f"notifications:push_{name}" for name in ("key", "subscribe", "unsubscribe")),
    *(f"notifications:{name}" for name in ("mute", "unmute", "detect_zone", "restore_address")),
    *(f"timeline:{name}" for name in ("oembed", "pin", "unpin", "delete", "like", "unlike")),
    *(f"timeline:{name}" for name in ("publish", "preparing")),
    *(f"scheduling:{name}" for name in ("space_file", "host_feed", "private_feed")),
    *(f"scheduling:{name}" for name in ("replace_calendar", "revoke_calendar")),
    *(f"scheduling:{name}" for name in ("set_reminder", "unset_reminder", "go_live", "row")),
    *(f"scheduling:{name}_cohost" for name in ("invite", "accept", "decline", "withdraw")),
    *(f"billing:{name}" for name in ("withdraw", "attendees_file", "onboard", "onboard_again")),
    *(f"billing:{name}" for name in ("wait", "preview", "guest_pass", "webhook")),
    *(f"billing:{name}" for name in ("give_back", "switch_off_code", "statement_file")),
    *(f"captions:{name}" for name in ("earlier", "voice", "ask", "adjust", "write", "captioner")),
    *(f"captions:{name}" for name in ("download", "edit", "delete", "withdraw_all", "keep")),
    *("mfa_download_recovery_codes", "mfa_login_webauthn", "service_worker"),
    *("account_set_password", "account_confirm_login_code"),  # unused, as everyone has a password
    *("admin:login", "admin:logout", "admin:password_change", "admin:password_change_done"),
    *("admin:search", "admin:autocomplete", "admin:jsi18n", "admin:view_on_site"),
    *("admin:safety_report_picture", "admin:billing_difference_compare"),
}
# These pages of the admin look the same for every model, so only the pages of topics are tested.
ALIKE = ("_add", "_history", "_delete")


def test_every_page_is_in_one_of_the_lists() -> None:
    walked = {route(address) for walk in PAGES for address in walk.values()} | {route(SECOND_STEP)}
    assert walked & NOT_PAGES == set()
    alike = {name for name in named_routes() if name.endswith(ALIKE)}
    assert set(named_routes()) - alike == (walked | NOT_PAGES) - alike
    assert {f"admin:spaces_topic{act}" for act in ALIKE} <= walked


@pytest.fixture
def walk(album: Album, stack: Stack, scene: dict[str, Any]) -> Walk:
    """`walk(page, addresses)` audits each page, and checks that it is the expected one."""

    def walk(page: Page, addresses: dict[str, str]) -> None:
        asked = {state: address.format_map(scene) for state, address in addresses.items()}
        found = {}
        for state, address in asked.items():
            answer = page.goto(f"{stack.url}{address}")
            assert answer
            found[state] = route(page.url.removeprefix(stack.url)), answer.status
            album.check(page, state)
        assert album.problems == []
        assert found == {
            state: (route(address), EXPECTED_STATUS.get(state, 200))
            for state, address in asked.items()
        }

    return walk


def test_pages_for_signed_out_visitors_are_accessible(
    chromium: Chromium, stack: Stack, walk: Walk
) -> None:
    walk(chromium.open(stack.url), SIGNED_OUT)


def test_pages_of_a_reader_are_accessible(open_as: OpenRoom, stack: Stack, walk: Walk) -> None:
    walk(open_as("maximiliane_von", stack.url).page, READER | ERROR_PAGES)


def test_pages_of_a_newcomer_are_accessible(open_as: OpenRoom, stack: Stack, walk: Walk) -> None:
    page = open_as("bare", f"{stack.url}{REAUTHENTICATION['prove']}").page
    prove(page)
    walk(page, NEWCOMER)


def test_pages_of_a_person_with_second_steps_are_accessible(
    album: Album, chromium: Chromium, scene: dict[str, Any], stack: Stack, walk: Walk
) -> None:
    page = chromium.open(f"{stack.url}/accounts/login/")
    page.locator("[name=login]").fill("two_steps")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(f"{stack.url}{SECOND_STEP}")
    album.check(page, "entrance-second-step")
    page.locator("[name=code]").fill(scene["code"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{stack.url}/")
    walk(page, REAUTHENTICATION)
    prove(page)
    walk(page, SECURED)


def test_pages_of_the_staff_are_accessible(
    album: Album, open_as: OpenRoom, scene: dict[str, Any], stack: Stack, walk: Walk
) -> None:
    album.reports_minor = False  # the admin's landmarks come from the library unfold
    page = open_as("admin", stack.url).page
    walk(page, STAFF)
    addresses = [address.format_map(scene) for address in STAFF_ALIKE.values()]
    loaded = {address: page.request.get(f"{stack.url}{address}") for address in addresses}
    found = {address: (answer.status, answer.url) for address, answer in loaded.items()}
    assert found == {address: (200, f"{stack.url}{address}") for address in addresses}


def test_pages_of_a_suspended_person_are_accessible(
    sign_in: Callable[..., Page], walk: Walk
) -> None:
    walk(sign_in("shut_out"), SUSPENDED)


def prove(page: Page) -> None:
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda address: "/reauthenticate/" not in address)


def route(address: str) -> str:
    """Return the name of the view at this address, or "" if there is none."""
    placeholders = {"reset": "a-b", "paid": str(UUID(int=1)), "held": str(UUID(int=2))}
    path = address.split("?")[0].format_map(defaultdict(lambda: "1", placeholders))
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def named_routes(within: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            namespace = f"{each.namespace}:" if each.namespace else ""
            yield from named_routes(each, prefix + namespace)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{prefix}{each.name}"
