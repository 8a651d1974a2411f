/* What the watchdog has told: in the file "told" of the test's folder. */
#ifndef UV_TESTS_WATCHDOG_TOLD_H
#define UV_TESTS_WATCHDOG_TOLD_H

/* UV_WATCHDOG is this from now on; skips the test on a libuv without one. */
void watch_callbacks(const char* value);
/* Up to now; stays until the next call. */
const char* told(void);

#endif
