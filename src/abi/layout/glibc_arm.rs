//! 32-bit Arm, with glibc, compiled with `_FILE_OFFSET_BITS=64`, as libuv itself is.

use crate::abi::*;

layout! {
    uv__queue 8 4 {
        next = 0, prev = 4,
    }
    uv__work 20 4 {
        work = 0, done = 4, r#loop = 8, wq = 12,
    }
    uv__io_t 32 4 {
        bits = 0, pending_queue = 4, watcher_queue = 12, pevents = 20, events = 24, fd = 28,
    }
    uv_buf_t 8 4 {
        base = 0, len = 4,
    }
    uv_file 4 4 {}
    uv_os_sock_t 4 4 {}
    uv_os_fd_t 4 4 {}
    uv_pid_t 4 4 {}
    uv_once_t 4 4 {}
    uv_thread_t 4 4 {}
    uv_mutex_t 24 4 {}
    uv_rwlock_t 32 4 {}
    uv_sem_t 16 4 {}
    uv_cond_t 48 8 {}
    uv_key_t 4 4 {}
    uv_barrier_t 20 4 {}
    uv_gid_t 4 4 {}
    uv_uid_t 4 4 {}
    uv_lib_t 8 4 {
        handle = 0, errmsg = 4,
    }
    uv__req_write_extra_s 4 4 {
        nwritten = 0,
    }
    uv_errno_t 4 4 {}
    uv_handle_type 4 4 {}
    uv_req_type 4 4 {}
    uv_loop_t 472 8 {
        data = 0, active_handles = 4, handle_queue = 8, active_reqs = 16, internal_fields = 20,
        stop_flag = 24, flags = 28, backend_fd = 32, pending_queue = 36, watcher_queue = 44,
        watchers = 52, nwatchers = 56, nfds = 60, wq = 64, wq_mutex = 72, wq_async = 96,
        cloexec_lock = 160, closing_handles = 192, process_handles = 196, prepare_handles = 204,
        check_handles = 212, idle_handles = 220, async_handles = 228, async_unused = 236,
        async_io_watcher = 240, async_wfd = 272, timer_heap = 276, timer_counter = 288, time = 296,
        signal_pipefd = 304, signal_io_watcher = 312, child_watcher = 344, emfile_fd = 424,
        inotify_read_watcher = 428, inotify_watchers = 460, inotify_fd = 464,
    }
    uv_handle_t 48 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44,
    }
    uv_dir_t 28 4 {
        dirents = 0, nentries = 4, reserved = 8, dir = 24,
    }
    uv_stream_t 132 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, write_queue_size = 48, alloc_cb = 52, read_cb = 56,
        connect_req = 60, shutdown_req = 64, io_watcher = 68, write_queue = 100,
        write_completed_queue = 108, connection_cb = 116, delayed_error = 120, accepted_fd = 124,
        queued_fds = 128,
    }
    uv_tcp_t 132 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, write_queue_size = 48, alloc_cb = 52, read_cb = 56,
        connect_req = 60, shutdown_req = 64, io_watcher = 68, write_queue = 100,
        write_completed_queue = 108, connection_cb = 116, delayed_error = 120, accepted_fd = 124,
        queued_fds = 128,
    }
    uv_udp_t 112 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, send_queue_size = 48, send_queue_count = 52, alloc_cb = 56,
        recv_cb = 60, io_watcher = 64, write_queue = 96, write_completed_queue = 104,
    }
    uv_pipe_t 140 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, write_queue_size = 48, alloc_cb = 52, read_cb = 56,
        connect_req = 60, shutdown_req = 64, io_watcher = 68, write_queue = 100,
        write_completed_queue = 108, connection_cb = 116, delayed_error = 120, accepted_fd = 124,
        queued_fds = 128, ipc = 132, pipe_fname = 136,
    }
    uv_tty_t 196 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, write_queue_size = 48, alloc_cb = 52, read_cb = 56,
        connect_req = 60, shutdown_req = 64, io_watcher = 68, write_queue = 100,
        write_completed_queue = 108, connection_cb = 116, delayed_error = 120, accepted_fd = 124,
        queued_fds = 128, orig_termios = 132, mode = 192,
    }
    uv_poll_t 84 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, poll_cb = 48, io_watcher = 52,
    }
    uv_timer_t 88 8 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, timer_cb = 48, node = 52, timeout = 64, repeat = 72,
        start_id = 80,
    }
    uv_prepare_t 60 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, prepare_cb = 48, queue = 52,
    }
    uv_check_t 60 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, check_cb = 48, queue = 52,
    }
    uv_idle_t 60 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, idle_cb = 48, queue = 52,
    }
    uv_async_t 64 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, async_cb = 48, queue = 52, pending = 60,
    }
    uv_process_t 68 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, exit_cb = 48, pid = 52, queue = 56, status = 64,
    }
    uv_fs_event_t 68 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, path = 48, cb = 52, watchers = 56, wd = 64,
    }
    uv_fs_poll_t 52 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, poll_ctx = 48,
    }
    uv_signal_t 80 4 {
        data = 0, r#loop = 4, r#type = 8, close_cb = 12, handle_queue = 16, u = 24,
        next_closing = 40, flags = 44, signal_cb = 48, signum = 52, tree_entry = 56,
        caught_signals = 72, dispatched_signals = 76,
    }
    uv_req_t 32 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28,
    }
    uv_getaddrinfo_t 80 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, r#loop = 32, work_req = 36, cb = 56,
        hints = 60, hostname = 64, service = 68, addrinfo = 72, retcode = 76,
    }
    uv_getnameinfo_t 1256 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, r#loop = 32, work_req = 36,
        getnameinfo_cb = 56, storage = 60, flags = 188, host = 192, service = 1217, retcode = 1252,
    }
    uv_shutdown_t 40 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, handle = 32, cb = 36,
    }
    uv_write_t 100 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, cb = 32, send_handle = 36,
        handle = 40, queue = 44, write_index = 52, bufs = 56, nbufs = 60, error = 64, bufsml = 68,
    }
    uv_connect_t 48 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, cb = 32, handle = 36, queue = 40,
    }
    uv_udp_send_t 224 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, handle = 32, cb = 36, queue = 40,
        u = 48, nbufs = 176, bufs = 180, status = 184, send_cb = 188, bufsml = 192,
    }
    uv_fs_t 296 8 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, fs_type = 32, r#loop = 36, cb = 40,
        result = 44, ptr = 48, path = 52, statbuf = 56, new_path = 184, file = 188, flags = 192,
        mode = 196, nbufs = 200, bufs = 204, off = 208, uid = 216, gid = 220, atime = 224,
        mtime = 232, work_req = 240, bufsml = 260,
    }
    uv_work_t 64 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, r#loop = 32, work_cb = 36,
        after_work_cb = 40, work_req = 44,
    }
    uv_random_t 72 4 {
        data = 0, r#type = 4, reserved = 8, write_extra = 28, r#loop = 32, status = 36, buf = 40,
        buflen = 44, cb = 48, work_req = 52,
    }
    uv_env_item_t 8 4 {
        name = 0, value = 4,
    }
    uv_cpu_info_t 48 8 {
        model = 0, speed = 4, cpu_times = 8,
    }
    uv_interface_address_t 72 4 {
        name = 0, phys_addr = 4, is_internal = 12, address = 16, netmask = 44,
    }
    uv_dirent_t 8 4 {
        name = 0, r#type = 4,
    }
    uv_passwd_t 20 4 {
        username = 0, uid = 4, gid = 8, shell = 12, homedir = 16,
    }
    uv_group_t 12 4 {
        groupname = 0, gid = 4, members = 8,
    }
    uv_utsname_t 1024 1 {
        sysname = 0, release = 256, version = 512, machine = 768,
    }
    uv_statfs_t 88 8 {
        f_type = 0, f_bsize = 8, f_blocks = 16, f_bfree = 24, f_bavail = 32, f_files = 40,
        f_ffree = 48, f_frsize = 56, f_spare = 64,
    }
    uv_metrics_t 80 8 {
        loop_count = 0, events = 8, events_waiting = 16, reserved = 24,
    }
    uv_loop_option 4 4 {}
    uv_run_mode 4 4 {}
    uv_clock_id 4 4 {}
    uv_timespec_t 8 4 {
        tv_sec = 0, tv_nsec = 4,
    }
    uv_timespec64_t 16 8 {
        tv_sec = 0, tv_nsec = 8,
    }
    uv_timeval_t 8 4 {
        tv_sec = 0, tv_usec = 4,
    }
    uv_timeval64_t 16 8 {
        tv_sec = 0, tv_usec = 8,
    }
    uv_stat_t 128 8 {
        st_dev = 0, st_mode = 8, st_nlink = 16, st_uid = 24, st_gid = 32, st_rdev = 40, st_ino = 48,
        st_size = 56, st_blksize = 64, st_blocks = 72, st_flags = 80, st_gen = 88, st_atim = 96,
        st_mtim = 104, st_ctim = 112, st_birthtim = 120,
    }
    uv_membership 4 4 {}
    uv_tcp_flags 4 4 {}
    uv_udp_flags 4 4 {}
    uv_tty_mode_t 4 4 {}
    uv_tty_vtermstate_t 4 4 {}
    uv_poll_event 4 4 {}
    uv_stdio_flags 4 4 {}
    uv_stdio_container_t 8 4 {
        flags = 0, data = 4,
    }
    uv_process_options_t 40 4 {
        exit_cb = 0, file = 4, args = 8, env = 12, cwd = 16, flags = 20, stdio_count = 24,
        stdio = 28, uid = 32, gid = 36,
    }
    uv_process_flags 4 4 {}
    uv_cpu_times_s 40 8 {
        user = 0, nice = 8, sys = 16, idle = 24, irq = 32,
    }
    uv_dirent_type_t 4 4 {}
    uv_rusage_t 128 8 {
        ru_utime = 0, ru_stime = 8, ru_maxrss = 16, ru_ixrss = 24, ru_idrss = 32, ru_isrss = 40,
        ru_minflt = 48, ru_majflt = 56, ru_nswap = 64, ru_inblock = 72, ru_oublock = 80,
        ru_msgsnd = 88, ru_msgrcv = 96, ru_nsignals = 104, ru_nvcsw = 112, ru_nivcsw = 120,
    }
    uv_fs_type 4 4 {}
    uv_fs_event 4 4 {}
    uv_fs_event_flags 4 4 {}
    uv_thread_create_flags 4 4 {}
    uv_thread_options_t 8 4 {
        flags = 0, stack_size = 4,
    }
    uv_any_handle 200 8 {}
    uv_any_req 1256 8 {}
}
