"""Take the addresses out of package-lock.json that npm writes for people: they are not needed to install."""

import json
from pathlib import Path

LOCK = Path(__file__).parent / "package-lock.json"

lock = json.loads(LOCK.read_text(encoding="utf-8"))
for package in lock["packages"].values():
    for key in ("funding", "resolved"):
        package.pop(key, None)
LOCK.write_text(json.dumps(lock, indent=2) + "\n", encoding="utf-8")
