/* Datagrams: there and back, one on its way. */
#include "soak.h"

#define PAIRS 4

typedef struct {
  uv_udp_t here, there;
  struct sockaddr_in here_at, there_at;
  uv_udp_send_t send;
  uint64_t key;
  size_t size;
  char out[1400], in[65536], back[65536];
} pair_t;

static pair_t pairs[PAIRS];

static void send_datagram(pair_t* pair);

static void on_udp_sent(uv_udp_send_t* request, int status) {
  (void) request;
  EXPECT(UDP, status == 0);
}

static void on_here_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  pair_t* pair = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(pair->in, sizeof(pair->in));
}

static void on_there_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  pair_t* pair = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(pair->back, sizeof(pair->back));
}

static void on_there(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                     unsigned int flags) {
  uv_buf_t answer;
  (void) flags;
  if (nread == 0 && address == NULL)
    return;
  EXPECT(UDP, nread >= 0);
  answer = uv_buf_init(buffer->base, (unsigned int) nread);
  EXPECT(UDP, uv_udp_try_send(handle, &answer, 1, address) == nread);
}

static void on_here(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                    unsigned int flags) {
  pair_t* pair = handle->data;
  (void) flags;
  if (nread == 0 && address == NULL)
    return;
  EXPECT(UDP, nread == (ssize_t) pair->size && is_right(pair->key, 0, buffer->base, pair->size));
  table[UDP].done++;
  table[UDP].bytes += (uint64_t) pair->size;
  busy--;
  if (!is_draining)
    send_datagram(pair);
}

static void send_datagram(pair_t* pair) {
  uv_buf_t buffer;
  pair->key = mix(++chance);
  pair->size = 1 + below(sizeof(pair->out) - 1);
  fill(pair->key, 0, pair->out, pair->size);
  buffer = uv_buf_init(pair->out, (unsigned int) pair->size);
  busy++;
  MUST(uv_udp_send(&pair->send, &pair->here, &buffer, 1, (const struct sockaddr*) &pair->there_at, on_udp_sent));
}

static void bind_udp(uv_udp_t* handle, struct sockaddr_in* address, pair_t* pair, uv_alloc_cb alloc,
                     uv_udp_recv_cb received) {
  int length = sizeof(*address);
  MUST(uv_udp_init(&loop, handle));
  handle->data = pair;
  MUST(uv_ip4_addr("127.0.0.1", 0, address));
  MUST(uv_udp_bind(handle, (const struct sockaddr*) address, 0));
  MUST(uv_udp_getsockname(handle, (struct sockaddr*) address, &length));
  MUST(uv_udp_recv_start(handle, alloc, received));
}

void make_datagrams(void) {
  int i;
  for (i = 0; i < PAIRS; i++) {
    bind_udp(&pairs[i].here, &pairs[i].here_at, &pairs[i], on_here_alloc, on_here);
    bind_udp(&pairs[i].there, &pairs[i].there_at, &pairs[i], on_there_alloc, on_there);
  }
}

void begin_datagrams(void) {
  int i;
  for (i = 0; i < PAIRS; i++)
    send_datagram(&pairs[i]);
}
