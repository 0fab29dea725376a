from django.urls import path

from notifications.views import index, push, unsubscribe

app_name = "notifications"
urlpatterns = [
    path("notifications/", index.index, name="index"),
    path("notifications/push/", push.key, name="push_key"),
    path("notifications/push/subscribe/", push.subscribe, name="push_subscribe"),
    path("notifications/push/unsubscribe/", push.unsubscribe, name="push_unsubscribe"),
    path("notifications/unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
