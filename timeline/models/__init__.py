from timeline.models.like import Like
from timeline.models.pin import Pin
from timeline.models.post import TEXT_LENGTH, Post

__all__ = ["TEXT_LENGTH", "Like", "Pin", "Post"]
