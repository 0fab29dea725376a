"""Tickets: offers, seats, payments through Stripe, refunds and the hosts' money."""
