/* The sizes of the public structs, which programs have compiled in. */
#include "test.h"

#if defined(__linux__) && defined(__LP64__)
# define SIZES_ARE_KNOWN 1
# define SIZE(wide, i386) (wide)
#elif defined(__linux__) && defined(__GLIBC__) && defined(__i386__)
# define SIZES_ARE_KNOWN 1
# define SIZE(wide, i386) (i386)
#else
# define SIZES_ARE_KNOWN 0
# define SIZE(wide, i386) (wide)
#endif

#ifdef __aarch64__
# define PER_ARCH(others, aarch64) (aarch64)
#else
# define PER_ARCH(others, aarch64) (others)
#endif

/* How long the name of a host may be (NI_MAXHOST) is up to the C library. */
#ifdef __GLIBC__
# define PER_LIBC(glibc, musl) (glibc)
#else
# define PER_LIBC(glibc, musl) (musl)
#endif

TEST(struct_sizes, COVERS("sizeof")) {
  if (!SIZES_ARE_KNOWN)
    SKIP("sizes are known for Linux, on 64-bit machines and on x86");
  CHECK_EQ(sizeof(uv_loop_t), SIZE(PER_ARCH(848, 856), 464));
  CHECK_EQ(sizeof(uv_handle_t), SIZE(96, 48));
  CHECK_EQ(sizeof(uv_stream_t), SIZE(248, 132));
  CHECK_EQ(sizeof(uv_tcp_t), SIZE(248, 132));
  CHECK_EQ(sizeof(uv_udp_t), SIZE(216, 112));
  CHECK_EQ(sizeof(uv_pipe_t), SIZE(264, 140));
  CHECK_EQ(sizeof(uv_tty_t), SIZE(312, 196));
  CHECK_EQ(sizeof(uv_poll_t), SIZE(160, 84));
  CHECK_EQ(sizeof(uv_timer_t), SIZE(152, 88));
  CHECK_EQ(sizeof(uv_prepare_t), SIZE(120, 60));
  CHECK_EQ(sizeof(uv_check_t), SIZE(120, 60));
  CHECK_EQ(sizeof(uv_idle_t), SIZE(120, 60));
  CHECK_EQ(sizeof(uv_async_t), SIZE(128, 64));
  CHECK_EQ(sizeof(uv_process_t), SIZE(136, 68));
  CHECK_EQ(sizeof(uv_fs_event_t), SIZE(136, 68));
  CHECK_EQ(sizeof(uv_fs_poll_t), SIZE(104, 52));
  CHECK_EQ(sizeof(uv_signal_t), SIZE(152, 80));
  CHECK_EQ(sizeof(uv_req_t), SIZE(64, 32));
  CHECK_EQ(sizeof(uv_shutdown_t), SIZE(80, 40));
  CHECK_EQ(sizeof(uv_write_t), SIZE(192, 100));
  CHECK_EQ(sizeof(uv_connect_t), SIZE(96, 48));
  CHECK_EQ(sizeof(uv_udp_send_t), SIZE(320, 224));
  CHECK_EQ(sizeof(uv_fs_t), SIZE(440, 292));
  CHECK_EQ(sizeof(uv_work_t), SIZE(128, 64));
  CHECK_EQ(sizeof(uv_getaddrinfo_t), SIZE(160, 80));
  CHECK_EQ(sizeof(uv_getnameinfo_t), SIZE(PER_LIBC(1320, 544), 1256));
  CHECK_EQ(sizeof(uv_random_t), SIZE(144, 72));
  CHECK_EQ(sizeof(uv_buf_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_lib_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_dir_t), SIZE(56, 28));
  CHECK_EQ(sizeof(uv_stat_t), SIZE(160, 128));
  CHECK_EQ(sizeof(uv_statfs_t), SIZE(88, 88));
  CHECK_EQ(sizeof(uv_timespec_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_timespec64_t), SIZE(16, 12));
  CHECK_EQ(sizeof(uv_timeval_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_timeval64_t), SIZE(16, 12));
  CHECK_EQ(sizeof(uv_rusage_t), SIZE(144, 128));
  CHECK_EQ(sizeof(uv_metrics_t), SIZE(128, 76));
  CHECK_EQ(sizeof(uv_dirent_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_passwd_t), SIZE(40, 20));
  CHECK_EQ(sizeof(uv_group_t), SIZE(24, 12));
  CHECK_EQ(sizeof(uv_cpu_info_t), SIZE(56, 48));
  CHECK_EQ(sizeof(uv_interface_address_t), SIZE(80, 72));
  CHECK_EQ(sizeof(uv_env_item_t), SIZE(16, 8));
  CHECK_EQ(sizeof(uv_utsname_t), SIZE(1024, 1024));
  CHECK_EQ(sizeof(uv_thread_t), SIZE(8, 4));
  CHECK_EQ(sizeof(uv_mutex_t), SIZE(PER_ARCH(40, 48), 24));
  CHECK_EQ(sizeof(uv_rwlock_t), SIZE(56, 32));
  CHECK_EQ(sizeof(uv_sem_t), SIZE(32, 16));
  CHECK_EQ(sizeof(uv_cond_t), SIZE(48, 48));
  CHECK_EQ(sizeof(uv_once_t), SIZE(4, 4));
  CHECK_EQ(sizeof(uv_key_t), SIZE(4, 4));
  CHECK_EQ(sizeof(uv_barrier_t), SIZE(32, 20));
  CHECK_EQ(sizeof(uv_thread_options_t), SIZE(16, 8));
}
