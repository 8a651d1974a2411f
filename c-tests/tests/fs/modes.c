/* Access, modes and owners. */
#include "fs.h"

TEST(fs_access) {
  CHECK_LT(SYNC(uv_fs_access, "missing", F_OK), 0);
  CHECK_LT(ASYNC(UV_FS_ACCESS, uv_fs_access, "missing", F_OK), 0);
  create_text("file");
  CHECK_OK(SYNC(uv_fs_access, "file", F_OK));
  CHECK_OK(ASYNC(UV_FS_ACCESS, uv_fs_access, "file", F_OK));
  CHECK_OK(SYNC(uv_fs_mkdir, "dir", 0777));
  CHECK_OK(SYNC(uv_fs_access, "dir", W_OK));
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_access)

/* ---- Modes ---- */

static int mode_in_callback;

static void look_at_mode(uv_fs_t* req) {
  CHECK_OK(req->result);
  mode_in_callback = mode_of("file");
}

/* The new mode can be seen as soon as the call is done. */
#define CHECK_CHMOD(type, function, file, mode)                                \
  do {                                                                         \
    fs_in_callback = look_at_mode;                                             \
    CHECK_OK(ASYNC(type, function, file, mode));                               \
    CHECK_EQ(mode_in_callback, mode);                                          \
  } while (0)

TEST(fs_chmod) {
  uv_file fd = open_file("file", O_RDWR | O_CREAT, 0666);
  CHECK_EQ(write_text(fd, -1), TEXT_SIZE);
  CHECK_OK(SYNC(uv_fs_chmod, "file", 0200));
  CHECK_EQ(mode_of("file"), 0200);
  CHECK_OK(SYNC(uv_fs_chmod, "file", 0400));
  CHECK_EQ(mode_of("file"), 0400);
  CHECK_OK(SYNC(uv_fs_fchmod, fd, 0600));
  CHECK_EQ(mode_of("file"), 0600);
  CHECK_CHMOD(UV_FS_CHMOD, uv_fs_chmod, "file", 0200);
  CHECK_CHMOD(UV_FS_CHMOD, uv_fs_chmod, "file", 0400);
  CHECK_CHMOD(UV_FS_FCHMOD, uv_fs_fchmod, fd, 0600);
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_chmod)

TEST(fs_unlink_readonly) {
  create_text("file");
  CHECK_OK(SYNC(uv_fs_chmod, "file", 0400));
  CHECK_EQ(mode_of("file"), 0400);
  CHECK_OK(SYNC(uv_fs_unlink, "file"));
  CHECK_EQ(access("file", F_OK), -1);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_unlink_readonly)

/* ---- Owners ---- */

enum { UNCHANGED = -1 };

TEST(fs_chown) {
  uv_uid_t none = (uv_uid_t) UNCHANGED;
  uv_file fd = open_file("file", O_RDWR | O_CREAT, 0666);
  CHECK_OK(SYNC(uv_fs_chown, "file", none, none));
  CHECK_OK(SYNC(uv_fs_fchown, fd, none, none));
  CHECK_OK(ASYNC(UV_FS_CHOWN, uv_fs_chown, "file", none, none));
  CHECK_OK(ASYNC(UV_FS_FCHOWN, uv_fs_fchown, fd, none, none));
  CHECK_EQ(stat_of("file").st_uid, geteuid());
  CHECK_ERR(geteuid() == 0 ? 0 : UV_EPERM,
            ASYNC(UV_FS_CHOWN, uv_fs_chown, "file", 0, 0));

  CHECK_OK(SYNC(uv_fs_link, "file", "link"));
  CHECK_OK(SYNC(uv_fs_lchown, "link", none, none));
  CHECK_OK(ASYNC(UV_FS_LCHOWN, uv_fs_lchown, "link", none, none));
  close_file(fd);
  fs_finish();
}

TEST_IO_URING_VARIANT(fs_chown)
TEST_ENTRY(fs_chown_unprivileged, test_fs_chown, UNPRIVILEGED,
           COVERS("fs_chown"))
