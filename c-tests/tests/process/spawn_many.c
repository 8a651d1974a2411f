/* Many children at once, and learning of their ends under adverse conditions. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 40 };

static uv_process_t children[CHILDREN];

static void spawn_all(void) {
  int i;
  for (i = 0; i < CHILDREN; i++)
    CHECK_OK(uv_spawn(uv_default_loop(), &children[i], &child_options));
}

static void all_have_ended(void) {
  run_dry();
  CHECK_EQ(exits, CHILDREN);
  CHECK_EQ(closes, CHILDREN);
  CHECK_EQ(exit_status, 1);
  CHECK_EQ(waitpid(-1, NULL, WNOHANG), -1);
  CHECK_EQ(errno, ECHILD);
}

TEST(spawn_many_at_once) {
  prepare_child("child_exits_1");
  spawn_all();
  all_have_ended();
  finish_loop(uv_default_loop());
}

/* The system forgets how children end while SIGCHLD is ignored. */
TEST(spawn_with_sigchld_ignored) {
  prepare_child("child_exits_1");
  CHECK(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

static void reap_all(int signum) {
  int before = errno;

  (void) signum;
  while (waitpid(-1, NULL, WNOHANG) > 0)
    continue;
  errno = before;
}

/* A function of the program's that waits for every child takes none of the library's. */
TEST(spawn_with_handler_that_reaps) {
  prepare_child("child_exits_1");
  CHECK(signal(SIGCHLD, reap_all) != SIG_ERR);
  spawn_child();
  run_to_exit(1);
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

/* No descriptor is left for the parent to follow a child with. */
TEST(spawn_without_descriptors) {
  static int spare[4096];
  uv_signal_t watcher;
  struct rlimit limit;
  int count = 0;
  int i;

  /* It gives children no memory of ours, and the pipe that is used instead needs descriptors. */
  if (is_under_valgrind())
    SKIP("under valgrind");

  /* What a loop needs once, it has before descriptors run out. */
  prepare_child("child_exits_1");
  spawn_child();
  run_to_exit(1);
  CHECK_OK(uv_signal_init(uv_default_loop(), &watcher));
  exits = closes = 0;

  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = 256;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  while ((spare[count] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) != -1)
    count++;
  CHECK_EQ(errno, EMFILE);

  spawn_all();
  while (count > 0)
    close(spare[--count]);
  for (i = 0; i < CHILDREN; i++)
    CHECK_EQ(uv_is_active((uv_handle_t*) &children[i]), 1);
  all_have_ended();

  uv_close((uv_handle_t*) &watcher, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}

/* Somebody else waits for the child: its end is not told, and nothing goes round in circles. */
TEST(spawn_and_wait_elsewhere) {
  uv_process_t other;
  int status;
  prepare_child("child_exits_1");
  spawn_child();
  CHECK_EQ(waitpid(child.pid, &status, 0), child.pid);
  CHECK_EQ(WEXITSTATUS(status), 1);
  CHECK_OK(uv_spawn(uv_default_loop(), &other, &child_options));
  uv_unref((uv_handle_t*) &child);
  run_dry();
  CHECK_EQ(exits, 1); /* the other one */
  CHECK_EQ(uv_is_active((uv_handle_t*) &child), 1);
  uv_close((uv_handle_t*) &child, on_close);
  run_dry();
  CHECK_EQ(closes, 2);
  finish_loop(uv_default_loop());
}
