/* echo-load PORT CONNECTIONS SIZE MS RATE: one message under way on each connection, for so long, by plain system
 * calls; with a RATE other than 0 so many messages a second in all. Prints how many came back, and how fast. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_LATENCIES 10000000u

typedef struct {
  int fd;
  size_t sent; /* of the message under way */
  size_t received;
  uint64_t begun;
} connection_t;

static size_t size;
static char* message;
static char* answer;
static int poller;
static uint32_t* latencies;
static size_t count;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
}

static void watch(connection_t* connection, int operation) {
  struct epoll_event event;
  event.events = EPOLLIN | (connection->sent < size ? EPOLLOUT : 0u);
  event.data.ptr = connection;
  if (epoll_ctl(poller, operation, connection->fd, &event) != 0)
    fail("epoll_ctl");
}

static void open_connection(connection_t* connection, int port) {
  struct sockaddr_in address;
  int on = 1;

  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t) port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->fd < 0 || connect(connection->fd, (struct sockaddr*) &address, sizeof(address)) != 0)
    fail("connect");
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  connection->sent = size;
  watch(connection, EPOLL_CTL_ADD);
}

/* As much as goes out; a message that does not go out at once is watched for. */
static void send_more(connection_t* connection) {
  int was_whole = connection->sent == 0;
  ssize_t n = send(connection->fd, message + connection->sent, size - connection->sent, MSG_DONTWAIT);
  if (n > 0)
    connection->sent += (size_t) n;
  if (!was_whole || connection->sent < size)
    watch(connection, EPOLL_CTL_MOD);
}

static void begin(connection_t* connection) {
  connection->begun = now_ns();
  connection->sent = 0;
  connection->received = 0;
  send_more(connection);
}

/* Whether the whole message has come back. */
static int receive(connection_t* connection) {
  ssize_t n = recv(connection->fd, answer, size - connection->received, MSG_DONTWAIT);
  if (n == 0)
    fail("the server has closed");
  if (n > 0)
    connection->received += (size_t) n;
  if (connection->received < size || n <= 0)
    return 0;
  if (count < MOST_LATENCIES)
    latencies[count++] = (uint32_t) (now_ns() - connection->begun);
  return 1;
}

static int compare(const void* a, const void* b) {
  uint32_t x = *(const uint32_t*) a, y = *(const uint32_t*) b;
  return (x > y) - (x < y);
}

int main(int argc, char** argv) {
  struct epoll_event events[256];
  connection_t* connections;
  connection_t** idle;
  uint64_t start, end, due, each;
  int total, idle_count = 0, under_way = 0, i, n;

  if (argc != 6)
    return 2;
  total = atoi(argv[2]);
  size = (size_t) atol(argv[3]);
  each = atol(argv[5]) > 0 ? 1000000000u / (uint64_t) atol(argv[5]) : 0;
  message = malloc(size);
  answer = malloc(size);
  memset(message, 'x', size);
  latencies = malloc(MOST_LATENCIES * sizeof(*latencies));
  connections = calloc((size_t) total, sizeof(*connections));
  idle = calloc((size_t) total, sizeof(*idle));
  poller = epoll_create1(EPOLL_CLOEXEC);
  for (i = 0; i < total; i++) {
    open_connection(&connections[i], atoi(argv[1]));
    idle[idle_count++] = &connections[i];
  }
  start = due = now_ns();
  end = start + strtoull(argv[4], NULL, 10) * 1000000u;
  while (now_ns() < end || under_way > 0) {
    while (idle_count > 0 && now_ns() < end && due <= now_ns()) {
      begin(idle[--idle_count]);
      under_way++;
      due += each;
    }
    /* A moment for the next message of a paced load is no more exact than the kernel's millisecond. */
    n = epoll_wait(poller, events, 256, idle_count > 0 ? 1 : 1000);
    for (i = 0; i < n; i++) {
      connection_t* connection = events[i].data.ptr;
      if ((events[i].events & EPOLLOUT) != 0 && connection->sent < size)
        send_more(connection);
      if ((events[i].events & EPOLLIN) == 0 || !receive(connection))
        continue;
      under_way--;
      if (each == 0 && now_ns() < end) {
        begin(connection);
        under_way++;
      } else {
        idle[idle_count++] = connection;
      }
    }
  }
  end = now_ns();
  if (count == 0) {
    fprintf(stderr, "nothing came back\n");
    return 1;
  }
  qsort(latencies, count, sizeof(*latencies), compare);
  printf("operations=%zu wall_ns=%llu p50_ns=%u p90_ns=%u p99_ns=%u\n",
         count,
         (unsigned long long) (end - start),
         latencies[count / 2],
         latencies[count * 9 / 10],
         latencies[count * 99 / 100]);
  return 0;
}
