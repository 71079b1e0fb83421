"""From a path that is not here to the ones that may have been meant.

A path goes wrong by a slip in one of its names, by a version or a base that was left out, or by
something that stands before it. It is followed name by name as far as it leads.
"""

from collections.abc import Iterable, Sequence

from tmf_apis.nearness import nearest

#: More paths than these tell nobody where to go. Longer paths are not followed.
_MOST, _LONGEST, _DEEPEST = 3, 300, 8


class _Place:
    """One of the paths that are served, or a beginning of some."""

    def __init__(self, path: str, depth: int) -> None:
        self.path = path
        self.depth = depth
        self.served = False
        #: The names of the next places, and all further on by the last name of each.
        self.next: set[str] = set()
        self.further: dict[str, list[_Place]] = {}


class Signposts:
    """Knows every path that is served, but for ids and what comes after one."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._root = _Place("", 0)
        places = {"": self._root}
        for path in paths:
            way = [self._root]
            for name in path.split("/")[1:]:
                here = f"{way[-1].path}/{name}"
                way[-1].next.add(name)
                if here not in places:
                    places[here] = _Place(here, len(way))
                    for before in way:
                        before.further.setdefault(name, []).append(places[here])
                way.append(places[here])
            way[-1].served = True

    def near(self, asked: str) -> list[str]:
        """The paths that one which is not served may have been meant to be; none where nothing
        is near, or too much.
        """
        names = [name for name in asked.split("/") if name]
        if len(asked) > _LONGEST or len(names) > _DEEPEST:
            return []
        places: Sequence[_Place] = [self._root]
        for name in names:
            places = _led(places, name) or places
        if places[0] is self._root:
            return []
        found = [path for place in places for path in _served(place)]
        return found if len(found) <= _MOST else []


def _led(places: Sequence[_Place], name: str) -> list[_Place]:
    """Where a name leads from some places: to the first ones of this name, or of the nearest."""
    known = {further for place in places for further in place.further}
    following = {next for place in places for next in place.next}
    near = [name] if name in known else nearest(name, following) or nearest(name, known)
    found = [one for place in places for last in near for one in place.further.get(last, ())]
    first = min((one.depth for one in found), default=0)
    return [one for one in found if one.depth == first]


def _served(place: _Place) -> list[str]:
    """The path of a place, or the first ones below it that are served."""
    if place.served:
        return [place.path]
    served = [one for some in place.further.values() for one in some if one.served]
    first = min(one.depth for one in served)
    return [one.path for one in served if one.depth == first]
