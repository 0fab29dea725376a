"""Code that several apps share.

A module belongs to this package if it imports no model and no other app, and if at least two apps
(or one app and `audio`, or independent parts of one app) need it: refusals, responses, rate limits,
people's text and pictures, form fields, Redis clients, the shared clock, database calls from
asynchronous code, background loops and sockets. Code about people, Spaces, posts or sound belongs
to the app of that subject. `core` is an installed app only for its template tags.
"""
