/* descriptors: pipes for IPC, between whose ends bytes and handles travel: uv_write2 and
 * uv_try_write2 with TCP, UDP and pipe handles, uv_pipe_pending_count and _type, uv_accept at once,
 * later, into a handle of the wrong kind, or never; reading that pauses; ends that close.
 *
 * Which read brings which bytes is the kernel's business: each end's bytes are checked by their places
 * and told in sum, handles in their order. */
#include "play.h"

#include <fcntl.h>
#include <sys/socket.h>

#define PAIRS 2
#define ROUNDS 14
#define LONGEST 20000

typedef struct {
  uv_pipe_t pipe;
  int id;
  int is_open, is_reading, is_shut;
  size_t sent, got, right;   /* bytes */
  int handles_sent, handles_got;
  int last; /* what reading ended with */
  int waits; /* handles come in, but are not accepted before the round's end */
  unsigned int calls;
  char bytes[70000];
} end_t;

typedef struct {
  uv_write_t request;
  end_t* end;
  int number;
  char* bytes;
} writing_t;

typedef union {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
  uv_udp_t udp;
} any_t;

static uv_loop_t loop;
static end_t ends[PAIRS * 2];
static any_t offers[4];
static int writes;

static end_t* peer_of(end_t* end) {
  return &ends[end->id ^ 1];
}

static void on_closed(uv_handle_t* handle) {
  end_t* end = handle->data;
  tell(end->id, "closed");
  awaited--;
}

static void on_taken_closed(uv_handle_t* handle) {
  free(handle);
  awaited--;
}

/* What was accepted, by what can be asked of it. */
static void tell_taken(end_t* end, any_t* taken) {
  struct sockaddr_storage address;
  char name[200];
  int length = sizeof(address), status;
  size_t size = sizeof(name);
  switch (taken->handle.type) {
    case UV_TCP:
      status = uv_tcp_getsockname(&taken->tcp, (struct sockaddr*) &address, &length);
      tell(end->id, "tcp: %s, family %d", status_name(status), address.ss_family);
      break;
    case UV_UDP:
      status = uv_udp_getsockname(&taken->udp, (struct sockaddr*) &address, &length);
      tell(end->id, "udp: %s, family %d", status_name(status), address.ss_family);
      break;
    default:
      status = uv_pipe_getsockname(&taken->pipe, name, &size);
      tell(end->id, "pipe: %s, %.*s, readable %d, writable %d", status_name(status), (int) size, name,
           uv_is_readable(&taken->stream), uv_is_writable(&taken->stream));
      break;
  }
}

static void accept_one(end_t* end, unsigned int call) {
  uv_handle_type type = uv_pipe_pending_type(&end->pipe);
  int count = uv_pipe_pending_count(&end->pipe), status;
  any_t* taken = calloc(1, sizeof(*taken));
  tell(end->id, "the next is %s", uv_handle_type_name(type) == NULL ? "none" : uv_handle_type_name(type));
  switch (type) {
    case UV_TCP:
      MUST(uv_tcp_init(&loop, &taken->tcp));
      break;
    case UV_UDP:
      MUST(uv_udp_init(&loop, &taken->udp));
      break;
    default:
      MUST(uv_pipe_init(&loop, &taken->pipe, (int) choose((unsigned int) end->id, call, 20, 2)));
      break;
  }
  status = uv_accept((uv_stream_t*) &end->pipe, &taken->stream);
  tell(end->id, "accept: %s, one less %d", status_name(status), uv_pipe_pending_count(&end->pipe) == count - 1);
  if (status == 0) {
    end->handles_got++;
    tell_taken(end, taken);
    if (choose((unsigned int) end->id, call, 21, 4) == 0)
      tell(end->id, "accept into the same: %s",
           uv_pipe_pending_count(&end->pipe) > 0 ? "not tried" : status_name(uv_accept((uv_stream_t*) &end->pipe, &taken->stream)));
  }
  awaited++;
  uv_close(&taken->handle, on_taken_closed);
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  end_t* end = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(end->bytes, sizeof(end->bytes) / (1 + (unsigned int) end->id * 20));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  end_t* end = stream->data;
  if (nread == 0)
    return;
  if (nread < 0) {
    end->last = (int) nread;
    end->is_reading = 0;
    tell(end->id, "read: %s", status_name(nread));
    return;
  }
  if (end->got == end->right)
    end->right += right_bytes((unsigned int) peer_of(end)->id, end->got, buffer->base, (size_t) nread);
  end->got += (size_t) nread;
  while (!end->waits && uv_pipe_pending_count(&end->pipe) > 0)
    accept_one(end, ++end->calls);
}

static void on_written(uv_write_t* request, int status) {
  writing_t* writing = (writing_t*) request;
  tell(10 + writing->end->id, "written %d: %s", writing->number, status_name(status));
  free(writing->bytes);
  free(writing);
  awaited--;
}

static void on_shut(uv_shutdown_t* request, int status) {
  end_t* end = request->data;
  tell(10 + end->id, "shut: %s", status_name(status));
  free(request);
  awaited--;
}

static void make_offers(void) {
  struct sockaddr_in address;
  struct sockaddr_in6 address6;
  uv_os_sock_t pair[2];
  MUST(uv_ip4_addr("127.0.0.1", 0, &address));
  MUST(uv_ip6_addr("::1", 0, &address6));
  MUST(uv_tcp_init(&loop, &offers[0].tcp));
  MUST(uv_tcp_bind(&offers[0].tcp, (const struct sockaddr*) &address, 0));
  MUST(uv_udp_init(&loop, &offers[1].udp));
  MUST(uv_udp_bind(&offers[1].udp, (const struct sockaddr*) &address6, 0));
  MUST(uv_pipe_init(&loop, &offers[2].pipe, 0));
  MUST(uv_pipe_bind(&offers[2].pipe, "offered"));
  MUST(uv_socketpair(SOCK_STREAM, 0, pair, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  MUST(uv_pipe_init(&loop, &offers[3].pipe, 0));
  MUST(uv_pipe_open(&offers[3].pipe, pair[0]));
  close(pair[1]);
}

static void make_pair(int number) {
  uv_os_sock_t pair[2];
  int i;
  MUST(uv_socketpair(SOCK_STREAM, 0, pair, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  for (i = 0; i < 2; i++) {
    end_t* end = &ends[number * 2 + i];
    memset(end, 0, sizeof(*end));
    end->id = number * 2 + i;
    end->is_open = 1;
    MUST(uv_pipe_init(&loop, &end->pipe, 1));
    end->pipe.data = end;
    MUST(uv_pipe_open(&end->pipe, pair[i]));
  }
}

static void send_something(end_t* end) {
  writing_t* writing = calloc(1, sizeof(*writing));
  any_t* offer = below(2) ? &offers[below(COUNT(offers))] : NULL;
  size_t size = 1 + below(below(4) == 0 ? LONGEST : 60);
  uv_buf_t buffers[2];
  unsigned int half;
  int status, tries = below(4) == 0;

  writing->end = end;
  writing->number = writes++;
  writing->bytes = malloc(size);
  fill_bytes((unsigned int) end->id, end->sent, writing->bytes, size);
  half = below((unsigned int) size);
  buffers[0] = uv_buf_init(writing->bytes, half);
  buffers[1] = uv_buf_init(writing->bytes + half, (unsigned int) size - half);
  if (tries) {
    status = offer == NULL ? uv_try_write((uv_stream_t*) &end->pipe, buffers, 2)
                           : uv_try_write2((uv_stream_t*) &end->pipe, buffers, 2, &offer->stream);
    tell(10 + end->id, "try %zu with %s: %s", size,
         offer == NULL ? "nothing" : uv_handle_type_name(offer->handle.type), status_name(status));
    if (status > 0)
      end->sent += (size_t) status;
    end->handles_sent += status > 0 && offer != NULL;
    free(writing->bytes);
    free(writing);
    return;
  }
  status = offer == NULL ? uv_write(&writing->request, (uv_stream_t*) &end->pipe, buffers, 2, on_written)
                         : uv_write2(&writing->request, (uv_stream_t*) &end->pipe, buffers, 2, &offer->stream,
                                     on_written);
  tell(10 + end->id, "write %d of %zu with %s: %s", writing->number, size,
       offer == NULL ? "nothing" : uv_handle_type_name(offer->handle.type), status_name(status));
  if (status == 0) {
    awaited++;
    end->sent += size;
    end->handles_sent += offer != NULL;
    return;
  }
  free(writing->bytes);
  free(writing);
}

static void act(void) {
  end_t* end = &ends[below(PAIRS * 2)];
  int status;
  switch (below(12)) {
    case 0:
    case 1:
    case 2:
      if (!end->is_open || end->last != 0)
        return;
      status = uv_read_start((uv_stream_t*) &end->pipe, on_alloc, on_read);
      tell(end->id, "read_start: %s", status_name(status));
      if (status == 0)
        end->is_reading = 1;
      end->waits = below(3) == 0;
      return;
    case 3:
      if (end->is_open && below(2)) {
        tell(end->id, "read_stop: %s", status_name(uv_read_stop((uv_stream_t*) &end->pipe)));
        end->is_reading = 0;
      }
      return;
    case 4:
      if (end->is_open && !end->is_shut && below(6) == 0) {
        uv_shutdown_t* request = calloc(1, sizeof(*request));
        status = uv_shutdown(request, (uv_stream_t*) &end->pipe, on_shut);
        request->data = end;
        tell(10 + end->id, "shutdown: %s", status_name(status));
        if (status == 0)
          awaited++;
        else
          free(request);
        end->is_shut = 1;
      }
      return;
    default:
      if (end->is_open && peer_of(end)->is_open)
        send_something(end);
      return;
  }
}

/* Writes may wait for a reader, so that all are there before the round's end. */
static int all_there(void) {
  int i;
  for (i = 0; i < PAIRS * 2; i++) {
    end_t* end = &ends[i];
    if (end->is_open && end->last == 0 && end->is_reading && end->got < peer_of(end)->sent)
      return 0;
    if (end->is_open && end->last == 0 && end->is_reading && peer_of(end)->is_shut)
      return 0;
  }
  return awaited <= 0;
}

static void end_round(int round) {
  int i;
  for (i = 0; i < PAIRS * 2; i++) { /* whoever waits for room gets it */
    end_t* end = &ends[i];
    if (end->is_open && end->last == 0 && !end->is_reading && below(2) == 0) {
      MUST(uv_read_start((uv_stream_t*) &end->pipe, on_alloc, on_read));
      end->is_reading = 1;
    } else if (end->is_open && end->last == 0 && !end->is_reading && peer_of(end)->pipe.write_queue_size > 0) {
      MUST(uv_read_start((uv_stream_t*) &end->pipe, on_alloc, on_read));
      end->is_reading = 1;
    }
  }
  settle_until(&loop, all_there);
  for (i = 0; i < PAIRS * 2; i++) {
    end_t* end = &ends[i];
    if (!end->is_open)
      continue;
    tell(end->id, "got %zu, right %d; waiting %d, %s", end->is_reading || end->last ? end->got : 0,
         end->got == end->right, end->is_reading ? uv_pipe_pending_count(&end->pipe) : 0,
         end->is_reading ? uv_handle_type_name(uv_pipe_pending_type(&end->pipe)) : "-");
    tell(end->id, "readable %d, writable %d, active %d, queue %zu", uv_is_readable((uv_stream_t*) &end->pipe),
         uv_is_writable((uv_stream_t*) &end->pipe), uv_is_active((uv_handle_t*) &end->pipe),
         uv_stream_get_write_queue_size((uv_stream_t*) &end->pipe));
    while (below(2) == 0 && end->is_reading && uv_pipe_pending_count(&end->pipe) > 0)
      accept_one(end, ++end->calls);
  }
  settle_until(&loop, all_there);
  tell_now("round %d", round);
  tell_all();
}

void play(void) {
  int round, i, k, count;
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  make_offers();
  for (i = 0; i < PAIRS; i++)
    make_pair(i);
  for (round = 0; round < ROUNDS; round++) {
    count = 1 + (int) below(10);
    for (i = 0; i < count; i++)
      act();
    end_round(round);
    for (i = 0; i < PAIRS; i++) {
      if (below(6) > 0)
        continue;
      for (k = 0; k < 2; k++) { /* perhaps with handles that nobody accepted */
        end_t* end = &ends[i * 2 + k];
        end->is_open = 0;
        awaited++;
        uv_close((uv_handle_t*) &end->pipe, on_closed);
      }
      settle(&loop);
      tell_all();
      make_pair(i);
    }
  }
  end_loop(&loop);
  count = 0;
  for (i = 3; i < 200; i++)
    count += fcntl(i, F_GETFD) >= 0;
  tell_now("descriptors left %d", count <= 2 ? 0 : count); /* libuv keeps a pipe for signals */
}
