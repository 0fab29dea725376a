"""What all apps build on, and nothing else.

A module belongs here if it knows no model and no other app, and if at least two apps (or one and
`audio`) need it: refusals, responses, rate limits, text and pictures of people, form fields, Redis
clients, the shared clock, database work from asynchronous code, background loops, sockets. What
concerns people, Spaces, posts or sound stays in its app. It is an installed app only for its
template tags.
"""
