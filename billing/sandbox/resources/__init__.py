"""The objects of Stripe's API: what they look like, and what changes them."""
