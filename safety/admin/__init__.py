"""The staff's pages in the admin: people, how they sign in, the queue of reports, suspensions, the
staff log, and what was sent to whom."""

from safety.admin import notifications, people, reports, safety, sign_in

__all__ = ["notifications", "people", "reports", "safety", "sign_in"]
