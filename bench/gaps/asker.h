/* A loop that asks one thing at a time: it submits, waits for the answer, pauses, and asks again. */
#ifndef ASKER_H_
#define ASKER_H_

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "pause.h"

#define OK(call)                                                                                   \
  do {                                                                                             \
    long long ok_status = (call);                                                                  \
    if (ok_status < 0) {                                                                           \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, uv_strerror((int) ok_status)); \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

typedef struct asker_s asker_t;

/* What is asked. */
typedef struct {
  const char* name;
  void (*begin)(asker_t* asker, int loops);
  void (*ask)(asker_t* asker); /* whose answer calls asker_answered */
  void (*end)(asker_t* asker);
  int answers; /* the second loop, where there is one, answers rather than asks */
} kind_t;

/* The time that is measured; before it the threads are made and the library learns the pace. */
typedef struct {
  uint64_t from;
  uint64_t to;
} window_t;

struct asker_s {
  uv_loop_t loop;
  const kind_t* kind;
  window_t window;
  pause_t pause;
  void (*on_from)(asker_t* asker); /* the window has begun, or ended */
  void (*on_to)(asker_t* asker);
  uint64_t asked_at;
  uint32_t* latencies; /* in nanoseconds */
  size_t count;
  int is_measured;
  union {
    uv_work_t work;
    uv_fs_t fs;
  } request;
  uv_async_t answer;
  void* other; /* whoever answers, if it is not the library */
};

void asker_init(asker_t* asker, const kind_t* kind, int loops, window_t window, pause_t pause);

/* Asks until the window is over. */
void asker_run(asker_t* asker);

/* The answer has come. */
void asker_answered(asker_t* asker);

const kind_t* kind_named(const char* name);

#endif
