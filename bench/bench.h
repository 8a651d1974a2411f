/* The frame of the benchmarks: each is a function that does its work for a while and says how often.
 *
 *   BENCH(name) { ...; bench_report(operations); }
 *
 * The clock and the processor time run from bench_start, or the function's start, to bench_report.
 * The same sources are built against this library and against libuv: nothing here is specific.
 */
#ifndef BENCH_H_
#define BENCH_H_

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

typedef struct bench_s {
  const char* name;
  void (*run)(void);
  struct bench_s* next;
} bench_t;

void bench_register(bench_t* bench);

#define BENCH(id)                                                                \
  static void bench_run_##id(void);                                              \
  static bench_t bench_##id = {#id, bench_run_##id, NULL};                       \
  __attribute__((constructor)) static void bench_register_##id(void) {           \
    bench_register(&bench_##id);                                                 \
  }                                                                              \
  static void bench_run_##id(void)

/* How much to do: the full measure, or a hundredth of it for counting and for smoke tests. */
long bench_scale(long full);

/* What came before was preparation. */
void bench_start(void);

/* Ends the measurement: so many operations were done. */
void bench_report(double operations);

#define BENCH_OK(call)                                                           \
  do {                                                                           \
    long long bench_status = (call);                                             \
    if (bench_status < 0) {                                                      \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call,              \
              uv_strerror((int) bench_status));                                  \
      exit(1);                                                                   \
    }                                                                            \
  } while (0)

/* A load generator in a process of its own, which speaks to a port of this one with plain system
 * calls: `connections` of them with one message of `size` bytes each under way, until `messages` have
 * come back, or with `churn`, one message a connection. Its standard output is closed when it ends. */
typedef struct {
  const char* kind; /* "tcp", "pipe", "churn", "pump" */
  int port;
  const char* path;
  int connections;
  int size;
  long messages;
} load_t;

int load_start(const load_t* load); /* returns the pid */
int load_main(int argc, char** argv);

#endif
