"""The only package that talks to Stripe. It returns our own small types, never Stripe's objects."""
