"""People to meet on a laptop: known names, one known password, loopback only."""

DOMAIN = "demo.invalid"  # RFC 2606: no mail will ever go there
PASSWORD = "spaces-demo"  # noqa: S105  (known on purpose; accounts.checks keeps it at home)
