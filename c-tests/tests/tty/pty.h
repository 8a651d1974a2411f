/* Pairs of terminals that the tests make themselves. */
#ifndef UV_TESTS_PTY_H
#define UV_TESTS_PTY_H

#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/prctl.h>
#endif

enum { PTY_WIDTH = 132, PTY_HEIGHT = 43 };

struct pty {
  int master;
  int slave;
};

/* Nobody's controlling terminal. */
static inline struct pty pty_open(void) {
  struct winsize size = { .ws_col = PTY_WIDTH, .ws_row = PTY_HEIGHT };
  struct pty pty;
  pty.master = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK_GE(pty.master, 0);
  CHECK_EQ(grantpt(pty.master), 0);
  CHECK_EQ(unlockpt(pty.master), 0);
  pty.slave = open(ptsname(pty.master), O_RDWR | O_NOCTTY);
  CHECK_GE(pty.slave, 0);
  CHECK_EQ(ioctl(pty.slave, TIOCSWINSZ, &size), 0);
  return pty;
}

/* Runs the body in a child that has the slave end as /dev/tty. */
static inline void run_with_terminal(void (*body)(void)) {
  struct pty pty = pty_open();
  int status;
  pid_t pid = fork();
  CHECK_GE(pid, 0);
  if (pid == 0) {
#ifdef __linux__
    /* The child leaves the process group that ends with the test. */
    CHECK_EQ(prctl(PR_SET_PDEATHSIG, SIGKILL), 0);
#endif
    CHECK_GE(setsid(), 0);
    CHECK_EQ(ioctl(pty.slave, TIOCSCTTY, 0), 0);
    rebase_open_fds();
    body();
    fflush(NULL);
    _exit(0);
  }
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK(WIFEXITED(status));
  CHECK_EQ(WEXITSTATUS(status), 0);
  CHECK_EQ(close(pty.slave), 0);
  CHECK_EQ(close(pty.master), 0);
}

#endif
