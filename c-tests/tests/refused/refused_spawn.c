/* Children where the system lacks, or a sandbox refuses, newer ways to start and
 * to follow them. */
#include "refuse.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#ifndef CLONE_PIDFD
# define CLONE_PIDFD 0x1000
#endif
#ifndef SYS_pidfd_open
# define SYS_pidfd_open 434
#endif

HELPER(refused_child) {
  return 7;
}

static int exits;

static void on_child_exit(uv_process_t* process, int64_t status, int signum) {
  CHECK_EQ(status, 7);
  CHECK_EQ(signum, 0);
  exits++;
  uv_close((uv_handle_t*) process, NULL);
}

/* Twice: what was learned at the first child must hold for the second. */
static void spawn_and_fail(void) {
  char name[] = "refused_child";
  char* args[] = { (char*) test_exepath(), name, NULL };
  uv_process_options_t options;
  uv_process_t process;
  int i;
  memset(&options, 0, sizeof(options));
  options.args = args;
  options.exit_cb = on_child_exit;
  for (i = 1; i <= 2; i++) {
    options.file = test_exepath();
    CHECK_OK(uv_spawn(uv_default_loop(), &process, &options));
    run_dry();
    CHECK_EQ(exits, i);

    options.file = "no such program";
    CHECK_ERR(UV_ENOENT, uv_spawn(uv_default_loop(), &process, &options));
    uv_close((uv_handle_t*) &process, NULL);
    run_dry();
    CHECK_EQ(exits, i);
  }
  finish_loop(uv_default_loop());
}

#define TEST_REFUSALS(what, refusals)                                          \
  static void what(int error) {                                                \
    refusals;                                                                  \
    spawn_and_fail();                                                          \
  }                                                                            \
  TEST(what##_einval) { what(EINVAL); }                                        \
  TEST(what##_enosys) { what(ENOSYS); }                                        \
  TEST(what##_eperm) { what(EPERM); }                                          \
  TEST(what##_eacces) { what(EACCES); }                                        \
  TEST(what##_eopnotsupp) { what(EOPNOTSUPP); }

/* As under gVisor and qemu-user. */
TEST_REFUSALS(spawn_without_clone_pidfd, refuse(SYS_clone, CLONE_PIDFD, error))

TEST_REFUSALS(spawn_without_any_pidfd, {
  refuse(SYS_clone, CLONE_PIDFD, error);
  refuse(SYS_pidfd_open, 0, error);
})

TEST_REFUSALS(spawn_without_vfork, refuse(SYS_clone, CLONE_VFORK, error))

/* What is no refusal is told. */
TEST(spawn_where_there_can_be_no_more_processes) {
  char* args[] = { (char*) test_exepath(), NULL };
  uv_process_options_t options;
  uv_process_t process;
  memset(&options, 0, sizeof(options));
  options.args = args;
  options.file = test_exepath();
  refuse(SYS_clone, 0, EAGAIN);
#ifdef SYS_vfork
  refuse(SYS_vfork, 0, EAGAIN);
#endif
#ifdef SYS_fork
  refuse(SYS_fork, 0, EAGAIN);
#endif
  CHECK_ERR(UV_EAGAIN, uv_spawn(uv_default_loop(), &process, &options));
  uv_close((uv_handle_t*) &process, NULL);
  run_dry();
  finish_loop(uv_default_loop());
}
