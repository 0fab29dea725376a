from django.urls import path

from spaces.views import commands, pages, reading

app_name = "spaces"
urlpatterns = [
    path("start/", pages.start, name="start"),
    path("<str:space_id>/", pages.space, name="space"),
    path("<str:space_id>/snapshot/", reading.snapshot, name="snapshot"),
    path("<str:space_id>/events/", reading.events, name="events"),
    path("<str:space_id>/listeners/", reading.listeners, name="listeners"),
    path("<str:space_id>/end/", commands.end, name="end"),
    path("<str:space_id>/details/", commands.details, name="details"),
    path("<str:space_id>/microphone/", commands.microphone, name="microphone"),
    path("<str:space_id>/people/<str:key>/invite/", commands.invite, name="invite"),
    path("<str:space_id>/people/<str:key>/uninvite/", commands.uninvite, name="uninvite"),
    path("<str:space_id>/invitation/accept/", commands.accept, name="accept"),
    path("<str:space_id>/invitation/decline/", commands.decline, name="decline"),
    path("<str:space_id>/step-down/", commands.step_down, name="step_down"),
    path("<str:space_id>/chat/", commands.say, name="say"),
    path(
        "<str:space_id>/chat/<int:message_id>/delete/",
        commands.delete_message,
        name="delete_message",
    ),
]
