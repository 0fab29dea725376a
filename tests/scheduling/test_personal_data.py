"""What remains in scheduled Spaces after a person's account is erased."""

from scheduling import personal_data
from scheduling.actions import reminders
from scheduling.models import Reminder, Schedule
from spaces import personal_data as personal_data_of_spaces
from spaces.models import Space


def test_an_erased_reminder_is_not_counted_any_more(planned, ana, ben):
    for person in (ana, ben):
        reminders.set_reminder(planned, user=person)
    personal_data.erase(ana)
    assert [each.user for each in Reminder.objects.all()] == [ben]
    assert Schedule.objects.get().reminder_count == 1


def test_the_description_of_a_space_is_erased_with_its_host(planned):
    Space.objects.update(description="Secret words")
    personal_data_of_spaces.erase(planned.host)
    assert Space.objects.get().description == ""
