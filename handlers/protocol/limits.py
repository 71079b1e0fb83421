"""How much of a request is taken, and how long it may take to come."""

#: Bytes of a head, of its request line, and fields in it.
HEAD_BYTES = 64 * 1024
LINE_BYTES = 32 * 1024
FIELDS = 100
#: Seconds from the first byte of a head, or from the beginning of a connection, to its end.
HEAD_SECONDS = 10.0
#: Seconds that a connection is kept for the next request. Clients and proxies keep theirs for up to
#: a minute: whoever ends it first loses no request that is on its way.
IDLE_SECONDS = 75

#: Seconds that a body, or a client that takes its answer, may be silent; whoever is slower than so
#: many bytes a second uses them up as well.
SILENCE_SECONDS = 10.0
SLOWEST = 4096
#: Bytes that one worker holds of bodies that are not whole, and of answers that are not taken.
UNFINISHED_BYTES = 64 * 1024 * 1024
UNTAKEN_BYTES = 64 * 1024 * 1024
#: Bytes of one body that wait until they are asked for.
WAITING_BYTES = 64 * 1024

#: Bytes of the line before a chunk, with its extensions, and of the fields behind the last one.
CHUNK_LINE_BYTES = 256
TRAILER_BYTES = 8 * 1024
#: Chunks read before others have their turn.
CHUNKS_A_TURN = 256

#: Bytes of a body that are read and dropped, when nobody wants them, to keep a connection.
DROPPED_BYTES = 64 * 1024
#: Seconds that a closing connection is read on, for a client that still sends sees no answer.
LINGER_SECONDS = 2.0
#: Seconds a stopping worker waits for bodies that still come, and for clients that take nothing.
STOPPING_SECONDS = 0.5
