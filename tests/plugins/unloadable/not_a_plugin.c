/* A shared library like any other, without the note. */
__attribute__((visibility("default"))) int answer(void);
int answer(void) { return 42; }
