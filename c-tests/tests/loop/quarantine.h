/* An allocator that keeps what was freed, to see whether it is used again. */
#ifndef UV_TESTS_QUARANTINE_H
#define UV_TESTS_QUARANTINE_H

#include "test.h"

enum { FREED = 0xDB };

struct quarantined {
  struct quarantined* next;
  size_t size;
};

static struct quarantined* quarantine;
static pthread_mutex_t quarantine_lock = PTHREAD_MUTEX_INITIALIZER;

static void* quarantine_malloc(size_t size) {
  struct quarantined* block = malloc(sizeof(*block) + size);
  if (block == NULL)
    return NULL;
  block->size = size;
  return block + 1;
}

static void quarantine_free(void* memory) {
  struct quarantined* block = memory;
  if (block == NULL)
    return;
  block--;
  memset(memory, FREED, block->size);
  pthread_mutex_lock(&quarantine_lock);
  block->next = quarantine;
  quarantine = block;
  pthread_mutex_unlock(&quarantine_lock);
}

static void* quarantine_calloc(size_t count, size_t size) {
  void* memory = quarantine_malloc(count * size);
  return memory == NULL ? NULL : memset(memory, 0, count * size);
}

static void* quarantine_realloc(void* memory, size_t size) {
  void* other = quarantine_malloc(size);
  if (memory != NULL && other != NULL) {
    size_t old = ((struct quarantined*) memory - 1)->size;
    memcpy(other, memory, old < size ? old : size);
    quarantine_free(memory);
  }
  return other;
}

/* Before any other use of the library. */
static void quarantine_start(void) {
  CHECK_OK(uv_replace_allocator(quarantine_malloc, quarantine_realloc,
                                quarantine_calloc, quarantine_free));
}

/* Nobody has written to what was freed. */
static void quarantine_check(void) {
  struct quarantined* block;
  for (block = quarantine; block != NULL; block = block->next) {
    const unsigned char* bytes = (const unsigned char*) (block + 1);
    size_t i;
    for (i = 0; i < block->size; i++)
      if (bytes[i] != FREED)
        FAIL("byte %zu of %zu was changed after free()", i, block->size);
  }
}

#endif
