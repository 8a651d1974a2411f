/* Copying over a file that is there. */
#include "fs.h"

TEST(copyfile_takes_over_contents_and_mode) {
  struct stat info;
  size_t size;
  char* text;
  umask(0);
  write_file("from", "short", 5);
  write_file("to", "something longer", 16);
  CHECK_OK(chmod("from", 0751));
  CHECK_OK(chmod("to", 0624));
  CHECK_EQ(SYNC(uv_fs_copyfile, "from", "to", 0), 0);
  CHECK_OK(stat("to", &info));
  CHECK_EQ(info.st_mode & 07777, 0751);
  text = read_file("to", &size);
  CHECK_EQ(size, 5);
  CHECK_STR_EQ(text, "short");
  free(text);
  fs_release(&fs_req);
  finish_loop(uv_default_loop());
}

/* What was there before a copy is not the copy's to remove. libuv removes it. */

TEST(copyfile_onto_pipe) {
  char text[8];
  int end;
  write_file("from", "hello", 5);
  CHECK_OK(mkfifo("pipe", 0600));
  end = open("pipe", O_RDWR | O_NONBLOCK);
  CHECK_GE(end, 0);
  CHECK_EQ(SYNC(uv_fs_copyfile, "from", "pipe", 0), 0);
  CHECK_EQ(read(end, text, sizeof(text)), 5);
  CHECK_MEM_EQ(text, "hello", 5);
  CHECK(S_ISFIFO(stat_of("pipe").st_mode));
  CHECK_OK(close(end));
  fs_finish();
}

TEST(copyfile_onto_device) {
  mode_t mode = stat_of("/dev/full").st_mode;
  write_file("from", "hello", 5);
  CHECK_OK(chmod("from", 0600));
  CHECK_OK(symlink("/dev/null", "null"));
  CHECK_OK(symlink("/dev/full", "full"));
  CHECK_EQ(SYNC(uv_fs_copyfile, "from", "null", 0), 0);
  CHECK_EQ(SYNC(uv_fs_copyfile, "from", "full", 0), UV_ENOSPC);
  CHECK_EQ(SYNC(uv_fs_copyfile, "from", "full", UV_FS_COPYFILE_EXCL), UV_EEXIST);
  CHECK_OK(access("null", F_OK));
  CHECK_OK(access("full", F_OK));
  CHECK_EQ(stat_of("/dev/full").st_mode, mode);
  fs_finish();
}

TEST(copyfile_removes_what_it_made_alone) {
  write_file("from", "hello", 5);
  write_file("to", "old", 3);
  /* The contents of another file system cannot be shared. */
  CHECK_LT(SYNC(uv_fs_copyfile, "/proc/self/cmdline", "to", UV_FS_COPYFILE_FICLONE_FORCE), 0);
  CHECK_OK(access("to", F_OK));
  CHECK_LT(SYNC(uv_fs_copyfile, "/proc/self/cmdline", "new", UV_FS_COPYFILE_FICLONE_FORCE), 0);
  CHECK_EQ(access("new", F_OK), -1);
  fs_finish();
}
