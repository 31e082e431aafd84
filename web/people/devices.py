"""What a browser calls itself, in words: «Firefox on Linux».

Every browser says that it is several others, so the order of the rows matters: who is copied stands last.
"""

from __future__ import annotations

from web.i18n import Reader

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Chromium", "Chromium"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def in_words(reader: Reader, device: str) -> str:
    """Browser and system as far as they are known."""
    browser = next((name for sign, name in BROWSERS if sign in device), None)
    system = next((name for sign, name in SYSTEMS if sign in device), None)
    if browser and system:
        return reader.text("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or reader.text("an unknown browser")
