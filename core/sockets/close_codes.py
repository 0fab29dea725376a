"""Close codes: why the server closes a socket. The table "Close codes" in docs/protocol.md has the
same names.

The server also uses 1000, when a Space has ended. Applications may not use other codes below 3000.
"""

RESTARTING = 4012  # like 1012, "service restart"
RECONNECT = 4205
MALFORMED = 4400
SIGNED_OUT = 4401
REFUSED = 4403
NO_SPACE = 4404
TOO_FAST = 4408
DISPLACED = 4409
CROWDED = 4429
UNAVAILABLE = 4503
