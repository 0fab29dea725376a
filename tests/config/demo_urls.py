"""The URLs of a demo."""

from django.urls import include, path

from config.urls import urlpatterns as site

urlpatterns = [path("outbox/", include("config.outbox.views")), *site]
