/* A planted leak, which shows that the samples see it. */
#include "soak.h"

#include <unistd.h>

enum { OFTEN = 100 /* ticks between two of them */ };

static enum { NOTHING, MEMORY, DESCRIPTORS, THREADS } leaks;

void plan_leak(const char* what) {
  static const char* const names[] = {"nothing", "memory", "descriptors", "threads"};
  unsigned int i;
  for (i = 1; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(what, names[i]) == 0)
      leaks = i;
  if (leaks == NOTHING) {
    fprintf(stderr, "no such leak: %s\n", what);
    exit(2);
  }
}

static void stay(void* arg) {
  (void) arg;
  for (;;)
    pause();
}

void leak(void) {
  static int ticks;
  uv_thread_t thread;
  if (leaks == NOTHING || ++ticks % OFTEN != 0)
    return;
  if (leaks == MEMORY)
    memset(allocate(1 << 20), 1, 1 << 20);
  else if (leaks == DESCRIPTORS)
    MUST(dup(0));
  else
    MUST(uv_thread_create(&thread, stay, NULL));
}
