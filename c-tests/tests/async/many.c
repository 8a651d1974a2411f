/* Very many handles that are sent to while others are called. Nothing may have
 * to be looked at once for each of them: twenty thousand million steps would not
 * end within a test's time. */
#include "test.h"

#include <stdlib.h>

enum { COUNT = 200000 };

static uv_async_t* handles;
static int calls[3];
static int pass;
static int last;

/* The handles are called in the order of their making, pass by pass. */
static void note(uv_async_t* handle) {
  int number = (int) (handle - handles);
  if (number <= last)
    pass++;
  last = number;
  CHECK_LT(pass, 3);
  calls[pass]++;
}

/* Each one sends to one that has been called: for the next pass. */
static void sends_backwards(uv_async_t* handle) {
  note(handle);
  if (pass == 0)
    CHECK_OK(uv_async_send(&handles[COUNT - 1 - (handle - handles)]));
}

static void close_all(void) {
  int i;
  for (i = 0; i < COUNT; i++)
    uv_close((uv_handle_t*) &handles[i], NULL);
}

static void make(uv_async_cb cb) {
  int i;
  handles = malloc(COUNT * sizeof(*handles));
  CHECK_NOT_NULL(handles);
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_async_init(uv_default_loop(), &handles[i], cb));
  last = -1;
}

TEST(async_many_sent_to_in_callbacks) {
  int i;
  make(sends_backwards);
  for (i = 0; i < COUNT; i++)
    CHECK_OK(uv_async_send(&handles[i]));
  while (uv_run(uv_default_loop(), UV_RUN_NOWAIT) != 0 && calls[0] + calls[1] < COUNT + COUNT / 2)
    ;
  /* The later half was sent to before its turn, which is one send. */
  CHECK_EQ(calls[0], COUNT);
  CHECK_EQ(calls[1], COUNT / 2);
  CHECK_EQ(calls[2], 0);
  close_all();
  finish_loop(uv_default_loop());
  free(handles);
}

static void only_notes(uv_async_t* handle) {
  note(handle);
}

TEST(async_many_in_any_order_are_called_in_theirs) {
  uint32_t random = 1;
  int i;
  make(only_notes);
  for (i = 0; i < COUNT; i++) {
    random = random * 1664525 + 1013904223;
    CHECK_OK(uv_async_send(&handles[(random >> 8) % COUNT]));
  }
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 1);
  CHECK_EQ(pass, 0);
  CHECK_GT(calls[0], COUNT / 2);
  close_all();
  finish_loop(uv_default_loop());
  free(handles);
}
