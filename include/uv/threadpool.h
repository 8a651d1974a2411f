/* SPDX-License-Identifier: MIT
 * Generated from src/ by `cargo xtask headers`; edit the sources instead.
 *
 * Private: a part of the requests that run on the worker pool.
 */

#ifndef UV_THREADPOOL_H_
#define UV_THREADPOOL_H_

/* A job of the worker pool; wq links it into a queue. */
struct uv__work {
  void (*work)(struct uv__work *w);
  void (*done)(struct uv__work *w, int status);
  struct uv_loop_s *loop;
  struct uv__queue wq;
};

#endif /* UV_THREADPOOL_H_ */
