#include "watched.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void pause_ms(int ms) {
  struct timespec time = { 0, ms * 1000000L };
  nanosleep(&time, NULL);
}

static const char* const names[] = { "UV_INSPECT", "UV_TRACE", "UV_WATCHDOG" };

struct watched watch(const char* helper, const char* argument, const char* const* variables) {
  struct watched watched = { 0 };
  int in[2], out[2], errors;
  size_t i;
  if (is_other_libuv())
    SKIP("nobody can look into this libuv");
  CHECK_OK(pipe2(in, O_CLOEXEC));
  CHECK_OK(pipe2(out, O_CLOEXEC));
  errors = open("stderr", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  CHECK_GE(errors, 0);
  watched.pid = fork();
  CHECK_GE(watched.pid, 0);
  if (watched.pid == 0) {
    char* arguments[] = { (char*) test_exepath(), (char*) helper, (char*) argument, NULL };
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
      unsetenv(names[i]);
    for (; *variables != NULL; variables++)
      putenv((char*) *variables);
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(errors, 2);
    execv(arguments[0], arguments);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  close(errors);
  watched.in = in[1];
  watched.out = out[0];
  for (; *variables != NULL; variables++)
    if (strncmp(*variables, "UV_INSPECT=", 11) == 0)
      snprintf(watched.socket, sizeof(watched.socket), "%s/libuv-%d.sock", *variables + 11, (int) watched.pid);
  return watched;
}

void watched_says(struct watched* watched, const char* line) {
  char text[256];
  size_t size = 0;
  while (size + 1 < sizeof(text) && (size == 0 || text[size - 1] != '\n')) {
    ssize_t n = read(watched->out, text + size, 1);
    if (n <= 0)
      FAIL("it ends before it says \"%s\"; errors: %s", line, watched_errors());
    size += (size_t) n;
  }
  text[size - 1] = '\0';
  CHECK_STR_EQ(text, line);
}

void watched_go_on(struct watched* watched) {
  CHECK_EQ(write(watched->in, "x", 1), 1);
}

int watched_end(struct watched* watched) {
  int status;
  if (watched->in >= 0)
    close(watched->in);
  CHECK_EQ(waitpid(watched->pid, &status, 0), watched->pid);
  close(watched->out);
  if (!WIFEXITED(status))
    FAIL("signal %d; errors: %s", WTERMSIG(status), watched_errors());
  return WEXITSTATUS(status);
}

static char* read_all(int fd) {
  static char* text;
  static size_t room;
  size_t size = 0;
  for (;;) {
    ssize_t n;
    if (size + 65536 > room) {
      room = 2 * room + 65537;
      text = realloc(text, room);
      CHECK_NOT_NULL(text);
    }
    n = read(fd, text + size, 65536);
    if (n < 0)
      FAIL("read: %s", strerror(errno));
    if (n == 0)
      break;
    size += (size_t) n;
  }
  text[size] = '\0';
  close(fd);
  return text;
}

const char* whole_file(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    FAIL("%s: %s", path, strerror(errno));
  return read_all(fd);
}

const char* watched_errors(void) {
  return whole_file("stderr");
}

int inspect_connect(const char* path) {
  uint64_t end = now_ms() + scaled_ms(20000);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
  for (;;) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_GE(fd, 0);
    if (connect(fd, (struct sockaddr*) &address, sizeof(address)) == 0)
      return fd;
    close(fd);
    if (now_ms() > end)
      return -1;
    pause_ms(1); /* nothing tells when somebody begins to listen */
  }
}

const char* inspect_rest(int fd) {
  return read_all(fd);
}

const char* inspect_ask(const char* path, const char* request) {
  int fd = inspect_connect(path);
  if (fd < 0)
    FAIL("nobody listens at %s; errors: %s", path, watched_errors());
  CHECK_EQ(write(fd, request, strlen(request)), (ssize_t) strlen(request));
  return read_all(fd);
}

int count_parts(const char* text, const char* part) {
  int count = 0;
  while ((text = strstr(text, part)) != NULL) {
    text += strlen(part);
    count++;
  }
  return count;
}

int64_t json_number(const char* text, const char* key) {
  char part[128];
  snprintf(part, sizeof(part), "\"%s\":", key);
  text = strstr(text, part);
  return text == NULL ? -1 : strtoll(text + strlen(part), NULL, 10);
}

/* ---- JSON ---- */

static const char* blanks(const char* at) {
  return at + strspn(at, " \t\r\n");
}

static const char* json_text(const char* at) {
  if (*at++ != '"')
    return NULL;
  for (; *at != '"'; at++) {
    if ((unsigned char) *at < ' ')
      return NULL; /* also the end */
    if (*at != '\\')
      continue;
    at++;
    if (*at == 'u') {
      if (strspn(at + 1, "0123456789abcdefABCDEF") < 4)
        return NULL;
      at += 4;
    } else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
      return NULL;
    }
  }
  return at + 1;
}

static const char* json_value(const char* at, int depth);

/* The members of an object or an array, behind its bracket. */
static const char* json_members(const char* at, char end, int depth) {
  at = blanks(at);
  if (*at == end)
    return at + 1;
  for (;;) {
    if (end == '}') {
      at = json_text(blanks(at));
      if (at == NULL)
        return NULL;
      at = blanks(at);
      if (*at++ != ':')
        return NULL;
    }
    at = json_value(at, depth + 1);
    if (at == NULL)
      return NULL;
    at = blanks(at);
    if (*at == end)
      return at + 1;
    if (*at++ != ',')
      return NULL;
  }
}

static const char* json_value(const char* at, int depth) {
  static const char* const words[] = { "true", "false", "null" };
  size_t i;
  char* end;
  at = blanks(at);
  if (depth > 50)
    return NULL;
  if (*at == '{' || *at == '[')
    return json_members(at + 1, *at == '{' ? '}' : ']', depth);
  if (*at == '"')
    return json_text(at);
  for (i = 0; i < 3; i++)
    if (strncmp(at, words[i], strlen(words[i])) == 0)
      return at + strlen(words[i]);
  if (*at != '-' && (*at < '0' || *at > '9'))
    return NULL;
  strtod(at, &end);
  return end == at ? NULL : end;
}

void check_json(const char* text) {
  const char* end = json_value(text, 0);
  if (end == NULL || *blanks(end) != '\0')
    FAIL("no JSON: %s", text);
}
