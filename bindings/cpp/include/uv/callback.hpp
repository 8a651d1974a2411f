// The place of a callback inside a handle's memory.
#ifndef UV_CALLBACK_HPP
#define UV_CALLBACK_HPP

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace uv {

/// How many bytes a handle's callback may capture, and their alignment.
inline constexpr std::size_t callback_capacity = 64;
inline constexpr std::size_t callback_alignment = 8;

/// A callable that lies in the object itself: it never allocates, and one that is too large does not compile.
template <class... Args>
class callback {
 public:
  callback() noexcept = default;

  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, callback>>>
  callback(F&& function) {
    using stored = std::decay_t<F>;
    static_assert(std::is_invocable_v<stored&, Args...>, "uv: the callback does not take these arguments");
    static_assert(sizeof(stored) <= callback_capacity,
                  "uv: the callback captures too much for its handle; capture a pointer, such as a std::unique_ptr");
    static_assert(alignof(stored) <= callback_alignment, "uv: the callback captures something of too large an alignment");
    static_assert(std::is_nothrow_move_constructible_v<stored>,
                  "uv: the callback captures something whose move may throw");
    ::new (static_cast<void*>(memory_)) stored(std::forward<F>(function));
    kind_ = &kind_of<stored>;
  }

  callback(callback&& other) noexcept { take(other); }
  callback& operator=(callback&& other) noexcept {
    // What is destroyed may come back here: it goes last.
    const callback gone = std::move(*this);
    take(other);
    return *this;
  }
  ~callback() { reset(); }

  explicit operator bool() const noexcept { return kind_ != nullptr; }

  void reset() noexcept {
    if (const kind* of = std::exchange(kind_, nullptr)) of->destroy(memory_);
  }

  /// Calls it, if there is one. It is moved away for that time, because a callback may give its own handle
  /// another one, and put back if it did not.
  void call(Args... args) {
    if (kind_ == nullptr) return;
    callback running = std::move(*this);
    running.kind_->call(running.memory_, static_cast<Args>(args)...);
    if (kind_ == nullptr) take(running);
  }

 private:
  struct kind {
    void (*call)(void* self, Args... args);
    void (*move)(void* to, void* from) noexcept;
    void (*destroy)(void* self) noexcept;
  };

  template <class F>
  static F& as(void* memory) noexcept {
    return *std::launder(static_cast<F*>(memory));
  }

  template <class F>
  static constexpr kind kind_of = {
      [](void* self, Args... args) { static_cast<void>(as<F>(self)(static_cast<Args>(args)...)); },
      [](void* to, void* from) noexcept {
        ::new (to) F(std::move(as<F>(from)));
        as<F>(from).~F();
      },
      [](void* self) noexcept { as<F>(self).~F(); },
  };

  void take(callback& other) noexcept {
    if (const kind* of = std::exchange(other.kind_, nullptr)) {
      of->move(memory_, other.memory_);
      kind_ = of;
    }
  }

  const kind* kind_ = nullptr;
  alignas(callback_alignment) unsigned char memory_[callback_capacity];
};

}  // namespace uv

#endif
