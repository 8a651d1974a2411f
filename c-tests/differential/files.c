/* files: file operations of every kind over a few names, with callbacks and without.
 *
 * Odd seeds have one worker, so that also the order of the callbacks is told: all are queued at once,
 * some behind work that holds the worker until they have been cancelled or not. Even seeds have four
 * workers, and actors with a folder each, which do the next thing when the last one is done.
 *
 * uv_fs_sendfile does not append, and uv_fs_copyfile takes a file that is always there: docs/differences.md
 * names differences. */
#include "play.h"

#include <fcntl.h>
#include <sys/stat.h>

#define ACTORS 4
#define STEPS 40
#define ROUNDS 12
#define FILES 4
#define LONGEST 70000

typedef struct {
  int id; /* object of the trace */
  unsigned int calls;
  int steps; /* left */
  uv_file files[FILES];
  uv_dir_t* dir;
  char folder[16];
} actor_t;

typedef struct {
  uv_fs_t request;
  actor_t* actor;
  const char* what;
  int number;
  int slot; /* the file that the request opens or closes, or -1 */
  char* bytes;
  size_t size;
  uv_dirent_t entries[3];
  char template[32];
} step_t;

static uv_loop_t loop;
static actor_t actors[ACTORS];
static int numbers;
static int is_ordered;
static int is_chained;

static const char* const names[] = {"a", "b", "c", "sub", "sub/d", "sub/e", "link", "deep/er/x", ""};

static void next_step(actor_t* actor);

static unsigned int pick(const actor_t* actor, unsigned int n, unsigned int bound) {
  return choose((unsigned int) actor->id, actor->calls, n, bound);
}

static const char* path_of(const actor_t* actor, unsigned int n) {
  static char paths[4][64];
  static unsigned int next;
  char* path = paths[next++ % 4];
  const char* name = names[pick(actor, n, COUNT(names))];
  snprintf(path, sizeof(paths[0]), "%s/%s", actor->folder, name);
  return path;
}

static int by_name(const void* a, const void* b) {
  return strcmp(((const uv_dirent_t*) a)->name, ((const uv_dirent_t*) b)->name);
}

static uint64_t hash_of(const char* bytes, size_t size) {
  uint64_t hash = size;
  size_t i;
  for (i = 0; i < size; i++)
    hash = mix(hash ^ (unsigned char) bytes[i]);
  return hash;
}

static int is_opening(const uv_fs_t* request) {
  return request->fs_type == UV_FS_OPEN || request->fs_type == UV_FS_MKSTEMP;
}

/* All that a request leaves behind. */
static void tell_result(step_t* step) {
  uv_fs_t* request = &step->request;
  int object = is_ordered ? 0 : step->actor->id;
  const uv_stat_t* info = &request->statbuf;
  uv_dirent_t entry;
  ssize_t i;

  tell(object, "%d %s: %s, type %d, path %s", step->number, step->what,
       is_opening(request) && request->result >= 0 ? "a file" : status_name(request->result),
       (int) request->fs_type,
       request->path == NULL                 ? "none"
       : request->fs_type == UV_FS_MKSTEMP && request->result >= 0 ? "made"
                                             : request->path);
  if (uv_fs_get_result(request) != request->result || uv_fs_get_type(request) != request->fs_type)
    tell(object, "the getters differ");
  if (request->result < 0) {
    if (request->fs_type == UV_FS_SCANDIR)
      tell(object, "next: %s", status_name(uv_fs_scandir_next(request, &entry)));
    return;
  }
  switch (request->fs_type) {
    case UV_FS_STAT:
    case UV_FS_LSTAT:
    case UV_FS_FSTAT:
      tell(object, "mode %o, size %" PRIu64 ", links %" PRIu64 ", blocks of %d, ptr %d",
           (unsigned int) info->st_mode, S_ISDIR(info->st_mode) ? 0 : info->st_size,
           S_ISDIR(info->st_mode) ? 0 : info->st_nlink, info->st_blksize > 0, request->ptr == info);
      if (info->st_mtim.tv_sec < 1000000) /* set by utime; reading moves the other one on */
        tell(object, "modified %ld.%09ld", (long) info->st_mtim.tv_sec, (long) info->st_mtim.tv_nsec);
      break;
    case UV_FS_READ:
      tell(object, "bytes %" PRIx64, hash_of(step->bytes, (size_t) request->result));
      break;
    case UV_FS_SCANDIR:
      while (uv_fs_scandir_next(request, &entry) != UV_EOF)
        tell(object, "entry %s of type %d", entry.name, (int) entry.type);
      break;
    case UV_FS_READLINK:
      tell(object, "to %s", (char*) request->ptr);
      break;
    case UV_FS_REALPATH:
      tell(object, "real %s, absolute %d", strstr((char*) request->ptr, step->actor->folder), ((char*) request->ptr)[0] == '/');
      break;
    case UV_FS_STATFS:
      tell(object, "blocks of %d", ((uv_statfs_t*) request->ptr)->f_bsize > 0);
      break;
    case UV_FS_OPENDIR:
      step->actor->dir = request->ptr;
      break;
    case UV_FS_READDIR:
      qsort(step->entries, (size_t) request->result, sizeof(step->entries[0]), by_name);
      tell(object, "%zd entries", request->result);
      for (i = 0; i < request->result; i++)
        if (step->entries[i].name == NULL)
          tell(object, "one has no name");
      break;
    default:
      break;
  }
}

static void end_step(step_t* step) {
  uv_fs_t* request = &step->request;
  actor_t* actor = step->actor;
  tell_result(step);
  if (is_opening(request)) {
    if (request->result >= 0 && step->slot < 0) {
      uv_fs_t closing;
      uv_fs_close(NULL, &closing, (uv_file) request->result, NULL);
      uv_fs_req_cleanup(&closing);
    } else if (step->slot >= 0) {
      actor->files[step->slot] = request->result >= 0 ? (uv_file) request->result : -1;
    }
  }
  uv_fs_req_cleanup(request);
  if (request->path != NULL || request->ptr != NULL)
    tell(actor->id, "something is left after the cleanup");
  free(step->bytes);
  free(step);
}

static void on_done(uv_fs_t* request) {
  step_t* step = (step_t*) request;
  actor_t* actor = step->actor;
  awaited--;
  end_step(step);
  if (is_chained)
    next_step(actor);
}

/* The first one, if the second may have it. libuv refuses to append, and which of two errors is told
 * depends on the system call that is tried first. */
static uv_file can_send(uv_file from, uv_file to) {
  struct stat here, there;
  if (fstat(from, &here) != 0 || S_ISDIR(here.st_mode))
    return -1;
  if (fstat(to, &there) != 0 || S_ISDIR(there.st_mode) || there.st_ino == here.st_ino)
    return -1;
  return (fcntl(to, F_GETFL) & O_APPEND) == 0 ? from : -1;
}

static uv_fs_t* last_request;

/* Does what chance says. Returns whether a callback is to come. */
static int do_step(actor_t* actor, int with_callback) {
  step_t* step = calloc(1, sizeof(*step));
  uv_fs_t* request = &step->request;
  uv_fs_cb callback = with_callback ? on_done : NULL;
  unsigned int slot, what;
  uv_buf_t buffers[6];
  unsigned int count, i;
  int status, flags;
  int64_t offset;
  uv_file file;
  double one, two;

  actor->calls++;
  step->actor = actor;
  step->number = numbers++;
  step->slot = -1;
  if (is_chained)
    step->number = (int) actor->calls;
  slot = pick(actor, 0, FILES);
  file = actor->files[slot];
  what = pick(actor, 1, 36);
  offset = pick(actor, 2, 3) == 0 ? -1 : (int64_t) pick(actor, 3, 3000);
  one = pick(actor, 2, 1000000) / 8.0;
  two = pick(actor, 3, 1000000) / 4.0;
  switch (what) {
    case 0:
    case 1:
    case 2:
    case 3:
      if (file == -1 && is_chained) {
        step->slot = (int) slot;
      }
      step->what = "open";
      flags = (int[]){UV_FS_O_RDONLY, UV_FS_O_RDWR, UV_FS_O_WRONLY, UV_FS_O_RDWR}[pick(actor, 2, 4)] |
              (pick(actor, 3, 2) ? UV_FS_O_CREAT : 0) | (pick(actor, 4, 6) == 0 ? UV_FS_O_EXCL : 0) |
              (pick(actor, 5, 6) == 0 ? UV_FS_O_TRUNC : 0) | (pick(actor, 6, 5) == 0 ? UV_FS_O_APPEND : 0) |
              (pick(actor, 7, 9) == 0 ? UV_FS_O_DIRECTORY : 0);
      status = uv_fs_open(&loop, request, path_of(actor, 8), flags, 0600 + (int) pick(actor, 9, 0100), callback);
      break;
    case 4:
      step->what = "close";
      if (is_chained)
        actor->files[slot] = -1;
      else
        file = -1;
      status = uv_fs_close(&loop, request, file, callback);
      break;
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11: {
      size_t at = 0;
      int writes = what < 8;
      step->what = writes ? "write" : "read";
      step->size = pick(actor, 4, 3) == 0 ? pick(actor, 5, LONGEST) : pick(actor, 5, 700);
      step->bytes = calloc(1, step->size + 1);
      if (writes)
        fill_bytes((unsigned int) step->number, 0, step->bytes, step->size);
      count = 1 + pick(actor, 6, COUNT(buffers));
      for (i = 0; i < count; i++) {
        size_t part = i + 1 == count ? step->size - at : (step->size - at) / 3;
        buffers[i] = uv_buf_init(step->bytes + at, (unsigned int) part);
        at += part;
      }
      status = writes ? uv_fs_write(&loop, request, file, buffers, count, offset, callback)
                      : uv_fs_read(&loop, request, file, buffers, count, offset, callback);
      break;
    }
    case 12:
      step->what = "stat";
      status = uv_fs_stat(&loop, request, path_of(actor, 8), callback);
      break;
    case 13:
      step->what = "lstat";
      status = uv_fs_lstat(&loop, request, path_of(actor, 8), callback);
      break;
    case 14:
    case 15:
      step->what = "fstat";
      status = uv_fs_fstat(&loop, request, file, callback);
      break;
    case 16:
      step->what = "rename";
      status = uv_fs_rename(&loop, request, path_of(actor, 8), path_of(actor, 9), callback);
      break;
    case 17:
      step->what = "unlink";
      status = uv_fs_unlink(&loop, request, path_of(actor, 8), callback);
      break;
    case 18:
    case 19:
      step->what = "mkdir";
      status = uv_fs_mkdir(&loop, request, path_of(actor, 8), 0700 + (int) pick(actor, 9, 0100), callback);
      break;
    case 20:
      step->what = "rmdir";
      status = uv_fs_rmdir(&loop, request, path_of(actor, 8), callback);
      break;
    case 21:
      step->what = "scandir";
      status = uv_fs_scandir(&loop, request, path_of(actor, 8), 0, callback);
      break;
    case 22:
      step->what = "symlink";
      status = uv_fs_symlink(&loop, request, names[pick(actor, 8, COUNT(names))], path_of(actor, 9), 0, callback);
      break;
    case 23:
      step->what = "readlink";
      status = uv_fs_readlink(&loop, request, path_of(actor, 8), callback);
      break;
    case 24:
      step->what = "realpath";
      status = uv_fs_realpath(&loop, request, path_of(actor, 8), callback);
      break;
    case 25:
      step->what = "link";
      status = uv_fs_link(&loop, request, path_of(actor, 8), path_of(actor, 9), callback);
      break;
    case 26:
      step->what = "copyfile";
      snprintf(step->template, sizeof(step->template), "%s/source", actor->folder);
      status = uv_fs_copyfile(&loop, request, step->template, path_of(actor, 9),
                              (int[]){0, 0, UV_FS_COPYFILE_EXCL, UV_FS_COPYFILE_FICLONE, 64}[pick(actor, 10, 5)],
                              callback);
      break;
    case 27:
      step->what = "chmod";
      status = uv_fs_chmod(&loop, request, path_of(actor, 8), 0600 + (int) pick(actor, 9, 0200), callback);
      break;
    case 28:
      step->what = "fchmod";
      status = uv_fs_fchmod(&loop, request, file, 0600 + (int) pick(actor, 9, 0200), callback);
      break;
    case 29:
      step->what = "access";
      status = uv_fs_access(&loop, request, path_of(actor, 8), (int) pick(actor, 9, 8), callback);
      break;
    case 30:
      step->what = "utime";
      status = pick(actor, 7, 3) == 0   ? uv_fs_futime(&loop, request, file, one, two, callback)
               : pick(actor, 7, 3) == 1 ? uv_fs_lutime(&loop, request, path_of(actor, 8), one, two, callback)
                                        : uv_fs_utime(&loop, request, path_of(actor, 8), one, two, callback);
      break;
    case 31:
      step->what = "ftruncate";
      status = uv_fs_ftruncate(&loop, request, file, pick(actor, 8, 5000), callback);
      break;
    case 32:
      step->what = "sync";
      status = pick(actor, 7, 2) ? uv_fs_fdatasync(&loop, request, file, callback)
                                 : uv_fs_fsync(&loop, request, file, callback);
      break;
    case 33:
      step->what = "sendfile";
      status = uv_fs_sendfile(&loop, request, file, can_send(actor->files[(slot + 1) % FILES], file), pick(actor, 8, 500),
                              pick(actor, 9, 3000), callback);
      break;
    case 34:
      step->what = "statfs";
      status = uv_fs_statfs(&loop, request, path_of(actor, 8), callback);
      break;
    default:
      if (!is_chained) {
        step->what = "mkstemp";
        snprintf(step->template, sizeof(step->template), "made/%d-XXXXXX", actor->id);
        status = uv_fs_mkstemp(&loop, request, step->template, callback);
        break;
      }
      if (actor->dir == NULL) {
        step->what = "opendir";
        status = uv_fs_opendir(&loop, request, path_of(actor, 8), callback);
      } else if (pick(actor, 7, 3) > 0) {
        step->what = "readdir";
        actor->dir->dirents = step->entries;
        actor->dir->nentries = COUNT(step->entries);
        status = uv_fs_readdir(&loop, request, actor->dir, callback);
      } else {
        step->what = "closedir";
        status = uv_fs_closedir(&loop, request, actor->dir, callback);
        actor->dir = NULL;
      }
      break;
  }
  if (callback != NULL && status == 0) {
    last_request = request;
    awaited++;
    return 1;
  }
  tell(is_ordered ? 0 : actor->id, "%d %s answers %s", step->number, step->what,
       is_opening(request) && status >= 0 ? "a file" : status_name(status));
  if (callback == NULL) {
    end_step(step);
  } else {
    free(step->bytes);
    free(step);
  }
  return 0;
}

static void next_step(actor_t* actor) {
  while (actor->steps-- > 0) {
    int with_callback = choose((unsigned int) actor->id, (unsigned int) actor->steps, 40, 5) > 0;
    if (do_step(actor, with_callback) && with_callback)
      return;
  }
}

static uv_sem_t gate;
static uv_sem_t entered;

static void hold_worker(uv_work_t* work) {
  (void) work;
  uv_sem_post(&entered);
  uv_sem_wait(&gate);
}

static void on_held(uv_work_t* work, int status) {
  (void) work;
  tell(0, "the worker was held: %s", status_name(status));
  awaited--;
}

static void play_in_order(void) {
  uv_fs_t* requests[24];
  uv_work_t work;
  int round, i, count, made, holds;

  for (round = 0; round < ROUNDS * 2; round++) {
    count = 1 + (int) below(COUNT(requests));
    holds = below(3) == 0;
    if (holds) {
      MUST(uv_queue_work(&loop, &work, hold_worker, on_held));
      awaited++;
      uv_sem_wait(&entered);
    }
    made = 0;
    for (i = 0; i < count; i++) {
      int is_sync = below(8) == 0; /* the two would race over the same files */
      if (do_step(&actors[is_sync], !is_sync))
        requests[made++] = last_request;
    }
    if (holds) {
      for (i = 0; i < made; i++)
        if (below(3) == 0)
          tell(0, "cancel: %s", status_name(uv_cancel((uv_req_t*) requests[i])));
      for (i = 0; i < 3; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
      tell_now("the worker goes on");
      uv_sem_post(&gate);
    }
    settle(&loop);
    tell_now("round %d", round);
    tell_all();
  }
}

static void play_chains(void) {
  int round, i;
  for (round = 0; round < ROUNDS; round++) {
    for (i = 0; i < ACTORS; i++) {
      actors[i].steps = STEPS / 4 + (int) below(STEPS);
      next_step(&actors[i]);
    }
    settle(&loop);
    tell_now("round %d", round);
    tell_all();
  }
}

static int open_descriptors(void) {
  int i, count = 0;
  for (i = 0; i < 100; i++)
    count += fcntl(i, F_GETFD) >= 0;
  return count;
}

static void make_source(const char* folder) {
  char path[40], bytes[3000];
  int file;
  snprintf(path, sizeof(path), "%s/source", folder);
  file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  fill_bytes(77, 0, bytes, sizeof(bytes));
  if (write(file, bytes, sizeof(bytes)) != (ssize_t) sizeof(bytes))
    abort();
  close(file);
}

void play(void) {
  uv_fs_t request;
  int i, k, before;

  is_ordered = seed % 2;
  is_chained = !is_ordered;
  setenv("UV_THREADPOOL_SIZE", is_ordered ? "1" : "4", 1);
  umask(022);
  MUST(uv_loop_init(&loop)); /* what a library keeps once it was used */
  MUST(uv_loop_close(&loop));
  before = open_descriptors();
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  MUST(uv_sem_init(&gate, 0));
  MUST(uv_sem_init(&entered, 0));
  MUST(mkdir("made", 0755)); /* what chance names is out of sight */
  for (i = 0; i < ACTORS; i++) {
    actors[i].id = i;
    snprintf(actors[i].folder, sizeof(actors[i].folder), "folder%d", i);
    MUST(mkdir(actors[i].folder, 0755));
    make_source(actors[i].folder);
    for (k = 0; k < FILES; k++) {
      char path[40];
      actors[i].files[k] = -1;
      if (!is_ordered)
        continue;
      snprintf(path, sizeof(path), "%s/%s", actors[i].folder, names[k]); /* open all the time */
      actors[i].files[k] = open(path, k == 3 ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    }
  }
  if (is_ordered)
    play_in_order();
  else
    play_chains();
  for (i = 0; i < ACTORS; i++) {
    if (actors[i].dir != NULL) {
      MUST(uv_fs_closedir(NULL, &request, actors[i].dir, NULL));
      uv_fs_req_cleanup(&request);
    }
    for (k = 0; k < FILES; k++)
      if (actors[i].files[k] >= 0)
        close(actors[i].files[k]);
  }
  end_loop(&loop);
  tell_now("descriptors left: %d", open_descriptors() - before);
}
