/* processes: children with every kind of stdio, arguments, environments and directories, that cannot
 * be started, that end by themselves or by a signal; what they print of what they find.
 *
 * Told apart: each stream of a child and its end, whose order is a race. Left out: pipes that are
 * open already and killing what was never started, where docs/differences.md names a difference. */
#include "play.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define CHILDREN 4
#define STREAMS 6
#define ROUNDS 5
#define MOST 200000

typedef struct {
  uv_pipe_t pipe;
  int object;
  int is_made;
  unsigned int key;
  size_t got, right;
  uint64_t text; /* of all bytes */
  char bytes[8192];
} end_t;

typedef struct {
  uv_process_t process;
  int id;
  int is_running;
  int is_made;
  int is_silent; /* has no exit callback */
  end_t ends[STREAMS];
} child_t;

typedef struct {
  uv_write_t request;
  end_t* end;
  char* bytes;
} writing_t;

static uv_loop_t loop;
static child_t children[CHILDREN];
static int round_number;

/* ---- the child: `FAMILY child WHAT NUMBER ...` */

static void put_line(int fd, const char* text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t n = write(fd, text, length);
    if (n <= 0)
      return;
    text += n;
    length -= (size_t) n;
  }
}

static void show_descriptors(int fd) {
  char line[128];
  struct stat info;
  int i, flags;
  for (i = 0; i < 59; i++) {
    if (fstat(i, &info) != 0)
      continue;
    flags = fcntl(i, F_GETFL);
    snprintf(line, sizeof(line), "%d: type %o, device %d, flags %x, on exec %d\n", i, info.st_mode & S_IFMT,
             S_ISCHR(info.st_mode) ? (int) info.st_rdev : 0,
             (unsigned int) (flags & (O_ACCMODE | O_NONBLOCK | O_APPEND)), fcntl(i, F_GETFD));
    put_line(fd, line);
  }
}

static void show_signals(int fd) {
  char line[64];
  sigset_t mask;
  struct sigaction action;
  int i;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  for (i = 1; i < 65; i++) {
    if (i == 32 || i == 33)
      continue;
    sigaction(i, NULL, &action);
    if (sigismember(&mask, i) || (i < 32 && action.sa_handler != SIG_DFL)) {
      snprintf(line, sizeof(line), "signal %d: blocked %d, ignored %d\n", i, sigismember(&mask, i),
               action.sa_handler == SIG_IGN);
      put_line(fd, line);
    }
  }
  snprintf(line, sizeof(line), "leads a session: %d, a group: %d\n", getsid(0) == getpid(), getpgid(0) == getpid());
  put_line(fd, line);
}

static int answer(int from, int to) {
  char bytes[4096];
  ssize_t n;
  while ((n = read(from, bytes, sizeof(bytes))) != 0) {
    ssize_t done = 0, m;
    if (n < 0)
      return 90;
    for (; done < n; done += m)
      if ((m = write(to, bytes + done, (size_t) (n - done))) <= 0)
        return 91;
  }
  return 0;
}

int play_child(int argc, char** argv) {
  const char* what = argv[2];
  int number = atoi(argv[3]), out = argc > 4 ? atoi(argv[4]) : 1, i;
  char text[4200];
  alarm(30);
  if (strcmp(what, "descriptors") == 0)
    show_descriptors(out);
  if (strcmp(what, "signals") == 0)
    show_signals(out);
  if (strcmp(what, "answer") == 0 && (i = answer(0, out)) != 0)
    return i;
  if (strcmp(what, "many") == 0) { /* as many bytes as were asked for, each where it belongs */
    size_t at = 0, size;
    for (; at < (size_t) number; at += size) {
      size = (size_t) number - at < sizeof(text) ? (size_t) number - at : sizeof(text);
      fill_bytes((unsigned int) number, at, text, size);
      if (write(out, text, size) != (ssize_t) size)
        return 92;
    }
    return 0;
  }
  if (strcmp(what, "surroundings") == 0) {
    const char* names[] = {"DIFFERENTIAL_A", "DIFFERENTIAL_B", "PATH"};
    for (i = 4; i < argc; i++) {
      put_line(1, argv[i]);
      put_line(1, ";");
    }
    for (i = 0; i < COUNT(names); i++) {
      const char* value = getenv(names[i]);
      put_line(1, i == 2 ? (value != NULL ? "has a path" : "has none") : value == NULL ? "unset" : value);
      put_line(1, ";");
    }
    if (getcwd(text, sizeof(text)) != NULL)
      put_line(1, strrchr(text, '/')[1] == 'u' ? "home" : strrchr(text, '/'));
  }
  if (strcmp(what, "wait") == 0) {
    for (;;)
      pause();
  }
  if (strcmp(what, "raise") == 0)
    raise(number);
  if (strcmp(what, "close") == 0) {
    close(0);
    close(1);
    usleep(1000);
  }
  return number & 255;
}

/* ---- the parent */

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  end_t* end = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(end->bytes, sizeof(end->bytes));
}

static void on_end_closed(uv_handle_t* handle) {
  end_t* end = handle->data;
  end->is_made = 0;
  awaited--;
}

static void close_end(end_t* end) {
  if (!end->is_made || uv_is_closing((uv_handle_t*) &end->pipe))
    return;
  awaited++;
  uv_close((uv_handle_t*) &end->pipe, on_end_closed);
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  end_t* end = stream->data;
  ssize_t i;
  if (nread == 0)
    return;
  if (nread < 0) {
    tell(end->object, "%zu bytes, %zu right, all %" PRIx64 ", then %s", end->got, end->right, end->text,
         status_name(nread));
    awaited--;
    close_end(end);
    return;
  }
  if (end->got == end->right)
    end->right += right_bytes(end->key, end->got, buffer->base, (size_t) nread);
  if (end->got == 0 && end->right == 0) { /* text: worth reading when it differs */
    char text[300];
    snprintf(text, sizeof(text), "%.*s", nread < 280 ? (int) nread : 280, buffer->base);
    for (i = 0; text[i] != 0; i++)
      if (text[i] == '\n')
        text[i] = '/';
    tell(end->object, "%s", nread < 2000 ? "text" : "a long text");
  }
  for (i = 0; i < nread; i++)
    end->text = mix(end->text ^ (unsigned char) buffer->base[i]);
  end->got += (size_t) nread;
}

static void on_written(uv_write_t* request, int status) {
  writing_t* writing = (writing_t*) request;
  tell(writing->end->object, "written: %s", status_name(status));
  free(writing->bytes);
  free(writing);
  awaited--;
}

static void on_shut(uv_shutdown_t* request, int status) {
  end_t* end = request->data;
  tell(end->object, "shut: %s", status_name(status));
  free(request);
  awaited--;
}

static void on_process_closed(uv_handle_t* handle) {
  child_t* child = handle->data;
  child->is_made = 0;
  awaited--;
}

static void on_exit_of(uv_process_t* process, int64_t status, int signum) {
  child_t* child = process->data;
  tell(child->id, "ends with %" PRId64 ", signal %d, active %d, kill %s", status, signum,
       uv_is_active((uv_handle_t*) process), status_name(uv_process_kill(process, 0)));
  child->is_running = 0;
  awaited--;
  if (choose((unsigned int) child->id, (unsigned int) round_number, 0, 2) == 0) {
    awaited++;
    uv_close((uv_handle_t*) process, on_process_closed);
  }
}

static void write_to(end_t* end, unsigned int key, size_t size) {
  writing_t* writing = calloc(1, sizeof(*writing));
  uv_buf_t buffer;
  int status;
  writing->end = end;
  writing->bytes = malloc(size + 1);
  fill_bytes(key, 0, writing->bytes, size);
  buffer = uv_buf_init(writing->bytes, (unsigned int) size);
  status = uv_write(&writing->request, (uv_stream_t*) &end->pipe, &buffer, 1, on_written);
  tell(end->object, "write of %zu: %s", size, status_name(status));
  if (status == 0) {
    awaited++;
    return;
  }
  free(writing->bytes);
  free(writing);
}

static void end_writing(end_t* end) {
  uv_shutdown_t* request = calloc(1, sizeof(*request));
  int status = uv_shutdown(request, (uv_stream_t*) &end->pipe, on_shut);
  request->data = end;
  tell(end->object, "shutdown: %s", status_name(status));
  if (status == 0)
    awaited++;
  else
    free(request);
}

static end_t* make_end(child_t* child, int number) {
  end_t* end = &child->ends[number];
  memset(end, 0, sizeof(*end));
  end->object = 100 + child->id * 10 + number;
  end->is_made = 1;
  MUST(uv_pipe_init(&loop, &end->pipe, 0));
  end->pipe.data = end;
  return end;
}

static void start_child(child_t* child, int files[2]) {
  static const char* const whats[] = {"descriptors", "signals", "answer", "answer", "many",   "surroundings",
                                      "wait",        "raise",   "code",   "close",  "nothing", "descriptors"};
  static const int deadly[] = {SIGTERM, SIGKILL, SIGINT, SIGHUP, SIGUSR1, SIGPIPE, SIGABRT};
  const char* what = whats[below(COUNT(whats))];
  uv_process_options_t options;
  uv_stdio_container_t stdio[STREAMS];
  char number[16], out[16], value[32];
  char* arguments[12];
  char* environment[4];
  int count, i, status, argument = 0, code = (int) below(256);
  int is_bad = 0; /* then the directory is good: libuv's order of looking depends on how it forks */
  size_t size = 0;

  memset(&options, 0, sizeof(options));
  memset(stdio, 0, sizeof(stdio));
  if (strcmp(what, "many") == 0)
    code = 1 + (int) below(MOST);
  if (strcmp(what, "raise") == 0)
    code = deadly[below(COUNT(deadly))];
  snprintf(number, sizeof(number), "%d", code);
  strcpy(out, "1");
  count = (int) below(STREAMS + 1);
  if (below(3) > 0 && count < 3)
    count = 3;
  for (i = 0; i < count; i++) {
    switch (below(i < 3 ? 5 : 7)) {
      case 0:
        stdio[i].flags = UV_IGNORE;
        break;
      case 1:
        stdio[i].flags = UV_INHERIT_FD;
        stdio[i].data.fd = files[below(2)];
        break;
      default: {
        end_t* end = make_end(child, i);
        stdio[i].flags = UV_CREATE_PIPE | (i == 0 || below(4) == 0 ? UV_READABLE_PIPE : 0) |
                         (i != 0 || below(4) == 0 ? UV_WRITABLE_PIPE : 0) |
                         (below(4) == 0 ? UV_NONBLOCK_PIPE : 0);
        stdio[i].data.stream = (uv_stream_t*) &end->pipe;
        end->key = (unsigned int) (strcmp(what, "many") == 0 ? code : 7000 + child->id);
        if (i > 1 && below(3) == 0)
          snprintf(out, sizeof(out), "%d", i);
        break;
      }
    }
  }
  if (count > 3 && below(12) == 0) {
    is_bad = 1;
    stdio[count - 1].flags = UV_INHERIT_FD; /* not open, or none at all */
    stdio[count - 1].data.fd = below(2) ? 700 : -1;
  }
  if (count > 2 && below(6) == 0 && (stdio[1].flags & UV_CREATE_PIPE) == 0) {
    stdio[1].flags = UV_INHERIT_FD; /* crossed over */
    stdio[1].data.fd = 2;
    stdio[2].flags = (stdio[2].flags & UV_CREATE_PIPE) ? stdio[2].flags : UV_INHERIT_FD;
    if (stdio[2].flags == UV_INHERIT_FD)
      stdio[2].data.fd = 1;
  }
  options.file = own_path;
  if (below(14) == 0)
    options.file = below(3) == 0 ? "no such program" : below(2) == 0 ? "/dev/null" : "/no/such/program";
  arguments[argument++] = (char*) own_path;
  arguments[argument++] = "child";
  arguments[argument++] = (char*) what;
  arguments[argument++] = number;
  if (strcmp(what, "surroundings") == 0)
    for (i = (int) below(7); i > 0; i--)
      arguments[argument++] = i % 2 ? "an argument" : "";
  else
    arguments[argument++] = out;
  arguments[argument] = NULL;
  options.args = arguments;
  options.stdio = stdio;
  options.stdio_count = count;
  options.exit_cb = below(12) == 0 ? NULL : on_exit_of;
  if (below(3) == 0) {
    snprintf(value, sizeof(value), "DIFFERENTIAL_B=%d", code);
    environment[0] = "DIFFERENTIAL_A=one";
    environment[1] = value;
    environment[2] = getenv("LD_LIBRARY_PATH") != NULL ? getenv("LD_LIBRARY_PATH") - strlen("LD_LIBRARY_PATH=") : NULL;
    environment[3] = NULL;
    options.env = environment;
  }
  if (below(4) == 0)
    options.cwd = below(3) == 0 && !is_bad ? "nowhere" : below(2) == 0 ? "/" : "folder";
  options.flags = (below(4) == 0 ? UV_PROCESS_DETACHED : 0) | (below(6) == 0 ? UV_PROCESS_SETGID : 0) |
                  (below(6) == 0 ? UV_PROCESS_SETUID : 0) |
                  (below(10) == 0 ? UV_PROCESS_WINDOWS_HIDE : 0);
  options.uid = getuid();
  options.gid = getgid();

  status = uv_spawn(&loop, &child->process, &options);
  child->process.data = child;
  /* Refused for its streams, libuv has forgotten the handle already, which must not be closed then. */
  child->is_made = status != UV_EINVAL;
  child->is_running = status == 0;
  tell(child->id, "spawn of %s with %d streams: %s, has a pid %d, active %d", what, count, status_name(status),
       uv_process_get_pid(&child->process) > 0, uv_is_active((uv_handle_t*) &child->process));
  for (i = 0; i < count; i++) {
    end_t* end = &child->ends[i];
    if (!end->is_made)
      continue;
    tell(end->object, "readable %d, writable %d", uv_is_readable((uv_stream_t*) &end->pipe),
         uv_is_writable((uv_stream_t*) &end->pipe));
    if (status != 0) {
      close_end(end);
      continue;
    }
    if (uv_is_writable((uv_stream_t*) &end->pipe)) {
      if (i == 0 && strcmp(what, "answer") == 0) {
        size = below(3) == 0 ? below(MOST) : below(500);
        write_to(end, end->key, size);
      }
      end_writing(end);
    }
    status_name(0);
    if (uv_is_readable((uv_stream_t*) &end->pipe)) {
      int started = uv_read_start((uv_stream_t*) &end->pipe, on_alloc, on_read);
      tell(end->object, "read_start: %s", status_name(started));
      awaited += started == 0;
    }
  }
  if (status == 0 && options.exit_cb != NULL)
    awaited++;
  child->is_silent = status == 0 && options.exit_cb == NULL;
  if (status == 0 && strcmp(what, "wait") == 0)
    tell(child->id, "kill: %s", status_name(below(2) ? uv_process_kill(&child->process, deadly[below(3)])
                                                     : uv_kill(uv_process_get_pid(&child->process), SIGTERM)));
  else if (status == 0 && below(8) == 0)
    tell(child->id, "kill 200: %s", status_name(uv_process_kill(&child->process, 200)));
}

/* Also those whose end nobody is told. */
static int all_ended(void) {
  int i;
  for (i = 0; i < CHILDREN; i++)
    if (children[i].is_silent && uv_is_active((uv_handle_t*) &children[i].process))
      return 0;
  return awaited <= 0;
}

static void end_round(void) {
  int i, k;
  for (i = 0; i < CHILDREN; i++) {
    child_t* child = &children[i];
    for (k = 0; k < STREAMS; k++)
      close_end(&child->ends[k]);
    child->is_silent = 0;
    if (child->is_made && !uv_is_closing((uv_handle_t*) &child->process)) {
      awaited++;
      uv_close((uv_handle_t*) &child->process, on_process_closed);
    }
  }
  settle(&loop);
}

void play(void) {
  int i, files[2], k;
  char name[16];
  struct stat info;
  struct rlimit none = {0, 0};
  int trace;

  setrlimit(RLIMIT_CORE, &none);
  /* What children inherit as descriptors 1 and 2 is not the trace. */
  trace = fcntl(1, F_DUPFD_CLOEXEC, 60);
  MUST(trace);
  MUST(dup2(open("one", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600), 1));
  MUST(dup2(open("two", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600), 2));
  for (i = 3; i < 10; i++)
    close(i);
  stdout = fdopen(trace, "w");
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  MUST(mkdir("folder", 0755));
  for (round_number = 0; round_number < ROUNDS; round_number++) {
    for (i = 0; i < 2; i++) {
      snprintf(name, sizeof(name), "file%d", i);
      files[i] = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      MUST(files[i]);
    }
    for (i = 0; i < CHILDREN; i++) {
      children[i].id = i;
      if (below(3) > 0)
        start_child(&children[i], files);
    }
    settle_until(&loop, all_ended);
    tell_now("round %d", round_number);
    tell_all();
    end_round();
    for (i = 0; i < 2; i++) {
      MUST(fstat(files[i], &info));
      tell_now("file %d has %d bytes", i, (int) info.st_size);
      MUST(fstat(i + 1, &info));
      tell_now("descriptor %d has %d bytes", i + 1, (int) info.st_size);
      close(files[i]);
    }
    for (k = 3; k < 40; k++) /* nothing is left open */
      if (fcntl(k, F_GETFD) == 0)
        tell_now("descriptor %d is close-on-exec %d", k, fcntl(k, F_GETFD) == 1);
  }
  end_loop(&loop);
}
