"""What several tests of endpoints need."""

import pytest

from tests.server import app


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test server's 404 be what OpenAI says of a model that spent all its tokens on thinking."""
    said = "Could not finish the message because max_tokens or model output limit was reached. Please try again with "
    monkeypatch.setitem(app._STATUS, "404", (400, f"{said}higher max_tokens.", ""))
