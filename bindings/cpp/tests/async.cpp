// Waking a loop from another thread.
#include <atomic>
#include <thread>

#include "check.hpp"

static void another_thread_wakes_the_loop() {
  uv::loop loop = GET(uv::loop::create());
  std::atomic<int> produced{0};
  int seen = 0;
  uv::async async;
  CHECK_OK(async.init(loop, [&] {
    seen = produced.load();
    if (seen == 100) async.close();
  }));
  std::thread producer([&] {
    for (int i = 1; i <= 100; ++i) {
      produced.store(i);
      // The handle is closed after the last one alone, which may be seen before it is sent.
      if (i < 100) CHECK_OK(async.send());
    }
  });
  producer.join();
  CHECK_OK(async.send());
  loop.run();
  CHECK(seen == 100);
}

static void sends_are_told_once() {
  uv::loop loop = GET(uv::loop::create());
  int calls = 0;
  uv::async async = GET(uv::async::create(loop, [&] { ++calls; }));
  CHECK_OK(async.send());
  CHECK_OK(async.send());
  CHECK_OK(async.send());
  loop.run(uv::run_mode::no_wait);
  CHECK(calls == 1);
  async.close();
  CHECK(async.send() == uv::errc::ebadf);
}

static void a_thread_wakes_a_loop_that_waits() {
  uv::loop loop = GET(uv::loop::create());
  std::thread sender;
  int calls = 0;
  uv::async async = GET(uv::async::create(loop, [&] {
    ++calls;
    sender.join();
    loop.close_handles();
  }));
  uv::timer begin = GET(uv::timer::create(loop));
  CHECK_OK(begin.start(uv::milliseconds(0), [&] { sender = std::thread([&] { CHECK_OK(async.send()); }); }));
  loop.run();
  CHECK(calls == 1);
}

int main() {
  another_thread_wakes_the_loop();
  sends_are_told_once();
  a_thread_wakes_a_loop_that_waits();
}
