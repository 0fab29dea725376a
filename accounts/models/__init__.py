from accounts.models.block import Block
from accounts.models.export import Export
from accounts.models.follow import Follow
from accounts.models.user import User

__all__ = ["Block", "Export", "Follow", "User"]
