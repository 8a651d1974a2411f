/* What the parts of the soak share. Each has functions that make its handles, and that begin what it does. */
#ifndef UV_SOAK_H
#define UV_SOAK_H

#define _GNU_SOURCE
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#define LONGEST 200000

typedef enum { TCP, PIPE, FILES, CHILD, TIMER, WORK, ASYNC, UDP, NAME, EVENT, SIGNAL, LOOP, KINDS } kind_t;

extern const char* const kind_names[KINDS];

/* What was done of each kind. */
struct kind {
  uint64_t done;
  uint64_t bytes;
  uint64_t errors;
};
extern struct kind table[KINDS];

extern uv_loop_t loop;
extern const char* own_path;
extern int is_draining; /* nothing new is begun */
extern int busy;        /* things that were begun and are not done */

/* Numbers by chance, the same in each run. */
extern uint64_t chance;
uint64_t mix(uint64_t x);
unsigned int below(unsigned int bound);

/* The bytes of a key, by their places. */
void fill(uint64_t key, size_t from, char* bytes, size_t count);
int is_right(uint64_t key, size_t from, const char* bytes, size_t count);

/* Notes an error; the first ones are printed. */
__attribute__((format(printf, 2, 3)))
void wrong(kind_t kind, const char* format, ...);
/* Zeroed; never null. */
void* allocate(size_t size);

#define EXPECT(kind, condition)                                                                    \
  do {                                                                                             \
    if (!(condition))                                                                              \
      wrong(kind, "%s:%d: %s", __FILE__, __LINE__, #condition);                                    \
  } while (0)
#define MUST(call)                                                                                 \
  do {                                                                                             \
    intmax_t must_status = (intmax_t) (call);                                                      \
    if (must_status < 0) {                                                                         \
      fprintf(stderr, "%s:%d: %s: %jd\n", __FILE__, __LINE__, #call, must_status);                 \
      exit(2);                                                                                     \
    }                                                                                              \
  } while (0)

void make_servers(void);
void begin_connections(void);
void begin_files(void);
int be_child(const char* code);
void begin_children(void);
void make_timers(void);
void begin_timers(void);
void begin_work(void);
void make_asyncs(void);
void begin_asyncs(void);
void rest_asyncs(void);
int are_asyncs_resting(void);
void end_asyncs(void);
void make_datagrams(void);
void begin_datagrams(void);
void begin_names(void);
void make_ticks(void);

/* Leaves something behind now and then, if the command line asks for it: the drift has to be seen. */
void plan_leak(const char* what);
void leak(void);

#endif
