/* What the tests look into.
 *
 *   watched hold          holds the loop in a callback for ever
 *   watched until FILE    runs until there is such a file, and ends with status 7
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

static const char* awaited;

static void hold_the_loop(uv_timer_t* timer) {
  (void) timer;
  for (;;)
    pause();
}

static void look_for_file(uv_timer_t* timer) {
  (void) timer;
  if (access(awaited, F_OK) == 0)
    exit(7);
}

int main(int argc, char** argv) {
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  if (uv_timer_init(loop, &timer) != 0)
    return 1;
  if (argc == 2 && strcmp(argv[1], "hold") == 0)
    uv_timer_start(&timer, hold_the_loop, 0, 0);
  else if (argc == 3 && strcmp(argv[1], "until") == 0)
    uv_timer_start(&timer, look_for_file, 0, 5);
  else
    return 2;
  awaited = argv[argc - 1];
  printf("it runs\n");
  fflush(stdout);
  return uv_run(loop, UV_RUN_DEFAULT);
}
