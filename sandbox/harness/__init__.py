"""What runs inside a box, next to untrusted code: standard library only, nothing secret in it.

`relay` talks to the host and holds job and result bytes; `zygote` forks one process per job and never
sees a byte of any; `child` reads its job after the fork, gives up every right, and runs it.
"""
