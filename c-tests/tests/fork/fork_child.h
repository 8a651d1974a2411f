/* Forking without exec, and telling the other process how far one is. */
#ifndef UV_TESTS_FORK_CHILD_H
#define UV_TESTS_FORK_CHILD_H

#include "test.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* fork(), which must work. The child has to leave through end_child. */
static inline pid_t start_child(void) {
  pid_t pid;
  fflush(NULL);
  pid = fork();
  CHECK_GE(pid, 0);
  return pid;
}

__attribute__((noreturn)) static inline void end_child(void) {
  fflush(NULL);
  _exit(0);
}

/* The child ends by itself, with status 0. */
static inline void wait_for_child(pid_t pid) {
  int status;
  pid_t ended;
  do
    ended = waitpid(pid, &status, 0);
  while (ended == -1 && errno == EINTR);
  CHECK_EQ(ended, pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 0);
}

static inline void count_and_close(uv_timer_t* timer) {
  ++*(int*) timer->data;
  uv_close((uv_handle_t*) timer, NULL);
}

/* A timer on a loop of its own, to the end. */
static inline void run_timer(void) {
  uv_timer_t timer;
  uv_loop_t loop;
  int ticks = 0;
  CHECK_OK(uv_loop_init(&loop));
  CHECK_OK(uv_timer_init(&loop, &timer));
  timer.data = &ticks;
  CHECK_OK(uv_timer_start(&timer, count_and_close, 1, 0));
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_EQ(ticks, 1);
  CHECK_OK(uv_loop_close(&loop));
}

/* A pipe made before the fork, on which one process waits for the other. */
struct milestone {
  int fds[2];
};

static inline void milestone_init(struct milestone* milestone) {
  CHECK_EQ(pipe(milestone->fds), 0);
}

static inline void milestone_reach(const struct milestone* milestone) {
  CHECK_EQ(write(milestone->fds[1], "!", 1), 1);
}

static inline void milestone_wait(const struct milestone* milestone) {
  char byte;
  ssize_t size;
  do
    size = read(milestone->fds[0], &byte, 1);
  while (size == -1 && errno == EINTR);
  CHECK_EQ(size, 1);
}

static inline void milestone_free(const struct milestone* milestone) {
  CHECK_EQ(close(milestone->fds[0]), 0);
  CHECK_EQ(close(milestone->fds[1]), 0);
}

#endif
