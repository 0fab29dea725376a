from django.urls import path

from billing.views import webhook
from spaces import addresses

app_name = "billing"
addresses.register()

urlpatterns = [
    path("billing/webhook/", webhook.webhook, name="webhook"),
]
