"""HTTP/1.1 on the wire, in one strict reading (RFC 9112).

`head` and `framing` say what bytes mean and know no sockets; `exchange` is one request with its
answer, as ASGI has them; `connection` reads and writes, and `watch` ends those who do not keep the
`pace`.
"""
