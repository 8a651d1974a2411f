/* File operations where a filter refuses newer system calls. */
#include "fs.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* From here on the system answers `error` to these calls. */
static void refuse(const long* calls, size_t count, int error) {
  struct sock_filter code[32];
  struct sock_fprog program = {0, code};
  size_t i;

  if (sizeof(void*) == 4)
    SKIP("the C library's own stat begins with statx here, and takes a filter's answer for the file's");
  CHECK_LE(count, 8);
  code[program.len++] = (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (i = 0; i < count; i++) {
    code[program.len++] = (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int) calls[i], 0, 1);
    code[program.len++] =
        (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int) error);
  }
  code[program.len++] = (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  CHECK_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    SKIP("the system takes no filter");
}

static const long newer[] = {
    SYS_statx, SYS_copy_file_range, SYS_sendfile, SYS_preadv2, 437 /* openat2 */,
};

static void use_files(void) {
  char bytes[8];
  uv_buf_t buf = uv_buf_init(bytes, sizeof(bytes));
  uv_file file;
  char* text;
  size_t size;
  int i;

  write_file("from", "contents", 8);
  for (i = 0; i < 3; i++) {
    CHECK_OK(ASYNC(UV_FS_STAT, uv_fs_stat, "from"));
    CHECK_EQ(fs_req.statbuf.st_size, 8);
    CHECK_OK(SYNC(uv_fs_lstat, "from"));
    CHECK_EQ(ASYNC(UV_FS_STAT, uv_fs_stat, "missing"), UV_ENOENT);
    file = open_file("from", O_RDONLY, 0);
    memset(bytes, 0, sizeof(bytes));
    CHECK_EQ(ASYNC(UV_FS_READ, uv_fs_read, file, &buf, 1, 0), 8);
    CHECK_MEM_EQ(bytes, "contents", 8);
    close_file(file);
    unlink("to");
    CHECK_OK(ASYNC(UV_FS_COPYFILE, uv_fs_copyfile, "from", "to", 0));
    text = read_file("to", &size);
    CHECK_EQ(size, 8);
    CHECK_MEM_EQ(text, "contents", 8);
    free(text);
  }
}

static void refuse_and_use(int error) {
  refuse(newer, sizeof(newer) / sizeof(newer[0]), error);
  use_files();
  fs_finish();
}

TEST(fs_calls_refused_with_enosys) { refuse_and_use(ENOSYS); }
TEST(fs_calls_refused_with_eperm) { refuse_and_use(EPERM); }
TEST(fs_calls_refused_with_eacces) { refuse_and_use(EACCES); }
TEST(fs_calls_refused_with_einval) { refuse_and_use(EINVAL); }
TEST(fs_calls_refused_with_eopnotsupp) { refuse_and_use(EOPNOTSUPP); }

/* The filter comes when the calls have been used. */
TEST(fs_calls_refused_later) {
  use_files();
  refuse_and_use(EACCES);
}
