"""Our kernels under networkx's own functions: ``nx.pagerank(G, backend="ambassadors")``.

networkx finds the backend by entry points. ``info`` says what is served, and is read whenever networkx is imported;
``dispatch`` is the backend, loaded at the first call that asks for it; ``algorithms`` has a function for each of
networkx's that is served, and ``served`` the table of them. Nothing else in the package imports this room.
"""
