"""Everything that changes offers, reservations, tickets and money."""
