/* Files: made, written, looked at, read, listed, removed. */
#include "soak.h"

#include <fcntl.h>

#define CHAINS 6

typedef struct {
  uv_fs_t request;
  int number, step;
  uv_file file;
  uint64_t key;
  size_t size;
  char path[32], renamed[32];
  char bytes[100000];
} chain_t;

static chain_t chains[CHAINS];

static void next_of_chain(uv_fs_t* request) {
  chain_t* chain = (chain_t*) request;
  ssize_t result = request->result;
  uint64_t size_seen = request->statbuf.st_size;
  uv_fs_type type = request->fs_type;
  uv_dirent_t entry;
  uv_buf_t buffer;
  int found = 0;

  if (chain->step > 0 && result < 0)
    wrong(FILES, "step %d: %s", chain->step, uv_err_name((int) result));
  if (type == UV_FS_SCANDIR)
    while (uv_fs_scandir_next(request, &entry) == 0)
      found |= strcmp(entry.name, chain->renamed) == 0;
  if (chain->step > 0)
    uv_fs_req_cleanup(request);
  buffer = uv_buf_init(chain->bytes, (unsigned int) chain->size);
  switch (chain->step++) {
    case 0:
      chain->key = mix(++chance);
      chain->size = 1 + (below(6) == 0 ? below(sizeof(chain->bytes) - 1) : below(5000));
      snprintf(chain->path, sizeof(chain->path), "file%d", chain->number);
      snprintf(chain->renamed, sizeof(chain->renamed), "renamed%d", chain->number);
      buffer.len = chain->size;
      busy++;
      MUST(uv_fs_open(&loop, request, chain->path, O_RDWR | O_CREAT | O_EXCL, 0600, next_of_chain));
      return;
    case 1:
      chain->file = (uv_file) result;
      fill(chain->key, 0, chain->bytes, chain->size);
      MUST(uv_fs_write(&loop, request, chain->file, &buffer, 1, -1, next_of_chain));
      return;
    case 2:
      EXPECT(FILES, result == (ssize_t) chain->size);
      MUST(uv_fs_fstat(&loop, request, chain->file, next_of_chain));
      return;
    case 3:
      EXPECT(FILES, size_seen == chain->size);
      memset(chain->bytes, 0, chain->size);
      MUST(uv_fs_read(&loop, request, chain->file, &buffer, 1, 0, next_of_chain));
      return;
    case 4:
      EXPECT(FILES, result == (ssize_t) chain->size && is_right(chain->key, 0, chain->bytes, chain->size));
      table[FILES].bytes += (uint64_t) chain->size;
      MUST(uv_fs_rename(&loop, request, chain->path, chain->renamed, next_of_chain));
      return;
    case 5:
      MUST(uv_fs_scandir(&loop, request, ".", 0, next_of_chain));
      return;
    case 6:
      EXPECT(FILES, found);
      MUST(uv_fs_close(&loop, request, chain->file, next_of_chain));
      return;
    case 7:
      MUST(uv_fs_unlink(&loop, request, chain->renamed, next_of_chain));
      return;
    default:
      table[FILES].done++;
      chain->step = 0;
      busy--;
      if (!is_draining)
        next_of_chain(request);
      return;
  }
}

void begin_files(void) {
  int i;
  for (i = 0; i < CHAINS; i++) {
    chains[i].number = i;
    next_of_chain(&chains[i].request);
  }
}
