"""The URLs and handles that are found in texts of many scripts.

Python (core/text/link_detection.py, core/text/mentions.py) and JavaScript
(static/js/text/link-detection.js, static/js/text/mentions.js) must find the same in each text.
"""

A = "https://example.org/a"
ADDRESSES = {  # text: the URLs in it
    # punctuation around URLs
    f"See {A}, {A}; {A}. {A}! {A}? {A}: done": [A] * 6,
    f"Well, {A}...": [A],
    f"({A}) [{A}] {{{A}}} <{A}>": [A] * 4,
    f"(see {A}?)": [A],
    f"“{A}” ‘{A}’ «{A}» \"{A}\" '{A}' „{A}“": [A] * 6,
    f"*{A}* **{A}** _{A}_ ~~{A}~~ `{A}`": [A] * 5,
    f"[words]({A}) and [{A}]({A})": [A] * 3,
    # punctuation inside URLs
    "https://en.wikipedia.org/wiki/Rubik's_Cube": ["https://en.wikipedia.org/wiki/Rubik's_Cube"],
    "https://en.wikipedia.org/wiki/Rubik’s_Cube.": ["https://en.wikipedia.org/wiki/Rubik’s_Cube"],
    f"{A}_(b) ({A}_(b)) [{A}_(b)].": [f"{A}_(b)"] * 3,
    f"{A}?b[]=1&c={{2}}": [f"{A}?b[]=1&c={{2}}"],
    f"{A}?b=(1#c)": [f"{A}?b=(1#c"],  # brackets are matched only within one part of the URL
    f"{A}*b_c~d,e;f:g!h": [f"{A}*b_c~d,e;f:g!h"],
    f"{A}/?q=a@b.example#/top": [f"{A}/?q=a@b.example#/top"],
    "https://example.org/@ana": ["https://example.org/@ana"],
    "https://ja.wikipedia.org/wiki/日本": ["https://ja.wikipedia.org/wiki/日本"],
    "https://ja.wikipedia.org/wiki/ジョン・レノン": [
        "https://ja.wikipedia.org/wiki/ジョン・レノン"
    ],
    "https://ca.wikipedia.org/wiki/Paral·lel": ["https://ca.wikipedia.org/wiki/Paral·lel"],
    "https://hi.wikipedia.org/wiki/हिन्दी।": ["https://hi.wikipedia.org/wiki/हिन्दी"],
    "https://zh.wikipedia.org/wiki/三国（小说）": ["https://zh.wikipedia.org/wiki/三国（小说）"],
    # punctuation of other scripts, without a space after it
    f"見て{A}。面白い": [A],
    f"（{A}）と「{A}」と『{A}』と【{A}】": [A] * 4,
    f"{A}！{A}？{A}、{A}；{A}：": [A] * 5,
    f"听{A}，好听": [A],
    f"{A}… {A}……": [A] * 2,
    f"{A}، {A}؛ {A}؟ {A}۔": [A] * 4,
    f"{A}। {A}၊ {A}።": [A] * 3,
    f"{A}🎉🎉 {A}👩‍🚀": [A] * 2,
    f"\u2067{A}\u2069 \u200f{A}\u200f": [A] * 2,
    # hosts
    "https://example.orgを見て": ["https://example.org"],
    "https://example.org:8000です": ["https://example.org:8000"],
    "https://www.exаmple.com/": ["https://www.exаmple.com/"],
    "https://example.org|x https://example.org,https://example.net/": [
        "https://example.org",
        "https://example.org",
        "https://example.net/",
    ],
    "https://example.org。": ["https://example.org"],
    "https://bücher.example/ https://日本語.example/": [
        "https://bücher.example/",
        "https://日本語.example/",
    ],
    "https://xn--bcher-kva.example.": ["https://xn--bcher-kva.example"],
    "http://127.0.0.1:8000/ http://[::1]:8000/a http://localhost/": [
        "http://127.0.0.1:8000/",
        "http://[::1]:8000/a",
        "http://localhost/",
    ],
    "HTTPS://EXAMPLE.ORG/A": ["HTTPS://EXAMPLE.ORG/A"],
    # next to letters
    f"見て{A} слушай{A}": [A] * 2,
    f"x{A} 1{A}": [],
    "view-source:https://example.org/a": ["https://example.org/a"],
    # found as a whole, so that no part of a refused URL becomes a link
    "https://accounts.example-login.session.aaaa@evil.example/": [
        "https://accounts.example-login.session.aaaa@evil.example/"
    ],
    "http://testserver/\\evil.example": ["http://testserver/\\evil.example"],
    # no URLs
    "https:// http://. https://) ftp://example.org example.org mailto:a@example.org": [],
    "": [],
}
MENTIONS = {  # text: the handles in it
    "@ana and @Ben_1": ["ana", "Ben_1"],
    "(@ana) [@ana] “@ana” @ana's @ana’s @ana: @ana! @ana.": ["ana"] * 8,
    "@anaさん、@ana님이 @anaके साथ": ["ana"] * 3,
    "你好@ana，ありがとう@ana！ขอบคุณ@ana": ["ana"] * 3,
    ".@ana says; Thanks.@ana": ["ana"] * 2,
    "„@ana“ «@ana» -@ana —@ana": ["ana"] * 4,
    "＠anaさん": ["ana"],
    "\u200f@ana، مرحبا": ["ana"],
    "👋@ana👋": ["ana"],
    "@ana\n@ben": ["ana", "ben"],
    "@ana,@ben": ["ana", "ben"],
    # handles of other sites, and e-mail addresses
    "ana@example.org a.b+c@example.org": [],
    "josé@example.org почта@example.org 用户@example.org": [],
    "x@ana é@ana _@ana 1@ana": [],
    "@ana@example.org @ana.example.org": [],
    "example.org/@ana https://example.org/@ana https://a.example/?q=@ana": [],
    "@@ana @ana@ @ab @far_too_long_for_anyone @añá @anaé": [],
}
