/* The functions of test.h. */
#include "runner.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/prctl.h>
#endif

enum {
  MAX_TRACKED_FD = 1024,
  NOBODY = 65534,
  WAIT_LIMIT_MS = 20000,
  FEW_FDS = 64
};

static unsigned char open_at_start[MAX_TRACKED_FD];

/* ---- Checks ---- */

/* Where a process may have few descriptors: how many it has left. A check that
 * failed for want of them is told apart by that. */
static void tell_shortage(int error) {
  struct rlimit limit;
  int used = 0;
  int fd;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > FEW_FDS)
    return;
  for (fd = 0; fd < (int) limit.rlim_cur; fd++)
    used += fcntl(fd, F_GETFD) != -1;
  fprintf(stderr, "descriptors: %d of %d in use, errno %d\n", used,
          (int) limit.rlim_cur, error);
}

void test_fail(const char* file, int line, const char* format, ...) {
  int error = errno;
  va_list args;
  fflush(stdout);
  flockfile(stderr);
  fprintf(stderr, "%s:%d: ", file, line);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  tell_shortage(error);
  funlockfile(stderr);
  abort();
}

void test_skip(const char* format, ...) {
  va_list args;
  fputs(SKIP_MARK, stdout);
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  putchar('\n');
  fflush(stdout);
  _exit(EXIT_SKIPPED);
}

void test_check_mem(const char* file, int line, const char* what,
                    const void* a, const void* b, size_t size) {
  const unsigned char* left = a;
  const unsigned char* right = b;
  size_t i;
  for (i = 0; i < size; i++)
    if (left[i] != right[i])
      test_fail(file, line, "CHECK_MEM_EQ(%s): byte %zu of %zu: 0x%02x, 0x%02x",
                what, i, size, left[i], right[i]);
}

const char* test_status(intmax_t status) {
  return status < 0 && status >= INT32_MIN ? uv_strerror((int) status)
                                           : "not an error code";
}

/* ---- The test's own process ---- */

void test_use_io_uring(uv_loop_t* loop) {
  if (test_uses_io_uring())
    CHECK_OK(uv_loop_configure(loop, UV_LOOP_USE_IO_URING_SQPOLL));
}

int is_other_libuv(void) {
  return getenv("UV_TESTS_OTHER") != NULL;
}

int is_under_valgrind(void) {
  const char* preloaded = getenv("LD_PRELOAD");
  return preloaded != NULL && strstr(preloaded, "valgrind") != NULL;
}

int soak_size(int usual, int full) {
  const char* text = getenv("UV_TESTS_SOAK");
  return text != NULL && atoi(text) != 0 ? full : usual;
}

void drop_privileges(void) {
  if (geteuid() != 0)
    return;
  CHECK_EQ(chown(".", NOBODY, NOBODY), 0);
  CHECK_EQ(setgroups(0, NULL), 0);
  CHECK_EQ(setgid(NOBODY), 0);
  CHECK_EQ(setuid(NOBODY), 0);
#ifdef __linux__
  /* A change of user hides /proc/self from its process. */
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
#endif
}

/* Calls back for each open descriptor, except the one used to look. */
static int each_open_fd(void (*visit)(int fd, void* data), void* data) {
  int count = 0;
  struct dirent* entry;
  DIR* dir = opendir("/proc/self/fd");
  if (dir == NULL)
    return -1;
  while ((entry = readdir(dir)) != NULL) {
    int fd = entry->d_name[0] == '.' ? -1 : atoi(entry->d_name);
    /* Checkers such as valgrind keep theirs above the ordinary ones. */
    if (fd < 0 || fd >= MAX_TRACKED_FD || fd == dirfd(dir))
      continue;
    count++;
    if (visit != NULL)
      visit(fd, data);
  }
  closedir(dir);
  return count;
}

void need_descriptors(int count) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < (rlim_t) count)
    SKIP("fewer than %d descriptors are allowed", count);
}

int count_open_fds(void) {
  return each_open_fd(NULL, NULL);
}

static void mark_open(int fd, void* data) {
  (void) data;
  open_at_start[fd] = 1;
}

void rebase_open_fds(void) {
  memset(open_at_start, 0, sizeof(open_at_start));
  each_open_fd(mark_open, NULL);
}

static void report_leaked(int fd, void* data) {
  char link[64];
  char target[256];
  ssize_t length;
  if (open_at_start[fd])
    return;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  length = readlink(link, target, sizeof(target) - 1);
  target[length < 0 ? 0 : length] = '\0';
  fprintf(stderr, "descriptor %d was left open: %s\n", fd, target);
  ++*(int*) data;
}

static void close_unless_closing(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

void test_close_handles(const char* file, int line, uv_loop_t* loop) {
  int status;
  uv_walk(loop, close_unless_closing, NULL);
  status = uv_run(loop, UV_RUN_DEFAULT);
  if (status != 0)
    test_fail(file, line, "the loop did not run dry: uv_run returned %d",
              status);
}

void test_finish_loop(const char* file, int line, uv_loop_t* loop) {
  int leaked = 0;
  int status;
  test_close_handles(file, line, loop);
  status = uv_loop_close(loop);
  if (status != 0)
    test_fail(file, line, "uv_loop_close: %d (%s)", status,
              test_status(status));
  uv_library_shutdown();
  each_open_fd(report_leaked, &leaked);
  if (leaked != 0)
    test_fail(file, line, "%d descriptors were left open", leaked);
}

uv_loop_t* test_default_loop(const char* file, int line) {
  uv_loop_t* loop = (uv_default_loop)();
  if (loop == NULL)
    test_fail(file, line, "there is no default loop");
  return loop;
}

/* ---- Time ---- */

uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}

uint64_t scaled_ms(uint64_t ms) {
  return (uint64_t) ((double) ms * time_scale());
}

int test_is_slow(void) {
  return time_scale() > 1;
}

void test_run_until(const char* file, int line, uv_loop_t* loop,
                    const int* flag, int value) {
  uint64_t deadline = now_ms() + scaled_ms(WAIT_LIMIT_MS);
  while (*flag < value) {
    if (uv_run(loop, UV_RUN_ONCE) == 0 && *flag < value)
      test_fail(file, line, "the loop ended at %d, before %d", *flag, value);
    if (now_ms() > deadline)
      test_fail(file, line, "still at %d instead of %d", *flag, value);
  }
}

int counter_add(struct counter* counter, int amount) {
  int value;
  pthread_mutex_lock(&counter->mutex);
  value = counter->value += amount;
  pthread_cond_broadcast(&counter->changed);
  pthread_mutex_unlock(&counter->mutex);
  return value;
}

int counter_get(struct counter* counter) {
  return counter_add(counter, 0);
}

void test_counter_wait(const char* file, int line, struct counter* counter,
                       int at_least) {
  struct timespec deadline;
  int value;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += (time_t) (scaled_ms(WAIT_LIMIT_MS) / 1000);
  pthread_mutex_lock(&counter->mutex);
  while (counter->value < at_least)
    if (pthread_cond_timedwait(&counter->changed, &counter->mutex, &deadline))
      break;
  value = counter->value;
  pthread_mutex_unlock(&counter->mutex);
  if (value < at_least)
    test_fail(file, line, "still at %d instead of %d", value, at_least);
}

/* ---- Addresses ---- */

struct sockaddr_in loopback4(int port) {
  struct sockaddr_in addr;
  memset(&addr, 0, sizeof(addr));
  addr.sin_family = AF_INET;
  addr.sin_port = htons((uint16_t) port);
  addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return addr;
}

struct sockaddr_in6 loopback6(int port) {
  struct sockaddr_in6 addr;
  memset(&addr, 0, sizeof(addr));
  addr.sin6_family = AF_INET6;
  addr.sin6_port = htons((uint16_t) port);
  addr.sin6_addr = in6addr_loopback;
  return addr;
}

struct sockaddr_in any4(int port) {
  struct sockaddr_in addr = loopback4(port);
  addr.sin_addr.s_addr = htonl(INADDR_ANY);
  return addr;
}

struct sockaddr_in6 any6(int port) {
  struct sockaddr_in6 addr = loopback6(port);
  addr.sin6_addr = in6addr_any;
  return addr;
}

int has_ipv6(void) {
  struct sockaddr_in6 addr = loopback6(0);
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  int works;
  if (fd < 0)
    return 0;
  works = bind(fd, (struct sockaddr*) &addr, sizeof(addr)) == 0;
  close(fd);
  return works;
}

static int port_of(const struct sockaddr_storage* addr) {
  if (addr->ss_family == AF_INET6)
    return ntohs(((const struct sockaddr_in6*) addr)->sin6_port);
  return ntohs(((const struct sockaddr_in*) addr)->sin_port);
}

int tcp_port(const uv_tcp_t* handle) {
  struct sockaddr_storage addr;
  int length = sizeof(addr);
  CHECK_OK(uv_tcp_getsockname(handle, (struct sockaddr*) &addr, &length));
  return port_of(&addr);
}

int udp_port(const uv_udp_t* handle) {
  struct sockaddr_storage addr;
  int length = sizeof(addr);
  CHECK_OK(uv_udp_getsockname(handle, (struct sockaddr*) &addr, &length));
  return port_of(&addr);
}

static int free_port(int type) {
  struct sockaddr_in addr = loopback4(0);
  socklen_t length = sizeof(addr);
  int fd = socket(AF_INET, type, 0);
  CHECK_GE(fd, 0);
  CHECK_EQ(bind(fd, (struct sockaddr*) &addr, sizeof(addr)), 0);
  CHECK_EQ(getsockname(fd, (struct sockaddr*) &addr, &length), 0);
  close(fd);
  return ntohs(addr.sin_port);
}

int free_tcp_port(void) {
  return free_port(SOCK_STREAM);
}

int free_udp_port(void) {
  return free_port(SOCK_DGRAM);
}

const char* fresh_pipe_path(void) {
  enum { MOST = 64, SUN_PATH_MAX = 100 };
  static char paths[MOST][SUN_PATH_MAX];
  static int used;
  char here[SUN_PATH_MAX - 16];
  CHECK_LT(used, MOST);
  CHECK_NOT_NULL(getcwd(here, sizeof(here)));
  snprintf(paths[used], sizeof(paths[used]), "%s/pipe%d-%d", here,
           (int) getpid() % 100000, used);
  return paths[used++];
}

/* ---- Files ---- */

void write_file(const char* path, const void* data, size_t size) {
  FILE* file = fopen(path, "wb");
  CHECK_NOT_NULL(file);
  CHECK_EQ(fwrite(data, 1, size, file), size);
  CHECK_EQ(fclose(file), 0);
}

char* read_file(const char* path, size_t* size) {
  struct stat info;
  char* data;
  size_t got;
  FILE* file = fopen(path, "rb");
  CHECK_NOT_NULL(file);
  CHECK_EQ(fstat(fileno(file), &info), 0);
  data = malloc((size_t) info.st_size + 1);
  CHECK_NOT_NULL(data);
  got = fread(data, 1, (size_t) info.st_size, file);
  data[got] = '\0';
  fclose(file);
  if (size != NULL)
    *size = got;
  return data;
}

const char* known_host(void) {
  struct addrinfo* found;
  if (getaddrinfo("localhost", NULL, NULL, &found) != 0)
    return "127.0.0.1";
  freeaddrinfo(found);
  return "localhost";
}
