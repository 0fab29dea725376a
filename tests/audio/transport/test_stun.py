from hypothesis import given
from hypothesis import strategies as st

from audio.transport import stun
from audio.transport.stun import Attribute, Kind, StunError

# RFC 5769, sections 2.1 to 2.3
PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"
REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
TRANSACTION = bytes.fromhex("b7e7a701bc34d686fa87dfae")
MAPPED_IPV4 = bytes.fromhex("0001a147e112a643")
MAPPED_IPV6 = bytes.fromhex("0002a1470113a9faa5d3f179bc25f4b5bed2b9d9")


def test_the_rfcs_sample_request_is_parsed() -> None:
    message = stun.parse(REQUEST)

    assert message.kind is Kind.REQUEST
    assert message.transaction == TRANSACTION
    assert message.username == "evtj:h6vY"
    assert message.attributes[Attribute.PRIORITY] == bytes.fromhex("6e0001ff")
    assert not message.nominates
    assert message.is_signed_with(PASSWORD)
    assert not message.is_signed_with("another")


def test_the_rfcs_sample_addresses_are_encoded() -> None:
    assert stun.mapped_address("192.0.2.1", 32853, TRANSACTION) == MAPPED_IPV4
    assert stun.mapped_address("::ffff:192.0.2.1", 32853, TRANSACTION) == MAPPED_IPV4
    address = "2001:db8:1234:5678:11:2233:4455:6677"
    assert stun.mapped_address(address, 32853, TRANSACTION) == MAPPED_IPV6


def test_a_packed_message_can_be_parsed_again() -> None:
    written = stun.pack(
        Kind.SUCCESS, TRANSACTION, [(Attribute.XOR_MAPPED_ADDRESS, MAPPED_IPV4)], password="secret"
    )
    message = stun.parse(written)

    assert message.attributes == {Attribute.XOR_MAPPED_ADDRESS: MAPPED_IPV4}
    assert message.is_signed_with("secret")


def test_a_message_without_integrity_is_unsigned() -> None:
    assert not stun.Message(Kind.REQUEST, TRANSACTION).is_signed_with("")


def test_attributes_after_the_signature_do_not_count() -> None:
    signed = stun.pack(Kind.REQUEST, TRANSACTION, [], password="secret")[:-8]
    forged = signed + stun._attribute(Attribute.USE_CANDIDATE, b"")
    forged = stun._with_length(forged, 8)
    message = stun.parse(forged + stun._fingerprint(forged))

    assert message.is_signed_with("secret")
    assert not message.nominates


@given(st.integers(0, len(REQUEST) - 1), st.integers(1, 255))
def test_one_wrong_byte_anywhere_is_detected(at: int, change: int) -> None:
    broken = bytearray(REQUEST)
    broken[at] ^= change
    try:
        message = stun.parse(bytes(broken))
    except StunError:
        return
    raise AssertionError(message)


@given(st.binary(max_size=1500))
def test_random_data_is_refused(data: bytes) -> None:
    try:
        stun.parse(data)
    except StunError:
        return
    raise AssertionError("random data has no fingerprint")


@given(st.binary(max_size=400).map(lambda body: body[: len(body) // 4 * 4]))
def test_a_body_with_a_valid_header_is_parsed_or_refused(body: bytes) -> None:
    head = stun.HEADER.pack(Kind.REQUEST, len(body) + 8, stun.MAGIC_COOKIE, TRANSACTION) + body
    try:
        message = stun.parse(head + stun._fingerprint(head))
    except StunError:
        return
    assert sum(map(len, message.attributes.values())) <= len(body)
    assert not message.is_signed_with(PASSWORD)
