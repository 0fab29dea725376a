"""Safety: reports, the decisions of the staff about them, suspensions, and the staff log."""
