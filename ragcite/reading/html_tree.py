"""Which parts of a page count: not what is invisible, not what surrounds every page of the site."""

from __future__ import annotations

from typing import Any

_NEVER_SHOWN = frozenset(
    {
        *(
            "script",
            "style",
            "template",
            "noscript",
            "head",
            "iframe",
            "object",
            "embed",
            "applet",
            "canvas",
        ),
        *(
            "audio",
            "video",
            "svg",
            "map",
            "datalist",
            "button",
            "select",
            "textarea",
            "input",
            "progress",
        ),
        *(
            "meter",
            "rp",
            "rt",
            "area",
            "base",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "dialog",
            "annotation",
        ),
    }
)
_BOILERPLATE_ROLES = frozenset({"navigation", "search", "menu", "menubar", "toolbar", "banner", "contentinfo"})
_CONTENT = frozenset({"article", "main", "blockquote", "section", "figure"})
_PERMALINKS = frozenset({"#", "¶", "§", "🔗", "link", "permalink"})
_LINKED = 0.5  # share of its characters inside links, from which a header, footer or aside counts as navigation
# Share of the page's words outside links that must lie in <main> or the only <article> for it to stand for the page.
_MAIN_SHARE = 0.6
_ARTICLE_SHARE = 0.8


def drop_invisible(body: Any) -> None:
    """Take out what no browser shows as text. What an author hid has gone before (`html_hidden`)."""
    _drop(body, _is_invisible)


def drop_boilerplate(body: Any) -> None:
    """Take out navigation, and headers, footers and asides that belong to the site rather than to the text."""
    _drop(body, _is_boilerplate)


def main_part(body: Any) -> Any:
    """`<main>`, or the only `<article>`, where it holds most of the words; else the whole body."""
    mains = body.xpath(".//main | .//*[@role='main']")
    candidates = mains or body.xpath(".//article[not(ancestor::article)]")
    if len(candidates) != 1:
        return body
    share = _MAIN_SHARE if mains else _ARTICLE_SHARE
    return candidates[0] if _words(candidates[0]) >= share * _words(body) else body


def _drop(body: Any, unwanted: Any) -> None:
    doomed = [element for element in body.iter() if element is not body and unwanted(element)]
    for element in doomed:
        if element.getparent() is not None:
            element.drop_tree()


def _is_invisible(element: Any) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or (tag in _NEVER_SHOWN and not (tag == "dialog" and "open" in element.attrib)):
        return True
    return element.get("aria-hidden", "").lower() == "true" or _is_permalink(element)


def _is_permalink(element: Any) -> bool:
    if element.tag != "a" or len(element) or (element.text or "").strip().lower() not in _PERMALINKS:
        return False
    return any(parent.tag in ("h1", "h2", "h3", "h4", "h5", "h6") for parent in element.iterancestors())


def _is_boilerplate(element: Any) -> bool:
    role = element.get("role", "").lower()
    if element.tag == "nav" or role in _BOILERPLATE_ROLES - {"banner", "contentinfo"}:
        return True
    if element.tag not in ("header", "footer", "aside") and role not in ("banner", "contentinfo", "complementary"):
        return False
    in_content = any(parent.tag in _CONTENT for parent in element.iterancestors())
    titled = element.tag == "header" and element.find(".//h1") is not None
    return not (in_content or titled) or _link_share(element) > _LINKED


def _link_share(element: Any) -> float:
    characters = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return linked / characters if characters else 0.0


def _words(element: Any) -> int:
    """Words outside links."""
    linked = sum(len(link.text_content().split()) for link in element.iter("a"))
    return len(element.text_content().split()) - linked
