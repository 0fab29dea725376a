from django.urls import path

from billing.views import pages, webhook
from spaces import addresses

app_name = "billing"
addresses.register()

urlpatterns = [
    path("billing/webhook/", webhook.webhook, name="webhook"),
    path("purchases/<uuid:pk>/", pages.soon, name="bought"),
    path("spaces/<space:space_id>/tickets/", pages.soon, name="buy"),
    path("payouts/", pages.soon, name="payouts"),
    path("payouts/again/", pages.soon, name="onboard_again"),
]
