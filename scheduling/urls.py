from django.urls import path

from scheduling.views import calendars, commands, lists, planning
from spaces import addresses

app_name = "scheduling"
addresses.register()
SPACE = "spaces/<space:space_id>/"

urlpatterns = [
    path("spaces/upcoming/", lists.all_upcoming, name="upcoming"),
    path("schedule/", lists.mine, name="mine"),
    path("spaces/schedule/", planning.schedule, name="schedule"),
    path(f"{SPACE}row/", lists.row, name="row"),
    path(f"{SPACE}edit/", planning.edit, name="edit"),
    path(f"{SPACE}cancel/", planning.cancel, name="cancel"),
    path(f"{SPACE}set-reminder/", commands.set_reminder, name="set_reminder"),
    path(f"{SPACE}unset-reminder/", commands.unset_reminder, name="unset_reminder"),
    path(f"{SPACE}go-live/", commands.go_live, name="go_live"),
    path(f"{SPACE}cohosts/invite/", commands.invite_cohost, name="invite_cohost"),
    path(f"{SPACE}cohosts/accept/", commands.accept_cohost, name="accept_cohost"),
    path(f"{SPACE}cohosts/decline/", commands.decline_cohost, name="decline_cohost"),
    path(
        f"{SPACE}cohosts/<str:handle>/withdraw/", commands.withdraw_cohost, name="withdraw_cohost"
    ),
    path("spaces/<space:space_id>/calendar.ics", calendars.space_file, name="space_file"),
    path("@<str:handle>/calendar.ics", calendars.host_feed, name="host_feed"),
    path("schedule/calendar/", calendars.manage, name="calendar"),
    path("schedule/calendar/replace/", calendars.replace, name="replace_calendar"),
    path("schedule/calendar/revoke/", calendars.revoke, name="revoke_calendar"),
    path("schedule/calendar/<str:token>.ics", calendars.private_feed, name="private_feed"),
]
