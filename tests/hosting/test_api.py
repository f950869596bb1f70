"""The API of each house of a host: under its own name, and with its own tokens alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from starlette.testclient import TestClient

from tests.hosting.conftest import NAMES, Hosted
from web.host import HostPages
from workflows.hosting import Host


def test_a_token_opens_one_house_and_its_addresses_stay_within_it(hosted: Hosted) -> None:
    """What is answered leads back into the same house, and no other house knows the token.

    On either kind of database, of the same request sent many times at once one is done.
    """
    name, other = NAMES[0], NAMES[1]
    manager = f"business.manager@{name}-partnership.example"
    token = hosted.home(name).do("token", "new", "--for", manager, "--scope", "act")["token"]
    headers = {"authorization": f"Bearer {token}"}
    host = Host(hosted.folder)
    client = TestClient(HostPages(host))
    try:
        page = client.get(f"/{name}/api/v1/cases?limit=1", headers=headers)
        assert page.status_code == 200
        assert hosted.canary(other) not in page.text
        following = page.json()["next"]
        assert following.startswith(f"/{name}/api/v1/cases?")
        assert client.get(following, headers=headers).json()["cases"]
        server = client.get(f"/{name}/api/v1/openapi.json", headers=headers).json()["servers"]
        assert server == [{"url": f"/{name}/api/v1"}]
        assert client.get(f"/{other}/api/v1/cases", headers=headers).status_code == 401
        path = f"/{name}/api/v1/cases/RR-2024-0001"
        before = client.get(path, headers=headers).json()["revision"]
        named = {**headers, "idempotency-key": "note"}
        with ThreadPoolExecutor(5) as pool:
            sent = [
                pool.submit(client.post, f"{path}/notes", json={"text": "Once."}, headers=named)
                for _ in range(5)
            ]
            answers = [each.result() for each in sent]
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert client.get(path, headers=headers).json()["revision"] == before + 1
    finally:
        host.close()
