"""匹配: a random lawful team for every drawn entity."""
