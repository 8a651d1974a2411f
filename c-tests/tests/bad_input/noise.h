/* Bytes that look random and are the same each time. */
#ifndef UV_TESTS_NOISE_H
#define UV_TESTS_NOISE_H

#include "test.h"

static uint64_t noise_state = 0x9e3779b97f4a7c15;

/* Below `limit`, which is not 0. */
static inline unsigned noise(unsigned limit) {
  noise_state ^= noise_state << 13;
  noise_state ^= noise_state >> 7;
  noise_state ^= noise_state << 17;
  return (unsigned) (noise_state >> 33) % limit;
}

/* A text of fewer than `limit` bytes: of any but NUL, or of the alphabet's if
 * there is one. It has a block just for itself, so that checkers notice a step
 * past its end. */
static inline char* noise_text(unsigned limit, const char* alphabet) {
  unsigned size = noise(limit);
  char* text = malloc(size + 1);
  unsigned i;
  CHECK_NOT_NULL(text);
  for (i = 0; i < size; i++)
    text[i] = alphabet == NULL ? (char) (1 + noise(255))
                               : alphabet[noise((unsigned) strlen(alphabet))];
  text[size] = '\0';
  return text;
}

#endif
