"""Where a house's own addresses begin: under a host, or behind another server, not at "/".

Pages write every address as if they began at "/"; what leaves the house is put under its root in
`Asked`, in one place, and nowhere else.
"""

from __future__ import annotations

import re

from markupsafe import escape
from starlette.types import Scope

_ADDRESS = re.compile(r'(\s(?:href|action|src)=")(?=/)')


def root_of(scope: Scope) -> str:
    """The path under which the house is served, like /northmoor; "" where it has the whole site."""
    # What is mounted within the house moves root_path on, and leaves the other where it was.
    return str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")


def path_in(scope: Scope) -> str:
    """The path within the house."""
    return str(scope["path"]).removeprefix(root_of(scope)) or "/"


def rooted(page: str, root: str) -> str:
    """A page with its addresses under the root; text of others cannot look like one in it."""
    return _ADDRESS.sub(lambda found: f"{found[1]}{escape(root)}", page) if root else page
