"""Safety: reports, the staff's decisions about reports, suspensions, and the staff log."""
