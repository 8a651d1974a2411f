/* One case, from its loop to what it leaves behind; small things for scenarios. */
#include "harness.h"

#include <dirent.h>
#include <stdio.h>

uv_loop_t* loop;

static uv_loop_t the_loop;

void run(void) {
  int left = uv_run(loop, UV_RUN_DEFAULT);
  if (left != 0)
    wrong("uv_run answers %d", left);
}

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

void run_case(struct scenario* scenario, int blocks) {
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
    close_all();
    left = uv_run(loop, UV_RUN_DEFAULT);
    closed = uv_loop_close(loop);
    if (left != 0)
      fail_kind("loop", "uv_run answers %d at the end", left);
    if (closed != 0)
      fail_kind("loop", "uv_loop_close is %s", uv_err_name(closed));
  }
  uv_library_shutdown();
  __atomic_store_n(&shim->armed, 0, __ATOMIC_SEQ_CST);

  look_for_requests();
  look_for_threads();
  look_for_children();
  if (open_descriptors(after, sizeof(after)) != fds)
    fail_kind("descriptors", "open were%s, now are%s", before, after);
  report->blocks = shim_count_blocks(&caller);
  if (report->blocks > blocks)
    fail_kind("memory", "%d blocks are left, usually %d, one taken at %p",
              report->blocks, blocks, caller);
}
