"""The page at `/`: ask, see the SQL with its verdict and what it gives on made-up rows. Plain files, no build step."""
