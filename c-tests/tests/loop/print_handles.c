/* The list of handles that debuggers and reports of leaks print. */
#include "test.h"

#include <stdio.h>
#include <unistd.h>

static uv_timer_t active;
static uv_timer_t passive;

static void on_timer(uv_timer_t* timer) {
  (void) timer;
}

static void init_both(void) {
  CHECK_OK(uv_timer_init(uv_default_loop(), &active));
  CHECK_OK(uv_timer_init(uv_default_loop(), &passive));
  CHECK_OK(uv_timer_start(&active, on_timer, 1000, 0));
  uv_unref((uv_handle_t*) &active);
}

/* What is in the file, after its beginning was sought. */
static char* text_of(FILE* file) {
  static char text[4096];
  size_t size;

  rewind(file);
  size = fread(text, 1, sizeof(text) - 1, file);
  text[size] = '\0';
  return text;
}

static void expect(const char* text) {
  char line[100];

  snprintf(line, sizeof(line), "[-A-] timer    %p\n", (void*) &active);
  CHECK_NOT_NULL(strstr(text, line));
  snprintf(line, sizeof(line), "[R--] timer    %p\n", (void*) &passive);
  if (strstr(text, "all") != NULL)
    CHECK_NOT_NULL(strstr(text, line));
  else
    CHECK_NULL(strstr(text, line));
}

static void finish(void) {
  uv_close((uv_handle_t*) &active, NULL);
  uv_close((uv_handle_t*) &passive, NULL);
  finish_loop(uv_default_loop());
}

TEST(print_handles) {
  FILE* file = tmpfile();

  CHECK_NOT_NULL(file);
  init_both();
  fputs("all\n", file);
  uv_print_all_handles(uv_default_loop(), file);
  expect(text_of(file));
  CHECK_OK(fclose(file));

  file = tmpfile();
  CHECK_NOT_NULL(file);
  uv_print_active_handles(NULL, file);
  expect(text_of(file));
  CHECK_OK(fclose(file));
  finish();
}

/* Without a stream, to the standard error. */
TEST(print_handles_to_standard_error) {
  FILE* file = tmpfile();
  int before = dup(STDERR_FILENO);

  CHECK_NOT_NULL(file);
  CHECK_GE(before, 0);
  init_both();
  CHECK_GE(dup2(fileno(file), STDERR_FILENO), 0);
  fputs("all\n", stderr);
  uv_print_all_handles(NULL, NULL);
  fflush(stderr);
  CHECK_GE(dup2(before, STDERR_FILENO), 0);
  CHECK_OK(close(before));
  expect(text_of(file));
  CHECK_OK(fclose(file));
  finish();
}
