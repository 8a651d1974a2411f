/* Children of a given user, which are made another way, and programs that
 * are not there. */
#include "../torture.h"

static uv_process_t child, missing, nowhere;
static int exits;

static void on_exit_(uv_process_t* handle, int64_t status, int signum) {
  must(exits++ == 0);
  usually(status == 3 && signum == 0);
  close_it(handle);
}

static void never(uv_process_t* handle, int64_t status, int signum) {
  (void) handle;
  (void) status;
  (void) signum;
  wrong("a program that was not started ends");
}

SCENARIO(spawn_user) {
  char* args[] = { program_path, "exit", "3", NULL };
  uv_process_options_t options;
  int status;
  int is_started;
  memset(&options, 0, sizeof(options));
  options.file = program_path;
  options.args = args;
  options.exit_cb = on_exit_;
  options.flags = UV_PROCESS_SETUID | UV_PROCESS_SETGID;
  options.uid = getuid();
  options.gid = getgid();
  is_started = !bad(uv_spawn(loop, &child, &options));
  if (!is_started)
    close_it(&child);
  options.exit_cb = never;
  options.flags = 0;
  options.file = "no-such-program";
  status = uv_spawn(loop, &missing, &options);
  must(status < 0);
  if (status != UV_ENOENT)
    (void) bad(status);
  close_it(&missing);
  options.file = program_path;
  options.cwd = "no such folder";
  status = uv_spawn(loop, &nowhere, &options);
  must(status < 0);
  if (status != UV_ENOENT)
    (void) bad(status);
  close_it(&nowhere);
  run();
  must(exits == is_started);
}
