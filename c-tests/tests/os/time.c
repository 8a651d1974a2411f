#include "test.h"

enum { THREADS = 15, READINGS = 5, NAP_MS = 45, LEAST_NS = 25000000 };

TEST(clock_gettime) {
  uv_timespec64_t now;
  CHECK_ERR(UV_EINVAL, uv_clock_gettime((uv_clock_id) 1337, &now));
  CHECK_ERR(UV_EFAULT, uv_clock_gettime((uv_clock_id) 1337, NULL));
  CHECK_ERR(UV_EFAULT, uv_clock_gettime(UV_CLOCK_MONOTONIC, NULL));
  CHECK_OK(uv_clock_gettime(UV_CLOCK_MONOTONIC, &now));
  CHECK_GE(now.tv_nsec, 0);
  CHECK_LT(now.tv_nsec, 1000000000);
  CHECK_OK(uv_clock_gettime(UV_CLOCK_REALTIME, &now));
  /* Seconds: as milliseconds this was in the year 2023. */
  CHECK_LT(now.tv_sec, INT64_C(1682500000000));
  CHECK_GT(now.tv_sec, 1682500000);
}

TEST(gettimeofday) {
  uv_timeval64_t now;
  memset(&now, 0, sizeof(now));
  CHECK_OK(uv_gettimeofday(&now));
  CHECK_NE(now.tv_sec, 0);
  CHECK_GE(now.tv_usec, 0);
  CHECK_LT(now.tv_usec, 1000000);
  CHECK_ERR(UV_EINVAL, uv_gettimeofday(NULL));
}

/* 75 naps are measured, several at a time. */
static void measure_naps(void* arg) {
  int i;
  (void) arg;
  for (i = 0; i < READINGS; i++) {
    uint64_t before = uv_hrtime();
    uv_sleep(NAP_MS);
    CHECK_GT(uv_hrtime() - before, LEAST_NS);
  }
}

TEST(hrtime) {
  uv_thread_t threads[THREADS];
  uint64_t before = uv_hrtime();
  int i;
  CHECK_GT(before, 0);
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_create(&threads[i], measure_naps, NULL));
  for (i = 0; i < THREADS; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  CHECK_GE(uv_hrtime() - before, (uint64_t) READINGS * LEAST_NS);
}
