/* Runs tests, each as a process of its own, and reports in TAP. */
#include "runner.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEFAULT_TIMEOUT_SECONDS = 30 };

/* A test that is running. */
struct job {
  struct test_entry* test;
  pid_t pid;            /* 0 while this place is free */
  int number;
  int timed_out;
  uint64_t started;
  uint64_t deadline;
  char dir[PATH_MAX];
  char output[PATH_MAX];
};

struct tally {
  int passed;
  int failed;
  int skipped;
};

static int wakeup[2];
static volatile sig_atomic_t interrupted;

static void on_signal(int signum) {
  int saved = errno;
  if (signum != SIGCHLD)
    interrupted = signum;
  if (write(wakeup[1], "", 1) < 0)
    errno = saved; /* full: the reader will wake anyway */
  errno = saved;
}

static void remove_tree(const char* path) {
  struct dirent* entry;
  DIR* dir;
  if (unlink(path) == 0)
    return;
  chmod(path, 0700);
  dir = opendir(path);
  if (dir != NULL) {
    while ((entry = readdir(dir)) != NULL) {
      char child[PATH_MAX];
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        continue;
      if (snprintf(child, sizeof(child), "%s/%s", path, entry->d_name) <
          (int) sizeof(child))
        remove_tree(child);
    }
    closedir(dir);
  }
  rmdir(path);
}

/* ---- The child between fork and exec ---- */

static void exec_test(const struct job* job, const struct options* options) {
  struct rlimit no_core = { 0, 0 };
  char** words = calloc((size_t) options->wrap_count + 4, sizeof(char*));
  sigset_t none;
  int count = 0;
  int fd;
  int i;

  setpgid(0, 0);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setrlimit(RLIMIT_CORE, &no_core);
  umask(022);

  fd = open("/dev/null", O_RDONLY);
  dup2(fd, STDIN_FILENO);
  fd = open(job->output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  if (words == NULL || fd < 0 || chdir(job->dir) != 0)
    _exit(126);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  for (fd = STDERR_FILENO + 1; fd < 1024; fd++)
    close(fd);
  unsetenv("UV_THREADPOOL_SIZE");
  unsetenv("UV_USE_IO_URING");
  if (job->test->io_uring)
    setenv("UV_USE_IO_URING", "1", 1);

  for (i = 0; i < options->wrap_count; i++)
    words[count++] = options->wrap[i];
  words[count++] = (char*) test_exepath();
  words[count++] = RUN_ONE_FLAG;
  words[count] = (char*) job->test->name;
  execvp(words[0], words);
  fprintf(stderr, "cannot run %s: %s\n", words[0], strerror(errno));
  _exit(126);
}

static void start(struct job* job, struct test_entry* test, int number,
                  const char* base, const struct options* options) {
  int seconds = test->timeout > 0 ? test->timeout : DEFAULT_TIMEOUT_SECONDS;
  memset(job, 0, sizeof(*job));
  job->test = test;
  job->number = number;
  snprintf(job->dir, sizeof(job->dir), "%s/%d", base, number);
  snprintf(job->output, sizeof(job->output), "%s/%d.out", base, number);
  if (mkdir(job->dir, 0755) != 0)
    FAIL("mkdir %s: %s", job->dir, strerror(errno));
  job->started = now_ms();
  job->deadline = job->started + scaled_ms((uint64_t) seconds * 1000);
  job->pid = fork();
  if (job->pid < 0)
    FAIL("fork: %s", strerror(errno));
  if (job->pid == 0)
    exec_test(job, options);
  setpgid(job->pid, job->pid); /* whichever of the two comes first */
}

/* ---- Reports ---- */

static void print_output(const char* path) {
  char line[4096];
  FILE* file = fopen(path, "r");
  if (file == NULL)
    return;
  while (fgets(line, sizeof(line), file) != NULL) {
    printf("# %s", line);
    if (strchr(line, '\n') == NULL)
      putchar('\n');
  }
  fclose(file);
}

static void print_skip_reason(const char* path) {
  char line[1024];
  FILE* file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, SKIP_MARK, strlen(SKIP_MARK)) == 0)
      printf("%s", line + strlen(SKIP_MARK));
  }
  if (file != NULL)
    fclose(file);
}

static unsigned processor_ms(const struct rusage* usage) {
  const struct timeval* user = &usage->ru_utime;
  const struct timeval* kernel = &usage->ru_stime;
  return (unsigned) ((user->tv_sec + kernel->tv_sec) * 1000 +
                     (user->tv_usec + kernel->tv_usec) / 1000);
}

static void report(const struct job* job, int status,
                   const struct rusage* usage, struct tally* tally,
                   int verbose) {
  const char* name = job->test->name;
  unsigned ms = (unsigned) (now_ms() - job->started);
  int failed = 0;
  if (job->timed_out) {
    printf("not ok %d - %s # still running after %u ms, %u ms of them busy\n",
           job->number, name, ms, processor_ms(usage));
    failed = 1;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    printf("ok %d - %s # %u ms\n", job->number, name, ms);
    tally->passed++;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED) {
    printf("ok %d - %s # SKIP ", job->number, name);
    print_skip_reason(job->output);
    putchar('\n');
    tally->skipped++;
  } else if (WIFEXITED(status)) {
    printf("not ok %d - %s # exit status %d, %u ms\n", job->number, name,
           WEXITSTATUS(status), ms);
    failed = 1;
  } else {
    printf("not ok %d - %s # %s, %u ms\n", job->number, name,
           strsignal(WTERMSIG(status)), ms);
    failed = 1;
  }
  tally->failed += failed;
  if (failed || verbose)
    print_output(job->output);
  fflush(stdout);
}

/* ---- The pool of running tests ---- */

/* Reaps the jobs that ended; returns how many. */
static int reap(struct job* jobs, struct tally* tally,
                const struct options* options) {
  int ended = 0;
  int i;
  for (i = 0; i < options->jobs; i++) {
    struct job* job = &jobs[i];
    struct rusage usage;
    siginfo_t info;
    int status;
    info.si_pid = 0;
    if (job->pid == 0 ||
        waitid(P_PID, (id_t) job->pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
        info.si_pid == 0)
      continue;
    /* The unreaped leader still keeps the number of its group taken. */
    kill(-job->pid, SIGKILL);
    wait4(job->pid, &status, 0, &usage);
    report(job, status, &usage, tally, options->verbose);
    if (!options->keep) {
      remove_tree(job->dir);
      unlink(job->output);
    }
    job->pid = 0;
    ended++;
  }
  return ended;
}

/* Ends the tests that still run, without a verdict. */
static void abandon(struct job* jobs, int count) {
  int i;
  for (i = 0; i < count; i++)
    if (jobs[i].pid != 0) {
      kill(-jobs[i].pid, SIGKILL);
      waitpid(jobs[i].pid, NULL, 0);
      jobs[i].pid = 0;
    }
}

/* Kills what is past its time; returns the ms until the next one is. */
static int enforce_deadlines(struct job* jobs, int count) {
  uint64_t now = now_ms();
  uint64_t wait = 60 * 1000;
  int i;
  for (i = 0; i < count; i++) {
    if (jobs[i].pid == 0 || jobs[i].timed_out)
      continue;
    if (interrupted || now >= jobs[i].deadline) {
      jobs[i].timed_out = 1;
      kill(-jobs[i].pid, SIGKILL);
    } else if (jobs[i].deadline - now < wait) {
      wait = jobs[i].deadline - now;
    }
  }
  return (int) wait + 1;
}

static void catch_signals(void) {
  struct sigaction action;
  int signals[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP };
  size_t i;
  if (pipe(wakeup) != 0)
    FAIL("pipe: %s", strerror(errno));
  for (i = 0; i < 2; i++) {
    fcntl(wakeup[i], F_SETFD, FD_CLOEXEC);
    fcntl(wakeup[i], F_SETFL, O_NONBLOCK);
  }
  memset(&action, 0, sizeof(action));
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
    sigaction(signals[i], &action, NULL);
}

int run_tests(struct test_entry** tests, int count,
              const struct options* options) {
  const char* tmp = getenv("TMPDIR");
  struct job* jobs = calloc((size_t) options->jobs, sizeof(*jobs));
  struct tally tally = { 0, 0, 0 };
  struct pollfd readable;
  char base[PATH_MAX];
  int total = count * options->repeat;
  int started = 0;
  int running = 0;
  int i;

  CHECK_NOT_NULL(jobs);
  snprintf(base, sizeof(base), "%s/uvt.XXXXXX", tmp == NULL ? "/tmp" : tmp);
  if (mkdtemp(base) == NULL)
    FAIL("mkdtemp %s: %s", base, strerror(errno));
  chmod(base, 0711); /* for the tests that drop their privileges */
  catch_signals();
  readable.fd = wakeup[0];
  readable.events = POLLIN;

  printf("TAP version 13\n1..%d\n", total);
  fflush(stdout);
  while (running > 0 || (started < total && !interrupted)) {
    char drained[64];
    int wait;
    for (i = 0; i < options->jobs && started < total && !interrupted; i++)
      if (jobs[i].pid == 0) {
        start(&jobs[i], tests[started % count], started + 1, base, options);
        started++;
        running++;
      }
    wait = enforce_deadlines(jobs, options->jobs);
    poll(&readable, 1, wait);
    while (read(wakeup[0], drained, sizeof(drained)) > 0)
      continue;
    running -= reap(jobs, &tally, options);
    if (options->max_failures > 0 && tally.failed >= options->max_failures) {
      abandon(jobs, options->jobs);
      if (running > 0 || started < total)
        puts("Bail out! too many failures");
      break;
    }
  }

  if (options->keep)
    printf("# directories are kept in %s\n", base);
  else
    remove_tree(base);
  if (interrupted)
    printf("Bail out! %s\n", strsignal(interrupted));
  printf("%d passed, %d failed, %d skipped\n", tally.passed, tally.failed,
         tally.skipped);
  free(jobs);
  return tally.failed > 0 || interrupted ? 1 : 0;
}
