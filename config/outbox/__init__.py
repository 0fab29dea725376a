"""The outbox of a demo: its e-mails are kept as files, and a page shows them.

A demo needs no mail server, but people who try it want to see the e-mails. Everyone who can open a
demo can sign in as anyone, so the page needs no sign-in; without DEMO, it does not exist.
"""
