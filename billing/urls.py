from django.urls import path

from billing.views import (
    buying,
    discounts,
    payouts,
    sales,
    selling,
    statements,
    tickets,
    waiting,
    webhook,
)
from spaces import addresses

app_name = "billing"
addresses.register()
SPACE = "spaces/<space:space_id>/tickets/"

urlpatterns = [
    path(SPACE, buying.buy, name="buy"),
    path(f"{SPACE}wait/", waiting.wait, name="wait"),
    path(f"{SPACE}preview/", waiting.preview, name="preview"),
    path(f"{SPACE}sell/", selling.sell, name="sell"),
    path(f"{SPACE}withdraw/", selling.withdraw, name="withdraw"),
    path(f"{SPACE}sales/", sales.sales, name="sales"),
    path(f"{SPACE}statement/", statements.statement, name="statement"),
    path(f"{SPACE}statement.csv", statements.statement_file, name="statement_file"),
    path(f"{SPACE}guest-passes/", sales.guest_pass, name="guest_pass"),
    path(f"{SPACE}codes/", discounts.codes, name="codes"),
    path(f"{SPACE}codes/<int:pk>/off/", discounts.switch_off, name="switch_off_code"),
    path(f"{SPACE}sales.csv", sales.attendees_file, name="attendees_file"),
    path(f"{SPACE}<int:pk>/refund/", sales.refund_attendee, name="refund_attendee"),
    path("purchases/<uuid:reservation_id>/", buying.bought, name="bought"),
    path("purchases/<uuid:reservation_id>/give-back/", buying.give_back, name="give_back"),
    path("tickets/", tickets.mine, name="mine"),
    path("tickets/claim/<slug:code>/", tickets.claim, name="claim"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/refund/", tickets.refund, name="refund"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/start/", payouts.onboard, name="onboard"),
    path("payouts/again/", payouts.onboard_again, name="onboard_again"),
    path("billing/webhook/", webhook.webhook, name="webhook"),
]
