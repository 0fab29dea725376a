"""Web Push: encrypted messages to browsers through their makers' push services (RFC 8030)."""
