import pytest

from tests.needs import need


@pytest.fixture(autouse=True)
def bare_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_a_missing_need_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_TEST_REQUIRE", "llm, postgres")
    with pytest.raises(pytest.skip.Exception, match="browser is not installed"):
        need("browser")


def test_a_missing_need_fails_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNICHAT_TEST_REQUIRE", "llm, browser")
    with pytest.raises(pytest.fail.Exception, match="OMNICHAT_TEST_REQUIRE lists it"):
        need("browser")
