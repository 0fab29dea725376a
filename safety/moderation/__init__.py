"""What staff can do about a report, and the decision that applies it."""
