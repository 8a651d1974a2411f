/* What a test may use: registration, checks, processes, addresses, waiting.
 * README.md in c-tests/ shows how the pieces fit together. */
#ifndef UV_TESTS_TEST_H
#define UV_TESTS_TEST_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include "uv.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Registration ---- */

struct test_entry {
  const char* name;
  const char* file;
  void (*run)(void);
  int timeout;          /* seconds; 0 means the default of 30 */
  const char* covers;   /* libuv's names for what is tested here, if not `name` */
  int io_uring;
  int unprivileged;
  int setup_args;
  struct test_entry* next;
};

struct helper_entry {
  const char* name;
  int (*run)(int argc, char** argv);
  struct helper_entry* next;
};

void test_register(struct test_entry* entry);
void helper_register(struct helper_entry* entry);

/* Options of TEST, any number of them after the name. */
#define TIMEOUT(seconds) .timeout = (seconds)
#define COVERS(names) .covers = (names)  /* "one, two" */
#define UNPRIVILEGED .unprivileged = 1   /* not as root: becomes nobody first */
#define IO_URING .io_uring = 1           /* see test_use_io_uring */
#define SETUP_ARGS .setup_args = 1       /* main() calls uv_setup_args first */

#define TEST_ENTRY(test, function, ...)                                        \
  static struct test_entry test_entry_##test = {                               \
    .name = #test, .file = __FILE__, .run = function, __VA_ARGS__              \
  };                                                                           \
  __attribute__((constructor)) static void test_register_##test(void) {        \
    test_register(&test_entry_##test);                                         \
  }

/* TEST(name) { ... } or TEST(name, TIMEOUT(60), COVERS("a, b")) { ... } */
#define TEST(test, ...)                                                        \
  static void test_##test(void);                                               \
  TEST_ENTRY(test, test_##test, __VA_ARGS__)                                   \
  static void test_##test(void)

#define TEST_TIMEOUT(test, seconds) TEST(test, TIMEOUT(seconds))

/* The body of a TEST above once more, as `test`_iouring: with
 * UV_USE_IO_URING=1 and a default loop that may use io_uring. */
#define TEST_IO_URING_VARIANT(test, ...)                                       \
  TEST_ENTRY(test##_iouring, test_##test, IO_URING, __VA_ARGS__)

/* A child process: started as `test_exepath() name ...`, so argv[1] is the
 * name and argv[2] the first argument. Its result is the exit status. */
#define HELPER(helper)                                                         \
  static int helper_##helper(int argc, char** argv);                           \
  static struct helper_entry helper_entry_##helper = {                         \
    .name = #helper, .run = helper_##helper                                    \
  };                                                                           \
  __attribute__((constructor)) static void helper_register_##helper(void) {    \
    helper_register(&helper_entry_##helper);                                   \
  }                                                                            \
  static int helper_##helper(int argc __attribute__((unused)),                 \
                             char** argv __attribute__((unused)))

/* ---- Checks: print where and what, then abort the test. Any thread. ---- */

__attribute__((noreturn, format(printf, 3, 4)))
void test_fail(const char* file, int line, const char* format, ...);
__attribute__((noreturn, format(printf, 1, 2)))
void test_skip(const char* format, ...);

#define FAIL(...) test_fail(__FILE__, __LINE__, __VA_ARGS__)
#define SKIP(...) test_skip(__VA_ARGS__)

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition))                                                          \
      FAIL("CHECK(%s)", #condition);                                           \
  } while (0)

/* Integers (or pointers), compared as intmax_t: -1 < sizeof(int) holds. */
#define CHECK_OP(name, a, op, b)                                               \
  do {                                                                         \
    intmax_t check_a = (intmax_t) (a);                                         \
    intmax_t check_b = (intmax_t) (b);                                         \
    if (!(check_a op check_b))                                                 \
      FAIL("%s(%s, %s): %jd, %jd", name, #a, #b, check_a, check_b);            \
  } while (0)

#define CHECK_EQ(a, b) CHECK_OP("CHECK_EQ", a, ==, b)
#define CHECK_NE(a, b) CHECK_OP("CHECK_NE", a, !=, b)
#define CHECK_LT(a, b) CHECK_OP("CHECK_LT", a, <, b)
#define CHECK_LE(a, b) CHECK_OP("CHECK_LE", a, <=, b)
#define CHECK_GT(a, b) CHECK_OP("CHECK_GT", a, >, b)
#define CHECK_GE(a, b) CHECK_OP("CHECK_GE", a, >=, b)

#define CHECK_PTR_EQ(a, b)                                                     \
  do {                                                                         \
    const void* check_a = (a);                                                 \
    const void* check_b = (b);                                                 \
    if (check_a != check_b)                                                    \
      FAIL("CHECK_PTR_EQ(%s, %s): %p, %p", #a, #b, check_a, check_b);          \
  } while (0)

#define CHECK_NULL(pointer)                                                    \
  do {                                                                         \
    if ((pointer) != NULL)                                                     \
      FAIL("CHECK_NULL(%s)", #pointer);                                        \
  } while (0)

#define CHECK_NOT_NULL(pointer)                                                \
  do {                                                                         \
    if ((pointer) == NULL)                                                     \
      FAIL("CHECK_NOT_NULL(%s)", #pointer);                                    \
  } while (0)

/* The call returns 0. */
#define CHECK_OK(call)                                                         \
  do {                                                                         \
    intmax_t check_status = (intmax_t) (call);                                 \
    if (check_status != 0)                                                     \
      FAIL("CHECK_OK(%s): %jd (%s)", #call, check_status,                      \
           test_status(check_status));                                         \
  } while (0)

/* The call returns this error: CHECK_ERR(UV_EINVAL, uv_timer_again(&t)). */
#define CHECK_ERR(code, call)                                                  \
  do {                                                                         \
    intmax_t check_status = (intmax_t) (call);                                 \
    if (check_status != (intmax_t) (code))                                     \
      FAIL("CHECK_ERR(%s, %s): %jd (%s)", #code, #call, check_status,          \
           test_status(check_status));                                         \
  } while (0)

#define CHECK_STR_EQ(a, b)                                                     \
  do {                                                                         \
    const char* check_a = (a);                                                 \
    const char* check_b = (b);                                                 \
    if (check_a == NULL || check_b == NULL || strcmp(check_a, check_b) != 0)   \
      FAIL("CHECK_STR_EQ(%s, %s): \"%s\", \"%s\"", #a, #b,                     \
           check_a == NULL ? "(null)" : check_a,                               \
           check_b == NULL ? "(null)" : check_b);                              \
  } while (0)

#define CHECK_MEM_EQ(a, b, size)                                               \
  test_check_mem(__FILE__, __LINE__, #a ", " #b, (a), (b), (size))

void test_check_mem(const char* file, int line, const char* what,
                    const void* a, const void* b, size_t size);
/* The message of a status for output, also for 0 and for positive values. */
const char* test_status(intmax_t status);

/* ---- The test's own process ---- */

/* The path of this program, for starting helpers. */
const char* test_exepath(void);
/* Whether this is a variant with IO_URING. */
int test_uses_io_uring(void);
/* For tests with loops of their own: lets `loop` use io_uring in such a
 * variant, does nothing otherwise. The default loop has it done already. */
void test_use_io_uring(uv_loop_t* loop);
/* Whether this is another libuv (`--against`), which lacks what this one adds. */
int is_other_libuv(void);

/* Whether the test runs under valgrind. */
int is_under_valgrind(void);

/* How often a soak repeats: `usual` times, `full` ones with UV_TESTS_SOAK=1. */
int soak_size(int usual, int full);
/* As root, become nobody (65534) for good; the test's directory becomes
 * nobody's too. Does nothing for other users. */
void drop_privileges(void);

/* The usual end of a test: closes what is left on the loop, runs it dry,
 * closes it, shuts the library down and checks that no descriptor that was
 * not open when the test began is left. */
#define finish_loop(loop) test_finish_loop(__FILE__, __LINE__, (loop))
void test_finish_loop(const char* file, int line, uv_loop_t* loop);

/* A name that is known wherever there is a hosts file; an address where there is none. */
const char* known_host(void);
/* The first part alone: closes what is left on the loop and runs it dry. */
#define close_handles(loop) test_close_handles(__FILE__, __LINE__, (loop))
void test_close_handles(const char* file, int line, uv_loop_t* loop);
/* Takes the descriptors open now as those open when the test began. */
void rebase_open_fds(void);
/* Skips the test where fewer descriptors are allowed than it opens. */
void need_descriptors(int count);
/* Number of descriptors open now, or -1 where that cannot be told. */
int count_open_fds(void);

/* As uv_default_loop, but where there can be no loop the test has failed. */
#define uv_default_loop() test_default_loop(__FILE__, __LINE__)
uv_loop_t* test_default_loop(const char* file, int line);

/* ---- Time ---- */

/* Milliseconds of the monotonic clock, without the library's help. */
uint64_t now_ms(void);
/* `ms` times the scale of all time limits (UV_TESTS_TIME_SCALE). */
uint64_t scaled_ms(uint64_t ms);
/* Whether time limits are scaled: upper bounds on elapsed time mean little. */
int test_is_slow(void);
/* Runs the default loop until nothing is left on it. */
#define run_dry() CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT))
/* Runs the loop in UV_RUN_ONCE turns until *flag >= value. Fails the test if
 * that takes longer than 20 s (scaled) or if the loop has nothing left. */
#define run_until(loop, flag, value)                                           \
  test_run_until(__FILE__, __LINE__, (loop), (flag), (value))
void test_run_until(const char* file, int line, uv_loop_t* loop,
                    const int* flag, int value);

/* A number that several threads change and wait for. Starts as {0}-like with
 * COUNTER_INIT; never needs destroying. */
struct counter {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int value;
};
#define COUNTER_INIT { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }
/* Adds, wakes the waiting, returns the new value. */
int counter_add(struct counter* counter, int amount);
int counter_get(struct counter* counter);
/* Waits until the value is at least this; fails the test after 20 s (scaled). */
#define counter_wait(counter, at_least)                                        \
  test_counter_wait(__FILE__, __LINE__, (counter), (at_least))
void test_counter_wait(const char* file, int line, struct counter* counter,
                       int at_least);

/* ---- Addresses ---- */

/* 127.0.0.1 or ::1 with the given port; 0 lets the system choose. */
struct sockaddr_in loopback4(int port);
struct sockaddr_in6 loopback6(int port);
/* The same with 0.0.0.0 or ::. */
struct sockaddr_in any4(int port);
struct sockaddr_in6 any6(int port);
/* Whether ::1 can be bound here. */
int has_ipv6(void);
/* The port a bound handle (TCP or UDP) got. */
int tcp_port(const uv_tcp_t* handle);
int udp_port(const uv_udp_t* handle);
/* A port that was free a moment ago: for an address nobody listens on.
 * Servers bind port 0 and ask tcp_port() instead. */
int free_tcp_port(void);
int free_udp_port(void);
/* A path in the test's directory, new with each call and short enough for
 * sun_path. The string stays valid. */
const char* fresh_pipe_path(void);

/* ---- Files ---- */

/* Writes a whole file, or reads one into malloc'ed, zero-ended memory. */
void write_file(const char* path, const void* data, size_t size);
char* read_file(const char* path, size_t* size);

#endif
