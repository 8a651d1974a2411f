// Callbacks that lie in their handle.
#include <memory>

#include "check.hpp"

static void it_is_called_with_its_arguments() {
  int sum = 0;
  uv::callback<int, int> add = [&](int a, int b) { sum += a * b; };
  add.call(2, 3);
  add.call(4, 5);
  CHECK(sum == 26);
}

static void an_empty_one_may_be_called() {
  uv::callback<> nothing;
  CHECK(!nothing);
  nothing.call();
}

static void it_keeps_its_state() {
  int last = 0;
  uv::callback<> count = [&last, calls = 0]() mutable { last = ++calls; };
  count.call();
  uv::callback<> moved = std::move(count);
  CHECK(!count);
  moved.call();
  CHECK(last == 2);
}

static void it_may_replace_itself() {
  uv::callback<> it;
  auto guard = std::make_shared<int>(1);
  std::weak_ptr<int> watch = guard;
  int second = 0;
  it = [&it, &watch, &second, guard = std::move(guard)] {
    it = [&second] { ++second; };
    CHECK(!watch.expired());  // this lambda still stands
    CHECK(*guard == 1);
  };
  it.call();
  CHECK(watch.expired());
  it.call();
  CHECK(second == 1);
}

static void what_it_captures_ends_once() {
  auto guard = std::make_shared<int>(1);
  {
    uv::callback<> a = [guard] {};
    CHECK(guard.use_count() == 2);
    uv::callback<> b = std::move(a);
    CHECK(guard.use_count() == 2);
    a = std::move(b);
    a.call();
    CHECK(guard.use_count() == 2);
    a.reset();
    CHECK(guard.use_count() == 1);
    a = [guard] {};
  }
  CHECK(guard.use_count() == 1);
}

// What a callback captured may give the same handle another callback when it ends.
static void its_end_may_replace_its_successor() {
  struct on_end {
    uv::callback<>* place;
    int* calls;
    bool armed = true;
    on_end(uv::callback<>* in, int* count) : place(in), calls(count) {}
    on_end(on_end&& other) noexcept : place(other.place), calls(other.calls), armed(std::exchange(other.armed, false)) {}
    ~on_end() {
      if (armed) *place = [count = calls] { ++*count; };
    }
  };
  int calls = 0;
  auto guard = std::make_shared<int>(1);
  uv::callback<> it;
  it = [end = on_end(&it, &calls)] {};
  it = [guard] {};
  CHECK(guard.use_count() == 1);
  it.call();
  CHECK(calls == 1);
}

static void it_takes_captures_up_to_its_capacity() {
  struct full {
    char bytes[uv::callback_capacity];
    void operator()() { bytes[0] = 1; }
  };
  uv::callback<> it = full{};
  it.call();
}

int main() {
  it_is_called_with_its_arguments();
  an_empty_one_may_be_called();
  it_keeps_its_state();
  it_may_replace_itself();
  what_it_captures_ends_once();
  its_end_may_replace_its_successor();
  it_takes_captures_up_to_its_capacity();
}
