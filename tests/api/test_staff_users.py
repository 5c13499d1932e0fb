from __future__ import annotations

from api.who import COOKIE
from tests.support.integrator import integrator, new_key
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def test_an_administrator_finds_and_appoints_people(here: Running) -> None:
    async with shopper(here, "admin") as admin, shopper(here) as user, shopper(here, "guest") as guest:
        path = f"/v1/staff/users/{user.person.user_id}"
        found = (await admin.http.get(path)).json()
        assert (found["role"], found["guest"], found["active"]) == ("user", False, True)
        listed = (await admin.http.get("/v1/staff/users", params={"q": found["email"].upper()})).json()["items"]
        assert [each["id"] for each in listed] == [str(user.person.user_id)]
        guests = (await admin.http.get("/v1/staff/users?guest=true&limit=100")).json()["items"]
        assert str(guest.person.user_id) in [each["id"] for each in guests]
        assert all(each["guest"] for each in guests)
        problem(await user.http.get("/v1/reviews"), 403, "forbidden")
        assert (await admin.http.patch(path, json={"role": "moderator"})).json()["role"] == "moderator"
        assert (await user.http.get("/v1/reviews")).status_code == 200
        assert (await admin.http.patch(path, json={"role": "moderator"})).status_code == 200
        changes = await admin.http.get("/v1/audit-log", params={"entity_id": str(user.person.user_id)})
        [change] = changes.json()["items"]
        assert (change["before"]["role"], change["after"]["role"]) == ("user", "moderator")
        assert change["user_id"] == str(admin.person.user_id)


async def test_who_is_shut_out_is_out_at_once(here: Running) -> None:
    async with shopper(here, "admin") as admin, shopper(here) as user:
        path = f"/v1/staff/users/{user.person.user_id}"
        async with integrator(here, await new_key(user, "carts:read")) as till:
            assert (await till.get("/v1/carts")).status_code == 200
            assert (await admin.http.patch(path, json={"active": False})).json()["active"] is False
            problem(await till.get("/v1/carts"), 401, "bad-key")
            problem(await user.http.get("/v1/api-keys"), 401, "sign-in-needed")
            assert (await admin.http.patch(path, json={"active": True})).json()["active"] is True
            # What has ended stays so: they sign in again.
            problem(await till.get("/v1/carts"), 401, "bad-key")
            problem(await user.http.get("/v1/api-keys"), 401, "sign-in-needed")
        assert user.http.cookies[COOKIE]


async def test_nobody_does_it_to_themselves(here: Running) -> None:
    async with shopper(here, "admin") as admin:
        path = f"/v1/staff/users/{admin.person.user_id}"
        for said in ({"role": "user"}, {"active": False}):
            problem(await admin.http.patch(path, json=said), 409, "own-account")


async def test_keys_of_others_are_listed_and_revoked(here: Running) -> None:
    async with shopper(here, "admin") as admin, shopper(here) as user:
        secret = await new_key(user, "carts:read")
        path = f"/v1/staff/api-keys?user_id={user.person.user_id}"
        [listed] = (await admin.http.get(path)).json()["items"]
        assert (listed["prefix"], listed["user_id"]) == (secret[:11], str(user.person.user_id))
        assert (await admin.http.delete(f"/v1/staff/api-keys/{listed['id']}")).status_code == 204
        async with integrator(here, secret) as till:
            problem(await till.get("/v1/carts"), 401, "bad-key")
