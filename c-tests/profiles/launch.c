/* Starts a program in a narrower world: launch [options] program [argument ...]
 *
 *   -f FILE      under the seccomp filter in FILE (struct sock_filter, one after the other)
 *   -n N         with N descriptors at the most
 *   -1           on one processor
 *   -e NAME=VAL  with a variable in its environment
 *
 * `cargo xtask profiles` has each test started by it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_FILTER = 4096 };

static void give_up(const char* what) {
  fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
  exit(126);
}

static void filter(const char* path) {
  static struct sock_filter code[MAX_FILTER];
  struct sock_fprog program = { 0, code };
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, code, sizeof(code));
  if (size <= 0 || (size_t) size % sizeof(code[0]) != 0)
    give_up(path);
  close(fd);
  program.len = (unsigned short) ((size_t) size / sizeof(code[0]));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
      || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    give_up("system calls cannot be filtered here");
}

static void limit_descriptors(rlim_t count) {
  struct rlimit limit = { count, count };
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    give_up("RLIMIT_NOFILE");
}

static void use_one_processor(void) {
  cpu_set_t allowed;
  int cpu = 0;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
    give_up("sched_getaffinity");
  while (!CPU_ISSET(cpu, &allowed))
    cpu++;
  CPU_ZERO(&allowed);
  CPU_SET(cpu, &allowed);
  if (sched_setaffinity(0, sizeof(allowed), &allowed) != 0)
    give_up("sched_setaffinity");
}

int main(int argc, char** argv) {
  const char* filter_file = NULL;
  int option;
  while ((option = getopt(argc, argv, "+f:n:1e:")) != -1) {
    if (option == 'f')
      filter_file = optarg;
    else if (option == 'n')
      limit_descriptors((rlim_t) atoi(optarg));
    else if (option == '1')
      use_one_processor();
    else if (option != 'e' || putenv(optarg) != 0)
      return 126;
  }
  if (optind == argc)
    return 126;
  /* Last: what the filter refuses is for the program alone. */
  if (filter_file != NULL)
    filter(filter_file);
  execvp(argv[optind], argv + optind);
  give_up(argv[optind]);
}
