"""Where rows come from: strict readers, the mapping that a recipe describes, and an account of every row."""
