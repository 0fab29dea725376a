"""Demo people, with known handles and the same known password. Only for use on loopback."""

DOMAIN = "demo.invalid"  # RFC 2606: mail to this domain can't be delivered
PASSWORD = "spaces-demo"  # noqa: S105  (known on purpose; accounts.checks keeps demos on loopback)
