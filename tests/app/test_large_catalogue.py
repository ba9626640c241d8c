"""A catalogue that has grown large: the first of each group are shown, and it is said once how to find the others."""

import pytest

from tests.app.opened import opened
from tests.grown import grown_reference

pytestmark = pytest.mark.anyio


async def test_what_is_not_listed_is_said_once_above_what_is(tmp_path):
    reference = grown_reference(tmp_path / "reference", 300)
    async with opened(tmp_path / "tablet", reference=reference) as app:
        await app.start_shift()
        await app.go_to("/assist")
        await app.wait_text("Punt de suport digital")

        said = [each for each in app.texts() if "escriu-ne el nom a dalt" in each]

        assert len(said) == 1
        assert app.texts().index(said[0]) < app.texts().index("Punt de suport digital")
        assert any(char.isdigit() for char in said[0])
