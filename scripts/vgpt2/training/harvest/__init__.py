"""The promoted model's own answers to fresh questions, graded: pairs for DPO, rows for KTO."""
