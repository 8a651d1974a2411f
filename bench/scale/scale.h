/* What the programs of uv-scale have in common. */
#ifndef SCALE_H_
#define SCALE_H_

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#define OK(call)                                                                                   \
  do {                                                                                             \
    long long ok_status = (call);                                                                  \
    if (ok_status < 0) {                                                                           \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, uv_strerror((int) ok_status)); \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

typedef struct {
  uint64_t wall_ns;
  uint64_t cpu_ns; /* of the whole process */
} stamp_t;

stamp_t stamp(void);

/* Prints what has passed since `from`, in which so many operations were done. */
void report(stamp_t from, double operations);

/* `loops` of them on threads, each with a listening socket of its own on one port (SO_REUSEPORT). They answer, or with
 * `closes` close each connection after the first message, until a signal ends the process. */
void serve(int loops, int closes);

/* Timers started, put off and stopped, and fired. */
void timers(long count);

/* Jobs queued at once. */
void jobs(long count);

/* Connections of one loop to itself; a message on each in turn. */
void connections(long count, long messages);

#endif
