from django.urls import path

from accounts.views import blocking, circles, notifications, profile, report, settings, suspended

app_name = "accounts"
urlpatterns = [
    path("@<str:handle>/", profile.profile, name="profile"),
    path("@<str:handle>/follow/", profile.follow, name="follow"),
    path("@<str:handle>/unfollow/", profile.unfollow, name="unfollow"),
    path("@<str:handle>/followers/", circles.followers, name="followers"),
    path("@<str:handle>/following/", circles.following, name="following"),
    path("report/", report.index, name="report"),
    path("notifications/", notifications.index, name="notifications"),
    path("suspended/", suspended.index, name="suspended"),
    path("@<str:handle>/block/", blocking.block, name="block"),
    path("@<str:handle>/unblock/", blocking.unblock, name="unblock"),
    path("settings/blocked/", blocking.blocked, name="blocked"),
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="edit_profile"),
    path("settings/sessions/end/", settings.leave_everywhere, name="sign_out_everywhere"),
]
