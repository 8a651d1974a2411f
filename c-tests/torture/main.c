/* The torture program. Without arguments it answers lines on its input:
 *
 *   SCENARIO CALL ERROR N once|sticky
 *
 * with one line for each: `passed`, `failed KIND what` and the number of
 * refusals before it. Each case is a process of its own, forked from this
 * one, which has not used the library yet. SCENARIO `count` answers how often
 * each call is made if none fails. `--list` prints the scenarios, `--debug`
 * and the five words run one case in this process.
 */
#include "shim.h"
#include "torture.h"

#include <dirent.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

enum {
  EXIT_WRONG = 40,
  WALL_LIMIT_MS = 4000,
  CPU_LIMIT_MS = 1500,    /* beyond four times that of a clean run */
  CALLS_LIMIT = 20000,    /* beyond ten times those of a clean run */
  MOST_REQUESTS = 8192,
  MOST_EXPECTED = 8
};

char program_path[4096];
uv_loop_t* loop;

static uv_loop_t the_loop;
static struct scenario* scenarios;
static int gave_up;
static int expected[MOST_EXPECTED];
static int expected_count;

/* What a case tells the server. */
struct report {
  struct shim shim;
  int blocks;
  char kind[32];
  char text[512];
};
static struct report* report;
static int debugging;

void register_scenario(struct scenario* scenario) {
  struct scenario** place = &scenarios;
  while (*place != NULL && strcmp((*place)->name, scenario->name) < 0)
    place = &(*place)->next;
  scenario->next = *place;
  *place = scenario;
}

/* ---- Verdicts ---- */

static void end_case(const char* kind, const char* format, va_list args) {
  if (report->text[0] == '\0') {
    snprintf(report->kind, sizeof(report->kind), "%s", kind);
    vsnprintf(report->text, sizeof(report->text), format, args);
  }
  if (debugging) {
    dprintf(2, "%s: %s\n", report->kind, report->text);
    abort();
  }
  _exit(EXIT_WRONG);
}

__attribute__((noreturn, format(printf, 2, 3)))
static void fail_kind(const char* kind, const char* format, ...) {
  va_list args;
  va_start(args, format);
  end_case(kind, format, args);
  abort();
}

void fail_case(const char* file, int line, const char* format, ...) {
  char place[1024];
  char text[512];
  va_list args;
  const char* name = strrchr(file, '/');
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  snprintf(place, sizeof(place), "%s:%d: %s", name == NULL ? file : name + 1,
           line, text);
  fail_kind("result", "%s", place);
}

/* ---- Statuses ---- */

/* What may follow from a failure elsewhere: the other side has gone. */
static int is_consequence(intmax_t status) {
  switch (status) {
    case UV_ECANCELED: case UV_EOF: case UV_ECONNRESET: case UV_EPIPE:
    case UV_ENOTCONN: case UV_ECONNREFUSED: case UV_ECONNABORTED:
      return 1;
    default:
      return 0;
  }
}

int anything_failed(void) {
  return shim->injected > 0;
}

void expect_status(int status) {
  if (expected_count < MOST_EXPECTED)
    expected[expected_count++] = status;
}

static int is_provoked(intmax_t status) {
  if (shim->injected == 0)
    return 0;
  if (shim->call == CALL_alloc || shim->call == CALL_malloc)
    return status == UV_ENOMEM || status == UV_EAI_MEMORY ||
           is_consequence(status) ||
           /* where the C library cannot do without memory */
           (shim->call == CALL_malloc &&
            (status == UV_EAGAIN || status == UV_ENOENT ||
             status == UV_EAI_NONAME || status == UV_EAI_FAIL ||
             status == UV_EAI_AGAIN || status == UV_EIO));
  if (shim->call == CALL_getaddrinfo || shim->call == CALL_getnameinfo)
    return status <= UV_EAI_ADDRFAMILY && status >= UV_EAI_SOCKTYPE - 20
               ? 1
               : status == UV_EIO || status == UV_ENOMEM ||
                     status == UV_EAI_NONAME;
  /* There is no room: it is as if the peer were slow. */
  if (shim->error == ENOBUFS && status == UV_EAGAIN)
    return 1;
  return status == -shim->error || is_consequence(status);
}

int was_tolerable(const char* file, int line, const char* what,
                  intmax_t status) {
  int i;
  if (status >= 0)
    return 0;
  for (i = 0; i < expected_count; i++)
    if (expected[i] == status)
      return 1;
  if (!is_provoked(status))
    fail_case(file, line, "%s is %s", what, uv_err_name((int) status));
  return 1;
}

int was_bad(const char* file, int line, const char* what, intmax_t status) {
  if (!was_tolerable(file, line, what, status))
    return 0;
  give_up();
  return 1;
}

/* ---- What was asked and came back ---- */

struct note {
  const void* req;
  int line;
  int under_way;
};
static struct note notes[MOST_REQUESTS];
static int under_way;
static int closes_asked;
static int closes_told;

static struct note* note_of(const void* req) {
  size_t place = ((uintptr_t) req >> 3) * 2654435761u % MOST_REQUESTS;
  while (notes[place].req != NULL && notes[place].req != req)
    place = (place + 1) % MOST_REQUESTS;
  notes[place].req = req;
  return &notes[place];
}

void note_asked(const char* file, int line, const void* req) {
  struct note* note = note_of(req);
  if (note->under_way)
    fail_case(file, line, "the scenario asks twice with one request");
  note->under_way = 1;
  note->line = line;
  __atomic_fetch_add(&under_way, 1, __ATOMIC_RELAXED);
}

int note_answer(const char* file, int line, const char* what, const void* req,
                intmax_t status) {
  struct note* note = note_of(req);
  if (status >= 0)
    return 0;
  if (!note->under_way)
    fail_case(file, line, "%s is %s, but its callback was called", what,
              uv_err_name((int) status));
  note->under_way = 0;
  __atomic_fetch_sub(&under_way, 1, __ATOMIC_RELAXED);
  return was_bad(file, line, what, status);
}

void note_told(const char* file, int line, const void* req) {
  struct note* note = note_of(req);
  if (!note->under_way)
    fail_case(file, line, "a request is called back that is not under way");
  note->under_way = 0;
  __atomic_fetch_sub(&under_way, 1, __ATOMIC_RELAXED);
}

void on_closed(uv_handle_t* handle) {
  if (!uv_is_closing(handle))
    wrong("a handle that is not closing is closed");
  closes_told++;
}

void note_closing(uv_handle_t* handle) {
  (void) handle;
  closes_asked++;
}

void close_handle(uv_handle_t* handle) {
  if (uv_is_closing(handle))
    return;
  note_closing(handle);
  uv_close(handle, on_closed);
}

static void close_but_processes(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (handle->type != UV_PROCESS)
    close_handle(handle);
}

static void close_any(uv_handle_t* handle, void* arg) {
  (void) arg;
  close_handle(handle);
}

void give_up(void) {
  gave_up = 1;
  if (loop == &the_loop)
    uv_walk(loop, close_but_processes, NULL);
}

int given_up(void) {
  return gave_up;
}

void run(void) {
  int left = uv_run(loop, UV_RUN_DEFAULT);
  if (left != 0)
    wrong("uv_run answers %d", left);
}

/* ---- Small things for scenarios ---- */

struct sockaddr_in loopback(int port) {
  struct sockaddr_in addr;
  memset(&addr, 0, sizeof(addr));
  addr.sin_family = AF_INET;
  addr.sin_port = htons((uint16_t) port);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return addr;
}

int port_of_tcp(const uv_tcp_t* handle) {
  struct sockaddr_in addr;
  int length = sizeof(addr);
  if (bad(uv_tcp_getsockname(handle, (struct sockaddr*) &addr, &length)))
    return -1;
  return ntohs(addr.sin_port);
}

int port_of_udp(const uv_udp_t* handle) {
  struct sockaddr_in addr;
  int length = sizeof(addr);
  if (bad(uv_udp_getsockname(handle, (struct sockaddr*) &addr, &length)))
    return -1;
  return ntohs(addr.sin_port);
}

void alloc_static(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char space[65536];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(space, sizeof(space));
}

void alloc_block(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle;
  *buf = uv_buf_init(malloc(size), (unsigned) size);
}

void make_file(const char* path, const void* data, size_t size) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, data, size) != (ssize_t) size)
    wrong("cannot write %s", path);
  close(fd);
}

/* ---- The case ---- */

static int open_descriptors(char* list, size_t size) {
  int fd;
  int count = 0;
  list[0] = '\0';
  for (fd = 0; fd < 256; fd++) {
    if (fcntl(fd, F_GETFD) < 0)
      continue;
    count++;
    if (size > strlen(list) + 16)
      snprintf(list + strlen(list), 16, " %d", fd);
  }
  return count;
}

static int count_threads(void) {
  DIR* tasks = opendir("/proc/self/task");
  struct dirent* entry;
  int count = 0;
  if (tasks == NULL)
    return 1;
  while ((entry = readdir(tasks)) != NULL)
    count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static void look_for_threads(void) {
  int tries;
  /* A thread that was joined is seen for a moment still. */
  for (tries = 0; tries < 1000 && count_threads() > 1; tries++)
    usleep(1000);
  if (count_threads() > 1)
    fail_kind("threads", "%d threads are left", count_threads() - 1);
}

static void look_for_children(void) {
  int status;
  pid_t child = waitpid(-1, &status, WNOHANG | __WALL);
  if (child > 0)
    fail_kind("children", "a child was not waited for, status 0x%x", status);
  if (child == 0)
    fail_kind("children", "a child is left");
}

/* With the library's memory of a clean run, or INT_MAX. */
static void run_case(struct scenario* scenario, int blocks) {
  char before[1024];
  char after[1024];
  int fds = open_descriptors(before, sizeof(before));
  const void* caller;

  if (shim->call == CALL_alloc && shim_replace_allocator() != 0)
    fail_kind("result", "uv_replace_allocator");
  __atomic_store_n(&shim->armed, 1, __ATOMIC_SEQ_CST);
  if (!bad(uv_loop_init(&the_loop))) {
    int left;
    int closed;
    loop = &the_loop;
    scenario->run();
    uv_walk(loop, close_any, NULL);
    left = uv_run(loop, UV_RUN_DEFAULT);
    closed = uv_loop_close(loop);
    if (left != 0)
      fail_kind("loop", "uv_run answers %d at the end", left);
    if (closed != 0)
      fail_kind("loop", "uv_loop_close is %s", uv_err_name(closed));
  }
  uv_library_shutdown();
  __atomic_store_n(&shim->armed, 0, __ATOMIC_SEQ_CST);

  if (under_way != 0) {
    int i;
    for (i = 0; i < MOST_REQUESTS && !notes[i].under_way; i++)
      continue;
    fail_kind("callbacks", "%d requests were not called back, one of line %d",
              under_way, i < MOST_REQUESTS ? notes[i].line : 0);
  }
  if (closes_asked != closes_told)
    fail_kind("callbacks", "%d handles closed, %d close callbacks",
              closes_asked, closes_told);
  look_for_threads();
  look_for_children();
  if (open_descriptors(after, sizeof(after)) != fds)
    fail_kind("descriptors", "open were%s, now are%s", before, after);
  report->blocks = shim_count_blocks(&caller);
  if (report->blocks > blocks)
    fail_kind("memory", "%d blocks are left, usually %d, one taken at %p",
              report->blocks, blocks, caller);
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
                       INT32_MAX, 0 };
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
  if (argc == 7 && strcmp(argv[1], "--debug") == 0) {
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
                    "once|sticky]\n");
    return 2;
  }
  while (fgets(line, sizeof(line), stdin) != NULL) {
    char* words[5] = { NULL };
    struct plan plan;
    int count = 0;
    char* word = strtok(line, " \n");
    for (; word != NULL && count < 5; word = strtok(NULL, " \n"))
      words[count++] = word;
    if (count == 2 && strcmp(words[1], "count") == 0 &&
        (scenario = scenario_named(words[0])) != NULL)
      answer_count(scenario);
    else if (count == 5 && read_plan(words, &plan))
      answer(&plan);
    else
      printf("0 failed usage not a case\n");
  }
  return 0;
}
