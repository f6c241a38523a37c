"""The same documents made on several machines by Dask."""
