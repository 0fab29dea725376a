from accounts.models.block import Block
from accounts.models.follow import Follow
from accounts.models.user import User

__all__ = ["Block", "Follow", "User"]
