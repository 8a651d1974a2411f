/* What makes calls of the library fail. The program that includes it defines
 * the functions that the library would take from the C library: they are found
 * first. Only calls that come from the library are counted and refused. */
#ifndef UV_TORTURE_SHIM_H
#define UV_TORTURE_SHIM_H

#include "calls.h"

#define CALL_NUMBER(name) CALL_##name,
enum call { CALL_NAMES(CALL_NUMBER) CALL_COUNT };
#undef CALL_NUMBER

extern const char* const call_names[CALL_COUNT];

/* What is to fail, and what was seen: shared with the children of a case. */
struct shim {
  int armed;            /* counts and refuses */
  int call;             /* the one that fails; CALL_COUNT: none does */
  int error;            /* errno, or what the function answers */
  int first;            /* the n-th, from 0 */
  int sticky;           /* and all after it */
  int survived;         /* and nobody may notice */
  int injected;         /* how many were refused */
  int calls;            /* how many were made, of all kinds */
  int counts[CALL_COUNT];
};

extern struct shim* shim;

/* Finds the real functions, and where the library is. */
void shim_begin(void);
/* An allocator for uv_replace_allocator, whose calls are the kind `alloc`. */
int shim_replace_allocator(void);

/* How many blocks of memory the library has taken and not given back, and
 * where in it one of them was taken. */
int shim_count_blocks(const void** caller);

#endif
