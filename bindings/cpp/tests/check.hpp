// The tests' own macros: a failed check says where, and ends the program.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <cstdlib>

#include <uv.hpp>

[[noreturn]] inline void check_failed(const char* file, int line, const char* what, const char* why = "") {
  std::fprintf(stderr, "%s:%d: %s %s\n", file, line, what, why);
  std::exit(1);
}

#define CHECK(condition) ((condition) ? static_cast<void>(0) : check_failed(__FILE__, __LINE__, #condition))

/// The expression, a std::error_code, has no error.
#define CHECK_OK(expression) (check_ok((expression), __FILE__, __LINE__, #expression))

/// The value of a result, which has one.
#define GET(expression) (check_value((expression), __FILE__, __LINE__, #expression))

inline void check_ok(std::error_code error, const char* file, int line, const char* what) {
  if (error) check_failed(file, line, what, error.message().c_str());
}

template <class T>
T check_value(uv::result<T>&& it, const char* file, int line, const char* what) {
  if (!it) check_failed(file, line, what, it.error().message().c_str());
  return *std::move(it);
}

#endif
