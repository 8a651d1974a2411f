/* soak SECONDS: everything at once on one loop, for a long time: connections, files, children, timers,
 * work, asyncs, datagrams, names, watched files, signals, other loops. Every byte that comes back is
 * compared with what was sent at its place, and all that was begun is counted.
 *
 * After a warm-up, and at the end, nothing new is begun until all is done; what the process then has of
 * memory, descriptors and threads must be the same. The last thing printed is a table; the exit
 * status is 1 if there was an error or a drift, which `soak SECONDS LEAK` plants: memory, descriptors or
 * threads. */
#include "soak.h"

#include <dirent.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#define DRIFT_KIB 2048 /* of memory, and a twentieth of it */

typedef struct {
  long memory; /* KiB */
  int descriptors;
  int threads;
} sample_t;

const char* const kind_names[KINDS] = {
    "tcp connections", "pipe connections", "files",           "child processes", "timers",  "work", "asyncs",
    "datagrams there and back", "name lookups", "watched changes", "signals", "loops made and closed"};

struct kind table[KINDS];
uv_loop_t loop;
const char* own_path;
int is_draining;
int busy;

static void begin_all(void) {
  is_draining = 0;
  begin_asyncs();
  begin_connections();
  begin_files();
  begin_children();
  begin_timers();
  begin_work();
  begin_datagrams();
  begin_names();
}

static uint64_t ends_at;

static void on_end(uv_timer_t* timer) {
  (void) timer;
  uv_stop(&loop);
}

static void run_for(uint64_t seconds) {
  static uv_timer_t end;
  if (ends_at++ == 0)
    MUST(uv_timer_init(&loop, &end));
  MUST(uv_timer_start(&end, on_end, seconds * 1000, 0));
  begin_all();
  uv_run(&loop, UV_RUN_DEFAULT);
  is_draining = 1;
  rest_asyncs();
  /* What does not come to its end keeps this from ending: the alarm says so. */
  alarm(60);
  while (busy > 0 || !are_asyncs_resting())
    uv_run(&loop, UV_RUN_ONCE);
  alarm(0);
}

static sample_t sample(void) {
  sample_t found = {0, 0, 0};
  struct dirent* entry;
  char line[200];
  FILE* status;
  DIR* folder;
  malloc_trim(0);
  status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
    sscanf(line, "VmRSS: %ld", &found.memory);
    sscanf(line, "Threads: %d", &found.threads);
  }
  if (status != NULL)
    fclose(status);
  folder = opendir("/proc/self/fd");
  while (folder != NULL && (entry = readdir(folder)) != NULL)
    found.descriptors += entry->d_name[0] != '.';
  if (folder != NULL)
    closedir(folder);
  return found;
}

static void on_alarm(int signum) {
  char text[64];
  int length = snprintf(text, sizeof(text), "stuck, with %d things not done\n", busy);
  (void) signum;
  if (write(2, text, (size_t) length) < 0)
    _exit(3);
  _exit(3);
}

static void close_left(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

static void make_all(void) {
  make_servers();
  make_timers();
  make_datagrams();
  make_ticks();
  make_asyncs();
}

int main(int argc, char** argv) {
  uint64_t seconds, warm_up;
  sample_t start, warm, end;
  long allowed;
  int i, fails = 0, closed;

  own_path = argv[0];
  if (argc == 3 && strcmp(argv[1], "child") == 0)
    return be_child(argv[2]);
  seconds = argc > 1 ? strtoull(argv[1], NULL, 10) : 60;
  if (argc > 2)
    plan_leak(argv[2]);
  warm_up = seconds / 5 > 60 ? 60 : seconds / 5 + 1;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, on_alarm);
  start = sample();
  MUST(uv_loop_init(&loop));
  make_all();
  run_for(warm_up);
  warm = sample();
  run_for(seconds > warm_up ? seconds - warm_up : 1);
  end = sample();
  end_asyncs();
  uv_walk(&loop, close_left, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  closed = uv_loop_close(&loop);

  printf("%-26s %12s %16s %8s\n", "what", "how many", "bytes compared", "errors");
  for (i = 0; i < KINDS; i++) {
    printf("%-26s %12" PRIu64 " %16" PRIu64 " %8" PRIu64 "\n", kind_names[i], table[i].done, table[i].bytes,
           table[i].errors);
    fails |= table[i].errors > 0 || table[i].done == 0;
  }
  allowed = DRIFT_KIB + warm.memory / 20;
  printf("\n%-26s %12s %16s %8s\n", "", "at the start", "after warm-up", "end");
  printf("%-26s %12ld %16ld %8ld   may grow by %ld\n", "resident memory, KiB", start.memory, warm.memory, end.memory,
         allowed);
  printf("%-26s %12d %16d %8d   may not\n", "descriptors", start.descriptors, warm.descriptors, end.descriptors);
  printf("%-26s %12d %16d %8d   may not\n", "threads", start.threads, warm.threads, end.threads);
  if (end.memory > warm.memory + allowed || end.descriptors != warm.descriptors || end.threads != warm.threads) {
    printf("it drifts\n");
    fails = 1;
  }
  if (closed != 0) {
    printf("uv_loop_close: %s\n", uv_err_name(closed));
    fails = 1;
  }
  return fails;
}
