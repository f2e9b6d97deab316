"""Who may ask at all: by which name a server is asked, and which pages ask."""
