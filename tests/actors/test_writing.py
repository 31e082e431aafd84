"""What a member types becomes safe HTML with links, names and tags."""

import re
import time

import pytest

from actors.writing import Mentioned, render
from fediverse.html import clean, text_of
from fediverse.limits import Limits

ORIGIN = "https://coop.example"


def who(user, authority):
    if user == "nobody":
        return None
    return Mentioned(f"https://{authority}/users/{user}", f"https://{authority}/@{user}", f"{user}@{authority}")


def written(text):
    return render(text, who=who, origin=ORIGIN)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("een\ntwee\n\ndrie", "<p>een<br />twee</p><p>drie</p>"),
        ("**vet** *schuin* ~~weg~~ `code`", "<p><strong>vet</strong> <em>schuin</em> <s>weg</s> <code>code</code></p>"),
        ("# Kop", "<p><strong>Kop</strong></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("```\na\n  b\n```", "<pre><code>a\n  b\n</code></pre>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("", ""),
        ("C#sharp a#b &#35; #2026", "<p>C#sharp a#b # #2026</p>"),
        ("noor@coop.example", "<p>noor@coop.example</p>"),
        ("@nobody@coop.example", "<p>@nobody@coop.example</p>"),
    ],
)
def test_what_is_typed_is_shown(text, html):
    assert written(text).html == html


def test_an_address_is_a_link():
    html = written("zie https://a.example/x_y_z?q=1&b=2.").html
    assert html == (
        '<p>zie <a href="https://a.example/x_y_z?q=1&amp;b=2" rel="nofollow noopener noreferrer">'
        "https://a.example/x_y_z?q=1&amp;b=2</a>.</p>"
    )


def test_a_handle_is_a_mention():
    found = written("Dag @al_ice@mas.example: en @Bob@localhost:8000.")
    assert [one.iri for one in found.mentions] == [
        "https://mas.example/users/al_ice",
        "https://localhost:8000/users/Bob",
    ]
    assert (
        '<span class="h-card"><a href="https://mas.example/@al_ice" class="u-url mention">@<span>al_ice</span></a>'
        "</span>:"
    ) in found.html


def test_a_tag_is_a_link_to_its_list():
    found = written("Met #Décor_2 en #décor_2")
    assert found.tags == ("Décor_2", "décor_2")
    assert (
        '<a href="https://coop.example/tags/d%C3%A9cor_2" class="mention hashtag" rel="tag">#<span>Décor_2</span></a>'
    ) in found.html


def test_names_and_tags_in_code_and_links_are_left_alone():
    found = written("`#a @b@c.example` [#d @e@f.example](https://x.example/#g) https://x.example/@h@i.example#j")
    assert (found.mentions, found.tags) == ((), ())


def test_without_an_origin_a_tag_stays_text():
    found = render("Met #hout")
    assert (found.html, found.tags) == ("<p>Met #hout</p>", ("hout",))


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "<script>alert(1)</script>",
        "![x](https://evil.example/pixel.png)",
        "![x](x onerror=alert(1))",
        '[x](https://a.example "onmouseover=alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        '<https://a.example/"onclick=alert(1)>',
        '@a@b.example"onclick=x',
        "#<img src=x onerror=y>",
        "```html\n<script>alert(1)</script>\n```",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_H1_nothing_that_is_typed_becomes_a_script_or_a_picture(text):
    html = written(text).html
    assert "<script" not in html
    assert "<img" not in html
    assert text_of(html) == text_of(clean(html, Limits()))
    assert re.findall(r'href="(?!https?://|mailto:)', html) == []


@pytest.mark.parametrize("text", ["[" * 5_000, "*" * 5_000, "> " * 5_000, "@a@" * 5_000, "#" * 9_000, "`" * 9_999])
def test_S10_a_hostile_text_takes_no_long_time(text):
    start = time.process_time()
    written(text)
    assert time.process_time() - start < 2
