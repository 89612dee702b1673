/* Stands in for a library that a plugin needs, while that plugin is linked. */
__attribute__((visibility("default"))) int needed_function(void);
int needed_function(void) { return 1; }
