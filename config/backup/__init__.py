"""`manage.py backup` and `manage.py restore`: the database and the files, in one archive."""
