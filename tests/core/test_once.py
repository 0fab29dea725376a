from core import once


def test_a_repeated_form_is_ignored_unless_the_first_one_was_undone():
    name = once.new_name()
    assert [once.begin("u1", name, "Rain") for _ in range(3)] == [True, False, False]
    assert once.begin("u1", name, "Sun")
    assert once.begin("u2", name, "Rain")
    once.undo("u1", name, "Rain")
    assert once.begin("u1", name, "Rain")


def test_without_redis_every_form_counts_as_the_first(settings):
    dead = {
        "BACKEND": "config.redis_cache.RedisCache",
        "LOCATION": "redis://127.0.0.1:1",
    }
    settings.CACHES = {"default": dead}
    assert [once.begin("u1", "name", "Rain") for _ in range(2)] == [True, True]
    once.undo("u1", "name", "Rain")
