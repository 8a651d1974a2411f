/* What a program does between an answer and its next request, outside of the library. */
#ifndef PAUSE_H_
#define PAUSE_H_

#include <stdint.h>

typedef struct {
  uint64_t ns;    /* the gap, or the mean of random ones */
  int is_random;  /* exponentially distributed */
  int is_spent;   /* by computing, or else asleep */
  uint64_t seed;
  uint64_t taken_ns; /* how long the pauses have been, and the processor time that went into them */
  uint64_t cpu_ns;
} pause_t;

void pause_take(pause_t* pause);

uint64_t now_ns(void);

#endif
