/* File operations without a callback: done in the call, no loop needed. Lists a folder that it makes. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

int main(void) {
  char folder[200], path[512];
  size_t size = sizeof(folder);
  uv_fs_t request, stat;
  uv_dirent_t entry;
  int i;

  check(uv_os_tmpdir(folder, &size), "uv_os_tmpdir");
  snprintf(path, sizeof(path), "%s/list_folder-XXXXXX", folder);
  check(uv_fs_mkdtemp(NULL, &request, path, NULL), "uv_fs_mkdtemp");
  snprintf(folder, sizeof(folder), "%s", request.path);
  uv_fs_req_cleanup(&request);

  for (i = 0; i < 3; i++) {
    snprintf(path, sizeof(path), "%s/file-%d", folder, i);
    check(uv_fs_open(NULL, &request, path, UV_FS_O_CREAT | UV_FS_O_WRONLY, 0644, NULL), "uv_fs_open");
    uv_fs_req_cleanup(&request);
    uv_file file = (uv_file) request.result;
    check(uv_fs_ftruncate(NULL, &request, file, 1000 * i, NULL), "uv_fs_ftruncate");
    uv_fs_req_cleanup(&request);
    check(uv_fs_close(NULL, &request, file, NULL), "uv_fs_close");
    uv_fs_req_cleanup(&request);
  }

  /* ANCHOR: list */
  check(uv_fs_scandir(NULL, &request, folder, 0, NULL), "uv_fs_scandir");
  while (uv_fs_scandir_next(&request, &entry) == 0) {
    snprintf(path, sizeof(path), "%s/%s", folder, entry.name);
    check(uv_fs_stat(NULL, &stat, path, NULL), "uv_fs_stat");
    printf("%s %llu bytes\n", entry.name, (unsigned long long) stat.statbuf.st_size);
    uv_fs_req_cleanup(&stat);
    check(uv_fs_unlink(NULL, &stat, path, NULL), "uv_fs_unlink");
    uv_fs_req_cleanup(&stat);
  }
  uv_fs_req_cleanup(&request); /* the names were the request's */
  /* ANCHOR_END: list */

  int status = uv_fs_stat(NULL, &request, path, NULL);
  printf("gone: %s (%s)\n", uv_err_name(status), uv_strerror(status));
  uv_fs_req_cleanup(&request);
  check(uv_fs_rmdir(NULL, &request, folder, NULL), "uv_fs_rmdir");
  uv_fs_req_cleanup(&request);
  return 0;
}
