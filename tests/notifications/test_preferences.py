"""The page on which people choose their notifications, the channels, and the times."""

import re
from datetime import time

import pytest

from notifications import muting, preferences, registry
from notifications.models import MutedPerson, NotificationSettings, Preference
from notifications.registry import EMAIL, PAGE, PUSH
from tests.factories import make_user
from tests.notifications.push.test_subscriptions import make_browser, subscribe

pytestmark = pytest.mark.django_db
PAGE_URL = "/settings/notifications/"
PLAIN = {"zone": "Europe/Berlin", "digest": "off"}
FIELDS = re.compile(r'name="on" value="([a-z_]+:[a-z]+)"( checked)?')


def choices(client):
    """Return the choices on the page, and whether each is on."""
    return {name: bool(on) for name, on in FIELDS.findall(client.get(PAGE_URL).text)}


def save(client, **more):
    shown = choices(client)
    on = [name for name, is_on in shown.items() if is_on]
    return client.post(PAGE_URL, {**PLAIN, "on": on, **more})


def test_the_page_shows_the_defaults_of_every_kind(as_ana):
    shown = choices(as_ana)
    listed = [kind for kind in registry.kinds().values() if kind.group]
    assert shown == {
        f"{kind.name}:{channel}": default
        for kind in listed
        for channel, default in kind.channels.items()
        if channel not in kind.required
    }


def test_saving_without_a_change_stores_no_choice(as_ana, ana):
    assert save(as_ana).url == PAGE_URL
    assert not Preference.objects.filter(user=ana).exists()


def test_choices_are_saved_and_applied(as_ana, ana):
    on = {name for name, is_on in choices(as_ana).items() if is_on}
    save(as_ana, on=[*(on - {"reply:push"}), "follow:email"])
    assert (choices(as_ana)["reply:push"], choices(as_ana)["follow:email"]) == (False, True)
    assert preferences.wants(ana, "follow", EMAIL)
    assert not preferences.wants(ana, "reply", PUSH)
    save(as_ana, on=[*on])
    assert choices(as_ana)["reply:push"]


def test_required_channels_cannot_be_turned_off(as_ana, ana):
    save(as_ana, on=[])
    assert preferences.wants(ana, "warning", EMAIL)
    assert preferences.wants(ana, "sign_in", PAGE)
    assert not preferences.wants(ana, "sign_in", PUSH)
    row = as_ana.get(PAGE_URL).text.split('<tr id="warning">')[1].split("</tr>")[0]
    assert row.count("always on") == 2


def test_the_page_lists_the_browsers_that_get_push_messages(as_ana):
    subscribe(as_ana, make_browser())
    assert "Push messages go to: Firefox on Linux" in as_ana.get(PAGE_URL).text


@pytest.mark.parametrize("forged", ["warning:email", "nothing:page", "reply", "digest:email", "é"])
def test_a_forged_choice_changes_nothing(as_ana, ana, forged):
    on = [name for name, is_on in choices(as_ana).items() if is_on]
    save(as_ana, on=[*on, forged])
    assert not Preference.objects.filter(user=ana).exists()


def test_new_accounts_get_no_social_mail_and_three_kinds_of_mail_about_the_account(db):
    by_mail = [kind for kind in registry.kinds().values() if kind.channels.get(EMAIL)]
    assert [kind.name for kind in by_mail if kind.social or kind.group == "People"] == []
    account = {kind.name for kind in by_mail if kind.group == "Account"}
    assert account == {"payout_failed", "sign_in", "warning"}


def test_quiet_hours_and_the_zone_are_saved(as_ana, ana):
    save(as_ana, is_quiet="on", quiet_from="23:00", quiet_until="06:30")
    saved = NotificationSettings.objects.get(user=ana)
    assert (saved.quiet_from, saved.quiet_until, saved.zone) == (
        time(23),
        time(6, 30),
        "Europe/Berlin",
    )
    page = as_ana.get(PAGE_URL).text
    assert ('value="23:00"' in page, 'value="06:30"' in page) == (True, True)
    save(as_ana, quiet_from="23:00", quiet_until="06:30")  # the switch is off
    assert NotificationSettings.objects.get(user=ana).quiet_from is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"is_quiet": "on", "quiet_from": "", "quiet_until": "07:00"}, "Enter a time"),
        ({"is_quiet": "on", "quiet_from": "25:00", "quiet_until": "07:00"}, "like 22:00"),
        ({"is_quiet": "on", "quiet_from": "07:00", "quiet_until": "07:00"}, "at another time"),
        ({"zone": "Mars/Olympus"}, "from the list"),
        ({"digest": "hourly"}, "Choose how often"),
    ],
)
def test_wrong_settings_are_refused_with_a_reason(as_ana, ana, given, words):
    page = as_ana.post(PAGE_URL, {**PLAIN, **given})
    assert (words in page.text, "Not saved yet" in page.text) == (True, True)
    assert not NotificationSettings.objects.filter(user=ana).exists()


def test_a_saved_zone_that_is_not_in_the_list_is_kept(as_ana, ana):
    NotificationSettings.objects.create(user=ana, zone="Etc/GMT+7")
    assert save(as_ana, zone="Etc/GMT+7").status_code == 302
    assert NotificationSettings.objects.get(user=ana).zone == "Etc/GMT+7"


def test_the_page_warns_people_without_a_confirmed_address(as_ana):
    assert "you have not confirmed any of your addresses" in as_ana.get(PAGE_URL).text


def test_people_are_muted_on_their_profile_and_unmuted_in_the_list(as_ana, ana, ben):
    assert "go live" not in as_ana.get("/@ben/").text
    as_ana.post("/@ben/follow/")
    assert "Don’t notify me when they go live" in as_ana.get("/@ben/").text
    assert as_ana.post("/@ben/mute/").url == "/@ben/"
    assert muting.users_who_mute(ben.pk, [ana.pk]) == {ana.pk}
    assert "Notify me when they go live" in as_ana.get("/@ben/").text
    assert "Unmute" in as_ana.get(PAGE_URL).text
    assert as_ana.post("/@ben/unmute/", {"listed": ""}).url == PAGE_URL
    assert not MutedPerson.objects.exists()


def test_muting_twice_or_oneself_changes_nothing(as_ana, ben):
    for _ in range(2):
        as_ana.post("/@ben/mute/")
    as_ana.post("/@ana/mute/")
    assert MutedPerson.objects.count() == 1


def test_strangers_sign_in_first(client, ben):
    assert client.get(PAGE_URL).url.startswith("/accounts/login/")
    for url in ("/@ben/mute/", "/@ben/unmute/", "/notifications/zone/"):
        assert client.post(url).url.startswith("/accounts/login/")


def test_query_count_does_not_grow_with_the_number_of_muted_people(
    as_ana, ana, django_assert_max_num_queries
):
    for _ in range(5):
        muting.mute(ana, make_user())
    with django_assert_max_num_queries(14):
        as_ana.get(PAGE_URL)
