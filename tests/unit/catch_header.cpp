// Here for the precompiled header, which needs a file of its target that uses it.
