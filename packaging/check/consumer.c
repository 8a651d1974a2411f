/* A program as others write them, in the common subset of C99 and C++: it compiles as both. */
#include <stdio.h>
#include <uv.h>
#include <uv/ext.h>

static int ticks;

static void on_tick(uv_timer_t* timer) {
  if (++ticks == 3)
    uv_close((uv_handle_t*) timer, NULL);
}

int main(void) {
  uv_timer_t timer;
  if (uv_version() != UV_VERSION_HEX)
    return 1;
  if (uv_ext_measure(1))
    return 5;
  if (uv_timer_init(uv_default_loop(), &timer) || uv_timer_start(&timer, on_tick, 1, 1))
    return 2;
  if (uv_run(uv_default_loop(), UV_RUN_DEFAULT) || uv_loop_close(uv_default_loop()))
    return 3;
  printf("%s: %d ticks\n", uv_version_string(), ticks);
  return ticks == 3 ? 0 : 4;
}
