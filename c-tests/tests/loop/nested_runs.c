/* uv_run inside a callback: whatever the outer run has taken in hand is found
 * by the inner one, and the outer one goes on as if nothing had been. */
#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TWO 2

static uv_loop_t* loop;
static int told[TWO];

/* The first that is told runs the loop until the other one is told as well.
 * Nothing is waited for: what is told here was ready before. */
static void tell(int which) {
  int turn;
  told[which]++;
  if (told[!which] == 0) {
    for (turn = 0; turn < 100 && told[!which] == 0; turn++)
      uv_run(loop, UV_RUN_NOWAIT);
    CHECK_EQ(told[!which], 1);
  }
}

/* The same for what may still be with a worker. */
static void tell_awaited(int which) {
  told[which]++;
  while (told[!which] == 0)
    CHECK(uv_run(loop, UV_RUN_ONCE) || told[!which]);
}

static void begin(void) {
  loop = uv_default_loop();
  memset(told, 0, sizeof(told));
}

static void end(void) {
  run_until(loop, &told[0], 1);
  run_until(loop, &told[1], 1);
  CHECK_EQ(told[0], 1);
  CHECK_EQ(told[1], 1);
  finish_loop(loop);
}

/* ---- Streams ---- */

static uv_pipe_t pipes[TWO];

static void on_alloc(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  static char memory[64];
  (void) handle;
  (void) size;
  *buf = uv_buf_init(memory, sizeof(memory));
}

static void open_pair(uv_pipe_t* pipe, int* other) {
  int fds[2];
  CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  CHECK_OK(uv_pipe_init(loop, pipe, 0));
  CHECK_OK(uv_pipe_open(pipe, fds[0]));
  *other = fds[1];
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nread, 1);
  uv_close((uv_handle_t*) stream, NULL);
  tell((uv_pipe_t*) stream == &pipes[1]);
}

TEST(nested_run_tells_other_streams) {
  int others[TWO];
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    open_pair(&pipes[i], &others[i]);
    CHECK_EQ(write(others[i], "x", 1), 1);
    CHECK_OK(uv_read_start((uv_stream_t*) &pipes[i], on_alloc, on_read));
  }
  run_dry();
  for (i = 0; i < TWO; i++)
    CHECK_OK(close(others[i]));
  end();
}

static void on_write(uv_write_t* write, int status) {
  CHECK_OK(status);
  uv_close((uv_handle_t*) write->handle, NULL);
  tell(write->handle == (uv_stream_t*) &pipes[1]);
}

TEST(nested_run_tells_other_writes) {
  uv_buf_t buf = uv_buf_init("x", 1);
  uv_write_t writes[TWO];
  int others[TWO];
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    open_pair(&pipes[i], &others[i]);
    CHECK_OK(uv_write(&writes[i], (uv_stream_t*) &pipes[i], &buf, 1, on_write));
  }
  run_dry();
  for (i = 0; i < TWO; i++)
    CHECK_OK(close(others[i]));
  end();
}

/* ---- A handle in its own callback ---- */

static int depth;
static int closed;

static void on_own_close(uv_handle_t* handle) {
  CHECK_EQ(depth, 0); /* its memory may go now: nobody may be inside */
  memset(handle, 0xd5, sizeof(uv_pipe_t));
  closed = 1;
}

static void on_own_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buf) {
  (void) buf;
  CHECK_EQ(nread, 1);
  depth++;
  uv_close((uv_handle_t*) stream, on_own_close);
  /* It does not keep the inner run: that would wait for its own caller. */
  CHECK_EQ(uv_run(loop, UV_RUN_DEFAULT), 0);
  depth--;
}

TEST(nested_run_does_not_give_back_the_handle_that_is_told) {
  int other;
  begin();
  open_pair(&pipes[0], &other);
  CHECK_EQ(write(other, "x", 1), 1);
  CHECK_OK(uv_read_start((uv_stream_t*) &pipes[0], on_alloc, on_own_read));
  run_dry();
  CHECK_EQ(closed, 1);
  CHECK_OK(close(other));
  finish_loop(loop);
}

static void on_own_poll(uv_poll_t* handle, int status, int events) {
  (void) events;
  CHECK_OK(status);
  depth++;
  uv_close((uv_handle_t*) handle, on_own_close);
  CHECK_EQ(uv_run(loop, UV_RUN_DEFAULT), 0);
  depth--;
}

TEST(nested_run_does_not_give_back_the_poll_that_is_told) {
  union { uv_poll_t poll; uv_pipe_t room; } handle;
  int fds[2];
  begin();
  CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  CHECK_OK(uv_poll_init(loop, &handle.poll, fds[0]));
  CHECK_OK(uv_poll_start(&handle.poll, UV_WRITABLE, on_own_poll));
  run_dry();
  CHECK_EQ(closed, 1);
  CHECK_OK(close(fds[0]));
  CHECK_OK(close(fds[1]));
  finish_loop(loop);
}

static void on_own_recv(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned int flags) {
  (void) buf;
  (void) flags;
  if (nread == 0 && from == NULL)
    return;
  CHECK_EQ(nread, 1);
  depth++;
  uv_close((uv_handle_t*) handle, on_own_close);
  CHECK_EQ(uv_run(loop, UV_RUN_DEFAULT), 0);
  depth--;
}

TEST(nested_run_does_not_give_back_the_udp_that_is_told) {
  union { uv_udp_t udp; uv_pipe_t room; } handle;
  struct sockaddr_in address = loopback4(0);
  uv_buf_t buf = uv_buf_init("x", 1);
  begin();
  CHECK_OK(uv_udp_init(loop, &handle.udp));
  CHECK_OK(uv_udp_bind(&handle.udp, (struct sockaddr*) &address, 0));
  address = loopback4(udp_port(&handle.udp));
  CHECK_OK(uv_udp_recv_start(&handle.udp, on_alloc, on_own_recv));
  CHECK_EQ(uv_udp_try_send(&handle.udp, &buf, 1, (struct sockaddr*) &address), 1);
  run_dry();
  CHECK_EQ(closed, 1);
  finish_loop(loop);
}

/* ---- Timers, phases, closings ---- */

static uv_timer_t timers[TWO];

static void on_timer(uv_timer_t* timer) {
  tell(timer == &timers[1]);
}

TEST(nested_run_calls_other_due_timers) {
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    CHECK_OK(uv_timer_start(&timers[i], on_timer, 0, 0));
  }
  run_dry();
  end();
}

static void on_repeat(uv_timer_t* timer) {
  int which = timer == &timers[1];
  if (told[which] == 0)
    tell(which);
  if (told[0] != 0 && told[1] != 0) {
    CHECK_OK(uv_timer_stop(&timers[0]));
    CHECK_OK(uv_timer_stop(&timers[1]));
  }
}

TEST(nested_run_calls_other_due_repeating_timers) {
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    CHECK_OK(uv_timer_start(&timers[i], on_repeat, 0, 1));
  }
  run_dry();
  end();
}

#define PHASE_TEST(phase)                                                      \
  static uv_##phase##_t phase##_handles[TWO];                                  \
  static void on_##phase(uv_##phase##_t* handle) {                             \
    int which = handle == &phase##_handles[1];                                 \
    CHECK_OK(uv_##phase##_stop(handle));                                       \
    tell(which);                                                               \
  }                                                                            \
  TEST(nested_run_calls_other_##phase##_handles) {                             \
    int i;                                                                     \
    begin();                                                                   \
    for (i = 0; i < TWO; i++) {                                                \
      CHECK_OK(uv_##phase##_init(loop, &phase##_handles[i]));                  \
      CHECK_OK(uv_##phase##_start(&phase##_handles[i], on_##phase));           \
    }                                                                          \
    uv_run(loop, UV_RUN_NOWAIT);                                               \
    end();                                                                     \
  }

PHASE_TEST(idle)
PHASE_TEST(prepare)
PHASE_TEST(check)

static void on_close(uv_handle_t* handle) {
  tell(handle == (uv_handle_t*) &timers[1]);
}

TEST(nested_run_finishes_other_closings) {
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    CHECK_OK(uv_timer_init(loop, &timers[i]));
    uv_close((uv_handle_t*) &timers[i], on_close);
  }
  run_dry();
  end();
}

/* ---- Asyncs, work, files ---- */

static uv_async_t asyncs[TWO];

static void on_async(uv_async_t* handle) {
  int which = handle == &asyncs[1];
  uv_close((uv_handle_t*) handle, NULL);
  tell(which);
}

TEST(nested_run_calls_other_asyncs) {
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    CHECK_OK(uv_async_init(loop, &asyncs[i], on_async));
    CHECK_OK(uv_async_send(&asyncs[i]));
  }
  run_dry();
  end();
}

static uv_work_t works[TWO];
static struct counter worked = COUNTER_INIT;

static void on_work(uv_work_t* work) {
  (void) work;
  counter_add(&worked, 1);
}

static void after_work(uv_work_t* work, int status) {
  CHECK_OK(status);
  tell_awaited(work == &works[1]);
}

static void on_more_work(uv_work_t* work) {
  (void) work;
}

static void after_more_work(uv_work_t* work, int status) {
  (void) work;
  CHECK_OK(status);
}

TEST(nested_run_tells_other_finished_work) {
  uv_work_t more;
  int i;
  begin();
  for (i = 0; i < TWO; i++)
    CHECK_OK(uv_queue_work(loop, &works[i], on_work, after_work));
  /* Both functions have run: mostly, both are on their way back. */
  counter_wait(&worked, TWO);
  CHECK_OK(uv_queue_work(loop, &more, on_more_work, after_more_work));
  run_dry();
  end();
}

static uv_fs_t files[TWO];

static void on_stat(uv_fs_t* req) {
  CHECK_EQ(req->result, 0);
  tell_awaited(req == &files[1]);
  uv_fs_req_cleanup(req);
}

TEST(nested_run_tells_other_file_operations) {
  int i;
  begin();
  for (i = 0; i < TWO; i++)
    CHECK_OK(uv_fs_stat(loop, &files[i], ".", on_stat));
  for (i = 0; i < 2000 && told[0] + told[1] == 0; i++)
    uv_run(loop, UV_RUN_ONCE);
  run_dry();
  end();
}

/* ---- Signals and processes ---- */

static uv_signal_t signals[TWO];

static void on_signal(uv_signal_t* handle, int signum) {
  int which = handle == &signals[1];
  (void) signum;
  uv_close((uv_handle_t*) handle, NULL);
  tell(which);
}

TEST(nested_run_tells_other_signal_handles) {
  int i;
  begin();
  for (i = 0; i < TWO; i++) {
    CHECK_OK(uv_signal_init(loop, &signals[i]));
    CHECK_OK(uv_signal_start(&signals[i], on_signal, SIGUSR1));
  }
  CHECK_OK(raise(SIGUSR1));
  run_dry();
  end();
}

HELPER(nested_run_child) {
  return 0;
}

static uv_process_t processes[TWO];

static void on_exit_of(uv_process_t* process, int64_t status, int signum) {
  CHECK_EQ(status, 0);
  CHECK_EQ(signum, 0);
  uv_close((uv_handle_t*) process, NULL);
  tell(process == &processes[1]);
}

/* Waits for the ends of both children, which stay to be collected. */
static void wait_for_ends(void) {
  siginfo_t info;
  int i;
  for (i = 0; i < TWO; i++)
    CHECK_OK(waitid(P_PID, (id_t) processes[i].pid, &info, WEXITED | WNOWAIT));
}

TEST(nested_run_tells_other_processes) {
  char* arguments[] = {(char*) test_exepath(), "nested_run_child", NULL};
  uv_process_options_t options;
  int i;
  begin();
  memset(&options, 0, sizeof(options));
  options.file = test_exepath();
  options.args = arguments;
  options.exit_cb = on_exit_of;
  for (i = 0; i < TWO; i++)
    CHECK_OK(uv_spawn(loop, &processes[i], &options));
  wait_for_ends();
  run_dry();
  end();
}

/* ---- The outer run afterwards ---- */

static uv_async_t waker;
static pid_t loop_thread;
static int woken;
static struct counter returned = COUNTER_INIT;

static void on_woken(uv_async_t* handle) {
  woken++;
  uv_close((uv_handle_t*) handle, NULL);
}

static char state_of(pid_t thread) {
  char path[64];
  char text[512];
  ssize_t size;
  int fd;
  snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int) thread);
  fd = open(path, O_RDONLY | O_CLOEXEC);
  CHECK_GE(fd, 0);
  size = read(fd, text, sizeof(text) - 1);
  CHECK_OK(close(fd));
  CHECK_GT(size, 0);
  text[size] = '\0';
  return strrchr(text, ')')[2];
}

/* Waits until the loop's thread sleeps, and sends. */
static void send_to_sleeper(void* argument) {
  (void) argument;
  counter_wait(&returned, 1);
  while (state_of(loop_thread) != 'S')
    sched_yield();
  CHECK_OK(uv_async_send(&waker));
}

static void on_nesting_timer(uv_timer_t* timer) {
  uv_run(timer->loop, UV_RUN_NOWAIT);
  uv_close((uv_handle_t*) timer, NULL);
  counter_add(&returned, 1);
}

TEST(nested_run_leaves_the_outer_one_to_be_woken) {
  uv_thread_t thread;
  begin();
  loop_thread = getpid();
  CHECK_OK(uv_async_init(loop, &waker, on_woken));
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_nesting_timer, 0, 0));
  CHECK_OK(uv_thread_create(&thread, send_to_sleeper, NULL));
  run_dry();
  CHECK_EQ(woken, 1);
  CHECK_OK(uv_thread_join(&thread));
  finish_loop(loop);
}

static void on_stopping_timer(uv_timer_t* timer) {
  uv_stop(timer->loop);
  uv_run(timer->loop, UV_RUN_DEFAULT);
  told[0]++;
}

/* uv_stop ends the innermost run. */
TEST(nested_run_is_the_one_that_is_stopped) {
  begin();
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_stopping_timer, 0, 0));
  run_dry();
  CHECK_EQ(told[0], 1);
  finish_loop(loop);
}

static void on_closing_timer(uv_timer_t* timer) {
  CHECK_ERR(UV_EBUSY, uv_loop_close(timer->loop));
  told[0]++;
}

TEST(nested_loop_close_is_refused) {
  begin();
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_closing_timer, 0, 0));
  run_dry();
  CHECK_EQ(told[0], 1);
  finish_loop(loop);
}

/* ---- What the outer run was notified of, but has not come to ---- */

static uv_async_t late_async;
static uv_work_t late_work;
static uv_fs_t late_stat;

static void on_late_async(uv_async_t* handle) {
  uv_close((uv_handle_t*) handle, NULL);
  told[1]++;
}

static void send_late(uv_work_t* req) {
  (void) req;
  CHECK_OK(uv_async_send(&late_async));
}

static void after_late(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  tell_awaited(0);
}

static void on_late_timer(uv_timer_t* timer) {
  (void) timer;
  CHECK_OK(uv_queue_work(loop, &late_work, send_late, after_late));
  uv_sleep(50); /* so that both have come before the loop looks; it is right in any case */
}

TEST(nested_run_in_after_work_tells_asyncs) {
  begin();
  CHECK_OK(uv_async_init(loop, &late_async, on_late_async));
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_late_timer, 0, 0));
  end();
}

static void on_late_stat(uv_fs_t* req) {
  uv_fs_req_cleanup(req);
  tell_awaited(0);
}

static void on_stat_timer(uv_timer_t* timer) {
  (void) timer;
  CHECK_OK(uv_fs_stat(loop, &late_stat, ".", on_late_stat)); /* is answered at once */
  CHECK_OK(uv_async_send(&late_async));
}

TEST(nested_run_in_a_stat_tells_asyncs) {
  static int stats;
  uv_fs_t req;
  begin();
  for (stats = 0; stats < 3; stats++) {
    CHECK_OK(uv_fs_stat(loop, &req, ".", uv_fs_req_cleanup));
    run_dry();
  }
  CHECK_OK(uv_async_init(loop, &late_async, on_late_async));
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_stat_timer, 0, 0));
  end();
}

static struct counter work_done = COUNTER_INIT;

static void note_done(uv_work_t* req) {
  (void) req;
  counter_add(&work_done, 1);
}

static void after_noted(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  told[1]++;
}

static void on_stat_and_work_timer(uv_timer_t* timer) {
  (void) timer;
  CHECK_OK(uv_fs_stat(loop, &late_stat, ".", on_late_stat));
  CHECK_OK(uv_queue_work(loop, &late_work, note_done, after_noted));
  counter_wait(&work_done, 1);
  uv_sleep(50); /* so that it is told as well */
}

TEST(nested_run_in_a_stat_tells_finished_work) {
  uv_fs_t req;
  int i;
  begin();
  for (i = 0; i < 3; i++) {
    CHECK_OK(uv_fs_stat(loop, &req, ".", uv_fs_req_cleanup));
    run_dry();
  }
  CHECK_OK(uv_timer_init(loop, &timers[0]));
  CHECK_OK(uv_timer_start(&timers[0], on_stat_and_work_timer, 0, 0));
  end();
}

/* ---- Requests of one handle that are through together ---- */

static uv_write_t finished_writes[TWO];
static uv_udp_send_t finished_sends[TWO];

static void on_finished_write(uv_write_t* req, int status) {
  CHECK_OK(status);
  tell(req == &finished_writes[1]);
}

TEST(nested_run_calls_other_finished_writes) {
  uv_buf_t buf = uv_buf_init((char*) "x", 1);
  int other, i;
  begin();
  open_pair(&pipes[0], &other);
  for (i = 0; i < TWO; i++)
    CHECK_OK(uv_write(&finished_writes[i], (uv_stream_t*) &pipes[0], &buf, 1, on_finished_write));
  run_dry();
  CHECK_OK(close(other));
  end();
}

static void on_finished_send(uv_udp_send_t* req, int status) {
  CHECK_OK(status);
  tell(req == &finished_sends[1]);
}

TEST(nested_run_calls_other_finished_sends) {
  struct sockaddr_in address = loopback4(9);
  uv_buf_t buf = uv_buf_init((char*) "x", 1);
  uv_udp_t udp;
  int i;
  begin();
  CHECK_OK(uv_udp_init(loop, &udp));
  for (i = 0; i < TWO; i++)
    CHECK_OK(uv_udp_send(&finished_sends[i], &udp, &buf, 1, (struct sockaddr*) &address,
                         on_finished_send));
  run_dry();
  end();
}
