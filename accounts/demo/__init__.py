"""Demo people, with known handles and one known password. For loopback only."""

DOMAIN = "demo.invalid"  # RFC 2606: mail to it can't be delivered
PASSWORD = "spaces-demo"  # noqa: S105  (known on purpose; accounts.checks keeps demos on loopback)
