/* Files copied, onto nothing, onto a file, onto one that may not be there. What
 * was there before stays, whatever fails. */
#include "../torture.h"

static uv_fs_t copy, over, exclusive, send_req;
static char data[150000];

static void on_done(uv_fs_t* req) {
  told(req);
  if (req == &exclusive && req->result == UV_EEXIST)
    req->result = 0;
  (void) tolerable(req->result);
  uv_fs_req_cleanup(req);
}

static ino_t number_of(const char* path) {
  struct stat info;
  return stat(path, &info) == 0 ? info.st_ino : 0;
}

static off_t size_of(const char* path) {
  struct stat info;
  return stat(path, &info) == 0 ? info.st_size : -1;
}

SCENARIO(fs_copies) {
  ino_t there;
  int in;
  int out;
  memset(data, 'd', sizeof(data));
  make_file("from", data, sizeof(data));
  make_file("there", "old", 3);
  make_file("kept", "kept", 4);
  there = number_of("there");
  in = open("from", O_RDONLY | O_CLOEXEC);
  out = open("sent", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  must(in >= 0 && out >= 0);
  if (asked(&copy, uv_fs_copyfile(loop, &copy, "from", "copy", 0, on_done)) ||
      asked(&over, uv_fs_copyfile(loop, &over, "from", "there", 0, on_done)) ||
      asked(&exclusive, uv_fs_copyfile(loop, &exclusive, "from", "kept",
                                       UV_FS_COPYFILE_EXCL, on_done)) ||
      asked(&send_req, uv_fs_sendfile(loop, &send_req, out, in, 0, sizeof(data),
                                      on_done)))
    give_up();
  run();
  must(size_of("kept") == 4);
  must(there != 0 && number_of("there") == there);
  must(size_of("from") == sizeof(data));
  usually(size_of("copy") == sizeof(data));
  usually(size_of("there") == sizeof(data));
  usually(size_of("sent") == sizeof(data));
  close(in);
  close(out);
}
