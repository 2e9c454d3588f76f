"""Where fixtures come from."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.llama",
    "tests.fixtures.mock_server",
    "tests.fixtures.postgres",
    "tests.fixtures.redis",
]
