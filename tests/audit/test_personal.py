"""The table of what tells of a person names what the files of the APIs declare."""

from tmf_apis.audit.personal import personal_attributes, personal_table
from tmf_apis.catalog import choose


def test_it_names_what_is_declared() -> None:
    for number, resources in personal_table().items():
        for name, attributes in resources.items():
            declared = {
                attribute
                for api in choose().apis
                for resource in api.resources
                if (api.number, resource.name) == (number, name)
                for attribute in resource.attributes.children
            }
            assert declared, f"there is no {name} in {number}"
            assert set(attributes) <= declared, (number, name)


def test_what_it_does_not_name_is_not_personal() -> None:
    assert "contactMedium" in personal_attributes("TMF629", "customer")
    assert personal_attributes("TMF620", "category") == frozenset()
    assert personal_attributes("TMF999", "customer") == frozenset()
