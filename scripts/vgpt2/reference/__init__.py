"""Pages that are written from the code: what each script takes, and what the settings may say."""
