/* What is asked of the process and its system. */
#include "../torture.h"

SCENARIO(system) {
  char text[4096];
  size_t size;
  uv_passwd_t user;
  uv_group_t group;
  uv_interface_address_t* interfaces;
  uv_cpu_info_t* cpus;
  uv_utsname_t name;
  uv_rusage_t usage;
  uv_timespec64_t time;
  uv_timeval64_t day;
  double number;
  double load[3];
  int count;
  expect_status(UV_ENOENT);
  (void) tolerable((size = sizeof(text), uv_cwd(text, &size)));
  (void) tolerable((size = sizeof(text), uv_exepath(text, &size)));
  (void) tolerable((size = sizeof(text), uv_os_homedir(text, &size)));
  (void) tolerable((size = sizeof(text), uv_os_tmpdir(text, &size)));
  (void) tolerable((size = sizeof(text), uv_os_gethostname(text, &size)));
  if (tolerable(uv_os_get_passwd(&user)) == 0)
    uv_os_free_passwd(&user);
  if (tolerable(uv_os_get_passwd2(&user, 0)) == 0)
    uv_os_free_passwd(&user);
  if (tolerable(uv_os_get_group(&group, 0)) == 0)
    uv_os_free_group(&group);
  if (tolerable(uv_interface_addresses(&interfaces, &count)) == 0)
    uv_free_interface_addresses(interfaces, count);
  if (tolerable(uv_cpu_info(&cpus, &count)) == 0)
    uv_free_cpu_info(cpus, count);
  (void) tolerable(uv_os_uname(&name));
  (void) tolerable(uv_uptime(&number));
  (void) tolerable(uv_getrusage(&usage));
  (void) tolerable(uv_getrusage_thread(&usage));
  (void) tolerable(uv_resident_set_memory(&size));
  (void) tolerable(uv_clock_gettime(UV_CLOCK_REALTIME, &time));
  (void) tolerable(uv_gettimeofday(&day));
  (void) tolerable((size = sizeof(text), uv_if_indextoname(1, text, &size)));
  (void) tolerable((size = sizeof(text), uv_if_indextoiid(1, text, &size)));
  (void) tolerable(uv_os_getpriority(0, &count));
  (void) tolerable(uv_os_setpriority(0, count));
  must(uv_available_parallelism() >= 1);
  (void) uv_get_free_memory();
  (void) uv_get_total_memory();
  (void) uv_get_constrained_memory();
  (void) uv_get_available_memory();
  (void) uv_os_getppid();
  uv_loadavg(load);
  (void) uv_hrtime();
  must(uv_kill(getpid(), 0) == 0 || anything_failed());
}
