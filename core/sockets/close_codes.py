"""Why the server closes a socket: the table "Close codes" of docs/protocol.md, by the same names.

Besides these there is 1000, for a Space that is over. The server lets an application use no other
code below 3000.
"""

RECONNECT = 4205
MALFORMED = 4400
SIGNED_OUT = 4401
REFUSED = 4403
NO_SPACE = 4404
TOO_FAST = 4408
DISPLACED = 4409
CROWDED = 4429
UNAVAILABLE = 4503
