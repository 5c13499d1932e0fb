from __future__ import annotations

from tests.support.factory import make_category
from tests.support.service import Running


async def test_the_tree(here: Running) -> None:
    async with here.service.database.connection() as conn:
        shoes = await make_category(conn, "Shoes")
        running = await make_category(conn, "Running", parent_id=shoes)
        await make_category(conn, "Road", parent_id=running)
    tree = (await here.browser.http.get("/v1/categories")).json()["categories"]
    [root] = [one for one in tree if one["id"] == str(shoes)]
    [child] = root["children"]
    [leaf] = child["children"]
    assert (leaf["name"], leaf["path"], leaf["children"]) == ("Road", ["Shoes", "Running", "Road"], [])
    assert not {str(running), leaf["id"]} & {one["id"] for one in tree}
