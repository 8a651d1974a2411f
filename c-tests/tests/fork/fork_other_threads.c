/* A fork while other threads are inside the library: the child does not wait for them. */
#include "fork_senders.h"

static volatile int stop;

static void send_until_stop(void* arg) {
  (void) arg;
  while (!stop)
    CHECK_OK(uv_async_send(&async));
}

static void take_over_and_send(uv_loop_t* loop) {
  CHECK_OK(uv_loop_fork(loop));
  uv_run(loop, UV_RUN_NOWAIT);
  uv_run(loop, UV_RUN_NOWAIT);
  send_close_and_end(loop);
}

static void fork_while_sending(void (*in_child)(uv_loop_t*)) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t thread;
  int i;
  CHECK_OK(uv_async_init(loop, &async, on_async));
  CHECK_OK(uv_thread_create(&thread, send_until_stop, NULL));
  for (i = 0; i < soak_size(300, 3000); i++) {
    volatile int wait;
    pid_t pid;
    CHECK_NE(uv_run(loop, UV_RUN_NOWAIT), 0);
    for (wait = i * 7 % 400; wait > 0; wait--);
    pid = start_child();
    if (pid == 0)
      in_child(loop);
    wait_for_child(pid);
  }
  stop = 1;
  CHECK_OK(uv_thread_join(&thread));
  finish_loop(loop);
}

/* What was counted of senders in the parent must neither keep the child from closing the handle nor
 * lose its sends. */
TEST(fork_while_others_send) { fork_while_sending(take_over_and_send); }
TEST(fork_closes_while_others_send) { fork_while_sending(close_and_end); }

static volatile int begun;

static void no_work(uv_work_t* req) {
  (void) req;
}

static void no_stat(uv_fs_t* req) {
  uv_fs_req_cleanup(req);
}

/* What a process does for the first time in its life. */
static void use_work(uv_loop_t* loop) {
  uv_work_t req;
  CHECK_OK(uv_queue_work(loop, &req, no_work, NULL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void use_fs(uv_loop_t* loop) {
  uv_fs_t req;
  CHECK_OK(uv_fs_fstat(loop, &req, 0, no_stat));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void use_signal(uv_loop_t* loop) {
  uv_signal_t signal;
  CHECK_OK(uv_signal_init(loop, &signal));
  uv_close((uv_handle_t*) &signal, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

static void use(void (*kind)(uv_loop_t*)) {
  uv_loop_t loop;
  CHECK_OK(uv_loop_init(&loop));
  begun = 1;
  kind(&loop);
  CHECK_OK(uv_loop_close(&loop));
}

static void use_in_thread(void* arg) {
  use((void (*)(uv_loop_t*)) arg);
}

/* Each child is a process in which a thread uses it for the first time, and which forks meanwhile. */
static void fork_during_first_use(void (*kind)(uv_loop_t*)) {
  int i;
  /* It counts as lost what the threads had that are not in the child. */
  if (is_under_valgrind())
    SKIP("under valgrind");
  for (i = 0; i < soak_size(150, 3000); i++) {
    pid_t pid = start_child();
    if (pid == 0) {
      uv_thread_t thread;
      volatile int wait;
      pid_t grandchild;
      CHECK_OK(uv_thread_create(&thread, use_in_thread, (void*) kind));
      while (!begun);
      for (wait = i * 37 % 3000; wait > 0; wait--);
      grandchild = start_child();
      if (grandchild == 0) {
        alarm((unsigned) (scaled_ms(10000) / 1000));
        use(kind);
        end_child();
      }
      wait_for_child(grandchild);
      end_child();
    }
    wait_for_child(pid);
  }
}

TEST(fork_during_first_work) { fork_during_first_use(use_work); }
TEST(fork_during_first_file_operation) { fork_during_first_use(use_fs); }
TEST(fork_during_first_signal_handle) { fork_during_first_use(use_signal); }
