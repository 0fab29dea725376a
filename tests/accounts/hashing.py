"""A password hasher that counts its calls: hashing takes most of the time of a sign-in."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    algorithm = "counting"
    count: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        encoded: str = super().encode(password, salt)
        return encoded
