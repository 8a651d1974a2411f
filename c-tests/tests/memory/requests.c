/* Files, names, work and facts about the system, with each of their blocks
 * refused in turn. */
#include "failing_allocator.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/stat.h>

static void ignore_fs(uv_fs_t* req) {
  WORKED(req->result);
}

/* Runs an operation that was asked for with ignore_fs or without callback. */
static void finish_fs(uv_loop_t* loop, uv_fs_t* req, int status) {
  if (WORKED(status))
    uv_run(loop, UV_RUN_DEFAULT);
  uv_fs_req_cleanup(req);
}

static void use_files_with(uv_loop_t* loop, uv_fs_cb cb) {
  enum { MANY = 64 };
  static char data[MANY][16];
  uv_buf_t bufs[MANY];
  uv_dirent_t entries[4];
  uv_fs_t req;
  uv_dir_t* dir;
  int file;
  int i;
  for (i = 0; i < MANY; i++)
    bufs[i] = uv_buf_init(data[i], sizeof(data[i]));

  finish_fs(loop, &req, uv_fs_mkdir(loop, &req, "dir", 0755, NULL));
  finish_fs(loop, &req, uv_fs_open(loop, &req, "dir/file", O_RDWR | O_CREAT,
                                   0644, NULL));
  file = open("dir/file", O_RDWR | O_CLOEXEC | O_CREAT, 0644);
  if (file < 0)
    return; /* uv_fs_mkdir was refused */
  if (req.result >= 0)
    finish_fs(loop, &req, uv_fs_close(loop, &req, (uv_file) req.result, NULL));

#define DO(call) finish_fs(loop, &req, call)
  DO(uv_fs_write(loop, &req, file, bufs, MANY, 0, cb));
  DO(uv_fs_read(loop, &req, file, bufs, MANY, 0, cb));
  DO(uv_fs_read(loop, &req, file, bufs, 1, 0, cb));
  DO(uv_fs_fstat(loop, &req, file, cb));
  DO(uv_fs_stat(loop, &req, "dir/file", cb));
  DO(uv_fs_lstat(loop, &req, "dir/file", cb));
  DO(uv_fs_statfs(loop, &req, "dir", cb));
  DO(uv_fs_access(loop, &req, "dir", R_OK, cb));
  DO(uv_fs_chmod(loop, &req, "dir/file", 0600, cb));
  DO(uv_fs_utime(loop, &req, "dir/file", 1, 2, cb));
  DO(uv_fs_copyfile(loop, &req, "dir/file", "dir/copy", 0, cb));
  DO(uv_fs_scandir(loop, &req, "dir", 0, cb));
  if (uv_fs_scandir(loop, &req, "dir", 0, NULL) >= 0) {
    while (uv_fs_scandir_next(&req, &entries[0]) != UV_EOF)
      continue;
  }
  uv_fs_req_cleanup(&req);
  DO(uv_fs_realpath(loop, &req, "dir/file", cb));
  unlink("dir/copy");
  if (WORKED(uv_fs_symlink(loop, &req, "file", "dir/link", 0, NULL))) {
    uv_fs_req_cleanup(&req);
    DO(uv_fs_readlink(loop, &req, "dir/link", cb));
    unlink("dir/link");
  } else {
    uv_fs_req_cleanup(&req);
  }
  if (WORKED(uv_fs_opendir(loop, &req, "dir", NULL))) {
    dir = req.ptr;
    uv_fs_req_cleanup(&req);
    dir->dirents = entries;
    dir->nentries = 4;
    DO(uv_fs_readdir(loop, &req, dir, cb));
    /* What closes must not fail: else the directory would stay open. */
    CHECK_OK(uv_fs_closedir(loop, &req, dir, NULL));
  }
  uv_fs_req_cleanup(&req);
  if (WORKED(uv_fs_mkdtemp(loop, &req, "dir/tmpXXXXXX", NULL)))
    rmdir(req.path);
  uv_fs_req_cleanup(&req);
  if (WORKED(uv_fs_mkstemp(loop, &req, "dir/tmpXXXXXX", NULL))) {
    close((int) req.result);
    unlink(req.path);
  }
  uv_fs_req_cleanup(&req);
  DO(uv_fs_rename(loop, &req, "dir/file", "dir/renamed", cb));
#undef DO
  CHECK_EQ(close(file), 0);
  unlink("dir/file");
  unlink("dir/renamed");
  CHECK_EQ(rmdir("dir"), 0);
}

static void use_files(uv_loop_t* loop) {
  use_files_with(loop, NULL);
}

static void use_files_later(uv_loop_t* loop) {
  use_files_with(loop, ignore_fs);
}

TEST(oom_fs) {
  use_failing_allocator();
  refuse_each_block(use_files);
}

TEST(oom_fs_async, TIMEOUT(60)) {
  use_failing_allocator();
  refuse_each_block(use_files_later);
}

TEST(oom_fs_async_pool, TIMEOUT(60)) {
  CHECK_OK(setenv("UV_FS_INLINE", "0", 1));
  use_failing_allocator();
  refuse_each_block(use_files_later);
}

static int done;

static void do_work(uv_work_t* req) { (void) req; }

static void after_work(uv_work_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  done++;
}

static void on_addresses(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* addresses) {
  (void) req;
  if (status != UV_EAI_MEMORY)
    WORKED(status);
  uv_freeaddrinfo(addresses);
}

static void on_name(uv_getnameinfo_t* req, int status, const char* name,
                    const char* service) {
  (void) req, (void) name, (void) service;
  if (status != UV_EAI_MEMORY)
    WORKED(status);
}

static void on_random(uv_random_t* req, int status, void* data, size_t size) {
  (void) req, (void) data, (void) size;
  WORKED(status);
}

static void use_pool(uv_loop_t* loop) {
  static uv_work_t work;
  static uv_getaddrinfo_t look_up;
  static uv_getnameinfo_t reverse;
  static uv_random_t random;
  static char bytes[16];
  struct sockaddr_in address = loopback4(80);
  struct addrinfo hints;
  memset(&hints, 0, sizeof(hints));
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  if (WORKED(uv_queue_work(loop, &work, do_work, after_work)))
    done--;
  WORKED(uv_getaddrinfo(loop, &look_up, on_addresses, "127.0.0.1", "80",
                        &hints));
  WORKED(uv_getnameinfo(loop, &reverse, on_name, (struct sockaddr*) &address,
                        NI_NUMERICHOST | NI_NUMERICSERV));
  WORKED(uv_random(loop, &random, bytes, sizeof(bytes), 0, on_random));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(done, 0);
}

TEST(oom_pool) {
  use_failing_allocator();
  refuse_each_block(use_pool);
}

static void ask_system(uv_loop_t* loop) {
  uv_interface_address_t* addresses;
  uv_cpu_info_t* cpus;
  uv_env_item_t* items;
  uv_passwd_t user;
  uv_group_t group;
  uv_utsname_t names;
  uv_rusage_t usage;
  char text[4096];
  size_t size = sizeof(text);
  double uptime;
  int count;
  (void) loop;
  if (WORKED(uv_interface_addresses(&addresses, &count)))
    uv_free_interface_addresses(addresses, count);
  if (WORKED(uv_cpu_info(&cpus, &count)))
    uv_free_cpu_info(cpus, count);
  if (WORKED(uv_os_environ(&items, &count)))
    uv_os_free_environ(items, count);
  if (WORKED(uv_os_get_passwd(&user)))
    uv_os_free_passwd(&user);
  if (WORKED(uv_os_get_group(&group, 0)))
    uv_os_free_group(&group);
  if (WORKED(uv_os_homedir(text, &size)))
    size = sizeof(text);
  if (WORKED(uv_os_tmpdir(text, &size)))
    size = sizeof(text);
  if (WORKED(uv_exepath(text, &size)))
    size = sizeof(text);
  if (WORKED(uv_cwd(text, &size)))
    size = sizeof(text);
  WORKED(uv_os_gethostname(text, &size));
  WORKED(uv_os_uname(&names));
  WORKED(uv_getrusage(&usage));
  WORKED(uv_uptime(&uptime));
  WORKED(uv_os_setenv("OUT_OF_MEMORY", "1"));
  WORKED(uv_set_process_title("a new title"));
  WORKED(uv_get_process_title(text, sizeof(text)));
  uv_available_parallelism();
  uv_get_constrained_memory();
  uv_get_available_memory();
  uv_get_free_memory();
}

TEST(oom_system, SETUP_ARGS) {
  use_failing_allocator();
  refuse_each_block(ask_system);
}

/* ---- Threads and locks ---- */

static void in_thread(void* arg) {
  uv_sem_post(arg);
}

static void use_threads(uv_loop_t* loop) {
  uv_thread_t thread;
  uv_sem_t sem;
  uv_mutex_t mutex;
  uv_rwlock_t lock;
  uv_cond_t cond;
  uv_barrier_t barrier;
  uv_lib_t lib;
  (void) loop;
  if (WORKED(uv_sem_init(&sem, 0))) {
    if (WORKED(uv_thread_create(&thread, in_thread, &sem))) {
      uv_sem_wait(&sem);
      CHECK_OK(uv_thread_join(&thread));
    }
    uv_sem_destroy(&sem);
  }
  if (WORKED(uv_mutex_init(&mutex)))
    uv_mutex_destroy(&mutex);
  if (WORKED(uv_rwlock_init(&lock)))
    uv_rwlock_destroy(&lock);
  if (WORKED(uv_cond_init(&cond)))
    uv_cond_destroy(&cond);
  if (WORKED(uv_barrier_init(&barrier, 1)))
    uv_barrier_destroy(&barrier);
  CHECK_EQ(uv_dlopen("no such library", &lib), -1);
  CHECK_NOT_NULL(uv_dlerror(&lib));
  uv_dlclose(&lib);
}

TEST(oom_threads) {
  use_failing_allocator();
  refuse_each_block(use_threads);
}
