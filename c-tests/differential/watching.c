/* watching: uv_fs_event_t on files and folders, while the script creates, writes, renames, links and
 * removes them by plain system calls; stopped, started for something else and closed, in callbacks too.
 *
 * The kernel keeps the events in order, and which handle of a path is told first is libuv's business:
 * each handle has its own order. Two spellings or hard links of one watched path are left out, where
 * docs/differences.md names a difference. */
#include "play.h"

#include <fcntl.h>
#include <sys/stat.h>

#define HANDLES 8
#define ROUNDS 20

typedef struct {
  uv_fs_event_t handle;
  int id;
  int is_open, is_closing;
  unsigned int calls;
  const char* path;
} watch_t;

static uv_loop_t loop;
static watch_t watches[HANDLES];

static const char* const names[] = {"f", "f/a", "f/b", "f/c", "f/sub", "f/sub/d", "g", "g/e", "missing"};

static void on_closed(uv_handle_t* handle) {
  watch_t* watch = handle->data;
  watch->is_closing = 0;
  tell(watch->id, "closed");
}

static void close_watch(watch_t* watch) {
  if (!watch->is_open)
    return;
  watch->is_open = 0;
  watch->is_closing = 1;
  uv_close((uv_handle_t*) &watch->handle, on_closed);
}

static void on_event(uv_fs_event_t* handle, const char* name, int events, int status);

static void start(watch_t* watch, const char* path) {
  char text[300];
  size_t size = sizeof(text);
  int status;
  status = uv_fs_event_start(&watch->handle, on_event, path, 0);
  tell(watch->id, "start on %s: %s, active %d", path, status_name(status),
       uv_is_active((uv_handle_t*) &watch->handle));
  status = uv_fs_event_getpath(&watch->handle, text, &size);
  if (status == 0)
    tell(watch->id, "path %s of %zu", text, size);
  else
    tell(watch->id, "path: %s", status_name(status));
  size = 1;
  if (status == 0)
    tell(watch->id, "short: %s, %zu", status_name(uv_fs_event_getpath(&watch->handle, text, &size)), size);
}

static void on_event(uv_fs_event_t* handle, const char* name, int events, int status) {
  watch_t* watch = handle->data;
  unsigned int id = (unsigned int) watch->id, call = ++watch->calls;
  tell(watch->id, "%s: %s, events %d", name == NULL ? "no name" : name, status_name(status), events);
  switch (choose(id, call, 0, 14)) {
    case 0:
      tell(watch->id, "stops: %s", status_name(uv_fs_event_stop(handle)));
      break;
    case 1:
      close_watch(watch);
      break;
    default:
      break;
  }
}

static void change(void) {
  const char* path = names[below(COUNT(names))];
  const char* other = "";
  int fd, result = 0;
  switch (below(12)) {
    case 0:
    case 1:
    case 2:
      fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (below(3) == 0 ? O_TRUNC : 0), 0600);
      if (fd < 0)
        return;
      if (below(3) > 0 && write(fd, "some bytes", 10) != 10)
        abort();
      close(fd);
      break;
    case 3:
      result = mkdir(path, 0700);
      break;
    case 4: /* away for good, or here for the first time: nothing has a second name */
      if (below(2) == 0) {
        result = rename(path, other = "away");
        break;
      }
      fd = open("new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      close(fd);
      result = rename("new", other = path);
      break;
    case 5:
      result = unlink(path);
      break;
    case 6:
      result = rmdir(path);
      break;
    case 7:
      result = chmod(path, 0600 + below(0100));
      break;
    case 8:
      result = truncate(path, (off_t) below(50));
      break;
    default:
      fd = open(path, O_RDWR | O_CLOEXEC);
      if (fd < 0)
        return;
      if (write(fd, "x", 1) == 1)
        result = ftruncate(fd, 3);
      close(fd);
      break;
  }
  tell_now("changes %s %s: %d", path, other, result);
}

static void act(void) {
  watch_t* watch = &watches[below(HANDLES)];
  unsigned int what = below(10);
  if (!watch->is_open) {
    if (watch->is_closing)
      return;
    watch->is_open = 1;
    MUST(uv_fs_event_init(&loop, &watch->handle));
    watch->handle.data = watch;
  }
  switch (what) {
    case 0:
      tell(watch->id, "is stopped: %s", status_name(uv_fs_event_stop(&watch->handle)));
      break;
    case 1:
      close_watch(watch);
      break;
    default:
      start(watch, names[below(COUNT(names))]);
      break;
  }
}

static void turns(void) {
  int i;
  for (i = 0; i < 5; i++)
    uv_run(&loop, UV_RUN_NOWAIT);
}

void play(void) {
  int round, i, count;
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  MUST(mkdir("f", 0755));
  MUST(mkdir("f/sub", 0755));
  MUST(mkdir("g", 0755));
  for (i = 0; i < HANDLES; i++)
    watches[i].id = i;
  for (round = 0; round < ROUNDS; round++) {
    for (i = (int) below(4); i > 0; i--)
      act();
    count = (int) below(12);
    for (i = 0; i < count; i++) {
      change();
      if (below(6) == 0)
        act(); /* with events on their way */
      if (below(6) == 0)
        turns();
    }
    turns();
    tell_now("round %d", round);
    for (i = 0; i < HANDLES; i++)
      if (watches[i].is_open)
        tell(i, "active %d", uv_is_active((uv_handle_t*) &watches[i].handle));
    tell_all();
  }
  end_loop(&loop);
}
