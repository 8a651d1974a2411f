/* Timers and queued work in a child, on its own loops and on one it got. */
#include "fork_child.h"

TEST(fork_timer) {
  pid_t pid;
  CHECK_NOT_NULL(uv_default_loop());
  run_timer();
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    run_timer();
    finish_loop(uv_default_loop());
    end_child();
  }
  wait_for_child(pid);
  finish_loop(uv_default_loop());
}

static struct counter works = COUNTER_INIT;
static int after_works;

static void do_work(uv_work_t* req) {
  CHECK_PTR_EQ(req->data, &works);
  counter_add(&works, 1);
}

static void after_work(uv_work_t* req, int status) {
  CHECK_OK(status);
  CHECK_PTR_EQ(req->data, &works);
  after_works++;
}

static void run_work(uv_loop_t* loop) {
  int works_before = counter_get(&works);
  int after_works_before = after_works;
  uv_work_t req;
  req.data = &works;
  CHECK_OK(uv_queue_work(loop, &req, do_work, after_work));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(counter_get(&works), works_before + 1);
  CHECK_EQ(after_works, after_works_before + 1);
}

TEST(fork_threadpool_queue_work_simple) {
  pid_t pid;
  run_work(uv_default_loop());
  pid = start_child();
  if (pid == 0) {
    uv_loop_t loop;
    CHECK_OK(uv_loop_init(&loop));
    run_work(&loop);
    CHECK_OK(uv_loop_close(&loop));
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    run_work(uv_default_loop());
    finish_loop(uv_default_loop());
    end_child();
  }
  run_work(uv_default_loop());
  wait_for_child(pid);
  finish_loop(uv_default_loop());
}
