"""HTML and names of strangers: what is left can do no harm."""

import itertools
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.html import REL, TAGS, clean, shown_name, text_of
from fediverse.limits import Limits

LIMITS = Limits()

SCHEMES = ["javascript", "vbscript", "data", "livescript", "file", "blob", "jar", "view-source", "feed:javascript"]
DISGUISES = [
    "{0}:alert(1)",
    "{1}:alert(1)",
    " {0}:alert(1)",
    "&#1;{0}:alert(1)",
    "\x01{0}:alert(1)",
    "{2}&#9;{3}:alert(1)",
    "{2}\n{3}:alert(1)",
    "{2}&Tab;{3}:alert(1)",
    "{0}&colon;alert(1)",
    "{0}&#58;alert(1)",
    "{0}&#x3A;alert(1)",
    "\u00a0{0}:alert(1)",
    "{2}\x00{3}:alert(1)",
    "{0}:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
]
PLACES = ['<a href="{}">x</a>', "<a href='{}'>x</a>", "<a href={}>x</a>", '<A HREF="{}">x</A>']
CLASSIC = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script>",
    "<script\x0d>alert(1)</script>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<IMG LOWSRC=javascript:alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)//",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<math><mi><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<math href="javascript:alert(1)">x</math>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<body background=javascript:alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=evil>x</applet>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style>body{background:url(javascript:alert(1))}</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style=xss:expression(alert(1))>x</p>",
    "<div onmouseover=alert(1)>x</div>",
    "<p onclick=alert(1) ONFOCUS=alert(1) onx=1>x</p>",
    "<p/onclick=alert(1)>x",
    "<p \x0bonclick=alert(1)>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>x",
    "<keygen autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<isindex action=javascript:alert(1)>",
    "<table background=javascript:alert(1)><td>x</td></table>",
    "<a href='https://x.example' onmouseover=alert(1)>x</a>",
    "<a href='https://x.example' style='position:fixed;inset:0'>x</a>",
    "<a href='https://x.example' target=_top id=main name=main>x</a>",
    '<a href="https://x.example/"onclick="alert(1)">x</a>',
    "<a href=`javascript:alert(1)`>x</a>",
    "<a ping=javascript:alert(1) href=https://x.example>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><script>alert(1)</script>'>",
    "<title><p title='</title><script>alert(1)</script>'>",
    "<noembed><img title='</noembed><script>alert(1)</script>'></noembed>",
    "<plaintext><script>alert(1)",
    "<!--><script>alert(1)</script>-->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<?php echo '<script>alert(1)</script>'; ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<p>&#60;script&#62;alert(1)&#60;/script&#62;</p>",
    "\u2028<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    '"><svg onload=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    ':a" onx=alert(1):',
    "<abbr title='\"><script>alert(1)</script>'>x</abbr>",
    "<span class='invisible'>https://</span><span class=ellipsis>x</span>",
    "<span class=\"mention' onclick='alert(1)\">x</span>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<a href='//evil.example'>x</a>",
    "<portal src=https://evil.example></portal>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
]
VECTORS = CLASSIC + [
    place.format(disguise.format(scheme, scheme.title(), scheme[:3], scheme[3:]))
    for scheme, disguise, place in itertools.product(SCHEMES, DISGUISES, PLACES[:2])
]


class Seen(HTMLParser):
    """What a browser would see, as far as it matters here."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


ATTRIBUTES = {"href", "rel", "class", "title", "lang", "dir", "translate", "start", "reversed", "value"}
CLASSES = {"mention", "hashtag", "h-card", "u-url", "p-author", "p-name", "p-nickname", "p-note", "p-summary", ""}


def assert_harmless(html: str) -> None:
    for tag, attributes in Seen(html).tags:
        assert tag in TAGS, tag
        assert set(attributes) <= ATTRIBUTES, attributes
        assert set(attributes.get("class", "").split(" ")) <= CLASSES
        if "href" in attributes:
            assert attributes["href"].startswith(("https:", "http:", "mailto:")), attributes
        if tag == "a":
            assert attributes["rel"] == REL
    assert "<!" not in html
    assert "\x00" not in html


def test_H1_there_are_more_than_two_hundred_vectors() -> None:
    assert len(set(VECTORS)) > 300


@pytest.mark.parametrize("vector", VECTORS)
def test_H1_nothing_that_could_run_is_left(vector: str) -> None:
    for html in (vector, f"<p>{vector}</p>", f"<b><ul><li>{vector}"):
        cleaned = clean(html, LIMITS)
        assert_harmless(cleaned)
        assert clean(cleaned, LIMITS) == cleaned  # cleaning again when it is shown changes nothing


@given(st.text(st.sampled_from("<>/=\"'&;:! -abipsx\n\t\x00") | st.characters(), max_size=300))
def test_H1_nor_of_any_other_text(html: str) -> None:
    assert_harmless(clean(html, LIMITS))


@pytest.mark.parametrize(
    "html",
    [
        "<p>Texte <strong>gras</strong>, <em>penché</em> et <del>barré</del><br>ligne</p>",
        "<ul><li>un</li><li>deux</li></ul><blockquote><p>dit</p></blockquote>",
        "<pre><code>x = 1</code></pre><h2>Titre</h2>",
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        f'<p class="p-note"><a href="https://x.example/i" class="u-url mention" rel="{REL}">@<span>i</span></a></p>',
        f'<p><a href="mailto:a@coop.example" rel="{REL}">a</a></p>',
    ],
)
def test_what_posts_need_is_left_as_it_is(html: str) -> None:
    cleaned = clean(html, LIMITS)
    assert sorted(re.findall(r'[\w-]+="[^"]*"|<\w+|[^<>"]+', cleaned)) == sorted(
        re.findall(r'[\w-]+="[^"]*"|<\w+|[^<>"]+', html)
    )


def test_H4_the_whole_address_of_a_link_shows() -> None:
    html = (
        '<a href="https://evil.example/login"><span class="invisible">https://evil.example/?</span>'
        '<span class="ellipsis">bank.example/</span><span class="invisible">login</span></a>'
    )
    cleaned = clean(html, LIMITS)
    assert "invisible" not in cleaned
    assert "ellipsis" not in cleaned
    assert text_of(cleaned) == "https://evil.example/?bank.example/login"


def test_what_is_too_long_is_cut_and_still_whole() -> None:
    for html in (
        "<p>é</p>" * 40_000,
        "<b>x" * 50_000,
        "&amp;" * 60_000,
        "a" * 200_000,
        "<a href='https://x.example'>" * 9_000,
    ):
        cleaned = clean(html, LIMITS)
        assert len(cleaned.encode()) <= LIMITS.content_bytes
        assert_harmless(cleaned)
    assert clean("x" * 65_536, LIMITS) == "x" * 65_536


def test_the_text_of_html_has_a_line_for_each_paragraph() -> None:
    html = "<p>Eerste &amp; &lt;b&gt;<br>tweede</p><ul><li>punt</li></ul><script>x</script>&amp;lt;"
    assert text_of(html) == "Eerste & <b>\ntweede\npunt\n&lt;"
    assert text_of("") == ""
    assert text_of("geen opmaak") == "geen opmaak"


@pytest.mark.parametrize(
    "html",
    [
        "<a" * 524_288,
        "<a<a<a" * 174_762,
        "<div>" * 200_000,
        "<ul><li>" * 130_000,
        "<p><b>" * 170_000,
        "<div><table><td></div></td></table>" * 29_000,
        "<em><a href=x>" * 74_000,
        "&" * 1_048_576,
        "&lt" * 349_000,
        "<!--" * 262_144,
        '<a title="' * 104_857,
        "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        "<svg><p>" * 131_072,
        "<table>" * 149_796,
        "</p>" * 262_144,
        "<font><b><i>" * 87_000,
    ],
    ids=lambda html: html[:12],
)
def test_S10_a_megabyte_made_to_be_slow_is_done_in_time(html: str) -> None:
    began = time.process_time()
    text_of(html)
    assert time.process_time() - began < 0.5
    began = time.process_time()
    assert_harmless(clean(html, LIMITS))
    assert time.process_time() - began < 0.7


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Léa  De\tSmet\n", "Léa De Smet"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\u2066x\u2069\u200e\u200f\u061c", "x"),
        ("a\x00\x07\x1b[31mb\x9b", "a[31mb"),
        ("ad\u200bm\u00adin\ufeff\u2060", "admin"),
        ("ad\u200dmin", "admin"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("👩🏽\u200d🌾", "👩🏽\u200d🌾"),
        ("\u3164\u115f\uffa0", ""),
        ("x\U000e0041y", "xy"),
        ("<b>Noor</b> & co", "<b>Noor</b> & co"),
        ("ねこ :blobcat:", "ねこ :blobcat:"),
        ("line\u2028two", "line two"),
        ("e\u0301", "e\u0301"),
        ("n" * 600, "n" * 500),
    ],
)
def test_H5_a_name_has_nothing_invisible_and_keeps_its_direction(name: str, shown: str) -> None:
    assert shown_name(name, LIMITS) == shown


@given(st.text(max_size=600))
def test_H5_no_name_holds_a_control_character(name: str) -> None:
    shown = shown_name(name, LIMITS)
    assert len(shown) <= LIMITS.name_chars
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]", shown)
    assert shown_name(shown, LIMITS) == shown
