from django.urls import path

from accounts.views import blocking, data, follow_lists, profile, settings

app_name = "accounts"
urlpatterns = [
    path("@<str:handle>/", profile.profile, name="profile"),
    path("@<str:handle>/follow/", profile.follow, name="follow"),
    path("@<str:handle>/unfollow/", profile.unfollow, name="unfollow"),
    path("@<str:handle>/followers/", follow_lists.followers, name="followers"),
    path("@<str:handle>/following/", follow_lists.following, name="following"),
    path("@<str:handle>/block/", blocking.block, name="block"),
    path("@<str:handle>/unblock/", blocking.unblock, name="unblock"),
    path("settings/blocked/", blocking.blocked, name="blocked"),
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="edit_profile"),
    path("settings/sessions/end/", settings.sign_out_all, name="sign_out_everywhere"),
    path("settings/data/", data.index, name="data"),
    path("settings/data/request/", data.request_export, name="request_export"),
    path("settings/data/download/", data.download, name="download_export"),
    path("settings/delete/", data.delete, name="delete"),
    path("settings/keep/<str:token>/", data.keep, name="keep_account"),
]
