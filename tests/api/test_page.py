from __future__ import annotations

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
