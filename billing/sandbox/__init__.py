"""A small stand-in for Stripe, so that tickets can be sold on a laptop without an account.

`Sandbox.handle` answers the API calls of the real stripe library, without sockets or threads.
`server` and `pages` turn it into a separate process. No money moves.
"""
