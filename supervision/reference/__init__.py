"""Code tables and the working-day calendar (see PROVENANCE.md)."""
