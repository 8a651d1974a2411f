// Error codes and results.
#include "check.hpp"

static void codes_say_what_libuv_says() {
  const std::error_code eof = uv::errc::eof;
  CHECK(eof.value() == UV_EOF);
  CHECK(eof.category() == uv::category());
  CHECK(eof.message() == "end of file");
  CHECK(std::string(uv::category().name()) == "uv");
  CHECK(uv::to_error(UV_EOF) == uv::errc::eof);
  CHECK(!uv::to_error(0));
  CHECK(!uv::to_error(7));
  CHECK(std::error_code(-123456, uv::category()).message().find("-123456") != std::string::npos);
}

static void codes_compare_with_those_of_the_standard() {
  CHECK(uv::make_error_code(uv::errc::econnrefused) == std::errc::connection_refused);
  CHECK(uv::make_error_code(uv::errc::ecanceled) == std::errc::operation_canceled);
  CHECK(uv::make_error_code(uv::errc::eof) != std::errc::connection_refused);
  CHECK(uv::make_error_code(uv::errc::eof).default_error_condition().category() == uv::category());
}

static void every_code_has_a_message() {
#define CHECK_CODE(name, message_text) CHECK(uv::to_error(UV_##name).message() == message_text);
  UV_ERRNO_MAP(CHECK_CODE)
#undef CHECK_CODE
}

static uv::result<int> half(int of) {
  if (of % 2 != 0) return uv::errc::einval;
  return of / 2;
}

static void results_hold_one_of_two() {
  const uv::result<int> good = half(4);
  CHECK(good && *good == 2 && !good.error());
  const uv::result<int> bad = half(3);
  CHECK(!bad && bad.error() == uv::errc::einval);
  CHECK(half(3).value_or(9) == 9);
  CHECK(half(8).value_or(9) == 4);
  // An error that is none would be a result without anything.
  CHECK(uv::result<int>(std::error_code()).error() == uv::errc::unknown);

  uv::result<std::unique_ptr<int>> moved = std::make_unique<int>(5);
  const std::unique_ptr<int> out = *std::move(moved);
  CHECK(*out == 5);
}

int main() {
  codes_say_what_libuv_says();
  codes_compare_with_those_of_the_standard();
  every_code_has_a_message();
  results_hold_one_of_two();
}
