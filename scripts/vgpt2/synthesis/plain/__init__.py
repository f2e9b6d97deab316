"""Questions that spell no name: what tables and columns are called, and how templates and questions are said then."""
