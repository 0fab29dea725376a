from audio.transport import srtp
from audio.transport.srtp import Profile


def test_the_keys_are_split_in_the_order_of_rfc_5764() -> None:
    profile = Profile(b"", 0, key=2, salt=1)

    assert srtp.split_keys(b"CCSScs", profile) == (b"CCc", b"SSs")
