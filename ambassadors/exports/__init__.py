"""Drop files in a folder: what each is, told by its content, and the recipe that reads them."""

from ambassadors.exports.found import File, Found
from ambassadors.exports.looking import look
from ambassadors.exports.writing import recipe_for, slug

__all__ = ["File", "Found", "look", "recipe_for", "slug"]
