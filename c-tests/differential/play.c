#include "play.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>

uint64_t seed;
const char* own_path;
int awaited;

static uint64_t chance;

/* ---- chance */

uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

unsigned int below(unsigned int bound) {
  return (unsigned int) (mix(seed * 6364136223846793005u + ++chance) % bound);
}

unsigned int choose(unsigned int object, unsigned int call, unsigned int n, unsigned int bound) {
  uint64_t x = mix(seed * 1000003u + object);
  return (unsigned int) (mix(x + call * 64u + n) % bound);
}

unsigned char byte_at(unsigned int key, size_t n) {
  return (unsigned char) (mix(key * 0x10001u + n / 8) >> (n % 8 * 8));
}

void fill_bytes(unsigned int key, size_t from, char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    bytes[i] = (char) byte_at(key, from + i);
}

size_t right_bytes(unsigned int key, size_t from, const char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count && (unsigned char) bytes[i] == byte_at(key, from + i); i++) {
  }
  return i;
}

/* ---- the trace */

typedef struct {
  int object;
  int number;
  char* text;
} line_t;

static line_t* lines;
static int line_count;
static int line_room;

void tell(int object, const char* format, ...) {
  va_list list;
  if (line_count == line_room) {
    line_room = line_room == 0 ? 256 : line_room * 2;
    lines = realloc(lines, (size_t) line_room * sizeof(lines[0]));
    if (lines == NULL)
      abort();
  }
  va_start(list, format);
  lines[line_count].object = object;
  lines[line_count].number = line_count;
  if (vasprintf(&lines[line_count].text, format, list) < 0)
    abort();
  line_count++;
  va_end(list);
}

static int by_object(const void* a, const void* b) {
  const line_t* left = a;
  const line_t* right = b;
  if (left->object != right->object)
    return left->object < right->object ? -1 : 1;
  return left->number - right->number;
}

void tell_all(void) {
  int i;
  if (line_count > 0)
    qsort(lines, (size_t) line_count, sizeof(lines[0]), by_object);
  for (i = 0; i < line_count; i++) {
    printf("%4d %s\n", lines[i].object, lines[i].text);
    free(lines[i].text);
  }
  line_count = 0;
}

void tell_now(const char* format, ...) {
  va_list list;
  va_start(list, format);
  fputs("   - ", stdout);
  vprintf(format, list);
  putchar('\n');
  va_end(list);
}

const char* status_name(ssize_t status) {
  static char names[8][32];
  static unsigned int next;
  char* name = names[next++ % 8];
  if (status >= 0)
    snprintf(name, sizeof(names[0]), "%zd", status);
  else
    uv_err_name_r((int) status, name, sizeof(names[0]));
  return name;
}

void give_up(const char* format, ...) {
  va_list list;
  tell_all();
  va_start(list, format);
  fputs("gave up: ", stdout);
  vprintf(format, list);
  putchar('\n');
  va_end(list);
  fflush(stdout);
  _exit(3);
}

/* ---- the loop */

static uv_timer_t keeper;

static void on_keeper(uv_timer_t* timer) {
  (void) timer;
}

void keep_alive(uv_loop_t* loop) {
  MUST(uv_timer_init(loop, &keeper));
  MUST(uv_timer_start(&keeper, on_keeper, 1000000, 0));
}

void settle_until(uv_loop_t* loop, int (*is_done)(void)) {
  int i;
  while (!is_done())
    uv_run(loop, UV_RUN_ONCE);
  for (i = 0; i < 6; i++)
    uv_run(loop, UV_RUN_NOWAIT);
}

static int nothing_awaited(void) {
  return awaited <= 0;
}

void settle(uv_loop_t* loop) {
  settle_until(loop, nothing_awaited);
  if (awaited < 0)
    tell_now("%d more callbacks than there should be", -awaited);
  awaited = 0;
}

static void close_left(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

void end_loop(uv_loop_t* loop) {
  uv_walk(loop, close_left, NULL);
  tell_now("run to the end: %d", uv_run(loop, UV_RUN_DEFAULT));
  tell_all();
  tell_now("loop_close: %s", status_name(uv_loop_close(loop)));
}

/* Whatever was interrupted: there is nothing to lose. */
static void on_alarm(int signum) {
  (void) signum;
  alarm(1);
  signal(SIGALRM, SIG_DFL);
  give_up("stuck, %d awaited", awaited);
}

int main(int argc, char** argv) {
  int fd;
  own_path = argv[0];
  if (argc > 1 && strcmp(argv[1], "child") == 0 && play_child != NULL)
    return play_child(argc, argv);
  for (fd = 3; fd < 64; fd++)
    close(fd); /* what the player's parent left open */
  signal(SIGALRM, on_alarm);
  alarm(10); /* a loop that does not end shall not keep the others waiting */
  signal(SIGPIPE, SIG_IGN);
  seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  play();
  tell_all();
  return 0;
}
