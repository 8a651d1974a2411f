/* What the children do. Most exit with 1, which no other end looks like. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/sysmacros.h>
#endif

HELPER(child_exits_1) {
  return 1;
}

HELPER(child_sleeps) {
  while (pause() == -1)
    continue;
  return 2;
}

HELPER(child_says_hello) {
  printf("hello world\n");
  return 1;
}

HELPER(child_says_hello_twice) {
  setvbuf(stdout, NULL, _IONBF, 0);
  fprintf(stdout, "hello world\n");
  fprintf(stderr, "hello errworld\n");
  return 1;
}

HELPER(child_echoes_line) {
  char line[1024];
  CHECK_NOT_NULL(fgets(line, sizeof(line), stdin));
  fputs(line, stdout);
  return 1;
}

HELPER(child_says_nothing_in_vain) {
  int fd;
  for (fd = 0; fd <= 2; fd++) {
    struct stat info;
    CHECK_EQ(fstat(fd, &info), 0);
    CHECK(S_ISCHR(info.st_mode));
#ifdef __linux__
    CHECK_EQ(info.st_rdev, makedev(1, 3));
#endif
  }
  CHECK_GT(fprintf(stdout, "hello world\n"), 0);
  CHECK_GT(fprintf(stderr, "hello errworld\n"), 0);
  CHECK_EQ(fflush(stdout), 0);
  return 1;
}

HELPER(child_copies_input) {
  char data[256];
  ssize_t size;
  CHECK_EQ(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
  while ((size = read(STDIN_FILENO, data, sizeof(data))) > 0) {
    ssize_t done = 0;
    while (done < size) {
      ssize_t step = write(STDOUT_FILENO, data + done, (size_t) (size - done));
      CHECK_GT(step, 0);
      done += step;
    }
  }
  CHECK_EQ(size, 0);
  return 1;
}

HELPER(child_writes_to_fd_3) {
  CHECK_EQ(write(3, "fourth stdio!\n", 14), 14);
  return 1;
}

/* Prints the value of the variable that the argument names. */
HELPER(child_prints_variable) {
  const char* value = getenv(argv[2]);
  CHECK_NOT_NULL(value);
  printf("%s", value);
  return 1;
}

HELPER(child_has_no_environment) {
  extern char** environ;
  return environ == NULL || environ[0] == NULL ? 1 : 2;
}

/* Its ids are those that the argument names: "uid gid". */
HELPER(child_checks_ids) {
  unsigned uid;
  unsigned gid;
  CHECK_EQ(sscanf(argv[2], "%u %u", &uid, &gid), 2);
  CHECK_EQ(getuid(), uid);
  CHECK_EQ(geteuid(), uid);
  CHECK_EQ(getgid(), gid);
  CHECK_EQ(getegid(), gid);
  return 1;
}

static int read_int(void) {
  int value;
  CHECK_EQ(fread(&value, sizeof(value), 1, stdin), 1);
  return value;
}

/* Reads two descriptors of its parent: it has the second alone. */
HELPER(child_has_second_fd) {
  int closed_on_exec = read_int();
  int inherited = read_int();
  CHECK_GT(closed_on_exec, 2);
  CHECK_GT(inherited, 2);
  CHECK_EQ(write(closed_on_exec, "x", 1), -1);
  CHECK_EQ(write(inherited, "x", 1), 1);
  return 1;
}

HELPER(child_listens_on_fd_3) {
  uv_tcp_t server;
  CHECK_OK(uv_tcp_init(uv_default_loop(), &server));
  CHECK_OK(uv_tcp_open(&server, 3));
  CHECK_OK(uv_listen((uv_stream_t*) &server, SOMAXCONN, NULL));
  uv_close((uv_handle_t*) &server, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(uv_default_loop()));
  return 1;
}

HELPER(child_looks_at_its_signals) {
  struct sigaction action;
  sigset_t blocked;
  CHECK_EQ(sigaction(SIGUSR1, NULL, &action), 0); /* ignored, and blocked, in the parent */
  CHECK(action.sa_handler == SIG_DFL);
  CHECK_EQ(sigaction(SIGUSR2, NULL, &action), 0); /* handled */
  CHECK(action.sa_handler == SIG_DFL);
  CHECK_EQ(sigaction(SIGRTMIN, NULL, &action), 0); /* ignored */
  CHECK(action.sa_handler == SIG_DFL);
  CHECK_EQ(sigaction(SIGRTMIN + 1, NULL, &action), 0); /* handled */
  CHECK(action.sa_handler == SIG_DFL);
  CHECK_EQ(sigprocmask(SIG_SETMASK, NULL, &blocked), 0);
  CHECK_EQ(sigismember(&blocked, SIGUSR1), 0);
  return 1;
}
