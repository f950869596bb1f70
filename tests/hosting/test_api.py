"""The API of each house of a host: under its own name, and with its own tokens alone."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.cli.driver import MANAGER
from tests.hosting.conftest import NAMES, Hosted
from web.host import HostPages
from workflows.hosting import Host


def test_a_token_opens_one_house_and_its_addresses_stay_within_it(hosted: Hosted) -> None:
    """What is answered leads back into the same house, and no other house knows the token."""
    name, other = NAMES[0], NAMES[1]
    token = hosted.home(name).do("token", "new", "--for", MANAGER)["token"]
    headers = {"authorization": f"Bearer {token}"}
    with Host(hosted.folder) as host:
        client = TestClient(HostPages(host))
        page = client.get(f"/{name}/api/v1/cases?limit=1", headers=headers)
        assert page.status_code == 200
        assert hosted.canary(other) not in page.text
        following = page.json()["next"]
        assert following.startswith(f"/{name}/api/v1/cases?")
        assert client.get(following, headers=headers).json()["cases"]
        server = client.get(f"/{name}/api/v1/openapi.json", headers=headers).json()["servers"]
        assert server == [{"url": f"/{name}/api/v1"}]
        assert client.get(f"/{other}/api/v1/cases", headers=headers).status_code == 401
