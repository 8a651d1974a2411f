// Views of bytes.
#include <array>
#include <string>
#include <vector>

#include "check.hpp"

static void views_see_any_row_of_bytes() {
  CHECK(uv::bytes("text").text() == "text");
  const std::string text = "a string";
  CHECK(uv::bytes(text).data() == text.data());
  const std::vector<unsigned char> numbers = {1, 2, 3};
  CHECK(uv::bytes(numbers).size() == 3);
  CHECK(uv::bytes(numbers)[2] == 3);
  const std::array<std::byte, 4> raw{};
  CHECK(uv::bytes(raw).size() == 4);
  CHECK(uv::bytes().empty());
}

static void views_are_cut_within_their_ends() {
  const uv::bytes view = "0123456789";
  CHECK(view.first(3).text() == "012");
  CHECK(view.first(99).text() == "0123456789");
  CHECK(view.skip(7).text() == "789");
  CHECK(view.skip(99).empty());
  std::string out;
  for (const char it : view.skip(8)) out += it;
  CHECK(out == "89");
}

static void room_is_written_to() {
  char memory[4] = "abc";
  const uv::mutable_bytes room = memory;
  CHECK(room.size() == 4);
  room.data()[0] = 'x';
  CHECK(uv::bytes(room).first(3).text() == "xbc");
}

static_assert(!std::is_convertible_v<std::vector<int>, uv::bytes>, "numbers are not bytes");
static_assert(!std::is_convertible_v<const std::string&, uv::mutable_bytes>, "constants are not room");

int main() {
  views_see_any_row_of_bytes();
  views_are_cut_within_their_ends();
  room_is_written_to();
}
