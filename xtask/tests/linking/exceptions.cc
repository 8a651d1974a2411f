/* A program in C++ whose exceptions are its own, among and beside what the library does. */
#include <cstdio>
#include <stdexcept>
#include <string>

#include <uv.h>

static int answer;

struct Counted {
  ~Counted() { answer += 1; }
};

__attribute__((noinline)) static void fail(int depth) {
  Counted counted;
  if (depth == 0)
    throw std::runtime_error("twenty");
  fail(depth - 1);
}

/* Nineteen frames are left and cleaned up after, and one point is for the message. */
static void attempt() {
  try {
    fail(18);
  } catch (const std::exception& error) {
    answer += error.what() == std::string("twenty");
  }
}

static void on_timer(uv_timer_t* timer) {
  attempt();
  uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
}

static void on_work(uv_work_t*) {
  attempt();
}

static void on_done(uv_work_t*, int status) {
  answer += status == 0;
}

int main() {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_work_t work;

  if (uv_timer_init(loop, &timer) != 0 || uv_timer_start(&timer, on_timer, 1, 0) != 0)
    return 1;
  if (uv_run(loop, UV_RUN_DEFAULT) != 0)
    return 2;
  if (uv_queue_work(loop, &work, on_work, on_done) != 0 || uv_run(loop, UV_RUN_DEFAULT) != 0)
    return 3;
  try {
    if (uv_loop_close(loop) == 0)
      throw 1;
  } catch (int closed) {
    answer += closed;
  }
  uv_library_shutdown();
  std::printf("%d\n", answer);
  return 0;
}
