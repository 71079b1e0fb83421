"""Ends with 0 when the server of this container is alive.

It asks `/health`, not `/ready`: a restart mends no database.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

connection = HTTPConnection("127.0.0.1", int(os.environ.get("TMF_PORT", "8080")), timeout=2)
try:
    connection.request("GET", "/health")
    status = connection.getresponse().status
except (OSError, HTTPException) as error:
    sys.exit(str(error))
sys.exit(0 if status == 200 else f"/health answers {status}")
