/* What was asked and came back; giving up. */
#include "harness.h"

enum { MOST_REQUESTS = 8192 };

static int gave_up;

struct note {
  const void* req;
  int line;
  int under_way;
};
static struct note notes[MOST_REQUESTS];
static int under_way;
static int closes_asked;
static int closes_told;

static struct note* note_of(const void* req) {
  size_t place = ((uintptr_t) req >> 3) * 2654435761u % MOST_REQUESTS;
  while (notes[place].req != NULL && notes[place].req != req)
    place = (place + 1) % MOST_REQUESTS;
  notes[place].req = req;
  return &notes[place];
}

void note_asked(const char* file, int line, const void* req) {
  struct note* note = note_of(req);
  if (note->under_way)
    fail_case(file, line, "the scenario asks twice with one request");
  note->under_way = 1;
  note->line = line;
  __atomic_fetch_add(&under_way, 1, __ATOMIC_RELAXED);
}

int note_answer(const char* file, int line, const char* what, const void* req,
                intmax_t status) {
  struct note* note = note_of(req);
  if (status >= 0)
    return 0;
  if (!note->under_way)
    fail_case(file, line, "%s is %s, but its callback was called", what,
              uv_err_name((int) status));
  note->under_way = 0;
  __atomic_fetch_sub(&under_way, 1, __ATOMIC_RELAXED);
  return was_bad(file, line, what, status);
}

void note_told(const char* file, int line, const void* req) {
  struct note* note = note_of(req);
  if (!note->under_way)
    fail_case(file, line, "a request is called back that is not under way");
  note->under_way = 0;
  __atomic_fetch_sub(&under_way, 1, __ATOMIC_RELAXED);
}

void on_closed(uv_handle_t* handle) {
  if (!uv_is_closing(handle))
    wrong("a handle that is not closing is closed");
  closes_told++;
}

void note_closing(uv_handle_t* handle) {
  (void) handle;
  closes_asked++;
}

void close_handle(uv_handle_t* handle) {
  if (uv_is_closing(handle))
    return;
  note_closing(handle);
  uv_close(handle, on_closed);
}

static void close_but_processes(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (handle->type != UV_PROCESS)
    close_handle(handle);
}

static void close_any(uv_handle_t* handle, void* arg) {
  (void) arg;
  close_handle(handle);
}

void give_up(void) {
  gave_up = 1;
  if (loop != NULL)
    uv_walk(loop, close_but_processes, NULL);
}

int given_up(void) {
  return gave_up;
}

void close_all(void) {
  uv_walk(loop, close_any, NULL);
}

void look_for_requests(void) {
  if (under_way != 0) {
    int i;
    for (i = 0; i < MOST_REQUESTS && !notes[i].under_way; i++)
      continue;
    fail_kind("callbacks", "%d requests were not called back, one of line %d",
              under_way, i < MOST_REQUESTS ? notes[i].line : 0);
  }
  if (closes_asked != closes_told)
    fail_kind("callbacks", "%d handles closed, %d close callbacks",
              closes_asked, closes_told);
}
