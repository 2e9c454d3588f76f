"""Where fixtures come from, and what is so for all tests."""

import gc

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.llama",
    "tests.fixtures.mock_server",
    "tests.fixtures.postgres",
    "tests.fixtures.redis",
]


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the thousands of tests: it took a third of their time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
