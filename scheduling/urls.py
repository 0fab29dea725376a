from django.urls import URLPattern

from spaces import addresses

app_name = "scheduling"
addresses.register()
urlpatterns: list[URLPattern] = []
