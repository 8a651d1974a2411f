/* Chance, and the bytes that it stands for. */
#include "soak.h"

#include <stdarg.h>

uint64_t chance = 1;

uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

unsigned int below(unsigned int bound) {
  return (unsigned int) (mix(++chance) % bound);
}

static char byte_at(uint64_t key, size_t at) {
  return (char) (mix(key * 0x10001u + at / 8) >> (at % 8 * 8));
}

void fill(uint64_t key, size_t from, char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    bytes[i] = byte_at(key, from + i);
}

int is_right(uint64_t key, size_t from, const char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    if (bytes[i] != byte_at(key, from + i))
      return 0;
  return 1;
}

void wrong(kind_t kind, const char* format, ...) {
  va_list list;
  if (++table[kind].errors > 5)
    return;
  fprintf(stderr, "%s: ", kind_names[kind]);
  va_start(list, format);
  vfprintf(stderr, format, list);
  va_end(list);
  fputc('\n', stderr);
}

void* allocate(size_t size) {
  void* memory = calloc(1, size);
  if (memory == NULL)
    abort();
  return memory;
}
