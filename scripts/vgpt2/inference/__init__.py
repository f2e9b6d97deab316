"""The one way to ask a model: in process or behind an endpoint; used by exam, serving, export and teacher."""
