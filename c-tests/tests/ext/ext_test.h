/* For tests of uv/ext.h. */
#ifndef UV_TESTS_EXT_TEST_H
#define UV_TESTS_EXT_TEST_H

#include "test.h"
#include "uv/ext.h"

/* At the beginning of a test: on another libuv there is nothing to test. */
#define NEEDS_EXT()                                                            \
  do {                                                                         \
    if (is_other_libuv())                                                      \
      SKIP("another libuv has no uv/ext.h");                                   \
  } while (0)

/* Whether the environment has the library measure anyway. */
static inline int is_measured_anyway(void) {
  return getenv("UV_INSPECT") != NULL || getenv("UV_TRACE") != NULL;
}

#endif
