from django.urls import path

from accounts.views import profile

app_name = "accounts"
urlpatterns = [
    path("@<str:handle>/", profile.profile, name="profile"),
    path("@<str:handle>/follow/", profile.follow, name="follow"),
    path("@<str:handle>/unfollow/", profile.unfollow, name="unfollow"),
]
