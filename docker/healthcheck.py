"""Ends with 0 when the server of this container is alive.

It asks `/health`, not `/ready`: a restart mends no database.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ssl import _create_unverified_context

HERE, PORT = "127.0.0.1", int(os.environ.get("TMF_PORT", "8080"))
connection = HTTPConnection(HERE, PORT, timeout=2)
if os.environ.get("TMF_TLS_CERT"):
    # Whose certificate it is matters to others.
    connection = HTTPSConnection(HERE, PORT, timeout=2, context=_create_unverified_context())
try:
    if os.environ.get("TMF_TLS_CLIENT_CA"):
        # Nobody has a certificate for this question: who takes the connection is alive.
        HTTPConnection(HERE, PORT, timeout=2).connect()
        sys.exit(0)
    connection.request("GET", "/health")
    status = connection.getresponse().status
except (OSError, HTTPException) as error:
    sys.exit(str(error))
sys.exit(0 if status == 200 else f"/health answers {status}")
