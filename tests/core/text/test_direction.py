from core.text.direction import isolated


def test_a_text_with_right_to_left_characters_is_isolated():
    assert isolated("أصوات") == "\u2068أصوات\u2069"
    assert isolated("Rain in יפו") == "\u2068Rain in יפו\u2069"


def test_other_texts_stay_as_they_are():
    assert [isolated(each) for each in ("", "Rain, 18:00", "雨 🌧️")] == ["", "Rain, 18:00", "雨 🌧️"]
