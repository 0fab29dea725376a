"""The staff's pages in the admin: people, the queue of reports, suspensions and the staff log."""

from safety.admin import people, reports, safety, sign_in

__all__ = ["people", "reports", "safety", "sign_in"]
