"""The questions: made from the catalog, curated by hand, and chosen for a checkpoint."""
