from accounts.models.follow import Follow
from accounts.models.user import User

__all__ = ["Follow", "User"]
