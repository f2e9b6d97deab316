"""What a database is read from: a VGPT2 folder, scripts, a live server; each fills a draft of the catalog."""
