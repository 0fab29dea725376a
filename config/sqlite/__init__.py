"""Django's SQLite backend for web processes, which keeps connections open: see base.py."""
