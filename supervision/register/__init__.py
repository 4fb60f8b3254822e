"""一单两库: entities, inspectors and the item list."""
