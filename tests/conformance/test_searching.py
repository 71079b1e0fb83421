from conformance.searching import scalars


def test_the_values_inside_a_record_are_told_by_the_paths_to_them() -> None:
    record = {
        "id": "1",
        "href": "/1",
        "@type": "Customer",
        "note": [{"text": "first", "regex": "a+"}, {"text": "second"}],
        "validFor": {"startDateTime": None, "days": 0},
        "empty": [],
        "a.b": "no path leads here",
    }
    found = list(scalars(record))
    assert found == [("id", "1"), ("note.text", "first"), ("validFor.days", 0)]
