"""What open pages receive through their socket: rings, cards, lists, the bar, new notifications."""
