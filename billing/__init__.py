"""Tickets: what a host charges for admission to a Space, who has paid, and where the money is."""
