"""Tickets on the pages of Spaces, on the schedule and in the calendar feed."""

import pytest
from django.conf import settings as site
from django.utils import timezone

from billing.models import Offer, Reservation
from scheduling import agenda
from scheduling.actions import cohosts, reminders
from scheduling.calendars import feeds
from scheduling.models import Reminder
from spaces.models import Space, State
from tests.factories import make_user, signed_in

STRIP = "Test shop: no money moves"


@pytest.fixture
def path(planned):
    return planned.get_absolute_url()


def go_live():
    Space.objects.update(state=State.LIVE, started_at=timezone.now())


def test_a_free_space_shows_nothing_about_tickets(planned, path, as_ben):
    text = as_ben.get(path).text
    assert ("Ticketed Space" in text, STRIP in text) == (False, False)


def test_the_card_shows_the_price_how_many_tickets_are_left_and_a_link_to_buy(offer, path, client):
    text = client.get(path).text
    for words in ("€12.50", "3 tickets left", "Buy a ticket", "If the Space is cancelled"):
        assert words in text
    assert f'href="{path}tickets/"' in text


def test_the_card_says_sold_out(offer, path, as_ben):
    Offer.objects.update(taken=3)
    text = as_ben.get(path).text
    assert ("Sold out" in text, "Buy a ticket" in text) == (True, False)


def test_a_holder_sees_the_ticket_instead_of_the_button_to_buy_one(tickets, path, as_ben):
    text = as_ben.get(path).text
    assert ("Your ticket" in text, 'class="ticket-qr"' in text) == (True, True)
    assert ("Buy a ticket" in text, "1 more ticket to give away" in text) == (False, True)


def test_a_host_who_cancels_sees_first_how_much_the_buyers_get_back(tickets, path, as_hana):
    text = " ".join(as_hana.get(f"{path}cancel/").text.split())
    assert "2 tickets sold: €25.00 is returned to the buyers." in text


def test_a_host_who_cancels_reads_nothing_about_money_before_the_first_sale(offer, path, as_hana):
    answer = as_hana.get(f"{path}cancel/")
    assert answer.status_code == 200
    assert "returned" not in answer.text


def test_the_card_tells_the_host_what_buyers_can_do(offer, path, as_hana, as_ben):
    assert "Buyers can return a ticket" in as_hana.get(path).text
    assert "You can return a ticket" in as_ben.get(path).text


def test_the_host_sees_the_sales_and_a_cohost_comes_in_free(offer, planned, path, hana, as_hana):
    assert "See the sales" in as_hana.get(path).text
    coco = make_user("coco")
    cohosts.invite(planned, by=hana, user=coco)
    cohosts.accept(planned, user=coco)
    assert "You come in free" in signed_in(coco).get(path).text


def test_a_cohost_who_buys_a_ticket_gets_its_link(offer, planned, path, hana, shop):
    coco = make_user("coco")
    cohosts.invite(planned, by=hana, user=coco)
    cohosts.accept(planned, user=coco)
    as_coco = signed_in(coco)
    text = " ".join(as_coco.get(f"{path}tickets/").text.split())
    assert "What you buy is for others: you get a link for each ticket." in text
    assert ("For somebody else" in text, "For you" in text) == (True, False)
    as_coco.post(f"{path}tickets/", {"quantity": "1"})
    reservation = Reservation.objects.get()
    shop.pay(reservation)
    bought = as_coco.get(f"/purchases/{reservation.pk}/").text
    assert "You have a ticket for somebody else" in bought
    text = " ".join(as_coco.get(path).text.split())
    assert ("You come in free" in text, "none for yourself" in text) == (True, False)
    assert "You have 1 ticket to give away." in text


def test_an_unpaid_purchase_is_offered_again(reservation, path, as_ben):
    assert f"/purchases/{reservation.pk}/" in as_ben.get(path).text


def test_a_live_space_shows_its_outline_and_how_to_get_a_ticket(offer, path, as_ben, client):
    go_live()
    for reader in (as_ben, client):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert ("Rain" in answer.text, "You need a ticket" in answer.text) == (True, True)
        assert f'href="{path}tickets/"' in answer.text
        assert ("Start listening" in answer.text, 'id="snapshot"' in answer.text) == (False, False)


def test_a_holder_gets_the_room(tickets, path, as_ben):
    go_live()
    text = as_ben.get(path).text
    assert ("Start listening" in text, 'id="snapshot"' in text) == (True, True)


def test_an_ended_space_with_tickets_still_has_its_page(offer, path, as_ben):
    Space.objects.update(state=State.ENDED, started_at=timezone.now(), ended_at=timezone.now())
    answer = as_ben.get(path)
    assert (answer.status_code, "This Space has ended" in answer.text) == (200, True)


def test_every_page_of_tickets_says_that_a_sandbox_moves_no_money(tickets, path, as_ben, as_hana):
    pages = ["/tickets/", f"/tickets/{tickets[0].pk}/", f"{path}tickets/", path]
    pages += [f"/tickets/{tickets[0].pk}/refund/", f"/tickets/claim/{tickets[1].code}/"]
    pages += [f"/purchases/{tickets[0].reservation_id}/"]
    assert [page for page in pages if STRIP not in as_ben.get(page).text] == []
    hosts = [
        "/payouts/",
        *(f"{path}tickets/{name}/" for name in ("sell", "sales", "codes", "statement")),
    ]
    hosts += [f"{path}tickets/{tickets[0].pk}/refund/"]
    assert [page for page in hosts if STRIP not in as_hana.get(page).text] == []


def test_without_a_sandbox_the_page_of_a_space_does_not_say_that_no_money_moves(
    tickets, path, as_ben, settings
):
    settings.STRIPE_API_BASE = ""
    assert STRIP not in as_ben.get(path).text


def test_the_schedule_has_the_spaces_for_which_a_person_holds_a_ticket(tickets, planned, ben, iris):
    [day] = agenda.days_of(ben, timezone.get_current_timezone())
    assert [(item.space, item.role) for item in day.items] == [(planned, "ticket")]
    assert agenda.days_of(iris, timezone.get_current_timezone()) == []


def test_the_schedule_shows_that_a_person_has_a_ticket_and_links_to_the_tickets(tickets, as_ben):
    text = as_ben.get("/schedule/").text
    assert ("You have a ticket" in text, 'href="/tickets/"' in text) == (True, True)


def test_the_private_feed_has_the_spaces_for_which_a_person_holds_a_ticket(
    tickets, planned, ben, iris
):
    assert (feeds.of_person(ben), feeds.of_person(iris)) == ([planned], [])


def test_a_space_whose_ticket_was_refunded_is_in_neither_schedule_nor_feed(tickets, ben, as_ben):
    as_ben.post(f"/tickets/{tickets[0].pk}/refund/")
    assert feeds.of_person(ben) == []
    assert agenda.days_of(ben, timezone.get_current_timezone()) == []


def test_without_a_stripe_key_forms_may_lead_only_to_this_site():
    assert site.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]


def test_a_person_without_a_ticket_can_set_a_reminder(offer, iris):
    reminders.set_reminder(offer.space, user=iris)
    assert Reminder.objects.get().user == iris
