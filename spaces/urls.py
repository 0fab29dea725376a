from django.urls import URLPattern, path

from spaces import addresses
from spaces.views import commands, discovery, feedback, guests, hls, hosting, pages, room_data

app_name = "spaces"
addresses.register()

SPACE = "<space:space_id>/"
PERSON = f"{SPACE}people/<person:key>/"

reads: list[URLPattern] = [
    path("", discovery.index, name="index"),
    path("busiest/", discovery.busiest, name="busiest"),
    path("bar/", discovery.bar, name="bar"),
    path("start/", pages.start, name="start"),
    path(SPACE, pages.space, name="space"),
    path(f"{SPACE}snapshot/", room_data.snapshot, name="snapshot"),
    path(f"{SPACE}events/", room_data.events, name="events"),
    path(f"{SPACE}listeners/", room_data.listeners, name="listeners"),
    path(f"{SPACE}requests/", hosting.requests, name="requests"),
    path(f"{SPACE}log/", hosting.log, name="log"),
    path(f"{SPACE}guests/", hosting.guests, name="guests"),
    path(f"{SPACE}removed/", hosting.removed, name="removed"),
    path("hls/<stream_token:token>/<space:space_id>/<stream_file:name>", hls.stream, name="hls"),
    path("hls/<stream_token:token>/<space:space_id>/access/", hls.access, name="hls_access"),
]
writes: list[URLPattern] = [
    path(f"{SPACE}end/", commands.end, name="end"),
    path(f"{SPACE}details/", commands.details, name="details"),
    path(f"{SPACE}open-to-guests/", commands.open_to_guests, name="open_to_guests"),
    path(f"{SPACE}feedback/", feedback.feedback, name="feedback"),
    path(f"{SPACE}guest/", guests.guest, name="guest"),
    path(f"{SPACE}request/", commands.ask, name="ask"),
    path(f"{SPACE}request/cancel/", commands.cancel_request, name="cancel_request"),
    path(f"{SPACE}invitation/accept/", commands.accept, name="accept"),
    path(f"{SPACE}invitation/decline/", commands.decline, name="decline"),
    path(f"{SPACE}microphone/", commands.microphone, name="microphone"),
    path(f"{SPACE}hand/", commands.hand, name="hand"),
    path(f"{SPACE}step-down/", commands.step_down, name="step_down"),
    path(f"{SPACE}mute-all/", commands.mute_all, name="mute_all"),
    path(f"{SPACE}lock/", commands.lock, name="lock"),
    path(f"{SPACE}music-mode/", commands.music_mode, name="music_mode"),
    path(f"{PERSON}accept/", commands.accept_request, name="accept_request"),
    path(f"{PERSON}decline/", commands.decline_request, name="decline_request"),
    path(f"{PERSON}invite/", commands.invite, name="invite"),
    path(f"{PERSON}uninvite/", commands.uninvite, name="uninvite"),
    path(f"{PERSON}mute/", commands.mute, name="mute"),
    path(f"{PERSON}lower-hand/", commands.lower_hand, name="lower_hand"),
    path(f"{PERSON}move-to-listeners/", commands.move_to_listeners, name="move_to_listeners"),
    path(f"{PERSON}remove/", commands.remove, name="remove"),
    path(f"{PERSON}readmit/", commands.readmit, name="readmit"),
    path(f"{PERSON}hand-over/", commands.hand_over, name="hand_over"),
    path(f"{SPACE}chat/", commands.send_message, name="send_message"),
    path(f"{SPACE}chat/mode/", commands.chat_mode, name="chat_mode"),
    path(f"{SPACE}chat/<int:message_id>/delete/", commands.delete_message, name="delete_message"),
]
urlpatterns = [*reads, *writes]
