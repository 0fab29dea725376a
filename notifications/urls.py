from django.urls import path

from notifications.views import address, index, preferences, push, unsubscribe

app_name = "notifications"
urlpatterns = [
    path("notifications/", index.index, name="index"),
    path("notifications/zone/", preferences.detect_zone, name="detect_zone"),
    path("settings/notifications/", preferences.index, name="preferences"),
    path("@<str:handle>/mute/", preferences.mute, name="mute"),
    path("@<str:handle>/unmute/", preferences.unmute, name="unmute"),
    path("notifications/push/", push.key, name="push_key"),
    path("notifications/push/subscribe/", push.subscribe, name="push_subscribe"),
    path("notifications/push/unsubscribe/", push.unsubscribe, name="push_unsubscribe"),
    path("notifications/address/", address.restore, name="restore_address"),
    path("notifications/unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
