"""What browsers are asked to keep, and where they may be led."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from fastapi import Request, Response

from pages.callers import own_path
from pages.cookies import TYPED, Cookies, typed_before
from pages.problems import NONE, problem_in
from services.settings import Settings


def asked(scheme: str = "http", cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode("latin-1"))]
    scope = {"type": "http", "scheme": scheme, "server": ("127.0.0.1", 8080), "path": "/", "query_string": b""}
    return Request({**scope, "headers": headers})


def told(response: Response) -> list[str]:
    return [value for name, value in response.headers.items() if name == "set-cookie"]


@pytest.mark.parametrize(("url", "scheme"), [("", "https"), ("https://chat.example.org", "http")])
def test_under_tls_the_cookie_is_for_this_host_and_for_tls_alone(url: str, scheme: str) -> None:
    response = Response()
    Cookies(Settings(url=url)).enter(response, asked(scheme), "s3cret")
    first = told(response)[0]
    assert first.startswith("__Host-omnichat_session=s3cret;")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(first.split("; "))
    assert "Domain" not in first


def test_without_tls_the_cookie_is_still_unreadable_to_scripts() -> None:
    response = Response()
    Cookies(Settings()).enter(response, asked(), "s3cret")
    first = told(response)[0]
    assert first.startswith("omnichat_session=s3cret;")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(first.split("; "))


def test_leaving_takes_both_cookies_away() -> None:
    response = Response()
    Cookies(Settings()).leave(response)
    assert len(told(response)) == 2
    assert all("Max-Age=0" in each for each in told(response))


def test_what_was_typed_comes_back_and_nonsense_is_nothing() -> None:
    response = Response()
    Cookies(Settings()).remember(response, asked(), {"handle": "ümä" * 200, "mail": "a@b.c"})
    kept = told(response)[0].partition(";")[0]
    assert typed_before(asked(cookie=kept)) == {"handle": ("ümä" * 200)[:300], "mail": "a@b.c"}
    for odd in ("", "%", "AAAA", packed(b"[]"), packed(b'{"a": 1}'), packed(b"[" * 50_000)):
        assert typed_before(asked(cookie=f"{TYPED}={odd}")) == {}


def packed(content: bytes) -> str:
    return urlsafe_b64encode(content).decode()


@pytest.mark.parametrize("inside", ["/", "/c/123", "/settings?x=1", "/c/1#turn"])
def test_addresses_of_ours_are_led_to(inside: str) -> None:
    assert own_path(inside) == inside


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "c/1",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\n/evil.example",
        "/\u202ee",
        "/\t/e",
    ],
)
def test_others_lead_home(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


def test_an_address_brings_no_words_of_its_own() -> None:
    assert problem_in({"problem": "<script>"}) == NONE
    assert problem_in({"problem": "slow", "minutes": "99999999999"}).words.endswith("1 minute.")
    assert problem_in({"problem": "slow", "minutes": "5"}).words.endswith("5 minutes.")
    assert problem_in({"problem": "slow", "minutes": "²"}).words.endswith("1 minute.")


@pytest.mark.parametrize(("url", "scheme"), [("", "https"), ("https://chat.example.org", "http")])
def test_under_tls_no_cookie_counts_that_a_neighbouring_host_can_set(url: str, scheme: str) -> None:
    cookies = Cookies(Settings(url=url))
    assert cookies.secret(asked(scheme, "omnichat_session=planted")) == ""
    assert cookies.secret(asked(scheme, "omnichat_session=planted; __Host-omnichat_session=own")) == "own"
    assert Cookies(Settings()).secret(asked("http", "omnichat_session=own")) == "own"
