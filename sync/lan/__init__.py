"""PCs of one office exchange directly over its own network: no authority is needed, merging is the same everywhere.

`hello` proves who answers, `serving` answers, `finding` announces and finds, `visiting` asks. Off until a person switches it on.
"""
