/* Several children at once: some exit, some are killed, one is a new
 * session's, one has an inherited stream. */
#include "../torture.h"

#include <signal.h>

enum { CHILDREN = 5 };

static uv_process_t children[CHILDREN];
static uv_pipe_t inputs[CHILDREN];
static int exits[CHILDREN];
static int started;

static void on_exit_(uv_process_t* handle, int64_t status, int signum) {
  int index = (int) (handle - children);
  must(exits[index]++ == 0);
  usually(index % 2 == 0 ? signum == SIGKILL : status == 0 && signum == 0);
  close_it(handle);
  close_it(&inputs[index]);
}

SCENARIO(spawn_many) {
  char* args[] = { program_path, "sleep", NULL };
  char* env[] = { "A=B", NULL };
  uv_stdio_container_t stdio[3];
  uv_process_options_t options;
  int i;
  memset(&options, 0, sizeof(options));
  memset(stdio, 0, sizeof(stdio));
  options.file = program_path;
  options.args = args;
  options.env = env;
  options.cwd = "/";
  options.exit_cb = on_exit_;
  options.stdio = stdio;
  options.stdio_count = 3;
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  stdio[1].flags = UV_IGNORE;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 1;
  for (i = 0; i < CHILDREN; i++) {
    stdio[0].data.stream = (uv_stream_t*) &inputs[i];
    options.flags = i == 3 ? UV_PROCESS_DETACHED : 0;
    if (bad(uv_pipe_init(loop, &inputs[i], 0)))
      break;
    if (bad(uv_spawn(loop, &children[i], &options))) {
      close_it(&children[i]);
      break;
    }
    started++;
  }
  for (i = 0; i < started; i++) {
    if (i % 2 == 0)
      (void) tolerable(uv_process_kill(&children[i], SIGKILL));
    close_it(&inputs[i]);
  }
  run();
  for (i = 0; i < started; i++)
    must(exits[i] == 1);
}
