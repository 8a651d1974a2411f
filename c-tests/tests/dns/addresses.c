/* The addresses of names: uv_getaddrinfo. */
#include "test.h"

enum { COUNT = 10 };

static int calls;
static int calls_of[COUNT];
static uv_getaddrinfo_t reqs[COUNT];
static uv_getaddrinfo_t* heap_req;

static void never_addresses(uv_getaddrinfo_t* req, int status,
                            struct addrinfo* addresses) {
  (void) addresses;
  FAIL("callback of %p, status %d", (void*) req, status);
}

static void free_request(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* addresses) {
  (void) status;
  CHECK_PTR_EQ(req, heap_req);
  calls++;
  free(req);
  uv_freeaddrinfo(addresses);
}

TEST(getaddrinfo_basic) {
  heap_req = malloc(sizeof(*heap_req));
  CHECK_NOT_NULL(heap_req);
  CHECK_OK(uv_getaddrinfo(uv_default_loop(), heap_req, free_request,
                          known_host(), NULL, NULL));
  CHECK_EQ(calls, 0);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(uv_default_loop());
}

TEST(getaddrinfo_basic_sync) {
  uv_getaddrinfo_t req;
  CHECK_OK(uv_getaddrinfo(NULL, &req, NULL, known_host(), NULL, NULL));
  CHECK_NOT_NULL(req.addrinfo);
  CHECK_NOT_NULL(req.addrinfo->ai_addr);
  uv_freeaddrinfo(req.addrinfo);
  finish_loop(uv_default_loop());
}

static void on_one_of_many(uv_getaddrinfo_t* req, int status,
                           struct addrinfo* addresses) {
  int i = *(int*) req->data;
  CHECK_PTR_EQ(req, &reqs[i]);
  CHECK_OK(status);
  calls_of[i]++;
  uv_freeaddrinfo(addresses);
}

TEST(getaddrinfo_concurrent) {
  int numbers[COUNT];
  int i;
  for (i = 0; i < COUNT; i++) {
    numbers[i] = i;
    reqs[i].data = &numbers[i];
    CHECK_OK(uv_getaddrinfo(uv_default_loop(), &reqs[i], on_one_of_many,
                            known_host(), NULL, NULL));
  }
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  for (i = 0; i < COUNT; i++)
    CHECK_EQ(calls_of[i], 1);
  finish_loop(uv_default_loop());
}

/* ---- Names without addresses ---- */

static void on_failure(uv_getaddrinfo_t* req, int status,
                       struct addrinfo* addresses) {
  CHECK_PTR_EQ(req, &reqs[0]);
  CHECK_LT(status, 0);
  CHECK_NULL(addresses);
  uv_freeaddrinfo(addresses);
  calls++;
}

TEST(getaddrinfo_fail, TIMEOUT(60)) {
  uv_loop_t* loop = uv_default_loop();
  CHECK_ERR(UV_EINVAL, uv_getaddrinfo(loop, &reqs[0], never_addresses, NULL,
                                      NULL, NULL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_getaddrinfo(loop, &reqs[0], on_failure, "example.invalid.", NULL,
                          NULL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(calls, 1);
  finish_loop(loop);
}

TEST(getaddrinfo_fail_sync, TIMEOUT(60)) {
  uv_getaddrinfo_t req;
  CHECK_LT(uv_getaddrinfo(NULL, &req, NULL, "example.invalid.", NULL, NULL), 0);
  CHECK_NULL(req.addrinfo);
  uv_freeaddrinfo(req.addrinfo);
  finish_loop(uv_default_loop());
}
