from __future__ import annotations

import re

from api import assets
from tests.support.factory import make_document, make_image, make_product, make_store
from tests.support.service import Running

EVIL = '<script>alert("1")</script>\'"&'


async def test_the_chat_page_runs_only_its_own_scripts(here: Running) -> None:
    response = await here.browser.http.get("/")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["cache-control"] == "no-cache"


async def test_the_page_is_whole_and_its_files_are_kept_for_ever(here: Running) -> None:
    http = here.browser.http
    page = (await http.get("/")).text
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert len(named) >= 3
    for path in named:
        plain = await http.get(path, headers={"accept-encoding": "identity"})
        packed = await http.get(path, headers={"accept-encoding": "gzip, br"})
        assert (plain.status_code, packed.status_code) == (200, 200), path
        assert packed.content == plain.content
        assert packed.headers["content-encoding"] == "gzip"
        assert "immutable" in plain.headers["cache-control"]
    script = next(path for path in named if path.endswith(".js"))
    assert (await http.get(script)).headers["content-type"].startswith("text/javascript")
    assert (await http.get("/plain.css")).headers["content-type"].startswith("text/css")


def test_the_first_load_is_small() -> None:
    sent = sum(len(asset.compressed) for asset in assets.load().values())
    assert sent < 250_000, f"{sent} bytes compressed"


async def test_what_a_catalogue_says_is_never_markup(here: Running) -> None:
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        product = await make_product(conn, store, name=EVIL, description=EVIL, brand=EVIL, specifications={EVIL: EVIL})
        await make_image(conn, product, url=f'https://x.test/"><{EVIL}', alt=EVIL)
        document = await make_document(conn, store, EVIL, [EVIL])
    for path in (f"/products/{product.id}", f"/documents/{document}"):
        response = await here.browser.http.get(path)
        assert response.status_code == 200
        assert "<script" not in response.text
        assert "&lt;script&gt;" in response.text
        assert "script-src 'self'" in response.headers["content-security-policy"]
