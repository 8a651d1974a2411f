/* What a scenario may use.
 *
 * A scenario does something with a loop in the ordinary way, and says of each
 * failure that it has seen it. When the first one comes it gives up: all
 * handles are closed, and what is under way comes back. The harness counts
 * what was asked and what came back, closes the loop, and looks for what is
 * left over. A scenario is a file in scenarios/:
 *
 *   SCENARIO(timers_one) {
 *     if (bad(uv_timer_init(loop, &timer)) ||
 *         bad(uv_timer_start(&timer, on_timer, 1, 0)))
 *       return;
 *     run();
 *   }
 *
 * It allocates with plain malloc, whose failures are not provoked for it, and
 * uses nothing of the C library that allocates (stdio, strdup). */
#ifndef UV_TORTURE_H
#define UV_TORTURE_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include "uv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct scenario {
  const char* name;
  void (*run)(void);
  struct scenario* next;
};

void register_scenario(struct scenario* scenario);

#define SCENARIO(its)                                                          \
  static void scenario_##its(void);                                            \
  static struct scenario entry_##its = { #its, scenario_##its, NULL };         \
  __attribute__((constructor)) static void register_##its(void) {              \
    register_scenario(&entry_##its);                                           \
  }                                                                            \
  static void scenario_##its(void)

/* The loop of the scenario, initialised. */
extern uv_loop_t* loop;

/* Whether this is a failure. It has to be one that was provoked, or that
 * follows from it; it makes the scenario give up. */
#define bad(status) was_bad(__FILE__, __LINE__, #status, (intmax_t) (status))
int was_bad(const char* file, int line, const char* what, intmax_t status);
/* The same, but the scenario goes on: it is prepared for that. */
#define tolerable(status)                                                      \
  was_tolerable(__FILE__, __LINE__, #status, (intmax_t) (status))
int was_tolerable(const char* file, int line, const char* what,
                  intmax_t status);
/* A failure that may come without any being provoked. */
void expect_status(int status);
/* Closes all handles but processes, whose end is still to be told. */
void give_up(void);
/* Whether that has happened. */
int given_up(void);
/* Whether a call has been made to fail yet, with an error that may be told. */
int anything_failed(void);

/* asked(req, uv_write(req, ...)): the request comes back once if that is 0,
 * and never if it is a failure. The value is that of bad(). */
#define asked(req, call)                                                       \
  (note_asked(__FILE__, __LINE__, (req)),                                      \
   note_answer(__FILE__, __LINE__, #call, (req), (call)))
void note_asked(const char* file, int line, const void* req);
int note_answer(const char* file, int line, const char* what, const void* req,
                intmax_t status);
/* The callback of a request. */
#define told(req) note_told(__FILE__, __LINE__, (req))
void note_told(const char* file, int line, const void* req);

/* Closes a handle, unless it is closing. */
#define close_it(handle) close_handle((uv_handle_t*) (handle))
void close_handle(uv_handle_t* handle);
/* As a close callback, for who calls uv_close himself after note_closing. */
void on_closed(uv_handle_t* handle);
void note_closing(uv_handle_t* handle);

/* uv_run until nothing is left. */
void run(void);

/* Ends the case as failed. */
#define wrong(...) fail_case(__FILE__, __LINE__, __VA_ARGS__)
__attribute__((noreturn, format(printf, 3, 4)))
void fail_case(const char* file, int line, const char* format, ...);
#define must(condition)                                                        \
  do {                                                                         \
    if (!(condition))                                                          \
      wrong("must(%s)", #condition);                                           \
  } while (0)
/* What holds only where nothing was made to fail, or nobody may notice. */
#define usually(condition)                                                     \
  do {                                                                         \
    if (!anything_failed() && !(condition))                                    \
      wrong("usually(%s)", #condition);                                        \
  } while (0)

/* 127.0.0.1 with a port. */
struct sockaddr_in loopback(int port);
int port_of_tcp(const uv_tcp_t* handle);  /* -1 for a failure */
int port_of_udp(const uv_udp_t* handle);
/* An alloc_cb with one static buffer of 64 KiB, and one that allocates. */
void alloc_static(uv_handle_t* handle, size_t size, uv_buf_t* buf);
void alloc_block(uv_handle_t* handle, size_t size, uv_buf_t* buf);
/* This program, which with an argument is a child: "exit" N, "cat",
 * "sleep" (until stdin ends, or it is killed), "env" NAME. */
extern char program_path[];
/* Fills a file, without the library. */
void make_file(const char* path, const void* data, size_t size);

#endif
