/* What the players of `cargo xtask differential` share. A player is a program `FAMILY SEED`: play.c
 * and one family's file, linked to one library. It plays the seed's script on libuv's API in a fresh
 * working directory and prints a trace; two libraries are to leave the same one.
 *
 * Scripts go in rounds. A round does something, runs the loop until all that must come of it has
 * come, and prints what the callbacks told. What each object was told (a handle, a request, one end of
 * a stream) is in order; between objects the order is the kernel's business, or the pool's, so that
 * the lines are printed object by object. A callback decides by its object and by how often that was
 * called, never by a common source of chance, and acts on its own object alone: then neither the
 * order nor one difference changes what the others do. */
#ifndef UV_DIFFERENTIAL_PLAY_H
#define UV_DIFFERENTIAL_PLAY_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#define COUNT(array) ((int) (sizeof(array) / sizeof((array)[0])))

/* The family's script. */
void play(void);
/* What a family's player does when it is started as a child: `FAMILY child ...`. */
int play_child(int argc, char** argv) __attribute__((weak));

extern uint64_t seed;
extern const char* own_path;

uint64_t mix(uint64_t x);
/* The script's own chance, for what is done outside of callbacks: below `bound`. */
unsigned int below(unsigned int bound);
/* Chance for the given call of an object: the n-th number, below `bound`. */
unsigned int choose(unsigned int object, unsigned int call, unsigned int n, unsigned int bound);

/* A line of this object's, printed at the end of the round. */
void tell(int object, const char* format, ...) __attribute__((format(printf, 2, 3)));
/* A line printed at once. */
void tell_now(const char* format, ...) __attribute__((format(printf, 1, 2)));
/* The end of a round: prints what was told to the objects. */
void tell_all(void);
/* "0", a positive number, or the error's name. In one of several buffers, for one printf. */
const char* status_name(ssize_t status);

/* How many callbacks the script still waits for. */
extern int awaited;
/* Runs the loop until nothing is awaited, and a few turns more for what should not come. */
void settle(uv_loop_t* loop);
/* The same, until `is_done`. */
void settle_until(uv_loop_t* loop, int (*is_done)(void));

/* Keeps the loop alive while rounds are played, and lets it go. */
void keep_alive(uv_loop_t* loop);
/* Closes all that is left on the loop, runs it dry, tells what uv_loop_close says. */
void end_loop(uv_loop_t* loop);

/* The script cannot go on: exit status 3, which is never right. */
void give_up(const char* format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define MUST(call)                                                                                 \
  do {                                                                                             \
    intmax_t must_status = (intmax_t) (call);                                                      \
    if (must_status < 0)                                                                           \
      give_up("%s:%d: %s: %jd", __FILE__, __LINE__, #call, must_status);                           \
  } while (0)

/* The n-th of the bytes with this key, so that a byte's place and origin can be told from it. */
unsigned char byte_at(unsigned int key, size_t n);
void fill_bytes(unsigned int key, size_t from, char* bytes, size_t count);
/* How many of these bytes are what they must be, from the first on. */
size_t right_bytes(unsigned int key, size_t from, const char* bytes, size_t count);

#endif
