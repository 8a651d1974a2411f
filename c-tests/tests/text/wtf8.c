#include "test.h"

TEST(wtf8) {
  /* Letters, a combining mark, a character of three bytes, two of four. */
  const char* mixed = "wo\xcc\x88rds \xe4\xb8\xad \xf0\x9f\x92\xa9 "
                      "and \xf0\x90\x80\x80 more";
  const char* last = "\xf4\x8f\xbf\xbf";
  uint16_t units[32];
  ssize_t length;

  length = uv_wtf8_length_as_utf16(mixed);
  CHECK_EQ(length, 24);
  CHECK_LT(length, 32);
  memset(units, 0xaa, sizeof(units));
  uv_wtf8_to_utf16(mixed, units, (size_t) length);
  CHECK_EQ(units[0], 'w');
  CHECK_EQ(units[2], 0x308);
  CHECK_EQ(units[7], 0x4e2d);
  CHECK_EQ(units[9], 0xd83d);
  CHECK_EQ(units[10], 0xdca9);
  CHECK_EQ(units[23], 0);
  CHECK_EQ(units[24], 0xaaaa);

  length = uv_wtf8_length_as_utf16(last);
  CHECK_EQ(length, 3);
  memset(units, 0xaa, sizeof(units));
  uv_wtf8_to_utf16(last, units, (size_t) length);
  CHECK_EQ(units[0], 0xdbff);
  CHECK_EQ(units[1], 0xdfff);
  CHECK_EQ(units[2], 0);
  CHECK_EQ(units[3], 0xaaaa);

  CHECK_ERR(UV_EINVAL, uv_wtf8_length_as_utf16("\xff and more"));
}

TEST(utf16_to_wtf8_exact_fill) {
  enum { CANARY = 0xaa };
  static const size_t sizes[] = { 3, 6, 48, 96, 192 };
  size_t i;
  for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    uint16_t text[64];
    size_t size = sizes[i];
    size_t units = size / 3;
    size_t length = size - 1;
    char* target = malloc(size + 1);
    char* given = target;
    size_t unit;
    CHECK_NOT_NULL(target);
    memset(target, CANARY, size + 1);
    for (unit = 0; unit < units; unit++)
      text[unit] = 0x4e2d;
    CHECK_ERR(UV_ENOBUFS,
              uv_utf16_to_wtf8(text, (ssize_t) units, &given, &length));
    CHECK_EQ((unsigned char) target[size], CANARY);
    CHECK_PTR_EQ(given, target);
    free(target);
  }
}

TEST(utf16_to_wtf8_allocates) {
  const uint16_t text[] = { 'a', 0x4e2d, 0xd83d, 0xdca9, 0 };
  char* target = NULL;
  size_t length = 0;
  CHECK_EQ(uv_utf16_length_as_wtf8(text, -1), 8);
  CHECK_OK(uv_utf16_to_wtf8(text, -1, &target, &length));
  CHECK_STR_EQ(target, "a\xe4\xb8\xad\xf0\x9f\x92\xa9");
  CHECK_EQ(length, 8);
  free(target);
}

/* As libuv does: the bytes that fit, even a part of a character, and a NUL. */
TEST(utf16_to_wtf8_fills_a_short_buffer) {
  enum { CANARY = 0xaa };
  static const uint16_t text[] = { 'a', 0x4e2d, 0xe9, 0xd83d, 0xdca9, 'b', 0 };
  static const char bytes[] = "a\xe4\xb8\xad\xc3\xa9\xf0\x9f\x92\xa9" "b";
  const size_t all = sizeof(bytes) - 1;
  ssize_t units;
  for (units = -1; units <= 6; units += 7) {
    size_t room;
    for (room = 0; room <= all + 1; room++) {
      char buffer[sizeof(bytes) + 2];
      char* given = buffer;
      size_t length = room;
      size_t written = room < all ? room : all;
      memset(buffer, CANARY, sizeof(buffer));
      if (room < all)
        CHECK_ERR(UV_ENOBUFS, uv_utf16_to_wtf8(text, units, &given, &length));
      else
        CHECK_OK(uv_utf16_to_wtf8(text, units, &given, &length));
      CHECK_PTR_EQ(given, buffer);
      CHECK_EQ(length, all);
      CHECK_MEM_EQ(buffer, bytes, written);
      CHECK_EQ(buffer[written], '\0');
      CHECK_EQ((unsigned char) buffer[written + 1], CANARY);
    }
  }
}
