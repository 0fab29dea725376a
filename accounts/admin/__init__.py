"""What staff see of people, and the queue in which they keep them safe."""

from accounts.admin import people, reports, safety

__all__ = ["people", "reports", "safety"]
