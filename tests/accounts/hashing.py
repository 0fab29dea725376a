"""A hasher that counts: hashing a password is what takes time at the door."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class Counting(MD5PasswordHasher):
    algorithm = "counting"
    count: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.count += 1
        encoded: str = super().encode(password, salt)
        return encoded
