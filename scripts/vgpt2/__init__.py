"""The library that the scripts share. It never imports a script."""
