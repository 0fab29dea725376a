"""The page on which a host sets up payouts."""

from datetime import timedelta

import pytest

from accounts.models import User
from billing.models import HostAccount, Transfer
from billing.sandbox.faults import Fault
from core.text.written_text import as_one_line

ACCOUNTS = "/v2/core/accounts*"
PAGE = "/payouts/"


def test_the_page_first_asks_for_the_country(as_hana, shop):
    text = as_hana.get(PAGE).text
    assert ("Set up payouts" in text, '<option value="de">Germany</option>' in text) == (True, True)


def test_the_button_leads_to_stripe(as_hana, shop):
    answer = as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert (answer.status_code, answer.url.startswith(shop.sandbox.state.url)) == (302, True)
    assert HostAccount.objects.get().country == "de"


@pytest.mark.parametrize("country", ["", "xx", "DE"])
def test_a_country_must_be_chosen(as_hana, shop, country):
    answer = as_hana.post(f"{PAGE}start/", {"country": country})
    assert (answer.status_code, HostAccount.objects.exists()) == (400, False)
    assert "Choose" in answer.text


def test_a_country_that_stripe_refuses_can_be_changed(as_hana, shop):
    shop.sandbox.fail_next("POST", "/v2/core/accounts", Fault.REFUSED)
    answer = as_hana.post(f"{PAGE}start/", {"country": "jp"})
    assert (answer.status_code, HostAccount.objects.exists()) == (422, False)
    assert "Stripe refused to open an account in Japan" in answer.text
    assert "choose that one" in answer.text
    assert '<option value="jp" selected>' in answer.text
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert HostAccount.objects.get().country == "de"


def test_a_country_is_not_stored_while_stripe_does_not_answer(as_hana, shop):
    shop.sandbox.fail_next("POST", "/v2/core/accounts", Fault.TIMEOUT_BEFORE, times=3)
    answer = as_hana.post(f"{PAGE}start/", {"country": "jp"})
    assert (answer.status_code, HostAccount.objects.exists()) == (503, False)


def test_an_account_whose_form_does_not_open_is_kept(as_hana, shop):
    shop.sandbox.fail_next("POST", "/v2/core/account_links", Fault.TIMEOUT_BEFORE, times=3)
    answer = as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert (answer.status_code, "Continue at Stripe" in answer.text) == (503, True)


def test_a_lost_answer_opens_no_second_account(as_hana, shop):
    shop.sandbox.fail_next("POST", "/v2/core/accounts", Fault.TIMEOUT_AFTER, times=3)
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert [each["id"] for each in shop.sandbox.find("v2.core.account")] == [
        HostAccount.objects.get().stripe_id
    ]


def test_a_host_can_change_their_name_after_a_lost_answer(as_hana, hana, shop):
    shop.sandbox.fail_next("POST", "/v2/core/accounts", Fault.TIMEOUT_AFTER, times=3)
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    User.objects.filter(pk=hana.pk).update(name="Hana Sato")
    answer = as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert (answer.status_code, answer.url.startswith(shop.sandbox.state.url)) == (302, True)


def test_the_country_of_an_account_cannot_be_changed(as_hana, shop):
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    as_hana.post(f"{PAGE}start/", {"country": "fr"})
    assert HostAccount.objects.get().country == "de"


def test_missing_details_are_listed_in_words(as_hana, shop):
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    text = as_hana.get(PAGE).text
    assert "Stripe still needs something" in text
    for words in ("Your bank account", "Your date of birth", "Your name", "Your address"):
        assert f"<li>{words}</li>" in text
    assert "identity." not in text


def test_if_nothing_is_missing_the_page_says_that_stripe_has_to_check_the_details(
    account, as_hana, shop
):
    HostAccount.objects.update(payouts_enabled=False, missing=[])
    shop.sandbox.fail_next("GET", ACCOUNTS, Fault.TIMEOUT_BEFORE, times=3)
    text = as_hana.get(PAGE).text
    assert ("Stripe has to check your details" in text, "still needs" in text) == (True, False)


def test_a_host_whom_stripe_rejects_is_not_told_to_wait(account, planned, as_hana, shop):
    shop.sandbox.reject(account.stripe_id)
    text = as_hana.get(PAGE).text
    assert "Stripe has rejected your account" in text
    assert 'href="https://support.stripe.com/"' in text
    for words in ("Not finished", "has to check", "still needs", "at Stripe</button>"):
        assert words not in text
    text = as_hana.get(f"{planned.get_absolute_url()}tickets/sell/").text
    assert ("Stripe can’t pay you" in text, "Finish setting up" in text) == (True, False)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("unsupported", "Stripe does not support your account"),
        ("restricted", "Stripe has restricted your account"),
    ],
)
def test_other_refusals_are_explained(account, as_hana, shop, refusal, words):
    HostAccount.objects.update(payouts_enabled=False, refusal=refusal)
    shop.sandbox.fail_next("GET", ACCOUNTS, Fault.TIMEOUT_BEFORE, times=3)
    assert words in as_hana.get(PAGE).text


def test_the_webhook_stores_a_rejection_and_clears_it_if_stripe_accepts_the_account(account, shop):
    shop.sandbox.reject(account.stripe_id)
    assert set(shop.deliver()) == {204}
    assert HostAccount.objects.get().refusal == "rejected"
    stored = shop.sandbox.find("v2.core.account")[0]
    shop.add_account(stored | {"_rejected": False})
    shop.sandbox.onboard(account.stripe_id)
    shop.deliver()
    account.refresh_from_db()
    assert (account.refusal, account.may_sell) == ("", True)


def test_an_account_without_its_configuration_cannot_be_paid(account, as_hana, shop):
    stored = shop.sandbox.find("v2.core.account")[0]
    shop.add_account(stored | {"_transfers_requested": False})
    assert as_hana.get(PAGE).status_code == 200
    account.refresh_from_db()
    assert not account.may_sell


def test_the_account_is_read_from_stripe_when_the_host_returns(as_hana, shop):
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    shop.sandbox.onboard(HostAccount.objects.get().stripe_id)  # and the webhook does not arrive
    text = as_hana.get(PAGE).text
    assert ("Stripe can pay you" in text, "Germany" in text) == (True, True)
    assert HostAccount.objects.get().may_sell


def test_an_expired_link_is_replaced_by_a_new_one(as_hana, shop):
    assert as_hana.get(f"{PAGE}again/").url == PAGE  # there is no account yet
    as_hana.post(f"{PAGE}start/", {"country": "de"})
    assert as_hana.get(f"{PAGE}again/").url.startswith(shop.sandbox.state.url)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "soon after"),
        (24, "about a day after"),
        (36, "about 36 hours after"),
        (72, "about 3 days after"),
    ],
)
def test_the_pages_for_hosts_say_when_this_site_pays_them(offer, as_hana, settings, hours, words):
    settings.PAYOUT_DELAY = timedelta(hours=hours)
    tickets = f"{offer.space.get_absolute_url()}tickets/"
    terms = {"currency": "eur", "price": "6", "quantity": "9", "step": "review"}
    assert f"at Stripe {words} each Space has ended" in as_one_line(as_hana.get(PAGE).text)
    for text in (
        as_hana.get(f"{tickets}sales/").text,
        as_hana.post(f"{tickets}sell/", terms).text,
    ):
        assert f"at Stripe {words} the Space has ended" in text


def test_the_page_lists_the_shares_that_stripe_refused(account, offer, as_hana, as_ben, shop):
    Transfer.objects.create(
        space=offer.space, amount=2250, fees=250, currency="eur", state=Transfer.State.FAILED
    )
    text = as_one_line(as_hana.get(PAGE).text)
    assert "Stripe refused to send you €22.50 for" in text
    assert ("We try again every day." in text, "<bdi>Rain</bdi>" in text) == (True, True)
    shop.sandbox.reject(account.stripe_id)
    assert "as soon as your account can receive money." in as_one_line(as_hana.get(PAGE).text)
    assert "Stripe refused to send you" not in as_ben.get(PAGE).text


def test_the_page_says_if_stripe_does_not_answer(account, as_hana, shop):
    shop.sandbox.fail_next("GET", ACCOUNTS, Fault.TIMEOUT_BEFORE, times=3)
    text = as_hana.get(PAGE).text
    assert "Stripe does not answer, so this may be out of date." in text
    assert "Stripe can pay you" in text
    shop.sandbox.fail_next("POST", "/v2/core/account_links", Fault.TIMEOUT_BEFORE, times=3)
    answer = as_hana.post(f"{PAGE}start/")
    assert (answer.status_code, "Stripe does not answer." in answer.text) == (503, True)


def test_the_page_says_if_stripe_does_not_know_the_account(account, as_hana):
    HostAccount.objects.update(stripe_id="acct_gone")
    assert "Stripe does not know your account any more." in as_hana.get(PAGE).text


def test_payouts_cannot_be_set_up_on_a_site_without_a_stripe_key(as_hana):
    assert "Tickets are not sold here" in as_hana.get(PAGE).text
    assert as_hana.post(f"{PAGE}start/", {"country": "de"}).status_code == 400
    assert not HostAccount.objects.exists()


def test_signed_out_people_are_sent_to_the_sign_in_page(client, shop):
    assert client.get(PAGE).url == f"/accounts/login/?next={PAGE}"
    assert client.post(f"{PAGE}start/").url.startswith("/accounts/login/")
    assert client.get(f"{PAGE}again/").url.startswith("/accounts/login/")
