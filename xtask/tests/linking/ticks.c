/* A program that links the library, and another one in Rust if SECOND is defined. */
#include <stdio.h>
#include <uv.h>

#ifdef SECOND
int second_answer(void);
#endif

static void on_timer(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, NULL);
}

static void on_work(uv_work_t* req) {
  *(int*) req->data += 1;
}

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_work_t work;
  int answer = 41;

  work.data = &answer;
  if (uv_timer_init(loop, &timer) != 0 || uv_timer_start(&timer, on_timer, 1, 0) != 0)
    return 1;
  if (uv_queue_work(loop, &work, on_work, NULL) != 0 || uv_run(loop, UV_RUN_DEFAULT) != 0)
    return 2;
  if (uv_loop_close(loop) != 0)
    return 3;
#ifdef SECOND
  if (second_answer() != answer)
    return 4;
#endif
  uv_library_shutdown();
  printf("%d\n", answer);
  return 0;
}
