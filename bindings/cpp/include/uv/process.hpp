// Child processes.
#ifndef UV_PROCESS_HPP
#define UV_PROCESS_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "handle.hpp"
#include "pipe.hpp"

namespace uv {

/// What a child gets as one of its descriptors.
class stdio {
 public:
  /// Nothing: /dev/null for the first three.
  static stdio ignore() noexcept { return stdio(UV_IGNORE); }
  /// A descriptor of this process.
  static stdio inherit(uv_file descriptor) noexcept {
    stdio it(UV_INHERIT_FD);
    it.raw_.data.fd = descriptor;
    return it;
  }
  /// A stream of this process.
  template <class Stream>
  static stdio inherit(const Stream& stream) noexcept {
    stdio it(UV_INHERIT_STREAM);
    it.raw_.data.stream = stream.as_stream();
    return it;
  }
  /// One end of a new pipe, whose other end `ours` becomes: it is initialised and not used yet. The child
  /// reads what we write, writes what we read, or both.
  static stdio child_reads(const pipe& ours) noexcept { return end_of(ours, UV_READABLE_PIPE); }
  static stdio child_writes(const pipe& ours) noexcept { return end_of(ours, UV_WRITABLE_PIPE); }
  static stdio child_reads_and_writes(const pipe& ours) noexcept {
    return end_of(ours, UV_READABLE_PIPE | UV_WRITABLE_PIPE);
  }

  const uv_stdio_container_t& raw() const noexcept { return raw_; }

 private:
  explicit stdio(int flags) noexcept {
    raw_.flags = static_cast<uv_stdio_flags>(flags);
    raw_.data.stream = nullptr;
  }
  static stdio end_of(const pipe& ours, int flags) noexcept {
    stdio it(UV_CREATE_PIPE | flags);
    it.raw_.data.stream = ours.as_stream();
    return it;
  }

  uv_stdio_container_t raw_;
};

struct process_options {
  std::string file;                             // looked for in PATH, unless it has a slash
  std::vector<std::string> arguments{};         // what follows the program's name
  std::optional<std::vector<std::string>> environment{};  // "NAME=value"; without it, this process' own
  std::string directory{};                      // where it starts; without it, this process' own
  std::vector<stdio> descriptors{};             // the child's 0, 1, 2, ...
  unsigned flags = 0;                           // UV_PROCESS_DETACHED and the like, except the two below
  std::optional<uv_uid_t> user{};
  std::optional<uv_gid_t> group{};
};

struct exit_status {
  std::int64_t code;
  int signal;  // the one that ended it, or 0
};

namespace detail {
struct process_callbacks {
  callback<exit_status> ended;
};
}  // namespace detail

class process : public handle<process, uv_process_t, detail::process_callbacks> {
 public:
  /// Starts a program; `ended(exit_status)` is called at its end. Closing the handle does not end the program.
  template <class F>
  static result<process> spawn(loop_ref loop, const process_options& options, F&& ended) {
    process it;
    if (const std::error_code error = it.init(loop, options, std::forward<F>(ended))) return error;
    return it;
  }

  template <class F>
  std::error_code init(loop_ref loop, const process_options& options, F&& ended) {
    int status = 0;
    // A handle whose program did not start has to be closed all the same.
    const auto start = [&](uv_loop_t* on, uv_process_t* raw) {
      block::of(raw).on.ended = std::forward<F>(ended);
      status = start_program(on, raw, options);
      return 0;
    };
    if (const std::error_code error = open(loop, start)) return error;
    if (status < 0) close();
    return to_error(status);
  }

  std::error_code kill(int signal) noexcept {
    return with([=](uv_process_t* raw) { return uv_process_kill(raw, signal); });
  }
  uv_pid_t pid() const noexcept { return is_open() ? uv_process_get_pid(raw()) : 0; }

 private:
  static int start_program(uv_loop_t* loop, uv_process_t* raw, const process_options& options) {
    std::vector<char*> arguments{text(options.file)};
    for (const std::string& it : options.arguments) arguments.push_back(text(it));
    arguments.push_back(nullptr);
    std::vector<char*> environment;
    if (options.environment) {
      for (const std::string& it : *options.environment) environment.push_back(text(it));
    }
    environment.push_back(nullptr);
    std::vector<uv_stdio_container_t> descriptors;
    for (const stdio& it : options.descriptors) descriptors.push_back(it.raw());

    uv_process_options_t all{};
    all.exit_cb = [](uv_process_t* it, std::int64_t code, int signal) noexcept {
      block::of(it).on.ended.call(exit_status{code, signal});
    };
    all.file = options.file.c_str();
    all.args = arguments.data();
    all.env = options.environment ? environment.data() : nullptr;
    all.cwd = options.directory.empty() ? nullptr : options.directory.c_str();
    all.flags = options.flags;
    if (options.user) all.flags |= UV_PROCESS_SETUID;
    if (options.group) all.flags |= UV_PROCESS_SETGID;
    all.uid = options.user.value_or(0);
    all.gid = options.group.value_or(0);
    all.stdio_count = static_cast<int>(descriptors.size());
    all.stdio = descriptors.data();
    return uv_spawn(loop, raw, &all);
  }

  // libuv does not write there.
  static char* text(const std::string& it) noexcept { return const_cast<char*>(it.c_str()); }
};

}  // namespace uv

#endif
