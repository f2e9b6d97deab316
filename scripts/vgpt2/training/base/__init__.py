"""The base model of a run: one that packages carry, a made-up Qwen2, or a pointer to one on the hub or the disk."""
