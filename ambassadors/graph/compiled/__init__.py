"""The compiled loops of the graph room, a family a file; imported only where one is about to run, for numba is slow.

Every index is unsigned: for signed ones numba adds a test for Python's wrap-around to each access, which nearly halves
the speed of a sweep. Loops are serial and let go of the interpreter's lock; ``ambassadors.graph.threads`` runs several
of them side by side. A result depends on the input alone, never on how many threads there are.
"""
