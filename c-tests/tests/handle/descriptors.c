/* No descriptor of the library reaches a program that is executed. */
#include "../process/spawn.h"
#include "../stream/streams.h"
#include "../tty/pty.h"

#include <dirent.h>

enum { MAX_FD = 1024 };

static char open_before[MAX_FD];
static int connected, accepted, opened;

/* Calls back for each open descriptor below MAX_FD: checkers have theirs above. */
static void each_fd(void (*visit)(int fd)) {
  struct dirent* entry;
  DIR* dir = opendir("/proc/self/fd");
  CHECK_NOT_NULL(dir);
  while ((entry = readdir(dir)) != NULL) {
    int fd = atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd < MAX_FD && fd != dirfd(dir))
      visit(fd);
  }
  closedir(dir);
}

static void note_open(int fd) {
  open_before[fd] = 1;
}

static int seen;

static void expect_close_on_exec(int fd) {
  char link[64];
  char target[128];
  ssize_t size;
  if (open_before[fd])
    return;
  seen++;
  if (fcntl(fd, F_GETFD) & FD_CLOEXEC)
    return;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  size = readlink(link, target, sizeof(target) - 1);
  target[size < 0 ? 0 : size] = '\0';
  FAIL("descriptor %d is left to executed programs: %s", fd, target);
}

/* What is new is at least this much. */
static void check_new_fds(int at_least) {
  seen = 0;
  each_fd(expect_close_on_exec);
  CHECK_GE(seen, at_least);
}

static void begin(void) {
  each_fd(note_open);
}

static void ignore_async(uv_async_t* async) { (void) async; }

static void ignore_signal(uv_signal_t* handle, int number) {
  (void) handle, (void) number;
}

static void ignore_event(uv_fs_event_t* handle, const char* name, int events,
                         int status) {
  (void) handle, (void) name, (void) events, (void) status;
}

static void ignore_poll(uv_fs_poll_t* handle, int status,
                        const uv_stat_t* before, const uv_stat_t* now) {
  (void) handle, (void) status, (void) before, (void) now;
}

static void no_work(uv_work_t* req) { (void) req; }

TEST(close_on_exec_loops) {
  uv_loop_t* loop = uv_default_loop();
  uv_loop_t other;
  uv_async_t async;
  uv_signal_t signal;
  uv_fs_event_t event;
  uv_fs_poll_t poll;
  uv_work_t work;
  begin();
  CHECK_OK(uv_loop_init(&other));
  CHECK_OK(uv_async_init(loop, &async, ignore_async));
  CHECK_OK(uv_async_send(&async));
  CHECK_OK(uv_signal_init(loop, &signal));
  CHECK_OK(uv_signal_start(&signal, ignore_signal, SIGUSR1));
  CHECK_OK(uv_fs_event_init(loop, &event));
  CHECK_OK(uv_fs_event_start(&event, ignore_event, ".", 0));
  CHECK_OK(uv_fs_poll_init(loop, &poll));
  CHECK_OK(uv_fs_poll_start(&poll, ignore_poll, ".", 100));
  CHECK_OK(uv_queue_work(loop, &work, no_work, NULL));
  uv_run(loop, UV_RUN_NOWAIT);
  check_new_fds(4);
  CHECK_OK(uv_loop_close(&other));
  finish_loop(loop);
}

static void on_connect(uv_connect_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  connected++;
}

static void on_connection(uv_stream_t* server, int status) {
  static union { uv_tcp_t tcp; uv_pipe_t pipe; } peers[2];
  CHECK_OK(status);
  if (server->type == UV_TCP)
    CHECK_OK(uv_tcp_init(server->loop, &peers[accepted].tcp));
  else
    CHECK_OK(uv_pipe_init(server->loop, &peers[accepted].pipe, 0));
  CHECK_OK(uv_accept(server, STREAM(&peers[accepted])));
  accepted++;
}

TEST(close_on_exec_sockets) {
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t tcp_server, tcp, tcp_now;
  uv_pipe_t pipe_server, pipe;
  uv_udp_t udp, udp_now;
  uv_connect_t reqs[2];
  uv_file ends[2];
  uv_os_sock_t sockets[2];
  struct sockaddr_in address = loopback4(0);
  const char* path = fresh_pipe_path();
  int i;
  begin();
  tcp_client(loop, &tcp, &reqs[0],
             tcp_serve(loop, &tcp_server, 8, on_connection), on_connect);
  CHECK_OK(uv_tcp_init_ex(loop, &tcp_now, AF_INET));
  CHECK_OK(uv_pipe_init(loop, &pipe_server, 0));
  CHECK_OK(uv_pipe_bind(&pipe_server, path));
  CHECK_OK(uv_listen(STREAM(&pipe_server), 8, on_connection));
  CHECK_OK(uv_pipe_init(loop, &pipe, 0));
  uv_pipe_connect(&reqs[1], &pipe, path, on_connect);
  CHECK_OK(uv_udp_init(loop, &udp));
  CHECK_OK(uv_udp_bind(&udp, ADDR(&address), 0));
  CHECK_OK(uv_udp_init_ex(loop, &udp_now, AF_INET));
  CHECK_OK(uv_pipe(ends, 0, UV_NONBLOCK_PIPE));
  CHECK_OK(uv_socketpair(SOCK_STREAM, 0, sockets, 0, UV_NONBLOCK_PIPE));
  run_until(loop, &connected, 2);
  run_until(loop, &accepted, 2);
  check_new_fds(13);
  for (i = 0; i < 2; i++) {
    CHECK_EQ(close(ends[i]), 0);
    CHECK_EQ(close(sockets[i]), 0);
  }
  finish_loop(loop);
}

static void on_open(uv_fs_t* req) {
  CHECK_GE(req->result, 0);
  opened++;
}

TEST(close_on_exec_files) {
  uv_loop_t* loop = uv_default_loop();
  uv_fs_t reqs[4];
  uv_fs_t req;
  uv_fs_t open_dir;
  int i;
  begin();
  CHECK_GE(uv_fs_open(NULL, &reqs[0], "file", O_CREAT | O_RDWR, 0600, NULL), 0);
  CHECK_OK(uv_fs_open(loop, &reqs[1], "file", O_RDONLY, 0, on_open));
  CHECK_GE(uv_fs_mkstemp(NULL, &reqs[2], "one.XXXXXX", NULL), 0);
  CHECK_OK(uv_fs_mkstemp(loop, &reqs[3], "two.XXXXXX", on_open));
  CHECK_OK(uv_fs_opendir(NULL, &open_dir, ".", NULL));
  run_until(loop, &opened, 2);
  check_new_fds(5);
  CHECK_OK(uv_fs_closedir(NULL, &req, open_dir.ptr, NULL));
  uv_fs_req_cleanup(&req);
  uv_fs_req_cleanup(&open_dir);
  for (i = 0; i < 4; i++) {
    CHECK_OK(uv_fs_close(NULL, &req, (uv_file) reqs[i].result, NULL));
    uv_fs_req_cleanup(&req);
    uv_fs_req_cleanup(&reqs[i]);
  }
  finish_loop(loop);
}

/* Says by its status whether a descriptor was left to it. */
HELPER(close_on_exec_child) {
  int fd;
  for (fd = 3; fd < MAX_FD; fd++)
    if (fcntl(fd, F_GETFD) >= 0)
      return 1;
  return 0;
}

TEST(close_on_exec_children) {
  uv_loop_t* loop = uv_default_loop();
  uv_pipe_t pipes[2];
  uv_tty_t tty;
  uv_fs_event_t event;
  struct pty pty = pty_open();
  int i;
  CHECK_EQ(fcntl(pty.master, F_SETFD, FD_CLOEXEC), 0);
  CHECK_EQ(fcntl(pty.slave, F_SETFD, FD_CLOEXEC), 0);
  begin();
  CHECK_OK(uv_tty_init(loop, &tty, pty.slave, 0));
  CHECK_OK(uv_fs_event_init(loop, &event));
  CHECK_OK(uv_fs_event_start(&event, ignore_event, ".", 0));
  prepare_child("close_on_exec_child");
  for (i = 0; i < 2; i++)
    stdio_pipe(&pipes[i], UV_READABLE_PIPE | UV_WRITABLE_PIPE);
  stdio_fd(2);
  spawn_child();
  check_new_fds(4);
  run_until(loop, &exits, 1);
  CHECK_EQ(exit_status, 0);
  CHECK_EQ(term_signal, 0);
  close_handles(loop);
  close(pty.master);
  close(pty.slave);
  finish_loop(loop);
}
