/* What a library takes for each thing of a kind, beside the program's own memory.
 *
 *   KIND(name, count, size) { prepare; memory_start(); make `count` things; }
 *
 * What the kind allocates itself comes from `own` and is written to before memory_start, so that what grows
 * afterwards is the library's. The same sources are built against this library and against libuv.
 */
#ifndef MEMORY_H_
#define MEMORY_H_

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

typedef struct kind_s {
  const char* name;
  int count;
  size_t size; /* of what the program provides for each */
  void (*run)(int count);
  struct kind_s* next;
} kind_t;

void memory_register(kind_t* kind);

/* The kinds of one file are told apart by their names. */
#define KIND(id, how_many, bytes)                                                \
  static void kind_run_##id(int count);                                          \
  static kind_t kind_##id = {#id, how_many, bytes, kind_run_##id, NULL};         \
  __attribute__((constructor)) static void kind_register_##id(void) {            \
    memory_register(&kind_##id);                                                 \
  }                                                                              \
  static void kind_run_##id(int count)

/* Memory of the program's, all of it touched. */
void* own(int count, size_t size);

/* What came before was preparation. */
void memory_start(void);

/* An initialised loop. */
uv_loop_t* new_loop(void);

/* Runs the loop until `*left` is 0. */
void run_until(uv_loop_t* loop, const int* left);

/* Holds all workers of the pool until the process ends. */
void hold_pool(uv_loop_t* loop);

/* An empty folder that goes with the process. */
const char* new_folder(void);

void check(long long status, const char* file, int line, const char* call);

#define CHECKED(call) check((call), __FILE__, __LINE__, #call)

#endif
