/* Tests of operations that the caches can serve run twice: as they are, and
 * with UV_FS_INLINE=0, which sends every operation to the worker pool. */
#ifndef UV_TESTS_CACHED_H
#define UV_TESTS_CACHED_H

#include "test.h"

#define TEST_BOTH_WAYS(name)                                                   \
  static void name##_body(void);                                               \
  TEST(name) { name##_body(); }                                                \
  TEST(name##_pool) {                                                          \
    CHECK_OK(setenv("UV_FS_INLINE", "0", 1));                                  \
    name##_body();                                                             \
  }                                                                            \
  static void name##_body(void)

#endif
