/* What is asked of the pool and not told yet, files that are watched, and children. */
#include "memory.h"

#include <signal.h>
#include <sys/stat.h>

static void on_fs(uv_fs_t* request) {
  (void) request;
}

static void paths(int count, char (*path)[64]) {
  const char* folder = new_folder();
  int i;
  for (i = 0; i < count; i++) {
    snprintf(path[i], sizeof(path[i]), "%s/%d", folder, i);
    CHECKED(mkdir(path[i], 0700));
  }
}

KIND(fs_stat_waiting, 20000, sizeof(uv_fs_t)) {
  uv_loop_t* loop = new_loop();
  uv_fs_t* requests = own(count, sizeof(*requests));
  int i;
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_fs_stat(loop, &requests[i], "/tmp/a/path/of/usual/length.txt", on_fs));
}

KIND(fs_rename_waiting, 20000, sizeof(uv_fs_t)) {
  uv_loop_t* loop = new_loop();
  uv_fs_t* requests = own(count, sizeof(*requests));
  int i;
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_fs_rename(loop, &requests[i], "/tmp/a/path/that/is/not", "/tmp/another/that/is/not", on_fs));
}

KIND(fs_write_waiting_10, 20000, sizeof(uv_fs_t)) {
  uv_loop_t* loop = new_loop();
  uv_fs_t* requests = own(count, sizeof(*requests));
  uv_buf_t bufs[10];
  int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  int i;
  for (i = 0; i < 10; i++)
    bufs[i] = uv_buf_init("0123456789", 10);
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_fs_write(loop, &requests[i], file, bufs, 10, -1, on_fs));
}

/* What a listing of so many files keeps until it is cleaned up. */
KIND(scandir_entry, 5000, 0) {
  char(*path)[64] = own(count, sizeof(*path));
  uv_loop_t* loop = new_loop();
  uv_fs_t* request = own(1, sizeof(*request));
  uv_dirent_t entry;
  paths(count, path);
  *strrchr(path[0], '/') = '\0';
  memory_start();
  CHECKED(uv_fs_scandir(loop, request, path[0], 0, NULL));
  CHECKED(uv_fs_scandir_next(request, &entry));
}

static void on_found(uv_getaddrinfo_t* request, int status, struct addrinfo* found) {
  (void) request;
  (void) status;
  (void) found;
}

KIND(getaddrinfo_waiting, 20000, sizeof(uv_getaddrinfo_t)) {
  uv_loop_t* loop = new_loop();
  uv_getaddrinfo_t* requests = own(count, sizeof(*requests));
  struct addrinfo hints;
  int i;
  memset(&hints, 0, sizeof(hints));
  hints.ai_socktype = SOCK_STREAM;
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_getaddrinfo(loop, &requests[i], on_found, "a-name.example.org", "https", &hints));
}

static void on_name(uv_getnameinfo_t* request, int status, const char* host, const char* service) {
  (void) request;
  (void) status;
  (void) host;
  (void) service;
}

KIND(getnameinfo_waiting, 20000, sizeof(uv_getnameinfo_t)) {
  uv_loop_t* loop = new_loop();
  uv_getnameinfo_t* requests = own(count, sizeof(*requests));
  struct sockaddr_in addr;
  int i;
  CHECKED(uv_ip4_addr("127.0.0.1", 80, &addr));
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_getnameinfo(loop, &requests[i], on_name, (struct sockaddr*) &addr, 0));
}

static void on_random(uv_random_t* request, int status, void* buf, size_t length) {
  (void) request;
  (void) status;
  (void) buf;
  (void) length;
}

KIND(random_waiting, 20000, sizeof(uv_random_t)) {
  static char bytes[16];
  uv_loop_t* loop = new_loop();
  uv_random_t* requests = own(count, sizeof(*requests));
  int i;
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_random(loop, &requests[i], bytes, sizeof(bytes), 0, on_random));
}

static void work(uv_work_t* request) {
  (void) request;
}

static void worked(uv_work_t* request, int status) {
  (void) request;
  (void) status;
}

KIND(work_waiting, 100000, sizeof(uv_work_t)) {
  uv_loop_t* loop = new_loop();
  uv_work_t* requests = own(count, sizeof(*requests));
  int i;
  hold_pool(loop);
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_queue_work(loop, &requests[i], work, worked));
}

static void on_event(uv_fs_event_t* handle, const char* name, int events, int status) {
  (void) handle;
  (void) name;
  (void) events;
  (void) status;
}

KIND(fs_event, 3000, sizeof(uv_fs_event_t)) {
  char(*path)[64] = own(count, sizeof(*path));
  uv_loop_t* loop = new_loop();
  uv_fs_event_t* handles = own(count, sizeof(*handles));
  int i;
  paths(count, path);
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_fs_event_init(loop, &handles[i]));
    CHECKED(uv_fs_event_start(&handles[i], on_event, path[i], 0));
  }
  uv_run(loop, UV_RUN_NOWAIT);
}

static void on_change(uv_fs_poll_t* handle, int status, const uv_stat_t* before, const uv_stat_t* now) {
  (void) handle;
  (void) status;
  (void) before;
  (void) now;
}

/* The first stat of each is done. */
KIND(fs_poll, 10000, sizeof(uv_fs_poll_t)) {
  uv_loop_t* loop = new_loop();
  uv_fs_poll_t* handles = own(count, sizeof(*handles));
  uv_timer_t timer;
  int i;
  memory_start();
  for (i = 0; i < count; i++) {
    CHECKED(uv_fs_poll_init(loop, &handles[i]));
    CHECKED(uv_fs_poll_start(&handles[i], on_change, "/tmp", 600000));
  }
  CHECKED(uv_timer_init(loop, &timer));
  for (i = 0; i < 200; i++) {
    usleep(1000);
    uv_run(loop, UV_RUN_NOWAIT);
  }
}

static void on_end(uv_process_t* process, int64_t status, int signal) {
  (void) process;
  (void) status;
  (void) signal;
}

/* They end with their input, which is this process's. */
KIND(process, 300, sizeof(uv_process_t)) {
  uv_loop_t* loop = new_loop();
  uv_process_t* processes = own(count, sizeof(*processes));
  char* arguments[] = {"cat", NULL};
  uv_stdio_container_t input;
  uv_process_options_t options;
  int ends[2];
  int i;
  CHECKED(pipe2(ends, O_CLOEXEC));
  memset(&options, 0, sizeof(options));
  input.flags = UV_INHERIT_FD;
  input.data.fd = ends[0];
  options.file = "cat";
  options.args = arguments;
  options.exit_cb = on_end;
  options.stdio = &input;
  options.stdio_count = 1;
  memory_start();
  for (i = 0; i < count; i++)
    CHECKED(uv_spawn(loop, &processes[i], &options));
  uv_run(loop, UV_RUN_NOWAIT);
}
