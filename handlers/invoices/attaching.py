"""Where the document of a bill is: what its `billDocument` says of it."""

from typing import Any

from handlers.service import Service
from tmf_apis.tmf630.identity import href

Json = dict[str, Any]

#: The last segment of the path of a document, below that of its bill.
DOCUMENT = "document.pdf"
PDF = "application/pdf"


def attachment(bills: Service, id: str, number: str) -> Json:
    """The attachment of a bill: name, media type and URL of its document.

    Where the server has no base URL of its own, the URL is relative to that of the bill (RFC 3986,
    section 4.2), for a bill does not know by which name its reader knows the server.
    """
    place = href(bills.settings.base_url + bills.collection.name, id)
    typed = {"@type": "Attachment"} if bills.spec.typed else {}
    return typed | {"name": f"{number}.pdf", "mimeType": PDF, "url": f"{place}/{DOCUMENT}"}
