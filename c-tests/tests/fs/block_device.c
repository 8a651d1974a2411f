/* A block device of which only a part is in the cache is read as far as asked. */
#include "cached.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SIZE = 1024 * 1024, PART = 8192, WHOLE = 60000 };

static char content[SIZE];
static char target[WHOLE];

/* A loop device on "image", or -1. */
static int attach(void) {
  int image;
  int control;
  int device = -1;
  int tries;

  write_file("image", content, SIZE);
  image = open("image", O_RDWR | O_CLOEXEC);
  CHECK_GE(image, 0);
  control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  for (tries = 0; control >= 0 && device < 0 && tries < 20; tries++) {
    char path[64];
    int number = ioctl(control, LOOP_CTL_GET_FREE);
    if (number < 0)
      break;
    snprintf(path, sizeof(path), "/dev/loop%d", number);
    device = open(path, O_RDWR | O_CLOEXEC);
    if (device < 0)
      break;
    if (ioctl(device, LOOP_SET_FD, image) != 0) {
      close(device);  /* another test was faster */
      device = -1;
    }
  }
  if (control >= 0)
    CHECK_OK(close(control));
  CHECK_OK(close(image));
  return device;
}

static ssize_t result;
static void on_read(uv_fs_t* req) {
  result = req->result;
  uv_fs_req_cleanup(req);
}

static ssize_t read_at(uv_file file, size_t size, int64_t offset) {
  uv_buf_t buf = uv_buf_init(target, (unsigned int) size);
  uv_fs_t req;
  CHECK_OK(uv_fs_read(uv_default_loop(), &req, file, &buf, 1, offset, on_read));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  return result;
}

static void drop_all_but_part(uv_file device, off_t start) {
  CHECK_OK(posix_fadvise(device, 0, 0, POSIX_FADV_DONTNEED));
  CHECK_OK(posix_fadvise(device, 0, 0, POSIX_FADV_RANDOM));
  CHECK_EQ(pread(device, target, PART, start), PART);
}

TEST_BOTH_WAYS(fs_read_partly_cached_device) {
  off_t start = SIZE / 2;
  uv_file device;
  size_t i;

  for (i = 0; i < SIZE; i++)
    content[i] = (char) (i * 7 + i / 4096);
  device = attach();
  if (device < 0)
    SKIP("no block device can be made");
  CHECK_EQ(read_at(device, 100, 0), 100);
  CHECK_EQ(read_at(device, 100, 0), 100);
  for (i = 0; i < 3; i++) {
    drop_all_but_part(device, start);
    CHECK_EQ(read_at(device, WHOLE, start), WHOLE);
    CHECK_MEM_EQ(target, content + start, WHOLE);
    drop_all_but_part(device, start);
    CHECK_EQ(lseek(device, start, SEEK_SET), start);
    CHECK_EQ(read_at(device, WHOLE, -1), WHOLE);
    CHECK_MEM_EQ(target, content + start, WHOLE);
    CHECK_EQ(lseek(device, 0, SEEK_CUR), start + WHOLE);
  }
  CHECK_EQ(read_at(device, 4096, SIZE - 100), 100);  /* the device ends here */
  CHECK_EQ(read_at(device, 4096, SIZE), 0);
  CHECK_OK(ioctl(device, LOOP_CLR_FD, 0));
  CHECK_OK(close(device));
  finish_loop(uv_default_loop());
}
