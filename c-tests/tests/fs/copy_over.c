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
