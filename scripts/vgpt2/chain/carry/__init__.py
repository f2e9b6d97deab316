"""A run carried to another place and back: folder, s3, gs, az or hf, with checksums, without what can be made again."""
