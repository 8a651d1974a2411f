#include "told.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

void watch_callbacks(const char* value) {
  if (is_other_libuv())
    SKIP("this libuv has no watchdog");
  CHECK_EQ(setenv("UV_WATCHDOG", value, 1), 0);
}

const char* told(void) {
  static char text[65536];
  FILE* file = fopen("told", "r");
  size_t got = 0;
  if (file != NULL) {
    got = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
  }
  text[got] = '\0';
  return text;
}
