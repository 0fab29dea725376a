from notifications.sharing import shared, sharing

calls = []


@shared
def double(number):
    calls.append(number)
    return 2 * number


def test_a_shared_function_is_called_once_per_argument_within_a_chunk():
    calls.clear()
    with sharing():
        assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert calls == [1, 2]


def test_the_next_chunk_calls_the_function_again():
    calls.clear()
    for _ in range(2):
        with sharing():
            double(1)
    double(1)
    double(1)
    assert calls == [1, 1, 1, 1]
