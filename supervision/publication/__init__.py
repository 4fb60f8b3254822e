"""公示: releases of results, and what the public may search."""
