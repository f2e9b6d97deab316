"""Profiles, LLaMA-Factory configs, lineage, launch, export."""
