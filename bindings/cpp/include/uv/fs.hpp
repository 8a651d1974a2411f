// File operations. Each can be done at once or without waiting:
//
//   uv::result<uv::file> file = uv::fs::open("name", O_RDONLY).now();
//   uv::fs::open("name", O_RDONLY).start(loop, [](uv::result<uv::file> file) { ... });
#ifndef UV_FS_HPP
#define UV_FS_HPP

#include <fcntl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "file.hpp"
#include "fs_operation.hpp"

namespace uv::fs {

using stat_data = uv_stat_t;
using statfs_data = uv_statfs_t;

/// A name in a directory.
struct entry {
  std::string name;
  uv_dirent_type_t type;
};

/// A file that fs::mkstemp made.
struct temporary_file {
  uv::file file;
  std::string path;
};

/// Where reads and writes begin that follow the file's own position.
inline constexpr std::int64_t at_position = -1;

namespace detail {

using uv::detail::nothing;

// What a request leaves.
struct take_nothing {
  static void from(uv_fs_t&) noexcept {}
};
struct take_count {
  static std::size_t from(uv_fs_t& it) noexcept { return static_cast<std::size_t>(it.result); }
};
struct take_file {
  static file from(uv_fs_t& it) noexcept { return file(static_cast<uv_file>(it.result)); }
};
struct take_stat {
  static stat_data from(uv_fs_t& it) noexcept { return it.statbuf; }
};
struct take_statfs {
  static statfs_data from(uv_fs_t& it) noexcept { return *static_cast<uv_statfs_t*>(it.ptr); }
};
struct take_text {
  static std::string from(uv_fs_t& it) { return static_cast<const char*>(it.ptr); }
};
struct take_path {
  static std::string from(uv_fs_t& it) { return it.path; }
};
struct take_temporary {
  static temporary_file from(uv_fs_t& it) { return {file(static_cast<uv_file>(it.result)), it.path}; }
};
struct take_entries {
  static std::vector<entry> from(uv_fs_t& it) {
    std::vector<entry> entries;
    entries.reserve(static_cast<std::size_t>(it.result));
    uv_dirent_t next;
    while (uv_fs_scandir_next(&it, &next) == 0) entries.push_back({next.name, next.type});
    return entries;
  }
};

template <class Take, class Begin>
operation<Take, Begin> make(Begin begin) {
  return operation<Take, Begin>(std::move(begin));
}

// An operation whose arguments stand between the path or file and the callback.
template <class Take, class Function, class Subject, class... Args>
auto on(Function function, Subject subject, Args... args) {
  return make<Take>([=](uv_loop_t* loop, uv_fs_t* it, nothing&, uv_fs_cb done) {
    return function(loop, it, subject, args..., done);
  });
}

}  // namespace detail

// ---- files

inline auto open(path_ref path, int flags, int mode = 0666) {
  return detail::on<detail::take_file>(uv_fs_open, path, flags, mode);
}
/// Closes a file without waiting, where uv::file's own close() would wait.
inline auto close(file it) { return detail::on<detail::take_nothing>(uv_fs_close, it.release()); }

/// Reads into memory of the program's; 0 at the end of the file.
inline auto read(file_ref from, mutable_bytes into, std::int64_t offset = at_position) {
  return detail::make<detail::take_count>(
      [=](uv_loop_t* loop, uv_fs_t* it, detail::nothing&, uv_fs_cb done) {
        const uv_buf_t buffer = uv::detail::buffer(into.data(), into.size());
        return uv_fs_read(loop, it, from, &buffer, 1, offset, done);
      });
}
/// Writes; the bytes are held as in stream::write(). It may be less than all of them, as with the system's.
template <class Source>
auto write(file_ref to, Source&& source, std::int64_t offset = at_position) {
  auto held = uv::detail::hold(std::forward<Source>(source));
  const auto begin = [=](uv_loop_t* loop, uv_fs_t* it, decltype(held)& bytes, uv_fs_cb done) {
    const borrowed view = bytes.view();
    return uv_fs_write(loop, it, to, view.list(), view.count(), offset, done);
  };
  return operation<detail::take_count, decltype(begin), decltype(held)>(begin, std::move(held));
}
/// Copies from file to file, as far as the system does it in one call.
inline auto sendfile(file_ref to, file_ref from, std::int64_t offset, std::size_t length) {
  return detail::on<detail::take_count>(uv_fs_sendfile, to, from, offset, length);
}
inline auto ftruncate(file_ref it, std::int64_t length) {
  return detail::on<detail::take_nothing>(uv_fs_ftruncate, it, length);
}
inline auto fsync(file_ref it) { return detail::on<detail::take_nothing>(uv_fs_fsync, it); }
inline auto fdatasync(file_ref it) { return detail::on<detail::take_nothing>(uv_fs_fdatasync, it); }

// ---- what is known of files

inline auto stat(path_ref path) { return detail::on<detail::take_stat>(uv_fs_stat, path); }
inline auto lstat(path_ref path) { return detail::on<detail::take_stat>(uv_fs_lstat, path); }
inline auto fstat(file_ref it) { return detail::on<detail::take_stat>(uv_fs_fstat, it); }
inline auto statfs(path_ref path) { return detail::on<detail::take_statfs>(uv_fs_statfs, path); }
/// `mode` is F_OK, R_OK, W_OK, X_OK.
inline auto access(path_ref path, int mode) { return detail::on<detail::take_nothing>(uv_fs_access, path, mode); }
inline auto chmod(path_ref path, int mode) { return detail::on<detail::take_nothing>(uv_fs_chmod, path, mode); }
inline auto fchmod(file_ref it, int mode) { return detail::on<detail::take_nothing>(uv_fs_fchmod, it, mode); }
inline auto chown(path_ref path, uv_uid_t user, uv_gid_t group) {
  return detail::on<detail::take_nothing>(uv_fs_chown, path, user, group);
}
/// Times are in seconds since 1970.
inline auto utime(path_ref path, double accessed, double modified) {
  return detail::on<detail::take_nothing>(uv_fs_utime, path, accessed, modified);
}
inline auto futime(file_ref it, double accessed, double modified) {
  return detail::on<detail::take_nothing>(uv_fs_futime, it, accessed, modified);
}

// ---- names

inline auto unlink(path_ref path) { return detail::on<detail::take_nothing>(uv_fs_unlink, path); }
inline auto rename(path_ref from, path_ref to) { return detail::on<detail::take_nothing>(uv_fs_rename, from, to); }
/// `flags` are UV_FS_COPYFILE_EXCL, UV_FS_COPYFILE_FICLONE, UV_FS_COPYFILE_FICLONE_FORCE.
inline auto copyfile(path_ref from, path_ref to, int flags = 0) {
  return detail::on<detail::take_nothing>(uv_fs_copyfile, from, to, flags);
}
inline auto link(path_ref target, path_ref path) { return detail::on<detail::take_nothing>(uv_fs_link, target, path); }
inline auto symlink(path_ref target, path_ref path, int flags = 0) {
  return detail::on<detail::take_nothing>(uv_fs_symlink, target, path, flags);
}
inline auto readlink(path_ref path) { return detail::on<detail::take_text>(uv_fs_readlink, path); }
inline auto realpath(path_ref path) { return detail::on<detail::take_text>(uv_fs_realpath, path); }

// ---- directories

inline auto mkdir(path_ref path, int mode = 0777) {
  return detail::on<detail::take_nothing>(uv_fs_mkdir, path, mode);
}
inline auto rmdir(path_ref path) { return detail::on<detail::take_nothing>(uv_fs_rmdir, path); }
inline auto scandir(path_ref path) { return detail::on<detail::take_entries>(uv_fs_scandir, path, 0); }
/// Makes a directory, or a file, of a new name; `pattern` ends in XXXXXX.
inline auto mkdtemp(path_ref pattern) { return detail::on<detail::take_path>(uv_fs_mkdtemp, pattern); }
inline auto mkstemp(path_ref pattern) { return detail::on<detail::take_temporary>(uv_fs_mkstemp, pattern); }

}  // namespace uv::fs

#endif
