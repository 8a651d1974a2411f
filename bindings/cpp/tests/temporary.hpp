// A new directory for a test, which is removed at its end with what is in it.
#ifndef TEMPORARY_HPP
#define TEMPORARY_HPP

#include <string>

#include "check.hpp"

class temporary_directory {
 public:
  temporary_directory() {
    char base[1024];
    std::size_t size = sizeof base;
    CHECK_OK(uv::to_error(uv_os_tmpdir(base, &size)));
    path_ = GET(uv::fs::mkdtemp(std::string(base, size) + "/uvpp-XXXXXX").now());
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    for (const uv::fs::entry& it : GET(uv::fs::scandir(path_).now())) CHECK_OK(uv::fs::unlink(in(it.name)).now());
    CHECK_OK(uv::fs::rmdir(path_).now());
  }

  const std::string& path() const { return path_; }
  std::string in(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

#endif
