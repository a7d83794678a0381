"""The errors say what is wrong, where, and what to do."""

import inspect

from ambassadors import errors


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """Every error class is drawn in the module's docstring, and nothing else is."""
    classes = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}

    drawn = {word for line in (errors.__doc__ or "").splitlines() for word in line.split()[:3] if word in classes}

    assert drawn == classes
    assert all(issubclass(getattr(errors, name), errors.AmbassadorsError) for name in classes)


def test_a_recipe_error_tells_all_faults() -> None:
    """One message holds every fault, each with its key."""
    error = errors.RecipeError("a.toml", [errors.Fault("x", "is wrong."), errors.Fault("y", "is required.", "Say y.")])

    assert str(error) == "a.toml: 2 faults in the recipe\n  x: is wrong.\n  y: is required. Say y."


def test_near_names_are_offered_only_when_near() -> None:
    """A name that resembles nothing gets no wrong suggestion."""
    assert errors.did_you_mean("qqqq", [f"measure_{i}" for i in range(50)]) == ""
