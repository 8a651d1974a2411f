/* The sizes of the public structs, which programs have compiled in. */
#include "test.h"

#if defined(__linux__) && defined(__GLIBC__) && defined(__LP64__) &&           \
    (defined(__x86_64__) || defined(__aarch64__) ||                            \
     (defined(__riscv) && __riscv_xlen == 64))
# define SIZES_ARE_KNOWN 1
#else
# define SIZES_ARE_KNOWN 0
#endif

#ifdef __aarch64__
# define PER_ARCH(others, aarch64) (aarch64)
#else
# define PER_ARCH(others, aarch64) (others)
#endif

TEST(struct_sizes, COVERS("sizeof")) {
  if (!SIZES_ARE_KNOWN)
    SKIP("sizes are fixed for 64-bit Linux with glibc");
  CHECK_EQ(sizeof(uv_loop_t), PER_ARCH(848, 856));
  CHECK_EQ(sizeof(uv_handle_t), 96);
  CHECK_EQ(sizeof(uv_stream_t), 248);
  CHECK_EQ(sizeof(uv_tcp_t), 248);
  CHECK_EQ(sizeof(uv_udp_t), 216);
  CHECK_EQ(sizeof(uv_pipe_t), 264);
  CHECK_EQ(sizeof(uv_tty_t), 312);
  CHECK_EQ(sizeof(uv_poll_t), 160);
  CHECK_EQ(sizeof(uv_timer_t), 152);
  CHECK_EQ(sizeof(uv_prepare_t), 120);
  CHECK_EQ(sizeof(uv_check_t), 120);
  CHECK_EQ(sizeof(uv_idle_t), 120);
  CHECK_EQ(sizeof(uv_async_t), 128);
  CHECK_EQ(sizeof(uv_process_t), 136);
  CHECK_EQ(sizeof(uv_fs_event_t), 136);
  CHECK_EQ(sizeof(uv_fs_poll_t), 104);
  CHECK_EQ(sizeof(uv_signal_t), 152);
  CHECK_EQ(sizeof(uv_req_t), 64);
  CHECK_EQ(sizeof(uv_shutdown_t), 80);
  CHECK_EQ(sizeof(uv_write_t), 192);
  CHECK_EQ(sizeof(uv_connect_t), 96);
  CHECK_EQ(sizeof(uv_udp_send_t), 320);
  CHECK_EQ(sizeof(uv_fs_t), 440);
  CHECK_EQ(sizeof(uv_work_t), 128);
  CHECK_EQ(sizeof(uv_getaddrinfo_t), 160);
  CHECK_EQ(sizeof(uv_getnameinfo_t), 1320);
  CHECK_EQ(sizeof(uv_random_t), 144);
  CHECK_EQ(sizeof(uv_buf_t), 16);
  CHECK_EQ(sizeof(uv_lib_t), 16);
  CHECK_EQ(sizeof(uv_dir_t), 56);
  CHECK_EQ(sizeof(uv_stat_t), 160);
  CHECK_EQ(sizeof(uv_statfs_t), 88);
  CHECK_EQ(sizeof(uv_timespec_t), 16);
  CHECK_EQ(sizeof(uv_timespec64_t), 16);
  CHECK_EQ(sizeof(uv_timeval_t), 16);
  CHECK_EQ(sizeof(uv_timeval64_t), 16);
  CHECK_EQ(sizeof(uv_rusage_t), 144);
  CHECK_EQ(sizeof(uv_metrics_t), 128);
  CHECK_EQ(sizeof(uv_dirent_t), 16);
  CHECK_EQ(sizeof(uv_passwd_t), 40);
  CHECK_EQ(sizeof(uv_group_t), 24);
  CHECK_EQ(sizeof(uv_cpu_info_t), 56);
  CHECK_EQ(sizeof(uv_interface_address_t), 80);
  CHECK_EQ(sizeof(uv_env_item_t), 16);
  CHECK_EQ(sizeof(uv_utsname_t), 1024);
  CHECK_EQ(sizeof(uv_thread_t), 8);
  CHECK_EQ(sizeof(uv_mutex_t), PER_ARCH(40, 48));
  CHECK_EQ(sizeof(uv_rwlock_t), 56);
  CHECK_EQ(sizeof(uv_sem_t), 32);
  CHECK_EQ(sizeof(uv_cond_t), 48);
  CHECK_EQ(sizeof(uv_once_t), 4);
  CHECK_EQ(sizeof(uv_key_t), 4);
  CHECK_EQ(sizeof(uv_barrier_t), 32);
  CHECK_EQ(sizeof(uv_thread_options_t), 16);
}
