"""Split a comma list whose members may hold commas themselves, in brackets or quotes."""


def members(text: str) -> list[str]:
    """The members of `a, note[?(@.x=='1,2')], b`, trimmed; empty ones are left out."""
    return [member for member in all_members(text) if member]


def all_members(text: str) -> list[str]:
    """The same with those that are empty; an empty text has one."""
    found: list[str] = []
    depth, quote, start, escaped = 0, "", 0, False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = character == "\\"
            quote = "" if character == quote else quote
        elif character in "'\"" and depth:
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            depth = max(0, depth - 1)
        elif character == "," and depth == 0:
            found.append(text[start:position])
            start = position + 1
    found.append(text[start:])
    return [part.strip() for part in found]
