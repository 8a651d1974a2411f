#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

/* glibc's own functions by their second names: those of the program stand before the first ones. */
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);

static long live;

static void* counted(void* block) {
  if (block != NULL)
    __atomic_add_fetch(&live, (long) malloc_usable_size(block), __ATOMIC_RELAXED);
  return block;
}

static void uncounted(void* block) {
  if (block != NULL)
    __atomic_sub_fetch(&live, (long) malloc_usable_size(block), __ATOMIC_RELAXED);
}

long allocations_live(void) {
  return __atomic_load_n(&live, __ATOMIC_RELAXED);
}

void* malloc(size_t size) {
  return counted(__libc_malloc(size));
}

void* calloc(size_t count, size_t size) {
  return counted(__libc_calloc(count, size));
}

void* realloc(void* block, size_t size) {
  long before = block == NULL ? 0 : (long) malloc_usable_size(block);
  void* moved = __libc_realloc(block, size);
  if (moved == NULL && size != 0)
    return NULL;
  __atomic_sub_fetch(&live, before, __ATOMIC_RELAXED);
  return counted(moved);
}

void* memalign(size_t alignment, size_t size) {
  return counted(__libc_memalign(alignment, size));
}

void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

void free(void* block) {
  uncounted(block);
  __libc_free(block);
}
