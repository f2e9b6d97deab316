"""A data-tier application (`.dacpac`, `.bacpac`): the model that DacFx makes of a database, in a zip."""
