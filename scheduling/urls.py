from django.urls import path

from scheduling.views import calendars
from spaces import addresses

app_name = "scheduling"
addresses.register()
urlpatterns = [
    path("spaces/<space:space_id>/calendar.ics", calendars.space_file, name="space_file"),
    path("@<str:handle>/calendar.ics", calendars.host_feed, name="host_feed"),
    path("schedule/calendar/", calendars.manage, name="calendar"),
    path("schedule/calendar/replace/", calendars.replace, name="replace_calendar"),
    path("schedule/calendar/revoke/", calendars.revoke, name="revoke_calendar"),
    path("schedule/calendar/<str:token>.ics", calendars.private_feed, name="private_feed"),
]
