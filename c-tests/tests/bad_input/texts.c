/* Addresses and texts of random bytes. */
#include "noise.h"

#include <arpa/inet.h>

static const char* const alphabets[] = {
  NULL, "0123456789.", "01:.", "0123456789abcdefABCDEF:", "1::", "f:%0lo",
};

static const char* alphabet(void) {
  return alphabets[noise(sizeof(alphabets) / sizeof(alphabets[0]))];
}

/* The C library is of the same opinion, and the text comes back the same. */
static void check_address(int family, const char* text) {
  unsigned char ours[16], theirs[16];
  int size = family == AF_INET ? 4 : 16;
  int status = uv_inet_pton(family, text, ours);
  size_t room = noise(64);
  char* name;
  if (status != 0) {
    CHECK_ERR(UV_EINVAL, status);
    CHECK_NE(inet_pton(family, text, theirs), 1);
    return;
  }
  if (strchr(text, '%') == NULL) {
    CHECK_EQ(inet_pton(family, text, theirs), 1);
    CHECK_MEM_EQ(ours, theirs, size);
  }
  name = malloc(room + 1);
  CHECK_NOT_NULL(name);
  status = uv_inet_ntop(family, ours, name, room);
  if (status != UV_ENOSPC) {
    CHECK_OK(status);
    CHECK_LT(strlen(name), room);
    CHECK_OK(uv_inet_pton(family, name, theirs));
    CHECK_MEM_EQ(ours, theirs, size);
  }
  free(name);
}

TEST(bad_input_addresses) {
  int rounds = soak_size(20000, 500000);
  int i;
  for (i = 0; i < rounds; i++) {
    struct sockaddr_in address4;
    struct sockaddr_in6 address6;
    unsigned char bytes[16];
    char* text = noise_text(60, alphabet());
    check_address(AF_INET, text);
    check_address(AF_INET6, text);
    CHECK_ERR(UV_EAFNOSUPPORT, uv_inet_pton(AF_UNIX, text, bytes));
    CHECK_EQ(uv_ip4_addr(text, 1, &address4), uv_inet_pton(AF_INET, text,
                                                           bytes));
    CHECK_EQ(uv_ip6_addr(text, 1, &address6), uv_inet_pton(AF_INET6, text,
                                                           bytes));
    free(text);
  }
}

/* Text to units and back, and to units once more, through blocks of the size
 * that is asked for. */
static void check_wtf8(const char* text) {
  ssize_t length = uv_wtf8_length_as_utf16(text);
  uint16_t *units, *again;
  char* back = NULL;
  size_t back_size = 0;
  if (length < 0) {
    CHECK_ERR(UV_EINVAL, length);
    return;
  }
  units = malloc((size_t) length * sizeof(*units));
  again = malloc((size_t) length * sizeof(*units));
  CHECK(units != NULL && again != NULL);
  uv_wtf8_to_utf16(text, units, (size_t) length);
  CHECK_EQ(units[length - 1], 0);
  CHECK_OK(uv_utf16_to_wtf8(units, length - 1, &back, &back_size));
  CHECK_EQ(back[back_size], '\0');
  /* A zero written with too many bytes ends the text when it comes back. */
  if (strlen(back) == back_size) {
    CHECK_EQ(uv_wtf8_length_as_utf16(back), length);
    uv_wtf8_to_utf16(back, again, (size_t) length);
    CHECK_MEM_EQ(units, again, (size_t) length * sizeof(*units));
  }
  free(back);
  free(again);
  free(units);
}

static void check_utf16(void) {
  unsigned count = noise(40);
  uint16_t* units = malloc(count * sizeof(*units) + 1);
  char* text = NULL;
  char* small;
  size_t size = 0;
  size_t small_size;
  unsigned i;
  CHECK_NOT_NULL(units);
  for (i = 0; i < count; i++)
    units[i] = (uint16_t) (noise(2) ? 0xd800 + noise(0x800)
                                    : 1 + noise(0xffff));
  CHECK_OK(uv_utf16_to_wtf8(units, count, &text, &size));
  CHECK_EQ(strlen(text), size);
  CHECK_EQ(uv_utf16_length_as_wtf8(units, count), size);
  CHECK_EQ(uv_wtf8_length_as_utf16(text), count + 1);
  small_size = noise((unsigned) size + 1);
  small = malloc(small_size + 1);
  CHECK_NOT_NULL(small);
  if (small_size < size) {
    CHECK_ERR(UV_ENOBUFS, uv_utf16_to_wtf8(units, count, &small, &small_size));
    CHECK_GE(small_size, size);
  } else {
    CHECK_OK(uv_utf16_to_wtf8(units, count, &small, &small_size));
    CHECK_EQ(small_size, size);
    CHECK_MEM_EQ(small, text, size);
  }
  free(small);
  free(text);
  free(units);
}

TEST(bad_input_wtf8) {
  /* Starts of sequences, continuations, surrogates, letters. */
  static const char bytes[] = "a\x7f\x80\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xed"
                              "\xef\xf0\xf4\xf5\xff";
  int rounds = soak_size(20000, 500000);
  int i;
  for (i = 0; i < rounds; i++) {
    char* text = noise_text(i % 2 ? 8 : 40, i % 4 ? bytes : NULL);
    check_wtf8(text);
    check_utf16();
    free(text);
  }
}
