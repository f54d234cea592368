import pytest

from shared.categories import AGENCIES, Category, CategoryCode, category_of_police_type, load_categories


def test_every_code_has_labels_a_severity_and_known_agencies():
    assert list(load_categories()) == list(CategoryCode)
    for category in load_categories().values():
        assert category.sv
        assert category.en
        assert category.severity in {1, 2, 3, 4}
        assert category.agencies
        assert set(category.agencies) <= set(AGENCIES)


def test_categories_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        load_categories()[CategoryCode.FIRE] = load_categories()[CategoryCode.OTHER]  # type: ignore[index]


@pytest.mark.parametrize(
    ("police_type", "category"),
    [
        ("Brand", CategoryCode.FIRE),
        ("mordbrand ", CategoryCode.FIRE),
        ("Skottlossning, misstänkt", CategoryCode.EXPLOSION_SHOOTING),
        ("Lagen om hundar och katter", CategoryCode.ANIMAL),
        ("Sammanfattning natt", None),
        ("", None),
    ],
)
def test_police_types_map_to_a_category_or_none(police_type: str, category: CategoryCode | None):
    assert category_of_police_type(police_type) is category


def test_no_police_type_belongs_to_two_categories():
    names = [name.casefold().strip() for category in load_categories().values() for name in category.police]
    assert len(names) == len(set(names))


def test_an_unknown_agency_is_refused():
    with pytest.raises(ValueError, match="unknown agencies"):
        Category(CategoryCode.FIRE, "Brand", "Fire", 3, ("navy",), ())
