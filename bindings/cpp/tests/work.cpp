// Work on the pool, and following requests.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "check.hpp"

static void work_runs_elsewhere_and_its_value_comes_back() {
  uv::loop loop = GET(uv::loop::create());
  const std::thread::id here = std::this_thread::get_id();
  std::string got;
  CHECK_OK(uv::queue_work(
      loop,
      [here] {
        CHECK(std::this_thread::get_id() != here);
        return std::string("from the pool");
      },
      [&](uv::result<std::string> value) {
        CHECK(std::this_thread::get_id() == here);
        got = GET(std::move(value));
      }));
  loop.run();
  CHECK(got == "from the pool");
}

static void work_without_a_value() {
  uv::loop loop = GET(uv::loop::create());
  auto shared = std::make_shared<int>(0);
  int done = 0;
  CHECK_OK(uv::queue_work(loop, [shared] { ++*shared; }, [&](std::error_code error) {
    CHECK_OK(error);
    ++done;
  }));
  loop.run();
  CHECK_OK(uv::queue_work(loop, [shared] { ++*shared; }));
  loop.run();
  CHECK(*shared == 2 && done == 1);
  CHECK(shared.use_count() == 1);
}

static void work_that_may_fail_by_itself() {
  uv::loop loop = GET(uv::loop::create());
  std::error_code first;
  std::error_code second;
  CHECK_OK(uv::queue_work(
      loop, [] { return uv::make_error_code(uv::errc::enoent); }, [&](std::error_code error) { first = error; }));
  CHECK_OK(uv::queue_work(
      loop, []() -> uv::result<int> { return uv::errc::eio; }, [&](uv::result<int> it) { second = it.error(); }));
  loop.run();
  CHECK(first == uv::errc::enoent && second == uv::errc::eio);
}

static void what_can_only_be_moved() {
  uv::loop loop = GET(uv::loop::create());
  int got = 0;
  CHECK_OK(uv::queue_work(
      loop, [in = std::make_unique<int>(20)] { return std::make_unique<int>(*in + 1); },
      [&got, add = std::make_unique<int>(2)](uv::result<std::unique_ptr<int>> out) { got = **out * *add; }));
  loop.run();
  CHECK(got == 42);
}

// Keeps every thread of the pool busy, so that what comes behind has not begun.
class full_pool {
 public:
  explicit full_pool(uv::loop_ref loop) {
    for (int i = 0; i < 4; ++i) CHECK_OK(uv::queue_work(loop, [this] { wait(); }));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ == 4; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_open_ = false;
};

static void work_that_has_not_begun_is_cancelled() {
  uv::loop loop = GET(uv::loop::create());
  full_pool pool(loop);
  uv::pending follower;
  CHECK(follower.cancel() == uv::errc::ebadf);
  std::error_code end;
  CHECK_OK(uv::queue_work(
      loop, []() -> int { std::abort(); }, [&](uv::result<int> value) { end = value.error(); }, &follower));
  uv::pending moved = std::move(follower);
  CHECK(!follower.is_under_way() && moved.is_under_way());
  CHECK_OK(moved.cancel());
  pool.open();
  loop.run();
  CHECK(end == uv::errc::ecanceled);
  CHECK(!moved.is_under_way());
}

static void work_that_has_begun_goes_on() {
  uv::loop loop = GET(uv::loop::create());
  auto pool = std::make_unique<full_pool>(loop);
  bool told = false;
  {
    uv::pending follower;
    CHECK_OK(uv::queue_work(loop, [] {}, [&](std::error_code) { told = true; }, &follower));
  }
  auto gone = std::make_shared<int>(0);
  uv::pending abandoned;
  CHECK_OK(uv::queue_work(loop, [] {}, [gone](std::error_code) { CHECK(false); }, &abandoned));
  abandoned.abandon();
  pool->open();
  loop.run();
  CHECK(told);
  CHECK(gone.use_count() == 1);
}

static void a_loop_waits_for_work() {
  bool told = false;
  {
    uv::loop loop = GET(uv::loop::create());
    CHECK_OK(uv::queue_work(loop, [] {}, [&](std::error_code) { told = true; }));
  }
  CHECK(told);
}

int main() {
  work_runs_elsewhere_and_its_value_comes_back();
  work_without_a_value();
  work_that_may_fail_by_itself();
  what_can_only_be_moved();
  work_that_has_not_begun_is_cancelled();
  work_that_has_begun_goes_on();
  a_loop_waits_for_work();
}
