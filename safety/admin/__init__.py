"""What staff see of people, and the queue in which they keep them safe."""

from safety.admin import entrance, people, reports, safety

__all__ = ["entrance", "people", "reports", "safety"]
