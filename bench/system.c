/* Processes, threads and names. */
#include "bench.h"

#include <signal.h>
#include <sys/resource.h>

static long left;
static uv_process_t process;
static uv_process_options_t options;

static void start_process(void);

static void on_closed(uv_handle_t* handle) {
  (void) handle;
  if (--left > 0)
    start_process();
  else
    uv_stop(uv_default_loop());
}

static void on_exited(uv_process_t* handle, int64_t status, int signal) {
  (void) signal;
  if (status != 0)
    abort();
  uv_close((uv_handle_t*) handle, on_closed);
}

static void start_process(void) {
  static char* arguments[] = {"true", NULL};
  options.file = "/bin/true";
  options.args = arguments;
  options.exit_cb = on_exited;
  BENCH_OK(uv_spawn(uv_default_loop(), &process, &options));
}

static void spawn_all(void) {
  long count = bench_scale(1000);
  left = count;
  bench_start();
  start_process();
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  bench_report((double) count);
}

BENCH(spawn_small_parent) {
  spawn_all();
}

static void spawn_beside(size_t resident) {
  char* memory = malloc(resident);
  memset(memory, 1, resident);
  spawn_all();
  free(memory);
}

BENCH(spawn_1gib_parent) {
  spawn_beside((size_t) 1 << 30);
}

BENCH(spawn_2gib_parent) {
  spawn_beside((size_t) 2 << 30);
}

#define OTHERS 1000

BENCH(spawn_1000_live) {
  static uv_process_t others[OTHERS];
  static char* arguments[] = {"sleep", "1000", NULL};
  uv_process_options_t sleeper = {.file = "/bin/sleep", .args = arguments};
  struct rlimit descriptors;
  int i;

  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  for (i = 0; i < OTHERS; i++)
    BENCH_OK(uv_spawn(uv_default_loop(), &others[i], &sleeper));
  spawn_all();
  for (i = 0; i < OTHERS; i++) {
    BENCH_OK(uv_process_kill(&others[i], SIGKILL));
    uv_close((uv_handle_t*) &others[i], NULL);
  }
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}

static void nothing(void* arg) {
  (void) arg;
}

BENCH(thread_create) {
  uv_thread_t thread;
  long count = bench_scale(20000);
  long i;

  bench_start();
  for (i = 0; i < count; i++) {
    BENCH_OK(uv_thread_create(&thread, nothing, NULL));
    BENCH_OK(uv_thread_join(&thread));
  }
  bench_report((double) count);
}

static void on_address(uv_getaddrinfo_t* request, int status, struct addrinfo* addresses) {
  (void) status;
  uv_freeaddrinfo(addresses);
  if (left-- > 0)
    BENCH_OK(uv_getaddrinfo(uv_default_loop(), request, on_address, "127.0.0.1", "80", NULL));
}

BENCH(getaddrinfo) {
  uv_getaddrinfo_t requests[10];
  long count = bench_scale(50000);
  int i;

  left = count;
  bench_start();
  for (i = 0; i < 10; i++) {
    left--;
    BENCH_OK(uv_getaddrinfo(uv_default_loop(), &requests[i], on_address, "127.0.0.1", "80", NULL));
  }
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  bench_report((double) count);
}
