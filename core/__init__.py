"""What every app stands on, and nothing else.

A module may enter when it knows no model and no other app of ours, and at least two apps (or one
and `audio`) need it: errors that people see, answers, rate limits, what is done to text and
pictures of people, fields of forms, the shared clock, work in the database from asynchronous code,
loops in the background, sockets. What belongs to people, Spaces, posts or sound stays with its app.
It is an installed app for its template tags alone.
"""
