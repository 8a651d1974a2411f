/* The torture program. Without arguments it answers lines on its input:
 *
 *   SCENARIO CALL ERROR N once|sticky told|survived
 *
 * with one line for each: `passed`, `failed KIND what` and the number of
 * refusals before it. What is to be survived the scenario may not notice.
 * Each case is a process of its own, forked from this one, which has not used
 * the library yet. SCENARIO `count` answers how often each call is made if
 * none fails. `--list` prints the scenarios, `--debug` and the six words run
 * one case in this process.
 */
#include "harness.h"

#include <dirent.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

enum {
  WALL_LIMIT_MS = 4000,
  CPU_LIMIT_MS = 1500,    /* beyond four times that of a clean run */
  CALLS_LIMIT = 20000     /* beyond ten times those of a clean run */
};

char program_path[4096];

static struct scenario* scenarios;

void register_scenario(struct scenario* scenario) {
  struct scenario** place = &scenarios;
  while (*place != NULL && strcmp((*place)->name, scenario->name) < 0)
    place = &(*place)->next;
  scenario->next = *place;
  *place = scenario;
}

/* ---- The children that scenarios start ---- */

static int be_child(int argc, char** argv) {
  char data[4096];
  ssize_t got;
  if (strcmp(argv[1], "exit") == 0)
    return argc > 2 ? atoi(argv[2]) : 0;
  if (strcmp(argv[1], "env") == 0)
    return argc > 2 && getenv(argv[2]) != NULL ? 0 : 1;
  if (strcmp(argv[1], "sleep") == 0) {
    while (read(0, data, sizeof(data)) > 0)
      continue;
    return 0;
  }
  if (strcmp(argv[1], "cat") == 0) {
    while ((got = read(0, data, sizeof(data))) > 0)
      if (write(1, data, (size_t) got) != got)
        return 1;
    return 0;
  }
  return -1;
}

/* ---- The server ---- */

struct plan {
  struct scenario* scenario;
  int call;
  int error;
  int first;
  int sticky;
  int survived;
};

/* What a clean run of the scenario takes; for the two allocators. */
struct usual {
  struct scenario* scenario;
  int is_known;
  int blocks;
  int calls;
  long cpu_ms;
};
static struct usual usuals[256];

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t) time.tv_sec * 1000 + (uint64_t) time.tv_nsec / 1000000;
}

static void remove_tree(const char* path) {
  DIR* dir = opendir(path);
  struct dirent* entry;
  char child[4096];
  while (dir != NULL && (entry = readdir(dir)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    snprintf(child, sizeof(child), "%s/%s", path, entry->d_name);
    if (unlink(child) != 0)
      remove_tree(child);
  }
  if (dir != NULL)
    closedir(dir);
  rmdir(path);
}

static void first_words(char* text) {
  for (; *text != '\0'; text++)
    if (*text == '\n' || *text == '\r' || *text == '\t')
      *text = ' ';
}

static void prepare_shim(const struct plan* plan) {
  memset(report, 0, sizeof(*report));
  shim = &report->shim;
  shim->call = plan->call;
  shim->error = plan->error;
  shim->first = plan->first;
  shim->sticky = plan->sticky;
  shim->survived = plan->survived;
}

static long milliseconds(struct timeval time) {
  return time.tv_sec * 1000 + time.tv_usec / 1000;
}

/* Runs the case in a child; the report says how it went. */
static void try_case(const struct plan* plan, const struct usual* usual,
                     long* cpu_ms) {
  static int output = -1;
  char folder[64];
  struct rusage used;
  struct pollfd ended;
  struct timespec nap = { 0, 2000000 };
  int status = 0;
  int hangs = 0;
  pid_t child;
  uint64_t deadline;

  prepare_shim(plan);
  if (output < 0)
    output = memfd_create("output", MFD_CLOEXEC);
  if (ftruncate(output, 0) != 0 || lseek(output, 0, SEEK_SET) != 0)
    abort();
  snprintf(folder, sizeof(folder), "%d.d", (int) getpid());
  mkdir(folder, 0755);
  child = fork();
  if (child == 0) {
    /* Whatever the case leaves running ends with it. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, 1);
    dup2(output, 2);
    close(output);
    close(0);
    open("/dev/null", O_RDWR);
    if (chdir(folder) != 0)
      _exit(EXIT_WRONG);
    run_case(plan->scenario, usual == NULL ? INT32_MAX : usual->blocks);
    _exit(0);
  }
  setpgid(child, child);
  deadline = now() + WALL_LIMIT_MS;
  ended.fd = (int) syscall(SYS_pidfd_open, child, 0);
  ended.events = POLLIN;
  for (;;) {
    int left = (int) (deadline - now());
    if (left <= 0) {
      hangs = 1;
      break;
    }
    if (ended.fd < 0) {
      siginfo_t info;
      info.si_pid = 0;
      nanosleep(&nap, NULL);
      if (waitid(P_PID, (id_t) child, &info, WEXITED | WNOHANG | WNOWAIT) == 0
          && info.si_pid != 0)
        break;
    } else if (poll(&ended, 1, left) > 0) {
      break;
    }
  }
  if (ended.fd >= 0)
    close(ended.fd);
  kill(-child, SIGKILL);
  if (wait4(child, &status, 0, &used) != child)
    abort();
  *cpu_ms = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
  shim->armed = 0;
  remove_tree(folder);

  if (report->text[0] == '\0') {
    if (hangs && *cpu_ms > WALL_LIMIT_MS / 4) {
      strcpy(report->kind, "spin");
      snprintf(report->text, sizeof(report->text),
               "still at work after %d ms, %d calls", WALL_LIMIT_MS,
               shim->calls);
    } else if (hangs) {
      strcpy(report->kind, "hang");
      snprintf(report->text, sizeof(report->text),
               "still there after %d ms, %d calls", WALL_LIMIT_MS, shim->calls);
    } else if (WIFSIGNALED(status)) {
      char said[256];
      ssize_t got = pread(output, said, sizeof(said) - 1, 0);
      said[got < 0 ? 0 : got] = '\0';
      first_words(said);
      strcpy(report->kind, WTERMSIG(status) == SIGABRT ? "abort" : "crash");
      snprintf(report->text, sizeof(report->text), "%s: %s",
               strsignal(WTERMSIG(status)), said);
    } else if (WEXITSTATUS(status) != 0) {
      strcpy(report->kind, "result");
      snprintf(report->text, sizeof(report->text), "exit status %d",
               WEXITSTATUS(status));
    } else if (usual != NULL && shim->calls > usual->calls * 10 + CALLS_LIMIT) {
      strcpy(report->kind, "spin");
      snprintf(report->text, sizeof(report->text), "%d calls, usually %d",
               shim->calls, usual->calls);
    } else if (usual != NULL && *cpu_ms > usual->cpu_ms * 4 + CPU_LIMIT_MS) {
      strcpy(report->kind, "spin");
      snprintf(report->text, sizeof(report->text), "%ld ms of CPU, usually %ld",
               *cpu_ms, usual->cpu_ms);
    }
  }
}

/* Runs without failures, three times; the counts are the greatest. */
static struct usual* learn(struct scenario* scenario, int is_alloc,
                           struct shim* most) {
  struct plan plan = { scenario, is_alloc ? CALL_alloc : CALL_COUNT, 0,
                       INT32_MAX, 0, 0 };
  struct usual* usual = usuals;
  int round;
  int i;
  while (usual->is_known && usual->scenario != scenario)
    usual += 2;
  usual[0].scenario = usual[1].scenario = scenario;
  usual += is_alloc;
  if (usual->is_known && most == NULL)
    return usual;
  memset(usual, 0, sizeof(*usual));
  usual->scenario = scenario;
  usual->blocks = INT32_MIN;
  for (round = 0; round < 3; round++) {
    long cpu_ms;
    try_case(&plan, NULL, &cpu_ms);
    if (report->text[0] != '\0') {
      fprintf(stderr, "%s fails by itself: %s %s\n", scenario->name,
              report->kind, report->text);
      return NULL;
    }
    if (report->blocks > usual->blocks)
      usual->blocks = report->blocks;
    if (shim->calls > usual->calls)
      usual->calls = shim->calls;
    if (cpu_ms > usual->cpu_ms)
      usual->cpu_ms = cpu_ms;
    for (i = 0; most != NULL && i < CALL_COUNT; i++)
      if (shim->counts[i] > most->counts[i])
        most->counts[i] = shim->counts[i];
  }
  usual->is_known = 1;
  return usual;
}

static struct scenario* scenario_named(const char* name) {
  struct scenario* scenario = scenarios;
  while (scenario != NULL && strcmp(scenario->name, name) != 0)
    scenario = scenario->next;
  return scenario;
}

static int call_named(const char* name) {
  int call = 0;
  while (call < CALL_COUNT && strcmp(call_names[call], name) != 0)
    call++;
  return call;
}

static int read_plan(char** words, struct plan* plan) {
  plan->scenario = scenario_named(words[0]);
  plan->call = call_named(words[1]);
  plan->error = atoi(words[2]);
  plan->first = atoi(words[3]);
  plan->sticky = strcmp(words[4], "sticky") == 0;
  plan->survived = strcmp(words[5], "survived") == 0;
  return plan->scenario != NULL && plan->call != CALL_COUNT;
}

static void answer_count(struct scenario* scenario) {
  struct shim most;
  int i;
  memset(&most, 0, sizeof(most));
  if (learn(scenario, 0, &most) == NULL || learn(scenario, 1, &most) == NULL) {
    printf("failed\n");
    return;
  }
  for (i = 0; i < CALL_COUNT; i++)
    if (most.counts[i] > 0)
      printf("%s=%d ", call_names[i], most.counts[i]);
  printf("\n");
}

static void answer(struct plan* plan) {
  struct usual* usual = learn(plan->scenario, plan->call == CALL_alloc, NULL);
  long cpu_ms;
  if (usual == NULL) {
    printf("0 failed clean the scenario fails by itself\n");
    return;
  }
  try_case(plan, usual, &cpu_ms);
  /* Other work on the machine can make a case late. */
  if (strcmp(report->kind, "hang") == 0)
    try_case(plan, usual, &cpu_ms);
  if (report->text[0] == '\0')
    printf("%d passed\n", shim->injected);
  else
    printf("%d failed %s %s\n", shim->injected, report->kind, report->text);
}

int main(int argc, char** argv) {
  struct scenario* scenario;
  char line[512];
  ssize_t length;

  if (argc > 1 && argv[1][0] != '-') {
    int status = be_child(argc, argv);
    if (status >= 0)
      return status;
  }
  length = readlink("/proc/self/exe", program_path, sizeof(program_path) - 1);
  program_path[length < 0 ? 0 : length] = '\0';
  report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (report == MAP_FAILED)
    return 1;
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  mallopt(M_PERTURB, 0xa5); /* what is freed is not used by chance */
  shim_begin();

  if (argc == 2 && strcmp(argv[1], "--list") == 0) {
    for (scenario = scenarios; scenario != NULL; scenario = scenario->next)
      puts(scenario->name);
    return 0;
  }
  if (argc == 8 && strcmp(argv[1], "--debug") == 0) {
    struct plan plan;
    if (!read_plan(argv + 2, &plan))
      return 2;
    debugging = 1;
    prepare_shim(&plan);
    run_case(plan.scenario, INT32_MAX);
    printf("passed, %d refused\n", shim->injected);
    return 0;
  }
  if (argc != 1) {
    fprintf(stderr, "usage: torture [--list | --debug SCENARIO CALL ERROR N "
                    "once|sticky told|survived]\n");
    return 2;
  }
  while (fgets(line, sizeof(line), stdin) != NULL) {
    char* words[6] = { NULL };
    struct plan plan;
    int count = 0;
    char* word = strtok(line, " \n");
    for (; word != NULL && count < 6; word = strtok(NULL, " \n"))
      words[count++] = word;
    if (count == 2 && strcmp(words[1], "count") == 0 &&
        (scenario = scenario_named(words[0])) != NULL)
      answer_count(scenario);
    else if (count == 6 && read_plan(words, &plan))
      answer(&plan);
    else
      printf("0 failed usage not a case\n");
  }
  return 0;
}
