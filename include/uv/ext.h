/* SPDX-License-Identifier: MIT
 * Generated from src/ by `cargo xtask headers`; edit the sources instead.
 *
 * What this library adds to libuv's interface: a program looks inside itself,
 * as others do with UV_WATCHDOG, UV_INSPECT and UV_TRACE (docs/inside.md).
 *
 * Nothing of it has to be linked: each function here finds its like by name,
 * with uv_dlsym, and is UV_ENOSYS where the program runs on another libuv. A
 * program in another language, or one that calls often, finds them itself:
 *
 *   uv_lib_t whole = { NULL, NULL };
 *   uv_ext_loop_metrics_fn call = NULL;
 *   if (uv_dlsym(&whole, "uv_ext_loop_metrics", (void**) &call) != 0)
 *     call = NULL;
 *   uv_dlclose(&whole);
 *
 * All other errors: UV_EINVAL for a NULL where something is needed, a loop that
 * was closed, or a size that cannot be; UV_ENOMEM.
 */

#ifndef UV_EXT_H
#define UV_EXT_H

#include <stddef.h>
#include <stdint.h>

#include "uv.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Grows when something is added; nothing is taken away. */
#define UV_EXT_VERSION 1

/* Room for any name, with its NUL. */
#define UV_EXT_NAME_SIZE 32

/* uv_ext_blocked_t.what: a callback holds its loop. */
#define UV_EXT_BLOCKED_LOOP 1

/* uv_ext_blocked_t.what: jobs find no worker. */
#define UV_EXT_BLOCKED_POOL 2

typedef struct uv_ext_loop_metrics_s uv_ext_loop_metrics_t;
typedef struct uv_ext_pool_metrics_s uv_ext_pool_metrics_t;
typedef struct uv_ext_blocked_s uv_ext_blocked_t;

/* Structures begin with their size. The program sets it, best with the macros
 * below: what fits is filled, and zeros stand where the library has nothing. */
/* What a loop has done while it was looked at. */
struct uv_ext_loop_metrics_s {
  /* Of the structure, by whoever compiled the program. */
  size_t size;
  /* Of the loop, since it was made. */
  uint64_t iterations;
  /* Waiting for events. */
  uint64_t idle_ns;
  /* In the program's callbacks, up to now. */
  uint64_t calling_ns;
  /* In the library and the kernel, without waits. */
  uint64_t own_ns;
  /* Callbacks that have returned. */
  uint64_t callbacks;
  /* The longest of them. */
  uint64_t longest_callback_ns;
  /* How long half of the iterations took at most, without their waits: so
   * long what is ready waits. */
  uint64_t lag_p50_ns;
  uint64_t lag_p90_ns;
  uint64_t lag_p99_ns;
  uint64_t lag_max_ns;
};

/* What the workers do, and have done while they were looked at. */
struct uv_ext_pool_metrics_s {
  /* Of the structure, by whoever compiled the program. */
  size_t size;
  uint64_t threads;
  /* Threads that are at a job. */
  uint64_t busy;
  /* Jobs that wait for a thread. */
  uint64_t queued;
  /* How long the first of them has waited. */
  uint64_t longest_wait_ns;
  /* Jobs that were done. */
  uint64_t done;
  /* How long half of them had waited at most. */
  uint64_t wait_p50_ns;
  uint64_t wait_p90_ns;
  uint64_t wait_p99_ns;
  uint64_t wait_max_ns;
  /* How long half of them ran at most. */
  uint64_t run_p50_ns;
  uint64_t run_p90_ns;
  uint64_t run_p99_ns;
  uint64_t run_max_ns;
};

/* Who holds a loop, or keeps jobs from the workers. */
struct uv_ext_blocked_s {
  /* Of the structure, by the library that runs: fields beyond it are not
   * there. */
  size_t size;
  /* UV_EXT_BLOCKED_LOOP or UV_EXT_BLOCKED_POOL. */
  unsigned int what;
  /* 0 while it lasts, 1 when it has ended. */
  int ended;
  /* For how long. */
  uint64_t duration_ns;
  /* The loop, to be compared only: it may be closed by now. */
  const uv_loop_t *loop;
  /* As uv_ext_loop_set_name gave it, or "". */
  const char *loop_name;
  /* The thread of the loop, or of the worker that is at its job for
   * longest, as the system numbers it. */
  int thread;
  /* The kind of the handle, or UV_UNKNOWN_HANDLE. */
  uv_handle_type handle_type;
  /* As uv_ext_handle_set_name gave it, or "". */
  const char *handle_name;
  /* The function that is to blame; NULL if it is not known. */
  const void *function;
  /* Its name, or the module and the place there, or "". */
  const char *function_name;
  /* What it is called for, such as "timer", "read", "fs". */
  const char *kind;
  /* Jobs that wait for a worker. */
  uint64_t queued;
};

#define UV_EXT_LOOP_METRICS_INIT \
  { sizeof(uv_ext_loop_metrics_t), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define UV_EXT_POOL_METRICS_INIT \
  { sizeof(uv_ext_pool_metrics_t), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Called on a thread of the library's own when something is blocked, and
 * once more when it goes on. */
typedef void (*uv_ext_blocked_cb)(const uv_ext_blocked_t *blocked, void *data);

/* Begins to measure loops and workers (1), or ends it (0). */
typedef int (*uv_ext_measure_fn)(int on);

/* Writes down what the loop has done. */
typedef int (*uv_ext_loop_metrics_fn)(uv_loop_t *loop, uv_ext_loop_metrics_t *metrics);

/* Writes down what the workers do and have done. */
typedef int (*uv_ext_pool_metrics_fn)(uv_ext_pool_metrics_t *metrics);

/* Has cb called when a loop is held, or the pool is short of workers, for
 * longer than the threshold. */
typedef int (*uv_ext_on_blocked_fn)(uint64_t threshold_ms, uv_ext_blocked_cb cb, void *data);

/* Gives the loop a name, or takes it away (NULL). */
typedef int (*uv_ext_loop_set_name_fn)(uv_loop_t *loop, const char *name);

/* Copies the loop's name. */
typedef int (*uv_ext_loop_get_name_fn)(const uv_loop_t *loop, char *buffer, size_t *size);

/* Gives the handle a name, or takes it away (NULL). */
typedef int (*uv_ext_handle_set_name_fn)(uv_handle_t *handle, const char *name);

/* Copies the handle's name. */
typedef int (*uv_ext_handle_get_name_fn)(const uv_handle_t *handle, char *buffer, size_t *size);

/* The function of that name, or NULL. Any thread. */
typedef void (*uv_ext_function)(void);

#if defined(__GNUC__)
# define UV_EXT_CALL static __inline __attribute__((unused))
#else
# define UV_EXT_CALL static inline
#endif

UV_EXT_CALL uv_ext_function uv_ext_find(const char *name) {
  union {
    void *object;
    uv_ext_function function;
  } found;
  uv_lib_t whole;
  whole.handle = NULL;
  whole.errmsg = NULL;
  if (uv_dlsym(&whole, name, &found.object) != 0)
    found.function = NULL;
  uv_dlclose(&whole);
  return found.function;
}

/* uv_ext_measure: any thread, also before the first loop. Costs some tens of
 * nanoseconds a callback. Loops that are there already are seen from the first
 * uv_ext_loop_metrics or uv_ext_loop_set_name on. What was measured stays when
 * it ends. A fork's child and what follows uv_library_shutdown begin anew.
 *
 * uv_ext_loop_metrics: the loop's thread. UV_ENODATA if nothing was measured.
 *
 * uv_ext_pool_metrics: any thread. UV_ENODATA if nothing was measured.
 *
 * uv_ext_on_blocked: any thread, also before the first loop. The threshold is
 * 1 to 86,400,000 ms, and what lasts less than one and a quarter of it may be
 * missed; where to look at loops that are there already is said above. There
 * is one callback for the process: the next one takes its place, NULL takes it
 * back, and when either returns the last one is not called any more. UV_EBUSY
 * from the callback itself.
 *   The callback is called on a thread of the library's own, with all signals
 * blocked and 64 KiB of stack: once while a callback of the program holds a
 * loop or jobs find no worker, and once when that has ended. It may call
 * uv_async_send, and whatever is not the loop's and does not wait; it must not
 * call uv_ext_on_blocked, uv_library_shutdown or exit. What it is given is
 * gone when it returns.
 *
 * uv_ext_loop_set_name, uv_ext_handle_set_name: the loop's thread. A name is
 * a line of UTF-8 of at most 31 bytes (UV_ENAMETOOLONG, UV_EINVAL); NULL or ""
 * takes it away. It is shown wherever the loop or handle is told of. A handle
 * loses its name when it is closed; UV_EINVAL while it is closing.
 *
 * uv_ext_loop_get_name, uv_ext_handle_get_name: the loop's thread. Sizes are
 * as in uv_os_getenv: UV_ENOBUFS tells the one that is needed. UV_ENOENT
 * without a name. */
UV_EXT_CALL int uv_ext_measure(int on) {
  uv_ext_measure_fn call =
      (uv_ext_measure_fn) uv_ext_find("uv_ext_measure");
  return call != NULL ? call(on) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_loop_metrics(uv_loop_t *loop,
                                    uv_ext_loop_metrics_t *metrics) {
  uv_ext_loop_metrics_fn call =
      (uv_ext_loop_metrics_fn) uv_ext_find("uv_ext_loop_metrics");
  return call != NULL ? call(loop, metrics) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_pool_metrics(uv_ext_pool_metrics_t *metrics) {
  uv_ext_pool_metrics_fn call =
      (uv_ext_pool_metrics_fn) uv_ext_find("uv_ext_pool_metrics");
  return call != NULL ? call(metrics) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_on_blocked(uint64_t threshold_ms, uv_ext_blocked_cb cb,
                                  void *data) {
  uv_ext_on_blocked_fn call =
      (uv_ext_on_blocked_fn) uv_ext_find("uv_ext_on_blocked");
  return call != NULL ? call(threshold_ms, cb, data) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_loop_set_name(uv_loop_t *loop, const char *name) {
  uv_ext_loop_set_name_fn call =
      (uv_ext_loop_set_name_fn) uv_ext_find("uv_ext_loop_set_name");
  return call != NULL ? call(loop, name) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_loop_get_name(const uv_loop_t *loop, char *buffer,
                                     size_t *size) {
  uv_ext_loop_get_name_fn call =
      (uv_ext_loop_get_name_fn) uv_ext_find("uv_ext_loop_get_name");
  return call != NULL ? call(loop, buffer, size) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_handle_set_name(uv_handle_t *handle, const char *name) {
  uv_ext_handle_set_name_fn call =
      (uv_ext_handle_set_name_fn) uv_ext_find("uv_ext_handle_set_name");
  return call != NULL ? call(handle, name) : UV_ENOSYS;
}

UV_EXT_CALL int uv_ext_handle_get_name(const uv_handle_t *handle, char *buffer,
                                       size_t *size) {
  uv_ext_handle_get_name_fn call =
      (uv_ext_handle_get_name_fn) uv_ext_find("uv_ext_handle_get_name");
  return call != NULL ? call(handle, buffer, size) : UV_ENOSYS;
}

#ifdef __cplusplus
}
#endif

#endif /* UV_EXT_H */
