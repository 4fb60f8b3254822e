"""演示: a generated county taken through the whole chain."""
