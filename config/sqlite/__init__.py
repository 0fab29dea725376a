"""Django's SQLite backend, which keeps connections open in web processes: see base.py."""
