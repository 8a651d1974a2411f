/* An allocator that refuses chosen blocks, and a loop over all choices: the
 * code under test runs again and again, each time with the next block refused,
 * until nothing was left to refuse. Each test is a process of its own, so the
 * variables belong to one test. */
#ifndef UV_TESTS_FAILING_ALLOCATOR_H
#define UV_TESTS_FAILING_ALLOCATOR_H

#include "test.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int blocks_live;  /* taken and not given back */
static atomic_int blocks_asked; /* in this round */
static atomic_int blocks_refused;
static atomic_int first_refused; /* counted from 1; 0: none is */
static atomic_int refuses_rest;  /* or only that one */
static int rounds_with_failure;

static inline int may_take_block(void) {
  int number = atomic_fetch_add(&blocks_asked, 1) + 1;
  int first = atomic_load(&first_refused);
  if (first == 0 || number < first ||
      (number > first && !atomic_load(&refuses_rest)))
    return 1;
  atomic_fetch_add(&blocks_refused, 1);
  errno = ENOMEM;
  return 0;
}

static inline void* count_block(void* block) {
  if (block != NULL)
    atomic_fetch_add(&blocks_live, 1);
  return block;
}

static inline void* failing_malloc(size_t size) {
  return may_take_block() ? count_block(malloc(size)) : NULL;
}

static inline void* failing_calloc(size_t count, size_t size) {
  return may_take_block() ? count_block(calloc(count, size)) : NULL;
}

static inline void* failing_realloc(void* block, size_t size) {
  if (!may_take_block())
    return NULL;
  if (block == NULL)
    return count_block(malloc(size));
  return realloc(block, size);
}

static inline void counting_free(void* block) {
  if (block != NULL)
    atomic_fetch_sub(&blocks_live, 1);
  free(block);
}

static inline void set_refusals(int first, int rest) {
  atomic_store(&first_refused, 0);
  atomic_store(&blocks_asked, 0);
  atomic_store(&blocks_refused, 0);
  atomic_store(&refuses_rest, rest);
  atomic_store(&first_refused, first);
}

static inline void use_failing_allocator(void) {
  set_refusals(0, 0);
  CHECK_OK(uv_replace_allocator(failing_malloc, failing_realloc,
                                failing_calloc, counting_free));
}

/* Whether the call went well; if it did not, it was for want of memory. */
#define WORKED(call) test_worked(__FILE__, __LINE__, #call, (intmax_t) (call))

static inline int test_worked(const char* file, int line, const char* call,
                              intmax_t status) {
  if (status < 0 && status != UV_ENOMEM)
    test_fail(file, line, "%s: %jd (%s)", call, status, test_status(status));
  return status >= 0;
}

/* Returns how many blocks were refused. */
static inline int run_scenario(void (*scenario)(uv_loop_t* loop), int first,
                               int rest) {
  uv_loop_t loop;
  int refused;
  set_refusals(first, rest);
  if (WORKED(uv_loop_init(&loop))) {
    scenario(&loop);
    close_handles(&loop);
    CHECK_OK(uv_loop_close(&loop));
  }
  refused = atomic_load(&blocks_refused);
  set_refusals(0, 0);
  return refused;
}

/* As below, but each time in a new process, where the library does what it
 * does once. The memory that it keeps for good is given back at its end. */
static inline void refuse_each_first_block(void (*scenario)(uv_loop_t* loop),
                                           int rest) {
  enum { REFUSED = 1, NONE_REFUSED = 2 };
  int first;
  for (first = 1;; first++) {
    int status = 0;
    pid_t child = fork();
    CHECK_GE(child, 0);
    if (child == 0) {
      int refused = run_scenario(scenario, first, rest);
      uv_library_shutdown();
      if (atomic_load(&blocks_live) > 0)
        FAIL("%d blocks are left after block %d%s was refused at first",
             atomic_load(&blocks_live), first,
             rest ? " and all later ones" : "");
      _exit(refused > 0 ? REFUSED : NONE_REFUSED);
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > NONE_REFUSED)
      FAIL("refusing block %d ended with status 0x%x", first, status);
    if (WEXITSTATUS(status) != REFUSED)
      break;
  }
}

/* Runs `scenario` on a fresh loop that it leaves open, with each block refused
 * alone, then with it and all after it: each in a new process, then all in this
 * one, where the first rounds lack nothing. What is in use after them is the
 * library's own for good. */
static inline void refuse_each_block(void (*scenario)(uv_loop_t* loop)) {
  int rest;
  for (rest = 0; rest < 2; rest++)
    refuse_each_first_block(scenario, rest);
  for (rest = 0; rest < 2; rest++) {
    int first = 0;
    int before = 0;
    int refused;
    do {
      refused = run_scenario(scenario, first, rest);
      if (first == 0)
        before = atomic_load(&blocks_live);
      else if (atomic_load(&blocks_live) > before)
        FAIL("%d blocks are left after block %d%s was refused",
             atomic_load(&blocks_live) - before, first,
             rest ? " and all later ones" : "");
      rounds_with_failure += refused > 0;
      first++;
    } while (first == 1 || refused > 0);
  }
  CHECK_GT(rounds_with_failure, 0);
  uv_library_shutdown();
  /* Less than none where uv_setup_args came before the allocator. */
  CHECK_LE(atomic_load(&blocks_live), 0);
}

#endif
