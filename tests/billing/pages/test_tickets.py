"""A person's tickets: the list, one ticket, giving it away, and returning it."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from billing.models import Refund, Ticket
from scheduling.actions import reminders
from spaces.models import Space, State
from tests.factories import make_user, signed_in


def messages_of(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)]


@pytest.fixture
def own(tickets):
    return tickets[0]


@pytest.fixture
def gift(tickets):
    return tickets[1]


def page_of(ticket):
    return f"/tickets/{ticket.pk}/"


def claim_of(ticket):
    return f"/tickets/claim/{ticket.code}/"


def test_the_list_is_empty_at_first(as_ben):
    assert "No tickets yet" in as_ben.get("/tickets/").text


def test_the_list_has_the_tickets_that_a_person_holds_or_can_give_away(own, gift, as_ben):
    text = as_ben.get("/tickets/").text
    assert [page_of(each) in text for each in (own, gift)] == [True, True]
    assert ("Yours" in text, "To give away" in text, ">Past tickets<" in text) == (
        True,
        True,
        False,
    )


def test_the_list_shows_unpaid_purchases(reservation, as_ben):
    text = as_ben.get("/tickets/").text
    assert ("You have not paid yet." in text, f"/purchases/{reservation.pk}/" in text) == (
        True,
        True,
    )


def test_tickets_of_ended_spaces_are_listed_below(own, as_ben):
    Space.objects.update(state=State.ENDED, started_at=timezone.now(), ended_at=timezone.now())
    text = as_ben.get("/tickets/").text
    assert (">Upcoming tickets<" in text, ">Past tickets<" in text) == (False, True)


def test_tickets_that_are_not_valid_are_not_called_past(own, as_ben):
    as_ben.post(f"{page_of(own)}refund/")
    text = as_ben.get("/tickets/").text
    assert (">Tickets that are not valid<" in text, ">Past tickets<" in text) == (True, False)


def test_a_ticket_shows_its_qr_code_and_its_code(own, as_ben):
    text = as_ben.get(page_of(own)).text
    assert ('class="ticket-qr"' in text, own.code in text, "€12.50 paid" in text) == (True,) * 3


def test_a_ticket_shows_whether_its_holder_is_reminded(own, planned, ben, as_ben):
    words = "We’ll remind you before the Space starts."
    assert words not in as_ben.get(page_of(own)).text
    reminders.set_reminder(planned, user=ben)
    assert words in as_ben.get(page_of(own)).text


def test_a_ticket_is_shown_to_its_holder_and_its_buyer_alone(own, as_iris, as_hana, client):
    path = page_of(own)
    assert [each.get(path).status_code for each in (as_iris, as_hana)] == [404, 404]
    assert client.get(path).url == f"/accounts/login/?next={path}"


def test_a_gift_has_a_link_to_copy(gift, as_ben):
    text = as_ben.get(page_of(gift)).text
    assert f'value="http://testserver{claim_of(gift)}"' in text
    assert f'data-copies="gift-{gift.pk}"' in text


def test_the_buyer_does_not_see_the_code_of_a_gift_that_was_taken(gift, iris, as_iris, as_ben):
    as_iris.post(claim_of(gift))
    text = as_ben.get(page_of(gift)).text
    assert ("Somebody has taken this ticket" in text, gift.code in text) == (True, False)
    assert "Iris" not in text


def test_the_link_shows_the_space_and_a_button_that_takes_the_ticket(gift, iris, as_iris):
    text = as_iris.get(claim_of(gift)).text
    assert ("Rain" in text, "Take this ticket" in text, "Ben" in text) == (True, True, False)
    answer = as_iris.post(claim_of(gift))
    assert (answer.url, Ticket.objects.get(pk=gift.pk).holder) == (page_of(gift), iris)
    assert as_iris.get(page_of(gift)).status_code == 200


def test_a_signed_out_person_signs_in_and_comes_back_to_the_link(gift, client):
    path = claim_of(gift)
    text = client.get(path).text
    assert f"/accounts/login/?next={path}" in text
    assert client.post(path).url == f"/accounts/login/?next={path}"
    assert Ticket.objects.get(pk=gift.pk).holder is None


def test_the_link_of_a_taken_ticket_shows_that_it_is_taken_but_not_by_whom(gift, as_iris, db):
    as_iris.post(claim_of(gift))
    otto = signed_in(make_user("otto"))
    for answer in (otto.get(claim_of(gift)), otto.post(claim_of(gift))):
        assert "Somebody else has taken this ticket already." in answer.text
        assert ("Iris" in answer.text, "Take this ticket" in answer.text) == (False, False)


def test_the_link_of_a_refunded_ticket_shows_that_it_was_refunded(gift, as_ben, as_iris):
    as_ben.post(f"{page_of(gift)}refund/")
    assert "This ticket was refunded" in as_iris.get(claim_of(gift)).text


def test_the_buyer_cannot_take_a_second_ticket(gift, as_ben):
    answer = as_ben.post(claim_of(gift))
    assert answer.status_code == 409
    assert "You have a ticket for this Space already." in answer.text


def test_the_qr_code_leads_the_holder_to_the_space(own, as_ben):
    assert as_ben.get(claim_of(own)).url == own.space.get_absolute_url()


def test_a_claim_link_with_a_wrong_code_is_not_found(own, as_ben):
    assert as_ben.get("/tickets/claim/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_the_buyer_returns_a_ticket_after_a_confirmation(own, as_ben):
    path = f"{page_of(own)}refund/"
    assert "You get €12.50 back" in as_ben.get(path).text
    assert Ticket.objects.get(pk=own.pk).state == Ticket.State.VALID
    answer = as_ben.post(path)
    refund = Refund.objects.get()
    assert (answer.url, messages_of(answer)) == (page_of(own), ["Your money is on its way back."])
    assert (refund.ticket, refund.amount, refund.why) == (own, 1250, Refund.Why.BUYER)


def test_a_return_that_is_too_late_is_refused_with_an_explanation(own, as_ben):
    Space.objects.update(starts_at=timezone.now() + timedelta(minutes=59))
    answer = as_ben.post(f"{page_of(own)}refund/")
    assert messages_of(answer) == [
        "It is too late to return this ticket. Ask the host for a refund."
    ]
    assert not Refund.objects.exists()
    text = as_ben.get(page_of(own)).text
    assert ("Return this ticket" in text, "The host can still refund it." in text) == (False, True)


def test_the_holder_of_a_gift_cannot_return_it(gift, as_iris):
    as_iris.post(claim_of(gift))
    assert as_iris.post(f"{page_of(gift)}refund/").status_code == 404
    assert "Return this ticket" not in as_iris.get(page_of(gift)).text
    assert not Refund.objects.exists()


def test_nobody_else_can_return_a_ticket(own, as_iris, as_hana, client):
    path = f"{page_of(own)}refund/"
    assert [each.post(path).status_code for each in (as_iris, as_hana)] == [404, 404]
    assert client.post(path).url == f"/accounts/login/?next={path}"
    assert not Refund.objects.exists()


def test_a_form_of_another_site_can_neither_take_nor_return(own, gift, iris, ben):
    for person, path in ((iris, claim_of(gift)), (ben, f"{page_of(own)}refund/")):
        assert signed_in(person, enforce_csrf_checks=True).post(path).status_code == 403
